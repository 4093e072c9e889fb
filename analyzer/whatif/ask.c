/* Simulates settings that the user names, over the demand that an analysis stored. The tables are the only source. */
#include "gomortem/whatif.h"

#include "analyzer/whatif/whatif.h"

#include <math.h>

static double or_nan(sqlite3_stmt *stmt, int column) {
    return gm_column_double(stmt, column);
}

static void read_life(sqlite3_stmt *stmt, gm_whatif_life *life) {
    *life = (gm_whatif_life){.life = sqlite3_column_int(stmt, 0),
                             .status = GM_WHATIF_VALIDATED,
                             .from_ns = sqlite3_column_int64(stmt, 1),
                             .to_ns = sqlite3_column_int64(stmt, 2),
                             .gogc = sqlite3_column_int(stmt, 4),
                             .memlimit = or_nan(stmt, 5),
                             .limit = or_nan(stmt, 6),
                             .cores = or_nan(stmt, 8),
                             .nonheap = or_nan(stmt, 9),
                             .grows = sqlite3_column_int(stmt, 16) != 0,
                             .killed_ns = gm_column_int(stmt, 17)};
    gm_sim_demand *demand = &life->demand;
    demand->go_minor = sqlite3_column_int(stmt, 3);
    demand->procs = fmax(1, or_nan(stmt, 7));
    demand->nonheap = life->nonheap;
    for (int i = 0; i < GM_SIM_CONSMARKS; i++) demand->consmark[i] = or_nan(stmt, 10 + i);
    demand->rest_s = or_nan(stmt, 14);
    demand->known_s = demand->end_s = or_nan(stmt, 15);
    life->live_p99 = or_nan(stmt, 20);
    life->peak = (gm_whatif_check){or_nan(stmt, 18), or_nan(stmt, 19), 0};
}

static GArray *list_lives(gm_store *store, int64_t container_id, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store,
        "SELECT life, from_ns, to_ns, go_minor, gogc, memlimit_bytes, (SELECT limit_bytes FROM whatif_run r WHERE r.container_id = i.container_id "
        "AND r.life = i.life AND n = 0), procs, cpu_cores, nonheap_bytes, consmark_1, consmark_2, consmark_3, consmark_4, rest_s, known_s, grows, "
        "killed_ns, recorded_peak, predicted_peak, live_p99_bytes FROM whatif_input i WHERE container_id = ?1 AND status = 'validated' ORDER BY life",
        error);
    if (!stmt) return NULL;
    sqlite3_bind_int64(stmt, 1, container_id);
    GArray *lives = g_array_new(FALSE, TRUE, sizeof(gm_whatif_life));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        gm_whatif_life life;
        read_life(stmt, &life);
        g_array_append_val(lives, life);
    }
    return lives;
}

/* Room for the rows of a life, and for those behind its record. */
#define EXTENSION 64

static size_t count_rows(gm_store *store, const char *table, int64_t container_id, int life, GError **error) {
    g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM %s WHERE container_id = ?1 AND life = ?2", table);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, sql, error);
    if (!stmt) return 0;
    sqlite3_bind_int64(stmt, 1, container_id);
    sqlite3_bind_int(stmt, 2, life);
    return sqlite3_step(stmt) == SQLITE_ROW ? (size_t)sqlite3_column_int64(stmt, 0) : 0;
}

static bool read_nodes(gm_store *store, gm_arena *arena, int64_t container_id, gm_whatif_life *life, GError **error) {
    size_t most = count_rows(store, "whatif_demand", container_id, life->life, error);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store,
        "SELECT t_s, alloc_bytes, live_bytes, stacks_bytes, globals_bytes, mark_s, cpu_s, assist_share, idle_share, forced "
        "FROM whatif_demand WHERE container_id = ?1 AND life = ?2 ORDER BY n",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, container_id);
    sqlite3_bind_int(stmt, 2, life->life);
    gm_sim_demand *demand = &life->demand;
    demand->nodes = GM_ARENA_NEW(arena, gm_sim_node, most + EXTENSION);
    while (sqlite3_step(stmt) == SQLITE_ROW && demand->n_nodes < most)
        demand->nodes[demand->n_nodes++] = (gm_sim_node){
            or_nan(stmt, 0), or_nan(stmt, 1), or_nan(stmt, 2), or_nan(stmt, 3), or_nan(stmt, 4),
            or_nan(stmt, 5), or_nan(stmt, 6), or_nan(stmt, 7), or_nan(stmt, 8), sqlite3_column_int(stmt, 9) != 0};
    return true;
}

static bool read_beside(gm_store *store, gm_arena *arena, int64_t container_id, gm_whatif_life *life, GError **error) {
    size_t most = count_rows(store, "whatif_beside", container_id, life->life, error);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store, "SELECT t_s, bytes FROM whatif_beside WHERE container_id = ?1 AND life = ?2 ORDER BY n", error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, container_id);
    sqlite3_bind_int(stmt, 2, life->life);
    gm_sim_demand *demand = &life->demand;
    demand->beside = GM_ARENA_NEW(arena, gm_sim_beside, most + EXTENSION);
    while (sqlite3_step(stmt) == SQLITE_ROW && demand->n_beside < most)
        demand->beside[demand->n_beside++] = (gm_sim_beside){or_nan(stmt, 0), or_nan(stmt, 1)};
    return true;
}

/* --- answers --- */

static int64_t whole(double value) {
    return fabs(value) < 9e18 ? llround(value) : GM_UNKNOWN;
}

static gm_model_whatif_run answer(const gm_whatif_life *life, const gm_sim_setting *setting) {
    gm_whatif_run run = gm_whatif_evaluate(life, setting);
    const gm_sim_result *result = &run.result;
    return (gm_model_whatif_run){.life = life->life,
                                 .gogc = setting->gogc,
                                 .memlimit_bytes = whole(setting->memlimit),
                                 .limit_bytes = whole(setting->limit),
                                 .peak_bytes = whole(result->peak),
                                 .bound_bytes = whole(result->bound),
                                 .heap_peak_bytes = whole(result->peak_heap),
                                 .killed_ns = gm_whatif_time(life, result->killed_s),
                                 .killed_from_ns = gm_whatif_time(life, result->earliest_s),
                                 .killed_to_ns = gm_whatif_time(life, result->latest_s),
                                 .gc_cpu_pct = gm_whatif_cpu_pct(life, result),
                                 .cycles_per_s = result->elapsed_s > 0 ? result->cycles / result->elapsed_s : NAN,
                                 .thrash_s = result->thrash_s,
                                 .verdict = gm_run_verdict_name(run.verdict),
                                 .killed = result->killed_s <= life->demand.known_s};
}

static void ask_life(const gm_whatif_life *life, const gm_whatif_question *q, gm_model_whatif_run *runs, size_t *n) {
    for (size_t l = 0; l < MAX(q->n_limit, 1); l++)
        for (size_t g = 0; g < MAX(q->n_gogc, 1); g++)
            for (size_t m = 0; m < MAX(q->n_memlimit, 1); m++) {
                gm_sim_setting setting = {q->n_gogc ? q->gogc[g] : life->gogc,
                                          q->n_memlimit ? q->memlimit[m] : life->memlimit,
                                          q->n_limit ? q->limit[l] : life->limit, 0};
                runs[(*n)++] = answer(life, &setting);
            }
}

bool gm_whatif_ask(gm_store *store, gm_arena *arena, int64_t container_id, const gm_whatif_question *q,
                   gm_model_whatif_run **runs, size_t *n, GError **error) {
    g_autoptr(GArray) lives = list_lives(store, container_id, error);
    *n = 0;
    if (!lives) return false;
    *runs = GM_ARENA_NEW(arena, gm_model_whatif_run,
                         lives->len * MAX(q->n_limit, 1) * MAX(q->n_gogc, 1) * MAX(q->n_memlimit, 1) + 1);
    for (guint i = 0; i < lives->len; i++) {
        gm_whatif_life *life = &g_array_index(lives, gm_whatif_life, i);
        if (!read_nodes(store, arena, container_id, life, error) ||
            !read_beside(store, arena, container_id, life, error))
            return false;
        if (life->demand.n_nodes == 0) continue;
        if (life->grows) gm_whatif_extend(life, arena);
        ask_life(life, q, *runs, n);
    }
    return true;
}
