/* Reads a container's GC cycles from the import tables, process by process. Before rotation.c and the clocks.
 *
 * A record of months has millions of cycles. Beyond the limit "cycles" a part of each process is held row by row: its
 * first and its last cycles, stretches in even distances (what follows from one cycle to the next is read off those),
 * and between the stretches single cycles (the curve of the live heap). Counts, sums and peaks over what lies between
 * two rows that are held are kept with the second: rates, totals and maxima stay those of all cycles. */
#include "analyzer/timeline/cycles_read.h"

#include "gomortem/limits.h"

#include <math.h>

#define LONGEST_STRETCH 1024 /* cycles: ten seconds of a collector that thrashes */
#define STRETCHES       8    /* of a process, at least, where a stretch is shorter */
#define LEAST_SHARE     16   /* cycles of a process */

typedef struct {
    int64_t member_id, process, n, zone_ns;
    bool local;
} one_process;

typedef struct {               /* which rows of a process are held */
    int64_t n, stretch, every; /* every n-th stretch, and every n-th row besides; 1: all */
} selection;

static const char count_sql[] =
    "SELECT count(*) FROM gc_cycle JOIN identity i USING (identity_id) WHERE i.container_id = ?1";

static const char list_sql[] =
    "SELECT p.member_id, p.process, p.n, coalesce (l.zero_ns, 0), EXISTS (SELECT 1 FROM clock_pair z WHERE z.member_id = p.member_id AND z.clock = 'local') "
    "AND coalesce (l.rule, 'assumed_utc') = 'assumed_utc' FROM (SELECT g.member_id, g.process, count(*) AS n FROM gc_cycle g JOIN identity i USING (identity_id) "
    "WHERE i.container_id = ?1 GROUP BY 1, 2 ORDER BY 1 DESC, 2 DESC LIMIT ?2) p "
    "LEFT JOIN clock l ON l.member_id = p.member_id AND l.process = 0 AND l.clock = 'local' ORDER BY 1, 2";

static const char rows_sql[] =
    "SELECT member_id, process, n, log_ns + ?4, start_s, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms, cpu_assist_ms, cpu_background_ms, cpu_idle_ms, "
    "cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic, line FROM gc_cycle "
    "WHERE identity_id IN (SELECT identity_id FROM identity WHERE container_id = ?1) AND member_id = ?2 AND process = ?3 ORDER BY start_s, n";

static bool count_cycles(gm_build *build, int64_t *all, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(build->store, count_sql, error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(build->store, error);
    *all = sqlite3_column_int64(stmt, 0);
    return true;
}

/* Of very many processes the last ones: nothing else bounds them, with so few cycles each. */
static GArray *list_processes(gm_build *build, int64_t most, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(build->store, list_sql, error);
    if (!stmt) return NULL;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    sqlite3_bind_int64(stmt, 2, most);
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(one_process));
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        one_process process = {sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                               sqlite3_column_int64(stmt, 2), sqlite3_column_int64(stmt, 3),
                               sqlite3_column_int(stmt, 4) != 0};
        g_array_append_val(list, process);
    }
    if (step != SQLITE_DONE && !gm_store_error_set(build->store, error)) return NULL;
    return g_steal_pointer(&list);
}

/* Half of the share goes into stretches, half into single rows. */
static selection select_of(const one_process *process, int64_t all, int64_t most) {
    int64_t share =
        all <= most ? process->n : MAX((int64_t)((double)most * (double)process->n / (double)all), LEAST_SHARE);
    if (share >= process->n) return (selection){process->n, process->n, 1};
    return (selection){process->n, CLAMP(share / STRETCHES / 2, 1, LONGEST_STRETCH),
                       (2 * process->n + share - 1) / share};
}

static bool is_held(const selection *s, int64_t i) {
    return s->every <= 1 || i / s->stretch % s->every == 0 || i % s->every == 0 || i + s->stretch >= s->n;
}

static void read_cycle(sqlite3_stmt *stmt, gm_gc_row *cycle) {
    *cycle = (gm_gc_row){.t_ns = GM_UNKNOWN};
    cycle->member_id = sqlite3_column_int64(stmt, 0);
    cycle->process = sqlite3_column_int64(stmt, 1);
    cycle->n = sqlite3_column_int64(stmt, 2);
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

static void leave_out(gm_gc_left_out *sums, const gm_gc_row *row, int64_t live_before_mib) {
    sums->cycles++;
    sums->forced += row->forced;
    sums->periodic += row->periodic;
    sums->last_live_mib = row->live_mib;
    sums->most_live_mib = MAX(sums->most_live_mib, row->live_mib);
    sums->most_end_mib = MAX(sums->most_end_mib, row->end_mib);
    sums->longest_pause_ms = fmax(sums->longest_pause_ms, fmax(row->clock_ms[0], row->clock_ms[2]));
    for (int i = 0; i < 3; i++) sums->wall_ms += row->clock_ms[i];
    for (int i = 0; i < 5; i++) sums->cpu_ms[i] += row->cpu_ms[i];
    sums->procs += (double)row->procs;
    sums->allocated_mib += fmax(0, (double)(row->end_mib - live_before_mib));
}

static void hold(gm_build *build, gm_cycles *cycles, gm_gc_row *row, const gm_gc_left_out *sums, sqlite3_stmt *stmt,
                 bool local) {
    gm_cycle_place place = {
        .line = sqlite3_column_int64(stmt, 22), .local = local, .member_id = row->member_id, .process = row->process};
    int64_t stamp = gm_column_int(stmt, 3);
    if (sums->cycles) {
        gm_gc_left_out *kept = GM_ARENA_NEW(build->arena, gm_gc_left_out, 1);
        *kept = *sums;
        row->left_out = kept;
    }
    g_array_append_val(cycles->rows, *row);
    g_array_append_val(cycles->log_ns, stamp);
    g_array_append_val(cycles->places, place);
}

static bool read_process(gm_build *build, sqlite3_stmt *stmt, const one_process *process, int64_t most,
                         gm_cycles *cycles, GError **error) {
    const selection which = select_of(process, cycles->all, most);
    gm_gc_left_out sums = {0};
    int64_t live_mib = 0;
    int step = SQLITE_DONE;
    sqlite3_reset(stmt);
    sqlite3_bind_int64(stmt, 2, process->member_id);
    sqlite3_bind_int64(stmt, 3, process->process);
    sqlite3_bind_int64(stmt, 4, process->zone_ns);
    for (int64_t i = 0; (step = sqlite3_step(stmt)) == SQLITE_ROW; i++) {
        gm_gc_row row;
        read_cycle(stmt, &row);
        if (is_held(&which, i)) {
            hold(build, cycles, &row, &sums, stmt, process->local);
            sums = (gm_gc_left_out){0};
        } else {
            leave_out(&sums, &row, live_mib);
        }
        live_mib = row.live_mib;
    }
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

bool gm_cycles_read(gm_build *build, gm_cycles *cycles, GError **error) {
    const int64_t most = gm_limits_default.cycles;
    *cycles = (gm_cycles){g_array_new(FALSE, FALSE, sizeof(gm_gc_row)), g_array_new(FALSE, FALSE, sizeof(int64_t)),
                          g_array_new(FALSE, FALSE, sizeof(gm_cycle_place)), 0};
    if (!count_cycles(build, &cycles->all, error)) return false;
    if (cycles->all == 0) return true;
    g_autoptr(GArray) list = list_processes(build, cycles->all > most ? most / LEAST_SHARE : most, error);
    g_autoptr(sqlite3_stmt) stmt = list ? gm_store_prepare(build->store, rows_sql, error) : NULL;
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    for (guint i = 0; i < list->len; i++)
        if (!read_process(build, stmt, &g_array_index(list, one_process, i), most, cycles, error)) return false;
    return true;
}

void gm_cycles_release(gm_cycles *cycles) {
    g_clear_pointer(&cycles->rows, g_array_unref);
    g_clear_pointer(&cycles->log_ns, g_array_unref);
    g_clear_pointer(&cycles->places, g_array_unref);
}
