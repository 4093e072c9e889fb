/* Placing the clocks of processes; see clock.c. */
#ifndef GM_ANALYZER_TIMELINE_CLOCK_H
#define GM_ANALYZER_TIMELINE_CLOCK_H

#include "analyzer/timeline/build.h"

typedef struct { /* the cycles of one process of one member */
    gm_gc_row *cycles;
    size_t n;
} gm_process;

typedef struct {
    int64_t zero_ns, uncertainty_ns, pairs; /* GM_UNKNOWN: not placed */
    const char *rule;
} gm_clock;

/* log_ns: the log stamp of each cycle, GM_UNKNOWN where the line had none. */
void gm_clock_place(const gm_timeline *timeline, const gm_process *process, const int64_t *log_ns, gm_clock *clock);
/* Last resort for a log none of whose processes could be placed: its runs in order against the known starts. */
void gm_clock_place_rest(const gm_timeline *timeline, gm_clock *clocks, size_t n);

#endif
