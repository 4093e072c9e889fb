/* Loads a container's GC cycles, places each process' clock and writes the table clock.
 * After the histories (they hold the best pairs), before the lives (they are cut where processes start). */
#include "analyzer/timeline/rotation.h"

#include <math.h>

static void read_cycle(sqlite3_stmt *stmt, gm_gc_row *cycle, int64_t *log_ns, gm_cycle_place *where) {
    *cycle = (gm_gc_row){.t_ns = GM_UNKNOWN};
    cycle->member_id = sqlite3_column_int64(stmt, 0);
    cycle->process = sqlite3_column_int64(stmt, 1);
    cycle->n = sqlite3_column_int64(stmt, 2);
    *log_ns = gm_column_int(stmt, 3);
    cycle->start_s = sqlite3_column_double(stmt, 4);
    for (int i = 0; i < 3; i++) cycle->clock_ms[i] = sqlite3_column_double(stmt, 5 + i);
    for (int i = 0; i < 5; i++) cycle->cpu_ms[i] = sqlite3_column_double(stmt, 8 + i);
    cycle->start_mib = sqlite3_column_int64(stmt, 13);
    cycle->end_mib = sqlite3_column_int64(stmt, 14);
    cycle->live_mib = sqlite3_column_int64(stmt, 15);
    cycle->goal_mib = gm_column_int(stmt, 16);
    cycle->stacks_mib = gm_column_int(stmt, 17);
    cycle->globals_mib = gm_column_int(stmt, 18);
    cycle->procs = sqlite3_column_int64(stmt, 19);
    cycle->forced = sqlite3_column_int(stmt, 20) != 0;
    cycle->periodic = sqlite3_column_int(stmt, 21) != 0;
    *where = (gm_cycle_place){.line = sqlite3_column_int64(stmt, 22), .local = sqlite3_column_int(stmt, 23) != 0,
                              .member_id = cycle->member_id, .process = cycle->process};
}

static bool load(gm_build *build, GArray *cycles, GArray *log_ns, GArray *places, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        build->store,
        "SELECT g.member_id, g.process, g.n, g.log_ns + coalesce (l.zero_ns, 0), g.start_s, g.clock_sweep_ms, g.clock_mark_ms, g.clock_term_ms, "
        "g.cpu_sweep_ms, g.cpu_assist_ms, g.cpu_background_ms, g.cpu_idle_ms, g.cpu_term_ms, g.heap_start_mib, "
        "g.heap_end_mib, g.heap_live_mib, g.heap_goal_mib, g.stacks_mib, g.globals_mib, g.procs, g.forced, g.periodic, g.line, "
        "z.member_id IS NOT NULL AND coalesce (l.rule, 'assumed_utc') = 'assumed_utc' "
        "FROM gc_cycle g JOIN identity i USING (identity_id) "
        "LEFT JOIN (SELECT DISTINCT member_id FROM clock_pair WHERE clock = 'local') z ON z.member_id = g.member_id "
        "LEFT JOIN clock l ON l.member_id = g.member_id AND l.process = 0 AND l.clock = 'local' WHERE i.container_id = ?1 "
        "ORDER BY g.member_id, g.process, g.start_s, g.n",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_gc_row cycle;
        int64_t stamp;
        gm_cycle_place where;
        read_cycle(stmt, &cycle, &stamp, &where);
        g_array_append_val(cycles, cycle);
        g_array_append_val(log_ns, stamp);
        g_array_append_val(places, where);
    }
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

static gm_process cut_process(const gm_timeline *timeline, const GArray *log_ns, const GArray *places, size_t from) {
    const gm_cycle_place *first = &g_array_index(places, gm_cycle_place, from);
    gm_process process = {.cycles = timeline->cycles + from, .log_ns = &g_array_index(log_ns, int64_t, from), .n = 1,
                          .first_line = first->line, .last_line = first->line, .local = first->local};
    for (; from + process.n < timeline->n_cycles; process.n++) {
        const gm_gc_row *row = &process.cycles[process.n];
        if (row->member_id != process.cycles->member_id || row->process != process.cycles->process) break;
        process.first_line = MIN(process.first_line, first[process.n].line);
        process.last_line = MAX(process.last_line, first[process.n].line);
    }
    return process;
}

/* A process that goes on in another member has a clock in each. */
static bool write_clocks(gm_build *build, const gm_process *process, const gm_cycle_place *places, const gm_clock *clock, const gm_clock_zone *zone, GError **error) {
    for (size_t i = 0; i < process->n; i++) {
        if (i > 0 && places[i].member_id == places[i - 1].member_id) continue;
        if (process->local && !gm_clock_write_zone(build, places[i].member_id, zone, error)) return false;
        if (!gm_clock_write(build, places[i].member_id, places[i].process, clock, error)) return false;
    }
    return true;
}

/* The processes of one log, in the order of their first lines. */
static bool place_log(gm_build *build, const gm_clock_sources *sources, const gm_process *processes, size_t n, const gm_cycle_place *places, GError **error) {
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
        if (!place_log(build, &sources, (const gm_process *)(const void *)processes->data, processes->len, first, error)) return false;
    }
    return true;
}

bool gm_build_cycles(gm_build *build, GError **error) {
    gm_timeline *timeline = build->timeline;
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(gm_gc_row));
    g_autoptr(GArray) log_ns = g_array_new(FALSE, FALSE, sizeof(int64_t)), places = g_array_new(FALSE, FALSE, sizeof(gm_cycle_place));
    bool ok = load(build, rows, log_ns, places, error);
    gm_rotation_join(rows, log_ns, places);
    timeline->cycles = gm_build_keep(build, rows, &timeline->n_cycles);
    timeline->has_gctrace = timeline->n_cycles > 0;
    return ok && place_all(build, log_ns, places, error);
}
