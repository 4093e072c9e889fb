/* What the rules about the Go runtime ask of the facts; pure reading. Between facts and rules, beside rule_help.c. */
#include "analyzer/facts_private.h"
#include "analyzer/rules/go.h"

#define P99(column) \
    "coalesce((SELECT " column " FROM timeline" GM_OF_LIFE " ORDER BY " column \
    " DESC LIMIT 1 OFFSET (SELECT count(" column ") / 100 FROM timeline" GM_OF_LIFE ")), 0)"

const char gm_beside_go_sql[] = P99("native_bytes") " + " P99("other_processes_bytes") " + " P99(
    "kernel_bytes") " + " P99("shmem_bytes") " + " P99("dirty_bytes");
const char gm_beside_heap_sql[] = P99("go_meta_bytes") " + " P99("go_stacks_bytes") " + " P99("native_bytes") " + " P99(
    "other_processes_bytes") " + " P99("kernel_bytes") " + " P99("shmem_bytes") " + " P99("dirty_bytes");

gm_readings gm_readings_of(const gm_facts *facts, gm_quantity quantity) {
    const gm_history *history = &facts->timeline->history[quantity];
    gm_readings span = {NAN, NAN, NAN, NAN, 0};
    for (size_t i = 0; i < history->n; i++) {
        if (history->t_ns[i] < facts->life->from_ns || history->t_ns[i] > facts->life->to_ns) continue;
        if (span.n++ == 0) span.first = history->value[i];
        span.last = history->value[i];
        span.least = fmin(span.least, history->value[i]);
        span.most = fmax(span.most, history->value[i]);
    }
    return span;
}

/* The values of a column that are known, from the end of the start-up on. */
static size_t column_values(const gm_facts *facts, int column, double *y) {
    size_t n = 0;
    for (size_t i = 0; i < facts->n_points; i++)
        if (facts->points[i].value[column] != GM_UNKNOWN) y[n++] = (double)facts->points[i].value[column];
    return n;
}

double gm_column_quantile(const gm_facts *facts, int column, double q) {
    g_autofree double *y = g_new(double, facts->n_points + 1);
    size_t n = column_values(facts, column, y);
    return n ? gm_stats_quantile(y, n, q) : NAN;
}

/* What P99 says in SQL: the value that a hundredth of the points exceeds or equals. */
static double beside_of(const gm_facts *facts, int column) {
    g_autofree double *y = g_new(double, facts->n_points + 1);
    size_t n = column_values(facts, column, y);
    return n ? round(gm_stats_quantile(y, n, n > 1 ? (double)(n - 1 - n / 100) / (double)(n - 1) : 1)) : 0;
}

double gm_beside_go(const gm_facts *facts) {
    return beside_of(facts, GM_COL_NATIVE) + beside_of(facts, GM_COL_OTHER_PROCESSES) +
           beside_of(facts, GM_COL_KERNEL) + beside_of(facts, GM_COL_SHMEM) + beside_of(facts, GM_COL_DIRTY);
}

double gm_beside_heap(const gm_facts *facts) {
    return beside_of(facts, GM_COL_GO_META) + beside_of(facts, GM_COL_GO_STACKS) + gm_beside_go(facts);
}

bool gm_regime_is(const gm_facts *facts, const char *regime) {
    return strcmp(facts->gc.regime, regime) == 0;
}

bool gm_anything_rises(const gm_facts *facts) {
    static const int series[] = {
        GM_TREND_GC_LIVE,          GM_COL_ANON,       GM_COL_NATIVE,   GM_COL_SHMEM,   GM_COL_KERNEL,
        GM_COL_OTHER_PROCESSES,    GM_COL_GOROUTINES, GM_COL_GO_TOTAL, GM_COL_THREADS, GM_TREND_HEAP_ALLOC,
        GM_TREND_GOROUTINE_PROFILE};
    for (size_t i = 0; i < G_N_ELEMENTS(series); i++)
        if (gm_rises(facts, series[i])) return true;
    return false;
}

bool gm_live_rises(const gm_facts *facts) {
    int series = gm_live_series(facts);
    return series >= 0 && gm_rises(facts, series);
}

double gm_value_of_sql(const gm_facts *facts, const char *sql) {
    gm_finding scratch = {0};
    gm_finding_evidence(facts, &scratch, "", "", sql);
    return scratch.evidence[0].value;
}

bool gm_bucket_speaks(const gm_facts *facts, int column) {
    const gm_growth *growth = &facts->growth[column];
    if (!growth->known || growth->delta < facts->material) return false;
    return isnan(growth->share_pct) || growth->share_pct >= GM_LIMIT_OF(facts, BUCKET_SHARE_PCT);
}

/* --- swings --- */

/* The blocks that the trend test sees: the live heap by medians, all else by its floor, under the collector's sawtooth.
 */
static bool blocks_of(const gm_facts *facts, int series, gm_blocks *blocks) {
    const gm_history *alloc = &facts->timeline->history[GM_Q_GO_HEAP_ALLOC];
    size_t most = MAX(facts->n_points, MAX(facts->n_cycles, alloc->n)), n = 0;
    g_autofree double *t = g_new(double, most + 1), *y = g_new(double, most + 1);
    for (size_t i = 0; series == GM_TREND_GC_LIVE && i < facts->n_cycles; i++) {
        t[n] = (double)(facts->cycles[i].t_ns - facts->life->from_ns) / 1e9;
        y[n++] = (double)facts->cycles[i].live_mib * 1048576.0;
    }
    for (size_t i = 0; series == GM_TREND_HEAP_ALLOC && i < alloc->n; i++) {
        if (alloc->t_ns[i] < facts->life->from_ns || alloc->t_ns[i] > facts->life->to_ns) continue;
        t[n] = (double)(alloc->t_ns[i] - facts->life->from_ns) / 1e9;
        y[n++] = alloc->value[i];
    }
    for (size_t i = 0; series < GM_COL_COUNT && i < facts->n_points; i++) {
        if (facts->points[i].value[series] == GM_UNKNOWN) continue;
        t[n] = (double)(facts->points[i].t_ns - facts->life->from_ns) / 1e9;
        y[n++] = (double)facts->points[i].value[series];
    }
    gm_block_options options = {series == GM_TREND_GC_LIVE ? GM_BLOCK_MEDIAN : GM_BLOCK_LOW, gm_facts_block_s(facts)};
    return n > 0 && gm_stats_blocks(t, y, n, &options, blocks);
}

gm_swings gm_swings_of(const gm_facts *facts, int series, double least_move) {
    gm_blocks blocks;
    gm_swings swings = {0, 0, 0};
    if (!blocks_of(facts, series, &blocks)) return swings;
    const double *y = blocks.y;
    double turn = y[0], top = y[0]; /* turn: where the move under way started or stands */
    int direction = 0;
    for (size_t i = 1; i < blocks.n; i++) {
        double move = y[i] - turn;
        bool on = (direction >= 0 && move > 0) || (direction <= 0 && move < 0);
        if (!(direction && on) && fabs(move) < least_move) continue;
        if (move > 0) swings.up += move;
        else swings.down -= move;
        direction = move > 0 ? 1 : -1;
        turn = y[i];
        top = fmax(top, y[i]);
        if (top > 0) swings.fall_pct = fmax(swings.fall_pct, 100 * (top - y[i]) / top);
    }
    return swings;
}
