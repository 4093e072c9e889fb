/* Writing findings and verdicts; see results.c. */
#ifndef GM_ANALYZER_RESULTS_H
#define GM_ANALYZER_RESULTS_H

#include "gomortem/verdict.h"

bool gm_results_finding(gm_store *store, int64_t container_id, int life, const gm_rule *rule, const gm_finding *finding,
                        GError **error);
bool gm_results_verdict(gm_store *store, int64_t container_id, const gm_verdict *verdict, GError **error);

#endif
