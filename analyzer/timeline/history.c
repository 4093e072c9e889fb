/* Loads a container's samples: one history per quantity, merged over the series of all sources, in time order.
 * First step of a timeline; what follows reads histories and no longer the sample table. */
#include "analyzer/timeline/build.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    int64_t t_ns;
    double value;
    int rank; /* order of the series: the first source wins at equal times */
} gm_raw_sample;

static int by_time(const void *a, const void *b) {
    const gm_raw_sample *x = a, *y = b;
    if (x->t_ns != y->t_ns) return x->t_ns < y->t_ns ? -1 : 1;
    return x->rank - y->rank;
}

static bool load_series(gm_build *build, sqlite3_stmt *samples, int64_t series_id, int rank, GArray *raw,
                        GError **error) {
    sqlite3_reset(samples);
    sqlite3_bind_int64(samples, 1, series_id);
    int step;
    while ((step = sqlite3_step(samples)) == SQLITE_ROW) {
        gm_raw_sample sample = {sqlite3_column_int64(samples, 0), sqlite3_column_double(samples, 1), rank};
        g_array_append_val(raw, sample);
    }
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

/* Sorts, drops all but the first of equal times, and moves the samples into the arena as two arrays. */
static void keep_history(gm_build *build, GArray *raw, gm_history *history) {
    gm_raw_sample *samples = (gm_raw_sample *)(void *)raw->data;
    if (raw->len > 0) qsort(samples, raw->len, sizeof *samples, by_time);
    int64_t *t_ns = GM_ARENA_NEW(build->arena, int64_t, raw->len);
    double *value = GM_ARENA_NEW(build->arena, double, raw->len);
    size_t n = 0;
    for (size_t i = 0; i < raw->len; i++) {
        if (n > 0 && t_ns[n - 1] == samples[i].t_ns) continue;
        t_ns[n] = samples[i].t_ns;
        value[n++] = samples[i].value;
    }
    *history = (gm_history){t_ns, value, n};
}

/* The interface's version shows in the names of its files; without any of them v2 is the rule today. */
static bool find_version(gm_build *build, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(build->store,
                                                    "SELECT count(*) FROM series s JOIN identity i USING (identity_id) WHERE i.container_id = ?1 "
                                                    "AND s.source = 'cgroup' AND s.name GLOB 'memory.*_in_bytes'",
                                                    error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(build->store, error);
    build->timeline->cgroup_v2 = sqlite3_column_int64(stmt, 0) == 0;
    return true;
}

bool gm_build_histories(gm_build *build, GError **error) {
    if (!find_version(build, error)) return false;
    g_autoptr(sqlite3_stmt) list = gm_store_prepare(build->store,
                                                    "SELECT s.quantity_id, s.series_id FROM series s JOIN identity i USING (identity_id) "
                                                    "WHERE i.container_id = ?1 AND s.quantity_id IS NOT NULL ORDER BY 1, 2",
                                                    error);
    g_autoptr(sqlite3_stmt) samples =
        list ? gm_store_prepare(build->store, "SELECT t_ns, value FROM sample WHERE series_id = ?1 ORDER BY t_ns", error) : NULL;
    if (!samples) return false;
    sqlite3_bind_int64(list, 1, build->timeline->container_id);
    g_autoptr(GArray) raw = g_array_new(FALSE, FALSE, sizeof(gm_raw_sample));
    int64_t current = GM_Q_NONE;
    int step, rank = 0;
    while ((step = sqlite3_step(list)) == SQLITE_ROW) {
        int64_t quantity = sqlite3_column_int64(list, 0);
        if (quantity <= GM_Q_NONE || quantity >= GM_Q_COUNT) continue; /* a newer vocabulary */
        if (quantity != current && current != GM_Q_NONE) {
            keep_history(build, raw, &build->timeline->history[current]);
            g_array_set_size(raw, 0);
        }
        current = quantity;
        if (!load_series(build, samples, sqlite3_column_int64(list, 1), rank++, raw, error)) return false;
    }
    if (step != SQLITE_DONE) return gm_store_error_set(build->store, error);
    if (current != GM_Q_NONE) keep_history(build, raw, &build->timeline->history[current]);
    return true;
}

double gm_history_at(const gm_history *history, int64_t t_ns, int64_t tolerance_ns) {
    size_t low = 0, high = history->n;
    while (low < high) { /* first sample at or after t */
        size_t middle = low + (high - low) / 2;
        if (history->t_ns[middle] < t_ns) low = middle + 1;
        else high = middle;
    }
    size_t best = low;
    if (low == history->n || (low > 0 && t_ns - history->t_ns[low - 1] <= history->t_ns[low] - t_ns)) best = low - 1;
    if (history->n == 0 || llabs(history->t_ns[best] - t_ns) > tolerance_ns) return NAN;
    return history->value[best];
}

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t gm_history_step(const gm_history *history) {
    if (history->n < 2) return 0;
    size_t n = history->n - 1;
    g_autofree int64_t *steps = g_new(int64_t, n);
    for (size_t i = 0; i < n; i++) steps[i] = history->t_ns[i + 1] - history->t_ns[i];
    qsort(steps, n, sizeof *steps, by_value);
    return steps[n / 2];
}

void *gm_build_keep(gm_build *build, GArray *array, size_t *n) {
    size_t size = (size_t)array->len * g_array_get_element_size(array);
    void *copy = gm_arena_alloc(build->arena, size ? size : 1);
    if (size) memcpy(copy, array->data, size);
    *n = array->len;
    g_array_unref(array);
    return copy;
}
