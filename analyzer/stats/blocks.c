/* The envelope: a long, noisy series reduced to a few blocks of equal duration.
 *
 * Second stage, between points.c and the fits. The lower 5 % quantile of each block removes the GC sawtooth
 * and short bursts and keeps the floor on which they stand; the median serves series that have no sawtooth.
 * Empty blocks (gaps) are left out, never interpolated. */
#include "stats_private.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define LOW_QUANTILE 0.05

static double median_gap(const gm_points *points) {
    size_t n = points->n - 1;
    double *gaps = malloc(n * sizeof *gaps);
    if (!gaps) return NAN;
    for (size_t i = 0; i < n; i++) gaps[i] = points->at[i + 1].t - points->at[i].t;
    double gap = gm_stats_median_inplace(gaps, n);
    free(gaps);
    return gap;
}

/* Every sample stands for one mean distance, so a series of n samples covers n distances, not n - 1. */
static double covered(const gm_points *points) {
    double span = points->at[points->n - 1].t - points->at[0].t;
    return span + span / (double)(points->n - 1);
}

size_t gm_blocks_plan(const gm_points *points, const gm_block_options *options) {
    double min_s = options && options->min_s > 0 ? options->min_s : 0;

    if (points->n < 2) return 0;
    if (points->n <= GM_STATS_MAX_BLOCKS && min_s <= median_gap(points)) return 0;
    double most = points->n < GM_STATS_MAX_BLOCKS ? (double)points->n : GM_STATS_MAX_BLOCKS;
    /* The margin keeps a quotient such as 59.999999 from losing a block. */
    if (min_s > 0) most = fmin(most, floor(covered(points) / min_s + 1e-6));
    return most >= 1 ? (size_t)most : 1;
}

static void fill_block(const gm_point *first, size_t count, gm_block_mode mode, gm_block *block, double *scratch) {
    size_t loads = 0;

    block->t = 0;
    for (size_t i = 0; i < count; i++) {
        block->t += (first[i].t - block->t) / (double)(i + 1);
        scratch[i] = first[i].y;
    }
    block->y = gm_stats_quantile_inplace(scratch, count, mode == GM_BLOCK_MEDIAN ? 0.5 : LOW_QUANTILE);
    for (size_t i = 0; i < count; i++) {
        if (!isnan(first[i].load)) scratch[loads++] = first[i].load;
    }
    block->load = gm_stats_median_inplace(scratch, loads);
    block->count = count;
}

size_t gm_blocks_reduce(const gm_points *points, size_t m, gm_block_mode mode, gm_block *out) {
    size_t blocks = 0, begin = 0;
    double *scratch = malloc(points->n * sizeof *scratch);

    if (!scratch || points->n < 2 || m == 0) {
        free(scratch);
        return 0;
    }
    double t0 = points->at[0].t;
    double width = covered(points) / (double)m;
    if (!(width > 0)) m = 1;
    while (begin < points->n) {
        double place = m > 1 ? floor((points->at[begin].t - t0) / width) : 0;
        double end_t = t0 + (place + 1) * width;
        size_t end = begin + 1;
        while (end < points->n && (points->at[end].t < end_t || blocks + 1 == m)) end++;
        fill_block(&points->at[begin], end - begin, mode, &out[blocks++], scratch);
        begin = end;
    }
    free(scratch);
    return blocks;
}

size_t gm_blocks_make(const gm_points *points, const gm_block_options *options, gm_block *out) {
    size_t m = gm_blocks_plan(points, options);

    if (m > 0) return gm_blocks_reduce(points, m, options ? options->mode : GM_BLOCK_LOW, out);
    for (size_t i = 0; i < points->n; i++) {
        const gm_point *point = &points->at[i];
        out[i] = (gm_block){.t = point->t, .y = point->y, .load = point->load, .count = 1};
    }
    return points->n;
}

bool gm_stats_blocks(const double *t, const double *y, size_t n, const gm_block_options *options, gm_blocks *blocks) {
    gm_points points;
    gm_block made[GM_STATS_MAX_BLOCKS];

    *blocks = (gm_blocks){0};
    bool ok = gm_points_init(&points, t, y, NULL, n);
    blocks->dropped = points.dropped;
    if (ok) blocks->n = gm_blocks_make(&points, options, made);
    for (size_t i = 0; i < blocks->n; i++) {
        blocks->t[i] = made[i].t;
        blocks->y[i] = made[i].y;
        blocks->count[i] = made[i].count;
    }
    gm_points_release(&points);
    return blocks->n > 0;
}
