/* One line of GODEBUG=gctrace=1, Go 1.5 to 1.27: its grammar and the pieces that tearing leaves. */
#ifndef GM_IMPORTER_LOGS_GCTRACE_LINE_H
#define GM_IMPORTER_LOGS_GCTRACE_LINE_H

#include "gomortem/base.h"

enum { GM_GCTRACE_CLOCKS = 5, GM_GCTRACE_CPUS = 7 };

typedef struct {
    int64_t n, start_ms, pct;
    double clock[GM_GCTRACE_CLOCKS], cpu[GM_GCTRACE_CPUS];
    int clocks, cpus;                              /* 3 and 5; Go 1.5: 5 and 7 */
    int64_t heap[3], goal, stacks, globals, procs; /* MiB; stacks and globals GM_UNKNOWN before Go 1.18 */
    bool forced;
} gm_gctrace;

/* How far a text follows the grammar. The runtime writes each literal and each number by itself, so another
 * writer's record can only begin between them. */
typedef struct {
    size_t good;   /* bytes from the start that are literals and numbers in their places */
    size_t number; /* where the number that ends at good begins; == good behind a literal */
    bool whole;    /* nothing is missing and nothing follows */
    bool complete; /* nothing is missing, something follows at good */
    bool ran_out;  /* the text ended before the line did */
} gm_gctrace_match;

gm_gctrace_match gm_gctrace_parse(gm_span text, gm_gctrace *cycle);

/* "gc7(8): 0+0+0+0 us, ...": Go 1.1 to 1.4, which is not read any further. */
bool gm_gctrace_is_old(gm_span text);

#endif
