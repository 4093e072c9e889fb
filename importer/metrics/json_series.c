/* The map of labels that JSON histories put before a series' values, gathered from events.
 *
 * Comes behind json.c in prom_json and vm_export: {"metric":{"__name__":"up","job":"x"},"values":...}. Only
 * one map is in memory at a time. */
#include "importer/metrics/json_series.h"

#include "importer/metrics/vocabulary.h"
#include "importer/text/span.h"

bool gm_json_series_begin(gm_json_series *series, gm_member *member) {
    *series = (gm_json_series){.member = member, .metrics = gm_metrics_new(member, "prometheus")};
    if (!series->metrics) return false;
    series->scratch = gm_arena_new(member->limits->arena_bytes);
    if (series->scratch) return true;
    gm_metrics_reject(series->metrics, GM_UNKNOWN, "no memory left to read its series");
    gm_json_series_end(series);
    return false;
}

gm_status gm_json_series_end(gm_json_series *series) {
    gm_arena_free(series->scratch);
    return gm_metrics_end(series->metrics);
}

void gm_json_series_reset(gm_json_series *series) {
    gm_arena_reset(series->scratch);
    series->labels.n = 0;
    series->name = series->key = (gm_span){NULL, 0};
    series->too_many = false;
    series->metric = NULL;
}

static void add_label(gm_json_series *series, gm_span value) {
    if (gm_span_equal(series->key, GM_SPAN("__name__"))) {
        series->name = value;
    } else if (!gm_labels_add(&series->labels, series->key, value)) {
        series->too_many = true;
    }
}

gm_status gm_json_series_label(gm_json_series *series, const gm_json_event *event) {
    if (event->kind != GM_JSON_KEY && event->kind != GM_JSON_STRING) return GM_OK;
    gm_span text = gm_arena_span(series->scratch, event->text);
    if (!text.data) {
        gm_metrics_reject(series->metrics, GM_UNKNOWN, "no memory left for the labels of a series");
        return GM_END;
    }
    if (event->kind == GM_JSON_KEY) {
        series->key = text;
    } else if (series->key.data) {
        add_label(series, text);
    }
    return GM_OK;
}

/* The member's file name up to the first byte that no metric name has. */
static gm_span name_of_file(gm_span path) {
    gm_span rest = path, name = path;
    while (gm_span_cut(&rest, '/', &name)) {
    }
    size_t n = 0;
    while (n < name.len && name.data[n] != '.' && name.data[n] != '-' && name.data[n] != ' ') n++;
    name = gm_span_first(name, n);
    return gm_metric_is_known(name) ? name : (gm_span){NULL, 0};
}

gm_status gm_json_series_find(gm_json_series *series) {
    if (series->too_many) gm_metrics_reject(series->metrics, GM_UNKNOWN, "a series has too many labels");
    if (series->name.len == 0) series->name = name_of_file(series->member->path);
    if (series->name.len == 0 && !series->unnamed_told) {
        gm_member_diag(series->member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "a series has no metric name, nor does the file's name tell it: such series are left out");
        series->unnamed_told = true;
    }
    return gm_metrics_find(series->metrics, series->name, &series->labels, &series->metric);
}
