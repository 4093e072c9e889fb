/* Every sample in OpenMetrics text; `promtool tsdb create-blocks-from openmetrics` takes it, and so does an import.
 * https://prometheus.io/docs/specs/om/open_metrics_spec/
 *
 * Series of Prometheus keep their name and labels. Others, and those whose value was brought to another unit, are
 * named gomortem_<quantity> (gomortem_other outside the vocabulary) with labels that say where they are from. Sources
 * that measured the same thing in several members fall into one series, in the order of time, one sample a
 * millisecond, because that is Prometheus' resolution. The list of series is held in memory, the samples are not. */
#include "gomortem/export.h"

#include <math.h>

#define NS_PER_MS INT64_C(1000000)

static const char series_sql[] =
    "WITH named AS ("
    " SELECT s.series_id, s.source, s.name, s.labels, q.name AS quantity, q.kind, coalesce (c.namespace, i.namespace) AS namespace,"
    "  coalesce (c.pod, i.pod) AS pod, coalesce (c.container, i.container) AS container, i.hint, i.level,"
    "  s.source IN ('prometheus', 'otlp') AND s.name <> '' AND coalesce (q.name <> 'go.gogc' AND NOT (q.unit = 'seconds' AND"
    "   (s.name GLOB '*_ns' OR s.name GLOB '*_ns_total' OR s.name GLOB '*nanoseconds*')), 1) AS own_name"
    " FROM series s JOIN identity i USING (identity_id) LEFT JOIN container c USING (container_id) LEFT JOIN quantity q USING (quantity_id))"
    "SELECT series_id, CASE WHEN own_name THEN name WHEN quantity IS NULL THEN 'gomortem_other' ELSE 'gomortem_' || quantity END AS metric,"
    " coalesce (kind, 'unknown') AS kind, labels, namespace, pod, container, CASE WHEN own_name THEN NULL ELSE source END AS source,"
    " CASE WHEN own_name THEN NULL ELSE name END AS source_name, CASE WHEN level = 'node' AND pod IS NULL AND container IS NULL THEN hint END AS node FROM named "
    "ORDER BY metric, namespace, pod, container, source, source_name, labels, series_id";

static const char samples_sql[] =
    "SELECT t_ns, value FROM sample WHERE series_id IN (SELECT value FROM json_each (?)) ORDER BY t_ns";
static const char labels_sql[] = "SELECT key, value FROM json_each (?) ORDER BY key";

typedef struct {
    char *metric, *key; /* key: name and labels as written */
    const char *type;
    GString *ids; /* JSON array */
} family_series;

static void free_series(gpointer data) {
    family_series *series = data;
    g_free(series->metric);
    g_free(series->key);
    g_string_free(series->ids, TRUE);
    g_free(series);
}

/* Names take letters, digits and '_'; what a name has beside becomes '_', as OpenTelemetry's exporters do. */
static char *clean_name(const char *name, bool metric) {
    GString *clean = g_string_new(g_ascii_isdigit(*name) ? "_" : NULL);
    for (; *name; name++) g_string_append_c(clean, g_ascii_isalnum(*name) || (metric && *name == ':') ? *name : '_');
    return g_string_free(clean, FALSE);
}

static void put_label(GString *key, const char *name, const char *value) {
    if (!value || !*value) return;
    g_autofree char *clean = clean_name(name, false), *valid = g_utf8_make_valid(value, -1);
    g_string_append_printf(key, "%s%s=\"", g_str_has_suffix(key->str, "{") ? "" : ",", clean);
    for (const char *at = valid; *at; at++) {
        if (*at == '\\' || *at == '"') g_string_append_c(key, '\\');
        g_string_append(key, *at == '\n' ? "\\n" : (char[]){*at, '\0'});
    }
    g_string_append_c(key, '"');
}

static bool is_ours(const char *label) {
    static const char *const ours[] = {"namespace", "pod", "container", "__name__"};
    for (size_t i = 0; i < G_N_ELEMENTS(ours); i++)
        if (strcmp(label, ours[i]) == 0) return true;
    return false;
}

static char *series_key(sqlite3_stmt *row, sqlite3_stmt *labels, const char *metric) {
    static const struct {
        const char *label;
        int column;
    } told[] = {{"namespace", 4}, {"pod", 5}, {"container", 6}, {"source", 7}, {"source_name", 8}, {"node", 9}};
    GString *key = g_string_new(metric);
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_string_append_c(key, '{');
    for (size_t i = 0; i < G_N_ELEMENTS(told); i++) {
        const char *value = gm_column_text(row, told[i].column);
        if (!value || !*value) continue;
        put_label(key, told[i].label, value);
        g_hash_table_add(names, g_strdup(told[i].label));
    }
    sqlite3_reset(labels);
    gm_bind_text(labels, 1, gm_column_text(row, 3));
    while (sqlite3_step(labels) == SQLITE_ROW) {
        const char *name = gm_column_text(labels, 0);
        g_autofree char *clean = clean_name(name ? name : "", false);
        bool taken = !*clean || is_ours(clean) || g_hash_table_contains(names, clean);
        if (!taken) put_label(key, clean, gm_column_text(labels, 1));
        g_hash_table_add(names, g_steal_pointer(&clean));
    }
    return g_string_free(g_string_append_c(key, '}'), FALSE);
}

/* A counter's family is its name without _total; where that is a metric too, the type stays untold. */
static const char *type_of(const char *metric, const char *kind, GHashTable *metrics) {
    if (strcmp(kind, "gauge") == 0) return "gauge";
    if (strcmp(kind, "counter") != 0 || !g_str_has_suffix(metric, "_total")) return "unknown";
    g_autofree char *base = g_strndup(metric, strlen(metric) - strlen("_total"));
    return g_hash_table_contains(metrics, base) ? "unknown" : "counter";
}

static bool read_series(gm_store *store, GPtrArray *list, GHashTable *metrics, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_store_prepare(store, series_sql, error);
    g_autoptr(sqlite3_stmt) labels = rows ? gm_store_prepare(store, labels_sql, error) : NULL;
    g_autoptr(GHashTable) by_key = g_hash_table_new(g_str_hash, g_str_equal);
    int step = SQLITE_DONE;
    while (labels && (step = sqlite3_step(rows)) == SQLITE_ROW) {
        g_autofree char *metric = clean_name(gm_column_word(rows, 1), true), *key = series_key(rows, labels, metric);
        family_series *series = g_hash_table_lookup(by_key, key);
        if (!series) {
            series = g_new0(family_series, 1);
            const char *kind = gm_column_word(rows, 2);
            *series = (family_series){.type = g_intern_string(kind), .ids = g_string_new(NULL)};
            series->metric = g_steal_pointer(&metric);
            series->key = g_steal_pointer(&key);
            g_hash_table_add(metrics, series->metric);
            g_hash_table_insert(by_key, series->key, series);
            g_ptr_array_add(list, series);
        }
        g_string_append_printf(series->ids, "%s%" G_GINT64_FORMAT, series->ids->len ? "," : "[",
                               gm_column_int(rows, 0));
    }
    return labels && (step == SQLITE_DONE || gm_store_error_set(store, error));
}

static void put_value(FILE *out, double value) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (isinf(value)) {
        fputs(value > 0 ? "+Inf" : "-Inf", out);
        return;
    }
    g_ascii_formatd(text, sizeof(text), "%.15g", value);
    if (g_ascii_strtod(text, NULL) != value) g_ascii_formatd(text, sizeof(text), "%.17g", value);
    fputs(text, out);
}

static void put_time(FILE *out, int64_t t_ns) {
    int64_t s = t_ns / GM_NS_PER_S, rest = t_ns % GM_NS_PER_S;
    if (rest % NS_PER_MS == 0) fprintf(out, "%" G_GINT64_FORMAT ".%03" G_GINT64_FORMAT, s, rest / NS_PER_MS);
    else fprintf(out, "%" G_GINT64_FORMAT ".%09" G_GINT64_FORMAT, s, rest);
}

static bool put_samples(gm_store *store, sqlite3_stmt *samples, family_series *series, FILE *out, int64_t *dropped,
                        GError **error) {
    int64_t last_ms = INT64_MIN;
    int step;
    sqlite3_reset(samples);
    gm_bind_text(samples, 1, g_string_append_c(series->ids, ']')->str);
    while ((step = sqlite3_step(samples)) == SQLITE_ROW) {
        int64_t t_ns = gm_column_int(samples, 0), ms = t_ns / NS_PER_MS;
        if (t_ns < 0 || ms == last_ms) {
            ++*dropped;
            continue;
        }
        last_ms = ms;
        fprintf(out, "%s ", series->key);
        put_value(out, gm_column_double(samples, 1));
        fputc(' ', out);
        put_time(out, t_ns);
        fputc('\n', out);
    }
    return step == SQLITE_DONE || gm_store_error_set(store, error);
}

static gint by_metric(gconstpointer a, gconstpointer b) {
    const family_series *const *left = a, *const *right = b;
    int order = strcmp((*left)->metric, (*right)->metric);
    return order ? order : strcmp((*left)->key, (*right)->key);
}

static bool write_openmetrics(gm_store *store, const gm_export_options *options, FILE *out, GError **error) {
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_series);
    g_autoptr(GHashTable) metrics = g_hash_table_new(g_str_hash, g_str_equal);
    if (!read_series(store, list, metrics, error)) return false;
    g_autoptr(sqlite3_stmt) samples = gm_store_prepare(store, samples_sql, error);
    int64_t dropped = 0;
    if (!samples) return false;
    g_ptr_array_sort(list, by_metric);
    const char *last = "";
    for (guint i = 0; i < list->len; i++) {
        family_series *series = g_ptr_array_index(list, i);
        const char *type = type_of(series->metric, series->type, metrics);
        int base = (int)strlen(series->metric) - (strcmp(type, "counter") == 0 ? (int)strlen("_total") : 0);
        if (strcmp(series->metric, last) != 0) fprintf(out, "# TYPE %.*s %s\n", base, series->metric, type);
        last = series->metric;
        if (!put_samples(store, samples, series, out, &dropped, error)) return false;
    }
    fputs("# EOF\n", out);
    if (dropped && options->remarks)
        g_string_append_printf(
            options->remarks,
            "%" G_GINT64_FORMAT " samples before 1970 or in the millisecond of another one are left out\n", dropped);
    return true;
}

const gm_exporter gm_exporter_openmetrics = {
    .name = "openmetrics", .title = "every sample, for promtool tsdb create-blocks-from", .write = write_openmetrics};
