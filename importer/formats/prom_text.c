/* Prometheus text exposition and OpenMetrics: scrapes, and histories written in their grammar.
 *
 * A member of lines goes to exposition.c and becomes series and samples. Samples with a stamp carry their
 * time. Those without one belong to the moment of the scrape, which is known from a line that a shell loop
 * printed between scrapes ("=== 2026-11-23T09:14:50Z", the output of date), or from the member's name or
 * directory, or from a comment, or, when there is nothing better, from the latest stamp of the other samples
 * or the member's modification time. Formats: https://prometheus.io/docs/instrumenting/exposition_formats/
 * and https://prometheus.io/docs/specs/om/open_metrics_spec/ ; "promtool tsdb dump-openmetrics" writes the
 * latter. */
#include "gomortem/format.h"
#include "importer/metrics/exposition.h"
#include "importer/metrics/snapshot.h"
#include "importer/text/lines.h"
#include "importer/text/span.h"

#define GM_PENDING 1024

typedef struct pending pending;
struct pending { /* samples that wait for their time */
    gm_metric *metrics[GM_PENDING];
    double values[GM_PENDING];
    size_t n;
    pending *next;
};

typedef struct {
    gm_member *member;
    gm_exposition lines;
    gm_snapshot now; /* of samples without a stamp */
    pending *first, *last;
} gm_prom_text;

static int bid(const gm_head *head) {
    gm_exposition_look look = gm_exposition_look_at(head);
    int samples = look.labelled + look.plain;
    if (look.types > 0 && look.others <= samples) return samples > 0 ? 90 : 70;
    if (look.others > 1 + samples / 8) return 0;
    if (look.labelled > 0) return look.labelled >= look.plain ? 75 : 65;
    return look.known > 0 && look.known * 2 >= look.plain ? 65 : 0;
}

static gm_status sample_now(gm_prom_text *text, gm_metric *metric, double value) {
    return gm_metric_sample(text->lines.metrics, metric, gm_snapshot_now(&text->now, text->member), value);
}

static gm_status wait_for_time(gm_prom_text *text, int64_t line, gm_metric *metric, double value) {
    pending *last = text->last;
    if (!last || last->n == GM_PENDING) {
        last = GM_ARENA_NEW(text->member->arena, pending, 1);
        if (!last) {
            gm_metrics_reject(text->lines.metrics, line, "no memory left to wait for the sample's time");
            return GM_OK;
        }
        *(text->last ? &text->last->next : &text->first) = last;
        text->last = last;
    }
    last->metrics[last->n] = metric;
    last->values[last->n++] = value;
    return GM_OK;
}

/* Gives the waiting samples the best time there is. */
static gm_status place_pending(gm_prom_text *text) {
    gm_status status = GM_OK;
    if (!text->first) return GM_OK;
    int64_t latest = gm_metrics_latest(text->lines.metrics);
    if (text->now.t_ns == GM_UNKNOWN && latest != GM_UNKNOWN) text->now = gm_snapshot_of_mark(latest);
    for (pending *p = text->first; p && status == GM_OK; p = p->next)
        for (size_t i = 0; i < p->n && status == GM_OK; i++) status = sample_now(text, p->metrics[i], p->values[i]);
    text->first = text->last = NULL;
    return status;
}

static void read_comment(gm_prom_text *text, gm_span line) {
    int64_t t_ns;
    static const gm_span known[] = {{"# HELP ", 7}, {"# TYPE ", 7}, {"# UNIT ", 7}, {"# EOF", 5}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (gm_span_starts(line, known[i])) return;
    bool better = !text->now.source || strcmp(text->now.source, "header") == 0;
    if (better && gm_time_in_name(line, &t_ns)) text->now = (gm_snapshot){t_ns, "header", true};
}

static gm_status read_other(gm_prom_text *text, const gm_line *line) {
    int64_t t_ns;
    if (!gm_snapshot_mark(line->text, &t_ns)) {
        gm_metrics_reject(text->lines.metrics, line->number, "not a line of the exposition format");
        return GM_OK;
    }
    gm_status status = place_pending(text);
    text->now = gm_snapshot_of_mark(t_ns);
    return status;
}

static gm_status read_sample(gm_prom_text *text, const gm_line *line) {
    gm_span rest = line->text, stamp;
    gm_metric *metric;
    double value;
    int64_t t_ns;
    gm_status status = gm_exposition_series(&text->lines, &rest, &metric);
    if (status != GM_OK) return status;
    if (!metric) return read_other(text, line);
    if (line->cut || line->unfinished) { /* a number may have lost its end: the formats ask for a line feed */
        gm_metrics_reject(text->lines.metrics, line->number, "the line breaks off");
        return GM_OK;
    }
    if (!gm_exposition_read_value(rest, &value, &stamp)) return read_other(text, line);
    if (stamp.len == 0) {
        if (text->now.t_ns == GM_UNKNOWN) return wait_for_time(text, line->number, metric, value);
        return sample_now(text, metric, value);
    }
    if (!gm_exposition_read_stamp(stamp, &t_ns)) {
        gm_metrics_reject(text->lines.metrics, line->number, "the sample's time is not a number");
        return GM_OK;
    }
    return gm_metric_sample(text->lines.metrics, metric, t_ns, value);
}

static gm_status read_line(gm_prom_text *text, const gm_line *line) {
    if (line->text.len == 0) return GM_OK;
    if (line->text.data[0] != '#') return read_sample(text, line);
    read_comment(text, line->text);
    return GM_OK;
}

static gm_status parse(gm_member *member) {
    gm_prom_text text = {.member = member, .now = gm_snapshot_of_path(member)};
    gm_lines lines;
    gm_line line;
    gm_status status = GM_OK;
    if (!gm_exposition_begin(&text.lines, member)) return GM_DAMAGED;
    gm_lines_init(&lines, member);
    while (status == GM_OK && gm_lines_next(&lines, &line)) status = read_line(&text, &line);
    if (status == GM_OK) status = place_pending(&text);
    gm_status end = gm_exposition_end(&text.lines);
    if (status == GM_OK) status = gm_lines_status(&lines);
    return end == GM_FATAL ? end : status;
}

const gm_format gm_format_prom_text = {
    .name = "prom_text",
    .title = "Prometheus text exposition or OpenMetrics",
    .takes = "Samples of known metrics; settings from go_info and kube-state-metrics.",
    .bid = bid,
    .parse = parse,
};
