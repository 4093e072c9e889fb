/* Between overview.c and overview_html.c: the table of lines and the questions that both ask. */
#ifndef GM_OVERVIEW_PRIVATE_H
#define GM_OVERVIEW_PRIVATE_H

#include "gomortem/overview.h"

enum { GM_OVERVIEW_TABLES = 2 };

struct gm_overview {
    sqlite3 *db;
    sqlite3_stmt *insert[GM_OVERVIEW_TABLES];
    int64_t n;
};

/* signature, cause, namespace, workload, container, site, rank, incidents, containers, OOM kills, from, to, growth, new
 * or worse */
extern const char *const gm_overview_groups_sql;
extern const char *const gm_overview_members_sql; /* ?1 = signature: bundle, output */
extern const char *const gm_overview_failed_sql;  /* bundle, error */
extern const char *const gm_overview_counts_sql;  /* all, analyzed, failed */

const char *gm_overview_severity(int rank); /* 1 info .. 5 critical */
sqlite3_stmt *gm_overview_ask(gm_overview *overview, const char *sql);

#endif
