/* metrics.k8s.io: PodMetrics and NodeMetrics objects and lists, and what "kubectl top" prints of them.
 *
 * JSON comes as trees and tells the end of each sample's window; the text tells no time, so that it comes
 * from a line before it or from the member. The memory is the working set. The CPU is a rate and has no
 * quantity. https://github.com/kubernetes/metrics/blob/master/pkg/apis/metrics/v1beta1/types.go and
 * https://github.com/kubernetes/kubectl/blob/master/pkg/metricsutil/metrics_printer.go */
#include "gomortem/format.h"
#include "importer/metrics/documents.h"
#include "importer/metrics/fields.h"
#include "importer/metrics/snapshot.h"
#include "importer/text/lines.h"
#include "importer/text/span.h"

typedef enum { COLUMN_OTHER, COLUMN_NAMESPACE, COLUMN_POD, COLUMN_NAME, COLUMN_CPU, COLUMN_MEMORY } top_column;

#define GM_TOP_COLUMNS 8

typedef struct {
    gm_fields fields;
    gm_snapshot now;
    top_column columns[GM_TOP_COLUMNS];
    size_t n_columns; /* 0: no header yet */
    bool has_pod;     /* a column POD: NAME is the container */
    bool is_node;     /* columns in percent: NAME is a node */
} gm_top;

/* --- the table --- */
static top_column column_of(gm_span word) {
    static const struct {
        gm_span title;
        top_column column;
    } titles[] = {{{"NAMESPACE", 9}, COLUMN_NAMESPACE},
                  {{"POD", 3}, COLUMN_POD},
                  {{"NAME", 4}, COLUMN_NAME},
                  {{"CPU(cores)", 10}, COLUMN_CPU},
                  {{"MEMORY(bytes)", 13}, COLUMN_MEMORY}};
    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
        if (gm_span_equal(word, titles[i].title)) return titles[i].column;
    return COLUMN_OTHER;
}

static bool read_header(gm_top *top, gm_span line) {
    gm_span word;
    bool has_name = false, has_memory = false;
    gm_top header = *top;
    header.n_columns = 0;
    header.has_pod = header.is_node = false;
    while (header.n_columns < GM_TOP_COLUMNS && gm_span_word(&line, &word)) {
        top_column column = column_of(word);
        header.columns[header.n_columns++] = column;
        has_name = has_name || column == COLUMN_NAME;
        has_memory = has_memory || column == COLUMN_MEMORY;
        header.has_pod = header.has_pod || column == COLUMN_POD;
        header.is_node =
            header.is_node || gm_span_equal(word, GM_SPAN("MEMORY%")) || gm_span_equal(word, GM_SPAN("MEMORY(%)"));
    }
    if (!has_name || !has_memory) return false;
    *top = header;
    return true;
}

static void take_word(const gm_top *top, top_column column, gm_span word, gm_identity *who) {
    if (column == COLUMN_NAMESPACE) who->ns = word;
    if (column == COLUMN_POD) who->pod = word;
    if (column != COLUMN_NAME) return;
    if (top->is_node) {
        who->hint = word;
    } else {
        *(top->has_pod ? &who->container : &who->pod) = word;
    }
}

static gm_status write_usage(gm_top *top, const gm_identity *who, int64_t t_ns, gm_span cpu, gm_span memory) {
    double value;
    gm_status status = gm_fields_owner(&top->fields, who);
    if (status == GM_OK && gm_span_bytes(memory, &value))
        status = gm_fields_quantity(&top->fields, GM_Q_MEM_WORKING_SET, GM_SPAN("usage.memory"), t_ns, value);
    if (status == GM_OK && gm_span_bytes(cpu, &value))
        status = gm_fields_quantity(&top->fields, GM_Q_NONE, GM_SPAN("usage.cpu"), t_ns, value);
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

static gm_status read_row(gm_top *top, const gm_line *line) {
    gm_identity who = {.level = top->is_node ? GM_LEVEL_NODE : top->has_pod ? GM_LEVEL_CONTAINER : GM_LEVEL_POD};
    gm_span rest = line->text, word, cpu = {NULL, 0}, memory = {NULL, 0};
    size_t n = 0;
    for (; n < top->n_columns && gm_span_word(&rest, &word); n++) {
        take_word(top, top->columns[n], word, &who);
        if (top->columns[n] == COLUMN_CPU) cpu = word;
        if (top->columns[n] == COLUMN_MEMORY) memory = word;
    }
    if (n < top->n_columns || line->unfinished) {
        gm_emit_rejected(top->fields.member->store, 1);
        return GM_OK;
    }
    return write_usage(top, &who, gm_snapshot_now(&top->now, top->fields.member), cpu, memory);
}

static gm_status read_table(gm_top *top) {
    gm_lines lines;
    gm_line line;
    int64_t t_ns;
    gm_status status = GM_OK;
    gm_lines_init(&lines, top->fields.member);
    while (status == GM_OK && gm_lines_next(&lines, &line)) {
        if (gm_snapshot_mark(line.text, &t_ns)) {
            top->now = gm_snapshot_of_mark(t_ns);
        } else if (!read_header(top, line.text) && gm_span_trim(line.text).len > 0) {
            if (top->n_columns > 0) {
                status = read_row(top, &line);
            } else {
                gm_emit_rejected(top->fields.member->store, 1);
            }
        }
    }
    return status == GM_OK ? gm_lines_status(&lines) : status;
}

/* --- the objects --- */
static gm_status read_usage(gm_top *top, const gm_json *usage, const gm_identity *who, int64_t t_ns) {
    return write_usage(top, who, t_ns, gm_json_text(gm_json_get(usage, "cpu")),
                       gm_json_text(gm_json_get(usage, "memory")));
}

static gm_status read_item(gm_top *top, const gm_json *item) {
    gm_identity who = {.level = GM_LEVEL_CONTAINER};
    int64_t t_ns;
    gm_status status = GM_OK;
    gm_span name = gm_json_text(gm_json_at(item, "metadata.name"));
    if (!gm_time_rfc3339(gm_json_text(gm_json_get(item, "timestamp")), &t_ns)) {
        gm_emit_rejected(top->fields.member->store, 1);
        return GM_OK;
    }
    top->fields.member->time_source = "content";
    if (gm_json_get(item, "usage")) {
        who.level = GM_LEVEL_NODE;
        who.hint = name;
        return read_usage(top, gm_json_get(item, "usage"), &who, t_ns);
    }
    who.ns = gm_json_text(gm_json_at(item, "metadata.namespace"));
    who.pod = name;
    GM_JSON_EACH(container, gm_json_get(item, "containers")) {
        who.container = gm_json_text(gm_json_get(container, "name"));
        if (status == GM_OK) status = read_usage(top, gm_json_get(container, "usage"), &who, t_ns);
    }
    return status;
}

static gm_status read_document(void *context, const gm_json *document) {
    gm_top *top = context;
    gm_status status = GM_OK;
    const gm_json *items = gm_json_get(document, "items");
    if (!items) return read_item(top, document);
    GM_JSON_EACH(item, items) {
        if (status == GM_OK) status = read_item(top, item);
    }
    return status;
}

static int bid(const gm_head *head) {
    if (gm_head_is_json(head)) {
        static const char *const kinds[] = {"PodMetricsList", "PodMetrics", "NodeMetricsList", "NodeMetrics"};
        for (size_t i = 0; i < 4; i++)
            if (gm_head_has_json(head, "kind", kinds[i])) return 95;
        return 0;
    }
    gm_top top = {.n_columns = 0};
    gm_span rest = head->head, line;
    for (int i = 0; i < 3 && gm_span_cut(&rest, '\n', &line); i++)
        if (read_header(&top, gm_span_trim(line))) return 85;
    return 0;
}

static gm_status parse(gm_member *member) {
    gm_top top = {.now = gm_snapshot_of_path(member)};
    gm_head head = {.head = member->head};
    top.fields = (gm_fields){.member = member, .source = "metrics_server", .dictionary = GM_DICT_KUBELET};
    gm_status status = gm_head_is_json(&head) ? gm_documents_each(member, read_document, &top) : read_table(&top);
    return status;
}

const gm_format gm_format_metrics_server = {
    .name = "metrics_server",
    .title = "metrics.k8s.io objects or kubectl top",
    .takes = "Working sets of containers, pods and nodes; CPU rates.",
    .bid = bid,
    .parse = parse,
};
