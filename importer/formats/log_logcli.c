/* What logcli prints by default: "TIME {labels} line".
 *
 * Comes beside log_loki, which reads the same as JSON; newest lines usually come first, so logs/reorder.c
 * sorts them. https://grafana.com/docs/loki/latest/query/logcli/ , pkg/logcli/output/default.go */
#include "gomortem/format.h"

#include "importer/logs/owner.h"
#include "importer/logs/reorder.h"
#include "importer/text/span.h"

typedef struct {
    gm_span time, labels, text;
} logcli_line;

/* The labels end at the brace behind a quote: values are quoted and may hold braces. */
static bool split(gm_span line, logcli_line *out) {
    bool quoted = false;
    if (line.len < 24 || line.data[0] < '0' || line.data[0] > '9') return false;
    if (!gm_span_cut(&line, ' ', &out->time) || out->time.len < 20 || line.len == 0 || line.data[0] != '{')
        return false;
    for (size_t i = 1; i < line.len; i++) {
        char byte = line.data[i];
        if (quoted && byte == '\\') {
            i++;
        } else if (byte == '"') {
            quoted = !quoted;
        } else if (!quoted && byte == '}') {
            out->labels = gm_span_from(gm_span_first(line, i), 1);
            out->text = gm_span_from(line, i + 1);
            (void)gm_span_take_byte(&out->text, ' ');
            return true;
        }
    }
    return false;
}

static bool fits(gm_span line) {
    logcli_line out;
    int64_t ns;
    char plain[4096];
    line = gm_wrap_uncoloured(line, plain, sizeof plain);
    return split(line, &out) && gm_time_rfc3339(out.time, &ns) &&
           (out.labels.len == 0 || gm_span_find(out.labels, GM_SPAN("=\"")) > 0);
}

static int log_logcli_bid(const gm_head *head) {
    int lines, fitting;
    gm_wrap_count(head->head, fits, &lines, &fitting);
    return fitting * 2 > lines ? 89 : 0;
}

/* name="value"; escapes stay, names of Kubernetes have none. */
static gm_span label(gm_span labels, gm_span name) {
    gm_span rest = labels;
    while (rest.len > 0) {
        ptrdiff_t equals = gm_span_find(rest, GM_SPAN("=\""));
        if (equals < 0) break;
        gm_span found = gm_span_trim(gm_span_first(rest, (size_t)equals));
        while (gm_span_take_byte(&found, ',') || gm_span_take_byte(&found, ' ')) continue;
        rest = gm_span_from(rest, (size_t)equals + 2);
        size_t end = 0;
        while (end < rest.len && rest.data[end] != '"') end += rest.data[end] == '\\' ? 2 : 1;
        if (gm_span_equal(found, name)) return gm_span_first(rest, end);
        rest = gm_span_from(rest, end + 1);
    }
    return (gm_span){NULL, 0};
}

static gm_wrap_owner *owner_of(gm_wrap *wrap, gm_span labels) {
    gm_identity identity = {.level = GM_LEVEL_CONTAINER,
                            .ns = label(labels, GM_SPAN("namespace")),
                            .pod = label(labels, GM_SPAN("pod")),
                            .container = label(labels, GM_SPAN("container"))};
    if (identity.container.len == 0) identity.container = label(labels, GM_SPAN("container_name"));
    if (identity.container.len == 0) identity.level = GM_LEVEL_POD;
    if (identity.container.len == 0 && identity.pod.len == 0 &&
        !gm_owner_of_path(label(labels, GM_SPAN("filename")), &identity))
        identity.hint = label(labels, GM_SPAN("app"));
    return gm_wrap_owner_of(wrap, &identity);
}

static gm_status read_line(gm_wrap *wrap, const gm_line *line, void *context) {
    gm_reorder *reorder = context;
    gm_log_line out;
    logcli_line parts;
    int64_t ns;
    if (line->text.len == 0) return GM_OK;
    if (!split(gm_wrap_plain(wrap, line->text), &parts) || !gm_time_rfc3339(parts.time, &ns)) {
        gm_log_note(gm_wrap_log(wrap), GM_NOTE_DAMAGED_LINE, line->number);
        return GM_OK;
    }
    gm_wrap_owner *owner = owner_of(wrap, parts.labels);
    if (!owner) return GM_DAMAGED;
    gm_wrap_line_init(&out, parts.text, line->number, ns);
    out.unfinished = line->unfinished;
    return gm_reorder_add(reorder, owner, &out);
}

static gm_status log_logcli_parse(gm_member *member) {
    gm_wrap *wrap = gm_wrap_new(member);
    gm_reorder reorder;
    gm_lines lines;
    gm_line line;
    if (!wrap || !gm_reorder_init(&reorder, wrap, member)) return GM_DAMAGED;
    gm_status status = GM_OK;
    gm_lines_init(&lines, member);
    while (status == GM_OK && gm_lines_next(&lines, &line)) status = read_line(wrap, &line, &reorder);
    if (status == GM_OK) status = gm_lines_status(&lines);
    gm_status end = status == GM_FATAL ? status : gm_reorder_flush(&reorder, NULL);
    gm_reorder_release(&reorder);
    return gm_wrap_end(wrap, end == GM_OK ? status : end);
}

const gm_format gm_format_log_logcli = {
    .name = "log_logcli",
    .title = "logcli's printed lines",
    .takes = "GC cycles, scavenger levels, goroutine dumps, Go crashes and kernel OOM reports, by the "
             "stream's labels.",
    .bid = log_logcli_bid,
    .parse = log_logcli_parse,
};
