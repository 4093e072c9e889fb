/* Loads a container's GC cycles, places each process' clock and writes the table clock.
 * After the histories (they hold the best pairs), before the lives (they are cut where processes start). */
#include "analyzer/timeline/cycles_read.h"

#include <math.h>
#include <stdlib.h>

static gm_process cut_process(const gm_timeline *timeline, const GArray *log_ns, const GArray *places, size_t from) {
    const gm_cycle_place *first = &g_array_index(places, gm_cycle_place, from);
    gm_process process = {.cycles = timeline->cycles + from,
                          .log_ns = &g_array_index(log_ns, int64_t, from),
                          .n = 1,
                          .first_line = first->line,
                          .last_line = first->line,
                          .local = first->local};
    for (; from + process.n < timeline->n_cycles; process.n++) {
        const gm_gc_row *row = &process.cycles[process.n];
        if (row->member_id != process.cycles->member_id || row->process != process.cycles->process) break;
        process.first_line = MIN(process.first_line, first[process.n].line);
        process.last_line = MAX(process.last_line, first[process.n].line);
    }
    return process;
}

/* A process that goes on in another member has a clock in each. */
static bool write_clocks(gm_build *build, const gm_process *process, const gm_cycle_place *places,
                         const gm_clock *clock, const gm_clock_zone *zone, GError **error) {
    for (size_t i = 0; i < process->n; i++) {
        if (i > 0 && places[i].member_id == places[i - 1].member_id) continue;
        if (process->local && !gm_clock_write_zone(build, places[i].member_id, zone, error)) return false;
        if (!gm_clock_write(build, places[i].member_id, places[i].process, clock, error)) return false;
    }
    return true;
}

/* The processes of one log, in the order of their first lines. */
static bool place_log(gm_build *build, const gm_clock_sources *sources, const gm_process *processes, size_t n,
                      const gm_cycle_place *places, GError **error) {
    g_autofree gm_clock *clocks = g_new0(gm_clock, n);
    gm_clock_zone zone;
    gm_clock_place(sources, processes, n, clocks, &zone);
    for (size_t i = 0; i < n; i++) {
        const gm_clock_candidate *chosen = clocks[i].chosen;
        for (size_t k = 0; chosen && k < processes[i].n; k++)
            processes[i].cycles[k].t_ns = llround(chosen->zero_s * 1e9) + llround(processes[i].cycles[k].start_s * 1e9);
        if (!write_clocks(build, &processes[i], places, &clocks[i], &zone, error)) return false;
        places += processes[i].n;
    }
    return true;
}

static bool place_all(gm_build *build, const GArray *log_ns, const GArray *places, GError **error) {
    const gm_timeline *timeline = build->timeline;
    const gm_cycle_place *where = (const gm_cycle_place *)(const void *)places->data;
    gm_clock_sources sources;
    g_autoptr(GArray) processes = g_array_new(FALSE, FALSE, sizeof(gm_process));
    if (timeline->n_cycles == 0) return true;
    if (!gm_clock_sources_load(build, &sources, error)) return false;
    for (size_t from = 0; from < timeline->n_cycles;) {
        const gm_cycle_place *first = &where[from];
        g_array_set_size(processes, 0);
        while (from < timeline->n_cycles && where[from].log == first->log) {
            gm_process process = cut_process(timeline, log_ns, places, from);
            from += process.n;
            g_array_append_val(processes, process);
        }
        if (!place_log(build, &sources, (const gm_process *)(const void *)processes->data, processes->len, first,
                       error))
            return false;
    }
    return true;
}

bool gm_build_cycles(gm_build *build, GError **error) {
    gm_timeline *timeline = build->timeline;
    gm_cycles cycles;
    bool ok = gm_cycles_read(build, &cycles, error);
    gm_rotation_join(cycles.rows, cycles.log_ns, cycles.places);
    timeline->cycles = gm_build_keep(build, g_steal_pointer(&cycles.rows), &timeline->n_cycles);
    timeline->all_cycles = cycles.all;
    timeline->has_gctrace = timeline->n_cycles > 0;
    ok = ok && place_all(build, cycles.log_ns, cycles.places, error);
    gm_cycles_release(&cycles);
    return ok;
}

/* Rows that no life claims come first. Several may bear one time. */
static int by_life(const void *a, const void *b) {
    const gm_gc_row *x = a, *y = b;
    if (x->life != y->life) return x->life < y->life ? -1 : 1;
    if (x->t_ns != y->t_ns) return x->t_ns < y->t_ns ? -1 : 1;
    return (x->n > y->n) - (x->n < y->n);
}

void gm_build_order_cycles(gm_build *build) {
    if (build->timeline->n_cycles)
        qsort(build->timeline->cycles, build->timeline->n_cycles, sizeof(gm_gc_row), by_life);
}
