/* What the collector costs: CPU shares over the window, time under collection, allocation rate, and the part of the
 * window in which it did worst. After gc.c chose the window, before the GC rules.
 *
 * Idle workers are left out of the shares: they take CPU that nobody wanted. The allocation rate is heap at the end
 * of a mark less the live heap before it: heap at its start less that reads 0 while the collector thrashes. */
#include "analyzer/gc_private.h"
#include "analyzer/verdict_text.h"

#include <math.h>

#define WORST_CYCLES 20 /* a part of the window that is judged alone */
#define WORST_S      10.0
#define FORCED_MIN   10

typedef struct {
    double elapsed, cpu, assist, background, idle, wall, allocated, between, procs;
    size_t steps, asked; /* cycles, and those that the heap's growth asked for */
} gm_gc_sums;

static double end_s(const gm_gc_row *row) {
    return row->start_s + gm_gc_wall_s(row);
}

/* Cycles between the two rows that are not held. */
static void add_left_out(gm_gc_sums *sums, const gm_gc_left_out *more) {
    const double *cpu = more->cpu_ms;
    sums->cpu += (cpu[0] + cpu[1] + cpu[2] + cpu[4]) / 1e3;
    sums->assist += cpu[1] / 1e3;
    sums->background += cpu[2] / 1e3;
    sums->idle += cpu[3] / 1e3;
    sums->wall += more->wall_ms / 1e3;
    sums->allocated += more->allocated_mib * GM_MIB;
    sums->procs += more->procs;
    sums->steps += (size_t)more->cycles;
    sums->asked += (size_t)(more->cycles - more->periodic);
}

static void add_step(gm_gc_sums *sums, const gm_gc_row *before, const gm_gc_row *row) {
    const double *cpu = before->cpu_ms;
    sums->elapsed += row->start_s - before->start_s;
    sums->cpu += (cpu[0] + cpu[1] + cpu[2] + cpu[4]) / 1e3;
    sums->assist += cpu[1] / 1e3;
    sums->background += cpu[2] / 1e3;
    sums->idle += cpu[3] / 1e3;
    sums->wall += gm_gc_wall_s(before);
    sums->allocated +=
        fmax(0, (double)(row->end_mib - (row->left_out ? row->left_out->last_live_mib : before->live_mib))) * GM_MIB;
    sums->between += end_s(row) - end_s(before);
    sums->procs += (double)row->procs;
    sums->steps++;
    sums->asked += !before->periodic;
    if (row->left_out) add_left_out(sums, row->left_out);
}

void gm_gc_rates(const gm_facts *facts, gm_gc_window window, gm_gc_summary *gc) {
    g_autofree double *effective = g_new(double, window.n + 1);
    gm_gc_sums sums = {0};
    size_t n = 0;
    for (size_t i = 1; i < window.n; i++) {
        const gm_gc_row *row = &window.rows[i];
        if (!gm_gc_same_process(row - 1, row) || row->start_s < row[-1].start_s) continue;
        add_step(&sums, row - 1, row);
        if (!isnan(gm_gc_effective(row - 1, row))) effective[n++] = gm_gc_effective(row - 1, row);
    }
    if (!(sums.elapsed > 0)) return;
    double procs = sums.procs / (double)sums.steps, usable = facts->cpu_limit < procs ? facts->cpu_limit : procs;
    gc->effective_gogc_pct = gm_stats_median(effective, n);
    gc->gc_share_pct = 100 * sums.cpu / (sums.elapsed * procs);
    gc->gc_quota_share_pct = 100 * sums.cpu / (sums.elapsed * usable);
    gc->assist_share_pct = 100 * sums.assist / (sums.elapsed * usable);
    gc->assist_ratio_pct = 100 * sums.assist / (sums.assist + sums.background);
    gc->idle_share_pct = 100 * sums.idle / (sums.elapsed * procs);
    gc->duty = sums.wall / sums.elapsed;
    gc->cycles_per_s = (double)sums.asked / sums.elapsed;
    gc->alloc_bytes_per_s = sums.between > 0 ? sums.allocated / sums.between : NAN;
}

/* --- the worst part --- */

typedef struct {
    size_t from, to; /* cycles; the last one only ends the part */
    double elapsed, duty, gogc;
} gm_gc_part;

/* Twenty cycles and ten seconds of one process, or as much as there is. */
static bool part_at(gm_gc_window window, size_t from, double *scratch, gm_gc_part *part) {
    const gm_gc_row *first = &window.rows[from];
    double wall = 0;
    size_t to = from, n = 0;
    while (to + 1 < window.n && gm_gc_same_process(first, &window.rows[to + 1]) && !window.rows[to + 1].left_out) {
        wall += gm_gc_wall_s(&window.rows[to]);
        to++;
        double effective = gm_gc_effective(&window.rows[to - 1], &window.rows[to]);
        if (!isnan(effective)) scratch[n++] = effective;
        if (to - from >= WORST_CYCLES && window.rows[to].start_s - first->start_s >= WORST_S) break;
    }
    double elapsed = window.rows[to].start_s - first->start_s;
    *part = (gm_gc_part){from, to, elapsed, wall / elapsed, gm_stats_median(scratch, n)};
    return to - from >= WORST_CYCLES && elapsed > 0 && n > 0;
}

/* A small GOGC by configuration looks alike: then the room is what was asked for. */
static bool as_configured(const gm_gc_summary *gc, double effective) {
    return strcmp(gc->regime, "gogc") == 0 && gc->gogc > 0 && effective > 0.5 * (double)gc->gogc;
}

static void keep_worst(gm_gc_window window, const gm_gc_part *part, gm_gc_summary *gc) {
    if (!isnan(gc->worst_gogc_pct) && part->gogc >= gc->worst_gogc_pct) return;
    gc->worst_gogc_pct = part->gogc;
    gc->worst_duty = part->duty;
    gc->worst_from_ns = window.rows[part->from].t_ns;
    gc->worst_to_ns = window.rows[part->to].t_ns;
}

void gm_gc_thrash(const gm_facts *facts, gm_gc_window window, gm_gc_summary *gc) {
    g_autofree double *scratch = g_new(double, window.n + 1);
    bool limited = strcmp(gc->regime, "memory_limit") == 0 || strcmp(gc->regime, "collapsed") == 0;
    double thrash = 0, pressure = 0;
    size_t parts = 0;
    for (size_t from = 0; from + 1 < window.n;) {
        gm_gc_part part;
        bool whole = part_at(window, from, scratch, &part);
        from = MAX(part.to, from + 1);
        if (!whole) continue;
        parts++;
        if (part.duty <= GM_LIMIT_OF(facts, THRASH_DUTY) || as_configured(gc, part.gogc)) continue;
        bool worst = part.gogc < GM_LIMIT_OF(facts, THRASH_GOGC);
        bool hard = limited && part.gogc < GM_LIMIT_OF(facts, PRESSURE_GOGC);
        if (worst) thrash += part.elapsed;
        else if (hard) pressure += part.elapsed;
        if (worst || hard) keep_worst(window, &part, gc);
    }
    if (parts) gc->thrash_s = thrash, gc->pressure_s = pressure;
}

/* --- modifiers --- */

static int64_t flag(bool known, bool value) {
    return known ? value : GM_UNKNOWN;
}

static int64_t near_limit(const gm_facts *facts) {
    double top = NAN;
    for (size_t i = 0; i < facts->n_points; i++) top = fmax(top, gm_hard_of(&facts->points[i]));
    return flag(!isnan(top) && !isnan(facts->limit), top > GM_LIMIT_OF(facts, NEAR_LIMIT) * facts->limit);
}

void gm_gc_modifiers(const gm_facts *facts, gm_gc_summary *gc) {
    int64_t procs = gc->procs;
    const gm_history *maxprocs = &facts->timeline->history[GM_Q_GO_MAXPROCS];
    if (procs == GM_UNKNOWN && maxprocs->n) procs = gc->procs = llround(maxprocs->value[maxprocs->n - 1]);
    gc->gomaxprocs_mismatch =
        flag(procs != GM_UNKNOWN && !isnan(facts->cpu_limit), (double)procs > ceil(facts->cpu_limit));
    gc->old_go = flag(facts->go_minor > 0, facts->go_minor < 19);
    gc->gc_share_high =
        flag(!isnan(gc->gc_quota_share_pct), gc->gc_quota_share_pct > GM_LIMIT_OF(facts, GC_SHARE_HIGH_PCT));
    gc->forced_gc_heavy =
        flag(gc->cycles > 0,
             gc->forced >= FORCED_MIN && (double)gc->forced > GM_LIMIT_OF(facts, GC_FORCED_SHARE) * (double)gc->cycles);
    gc->near_limit = near_limit(facts);
    gc->oom_confirmed = facts->n_kills > 0;
}
