/* Loads what the clock rules look at: series about collections one by one, starts and kills of the container.
 * Before clock.c. The merged histories of the timeline do not do: which values were read together, and how late a
 * query tells them, differs from series to series. */
#include "analyzer/timeline/clock.h"

#include "gomortem/limits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CLOCK_QUANTITIES = 4 };

#define SAME_START_S 2   /* two tellings of one start */
#define LAG_LIMIT_S  300 /* a query looks back five minutes at most */

static int by_double(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double *keep_distinct(gm_build *build, GArray *values, size_t *n) {
    if (values->len > 0) qsort(values->data, values->len, sizeof(double), by_double);
    guint kept = 0;
    double *value = (double *)(void *)values->data;
    for (guint i = 0; i < values->len; i++)
        if (kept == 0 || value[i] - value[kept - 1] > SAME_START_S) value[kept++] = value[i];
    g_array_set_size(values, kept);
    return gm_build_keep(build, values, n);
}

static int by_step(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* A series with a regular step may come from a range query. */
static double lag_of(const gm_clock_series *series) {
    if (series->n < 3) return 0;
    size_t n = series->n - 1, near = 0;
    g_autofree int64_t *steps = g_new(int64_t, n);
    for (size_t i = 0; i < n; i++) steps[i] = series->t_ns[i + 1] - series->t_ns[i];
    qsort(steps, n, sizeof *steps, by_step);
    double step = (double)steps[n / 2] / 1e9;
    for (size_t i = 0; i < n; i++) near += fabs((double)steps[i] / 1e9 - step) < 0.1 * step;
    return near * 2 > n ? fmin(step, LAG_LIMIT_S) : 0;
}

/* Width of the stretches of time of which the first sample is taken, so that what was read together stays together; 0:
 * all are taken. */
static bool find_width(gm_build *build, const gm_quantity wanted[CLOCK_QUANTITIES], int64_t *width_ns, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        build->store,
        "SELECT count(*), min(p.t_ns), max(p.t_ns), count(DISTINCT p.series_id) FROM series s JOIN identity i USING (identity_id) "
        "JOIN sample p USING (series_id) WHERE i.container_id = ?1 AND s.quantity_id IN (?2, ?3, ?4, ?5)",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    for (int i = 0; i < CLOCK_QUANTITIES; i++) sqlite3_bind_int(stmt, i + 2, (int)wanted[i]);
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(build->store, error);
    int64_t n = sqlite3_column_int64(stmt, 0), most = CLOCK_QUANTITIES * gm_limits_default.samples;
    double span_ns = (double)sqlite3_column_int64(stmt, 2) - (double)sqlite3_column_int64(stmt, 1);
    *width_ns = n > most ? (int64_t)fmin(span_ns * (double)sqlite3_column_int64(stmt, 3) / (double)most, 1e18) + 1 : 0;
    return true;
}

static bool load_samples(gm_build *build, int64_t series_id, int64_t width_ns, gm_clock_series *series,
                         GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store, "SELECT t_ns, value FROM sample WHERE series_id = ?1 ORDER BY t_ns", error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, series_id);
    GArray *times = g_array_new(FALSE, FALSE, sizeof(int64_t)), *values = g_array_new(FALSE, FALSE, sizeof(double));
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t t_ns = sqlite3_column_int64(stmt, 0);
        double value = sqlite3_column_double(stmt, 1);
        if (width_ns && times->len && t_ns / width_ns == g_array_index(times, int64_t, times->len - 1) / width_ns)
            continue;
        g_array_append_val(times, t_ns);
        g_array_append_val(values, value);
    }
    series->t_ns = gm_build_keep(build, times, &series->n);
    series->value = gm_build_keep(build, values, &series->n);
    series->lag_s = lag_of(series);
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

static bool load_series(gm_build *build, gm_clock_sources *sources, GError **error) {
    static const gm_quantity wanted[CLOCK_QUANTITIES] = {GM_Q_GO_GC_COUNT, GM_Q_GO_LAST_GC, GM_Q_GO_NEXT_GC,
                                                         GM_Q_GO_HEAP_LIVE};
    int64_t width_ns = 0;
    if (!find_width(build, wanted, &width_ns, error)) return false;
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store,
                         "SELECT s.quantity_id, s.series_id, dense_rank () OVER (ORDER BY s.source, s.identity_id) "
                         "FROM series s JOIN identity i USING (identity_id) "
                         "WHERE i.container_id = ?1 AND s.quantity_id IN (?2, ?3, ?4, ?5) ORDER BY s.series_id",
                         error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    for (int i = 0; i < CLOCK_QUANTITIES; i++) sqlite3_bind_int(stmt, i + 2, (int)wanted[i]);
    GArray *all = g_array_new(FALSE, FALSE, sizeof(gm_clock_series));
    bool ok = true;
    int step;
    while (ok && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_clock_series series = {.quantity = (gm_quantity)sqlite3_column_int(stmt, 0),
                                  .source = sqlite3_column_int64(stmt, 2)};
        ok = load_samples(build, sqlite3_column_int64(stmt, 1), width_ns, &series, error);
        if (series.n > 0) g_array_append_val(all, series);
    }
    sources->series = gm_build_keep(build, all, &sources->n_series);
    return ok && (step == SQLITE_DONE || gm_store_error_set(build->store, error));
}

/* Metrics that only a running container has. */
static void look_for_signs(const gm_timeline *timeline, gm_clock_sources *sources) {
    static const gm_quantity signs[] = {GM_Q_MEM_USAGE,  GM_Q_GO_GC_COUNT, GM_Q_GO_HEAP_ALLOC,
                                        GM_Q_GO_NEXT_GC, GM_Q_PROC_RSS,    GM_Q_PROC_START};
    for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
        const gm_history *history = &timeline->history[signs[i]];
        if (history->n == 0) continue;
        sources->first_sign_s = fmin(sources->first_sign_s, (double)history->t_ns[0] / 1e9);
        sources->last_sign_s = fmax(sources->last_sign_s, (double)history->t_ns[history->n - 1] / 1e9);
    }
}

static void add_gauge(const gm_history *gauge, GArray *starts) {
    for (size_t i = 0; i < gauge->n; i++)
        if (gauge->value[i] > 1e8 && (i == 0 || gauge->value[i] != gauge->value[i - 1]))
            g_array_append_val(starts, gauge->value[i]);
}

static bool add_times(gm_build *build, const char *sql, GArray *times, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(build->store, sql, error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        double time_s = (double)sqlite3_column_int64(stmt, 0) / 1e9;
        g_array_append_val(times, time_s);
    }
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

static const char started_sql[] = "SELECT e.t_ns FROM event e JOIN identity i USING (identity_id) "
                                  "WHERE i.container_id = ?1 AND e.kind = 'started' AND e.t_ns IS NOT NULL";
static const char killed_sql[] =
    "SELECT e.t_ns FROM event e JOIN identity i USING (identity_id) "
    "WHERE i.container_id = ?1 AND e.kind = 'terminated' AND e.t_ns IS NOT NULL UNION "
    "SELECT t.t_ns FROM oom_kill o JOIN oom_times t USING (oom_kill_id) JOIN identity i USING (identity_id) "
    "WHERE i.container_id = ?1 AND t.t_ns IS NOT NULL AND t.uncertainty_ns <= 5000000000";

/* Kubernetes keeps the last two starts and counts the restarts. */
static bool count_runs(gm_build *build, gm_clock_sources *sources, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store,
                         "SELECT max (e.count) FROM event e JOIN identity i USING (identity_id) "
                         "WHERE i.container_id = ?1 AND e.kind IN ('started', 'terminated')",
                         error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(build->store, error);
    int64_t restarts = gm_column_int(stmt, 0);
    if (restarts >= 0) sources->runs = (size_t)restarts + 1;
    return true;
}

bool gm_clock_sources_load(gm_build *build, gm_clock_sources *sources, GError **error) {
    *sources = (gm_clock_sources){.first_sign_s = INFINITY, .last_sign_s = -INFINITY};
    look_for_signs(build->timeline, sources);
    GArray *process = g_array_new(FALSE, FALSE, sizeof(double)), *container = g_array_new(FALSE, FALSE, sizeof(double)),
           *kills = g_array_new(FALSE, FALSE, sizeof(double));
    add_gauge(&build->timeline->history[GM_Q_PROC_START], process);
    add_gauge(&build->timeline->history[GM_Q_CONTAINER_START], container);
    bool ok = add_times(build, started_sql, container, error) && add_times(build, killed_sql, kills, error);
    sources->process_starts = keep_distinct(build, process, &sources->n_process_starts);
    sources->container_starts = keep_distinct(build, container, &sources->n_container_starts);
    sources->kills = keep_distinct(build, kills, &sources->n_kills);
    return ok && count_runs(build, sources, error) && load_series(build, sources, error);
}
