/* Fills a history from the incident: series of Prometheus and OTLP under their own names and labels, the others under
 * the names of canonical.def. First step of a replay. Samples of one label set from several members become one series.
 *
 * A series whose values the importer brought to another unit has no name of its own left, because its values are not
 * those that a rule written for it expects; its quantity is still there by its canonical name. */
#include "analyzer/replay/load.h"

#include <math.h>

#define NS_PER_MS  INT64_C(1000000)
#define MAX_LABELS 200

typedef struct {
    gm_store *store;
    gm_prom_history *history;
    const char *const *names;
    sqlite3_stmt *labels, *one, *several; /* of the latter the samples */
    GHashTable *ids;                      /* label set -> JSON array of series ids */
    GPtrArray *sets;                      /* the same sets in order */
    GHashTable *recorded;                 /* names that Prometheus recorded */
} loading;

static const char own_name_sql[] =
    "SELECT s.series_id, s.name, s.labels, i.namespace, i.pod, i.container FROM series s JOIN identity i USING (identity_id) LEFT JOIN quantity q USING (quantity_id) "
    "WHERE i.container_id IS ?1 AND s.source IN ('prometheus', 'otlp') AND s.name <> '' AND coalesce (q.name <> 'go.gogc' AND NOT (q.unit = 'seconds' AND"
    " (s.name GLOB '*_ns' OR s.name GLOB '*_ns_total' OR s.name GLOB '*nanoseconds*')), 1) ORDER BY s.series_id";

/* In the order of the tables: nothing is sorted. */
static const char one_sql[] =
    "SELECT t_ns, value FROM sample WHERE series_id = ?1 UNION ALL SELECT t_ns, NULL FROM stale_marker WHERE series_id = ?1 ORDER BY t_ns, value DESC";

static const char several_sql[] =
    "SELECT t_ns, value FROM sample WHERE series_id IN (SELECT value FROM json_each (?1)) "
    "UNION ALL SELECT t_ns, NULL FROM stale_marker WHERE series_id IN (SELECT value FROM json_each (?1)) ORDER BY t_ns, value DESC";

static bool wanted(const loading *l, const char *name) {
    return !l->names || g_strv_contains(l->names, name);
}

/* Names take letters, digits, '_' and ':'; OpenTelemetry's dots become '_' as Prometheus makes them. */
static char *clean_name(const char *name) {
    GString *clean = g_string_new(g_ascii_isdigit(*name) ? "_" : NULL);
    for (; *name; name++) g_string_append_c(clean, g_ascii_isalnum(*name) || *name == ':' ? *name : '_');
    return g_string_free(clean, FALSE);
}

static const gm_prom_labels *labels_of(loading *l, const char *metric, sqlite3_stmt *row) {
    gm_prom_label all[MAX_LABELS];
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    size_t n = 0;
    all[n++] = (gm_prom_label){GM_PROM_NAME, metric};
    static const char *const names[] = {"namespace", "pod", "container"};
    for (int i = 0; i < 3; i++) all[n++] = (gm_prom_label){names[i], gm_column_text(row, 3 + i)};
    sqlite3_reset(l->labels);
    gm_bind_text(l->labels, 1, gm_column_text(row, 2));
    while (sqlite3_step(l->labels) == SQLITE_ROW && n < MAX_LABELS) {
        const char *name = gm_column_text(l->labels, 0), *value = gm_column_text(l->labels, 1);
        if (!name || !value || !*name) continue;
        char *clean = clean_name(name), *copy = g_strdup(value);
        g_ptr_array_add(texts, clean);
        g_ptr_array_add(texts, copy);
        all[n++] = (gm_prom_label){clean, copy};
    }
    return gm_prom_labels_of(l->history, all, n);
}

static void add_id(loading *l, const gm_prom_labels *set, int64_t id) {
    GString *ids = g_hash_table_lookup(l->ids, set);
    if (!ids) {
        ids = g_string_new("[");
        g_hash_table_insert(l->ids, (gpointer)set, ids);
        g_ptr_array_add(l->sets, (gpointer)set);
    }
    g_string_append_printf(ids, "%s%" G_GINT64_FORMAT, ids->len > 1 ? "," : "", id);
}

static bool list_recorded(loading *l, int64_t container_id, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_store_prepare(l->store, own_name_sql, error);
    int step = SQLITE_DONE;
    if (!rows) return false;
    gm_bind_int(rows, 1, container_id);
    while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
        g_autofree char *metric = clean_name(gm_column_text(rows, 1));
        if (!wanted(l, metric)) continue;
        const gm_prom_labels *set = labels_of(l, metric, rows);
        g_hash_table_add(l->recorded, (gpointer)gm_prom_label_value(set, GM_PROM_NAME));
        add_id(l, set, gm_column_int(rows, 0));
    }
    return step == SQLITE_DONE || gm_store_error_set(l->store, error);
}

/* The rows are times in ns and values; NULL is a marker of staleness. */
static bool take_samples(loading *l, sqlite3_stmt *rows, const gm_prom_labels *set, GError **error) {
    gm_prom_series *series = gm_prom_history_series(l->history, set);
    int step;
    while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
        int64_t t_ns = sqlite3_column_int64(rows, 0);
        if (t_ns > 0) gm_prom_series_add(series, t_ns / NS_PER_MS, gm_column_double(rows, 1));
    }
    return step == SQLITE_DONE || gm_store_error_set(l->store, error);
}

static bool load_recorded(loading *l, GError **error) {
    for (guint i = 0; i < l->sets->len; i++) {
        const gm_prom_labels *set = g_ptr_array_index(l->sets, i);
        GString *ids = g_hash_table_lookup(l->ids, set);
        bool one = !strchr(ids->str, ',');
        sqlite3_stmt *samples = one ? l->one : l->several;
        sqlite3_reset(samples);
        if (one) sqlite3_bind_int64(samples, 1, g_ascii_strtoll(ids->str + 1, NULL, 10));
        else gm_bind_text(samples, 1, g_string_append_c(ids, ']')->str);
        if (!take_samples(l, samples, set, error)) return false;
    }
    return true;
}

/* --- canonical names --- */

typedef struct {
    const char *metric, *quantity, *column;
} canonical;

static const canonical canonicals[] = {
#define GM_CANONICAL(metric, quantity, column) {metric, quantity, column},
#include "analyzer/replay/canonical.def"
#undef GM_CANONICAL
};

/* A limit of a history lies in settings or reports too, and the timeline knows those. */
static bool from_timeline(loading *l, int64_t container_id, const canonical *c, const gm_prom_labels *set,
                          GError **error) {
    g_autofree char *sql = g_strdup_printf(
        "SELECT t_ns, %s FROM timeline WHERE container_id = ?1 AND %s IS NOT NULL ORDER BY t_ns", c->column, c->column);
    g_autoptr(sqlite3_stmt) rows = gm_store_prepare(l->store, sql, error);
    if (!rows) return false;
    sqlite3_bind_int64(rows, 1, container_id);
    return take_samples(l, rows, set, error);
}

static bool from_samples(loading *l, int64_t container_id, const canonical *c, const gm_prom_labels *set,
                         GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_store_prepare(
        l->store,
        "SELECT t_ns, value FROM sample JOIN series s USING (series_id) JOIN identity i USING (identity_id) "
        "WHERE i.container_id = ?1 AND s.quantity_id = (SELECT quantity_id FROM quantity WHERE name = ?2) ORDER BY t_ns, s.series_id",
        error);
    if (!rows) return false;
    sqlite3_bind_int64(rows, 1, container_id);
    gm_bind_text(rows, 2, c->quantity);
    return take_samples(l, rows, set, error);
}

/* A start that no metric tells is known from the lives whose beginning was seen. */
static bool from_lives(loading *l, int64_t container_id, const gm_prom_labels *set, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_store_prepare(
        l->store,
        "SELECT t.t_ns, l.from_ns / 1e9 FROM timeline t JOIN life l USING (container_id, life) WHERE container_id = ?1 AND l.cut_by <> 'first_record' ORDER BY t.t_ns",
        error);
    if (!rows) return false;
    sqlite3_bind_int64(rows, 1, container_id);
    return take_samples(l, rows, set, error);
}

static bool load_canonical(loading *l, int64_t container_id, GError **error) {
    g_autoptr(sqlite3_stmt) name = gm_store_prepare(
        l->store, "SELECT '', '', '', namespace, pod, container FROM container WHERE container_id = ?1", error);
    if (!name) return false;
    sqlite3_bind_int64(name, 1, container_id);
    if (sqlite3_step(name) != SQLITE_ROW) return true;
    const gm_prom_label who[] = {{"namespace", gm_column_text(name, 3)},
                                 {"pod", gm_column_text(name, 4)},
                                 {"container", gm_column_text(name, 5)}};
    for (size_t i = 0; i < G_N_ELEMENTS(canonicals); i++) {
        const canonical *c = &canonicals[i];
        bool known = false;
        GHashTableIter iter;
        gpointer recorded;
        g_hash_table_iter_init(&iter, l->recorded);
        while (g_hash_table_iter_next(&iter, &recorded, NULL)) known |= strcmp(recorded, c->metric) == 0;
        if (known || !wanted(l, c->metric)) continue;
        const gm_prom_label all[] = {{GM_PROM_NAME, c->metric}, who[0], who[1], who[2]};
        const gm_prom_labels *set = gm_prom_labels_of(l->history, all, G_N_ELEMENTS(all));
        if (!from_samples(l, container_id, c, set, error)) return false;
        bool empty = gm_prom_history_series(l->history, set)->n == 0;
        if (empty && c->column && !from_timeline(l, container_id, c, set, error)) return false;
        if (empty && strcmp(c->metric, "container_start_time_seconds") == 0 && !from_lives(l, container_id, set, error))
            return false;
    }
    return true;
}

/* --- both --- */

static void free_ids(gpointer data) {
    g_string_free(data, TRUE);
}

static bool load(gm_store *store, int64_t container_id, const char *const *names, gm_prom_history *history,
                 GError **error) {
    g_autoptr(sqlite3_stmt) labels =
        gm_store_prepare(store, "SELECT key, value FROM json_each (?) ORDER BY key", error);
    g_autoptr(sqlite3_stmt) one = labels ? gm_store_prepare(store, one_sql, error) : NULL;
    g_autoptr(sqlite3_stmt) several = one ? gm_store_prepare(store, several_sql, error) : NULL;
    if (!several) return false;
    loading l = {store,
                 history,
                 names,
                 labels,
                 one,
                 several,
                 g_hash_table_new_full(NULL, NULL, NULL, free_ids),
                 g_ptr_array_new(),
                 g_hash_table_new(NULL, NULL)};
    bool ok = list_recorded(&l, container_id, error) && load_recorded(&l, error) &&
              (container_id == GM_UNKNOWN || load_canonical(&l, container_id, error));
    g_hash_table_unref(l.ids);
    g_hash_table_unref(l.recorded);
    g_ptr_array_unref(l.sets);
    return ok;
}

bool gm_replay_load(gm_store *store, int64_t container_id, const char *const *names, gm_prom_history *history,
                    GError **error) {
    return load(store, container_id, names, history, error);
}

bool gm_replay_load_rest(gm_store *store, gm_prom_history *history, GError **error) {
    return load(store, GM_UNKNOWN, NULL, history, error);
}
