/* VictoriaMetrics' /api/v1/export: JSON lines, each a series with its values and their times.
 *
 * Comes as JSON events; one line's values and times are gathered and become samples when its object ends. A
 * series may come in several lines. NaN is null, infinities are strings.
 * https://docs.victoriametrics.com/#how-to-export-data-in-json-line-format
 *
 *     {"metric":{"__name__":"up","job":"x"},"values":[1,0,null],"timestamps":[1549891472010,...]}
 */
#include <math.h>

#include "gomortem/format.h"
#include "importer/metrics/json_series.h"
#include "importer/text/span.h"

typedef enum { AT_OUTSIDE, AT_LABELS, AT_VALUES, AT_TIMES } vm_place;

typedef struct { /* grows by doubling; kept from line to line */
    union {
        double *values;
        int64_t *times;
        void *data;
    };
    size_t n, size;
} vm_column;

typedef struct {
    gm_json_series series;
    vm_place place, next;
    vm_column values, times;
} gm_vm_export;

static int bid(const gm_head *head) {
    bool mine =
        gm_head_is_json(head) && gm_head_has_json(head, "metric", NULL) && gm_head_has_json(head, "values", NULL);
    if (!mine) return 0;
    if (gm_head_has_json(head, "timestamps", NULL)) return 95;
    /* one long line: its times lie behind the head. Answers of Prometheus have pairs. */
    gm_span values = gm_span_from(head->head, (size_t)(gm_span_find(head->head, GM_SPAN("\"values\"")) + 8));
    for (size_t i = 0; i < values.len; i++) {
        char c = values.data[i];
        if (c == ' ' || c == ':' || c == '[') continue;
        return gm_span_find(gm_span_first(values, i + 1), GM_SPAN("[[")) < 0 && !head->complete ? 80 : 0;
    }
    return 0;
}

/* Room for one more; false when memory is out. */
static bool reserve(gm_arena *arena, vm_column *column) {
    if (column->n < column->size) return true;
    size_t size = column->size ? column->size * 2 : 1024;
    void *data = gm_arena_calloc(arena, size, sizeof(int64_t));
    if (!data) return false;
    if (column->n > 0) memcpy(data, column->data, column->n * sizeof(int64_t));
    column->data = data;
    column->size = size;
    return true;
}

static gm_status no_memory(gm_vm_export *vm) {
    gm_metrics_reject(vm->series.metrics, GM_UNKNOWN, "no memory left for the values of a series");
    return GM_END;
}

static gm_status add_value(gm_vm_export *vm, const gm_json_event *event) {
    double value = NAN;
    if (!reserve(vm->series.member->arena, &vm->values)) return no_memory(vm);
    if (event->kind == GM_JSON_STRING || event->kind == GM_JSON_NUMBER) {
        if (!gm_span_double(event->text, &value)) value = NAN;
    }
    vm->values.values[vm->values.n++] = value;
    return GM_OK;
}

static gm_status add_time(gm_vm_export *vm, const gm_json_event *event) {
    int64_t ms, t_ns = GM_UNKNOWN;
    if (!reserve(vm->series.member->arena, &vm->times)) return no_memory(vm);
    if (event->kind == GM_JSON_NUMBER && gm_span_int(event->text, &ms) &&
        __builtin_mul_overflow(ms, INT64_C(1000000), &t_ns))
        t_ns = GM_UNKNOWN;
    vm->times.times[vm->times.n++] = t_ns;
    return GM_OK;
}

/* The object of a line has ended. Which value belongs to which time is only known when there are as many. */
static gm_status end_series(gm_vm_export *vm) {
    gm_json_series *series = &vm->series;
    gm_status status = GM_OK;
    size_t n = vm->values.n;
    if (n != vm->times.n) {
        gm_metrics_reject(series->metrics, GM_UNKNOWN, "a series has not as many values as times");
    } else if (n > 0 && !series->metric) {
        gm_metrics_reject(series->metrics, GM_UNKNOWN, "a series has no labels");
    } else {
        for (size_t i = 0; i < n && status == GM_OK; i++)
            status = gm_metric_sample(series->metrics, series->metric, vm->times.times[i], vm->values.values[i]);
    }
    vm->values.n = vm->times.n = 0;
    series->metric = NULL;
    return status;
}

static gm_status outside(gm_vm_export *vm, const gm_json_event *event) {
    switch (event->kind) {
    case GM_JSON_KEY:
        vm->next = AT_OUTSIDE;
        if (event->depth != 1) break;
        if (gm_span_equal(event->text, GM_SPAN("metric"))) vm->next = AT_LABELS;
        if (gm_span_equal(event->text, GM_SPAN("values"))) vm->next = AT_VALUES;
        if (gm_span_equal(event->text, GM_SPAN("timestamps"))) vm->next = AT_TIMES;
        break;
    case GM_JSON_MAP:
        if (vm->next != AT_LABELS) break;
        gm_json_series_reset(&vm->series);
        vm->place = AT_LABELS;
        break;
    case GM_JSON_ARRAY:
        if (vm->next == AT_VALUES || vm->next == AT_TIMES) vm->place = vm->next;
        break;
    case GM_JSON_MAP_END: return event->depth == 0 ? end_series(vm) : GM_OK;
    default: break;
    }
    return GM_OK;
}

static gm_status take(void *context, const gm_json_event *event) {
    gm_vm_export *vm = context;
    bool ends = event->kind == GM_JSON_MAP_END || event->kind == GM_JSON_ARRAY_END;
    if (vm->place == AT_OUTSIDE) return outside(vm, event);
    if (ends && event->depth == 1) {
        bool labels = vm->place == AT_LABELS;
        vm->place = vm->next = AT_OUTSIDE;
        return labels ? gm_json_series_find(&vm->series) : GM_OK;
    }
    if (vm->place == AT_LABELS) return gm_json_series_label(&vm->series, event);
    if (event->depth != 2 || ends) return GM_OK; /* nothing is nested here */
    return vm->place == AT_VALUES ? add_value(vm, event) : add_time(vm, event);
}

static gm_status parse(gm_member *member) {
    gm_vm_export vm = {.place = AT_OUTSIDE};
    if (!gm_json_series_begin(&vm.series, member)) return GM_DAMAGED;
    gm_status status = gm_json_stream(member, take, &vm);
    gm_status end = gm_json_series_end(&vm.series);
    if (end == GM_FATAL) return end;
    return status == GM_END ? GM_OK : status;
}

const gm_format gm_format_vm_export = {
    .name = "vm_export",
    .title = "VictoriaMetrics JSON export",
    .takes = "Samples of known metrics; settings from go_info and kube-state-metrics.",
    .bid = bid,
    .parse = parse,
};
