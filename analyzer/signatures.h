/* Known patterns of leaks, matched against stacks; the list is signatures.def. */
#ifndef GM_ANALYZER_SIGNATURES_H
#define GM_ANALYZER_SIGNATURES_H

#include "analyzer/frames.h"
#include "gomortem/facts.h"

/* The first pattern of the list that fits; NULL: none. */
const gm_signature *gm_signature_of_heap(const gm_stack *stack);
const gm_signature *gm_signature_of_goroutine(const gm_stack *stack, const char *state);

/* How far the Go version and GODEBUG bear a pattern out: 1 fully, 0 not at all, between when unknown. */
double gm_signature_trust(const gm_facts *facts, const gm_signature *signature);

#endif
