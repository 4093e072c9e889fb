/* Alert replay in the reports: the stored replay read back, and both it and a user's own printed.
 * reports/model_alerts.c reads, reports/alerts.c prints. */
#ifndef GOMORTEM_MODEL_ALERTS_H
#define GOMORTEM_MODEL_ALERTS_H

#include "gomortem/alerts.h"
#include "gomortem/store.h"

/* The replay of the built-in rules that the analysis stored. The caller frees it with gm_alerts_free. firings: those
 * too. */
gm_alerts *gm_model_alerts_read(gm_store *store, bool firings, GError **error);

/* Prints a replay; format is text, markdown or json. False: there is no such format. lives: each life in its own row.
 */
bool gm_alerts_render(const gm_alerts *alerts, const char *format, bool lives, GString *out);

/* A proposed rule as an element of a rule file's list of rules. */
void gm_alert_yaml(const gm_alert_proposal *proposal, int indent, GString *out);
const char *gm_alert_severity(const gm_alert_proposal *proposal);
void gm_yaml_quoted(GString *out, const char *text); /* in single quotes, in one line */

#endif
