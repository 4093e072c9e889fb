/* What counts as growth between heap profiles: the sampling model and the tests on one series of bytes.
 *
 * A profile samples one allocation in R bytes on average, so that B bytes are known to about sqrt (B * R). Growth is
 * significant when it exceeds three errors of both ends and a MiB, when Theil-Sen's line says the same over all
 * profiles, and when four steps in five rise. Used by the files that group the stacks of analyzer/heap.c. */
#include "analyzer/heap.h"

#include <math.h>

#define LEAST_GROWTH   1048576.0
#define NOISE_ERRORS   3.0
#define WINDOWS        6 /* five steps: four must rise */
#define CONSISTENT_PCT 80.0

static double window_mean(const double *values, size_t from, size_t to) {
    return gm_stats_mean(values + from, to - from);
}

double gm_rising_steps(const double *values, size_t n) {
    if (n < 3) return NAN;
    size_t windows = MIN(n, WINDOWS), rising = 0;
    for (size_t i = 1; i < windows; i++) {
        double before = window_mean(values, n * (i - 1) / windows, n * i / windows);
        double after = window_mean(values, n * i / windows, n * (i + 1) / windows);
        rising += after > before;
    }
    return 100.0 * (double)rising / (double)(windows - 1);
}

/* Most stacks are in few profiles: their median is 0 without sorting. */
static double level(const double *bytes, size_t n) {
    size_t zeros = 0;
    for (size_t i = 0; i < n; i++) zeros += bytes[i] == 0;
    return 2 * zeros > n ? 0 : gm_stats_median(bytes, n);
}

void gm_heap_edges(const gm_heap *heap, const double *bytes, gm_heap_growth *growth) {
    size_t n = heap->n_profiles, tenth = MAX(n / 10, 1);
    *growth = (gm_heap_growth){.slope_per_min = NAN, .consistency_pct = NAN};
    growth->first = level(bytes, tenth);
    growth->last = level(bytes + n - tenth, tenth);
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] <= growth->max) continue;
        growth->max = bytes[i];
        growth->max_at = i;
    }
    double period = fmax(heap->profiles[0].period, heap->profiles[n - 1].period);
    growth->se = sqrt(period * (n > 1 ? growth->first + growth->last : growth->last));
}

void gm_heap_measure(const gm_heap *heap, const double *bytes, gm_heap_growth *growth) {
    size_t n = heap->n_profiles;
    gm_heap_edges(heap, bytes, growth);
    growth->usual = level(bytes, n);
    double noise = fmax(NOISE_ERRORS * growth->se, LEAST_GROWTH), difference = growth->last - growth->first;
    growth->significant = n >= 2 && difference > noise;
    if (n < 3) return;
    g_autofree double *minutes = g_new(double, n);
    for (size_t i = 0; i < n; i++) minutes[i] = (double)(heap->profiles[i].t_ns - heap->profiles[0].t_ns) / 6e10;
    gm_stats_line line;
    if (!gm_stats_theil_sen(minutes, bytes, n, &line)) line.slope = NAN;
    growth->slope_per_min = line.slope;
    growth->consistency_pct = gm_rising_steps(bytes, n);
    growth->significant =
        growth->significant && line.slope * minutes[n - 1] > noise && growth->consistency_pct >= CONSISTENT_PCT;
}
