/* The proposed alert rules of an incident, one a workload; see proposals.c. Shared by the exports rules and rules_test.
 */
#ifndef GM_EXPORT_PROPOSALS_H
#define GM_EXPORT_PROPOSALS_H

#include "gomortem/export.h"
#include "gomortem/model_alerts.h"

typedef struct {
    char *title;           /* namespace-container, of plain characters */
    gm_alert_proposal row; /* texts owned by texts */
    GPtrArray *texts;
} gm_proposal;

/* Of pods with the same namespace and container name the one with the worst verdict speaks for the workload. NULL on
 * error; an incident without an analyzed container is one. */
GPtrArray *gm_proposals_read(gm_store *store, const gm_export_options *options, GError **error);
#endif
