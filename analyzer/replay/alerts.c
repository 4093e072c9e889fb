/* Replays one alert rule over a history: evaluates its expression at fixed steps and walks each alert from pending to
 * firing and back, as Prometheus' rule manager does. Behind eval.c, before outcome.c, which weighs the firings.
 * https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ */
#include "analyzer/replay/alerts.h"

typedef struct {
    const gm_prom_labels *labels;
    int64_t active_ms, fired_ms, absent_ms; /* INT64_MIN: not yet; absent: since when only keep_firing_for holds it */
    size_t seen;                            /* step in which the expression last yielded it */
} active_alert;

typedef struct {
    const gm_rule_spec *rule;
    gm_alert_run *run;
    GHashTable *active; /* labels -> active_alert */
    int64_t now_ms;
} walk;

static void end_firing(walk *w, const active_alert *alert, int64_t resolved_ms) {
    if (alert->fired_ms == INT64_MIN || w->run->firings->len >= GM_ALERT_MAX_FIRINGS) return;
    gm_firing firing = {alert->labels, alert->active_ms, alert->fired_ms, resolved_ms};
    g_array_append_val(w->run->firings, firing);
}

static void see(walk *w, const gm_prom_labels *labels) {
    active_alert *alert = g_hash_table_lookup(w->active, labels);
    if (!alert) {
        alert = g_new(active_alert, 1);
        *alert = (active_alert){.labels = labels, .active_ms = w->now_ms, .fired_ms = INT64_MIN};
        g_hash_table_insert(w->active, (gpointer)labels, alert);
    }
    alert->absent_ms = INT64_MIN;
    alert->seen = w->run->steps;
}

/* True: the alert is gone. */
static gboolean step_alert(gpointer key, gpointer value, gpointer data) {
    active_alert *alert = value;
    walk *w = data;
    (void)key;
    if (alert->seen != w->run->steps) {
        bool firing = alert->fired_ms != INT64_MIN;
        if (firing && alert->absent_ms == INT64_MIN) alert->absent_ms = w->now_ms;
        bool kept = firing && w->now_ms - alert->absent_ms < w->rule->keep_ms;
        if (!kept) end_firing(w, alert, w->now_ms);
        return !kept;
    }
    if (alert->fired_ms == INT64_MIN && w->now_ms - alert->active_ms >= w->rule->for_ms) alert->fired_ms = w->now_ms;
    return FALSE;
}

/* Two elements that differ in the name only, or in a label that the rule sets, would be the same alert: a failure. */
static bool same_alert_twice(walk *w, const gm_prom_vector *vector, gm_prom_history *history,
                             const gm_prom_labels **labels) {
    const gm_rule_spec *rule = w->rule;
    for (size_t i = 0; i < vector->n; i++) {
        g_autofree gm_prom_label *all = g_new(gm_prom_label, rule->n_labels + vector->at[i].labels->n + 1);
        size_t n = 0;
        for (size_t k = 0; k < rule->n_labels; k++) all[n++] = rule->labels[k];
        for (size_t k = 0; k < vector->at[i].labels->n; k++)
            if (strcmp(vector->at[i].labels->at[k].name, GM_PROM_NAME) != 0) all[n++] = vector->at[i].labels->at[k];
        labels[i] = gm_prom_labels_of(history, all, n);
    }
    g_autoptr(GHashTable) seen = vector->n > 1 ? g_hash_table_new(NULL, NULL) : NULL;
    for (size_t i = 0; seen && i < vector->n; i++)
        if (!g_hash_table_add(seen, (gpointer)labels[i])) return true;
    return false;
}

static void fail(gm_alert_run *run, const char *why) {
    if (run->failures++ == 0) g_strlcpy(run->failure, why, sizeof(run->failure));
}

/* A step that fails leaves the alerts as they are. */
static void take_step(walk *w, const gm_prom_vector *vector, gm_prom_history *history) {
    const gm_prom_labels *few[16],
        **labels = vector->n <= G_N_ELEMENTS(few) ? few : g_new(const gm_prom_labels *, vector->n);
    if (same_alert_twice(w, vector, history, labels)) {
        fail(w->run, "several results are the same alert once the name is gone");
    } else {
        for (size_t i = 0; i < vector->n; i++) see(w, labels[i]);
        g_hash_table_foreach_remove(w->active, step_alert, w);
    }
    if (labels != few) g_free(labels);
}

static int by_time(const void *a, const void *b) {
    const gm_firing *x = a, *y = b;
    if (x->fired_ms != y->fired_ms) return x->fired_ms < y->fired_ms ? -1 : 1;
    if (x->labels == y->labels) return 0;
    g_autofree char *left = gm_prom_labels_text(x->labels), *right = gm_prom_labels_text(y->labels);
    return strcmp(left, right);
}

static gboolean close_alert(gpointer key, gpointer value, gpointer data) {
    (void)key;
    end_firing(data, value, INT64_MAX);
    return TRUE;
}

void gm_alert_replay(gm_prom_query *query, const gm_rule_spec *rule, int64_t from_ms, int64_t to_ms, int64_t step_ms,
                     gm_prom_history *history, gm_alert_run *run) {
    *run = (gm_alert_run){.firings = g_array_new(FALSE, FALSE, sizeof(gm_firing))};
    walk w = {.rule = rule, .run = run, .active = g_hash_table_new_full(NULL, NULL, NULL, g_free)};
    int64_t first = (from_ms + step_ms - 1) / step_ms * step_ms;
    for (w.now_ms = first; w.now_ms <= to_ms; w.now_ms += step_ms) {
        gm_prom_vector vector;
        run->steps++;
        if (!gm_prom_query_at(query, w.now_ms, &vector)) {
            fail(run, gm_prom_query_error(query));
            continue;
        }
        if (vector.n || g_hash_table_size(w.active)) take_step(&w, &vector, history);
    }
    g_hash_table_foreach_remove(w.active, close_alert, &w);
    g_hash_table_unref(w.active);
    if (run->firings->len) qsort(run->firings->data, run->firings->len, sizeof(gm_firing), by_time);
}

void gm_alert_run_release(gm_alert_run *run) {
    if (run->firings) g_array_unref(run->firings);
    *run = (gm_alert_run){0};
}
