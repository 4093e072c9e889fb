/* The life of an alert, step by step: inactive, pending, firing; see alerts.c. */
#ifndef GM_ANALYZER_REPLAY_ALERTS_H
#define GM_ANALYZER_REPLAY_ALERTS_H

#include "analyzer/replay/eval.h"

typedef struct {
    const char *name, *title, *expression;
    int64_t for_ms, keep_ms, step_ms; /* step 0: the replay's own */
    const gm_prom_label *labels;      /* that the rule adds */
    size_t n_labels;
} gm_rule_spec;

typedef struct {
    const gm_prom_labels *labels;              /* without those that the rule adds */
    int64_t pending_ms, fired_ms, resolved_ms; /* resolved INT64_MAX: it fires at the end */
} gm_firing;

typedef struct {
    GArray *firings; /* of gm_firing, by fired_ms */
    size_t steps, failures;
    char failure[256]; /* the first one */
} gm_alert_run;

#define GM_ALERT_MAX_FIRINGS 2000 /* a rule that flaps more often is counted on, its firings are not kept */

/* Steps are multiples of step_ms since the epoch. The run is filled; gm_alert_run_release frees it. */
void gm_alert_replay(gm_prom_query *query, const gm_rule_spec *rule, int64_t from_ms, int64_t to_ms, int64_t step_ms,
                     gm_prom_history *history, gm_alert_run *run);
void gm_alert_run_release(gm_alert_run *run);

#endif
