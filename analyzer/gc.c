/* The collector's behaviour over one life, from its GC cycles: which GOGC or memory limit drives it, what it costs,
 * how long it takes. Feeds the table gc_summary and the GC rules; gc_gogc.c infers, gc_rates.c computes the costs.
 *
 * gctrace's own percentage is cumulative since the process' start and relative to GOMAXPROCS; everything here is
 * computed over the window, and the CPU share once more against the CPU that the container may use. */
#include "analyzer/gc_private.h"

#include <math.h>
#include <stdlib.h>

#define STARTUP_CYCLES 10
#define MAX_GOAL       1e15 /* GOGC=off exports the largest integer */

static gm_gc_window window_of(const gm_facts *facts) {
    size_t skip = 0;
    int64_t from = gm_facts_from(facts);
    while (skip < facts->n_cycles && facts->cycles[skip].t_ns < from) skip++;
    if (facts->n_cycles - skip < 5) skip = facts->n_cycles > 3 * STARTUP_CYCLES ? STARTUP_CYCLES : 0;
    return (gm_gc_window){facts->cycles + skip, facts->n_cycles - skip};
}

static double *pick(gm_gc_window window, double (*of)(const gm_gc_row *row)) {
    double *values = g_new(double, window.n ? window.n : 1);
    for (size_t i = 0; i < window.n; i++) values[i] = of(&window.rows[i]);
    return values;
}

static double live_of(const gm_gc_row *row) {
    return (double)row->live_mib * GM_MIB;
}

static double goal_of(const gm_gc_row *row) {
    return row->goal_mib == GM_UNKNOWN ? NAN : (double)row->goal_mib * GM_MIB;
}

/* How far the heap was past its goal when marking ended. */
static double overshoot_of(const gm_gc_row *row) {
    return row->goal_mib == GM_UNKNOWN ? NAN : (double)(row->end_mib - row->goal_mib) * GM_MIB;
}

static double survival_of(const gm_gc_row *row) {
    return row->end_mib > 0 ? 100 * (double)row->live_mib / (double)row->end_mib : NAN;
}

static double mark_of(const gm_gc_row *row) {
    return row->clock_ms[1];
}

static void summarise_sizes(gm_gc_window window, gm_gc_summary *gc) {
    g_autofree double *live = pick(window, live_of), *goal = pick(window, goal_of);
    g_autofree double *over = pick(window, overshoot_of), *survival = pick(window, survival_of);
    size_t tenth = MAX(window.n / 10, MIN(window.n, 3));
    gc->live_first_bytes = gm_stats_median(live, tenth);
    gc->live_last_bytes = gm_stats_median(live + window.n - tenth, tenth);
    gc->live_max_bytes = gm_stats_quantile(live, window.n, 1);
    for (size_t i = 1; i < window.n; i++)
        if (window.rows[i].left_out)
            gc->live_max_bytes = fmax(gc->live_max_bytes, (double)window.rows[i].left_out->most_live_mib * GM_MIB);
    gc->live_p95_bytes = gm_stats_quantile(live, window.n, 0.95);
    gc->live_p99_bytes = gm_stats_quantile(live, window.n, 0.99);
    gc->goal_p95_bytes = gm_stats_quantile(goal, window.n, 0.95);
    gc->overshoot_p95_bytes = gm_stats_quantile(over, window.n, 0.95);
    gc->survival_pct = gm_stats_median(survival, window.n);
}

static void summarise_pauses(gm_gc_window window, gm_gc_summary *gc) {
    g_autofree double *marks = pick(window, mark_of);
    g_autofree double *pauses = g_new(double, 2 * window.n + 1);
    for (size_t i = 0; i < window.n; i++) {
        pauses[2 * i] = window.rows[i].clock_ms[0];
        pauses[2 * i + 1] = window.rows[i].clock_ms[2];
    }
    gc->mark_p95_ms = gm_stats_quantile(marks, window.n, 0.95);
    gc->pause_p50_ms = gm_stats_quantile(pauses, 2 * window.n, 0.5);
    gc->pause_p99_ms = gm_stats_quantile(pauses, 2 * window.n, 0.99);
    gc->pause_max_ms = gm_stats_quantile(pauses, 2 * window.n, 1);
    for (size_t i = 1; i < window.n; i++)
        if (window.rows[i].left_out)
            gc->pause_max_ms = fmax(gc->pause_max_ms, window.rows[i].left_out->longest_pause_ms);
}

static void gc_settings(const gm_facts *facts, gm_gc_summary *gc) {
    const gm_history *gogc = &facts->timeline->history[GM_Q_GO_GOGC],
                     *limit = &facts->timeline->history[GM_Q_GO_MEMLIMIT];
    if (facts->env_gogc != GM_UNKNOWN) gc->gogc = facts->env_gogc, gc->gogc_source = "env";
    else if (gogc->n) gc->gogc = llround(gogc->value[gogc->n - 1]), gc->gogc_source = "metric";
    if (!isnan(facts->env_memlimit)) gc->memlimit_bytes = facts->env_memlimit, gc->memlimit_source = "env";
    else if (limit->n) gc->memlimit_bytes = limit->value[limit->n - 1], gc->memlimit_source = "metric";
}

/* Without a log the exported goal tells both: the goal itself, and the live heap below it when GOGC is known. */
static void sizes_from_metrics(const gm_facts *facts, gm_gc_summary *gc) {
    const gm_history *next = &facts->timeline->history[GM_Q_GO_NEXT_GC];
    g_autofree double *goal = g_new(double, next->n + 1);
    size_t n = 0;
    int64_t from = gm_facts_from(facts);
    for (size_t i = 0; i < next->n; i++)
        if (next->t_ns[i] >= from && next->t_ns[i] <= facts->life->to_ns && next->value[i] > 0 &&
            next->value[i] < MAX_GOAL)
            goal[n++] = next->value[i];
    if (n < 5) return;
    gc->goal_p95_bytes = gm_stats_quantile(goal, n, 0.95);
    if (gc->gogc <= 0 || !isnan(gc->memlimit_bytes)) return;
    double share = 100.0 / (100 + (double)gc->gogc);
    gc->live_p95_bytes = share * gc->goal_p95_bytes;
    gc->live_p99_bytes = share * gm_stats_quantile(goal, n, 0.99);
    gc->live_max_bytes = share * gm_stats_quantile(goal, n, 1);
}

static void test_live(gm_facts *facts, gm_gc_window window) {
    if ((double)window.n < GM_LIMIT_OF(facts, TREND_MIN_CYCLES)) return;
    g_autofree double *live = pick(window, live_of);
    g_autofree int64_t *t_ns = g_new(int64_t, window.n);
    for (size_t i = 0; i < window.n; i++) t_ns[i] = window.rows[i].t_ns;
    gm_trend_options options = {.material = facts->material, .block = {GM_BLOCK_MEDIAN, gm_facts_block_s(facts)}};
    gm_facts_test(facts, GM_TREND_GC_LIVE, t_ns, live, window.n, &options);
}

static void clear(gm_gc_summary *gc) {
    *gc = (gm_gc_summary){.procs = GM_UNKNOWN,
                          .from_ns = GM_UNKNOWN,
                          .to_ns = GM_UNKNOWN,
                          .gogc = GM_UNKNOWN,
                          .gogc_changes = GM_UNKNOWN,
                          .worst_from_ns = GM_UNKNOWN,
                          .worst_to_ns = GM_UNKNOWN,
                          .gomaxprocs_mismatch = GM_UNKNOWN,
                          .old_go = GM_UNKNOWN,
                          .gc_share_high = GM_UNKNOWN,
                          .forced_gc_heavy = GM_UNKNOWN,
                          .near_limit = GM_UNKNOWN,
                          .regime = "unknown"};
    double *unknown[] = {&gc->gogc_match_pct,
                         &gc->memlimit_bytes,
                         &gc->effective_gogc_pct,
                         &gc->gc_share_pct,
                         &gc->gc_quota_share_pct,
                         &gc->assist_share_pct,
                         &gc->assist_ratio_pct,
                         &gc->idle_share_pct,
                         &gc->duty,
                         &gc->cycles_per_s,
                         &gc->alloc_bytes_per_s,
                         &gc->mark_p95_ms,
                         &gc->pause_p50_ms,
                         &gc->pause_p99_ms,
                         &gc->pause_max_ms,
                         &gc->live_first_bytes,
                         &gc->live_last_bytes,
                         &gc->live_max_bytes,
                         &gc->goal_p95_bytes,
                         &gc->live_p95_bytes,
                         &gc->live_p99_bytes,
                         &gc->overshoot_p95_bytes,
                         &gc->survival_pct,
                         &gc->last_gc_age_s,
                         &gc->thrash_s,
                         &gc->pressure_s,
                         &gc->worst_gogc_pct,
                         &gc->worst_duty};
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) *unknown[i] = NAN;
}

void gm_facts_gc(gm_facts *facts) {
    gm_gc_summary *gc = &facts->gc;
    clear(gc);
    gc_settings(facts, gc);
    gm_gc_window window = window_of(facts);
    gc->cycles = facts->all_cycles;
    for (size_t i = 0; i < facts->n_cycles; i++) {
        const gm_gc_row *row = &facts->cycles[i];
        gc->forced += row->forced + (row->left_out ? row->left_out->forced : 0);
        gc->periodic += row->periodic + (row->left_out ? row->left_out->periodic : 0);
    }
    gc->known = facts->n_cycles > 0 || gc->gogc != GM_UNKNOWN || !isnan(gc->memlimit_bytes);
    if (window.n) {
        gc->procs = window.rows[window.n - 1].procs;
        gc->from_ns = window.rows[0].t_ns;
        gc->to_ns = window.rows[window.n - 1].t_ns;
        gc->last_gc_age_s = (double)(facts->life->to_ns - gc->to_ns) / 1e9;
        summarise_sizes(window, gc);
        summarise_pauses(window, gc);
        gm_gc_rates(facts, window, gc);
        gm_gc_regime(facts, window, gc);
        gm_gc_thrash(facts, window, gc);
        test_live(facts, window);
    }
    if (isnan(gc->goal_p95_bytes)) sizes_from_metrics(facts, gc);
    gc->known = gc->known || !isnan(gc->goal_p95_bytes);
    gm_gc_modifiers(facts, gc);
}
