/* Tells processes apart by their two clocks: the cycle number grows by one, the start time never falls.
 *
 * Comes behind gctrace.c, which asks for each cycle in the order of the log. A cycle that fits no known process
 * begins a new one (a restart); one that fits several goes to the one whose number it follows best. A process that
 * was silent since the current one began is probably dead, so it must fit clearly better to come back; this tells
 * a restarted process from two that write at the same time. */
#include "importer/logs/gctrace_process.h"

enum { DEAD_COST = 8 };

static gm_gc_process *current_of(gm_gc_processes *p) {
    gm_gc_process *current = NULL;
    for (size_t i = 0; i < GM_GC_PROCESSES; i++) {
        gm_gc_process *it = &p->processes[i];
        if (it->number && (!current || it->last_at > current->last_at)) current = it;
    }
    return current;
}

static gm_gc_process *best_fit(gm_gc_processes *p, int64_t n, int64_t start_ms) {
    gm_gc_process *current = current_of(p), *best = NULL;
    int64_t best_cost = INT64_MAX;
    for (size_t i = 0; i < GM_GC_PROCESSES; i++) {
        gm_gc_process *it = &p->processes[i];
        if (!it->number || n <= it->last_n || start_ms < it->last_ms) continue;
        int64_t cost = n - it->last_n;
        if (cost < INT64_MAX - DEAD_COST && it->last_at < current->first_at) cost += DEAD_COST;
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
    *place = (gm_gc_process){.number = gm_log_next_process(log), .first_at = p->seen};
    return place;
}

int64_t gm_gc_process_of(gm_gc_processes *processes, gm_log *log, int64_t n, int64_t start_ms) {
    processes->seen++;
    gm_gc_process *process = best_fit(processes, n, start_ms);
    if (!process) process = begin(processes, log);
    process->last_n = n;
    process->last_ms = start_ms;
    process->last_at = processes->seen;
    return process->number;
}
