/* What "promtool tsdb dump" prints: one sample a line, series after series.
 *
 * Like an exposition whose name is the label __name__ and whose times are always milliseconds; the lines go
 * through exposition.c. Native histograms print a text in place of the value and are counted as left out.
 * "promtool tsdb dump-openmetrics" is read by prom_text. Source of the format: cmd/promtool/tsdb.go of
 * https://github.com/prometheus/prometheus, formatSet. */
#include "gomortem/format.h"
#include "importer/metrics/exposition.h"
#include "importer/text/lines.h"
#include "importer/text/span.h"

static int bid(const gm_head *head) {
    return gm_span_starts(gm_span_trim(head->head), GM_SPAN("{__name__=\"")) ? 95 : 0;
}

/* The last word is the time in ms, what stands before it the value. */
static bool split(gm_span rest, gm_span *value, int64_t *t_ns) {
    int64_t ms;
    gm_span all = gm_span_trim(rest);
    size_t at = all.len;
    while (at > 0 && all.data[at - 1] != ' ') at--;
    *value = gm_span_trim(gm_span_first(all, at));
    return value->len > 0 && gm_span_int(gm_span_from(all, at), &ms) &&
           !__builtin_mul_overflow(ms, INT64_C(1000000), t_ns);
}

static gm_status read_line(gm_exposition *lines, const gm_line *line) {
    gm_span rest = line->text, text;
    gm_metrics *metrics = lines->metrics;
    gm_metric *metric;
    double value;
    int64_t t_ns;
    if (rest.len == 0) return GM_OK;
    gm_status status = gm_exposition_series(lines, &rest, &metric);
    if (status != GM_OK) return status;
    if (!metric || line->cut || line->unfinished || !split(rest, &text, &t_ns)) {
        gm_metrics_reject(metrics, line->number, "not a line of promtool tsdb dump");
    } else if (text.data[0] == '{') {
        gm_metric_skip(metrics, GM_LEFT_OUTSIDE);
    } else if (gm_span_double(text, &value)) {
        status = gm_metric_sample(metrics, metric, t_ns, value);
    } else {
        gm_metrics_reject(metrics, line->number, "the sample's value is not a number");
    }
    return status;
}

static gm_status parse(gm_member *member) {
    gm_exposition series;
    gm_lines lines;
    gm_line line;
    gm_status status = GM_OK;
    if (!gm_exposition_begin(&series, member)) return GM_DAMAGED;
    gm_lines_init(&lines, member);
    while (status == GM_OK && gm_lines_next(&lines, &line)) status = read_line(&series, &line);
    gm_status end = gm_exposition_end(&series);
    if (status == GM_OK) status = gm_lines_status(&lines);
    return end == GM_FATAL ? end : status;
}

const gm_format gm_format_prom_dump = {
    .name = "prom_dump",
    .title = "promtool tsdb dump",
    .takes = "Samples of known metrics; settings from go_info and kube-state-metrics.",
    .bid = bid,
    .parse = parse,
};
