/* The unit test of the proposed alert rules, for promtool test rules: the recorded series on the rule's grid, and
 * moments at which the rule must fire or be quiet. It names the rules file as rules.yml beside it.
 * https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ */
#include "reports/export/shared/proposals.h"

static bool put_series(gm_store *store, FILE *out, const gm_proposal *p, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_store_prepare(
        store, "SELECT series, samples FROM alert_test_series WHERE container_id = ?1 ORDER BY n", error);
    int step;
    if (!rows) return false;
    sqlite3_bind_int64(rows, 1, p->row.container_id);
    fprintf(out, "  - interval: %.0fs\n    input_series:\n", p->row.step_s);
    while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
        g_autoptr(GString) series = g_string_new(NULL), samples = g_string_new(NULL);
        gm_yaml_quoted(series, gm_column_text(rows, 0));
        gm_yaml_quoted(samples, gm_column_text(rows, 1));
        fprintf(out, "      - series: %s\n        values: %s\n", series->str, samples->str);
    }
    return step == SQLITE_DONE || gm_store_error_set(store, error);
}

/* "{{ $labels.x }}" becomes the label's value, as Prometheus expands it. */
static char *expand(sqlite3_stmt *labels, const char *text, const char *json) {
    GString *out = g_string_new(text);
    static const char *const names[] = {"namespace", "pod", "container"};
    for (int i = 0; i < 3; i++) {
        g_autofree char *mark = g_strdup_printf("{{ $labels.%s }}", names[i]),
                        *path = g_strdup_printf("$.%s", names[i]);
        sqlite3_reset(labels);
        gm_bind_text(labels, 1, json);
        gm_bind_text(labels, 2, path);
        const char *value = sqlite3_step(labels) == SQLITE_ROW ? gm_column_text(labels, 0) : NULL;
        g_string_replace(out, mark, value ? value : "", 0);
    }
    return g_string_free(out, FALSE);
}

/* Labels and annotations of the alert that must fire; a JSON object is YAML. */
static void put_alert(FILE *out, const gm_proposal *p, sqlite3_stmt *labels, const char *json) {
    const struct {
        const char *name, *text;
    } annotations[] = {{"summary", p->row.summary}, {"description", p->row.description}, {"runbook", p->row.runbook}};
    const char *inner = json[1] == '}' ? "" : ", ";
    fprintf(out, "          - exp_labels: {\"severity\": \"%s\"%s%s\n            exp_annotations:\n",
            gm_alert_severity(&p->row), inner, json + 1);
    for (size_t i = 0; i < G_N_ELEMENTS(annotations); i++) {
        g_autofree char *text = expand(labels, annotations[i].text, json);
        g_autoptr(GString) quoted = g_string_new(NULL);
        gm_yaml_quoted(quoted, text);
        fprintf(out, "              %s: %s\n", annotations[i].name, quoted->str);
    }
}

static bool put_checks(gm_store *store, FILE *out, const gm_proposal *p, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_store_prepare(
        store, "SELECT at_s, labels FROM alert_test_check WHERE container_id = ?1 ORDER BY at_s", error);
    g_autoptr(sqlite3_stmt) labels = rows ? gm_store_prepare(store, "SELECT json_extract (?1, ?2)", error) : NULL;
    int step;
    if (!labels) return false;
    sqlite3_bind_int64(rows, 1, p->row.container_id);
    fputs("    alert_rule_test:\n", out);
    while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
        const char *json = gm_column_text(rows, 1);
        fprintf(out, "      - eval_time: %llds\n        alertname: %s\n        exp_alerts:%s\n",
                (long long)sqlite3_column_int64(rows, 0), p->row.alert, json ? "" : " []");
        if (json) put_alert(out, p, labels, json);
    }
    return step == SQLITE_DONE || gm_store_error_set(store, error);
}

static bool write_test(gm_store *store, const gm_export_options *options, FILE *out, GError **error) {
    g_autoptr(GPtrArray) list = gm_proposals_read(store, options, error);
    guint proposed = 0;
    if (!list) return false;
    for (guint i = 0; i < list->len; i++) {
        const gm_proposal *p = g_ptr_array_index(list, i);
        if (!p->row.expression) continue;
        if (proposed++ == 0)
            fprintf(
                out,
                "# Made by gomortem from recorded series: promtool test rules FILE, beside rules.yml.\nrule_files: [rules.yml]\nevaluation_interval: %.0fs\ntests:\n",
                p->row.step_s);
        if (!put_series(store, out, p, error) || !put_checks(store, out, p, error)) return false;
    }
    if (!proposed)
        g_set_error_literal(error, GM_EXPORT_ERROR, GM_EXPORT_ERROR_NOTHING,
                            "no rule is proposed, so there is nothing to test; gomortem alerts tells why");
    return proposed > 0;
}

const gm_exporter gm_exporter_rules_test = {.name = "rules_test",
                                            .title = "their unit test from recorded series, for promtool test rules",
                                            .write = write_test};
