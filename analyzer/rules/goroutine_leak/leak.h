/* What the files of the rule goroutine_leak share. */
#ifndef GM_ANALYZER_RULES_LEAK_H
#define GM_ANALYZER_RULES_LEAK_H

#include "analyzer/rules/common.h"

typedef struct {                /* the goroutines that hold most of the growth */
    const gm_goroutines *group; /* NULL: no dump shows one */
    double share_pct;           /* of the growth, with the other groups of a pattern that comes in pairs */
    const char *caller;         /* own function that makes the HTTP requests, or NULL */
    bool holds_more;            /* memory grows by more than goroutines cost themselves */
} gm_leaking;

gm_leaking gm_leaking_of(const gm_facts *facts);
void gm_leaking_evidence(const gm_facts *facts, gm_finding *finding, int series,
                         const gm_leaking *leak); /* series -1: no trend */
/* Adds what speaks against a leak; the answer is how many. */
int gm_leaking_refute(const gm_facts *facts, gm_finding *finding, const gm_leaking *leak);

#endif
