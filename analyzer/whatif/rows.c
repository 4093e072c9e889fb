/* Writes the tables whatif_*: inputs with their validation, demand, simulated settings, advice. Unknown is NULL. */
#include "analyzer/whatif/whatif.h"

#include <math.h>

/* Whole numbers; unknown, unlimited and absurd ones are NULL. */
static void bind_round(sqlite3_stmt *stmt, int index, double value) {
    gm_bind_int(stmt, index, fabs(value) < 9e18 ? llround(value) : GM_UNKNOWN);
}

static void bind_rounds(sqlite3_stmt *stmt, int *index, const double *values, size_t n) {
    for (size_t i = 0; i < n; i++) bind_round(stmt, (*index)++, values[i]);
}

static void bind_doubles(sqlite3_stmt *stmt, int *index, const double *values, size_t n) {
    for (size_t i = 0; i < n; i++) gm_bind_double(stmt, (*index)++, values[i]);
}

#define ALL(values) values, G_N_ELEMENTS(values)

static double error_pct(const gm_whatif_check *check) {
    return 100 * gm_check_error(check);
}

static void bind_checks(sqlite3_stmt *stmt, int index, const gm_whatif_life *life) {
    const gm_whatif_check *checks[] = {&life->heap, &life->peak, &life->cycles};
    bool refused = life->status == GM_WHATIF_REFUSED; /* then nothing was checked */
    for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
        bind_round(stmt, index++, refused ? NAN : checks[i]->recorded);
        bind_round(stmt, index++, refused ? NAN : checks[i]->predicted);
        gm_bind_double(stmt, index++, refused ? NAN : error_pct(checks[i]));
    }
    bind_round(stmt, index++, refused ? NAN : life->cycles.slack);
    gm_bind_double(stmt, index++, refused ? NAN : life->cpu_pct.recorded);
    gm_bind_double(stmt, index++, refused ? NAN : life->cpu_pct.predicted);
}

static bool write_input(const gm_whatif *whatif, const gm_whatif_life *life, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        whatif->store,
        "INSERT INTO whatif_input VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "
        "?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44)",
        error);
    if (!stmt) return false;
    const gm_sim_demand *demand = &life->demand;
    sqlite3_bind_int64(stmt, 1, whatif->container_id);
    sqlite3_bind_int(stmt, 2, life->life);
    gm_bind_text(stmt, 3, gm_whatif_status_name(life->status));
    gm_bind_text(stmt, 4, life->reason);
    sqlite3_bind_int64(stmt, 5, life->from_ns);
    sqlite3_bind_int64(stmt, 6, life->to_ns);
    gm_bind_int(stmt, 7, demand->go_minor > 0 ? demand->go_minor : GM_UNKNOWN);
    sqlite3_bind_int(stmt, 8, life->gogc);
    gm_bind_text(stmt, 9, life->gogc_source);
    int index = 10;
    bind_rounds(stmt, &index, ALL(((const double[]){life->memlimit, life->limit})));
    bind_doubles(stmt, &index, ALL(((const double[]){demand->procs, life->cores})));
    bind_round(stmt, index++, life->live_p99);
    gm_bind_double(stmt, index++, life->alloc_per_s);
    bind_rounds(stmt, &index,
                ALL(((const double[]){life->nonheap, life->own, life->beside_go, life->native, life->other,
                                      life->kernel, life->shmem, life->dirty, life->untouched})));
    bind_doubles(stmt, &index, demand->consmark, GM_SIM_CONSMARKS);
    bind_doubles(stmt, &index, ALL(((const double[]){demand->rest_s, demand->known_s})));
    sqlite3_bind_int(stmt, index++, life->grows);
    gm_bind_int(stmt, index++, life->killed_ns);
    bind_checks(stmt, index, life);
    return gm_store_write(whatif->store, stmt, error);
}

static bool write_demand(const gm_whatif *whatif, const gm_whatif_life *life, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        whatif->store, "INSERT INTO whatif_demand VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        error);
    if (!stmt) return false;
    for (size_t i = 0; i < life->demand.n_nodes; i++) {
        const gm_sim_node *node = &life->demand.nodes[i];
        int index = 4;
        sqlite3_bind_int64(stmt, 1, whatif->container_id);
        sqlite3_bind_int(stmt, 2, life->life);
        sqlite3_bind_int64(stmt, 3, (int64_t)i);
        bind_doubles(stmt, &index,
                     ALL(((const double[]){node->t_s, node->alloc, node->live, node->stacks, node->globals,
                                           node->mark_s, node->cpu_s, node->assist, node->idle})));
        sqlite3_bind_int(stmt, index, node->forced);
        if (!gm_store_write(whatif->store, stmt, error)) return false;
    }
    return true;
}

static bool write_beside(const gm_whatif *whatif, const gm_whatif_life *life, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(whatif->store, "INSERT INTO whatif_beside VALUES (?1, ?2, ?3, ?4, ?5)", error);
    if (!stmt) return false;
    for (size_t i = 0; i < life->demand.n_beside; i++) {
        sqlite3_bind_int64(stmt, 1, whatif->container_id);
        sqlite3_bind_int(stmt, 2, life->life);
        sqlite3_bind_int64(stmt, 3, (int64_t)i);
        gm_bind_double(stmt, 4, life->demand.beside[i].t_s);
        gm_bind_double(stmt, 5, life->demand.beside[i].bytes);
        if (!gm_store_write(whatif->store, stmt, error)) return false;
    }
    return true;
}

bool gm_whatif_write(const gm_whatif *whatif, const gm_whatif_life *life, GError **error) {
    return write_input(whatif, life, error) && write_demand(whatif, life, error) && write_beside(whatif, life, error);
}

int64_t gm_whatif_time(const gm_whatif_life *life, double t_s) {
    return isnan(t_s) ? GM_UNKNOWN : life->from_ns + (int64_t)(t_s * 1e9);
}

bool gm_whatif_write_runs(const gm_whatif *whatif, const gm_whatif_life *life, const gm_whatif_run *runs, size_t n,
                          GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        whatif->store,
        "INSERT INTO whatif_run VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        error);
    if (!stmt) return false;
    for (size_t i = 0; i < n; i++) {
        const gm_sim_result *result = &runs[i].result;
        int index = 8;
        sqlite3_bind_int64(stmt, 1, whatif->container_id);
        sqlite3_bind_int(stmt, 2, life->life);
        sqlite3_bind_int64(stmt, 3, (int64_t)i);
        sqlite3_bind_int(stmt, 4, runs[i].setting.gogc);
        bind_round(stmt, 5, runs[i].setting.memlimit);
        bind_round(stmt, 6, runs[i].setting.limit);
        gm_bind_text(stmt, 7, gm_run_verdict_name(runs[i].verdict));
        bind_rounds(stmt, &index, ALL(((const double[]){result->peak, result->bound, result->peak_heap})));
        gm_bind_double(stmt, index++, gm_whatif_cpu_pct(life, result));
        gm_bind_double(stmt, index++, result->elapsed_s > 0 ? result->cycles / result->elapsed_s : NAN);
        bind_doubles(stmt, &index, ALL(((const double[]){result->thrash_s, result->pressure_s, result->limiter_s})));
        gm_bind_int(stmt, index++, gm_whatif_time(life, result->killed_s));
        gm_bind_int(stmt, index++, gm_whatif_time(life, result->earliest_s));
        gm_bind_int(stmt, index++, gm_whatif_time(life, result->latest_s));
        if (!gm_store_write(whatif->store, stmt, error)) return false;
    }
    return true;
}

static void bind_setting(sqlite3_stmt *stmt, int *index, const gm_sim_setting *setting) {
    gm_bind_int(stmt, (*index)++, setting->gogc == GM_NO_GOGC ? GM_UNKNOWN : setting->gogc);
    bind_round(stmt, (*index)++, setting->memlimit);
    bind_round(stmt, (*index)++, setting->limit);
}

bool gm_whatif_write_advice(const gm_whatif *whatif, const gm_whatif_advice *advice, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        whatif->store,
        "INSERT INTO whatif_advice VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
        error);
    if (!stmt) return false;
    int index = 6;
    sqlite3_bind_int64(stmt, 1, whatif->container_id);
    gm_bind_text(stmt, 2, advice->action);
    gm_bind_int(stmt, 3, advice->life ? advice->life : GM_UNKNOWN);
    sqlite3_bind_int64(stmt, 4, (int64_t)whatif->n_lives);
    sqlite3_bind_int64(stmt, 5, (int64_t)advice->used);
    bind_setting(stmt, &index, &advice->now);
    bind_setting(stmt, &index, &advice->then);
    bind_rounds(stmt, &index, ALL(((const double[]){advice->peak, advice->bound, advice->then.limit - advice->peak})));
    bind_doubles(stmt, &index, ALL(((const double[]){advice->cpu_now_pct, advice->cpu_pct, advice->cycles_per_s})));
    gm_bind_int(stmt, index++, advice->killed_ns);
    gm_bind_int(stmt, index++, advice->delayed_ns);
    gm_bind_text(stmt, index++, advice->summary);
    gm_bind_text(stmt, index++, advice->reasoning);
    return gm_store_write(whatif->store, stmt, error);
}
