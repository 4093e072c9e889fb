/* Reads the histories of one container: the timeline, the GC cycles and a few gauges. They may be millions of rows
 * long, so they are thinned while they stream in (thin.c), and a share of the collector in the CPU is worked out from
 * neighbouring cycles before any of them is left out. After model_container.c. */
#include "reports/model_private.h"
#include "reports/thin.h"

#include <math.h>

#define STRETCHES     1200 /* of a container; fewer when there are many */
#define ALL_STRETCHES 6000
#define MIN_STRETCHES 60

static size_t stretches_of(const gm_model *model) {
    return CLAMP(ALL_STRETCHES / CLAMP(model->n_containers, 1, GM_MODEL_DETAILED), MIN_STRETCHES, STRETCHES);
}

/* count, from and to of what sql says. */
static bool read_extent(gm_reading *reading, const char *sql, int64_t id, int64_t extent[3]) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(reading->store, sql, reading->error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, id);
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(reading->store, reading->error);
    for (int i = 0; i < 3; i++) extent[i] = sqlite3_column_int64(stmt, i);
    return true;
}

/* --- timeline --- */

static int64_t point_time(const void *row) {
    return ((const gm_model_point *)row)->t_ns;
}

static double point_key(const void *row, int key) {
    static const int columns[] = {GM_COL_USAGE, GM_COL_GOROUTINES};
    int64_t value = ((const gm_model_point *)row)->value[columns[key]];
    return value == GM_UNKNOWN ? (key == 0 ? -1 : NAN) : (double)value; /* a row without usage may hold buckets */
}

/* What the overview and the curves of a text need of a container without a section of its own. */
static bool always_read(int column) {
    return column == GM_COL_USAGE || column == GM_COL_GO_LIVE || column == GM_COL_GOROUTINES;
}

static sqlite3_stmt *open_points(gm_reading *reading, int64_t container_id, bool detailed) {
    g_autoptr(GString) sql = g_string_new("SELECT t_ns, life");
    for (int i = 0; i < GM_COL_COUNT; i++)
        if (detailed || always_read(i)) g_string_append_printf(sql, ", %s", gm_column_name((gm_column)i));
    g_string_append(sql, " FROM timeline WHERE container_id = ?1 ORDER BY t_ns");
    sqlite3_stmt *stmt = gm_store_prepare(reading->store, sql->str, reading->error);
    if (stmt) sqlite3_bind_int64(stmt, 1, container_id);
    return stmt;
}

static bool read_points(gm_reading *reading, gm_model_container *c, bool detailed) {
    static const gm_thin_kind kind = {sizeof(gm_model_point), 2, point_time, point_key};
    int64_t extent[3];
    if (!read_extent(reading, "SELECT count (*), min (t_ns), max (t_ns) FROM timeline WHERE container_id = ?1",
                     c->container_id, extent))
        return false;
    g_autoptr(sqlite3_stmt) stmt = open_points(reading, c->container_id, detailed);
    if (!stmt) return false;
    gm_thin thin;
    gm_thin_init(&thin, &kind, extent[1], extent[2], extent[0],
                 detailed ? stretches_of(reading->model) : MIN_STRETCHES);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_model_point p = {.t_ns = sqlite3_column_int64(stmt, 0), .life = sqlite3_column_int(stmt, 1)};
        for (int i = 0, at = 2; i < GM_COL_COUNT; i++)
            p.value[i] = detailed || always_read(i) ? gm_column_int(stmt, at++) : GM_UNKNOWN;
        gm_thin_add(&thin, &p);
    }
    gm_model_keep(reading, gm_thin_finish(&thin), sizeof(gm_model_point), &c->points, &c->n_points);
    return step == SQLITE_DONE || gm_store_error_set(reading->store, reading->error);
}

/* --- collector --- */

static int64_t gc_time(const void *row) {
    return ((const gm_model_gc *)row)->t_ns;
}

static double gc_key(const void *row, int key) {
    const gm_model_gc *g = row;
    const double values[] = {(double)g->live_mib, (double)g->end_mib, g->clock_ms[1], g->clock_ms[0] + g->clock_ms[2]};
    return values[key];
}

static gm_model_gc gc_of(sqlite3_stmt *stmt) {
    gm_model_gc g = {.life = sqlite3_column_int(stmt, 0),
                     .t_ns = sqlite3_column_int64(stmt, 1),
                     .n = sqlite3_column_int64(stmt, 2),
                     .start_mib = sqlite3_column_int64(stmt, 3),
                     .end_mib = sqlite3_column_int64(stmt, 4),
                     .live_mib = sqlite3_column_int64(stmt, 5),
                     .goal_mib = gm_column_int(stmt, 6),
                     .procs = sqlite3_column_int64(stmt, 7),
                     .forced = sqlite3_column_int(stmt, 8) != 0,
                     .cpu_pct = NAN};
    for (int i = 0; i < 3; i++) g.clock_ms[i] = sqlite3_column_double(stmt, 9 + i);
    return g;
}

/* What the collector took of GOMAXPROCS since the cycle before in the same life; idle workers do not count. */
static double cpu_share(const gm_model_gc *g, const gm_model_gc *before, double cpu_ms) {
    double passed_ms = before->t_ns != GM_UNKNOWN ? (double)(g->t_ns - before->t_ns) / 1e6 : 0;
    bool next = g->life == before->life && g->n > before->n && passed_ms > 0 && g->procs > 0;
    return next ? fmin(100 * cpu_ms / (passed_ms * (double)g->procs), 100) : NAN;
}

static bool read_cycles(gm_reading *reading, gm_model_container *c) {
    static const gm_thin_kind kind = {sizeof(gm_model_gc), 4, gc_time, gc_key};
    int64_t extent[3];
    /* The view joins clocks and lives to every cycle of the incident: not worth it for a container without any. */
    if (!read_extent(
            reading,
            "SELECT count (*), 0, 0 FROM gc_cycle WHERE identity_id IN (SELECT identity_id FROM identity WHERE container_id = ?1)",
            c->container_id, extent))
        return false;
    if (extent[0] == 0) return true;
    if (!read_extent(reading,
                     "SELECT count (*), min (t_ns), max (t_ns) FROM gc WHERE container_id = ?1 AND t_ns IS NOT NULL",
                     c->container_id, extent))
        return false;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        reading->store,
        "SELECT life, t_ns, n, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, procs, forced, clock_sweep_ms, clock_mark_ms, "
        "clock_term_ms, cpu_sweep_ms + cpu_assist_ms + cpu_background_ms + cpu_term_ms FROM gc WHERE container_id = ?1 AND t_ns IS NOT NULL "
        "ORDER BY t_ns, n",
        reading->error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, c->container_id);
    gm_thin thin;
    gm_thin_init(&thin, &kind, extent[1], extent[2], extent[0], stretches_of(reading->model) / 2);
    gm_model_gc before = {.t_ns = GM_UNKNOWN};
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_model_gc g = gc_of(stmt);
        g.cpu_pct = cpu_share(&g, &before, sqlite3_column_double(stmt, 12));
        gm_thin_add(&thin, &g);
        before = g;
    }
    gm_model_keep(reading, gm_thin_finish(&thin), sizeof(gm_model_gc), &c->cycles, &c->n_cycles);
    return step == SQLITE_DONE || gm_store_error_set(reading->store, reading->error);
}

/* --- gauges --- */

typedef struct {
    int64_t t_ns;
    double value;
} gm_value;

static const struct {
    const char *quantity;
    double factor;
    bool counter;
} gauges[] = {
    {"go.heap_alloc", 1, false},         {"go.next_gc", 1, false},
    {"go.gc_cpu_fraction", 100, false},  {"pressure.memory.some", 100, true},
    {"pressure.memory.full", 100, true}, {"cpu.throttled", 100, true},
};

static int64_t value_time(const void *row) {
    return ((const gm_value *)row)->t_ns;
}

static double value_key(const void *row, int key) {
    (void)key;
    return ((const gm_value *)row)->value;
}

/* The series with the most samples stands for a quantity. */
static bool choose_series(gm_reading *reading, int64_t container_id, const char *quantity, int64_t *series,
                          int64_t extent[3]) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        reading->store,
        "SELECT s.series_id, count (*), min (p.t_ns), max (p.t_ns) FROM quantity q JOIN series s USING (quantity_id) JOIN identity i USING (identity_id) "
        "JOIN sample p USING (series_id) WHERE q.name = ?2 AND i.container_id = ?1 GROUP BY s.series_id ORDER BY 2 DESC, 1 LIMIT 1",
        reading->error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, container_id);
    gm_bind_text(stmt, 2, quantity);
    *series = 0;
    int step = sqlite3_step(stmt);
    if (step == SQLITE_ROW) {
        *series = sqlite3_column_int64(stmt, 0);
        for (int i = 0; i < 3; i++) extent[i] = sqlite3_column_int64(stmt, 1 + i);
    }
    return step == SQLITE_ROW || step == SQLITE_DONE || gm_store_error_set(reading->store, reading->error);
}

static bool read_gauge(gm_reading *reading, int64_t container_id, size_t which, gm_model_gauge *gauge) {
    static const gm_thin_kind kind = {sizeof(gm_value), 1, value_time, value_key};
    int64_t series, extent[3];
    if (!choose_series(reading, container_id, gauges[which].quantity, &series, extent)) return false;
    if (series == 0) return true;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        reading->store, "SELECT t_ns, value FROM sample WHERE series_id = ?1 ORDER BY t_ns", reading->error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, series);
    gm_thin thin;
    gm_thin_init(&thin, &kind, extent[1], extent[2], extent[0], stretches_of(reading->model) / 2);
    gm_value before = {0};
    int step;
    for (bool first = true; (step = sqlite3_step(stmt)) == SQLITE_ROW; first = false) {
        gm_value now = {sqlite3_column_int64(stmt, 0), sqlite3_column_double(stmt, 1)}, out = now;
        double passed = (double)(now.t_ns - before.t_ns) / 1e9, grown = now.value - before.value;
        out.value *= gauges[which].factor;
        if (gauges[which].counter)
            out.value = grown >= 0 && passed > 0 ? gauges[which].factor * grown / passed : NAN; /* a reset */
        before = now;
        if (isfinite(out.value) && !(gauges[which].counter && first)) gm_thin_add(&thin, &out);
    }
    gm_value *values;
    gm_model_keep(reading, gm_thin_finish(&thin), sizeof(gm_value), &values, &gauge->n);
    gauge->quantity = gauges[which].quantity;
    gauge->t_ns = GM_ARENA_NEW(reading->model->arena, int64_t, gauge->n + 1);
    gauge->value = GM_ARENA_NEW(reading->model->arena, double, gauge->n + 1);
    for (size_t i = 0; i < gauge->n; i++) gauge->t_ns[i] = values[i].t_ns, gauge->value[i] = values[i].value;
    return step == SQLITE_DONE || gm_store_error_set(reading->store, reading->error);
}

bool gm_model_history_read(gm_reading *reading, gm_model_container *c, bool detailed) {
    if (!read_points(reading, c, detailed)) return false;
    if (!detailed) return true;
    if (!read_cycles(reading, c)) return false;
    c->gauges = GM_ARENA_NEW(reading->model->arena, gm_model_gauge, G_N_ELEMENTS(gauges));
    for (size_t i = 0; i < G_N_ELEMENTS(gauges); i++) {
        gm_model_gauge gauge = {0};
        if (!read_gauge(reading, c->container_id, i, &gauge)) return false;
        if (gauge.n >= 2) c->gauges[c->n_gauges++] = gauge;
    }
    return true;
}
