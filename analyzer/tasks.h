/* Whose task is whose in the task tables of the kernel's reports. Implemented in tasks.c. */
#ifndef GM_ANALYZER_TASKS_H
#define GM_ANALYZER_TASKS_H

#include "gomortem/facts.h"

/* SQL expression: the name under which the service stands in the task table of the report whose id the expression KILL
 * yields; NULL when no task has the name of its program or of its container. Freed by sqlite3_free. */
char *gm_tasks_service_sql(const gm_timeline *timeline, const char *kill);

/* Query for evidence: an expression over total (bytes of all tasks) and others (of all but the service's), from the
 * report of this life in which others held most. */
const char *gm_tasks_sql(const gm_facts *facts, const char *what);

/* Share of the other processes in that report, in percent; NAN without one. */
double gm_tasks_others_pct(const gm_facts *facts);

#endif
