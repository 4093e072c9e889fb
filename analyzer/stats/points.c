/* Samples made clean: unusable ones dropped and counted, the rest in time order.
 *
 * First stage of every function that takes times; blocks.c and rank.c read the result. Equal times are
 * ordered by value so that the order in which a database returned them cannot show. */
#include "stats_private.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

bool gm_stats_usable(double value) {
    return isfinite(value) && fabs(value) <= GM_STATS_HUGE;
}

static int compare_points(const void *left, const void *right) {
    const gm_point *a = left;
    const gm_point *b = right;

    if (a->t != b->t) return a->t < b->t ? -1 : 1;
    if (a->y != b->y) return a->y < b->y ? -1 : 1;
    return 0;
}

static bool is_sorted(const gm_points *points) {
    for (size_t i = 1; i < points->n; i++) {
        if (compare_points(&points->at[i - 1], &points->at[i]) > 0) return false;
    }
    return true;
}

bool gm_points_init(gm_points *points, const double *t, const double *y, const double *load, size_t n) {
    *points = (gm_points){0};
    if (n == 0 || n > SIZE_MAX / sizeof *points->at) return false;
    points->at = malloc(n * sizeof *points->at);
    if (!points->at) return false;
    for (size_t i = 0; i < n; i++) {
        if (!gm_stats_usable(t[i]) || !gm_stats_usable(y[i])) {
            points->dropped++;
            continue;
        }
        double beside = load && gm_stats_usable(load[i]) ? load[i] : NAN;
        points->at[points->n++] = (gm_point){.t = t[i], .y = y[i], .load = beside};
    }
    if (!is_sorted(points)) qsort(points->at, points->n, sizeof *points->at, compare_points);
    return true;
}

void gm_points_release(gm_points *points) {
    free(points->at);
    *points = (gm_points){0};
}
