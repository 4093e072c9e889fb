/* Where the most intervals meet; see intervals.c. */
#ifndef GM_ANALYZER_TIMELINE_INTERVALS_H
#define GM_ANALYZER_TIMELINE_INTERVALS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    double at;
    int step, weight;
} gm_edge; /* of a GArray */

typedef struct {
    double low, high;
    int64_t votes;
} gm_region;

void gm_intervals_add(GArray *edges, double low, double high, int weight);
/* The hull of all places where at least the best count less spare intervals meet. Sorts edges. */
bool gm_intervals_meet(GArray *edges, int64_t spare, gm_region *region);

#endif
