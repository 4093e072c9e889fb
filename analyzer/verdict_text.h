/* The verdict in words; see verdict_text.c. */
#ifndef GM_ANALYZER_VERDICT_TEXT_H
#define GM_ANALYZER_VERDICT_TEXT_H

#include "gomortem/verdict.h"

const char *gm_verdict_summary(const gm_facts *facts, const gm_rule *rule, const gm_finding *finding,
                               const gm_verdict *verdict);
/* What would refute it, and the cheapest next capture as a command; captures.c. */
const char *gm_verdict_doubt(const gm_facts *facts, const gm_rule *rule, const gm_finding *finding);
const char *gm_verdict_merged_summary(const gm_timeline *timeline, const gm_verdict *life, size_t count, size_t lives,
                                      gm_arena *arena);

#endif
