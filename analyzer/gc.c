/* The collector's behaviour over one life, from its GC cycles: which GOGC or memory limit drives it, what it costs,
 * how long it takes. Feeds the table gc_summary and the GC rules.
 *
 * gctrace's own percentage is cumulative since the process' start and relative to GOMAXPROCS; everything here is
 * computed over the window, and the CPU share once more against the CPU that the container may use.
 * Goal of cycle N (Go 1.18 and later): live + (live + stacks + globals) * GOGC / 100, all of cycle N - 1; before 1.18
 * live * (1 + GOGC / 100). The printed MiB are floored, so that each pair of cycles gives an interval for GOGC. */
#include "analyzer/facts_private.h"

#include <math.h>
#include <stdlib.h>

#define MIB 1048576.0
#define MAX_GOGC 5000   /* candidates, percent */
#define MIN_LIVE_MIB 8  /* below, flooring leaves no information */
#define STARTUP_CYCLES 10

typedef struct {
    const gm_gc_row *rows;
    size_t n;
} gm_window;

static gm_window window_of(const gm_facts *facts) {
    size_t skip = 0;
    int64_t from = gm_facts_from(facts);
    while (skip < facts->n_cycles && facts->cycles[skip].t_ns < from) skip++;
    if (facts->n_cycles - skip < 5) skip = facts->n_cycles > 3 * STARTUP_CYCLES ? STARTUP_CYCLES : 0;
    return (gm_window){facts->cycles + skip, facts->n_cycles - skip};
}

static bool consecutive(const gm_gc_row *a, const gm_gc_row *b) {
    return a->member_id == b->member_id && a->process == b->process && b->n == a->n + 1;
}

static double end_s(const gm_gc_row *row) {
    return row->start_s + (row->clock_ms[0] + row->clock_ms[1] + row->clock_ms[2]) / 1e3;
}

/* The interval of GOGC (percent) that could have led from one cycle to the next. */
static bool gogc_interval(const gm_gc_row *before, const gm_gc_row *row, double *low, double *high) {
    if (!consecutive(before, row) || row->goal_mib == GM_UNKNOWN || before->live_mib < MIN_LIVE_MIB || row->forced) return false;
    double live = (double)before->live_mib, goal = (double)row->goal_mib;
    bool pacer_118 = before->stacks_mib != GM_UNKNOWN;
    double more = pacer_118 ? (double)(before->stacks_mib + before->globals_mib) : 0;
    *low = 100 * (goal - (live + 1)) / (live + 1 + more + (pacer_118 ? 2 : 0));
    *high = 100 * (goal + 1 - live) / (live + more);
    return true;
}

typedef struct {
    int gogc; /* -1: none */
    double match_pct;
    size_t intervals;
} gm_gogc_vote;

/* The integer that most intervals hold; a common setting is preferred among equals, then the middle of the run. */
static gm_gogc_vote vote_gogc(gm_window window) {
    static const int common[] = {100, 50, 200, 400, 25, 75, 150, 300, 500, 800, 1000};
    int votes[MAX_GOGC + 2] = {0};
    gm_gogc_vote vote = {-1, NAN, 0};
    for (size_t i = 1; i < window.n; i++) {
        double low, high;
        if (!gogc_interval(&window.rows[i - 1], &window.rows[i], &low, &high)) continue;
        vote.intervals++;
        int from = (int)fmin(fmax(ceil(low), 1), MAX_GOGC), to = (int)fmin(floor(high), MAX_GOGC);
        if (to < from) continue;
        votes[from]++;
        votes[to + 1]--;
    }
    int best = 0, first = -1, last = -1;
    for (int g = 1; g <= MAX_GOGC; g++) {
        votes[g] += votes[g - 1];
        if (votes[g] > best) best = votes[g], first = g;
        if (votes[g] == best && last < g && first >= 0 && (last == g - 1 || first == g)) last = g;
    }
    if (best == 0) return vote;
    vote.gogc = first + (last - first) / 2;
    for (size_t i = G_N_ELEMENTS(common); i-- > 0;)
        if (votes[common[i]] >= best - (int)vote.intervals / 50) vote.gogc = common[i];
    vote.match_pct = 100.0 * best / (double)vote.intervals;
    return vote;
}

static double variation(const double *y, size_t n) {
    double median = gm_stats_median(y, n);
    return gm_stats_mad_scaled(y, n) / median;
}

/* Goal constant while the live heap is not: a memory limit drives the collector. */
static bool limit_driven(gm_window window) {
    g_autofree double *goal = g_new(double, window.n), *live = g_new(double, window.n);
    size_t n = 0;
    for (size_t i = 0; i < window.n; i++) {
        if (window.rows[i].goal_mib == GM_UNKNOWN || window.rows[i].live_mib < 4) continue;
        goal[n] = (double)window.rows[i].goal_mib;
        live[n++] = (double)window.rows[i].live_mib;
    }
    return n >= 10 && variation(goal, n) < 0.05 && variation(live, n) >= 2 * variation(goal, n);
}

static double *pick(gm_window window, double (*of)(const gm_gc_row *row)) {
    double *values = g_new(double, window.n ? window.n : 1);
    for (size_t i = 0; i < window.n; i++) values[i] = of(&window.rows[i]);
    return values;
}

static double live_of(const gm_gc_row *row) {
    return (double)row->live_mib * MIB;
}

static double goal_of(const gm_gc_row *row) {
    return row->goal_mib == GM_UNKNOWN ? NAN : (double)row->goal_mib * MIB;
}

static double mark_of(const gm_gc_row *row) {
    return row->clock_ms[1];
}

static void summarise_sizes(gm_window window, gm_gc_summary *gc) {
    g_autofree double *live = pick(window, live_of), *goal = pick(window, goal_of);
    size_t tenth = MAX(window.n / 10, MIN(window.n, 3));
    gc->live_first_bytes = gm_stats_median(live, tenth);
    gc->live_last_bytes = gm_stats_median(live + window.n - tenth, tenth);
    gc->live_max_bytes = gm_stats_quantile(live, window.n, 1);
    gc->live_p95_bytes = gm_stats_quantile(live, window.n, 0.95);
    gc->goal_p95_bytes = gm_stats_quantile(goal, window.n, 0.95);
}

static void summarise_pauses(gm_window window, gm_gc_summary *gc) {
    g_autofree double *marks = pick(window, mark_of);
    g_autofree double *pauses = g_new(double, 2 * window.n + 1);
    for (size_t i = 0; i < window.n; i++) {
        pauses[2 * i] = window.rows[i].clock_ms[0];
        pauses[2 * i + 1] = window.rows[i].clock_ms[2];
    }
    gc->mark_p95_ms = gm_stats_quantile(marks, window.n, 0.95);
    gc->pause_p99_ms = gm_stats_quantile(pauses, 2 * window.n, 0.99);
    gc->pause_max_ms = gm_stats_quantile(pauses, 2 * window.n, 1);
}

static void summarise_rates(const gm_facts *facts, gm_window window, gm_gc_summary *gc) {
    double elapsed = 0, cpu = 0, assist = 0, wall = 0, allocated = 0, between = 0, procs = 0;
    g_autofree double *effective = g_new(double, window.n);
    size_t n = 0, steps = 0;
    for (size_t i = 1; i < window.n; i++) {
        const gm_gc_row *row = &window.rows[i], *before = row - 1;
        if (row->member_id != before->member_id || row->process != before->process) continue;
        elapsed += row->start_s - before->start_s;
        cpu += (before->cpu_ms[0] + before->cpu_ms[1] + before->cpu_ms[2] + before->cpu_ms[4]) / 1e3;
        assist += before->cpu_ms[1] / 1e3;
        wall += (before->clock_ms[0] + before->clock_ms[1] + before->clock_ms[2]) / 1e3;
        allocated += fmax(0, (double)(row->end_mib - before->live_mib)) * MIB;
        between += end_s(row) - end_s(before);
        procs += (double)row->procs;
        steps++;
        if (consecutive(before, row) && before->live_mib >= MIN_LIVE_MIB && row->goal_mib != GM_UNKNOWN)
            effective[n++] = 100.0 * (double)(row->goal_mib - before->live_mib) / (double)before->live_mib;
    }
    if (elapsed <= 0 || steps == 0) return;
    procs /= (double)steps;
    gc->effective_gogc_pct = gm_stats_median(effective, n);
    gc->gc_share_pct = 100 * cpu / (elapsed * procs);
    gc->gc_quota_share_pct = 100 * cpu / (elapsed * (facts->cpu_limit < procs ? facts->cpu_limit : procs));
    gc->assist_share_pct = 100 * assist / (elapsed * procs);
    gc->duty = wall / elapsed;
    gc->cycles_per_s = (double)steps / elapsed;
    gc->alloc_bytes_per_s = between > 0 ? allocated / between : NAN;
}

static void decide_regime(const gm_facts *facts, gm_window window, gm_gc_summary *gc) {
    gm_gogc_vote vote = vote_gogc(window);
    size_t without_goal = 0;
    for (size_t i = 0; i < window.n; i++) without_goal += window.rows[i].goal_mib == GM_UNKNOWN;
    bool accepted = vote.intervals >= 5 && vote.match_pct >= GM_LIMIT_OF(facts, GOGC_ACCEPT_PCT);
    if (window.n && without_goal * 2 > window.n) gc->regime = "off";
    else if (vote.intervals < 5) gc->regime = window.n ? "min_heap" : "unknown";
    else if (accepted || vote.match_pct >= 80) gc->regime = "gogc";
    else gc->regime = limit_driven(window) || !isnan(facts->env_memlimit) ? "memory_limit" : "unknown";
    gc->gogc_match_pct = vote.match_pct;
    if (gc->gogc == GM_UNKNOWN && strcmp(gc->regime, "gogc") == 0) gc->gogc = vote.gogc, gc->gogc_source = "inferred";
}

static void gc_settings(const gm_facts *facts, gm_gc_summary *gc) {
    const gm_history *gogc = &facts->timeline->history[GM_Q_GO_GOGC], *limit = &facts->timeline->history[GM_Q_GO_MEMLIMIT];
    if (facts->env_gogc != GM_UNKNOWN) gc->gogc = facts->env_gogc, gc->gogc_source = "env";
    else if (gogc->n) gc->gogc = llround(gogc->value[gogc->n - 1]), gc->gogc_source = "metric";
    if (!isnan(facts->env_memlimit)) gc->memlimit_bytes = facts->env_memlimit, gc->memlimit_source = "env";
    else if (limit->n) gc->memlimit_bytes = limit->value[limit->n - 1], gc->memlimit_source = "metric";
}

static void test_live(gm_facts *facts, gm_window window) {
    if ((double)window.n < GM_LIMIT_OF(facts, TREND_MIN_CYCLES)) return;
    g_autofree double *live = pick(window, live_of);
    g_autofree int64_t *t_ns = g_new(int64_t, window.n);
    for (size_t i = 0; i < window.n; i++) t_ns[i] = window.rows[i].t_ns;
    double period = window.n > 1 ? (double)(t_ns[window.n - 1] - t_ns[0]) / 1e9 / (double)(window.n - 1) : 0;
    gm_trend_options options = {.material = facts->material, .block = {GM_BLOCK_MEDIAN, fmin(3 * period, facts->window_s / 24)}};
    gm_facts_test(facts, GM_TREND_GC_LIVE, t_ns, live, window.n, &options);
}

void gm_facts_gc(gm_facts *facts) {
    gm_gc_summary *gc = &facts->gc;
    *gc = (gm_gc_summary){.procs = GM_UNKNOWN, .from_ns = GM_UNKNOWN, .to_ns = GM_UNKNOWN, .gogc = GM_UNKNOWN, .regime = "unknown"};
    double *unknown[] = {&gc->gogc_match_pct, &gc->memlimit_bytes, &gc->effective_gogc_pct, &gc->gc_share_pct, &gc->gc_quota_share_pct,
                         &gc->assist_share_pct, &gc->duty, &gc->cycles_per_s, &gc->alloc_bytes_per_s, &gc->mark_p95_ms, &gc->pause_p99_ms,
                         &gc->pause_max_ms, &gc->live_first_bytes, &gc->live_last_bytes, &gc->live_max_bytes, &gc->goal_p95_bytes,
                         &gc->live_p95_bytes, &gc->last_gc_age_s};
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) *unknown[i] = NAN;
    gc_settings(facts, gc);
    gm_window window = window_of(facts);
    gc->cycles = (int64_t)facts->n_cycles;
    for (size_t i = 0; i < facts->n_cycles; i++) {
        gc->forced += facts->cycles[i].forced;
        gc->periodic += facts->cycles[i].periodic;
    }
    gc->known = facts->n_cycles > 0 || gc->gogc != GM_UNKNOWN;
    if (window.n == 0) return;
    gc->procs = window.rows[window.n - 1].procs;
    gc->from_ns = window.rows[0].t_ns;
    gc->to_ns = window.rows[window.n - 1].t_ns;
    gc->last_gc_age_s = (double)(facts->life->to_ns - gc->to_ns) / 1e9;
    summarise_sizes(window, gc);
    summarise_pauses(window, gc);
    summarise_rates(facts, window, gc);
    decide_regime(facts, window, gc);
    test_live(facts, window);
}
