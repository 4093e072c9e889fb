/* Answers of the Prometheus HTTP API: query_range and query, as one file or many.
 *
 * Comes as a stream of JSON events, several documents after each other too, so that memory does not grow with
 * the history. Also reads what jq leaves of an answer: the bare result array, or its elements one a line. An
 * answer that is an error becomes a diagnostic. https://prometheus.io/docs/prometheus/latest/querying/api/
 *
 *     {"status":"success","data":{"resultType":"matrix","result":[
 *         {"metric":{"__name__":"up",...},"values":[[1435781430.781,"1"],...]}]}}
 */
#include "gomortem/format.h"
#include "importer/metrics/json_series.h"
#include "importer/text/span.h"

typedef enum { KEY_OTHER, KEY_METRIC, KEY_VALUES, KEY_VALUE, KEY_RESULT, KEY_ERROR, KEY_HISTOGRAMS } api_key;

typedef enum { AT_OUTSIDE, AT_LABELS, AT_PAIRS, AT_HISTOGRAMS } api_place;

typedef struct {
    gm_json_series series;
    api_key key;
    api_place place;
    int place_depth;   /* of the map or array that began the place */
    int pair_depth;    /* of the [time, value] being read */
    int element_depth; /* of the map that holds "metric" */
    int items;         /* values of the pair so far */
    bool has_time, has_value;
    int64_t t_ns;
    double value;
} gm_prom_json;

static bool has_result(const gm_head *head) {
    return gm_head_has_json(head, "resultType", "matrix") || gm_head_has_json(head, "resultType", "vector") ||
           gm_head_has_json(head, "resultType", "scalar");
}

static int bid(const gm_head *head) {
    bool result = has_result(head);
    if (!gm_head_is_json(head)) return result ? 55 : 0; /* what curl -v or a shell wrote stands before it */
    if (result) return 95;
    if (gm_head_has_json(head, "resultType", NULL)) return 0;
    if (gm_head_has_json(head, "status", "error") && gm_head_has_json(head, "errorType", NULL)) return 85;
    if (!gm_head_has_json(head, "metric", NULL) || gm_head_has_json(head, "timestamps", NULL)) return 0;
    return gm_head_has_json(head, "values", NULL) || gm_head_has_json(head, "value", NULL) ? 60 : 0;
}

static api_key classify(gm_span key) {
    static const struct {
        gm_span name;
        api_key key;
    } keys[] = {{{"metric", 6}, KEY_METRIC},       {{"values", 6}, KEY_VALUES}, {{"value", 5}, KEY_VALUE},
                {{"result", 6}, KEY_RESULT},       {{"error", 5}, KEY_ERROR},   {{"histograms", 10}, KEY_HISTOGRAMS},
                {{"histogram", 9}, KEY_HISTOGRAMS}};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (gm_span_equal(key, keys[i].name)) return keys[i].key;
    return KEY_OTHER;
}

static void enter(gm_prom_json *json, api_place place, int depth) {
    json->place = place;
    json->place_depth = depth;
}

static void begin_pair(gm_prom_json *json, int depth) {
    json->pair_depth = depth;
    json->items = 0;
    json->has_time = json->has_value = false;
}

static gm_status end_pair(gm_prom_json *json) {
    gm_json_series *series = &json->series;
    if (!series->metric) {
        gm_metrics_reject(series->metrics, GM_UNKNOWN, "a sample stands before its labels");
        return GM_OK;
    }
    if (json->items == 2 && json->has_time && json->has_value)
        return gm_metric_sample(series->metrics, series->metric, json->t_ns, json->value);
    gm_metrics_reject(series->metrics, GM_UNKNOWN, "a sample is not of the form [time, \"value\"]");
    return GM_OK;
}

/* The series of an answer without labels: a scalar is named by its file. */
static gm_status begin_scalar(gm_prom_json *json, int depth) {
    gm_json_series_reset(&json->series);
    begin_pair(json, depth);
    enter(json, AT_PAIRS, depth);
    return gm_json_series_find(&json->series);
}

static gm_status outside(gm_prom_json *json, const gm_json_event *event) {
    gm_member *member = json->series.member;
    api_key key = json->key;
    if (event->kind != GM_JSON_KEY) json->key = KEY_OTHER;
    switch (event->kind) {
    case GM_JSON_KEY: json->key = classify(event->text); break;
    case GM_JSON_MAP:
        if (key != KEY_METRIC) break;
        gm_json_series_reset(&json->series);
        json->element_depth = event->depth - 1;
        enter(json, AT_LABELS, event->depth);
        break;
    case GM_JSON_ARRAY:
        if (key == KEY_VALUES || key == KEY_VALUE) enter(json, AT_PAIRS, event->depth);
        if (key == KEY_VALUE) begin_pair(json, event->depth);
        if (key == KEY_HISTOGRAMS) enter(json, AT_HISTOGRAMS, event->depth);
        if (key == KEY_RESULT) json->key = KEY_RESULT; /* a number that follows makes it a scalar */
        break;
    case GM_JSON_NUMBER:
        if (key != KEY_RESULT) break;
        if (begin_scalar(json, event->depth - 1) == GM_FATAL) return GM_FATAL;
        json->items = 1;
        json->has_time = gm_time_seconds(event->text, &json->t_ns);
        break;
    case GM_JSON_STRING:
        if (key == KEY_ERROR)
            gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN, "the query failed: %.*s",
                           (int)(event->text.len < 200 ? event->text.len : 200), event->text.data);
        break;
    case GM_JSON_MAP_END:
        if (event->depth == json->element_depth) json->series.metric = NULL;
        break;
    default: break;
    }
    return GM_OK;
}

static gm_status in_labels(gm_prom_json *json, const gm_json_event *event) {
    if (event->kind != GM_JSON_MAP_END || event->depth != json->place_depth)
        return gm_json_series_label(&json->series, event);
    enter(json, AT_OUTSIDE, 0);
    return gm_json_series_find(&json->series);
}

static gm_status in_pairs(gm_prom_json *json, const gm_json_event *event) {
    switch (event->kind) {
    case GM_JSON_ARRAY: begin_pair(json, event->depth); break;
    case GM_JSON_NUMBER:
    case GM_JSON_STRING:
        if (event->depth != json->pair_depth + 1) break; /* not in a pair: no sample */
        if (json->items++ == 0) {
            json->has_time = gm_time_seconds(event->text, &json->t_ns);
        } else {
            json->has_value = gm_span_double(event->text, &json->value);
        }
        break;
    case GM_JSON_ARRAY_END: {
        bool is_pair = event->depth == json->pair_depth && json->items > 0;
        gm_status status = is_pair ? end_pair(json) : GM_OK;
        json->items = 0;
        if (event->depth == json->place_depth) enter(json, AT_OUTSIDE, 0);
        return status;
    }
    default: json->items++; break; /* null and the like spoil the pair */
    }
    return GM_OK;
}

static gm_status in_histograms(gm_prom_json *json, const gm_json_event *event) {
    if (event->kind == GM_JSON_ARRAY && event->depth == json->place_depth + 1)
        gm_metric_skip(json->series.metrics, GM_LEFT_OUTSIDE);
    if (event->kind == GM_JSON_ARRAY_END && event->depth == json->place_depth) enter(json, AT_OUTSIDE, 0);
    return GM_OK;
}

static gm_status take(void *context, const gm_json_event *event) {
    gm_prom_json *json = context;
    switch (json->place) {
    case AT_LABELS: return in_labels(json, event);
    case AT_PAIRS: return in_pairs(json, event);
    case AT_HISTOGRAMS: return in_histograms(json, event);
    case AT_OUTSIDE: break;
    }
    return outside(json, event);
}

static gm_status parse(gm_member *member) {
    gm_prom_json json = {.element_depth = -1};
    if (!gm_json_series_begin(&json.series, member)) return GM_DAMAGED;
    gm_status status = gm_json_stream(member, take, &json);
    gm_status end = gm_json_series_end(&json.series);
    if (end == GM_FATAL) return end;
    return status == GM_END ? GM_OK : status;
}

const gm_format gm_format_prom_json = {
    .name = "prom_json",
    .title = "Prometheus HTTP API answer",
    .takes = "Samples of known metrics; settings from go_info and kube-state-metrics.",
    .bid = bid,
    .parse = parse,
};
