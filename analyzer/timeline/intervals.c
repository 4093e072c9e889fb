/* Intervals of possible answers, and where most of them agree: the search behind the clock rules that match
 * (match.c, boot.c). A sweep over sorted ends. */
#include "analyzer/timeline/intervals.h"

#include <math.h>
#include <stdlib.h>

static int by_place(const void *a, const void *b) {
    const gm_edge *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return y->step - x->step; /* intervals that touch meet */
}

void gm_intervals_add(GArray *edges, double low, double high, int weight) {
    gm_edge begin = {low, 1, weight}, end = {high, -1, weight};
    g_array_append_val(edges, begin);
    g_array_append_val(edges, end);
}

bool gm_intervals_meet(GArray *edges, int64_t spare, gm_region *region) {
    gm_edge *e = (gm_edge *)(void *)edges->data;
    int64_t open = 0, best = 0;
    *region = (gm_region){NAN, NAN, 0};
    if (edges->len == 0) return false;
    qsort(e, edges->len, sizeof *e, by_place);
    for (guint i = 0; i < edges->len; i++) {
        open += (int64_t)e[i].step * e[i].weight;
        best = MAX(best, open);
    }
    region->votes = best;
    for (guint i = 0; i < edges->len; i++) {
        bool was_in = open >= best - spare;
        open += (int64_t)e[i].step * e[i].weight;
        if (open >= best - spare && isnan(region->low)) region->low = e[i].at;
        if (was_in && open < best - spare) region->high = e[i].at;
    }
    return best > 0 && !isnan(region->low) && !isnan(region->high);
}
