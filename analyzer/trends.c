/* Trend and growth of every column of the timeline over one life. Feeds the tables trend and growth. */
#include "analyzer/facts_private.h"

#include <math.h>

#define MATERIAL_COUNT    20 /* goroutines, threads: fewer more is nothing */
#define PERIODS_PER_BLOCK 3  /* GC periods */
#define LEAST_BLOCKS      24
#define MAX_LAG           2 /* GC periods */

int64_t gm_facts_from(const gm_facts *facts) {
    int64_t length = facts->life->to_ns - facts->life->from_ns;
    int64_t warmup = (int64_t)(GM_LIMIT_OF(facts, WARMUP_S) * 1e9);
    return facts->life->from_ns + MIN(warmup, length / 5);
}

double gm_facts_block_s(const gm_facts *facts) {
    size_t n = facts->n_cycles;
    double period =
        n > 1 ? (double)(facts->cycles[n - 1].t_ns - facts->cycles[0].t_ns) / 1e9 / (double)(facts->all_cycles - 1) : 0;
    const gm_history *count = &facts->timeline->history[GM_Q_GO_GC_COUNT];
    double first = NAN, last = NAN;
    for (size_t i = 0; n < 2 && i < count->n; i++) {
        if (count->t_ns[i] < facts->life->from_ns || count->t_ns[i] > facts->life->to_ns) continue;
        if (isnan(first)) first = count->value[i];
        last = count->value[i];
    }
    if (last > first) period = facts->window_s / (last - first);
    return fmin(PERIODS_PER_BLOCK * period, facts->window_s / LEAST_BLOCKS);
}

/* The load acts on memory up to two collections later: the lag under which it explains most is the one. */
static bool test_with_load(gm_facts *facts, const double *t, const int64_t *t_ns, const double *y, size_t n,
                           const gm_trend_options *options, gm_trend_result *best) {
    g_autofree double *load = g_new(double, n);
    double period = gm_facts_block_s(facts) / PERIODS_PER_BLOCK;
    bool tested = false;
    for (int lag = 0; lag <= MAX_LAG; lag++) {
        gm_trend_options with = *options;
        gm_trend_result result;
        if (!gm_facts_load(facts, t_ns, n, llround(lag * period * 1e9), load)) break;
        with.load = load;
        if (!gm_trend_test(t, y, n, &with, &result)) break;
        if (!tested || result.fit.load_r2 > best->fit.load_r2) *best = result;
        tested = true;
        if (period < 1) break;
    }
    return tested;
}

/* First and last tenth are tenths of the time: at the end of a death spiral there are more cycles than in all of the
 * life before. */
static size_t count_until(const double *t, size_t n, double until) {
    size_t count = 0;
    while (count < n && t[count] <= until) count++;
    return count;
}

void gm_facts_test(gm_facts *facts, int series, const int64_t *t_ns, const double *y, size_t n,
                   const gm_trend_options *options) {
    gm_fact_trend *trend = &facts->trend[series];
    if (n < 2) return;
    g_autofree double *t = g_new(double, n);
    for (size_t i = 0; i < n; i++) t[i] = (double)(t_ns[i] - t_ns[0]) / 1e9;
    trend->tested = test_with_load(facts, t, t_ns, y, n, options, &trend->result) ||
                    gm_trend_test(t, y, n, options, &trend->result);
    /* The test fires by its calibrated values; the configuration may ask for more. */
    gm_trend_result *result = &trend->result;
    result->fires = result->fires && result->fit.z >= GM_LIMIT_OF(facts, TREND_Z) &&
                    result->rise >= GM_LIMIT_OF(facts, TREND_RISE_PCT) / 100 * result->base;
    trend->from_ns = t_ns[0];
    trend->to_ns = t_ns[n - 1];
    trend->points = n;
    size_t head = count_until(t, n, t[n - 1] / 10), tail = n - count_until(t, n, t[n - 1] * 9 / 10);
    head = MAX(head, MIN(n, 3)), tail = MAX(tail, MIN(n, 3));
    trend->first = gm_stats_median(y, head);
    trend->last = gm_stats_median(y + n - tail, tail);
}

static size_t column_values(const gm_facts *facts, int column, int64_t *t_ns, double *y) {
    size_t n = 0;
    int64_t from = gm_facts_from(facts);
    for (size_t i = 0; i < facts->n_points; i++) {
        const gm_point *point = &facts->points[i];
        if (point->t_ns < from || point->value[column] == GM_UNKNOWN) continue;
        t_ns[n] = point->t_ns;
        y[n++] = (double)point->value[column];
    }
    return n;
}

static void grow(gm_facts *facts, int column, const double *y, size_t n) {
    gm_growth *growth = &facts->growth[column];
    *growth = (gm_growth){NAN, NAN, NAN, NAN, n >= 5};
    if (!growth->known) return;
    size_t tenth = MAX(n / 10, 3);
    growth->first = gm_stats_median(y, tenth);
    growth->last = gm_stats_median(y + n - tenth, tenth);
    growth->delta = growth->last - growth->first;
}

static void shares(gm_facts *facts) {
    const gm_growth *usage = &facts->growth[GM_COL_USAGE];
    if (!usage->known || !(usage->delta >= facts->material)) return;
    for (int i = 0; i < GM_COL_COUNT; i++)
        if (facts->growth[i].known && gm_column_kind_of((gm_column)i) != GM_COLUMN_COUNT)
            facts->growth[i].share_pct = 100 * facts->growth[i].delta / usage->delta;
}

/* The low envelope of HeapAlloc stands in for the live heap when no collection is recorded. */
static void test_heap_alloc(gm_facts *facts) {
    const gm_history *alloc = &facts->timeline->history[GM_Q_GO_HEAP_ALLOC];
    int64_t from = gm_facts_from(facts);
    size_t begin = 0, end;
    while (begin < alloc->n && alloc->t_ns[begin] < from) begin++;
    for (end = begin; end < alloc->n && alloc->t_ns[end] <= facts->life->to_ns; end++) {
    }
    gm_trend_options options = {.material = facts->material, .block = {GM_BLOCK_LOW, gm_facts_block_s(facts)}};
    if (end - begin >= 5)
        gm_facts_test(facts, GM_TREND_HEAP_ALLOC, alloc->t_ns + begin, alloc->value + begin, end - begin, &options);
}

void gm_facts_trends(gm_facts *facts) {
    g_autofree int64_t *t_ns = g_new(int64_t, facts->n_points + 1);
    g_autofree double *y = g_new(double, facts->n_points + 1);
    for (int column = 0; column < GM_COL_COUNT; column++) {
        size_t n = column_values(facts, column, t_ns, y);
        grow(facts, column, y, n);
        bool tested = column != GM_COL_LIMIT && column != GM_COL_UNEXPLAINED && column != GM_COL_DIRTY;
        if (!tested || n < 5) continue;
        bool count = gm_column_kind_of((gm_column)column) == GM_COLUMN_COUNT;
        gm_trend_options options = {.material = count ? MATERIAL_COUNT : facts->material,
                                    .block = {GM_BLOCK_LOW, count ? 0 : gm_facts_block_s(facts)}};
        gm_facts_test(facts, column, t_ns, y, n, &options);
        if (column != GM_COL_USAGE || !facts->trend[column].tested) continue;
        double noise = GM_LIMIT_OF(facts, MATERIAL_NOISE) * 1.4826 * facts->trend[column].result.fit.resid_mad;
        if (noise > facts->material) facts->material = noise; /* USAGE comes first: the others use it */
    }
    shares(facts);
    test_heap_alloc(facts);
}
