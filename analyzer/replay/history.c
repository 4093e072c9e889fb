/* Label sets and series in memory, between load.c, which fills them, and eval.c, which looks into them. */
#include "analyzer/replay/history.h"

#include <math.h>

#include "gomortem/arena.h"
#include "gomortem/limits.h"

#define MAX_SET        256 /* labels of one series */
#define FIRST_APART_MS 1000
#define LAST_APART_MS  INT64_C(100000000000) /* three years */

struct gm_prom_history {
    gm_arena *arena;
    GHashTable *strings; /* every name and value once */
    GHashTable *sets;    /* every set once */
    GHashTable *by_set;  /* set -> series */
    GPtrArray *series;
    int64_t n_offered, n_samples, apart_ms; /* of all series */
};

static guint set_hash(gconstpointer data) {
    const gm_prom_labels *set = data;
    guint hash = 5381;
    for (size_t i = 0; i < set->n; i++)
        hash = hash * 31 + g_direct_hash(set->at[i].name) * 7 + g_direct_hash(set->at[i].value);
    return hash;
}

static gboolean set_equal(gconstpointer a, gconstpointer b) {
    const gm_prom_labels *x = a, *y = b;
    return x->n == y->n && (x->n == 0 || memcmp(x->at, y->at, x->n * sizeof(x->at[0])) == 0);
}

static void free_series(gpointer data) {
    gm_prom_series *series = data;
    g_free(series->t_ms);
    g_free(series->value);
    g_free(series);
}

gm_prom_history *gm_prom_history_new(void) {
    gm_prom_history *history = g_new0(gm_prom_history, 1);
    history->arena = gm_arena_new(0);
    history->strings = g_hash_table_new(g_str_hash, g_str_equal);
    history->sets = g_hash_table_new(set_hash, set_equal);
    history->by_set = g_hash_table_new(NULL, NULL);
    history->series = g_ptr_array_new_with_free_func(free_series);
    return history;
}

void gm_prom_history_free(gm_prom_history *history) {
    if (!history) return;
    g_hash_table_unref(history->by_set);
    g_hash_table_unref(history->sets);
    g_hash_table_unref(history->strings);
    g_ptr_array_unref(history->series);
    gm_arena_free(history->arena);
    g_free(history);
}

static const char *string_of(gm_prom_history *history, const char *text) {
    const char *known = g_hash_table_lookup(history->strings, text);
    if (known) return known;
    char *copy = gm_arena_strndup(history->arena, text, strlen(text));
    if (!copy) g_error("out of memory");
    g_hash_table_add(history->strings, copy);
    return copy;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const gm_prom_label *)a)->name, ((const gm_prom_label *)b)->name);
}

const gm_prom_labels *gm_prom_labels_of(gm_prom_history *history, const gm_prom_label *labels, size_t n) {
    union {
        gm_prom_labels set;
        char room[sizeof(gm_prom_labels) + MAX_SET * sizeof(gm_prom_label)];
    } probe;
    gm_prom_labels *set = &probe.set;
    set->n = 0;
    for (size_t i = 0; i < n && set->n < MAX_SET; i++) {
        if (!labels[i].value || !*labels[i].value) continue;
        const char *name = string_of(history, labels[i].name);
        size_t k = 0;
        while (k < set->n && set->at[k].name != name) k++;
        if (k == set->n) set->at[set->n++] = (gm_prom_label){name, string_of(history, labels[i].value)};
    }
    qsort(set->at, set->n, sizeof(set->at[0]), by_name);
    const gm_prom_labels *known = g_hash_table_lookup(history->sets, set);
    if (known) return known;
    size_t size = sizeof(*set) + set->n * sizeof(set->at[0]);
    gm_prom_labels *copy = gm_arena_alloc(history->arena, size);
    if (!copy) g_error("out of memory");
    memcpy(copy, set, size);
    g_hash_table_add(history->sets, copy);
    return copy;
}

const char *gm_prom_label_value(const gm_prom_labels *labels, const char *name) {
    for (size_t i = 0; i < labels->n; i++)
        if (strcmp(labels->at[i].name, name) == 0) return labels->at[i].value;
    return "";
}

static void put_quoted(GString *out, const char *text, bool json) {
    g_string_append_c(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') g_string_append_printf(out, "\\%c", *text);
        else if (*text == '\n') g_string_append(out, "\\n");
        else if ((unsigned char)*text < ' ')
            g_string_append_printf(out, json ? "\\u%04x" : "\\x%02x", (unsigned char)*text);
        else g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}

char *gm_prom_labels_text(const gm_prom_labels *labels) {
    GString *out = g_string_new(gm_prom_label_value(labels, GM_PROM_NAME));
    const char *between = "{";
    for (size_t i = 0; i < labels->n; i++) {
        if (strcmp(labels->at[i].name, GM_PROM_NAME) == 0) continue;
        g_string_append_printf(out, "%s%s=", between, labels->at[i].name);
        put_quoted(out, labels->at[i].value, false);
        between = ", ";
    }
    if (*between == ',') g_string_append_c(out, '}');
    else if (out->len == 0) g_string_append(out, "{}");
    return g_string_free(out, FALSE);
}

char *gm_prom_labels_json(const gm_prom_labels *labels) {
    GString *out = g_string_new("{");
    for (size_t i = 0; i < labels->n; i++) {
        if (strcmp(labels->at[i].name, GM_PROM_NAME) == 0) continue;
        if (out->len > 1) g_string_append_c(out, ',');
        put_quoted(out, labels->at[i].name, true);
        g_string_append_c(out, ':');
        put_quoted(out, labels->at[i].value, true);
    }
    return g_string_free(g_string_append_c(out, '}'), FALSE);
}

gm_prom_series *gm_prom_history_series(gm_prom_history *history, const gm_prom_labels *labels) {
    gm_prom_series *series = g_hash_table_lookup(history->by_set, labels);
    if (series) return series;
    series = g_new0(gm_prom_series, 1);
    series->history = history;
    series->labels = labels;
    g_hash_table_insert(history->by_set, (gpointer)labels, series);
    g_ptr_array_add(history->series, series);
    return series;
}

/* Whether a sample is kept behind the last of the first n. */
static bool is_kept(const gm_prom_series *series, size_t n, int64_t t_ms, double value) {
    if (n == 0) return true;
    return t_ms - series->t_ms[n - 1] >= series->history->apart_ms || isnan(value) != (bool)isnan(series->value[n - 1]);
}

static void coarsen(gm_prom_history *history) {
    history->apart_ms = history->apart_ms ? 2 * history->apart_ms : FIRST_APART_MS;
    history->n_samples = 0;
    for (guint i = 0; i < history->series->len; i++) {
        gm_prom_series *series = g_ptr_array_index(history->series, i);
        size_t n = 0;
        for (size_t k = 0; k < series->n; k++) {
            if (!is_kept(series, n, series->t_ms[k], series->value[k])) continue;
            series->t_ms[n] = series->t_ms[k];
            series->value[n++] = series->value[k];
        }
        series->n = series->size = n;
        series->t_ms = g_renew(int64_t, series->t_ms, n);
        series->value = g_renew(double, series->value, n);
        history->n_samples += (int64_t)n;
    }
}

gm_prom_thinned gm_prom_history_thinned(const gm_prom_history *history) {
    return (gm_prom_thinned){history->n_offered, history->n_samples, history->apart_ms};
}

void gm_prom_series_add(gm_prom_series *series, int64_t t_ms, double value) {
    gm_prom_history *history = series->history;
    while (history->n_samples >= gm_limits_default.alert_samples && history->apart_ms < LAST_APART_MS) coarsen(history);
    if (series->n && t_ms <= series->t_ms[series->n - 1]) return;
    history->n_offered++;
    if (!is_kept(series, series->n, t_ms, value) || history->n_samples >= gm_limits_default.alert_samples) return;
    history->n_samples++;
    if (series->n == series->size) {
        series->size = series->size ? 2 * series->size : 64;
        series->t_ms = g_renew(int64_t, series->t_ms, series->size);
        series->value = g_renew(double, series->value, series->size);
    }
    series->t_ms[series->n] = t_ms;
    series->value[series->n++] = value;
    if (isnan(value)) series->has_stale = true;
}

gm_prom_series *gm_prom_history_at(const gm_prom_history *history, size_t index) {
    return index < history->series->len ? g_ptr_array_index(history->series, index) : NULL;
}

bool gm_prom_history_span(const gm_prom_history *history, int64_t *from_ms, int64_t *to_ms) {
    *from_ms = INT64_MAX;
    *to_ms = INT64_MIN;
    gm_prom_series *series;
    for (size_t i = 0; (series = gm_prom_history_at(history, i)); i++) {
        if (series->n == 0) continue;
        *from_ms = MIN(*from_ms, series->t_ms[0]);
        *to_ms = MAX(*to_ms, series->t_ms[series->n - 1]);
    }
    return *from_ms <= *to_ms;
}
