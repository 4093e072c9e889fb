/* Shared by analyzer/gc*.c: the cycles that are looked at, and the steps of the summary. */
#ifndef GM_ANALYZER_GC_PRIVATE_H
#define GM_ANALYZER_GC_PRIVATE_H

#include "analyzer/facts_private.h"

#define GM_MIB             1048576.0
#define GM_GC_MIN_LIVE_MIB 8 /* below, flooring leaves no information */

typedef struct { /* the cycles of a life behind its start-up, in time order */
    const gm_gc_row *rows;
    size_t n;
} gm_gc_window;

/* One cycle follows the other in the same process. */
static inline bool gm_gc_same_process(const gm_gc_row *a, const gm_gc_row *b) {
    return a->member_id == b->member_id && a->process == b->process;
}

static inline bool gm_gc_consecutive(const gm_gc_row *a, const gm_gc_row *b) {
    return gm_gc_same_process(a, b) && b->n == a->n + 1;
}

static inline double gm_gc_wall_s(const gm_gc_row *row) {
    return (row->clock_ms[0] + row->clock_ms[1] + row->clock_ms[2]) / 1e3;
}

/* Room that a cycle's goal leaves above the live heap before it, percent; NAN when that heap is too small to tell. */
double gm_gc_effective(const gm_gc_row *before, const gm_gc_row *row);

void gm_gc_regime(const gm_facts *facts, gm_gc_window window, gm_gc_summary *gc); /* GOGC, memory limit, regime */
void gm_gc_rates(const gm_facts *facts, gm_gc_window window, gm_gc_summary *gc);  /* CPU shares, duty, allocation */
void gm_gc_thrash(const gm_facts *facts, gm_gc_window window, gm_gc_summary *gc); /* the worst part of the window */
void gm_gc_modifiers(const gm_facts *facts, gm_gc_summary *gc);                   /* after the others */

#endif
