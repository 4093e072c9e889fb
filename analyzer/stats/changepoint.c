/* Change points of the mean: where a series moves to another level.
 *
 * Reads block series, serves the rules that look for steps and warm-ups. PELT of Killick, Fearnhead and
 * Eckley, "Optimal detection of changepoints with a linear computational cost", JASA 107 (2012): the exact
 * minimum of sum of squares + penalty x changes; a start that can never win again is pruned. Segments have 6
 * values or more. */
#include "stats_private.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MIN_SEGMENT 6

/* The median of |differences| ignores the few differences that are steps; when most of them are exactly equal
 * it is 0 and the plain deviation takes its place. */
double gm_stats_diff_sigma(const double *y, size_t n) {
    double square = 0, low = INFINITY, high = -INFINITY;

    if (n < 2) return NAN;
    double *diff = malloc((n - 1) * sizeof *diff);
    if (!diff) return NAN;
    for (size_t i = 0; i + 1 < n; i++) diff[i] = y[i + 1] - y[i];
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, y[i]);
        high = fmax(high, y[i]);
    }
    double mean = gm_stats_mean(diff, n - 1);
    for (size_t i = 0; i + 1 < n; i++) square += (diff[i] - mean) * (diff[i] - mean);
    double sigma = gm_stats_mad_scaled(diff, n - 1) / sqrt(2);
    if (!(sigma > (high - low) * GM_NOISE_FLOOR)) sigma = sqrt(square / (double)(n - 1) / 2);
    free(diff);
    return fmax(sigma, (high - low) * GM_NOISE_FLOOR);
}

typedef struct {
    double *sum, *square; /* prefix sums of the centred series: [i] covers values before i */
    double *cost;         /* cheapest cover of the values before i */
    size_t *from;         /* where the last segment of that cover begins */
    size_t *starts;       /* starts not pruned */
    size_t *expires;      /* per start: the end from which it can never win again, 0 = not known to lose */
} pelt;

static double segment_cost(const pelt *p, size_t begin, size_t end) {
    double sum = p->sum[end] - p->sum[begin];
    return fmax(0, p->square[end] - p->square[begin] - sum * sum / (double)(end - begin));
}

static bool pelt_init(pelt *p, const double *y, size_t n) {
    size_t count = n + 1;
    double mean = gm_stats_mean(y, n), largest = 0;

    *p = (pelt){.sum = calloc(count, sizeof *p->sum),
                .square = calloc(count, sizeof *p->square),
                .cost = calloc(count, sizeof *p->cost),
                .from = calloc(count, sizeof *p->from),
                .starts = calloc(count, sizeof *p->starts),
                .expires = calloc(count, sizeof *p->expires)};
    if (!p->sum || !p->square || !p->cost || !p->from || !p->starts || !p->expires) return false;
    for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(y[i] - mean));
    for (size_t i = 0; i < n; i++) {
        double v = largest > 0 ? (y[i] - mean) / largest : 0;
        p->sum[i + 1] = p->sum[i] + v;
        p->square[i + 1] = p->square[i] + v * v;
    }
    return true;
}

static void pelt_release(pelt *p) {
    free(p->sum);
    free(p->square);
    free(p->cost);
    free(p->from);
    free(p->starts);
    free(p->expires);
}

/* A start that loses against a change at this end still serves the ends too near for that change. */
static size_t prune(pelt *p, size_t starts, size_t end) {
    size_t kept = 0;
    for (size_t i = 0; i < starts; i++) {
        size_t start = p->starts[i];
        if (p->expires[start] == 0 && p->cost[start] + segment_cost(p, start, end) > p->cost[end]) {
            p->expires[start] = end + MIN_SEGMENT;
        }
        if (p->expires[start] == 0 || end < p->expires[start]) p->starts[kept++] = start;
    }
    return kept;
}

static void pelt_run(pelt *p, size_t n, double penalty) {
    size_t starts = 1; /* starts[0] = 0 */

    p->cost[0] = -penalty;
    for (size_t end = 1; end < MIN_SEGMENT; end++) p->cost[end] = INFINITY;
    for (size_t end = MIN_SEGMENT; end <= n; end++) {
        p->cost[end] = INFINITY;
        for (size_t i = 0; i < starts; i++) {
            double cost = p->cost[p->starts[i]] + segment_cost(p, p->starts[i], end) + penalty;
            if (cost < p->cost[end]) {
                p->cost[end] = cost;
                p->from[end] = p->starts[i];
            }
        }
        starts = prune(p, starts, end);
        /* The start that becomes legal for the next end. */
        if (end + 1 >= 2 * MIN_SEGMENT) p->starts[starts++] = end + 1 - MIN_SEGMENT;
    }
}

size_t gm_stats_changepoints(const double *y, size_t n, size_t *places, size_t max) {
    pelt p;
    size_t changes = 0, kept = 0;

    if (n < 2 * MIN_SEGMENT || n >= SIZE_MAX / sizeof(size_t) - 1) return 0;
    for (size_t i = 0; i < n; i++) kept += gm_stats_usable(y[i]);
    double mean = gm_stats_mean(y, n), largest = 0, magnitude = 0;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, fabs(y[i] - mean));
        magnitude = fmax(magnitude, fabs(y[i]));
    }
    if (kept < n || largest <= magnitude * 1e-14) return 0;
    double sigma = gm_stats_diff_sigma(y, n) / largest;
    if (pelt_init(&p, y, n) && sigma > 0) {
        pelt_run(&p, n, 3 * sigma * sigma * log((double)n));
        for (size_t end = n; p.from[end] > 0; end = p.from[end]) changes++;
        size_t place = changes;
        for (size_t end = n; p.from[end] > 0; end = p.from[end]) {
            if (--place < max) places[place] = p.from[end];
        }
    }
    pelt_release(&p);
    return changes;
}
