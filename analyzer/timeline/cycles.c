/* Loads a container's GC cycles, places each process' clock and writes the table clock.
 * After the histories (they hold the best pairs), before the lives (they are cut where processes start). */
#include "analyzer/timeline/clock.h"

#include <math.h>

static void read_cycle(sqlite3_stmt *stmt, gm_gc_row *cycle, int64_t *log_ns) {
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
}

static bool load(gm_build *build, GArray *cycles, GArray *log_ns, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        build->store,
        "SELECT g.member_id, g.process, g.n, g.log_ns, g.start_s, g.clock_sweep_ms, g.clock_mark_ms, g.clock_term_ms, "
        "g.cpu_sweep_ms, g.cpu_assist_ms, g.cpu_background_ms, g.cpu_idle_ms, g.cpu_term_ms, g.heap_start_mib, "
        "g.heap_end_mib, g.heap_live_mib, g.heap_goal_mib, g.stacks_mib, g.globals_mib, g.procs, g.forced, g.periodic "
        "FROM gc_cycle g JOIN identity i USING (identity_id) WHERE i.container_id = ?1 "
        "ORDER BY g.member_id, g.process, g.start_s, g.n",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_gc_row cycle;
        int64_t stamp;
        read_cycle(stmt, &cycle, &stamp);
        g_array_append_val(cycles, cycle);
        g_array_append_val(log_ns, stamp);
    }
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

static bool write_clock(gm_build *build, const gm_process *process, const gm_clock *clock, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        build->store,
        "INSERT INTO clock (member_id, process, clock, zero_ns, rule, uncertainty_ns, pairs) VALUES (?1, ?2, 'runtime', ?3, ?4, ?5, ?6)",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, process->cycles[0].member_id);
    sqlite3_bind_int64(stmt, 2, process->cycles[0].process);
    gm_bind_int(stmt, 3, clock->zero_ns);
    gm_bind_text(stmt, 4, clock->rule);
    gm_bind_int(stmt, 5, clock->uncertainty_ns);
    sqlite3_bind_int64(stmt, 6, clock->pairs);
    return sqlite3_step(stmt) == SQLITE_DONE || gm_store_error_set(build->store, error);
}

static size_t process_end(const gm_gc_row *cycles, size_t n, size_t from) {
    size_t to = from;
    while (to < n && cycles[to].member_id == cycles[from].member_id && cycles[to].process == cycles[from].process) to++;
    return to;
}

bool gm_build_cycles(gm_build *build, GError **error) {
    gm_timeline *timeline = build->timeline;
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(gm_gc_row));
    g_autoptr(GArray) log_ns = g_array_new(FALSE, FALSE, sizeof(int64_t));
    if (!load(build, rows, log_ns, error)) {
        g_array_unref(rows);
        return false;
    }
    timeline->cycles = gm_build_keep(build, rows, &timeline->n_cycles);
    timeline->has_gctrace = timeline->n_cycles > 0;
    g_autoptr(GArray) processes = g_array_new(FALSE, FALSE, sizeof(gm_process));
    g_autoptr(GArray) clocks = g_array_new(FALSE, FALSE, sizeof(gm_clock));
    for (size_t from = 0, to; from < timeline->n_cycles; from = to) {
        to = process_end(timeline->cycles, timeline->n_cycles, from);
        gm_process process = {timeline->cycles + from, to - from};
        gm_clock clock;
        gm_clock_place(timeline, &process, &g_array_index(log_ns, int64_t, from), &clock);
        g_array_append_val(processes, process);
        g_array_append_val(clocks, clock);
    }
    gm_clock_place_rest(timeline, (gm_clock *)(void *)clocks->data, clocks->len);
    for (size_t i = 0; i < processes->len; i++) {
        const gm_process *process = &g_array_index(processes, gm_process, i);
        const gm_clock *clock = &g_array_index(clocks, gm_clock, i);
        for (size_t k = 0; clock->zero_ns != GM_UNKNOWN && k < process->n; k++)
            process->cycles[k].t_ns = clock->zero_ns + llround(process->cycles[k].start_s * 1e9);
        if (!write_clock(build, process, clock, error)) return false;
    }
    return true;
}
