/* OpenTelemetry metrics as the collector's file exporter writes them: one export request a line.
 *
 * Comes as trees, one document in memory. A data point's attributes and its resource's together are the
 * labels of a series, so that names and owners follow the rules of metrics ('.' read as '_'). Gauges and
 * cumulative sums are stored; of histograms and summaries the count and the sum, as Prometheus names them.
 * Differences (delta temporality) are no levels and are left out. 64-bit integers are strings in this
 * encoding. https://github.com/open-telemetry/opentelemetry-proto/blob/main/docs/specification.md */
#include "gomortem/format.h"
#include "importer/metrics/documents.h"
#include "importer/metrics/metric.h"
#include "importer/text/span.h"

enum { TEMPORALITY_DELTA = 1, FLAG_NO_VALUE = 1, NAME_BYTES = 512 };

typedef struct {
    gm_member *member;
    gm_metrics *metrics;
    gm_labels resource;
    bool delta_told;
} gm_otlp;

static int bid(const gm_head *head) {
    if (!gm_head_is_json(head) || !gm_head_has_json(head, "resourceMetrics", NULL)) return 0;
    return 95;
}

static gm_span attribute_value(const gm_json *value) {
    static const char *const kinds[] = {"stringValue", "intValue", "doubleValue", "boolValue"};
    for (size_t i = 0; i < 4; i++) {
        const gm_json *found = gm_json_get(value, kinds[i]);
        if (!found) continue;
        if (found->kind == GM_JSON_TRUE) return GM_SPAN("true");
        if (found->kind == GM_JSON_FALSE) return GM_SPAN("false");
        return gm_json_text(found);
    }
    return (gm_span){NULL, 0};
}

static void add_attributes(gm_labels *labels, const gm_json *attributes) {
    GM_JSON_EACH(attribute, attributes) {
        gm_span key = gm_json_text(gm_json_get(attribute, "key"));
        if (key.len > 0) gm_labels_add(labels, key, attribute_value(gm_json_get(attribute, "value")));
    }
}

static bool read_time(const gm_json *point, int64_t *t_ns) {
    return gm_json_int(gm_json_get(point, "timeUnixNano"), t_ns) && *t_ns > 0;
}

static gm_status add_sample(gm_otlp *otlp, const gm_json *point, gm_span name, double value) {
    gm_labels labels = {.n = 0};
    gm_metric *metric;
    int64_t t_ns;
    if (!read_time(point, &t_ns)) {
        gm_metrics_reject(otlp->metrics, GM_UNKNOWN, "a data point has no time");
        return GM_OK;
    }
    add_attributes(&labels, gm_json_get(point, "attributes"));
    for (size_t i = 0; i < otlp->resource.n; i++)
        gm_labels_add(&labels, otlp->resource.items[i].name, otlp->resource.items[i].value);
    gm_status status = gm_metrics_find(otlp->metrics, name, &labels, &metric);
    return status == GM_OK ? gm_metric_sample(otlp->metrics, metric, t_ns, value) : status;
}

static gm_status read_number(gm_otlp *otlp, const gm_json *point, gm_span name) {
    int64_t flags = 0;
    double value;
    const gm_json *number = gm_json_get(point, "asDouble");
    if (!number) number = gm_json_get(point, "asInt");
    gm_json_int(gm_json_get(point, "flags"), &flags);
    if (flags & FLAG_NO_VALUE) {
        gm_metric_skip(otlp->metrics, GM_LEFT_NO_VALUE);
        return GM_OK;
    }
    if (gm_span_double(gm_json_text(number), &value)) return add_sample(otlp, point, name, value);
    gm_metrics_reject(otlp->metrics, GM_UNKNOWN, "a data point has no number");
    return GM_OK;
}

/* count and sum of a distribution, under the metric's name with that word behind it */
static gm_status read_distribution(gm_otlp *otlp, const gm_json *point, gm_span name) {
    static const char *const parts[] = {"count", "sum"};
    char whole[NAME_BYTES];
    gm_status status = GM_OK;
    double value;
    if (name.len + 7 > sizeof(whole)) return GM_OK;
    for (size_t i = 0; i < 2 && status == GM_OK; i++) {
        if (!gm_span_double(gm_json_text(gm_json_get(point, parts[i])), &value)) continue;
        int n = snprintf(whole, sizeof(whole), "%.*s_%s", (int)name.len, name.data, parts[i]);
        status = add_sample(otlp, point, (gm_span){whole, (size_t)n}, value);
    }
    return status;
}

static bool is_delta(gm_otlp *otlp, const gm_json *data) {
    int64_t temporality = 0;
    const gm_json *field = gm_json_get(data, "aggregationTemporality");
    bool delta = gm_json_int(field, &temporality) ? temporality == TEMPORALITY_DELTA
                                                  : gm_span_ends(gm_json_text(field), GM_SPAN("_DELTA"));
    if (delta && !otlp->delta_told)
        gm_member_diag(otlp->member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                       "metrics of delta temporality are left out: differences tell no level");
    otlp->delta_told = otlp->delta_told || delta;
    return delta;
}

static gm_status read_metric(gm_otlp *otlp, const gm_json *metric) {
    static const char *const kinds[] = {"gauge", "sum", "histogram", "exponentialHistogram", "summary"};
    gm_span name = gm_json_text(gm_json_get(metric, "name"));
    gm_status status = GM_OK;
    for (size_t i = 0; i < 5; i++) {
        const gm_json *data = gm_json_get(metric, kinds[i]);
        bool delta = data && is_delta(otlp, data);
        GM_JSON_EACH(point, gm_json_get(data, "dataPoints")) {
            if (delta) {
                gm_metric_skip(otlp->metrics, GM_LEFT_OUTSIDE);
            } else if (status == GM_OK) {
                status = i < 2 ? read_number(otlp, point, name) : read_distribution(otlp, point, name);
            }
        }
    }
    return status;
}

static gm_status read_scopes(gm_otlp *otlp, const gm_json *scopes) {
    gm_status status = GM_OK;
    GM_JSON_EACH(scope, scopes) {
        GM_JSON_EACH(metric, gm_json_get(scope, "metrics")) {
            if (status == GM_OK) status = read_metric(otlp, metric);
        }
    }
    return status;
}

static gm_status read_document(void *context, const gm_json *document) {
    gm_otlp *otlp = context;
    gm_status status = GM_OK;
    GM_JSON_EACH(resource, gm_json_get(document, "resourceMetrics")) {
        otlp->resource.n = 0;
        add_attributes(&otlp->resource, gm_json_at(resource, "resource.attributes"));
        if (status == GM_OK) status = read_scopes(otlp, gm_json_get(resource, "scopeMetrics"));
        if (status == GM_OK) status = read_scopes(otlp, gm_json_get(resource, "instrumentationLibraryMetrics"));
    }
    return status;
}

static gm_status parse(gm_member *member) {
    gm_otlp otlp = {.member = member, .metrics = gm_metrics_new(member, "otlp")};
    if (!otlp.metrics) return GM_DAMAGED;
    gm_status status = gm_documents_each(member, read_document, &otlp);
    gm_status end = gm_metrics_end(otlp.metrics);
    return end == GM_FATAL ? end : status;
}

const gm_format gm_format_otlp_json = {
    .name = "otlp_json",
    .title = "OpenTelemetry metrics (OTLP/JSON)",
    .takes = "Gauges, cumulative sums, counts and sums of histograms of known metrics.",
    .bid = bid,
    .parse = parse,
};
