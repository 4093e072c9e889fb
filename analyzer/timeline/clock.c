/* Puts the runtime's own clock (seconds since the process' start) on the wall clock, process by process.
 * Between loading the GC cycles and cutting lives. Best evidence first: a pair of collection count and time of
 * the last collection from MemStats, then the log's time stamps, then the process' start time. */
#include "analyzer/timeline/clock.h"

#include <math.h>
#include <stdlib.h>

static double cycle_end_s(const gm_gc_row *cycle) {
    return cycle->start_s + (cycle->clock_ms[0] + cycle->clock_ms[1] + cycle->clock_ms[2]) / 1e3;
}

static int by_double(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Each log line is written after its cycle ended, never before: the earliest zero is the best. */
static bool place_by_log(const gm_process *process, const int64_t *log_ns, gm_clock *clock) {
    g_autofree double *zeros = g_new(double, process->n);
    size_t n = 0;
    int64_t base = GM_UNKNOWN;
    for (size_t i = 0; i < process->n; i++) {
        if (log_ns[i] == GM_UNKNOWN) continue;
        if (base == GM_UNKNOWN) base = log_ns[i];
        zeros[n++] = (double)(log_ns[i] - base) / 1e9 - cycle_end_s(&process->cycles[i]);
    }
    if (n == 0) return false;
    qsort(zeros, n, sizeof *zeros, by_double);
    clock->zero_ns = base + llround(zeros[0] * 1e9);
    clock->uncertainty_ns = MAX(llround((zeros[n / 2] - zeros[0]) * 1e9), 1000000);
    clock->pairs = (int64_t)n;
    clock->rule = "log_stamp";
    return true;
}

static const gm_gc_row *find_cycle(const gm_process *process, int64_t n) {
    for (size_t i = 0; i < process->n; i++)
        if (process->cycles[i].n == n) return &process->cycles[i];
    return NULL;
}

/* Samples of "how many collections" and "when the last one ended", taken together, name one cycle's end. A
 * candidate zero counts when others agree within 50 ms: a count that belongs to another process does not. */
static bool place_by_memstats(const gm_process *process, const gm_history *count, const gm_history *last, gm_clock *clock) {
    g_autofree double *zeros = g_new(double, count->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < count->n; i++) {
        double when = gm_history_at(last, count->t_ns[i], GM_NS_PER_S);
        const gm_gc_row *cycle = when > 1e9 ? find_cycle(process, (int64_t)count->value[i]) : NULL;
        if (cycle) zeros[n++] = when - cycle_end_s(cycle);
    }
    qsort(zeros, n, sizeof *zeros, by_double);
    size_t best = 0, votes = 0;
    for (size_t i = 0, j = 0; i < n; i++) {
        while (zeros[i] - zeros[j] > 0.05) j++;
        if (i - j + 1 > votes) votes = i - j + 1, best = j + (i - j) / 2;
    }
    if (votes < 2) return false;
    *clock = (gm_clock){.zero_ns = llround(zeros[best] * 1e9), .uncertainty_ns = 2000000, .pairs = (int64_t)votes,
                        .rule = "memstats_pair"};
    return true;
}

void gm_clock_place(const gm_timeline *timeline, const gm_process *process, const int64_t *log_ns, gm_clock *clock) {
    *clock = (gm_clock){.zero_ns = GM_UNKNOWN, .uncertainty_ns = GM_UNKNOWN, .rule = "unplaced"};
    if (place_by_memstats(process, &timeline->history[GM_Q_GO_GC_COUNT], &timeline->history[GM_Q_GO_LAST_GC], clock)) return;
    place_by_log(process, log_ns, clock);
}

/* The distinct values of process_start_time_seconds, in time order. */
static GArray *process_starts(const gm_history *start) {
    GArray *starts = g_array_new(FALSE, FALSE, sizeof(double));
    for (size_t i = 0; i < start->n; i++) {
        double last = starts->len ? g_array_index(starts, double, starts->len - 1) : -INFINITY;
        if (start->value[i] > last + 0.5) g_array_append_val(starts, start->value[i]);
    }
    return starts;
}

void gm_clock_place_rest(const gm_timeline *timeline, gm_clock *clocks, size_t n) {
    g_autoptr(GArray) starts = process_starts(&timeline->history[GM_Q_PROC_START]);
    size_t unplaced = 0;
    for (size_t i = 0; i < n; i++) unplaced += clocks[i].zero_ns == GM_UNKNOWN;
    if (unplaced == 0 || unplaced != n || starts->len < n) return;
    /* Logs keep the newest runs: pair from the end. */
    for (size_t i = 0; i < n; i++) {
        double start = g_array_index(starts, double, starts->len - n + i);
        clocks[i] = (gm_clock){.zero_ns = llround(start * 1e9), .uncertainty_ns = 50000000, .pairs = 1, .rule = "process_start"};
    }
}
