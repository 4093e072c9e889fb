/* Logs that rotation cut into several members. See rotation.c. */
#ifndef GM_ANALYZER_TIMELINE_ROTATION_H
#define GM_ANALYZER_TIMELINE_ROTATION_H

#include "analyzer/timeline/clock.h"

typedef struct {  /* of a cycle in its log */
    int64_t line; /* counted on over the members of a log */
    bool local;
    int64_t member_id, process; /* as it is stored */
    int log;                    /* cycles with one were written into one */
} gm_cycle_place;

/* Brings rows that are in the order of their members and processes into the order of their logs, and numbers these. The
 * rows of a log in several members go by its first member from then on. The arrays (gm_gc_row, int64_t, gm_cycle_place)
 * go together. */
void gm_rotation_join(GArray *cycles, GArray *log_ns, GArray *places);

#endif
