/* Loads a container's samples: one history per quantity, merged over the series of all sources, in time order.
 * First step of a timeline; what follows reads histories and no longer the sample table. */
#include "analyzer/timeline/build.h"

#include "gomortem/limits.h"

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

typedef struct { /* of a quantity */
    gm_build *build;
    sqlite3_stmt *samples, *count;
    GArray *series; /* ids */
    GArray *raw;    /* gm_raw_sample */
    int rank;       /* of the first series */
    int64_t all;    /* samples that there are; 0: not counted, for all are read */
} quantity;

/* Keeps the low and the high of each run of samples, in their order. */
static void end_run(GArray *raw, const gm_raw_sample *low, const gm_raw_sample *high) {
    g_array_append_vals(raw, low->t_ns <= high->t_ns ? low : high, 1);
    if (low->t_ns != high->t_ns) g_array_append_vals(raw, low->t_ns <= high->t_ns ? high : low, 1);
}

/* run 1: every sample, as long as there are not too many. */
static bool load_series(quantity *q, guint index, int64_t run, bool *full, GError **error) {
    gm_raw_sample low = {0}, high = {0}, sample = {0};
    int64_t n = 0;
    int step;
    sqlite3_reset(q->samples);
    sqlite3_bind_int64(q->samples, 1, g_array_index(q->series, int64_t, index));
    while ((step = sqlite3_step(q->samples)) == SQLITE_ROW) {
        sample = (gm_raw_sample){sqlite3_column_int64(q->samples, 0), sqlite3_column_double(q->samples, 1),
                                 q->rank + (int)index};
        if (run <= 1 || n == 0) g_array_append_val(q->raw, sample);
        *full = run <= 1 && q->raw->len > gm_limits_default.samples;
        if (*full) return true;
        if (n % run == 0 || sample.value < low.value) low = sample;
        if (n % run == 0 || sample.value > high.value) high = sample;
        if (++n % run == 0 && run > 1) end_run(q->raw, &low, &high);
    }
    if (run > 1 && n % run != 0) end_run(q->raw, &low, &high);
    if (run > 1 && n > 0) g_array_append_val(q->raw, sample);
    return step == SQLITE_DONE || gm_store_error_set(q->build->store, error);
}

static bool count_samples(quantity *q, GError **error) {
    for (guint i = 0; i < q->series->len; i++) {
        sqlite3_reset(q->count);
        sqlite3_bind_int64(q->count, 1, g_array_index(q->series, int64_t, i));
        if (sqlite3_step(q->count) != SQLITE_ROW) return gm_store_error_set(q->build->store, error);
        q->all += sqlite3_column_int64(q->count, 0);
    }
    return true;
}

static bool load_all(quantity *q, int64_t run, bool *full, GError **error) {
    *full = false;
    g_array_set_size(q->raw, 0);
    for (guint i = 0; i < q->series->len && !*full; i++)
        if (!load_series(q, i, run, full, error)) return false;
    return true;
}

/* Most quantities need no counting. */
static bool load_quantity(quantity *q, GError **error) {
    bool full;
    q->all = 0;
    if (!load_all(q, 1, &full, error)) return false;
    if (!full) return true;
    return count_samples(q, error) && load_all(q, 2 * (q->all / gm_limits_default.samples + 1), &full, error);
}

/* Sorts what several series hold, drops all but the first of equal times, and moves the samples into the arena as two
 * arrays. */
static void keep_history(const quantity *q, gm_history *history) {
    gm_arena *arena = q->build->arena;
    gm_raw_sample *samples = (gm_raw_sample *)(void *)q->raw->data;
    if (q->series->len > 1 && q->raw->len > 0) qsort(samples, q->raw->len, sizeof *samples, by_time);
    int64_t *t_ns = GM_ARENA_NEW(arena, int64_t, q->raw->len);
    double *value = GM_ARENA_NEW(arena, double, q->raw->len);
    size_t n = 0;
    for (size_t i = 0; i < q->raw->len; i++) {
        if (n > 0 && t_ns[n - 1] == samples[i].t_ns) continue;
        t_ns[n] = samples[i].t_ns;
        value[n++] = samples[i].value;
    }
    *history = (gm_history){t_ns, value, n, q->all, q->all && n > 1 ? (t_ns[n - 1] - t_ns[0]) / (int64_t)(n / 2) : 0};
}

/* The interface's version shows in the names of its files; without any of them v2 is the rule today. */
static bool find_version(gm_build *build, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store,
                         "SELECT count(*) FROM series s JOIN identity i USING (identity_id) WHERE i.container_id = ?1 "
                         "AND s.source = 'cgroup' AND s.name GLOB 'memory.*_in_bytes'",
                         error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(build->store, error);
    build->timeline->cgroup_v2 = sqlite3_column_int64(stmt, 0) == 0;
    return true;
}

static bool end_quantity(quantity *q, int64_t id, GError **error) {
    bool known = id > GM_Q_NONE && id < GM_Q_COUNT; /* else a newer vocabulary */
    bool ok = !known || load_quantity(q, error);
    if (ok && known) keep_history(q, &q->build->timeline->history[id]);
    q->rank += (int)q->series->len;
    g_array_set_size(q->series, 0);
    return ok;
}

bool gm_build_histories(gm_build *build, GError **error) {
    if (!find_version(build, error)) return false;
    g_autoptr(sqlite3_stmt) list =
        gm_store_prepare(build->store,
                         "SELECT s.quantity_id, s.series_id FROM series s JOIN identity i USING (identity_id) "
                         "WHERE i.container_id = ?1 AND s.quantity_id IS NOT NULL ORDER BY 1, 2",
                         error);
    g_autoptr(sqlite3_stmt) samples =
        list
            ? gm_store_prepare(build->store, "SELECT t_ns, value FROM sample WHERE series_id = ?1 ORDER BY t_ns", error)
            : NULL;
    g_autoptr(sqlite3_stmt) count =
        samples ? gm_store_prepare(build->store, "SELECT count(*) FROM sample WHERE series_id = ?1", error) : NULL;
    if (!count) return false;
    sqlite3_bind_int64(list, 1, build->timeline->container_id);
    g_autoptr(GArray) series = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                      raw = g_array_new(FALSE, FALSE, sizeof(gm_raw_sample));
    quantity q = {build, samples, count, series, raw, 0, 0};
    int64_t current = GM_Q_NONE;
    int step;
    while ((step = sqlite3_step(list)) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(list, 0), series_id = sqlite3_column_int64(list, 1);
        if (id != current && !end_quantity(&q, current, error)) return false;
        current = id;
        g_array_append_val(series, series_id);
    }
    if (step != SQLITE_DONE) return gm_store_error_set(build->store, error);
    return end_quantity(&q, current, error);
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
