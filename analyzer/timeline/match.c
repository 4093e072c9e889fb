/* Clock rule for a log without times: its collection counts and heap goals laid over the metrics.
 *
 * Between sources.c and clock.c. A sample "c collections at t" says that the process' zero lies where cycle c had
 * ended and the next one had not: an interval. A heap goal says the same for every cycle with that goal. The zero is
 * where the most intervals meet. The answer is all of the places that are about as good, as an uncertainty; when
 * they lie far apart, or when samples of that time disagree, there is no answer. */
#include "analyzer/timeline/clock.h"
#include "analyzer/timeline/intervals.h"

#include <math.h>
#include <stdlib.h>

#define LATE_S      1.2 /* a sample's time is taken before its values, and may be cut to seconds */
#define QUIET_S     125 /* the runtime collects every two minutes when nothing else makes it */
#define WIDEST_S    60  /* an uncertainty beyond this is no placement */
#define AGREE       0.9
#define PAIRS_LIMIT 4000000

enum { FEWEST_COUNTS = 3, FEWEST_GOALS = 8, FEWEST_LEVELS = 4 };

/* The last cycle with a number up to n; -1 when the log begins later. */
static ptrdiff_t cycle_at(const gm_process *process, double n) {
    size_t low = 0, high = process->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((double)process->cycles[middle].n <= n) low = middle + 1;
        else high = middle;
    }
    return (ptrdiff_t)low - 1;
}

/* Ends of the stretch between cycle k and the next one, on the process' clock. */
static double stretch_from(const gm_process *process, ptrdiff_t k) {
    return k < 0 ? 0 : gm_cycle_end_s(&process->cycles[k]);
}

static double stretch_to(const gm_process *process, ptrdiff_t k) {
    if (k + 1 < (ptrdiff_t)process->n) return gm_cycle_end_s(&process->cycles[k + 1]);
    return gm_cycle_end_s(&process->cycles[k]) + QUIET_S;
}

/* --- collection counts --- */

static void add_counts(const gm_clock_series *series, const gm_process *process, GArray *edges) {
    for (size_t i = 0; i < series->n; i++) {
        ptrdiff_t k = cycle_at(process, series->value[i]);
        if (k < 0 && (series->value[i] != 0 || process->cycles[0].n != 1)) continue;
        if (k + 1 == (ptrdiff_t)process->n && series->value[i] > (double)process->cycles[k].n) continue;
        double t = (double)series->t_ns[i] / 1e9;
        gm_intervals_add(edges, t - stretch_to(process, k), t - stretch_from(process, k) + LATE_S, 1);
    }
}

/* A whole series is late by one and the same time that nothing tells. */
static bool meet_late(const gm_clock_series *series, GArray *edges, int64_t fewest, gm_region *where) {
    if (!gm_intervals_meet(edges, (int64_t)(edges->len / 2) / 20, where) || where->votes < fewest) return false;
    where->low -= series->lag_s;
    return true;
}

static bool by_counts(const gm_clock_sources *sources, const gm_process *process, gm_region *where) {
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(gm_edge)),
                      late = g_array_new(FALSE, FALSE, sizeof(gm_edge));
    for (size_t i = 0; i < sources->n_series; i++) {
        const gm_clock_series *series = &sources->series[i];
        if (series->quantity != GM_Q_GO_GC_COUNT) continue;
        if (series->lag_s == 0) {
            add_counts(series, process, all);
            continue;
        }
        g_array_set_size(late, 0);
        add_counts(series, process, late);
        if (meet_late(series, late, FEWEST_COUNTS, where))
            gm_intervals_add(all, where->low, where->high, (int)MIN(where->votes, INT16_MAX));
    }
    return gm_intervals_meet(all, all->len >= 32 ? 1 : 0, where) && where->votes >= FEWEST_COUNTS;
}

/* --- heap goals --- */

/* The goal that is in force after cycle k stands in the line of the next one; the live heap in its own. */
static bool is_level(const gm_clock_series *series, const gm_process *process, ptrdiff_t k, double mib,
                     double room_mib) {
    int64_t level = series->quantity == GM_Q_GO_NEXT_GC ? process->cycles[k + 1].goal_mib : process->cycles[k].live_mib;
    return level != GM_UNKNOWN && mib >= (double)level - room_mib && mib < (double)level + 1 + room_mib;
}

static void add_levels(const gm_clock_series *series, const gm_process *process, double room_mib, GArray *edges) {
    size_t stride = 1 + series->n * process->n / PAIRS_LIMIT;
    for (size_t i = 0; i < series->n; i += stride) {
        double mib = series->value[i] / 1048576, t = (double)series->t_ns[i] / 1e9;
        for (ptrdiff_t k = 0, from; k + 1 < (ptrdiff_t)process->n; k++) {
            if (!is_level(series, process, k, mib, room_mib)) continue;
            for (from = k; k + 2 < (ptrdiff_t)process->n && is_level(series, process, k + 1, mib, room_mib);) k++;
            gm_intervals_add(edges, t - stretch_to(process, k), t - stretch_from(process, from) + LATE_S, 1);
        }
    }
}

/* How often the goal changed: a flat one fits everywhere. */
static int levels_of(const gm_process *process) {
    int levels = 1;
    for (size_t i = 1; i < process->n; i++) levels += process->cycles[i].goal_mib != process->cycles[i - 1].goal_mib;
    return levels;
}

static bool by_goals(const gm_clock_sources *sources, const gm_process *process, double room_mib, gm_region *where) {
    bool found = false;
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(gm_edge));
    for (size_t i = 0; i < sources->n_series && process->n > 1; i++) {
        const gm_clock_series *series = &sources->series[i];
        gm_region one;
        if (series->quantity != GM_Q_GO_NEXT_GC && series->quantity != GM_Q_GO_HEAP_LIVE) continue;
        g_array_set_size(edges, 0);
        add_levels(series, process, room_mib, edges);
        if (!meet_late(series, edges, FEWEST_GOALS, &one) || (found && one.votes <= where->votes)) continue;
        *where = one;
        found = true;
    }
    return found && levels_of(process) >= FEWEST_LEVELS;
}

/* --- checks --- */

static ptrdiff_t cycle_before(const gm_process *process, double seconds) {
    size_t low = 0, high = process->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (gm_cycle_end_s(&process->cycles[middle]) <= seconds) low = middle + 1;
        else high = middle;
    }
    return (ptrdiff_t)low - 1;
}

typedef bool (*fits_between)(const gm_clock_series *series, const gm_process *process, double value,
                             const ptrdiff_t cycles[2]);

/* All cycles that a sample can have seen are held, and the one behind them. */
static bool all_held(const gm_process *process, const ptrdiff_t cycles[2]) {
    for (ptrdiff_t k = cycles[0]; k <= cycles[1] && k + 1 < (ptrdiff_t)process->n; k++)
        if (process->cycles[k + 1].left_out) return false;
    return true;
}

/* Samples that fall between the first and the last cycle, each against the cycles that it can have seen. */
static gm_clock_check check(const gm_clock_sources *sources, const gm_process *process, gm_quantity quantity,
                            const double zero_s[2], fits_between fits) {
    gm_clock_check result = {0, 0};
    for (size_t i = 0; i < sources->n_series; i++) {
        const gm_clock_series *series = &sources->series[i];
        for (size_t s = 0; s < series->n && series->quantity == quantity; s++) {
            double t = (double)series->t_ns[s] / 1e9, from = t - series->lag_s - zero_s[1], to = t - zero_s[0] + LATE_S;
            if (from < 0 || to > gm_cycle_end_s(&process->cycles[process->n - 1])) continue;
            const ptrdiff_t cycles[2] = {cycle_before(process, from), cycle_before(process, to)};
            if (!all_held(process, cycles)) continue;
            result.checks++;
            result.failed += !fits(series, process, series->value[s], cycles);
        }
    }
    return result;
}

static bool count_fits(const gm_clock_series *series, const gm_process *process, double value,
                       const ptrdiff_t cycles[2]) {
    (void)series;
    double least = cycles[0] < 0 ? (double)process->cycles[0].n - 1 : (double)process->cycles[cycles[0]].n;
    double most = cycles[1] < 0 ? (double)process->cycles[0].n - 1 : (double)process->cycles[cycles[1]].n;
    return value >= least && value <= most;
}

/* A little room: a forced collection's line tells its goal otherwise. */
static bool goal_fits(const gm_clock_series *series, const gm_process *process, double value,
                      const ptrdiff_t cycles[2]) {
    (void)series;
    double mib = value / 1048576;
    for (ptrdiff_t k = MAX(cycles[0], -1); k <= cycles[1] && k + 1 < (ptrdiff_t)process->n; k++) {
        int64_t goal = process->cycles[k + 1].goal_mib;
        if (goal == GM_UNKNOWN || fabs(mib - (double)goal - 0.5) <= 1.5 + 0.05 * (double)goal) return true;
    }
    return false;
}

gm_clock_check gm_clock_check_counts(const gm_clock_sources *sources, const gm_process *process, double zero_s,
                                     double uncertainty_s) {
    return check(sources, process, GM_Q_GO_GC_COUNT, (double[2]){zero_s - uncertainty_s, zero_s + uncertainty_s},
                 count_fits);
}

gm_clock_check gm_clock_check_goals(const gm_clock_sources *sources, const gm_process *process, double zero_s,
                                    double uncertainty_s) {
    return check(sources, process, GM_Q_GO_NEXT_GC, (double[2]){zero_s - uncertainty_s, zero_s + uncertainty_s},
                 goal_fits);
}

static bool mostly(gm_clock_check check, double share) {
    return (double)check.failed <= (1 - share) * (double)check.checks;
}

/* Nothing that samples of that time contradict, and enough of them to say so. */
static bool stands(const gm_clock_sources *sources, const gm_process *process, bool counted,
                   gm_clock_candidate *candidate, const gm_region *where) {
    double uncertainty = (where->high - where->low) / 2;
    *candidate = (gm_clock_candidate){.rule = counted ? "gc_counts" : "heap_sizes",
                                      .zero_s = (where->low + where->high) / 2,
                                      .uncertainty_s = fmax(uncertainty, 0.1),
                                      .pairs = where->votes};
    if (!(uncertainty <= WIDEST_S)) return false;
    gm_clock_check counts = gm_clock_check_counts(sources, process, candidate->zero_s, candidate->uncertainty_s);
    gm_clock_check goals = gm_clock_check_goals(sources, process, candidate->zero_s, candidate->uncertainty_s);
    bool enough = counted ? counts.checks >= FEWEST_COUNTS : goals.checks >= FEWEST_GOALS;
    return enough && mostly(counts, AGREE) && mostly(goals, counted ? 0.5 : AGREE);
}

/* Goals are told in whole MiB and agree exactly, unless globals and stacks grew between the cycle and the sample. */
bool gm_place_match(const gm_clock_sources *sources, const gm_process *process, gm_clock_candidate *candidate) {
    gm_region where;
    if (by_counts(sources, process, &where) && stands(sources, process, true, candidate, &where)) return true;
    if (by_goals(sources, process, 0, &where) && stands(sources, process, false, candidate, &where)) return true;
    if (by_goals(sources, process, 0.5, &where) && stands(sources, process, false, candidate, &where)) return true;
    candidate->rule = NULL;
    return false;
}
