/* Tells processes apart by their two clocks: the cycle number grows by one, the start time never falls.
 *
 * Comes behind gctrace.c, which asks for each cycle in the order of the log. A cycle that fits no known process
 * begins a new one (a restart). One that fits several goes to the one whose number it follows without a gap; but a
 * process that was silent since the current one began is the deader the longer that lasts, so that a restarted
 * process whose log has a gap is not taken for the old one. Behind a gap stamps must agree as well: they tell when
 * the process began, but for the time that a line is under way and for steps of the wall clock. */
#include "importer/logs/gctrace_process.h"

enum { GAP_COST = 16, ZERO_TOLERANCE_MS = 60000 };

static gm_gc_process *current_of(gm_gc_processes *p) {
    gm_gc_process *current = NULL;
    for (size_t i = 0; i < GM_GC_PROCESSES; i++) {
        gm_gc_process *it = &p->processes[i];
        if (it->number && (!current || it->last_at > current->last_at)) current = it;
    }
    return current;
}

static int64_t cost_of(const gm_gc_processes *p, const gm_gc_process *it, const gm_gc_process *current, int64_t n) {
    int64_t gap = n - it->last_n, cost = 0;
    if (gap > 1) cost = gap < INT32_MAX ? GAP_COST + gap : INT32_MAX;
    if (it->last_at < current->first_at) cost += p->seen - it->last_at;
    return cost;
}

static int64_t zero_of(const gm_gc_moment *cycle) {
    bool known = cycle->wall_ms != GM_UNKNOWN && cycle->start_ms <= INT64_MAX / 4;
    return known ? cycle->wall_ms - cycle->start_ms : GM_UNKNOWN;
}

static bool fits(const gm_gc_process *it, const gm_gc_moment *cycle) {
    if (!it->number || cycle->n <= it->last_n || cycle->start_ms < it->last_ms) return false;
    int64_t zero = zero_of(cycle);
    if (cycle->n - it->last_n == 1 || zero == GM_UNKNOWN || it->zero_ms == GM_UNKNOWN) return true;
    return zero - it->zero_ms <= ZERO_TOLERANCE_MS && it->zero_ms - zero <= ZERO_TOLERANCE_MS;
}

static gm_gc_process *best_fit(gm_gc_processes *p, const gm_gc_moment *cycle) {
    gm_gc_process *current = current_of(p), *best = NULL;
    int64_t best_cost = INT64_MAX;
    for (size_t i = 0; i < GM_GC_PROCESSES; i++) {
        gm_gc_process *it = &p->processes[i];
        if (!fits(it, cycle)) continue;
        int64_t cost = cost_of(p, it, current, cycle->n);
        if (cost < best_cost || (cost == best_cost && best && it->last_at > best->last_at)) {
            best = it;
            best_cost = cost;
        }
    }
    return best;
}

/* A free place, or that of the process heard longest ago. */
static gm_gc_process *begin(gm_gc_processes *p, gm_log *log) {
    gm_gc_process *place = &p->processes[0];
    for (size_t i = 1; i < GM_GC_PROCESSES && place->number; i++) {
        gm_gc_process *it = &p->processes[i];
        if (!it->number || it->last_at < place->last_at) place = it;
    }
    *place = (gm_gc_process){.number = gm_log_next_process(log), .zero_ms = GM_UNKNOWN, .first_at = p->seen};
    return place;
}

int64_t gm_gc_process_of(gm_gc_processes *processes, gm_log *log, const gm_gc_moment *cycle) {
    processes->seen++;
    gm_gc_process *process = best_fit(processes, cycle);
    if (!process) process = begin(processes, log);
    process->last_n = cycle->n;
    process->last_ms = cycle->start_ms;
    int64_t zero = zero_of(cycle);
    if (zero != GM_UNKNOWN) process->zero_ms = zero;
    process->last_at = processes->seen;
    return process->number;
}
