/* Reads a container's GC cycles, and of very many an even part with sums over the rest. See cycles_read.c. */
#ifndef GM_ANALYZER_TIMELINE_CYCLES_READ_H
#define GM_ANALYZER_TIMELINE_CYCLES_READ_H

#include "analyzer/timeline/rotation.h"

typedef struct {                    /* by member, process, start and number; the arrays go together */
    GArray *rows, *log_ns, *places; /* gm_gc_row, int64_t, gm_cycle_place */
    int64_t all;                    /* cycles that there are */
} gm_cycles;

bool gm_cycles_read(gm_build *build, gm_cycles *cycles, GError **error);
void gm_cycles_release(gm_cycles *cycles);

#endif
