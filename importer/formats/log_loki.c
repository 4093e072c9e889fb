/* Answers of Loki's query_range API and what logcli -o jsonl makes of them.
 *
 * Comes after gm_format_choose. {"stream":{labels},"values":[["ns","line"],...]} a stream, or {"labels":{...},
 * "line":"...","timestamp":"..."} a line; both come newest first by default, so logs/reorder.c sorts them before
 * logs/wrap.c sees them. Labels name the container: their spellings are those of promtail, Alloy and OpenTelemetry.
 * https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time */
#include "gomortem/format.h"

#include "importer/logs/owner.h"
#include "importer/logs/pick.h"
#include "importer/logs/reorder.h"
#include "importer/text/span.h"

enum { LABEL_BYTES = 256, KEY_BYTES = 48 };

typedef enum { NAMESPACE, POD, CONTAINER, STREAM, FILENAME, HINT, LABELS } label;

static const struct {
    const char *name;
    label label;
} known_labels[] = {
    {"namespace", NAMESPACE},
    {"k8s_namespace_name", NAMESPACE},
    {"kubernetes_namespace_name", NAMESPACE},
    {"namespace_name", NAMESPACE},
    {"pod", POD},
    {"pod_name", POD},
    {"k8s_pod_name", POD},
    {"kubernetes_pod_name", POD},
    {"container", CONTAINER},
    {"container_name", CONTAINER},
    {"k8s_container_name", CONTAINER},
    {"kubernetes_container_name", CONTAINER},
    {"stream", STREAM},
    {"filename", FILENAME},
    {"unit", HINT},
    {"app", HINT},
    {"service_name", HINT},
    {"job", HINT},
};

typedef struct {
    char data[LABEL_BYTES];
    size_t len;
} text;

typedef struct {
    gm_wrap *wrap;
    gm_reorder reorder;
    gm_member *member;
    gm_status status; /* of handing on */
    int64_t number;   /* of the line in the member */
    text labels[LABELS];
    text key;
    int labels_depth, values_depth; /* of the map and the array that are open; -1: none */
    int stream_depth;               /* of the map that held values; -1: none */
    int element;                    /* of an entry of values */
    int64_t t_ns;
    char *line; /* of logcli */
    size_t line_len, line_size;
    bool has_line;
} loki_reader;

static gm_span span_of(const text *t) {
    return (gm_span){t->data, t->len};
}

static void set(text *t, gm_span value) {
    value = gm_span_first(value, sizeof t->data);
    if (value.len > 0) memcpy(t->data, value.data, value.len);
    t->len = value.len;
}

static bool key_is(const loki_reader *r, const char *name) {
    return gm_span_equal(span_of(&r->key), gm_span_of(name));
}

/* --- owners --- */
static void clear_labels(loki_reader *r) {
    for (int i = 0; i < LABELS; i++) r->labels[i].len = 0;
}

static void take_label(loki_reader *r, gm_span value) {
    for (size_t i = 0; i < sizeof(known_labels) / sizeof(known_labels[0]); i++) {
        text *t = &r->labels[known_labels[i].label];
        if (t->len == 0 && key_is(r, known_labels[i].name)) set(t, value);
    }
}

static gm_wrap_owner *owner_of(loki_reader *r) {
    gm_identity identity = {.level = GM_LEVEL_CONTAINER};
    if (r->labels[CONTAINER].len > 0 || r->labels[POD].len > 0) {
        identity.ns = span_of(&r->labels[NAMESPACE]);
        identity.pod = span_of(&r->labels[POD]);
        identity.container = span_of(&r->labels[CONTAINER]);
        if (identity.container.len == 0) identity.level = GM_LEVEL_POD;
    } else if (!gm_owner_of_path(span_of(&r->labels[FILENAME]), &identity)) {
        identity.hint = span_of(&r->labels[HINT]);
    }
    return gm_wrap_owner_of(r->wrap, &identity);
}

static char stream_of(const loki_reader *r) {
    gm_span stream = span_of(&r->labels[STREAM]);
    if (gm_span_equal(stream, GM_SPAN("stdout"))) return 'o';
    return gm_span_equal(stream, GM_SPAN("stderr")) ? 'e' : 0;
}

/* --- entries --- */
static gm_status add_entry(loki_reader *r, gm_wrap_owner *owner, gm_span text_of_line) {
    gm_log_line line;
    gm_wrap_line_init(&line, text_of_line, r->number, r->t_ns);
    line.stream = stream_of(r);
    if (r->t_ns == GM_UNKNOWN) gm_log_note(gm_wrap_log(r->wrap), GM_NOTE_NO_TIME, r->number);
    r->t_ns = GM_UNKNOWN;
    return r->status = gm_reorder_add(&r->reorder, owner, &line);
}

/* ["1700000000000000000", "text"], structured metadata may follow */
static gm_status take_value(loki_reader *r, const gm_json_event *event) {
    if (event->kind == GM_JSON_ARRAY && event->depth == r->values_depth + 1) {
        r->element = 0;
        r->t_ns = GM_UNKNOWN;
    }
    if (event->depth != r->values_depth + 2 || event->kind != GM_JSON_STRING) return GM_OK;
    if (r->element++ == 0) {
        if (!gm_time_digits(event->text, &r->t_ns)) r->t_ns = GM_UNKNOWN;
        return GM_OK;
    }
    return r->element == 2 ? add_entry(r, NULL, event->text) : GM_OK;
}

static gm_status keep_line(loki_reader *r, gm_span value) {
    value = gm_span_first(value, r->member->limits->line_bytes);
    if (value.len > r->line_size) {
        r->line = gm_arena_alloc(r->member->arena, value.len * 2);
        r->line_size = r->line ? value.len * 2 : 0;
        if (!r->line) return r->status = GM_DAMAGED;
    }
    if (value.len > 0) memcpy(r->line, value.data, value.len);
    r->line_len = value.len;
    r->has_line = true;
    return GM_OK;
}

static gm_status end_map(loki_reader *r, int depth) {
    gm_wrap_owner *owner;
    if (depth == r->stream_depth) {
        r->stream_depth = -1;
        owner = owner_of(r);
        clear_labels(r);
        return r->status = owner ? gm_reorder_flush(&r->reorder, owner) : GM_DAMAGED;
    }
    if (depth > 0 || !r->has_line) return GM_OK;
    r->has_line = false;
    owner = owner_of(r);
    if (!owner) return r->status = GM_DAMAGED;
    gm_status status = add_entry(r, owner, (gm_span){r->line, r->line_len});
    clear_labels(r);
    return status;
}

/* --- events --- */
static gm_status open_value(loki_reader *r, const gm_json_event *event) {
    if (event->kind == GM_JSON_MAP && (key_is(r, "stream") || key_is(r, "labels"))) {
        r->labels_depth = event->depth;
        clear_labels(r);
    } else if (event->kind == GM_JSON_ARRAY && key_is(r, "values")) {
        r->values_depth = event->depth;
        r->stream_depth = event->depth - 1;
    }
    r->key.len = 0;
    return GM_OK;
}

static gm_status on_event(void *context, const gm_json_event *event) {
    loki_reader *r = context;
    if (r->labels_depth >= 0) {
        if (event->kind == GM_JSON_KEY) set(&r->key, event->text);
        if (event->kind == GM_JSON_STRING) take_label(r, event->text);
        if (event->kind == GM_JSON_MAP_END && event->depth == r->labels_depth) r->labels_depth = -1;
        return GM_OK;
    }
    if (r->values_depth >= 0) {
        if (event->kind == GM_JSON_ARRAY_END && event->depth == r->values_depth) r->values_depth = -1;
        return take_value(r, event);
    }
    switch (event->kind) {
    case GM_JSON_KEY: set(&r->key, event->text); return GM_OK;
    case GM_JSON_STRING:
        if (key_is(r, "line")) return keep_line(r, event->text);
        if (key_is(r, "timestamp") && !gm_time_rfc3339(event->text, &r->t_ns)) r->t_ns = GM_UNKNOWN;
        return GM_OK;
    case GM_JSON_MAP:
    case GM_JSON_ARRAY: return open_value(r, event);
    case GM_JSON_MAP_END: return end_map(r, event->depth);
    default: return GM_OK;
    }
}

static void begin(loki_reader *r) {
    r->labels_depth = r->values_depth = r->stream_depth = -1;
    r->key.len = 0;
    r->has_line = false;
    r->t_ns = GM_UNKNOWN;
    r->status = GM_OK;
    clear_labels(r);
}

/* --- the format --- */
static gm_status read_lines(loki_reader *r) {
    gm_lines lines;
    gm_line line;
    gm_lines_init(&lines, r->member);
    while (gm_lines_next(&lines, &line)) {
        gm_span object = gm_pick_object(line.text);
        r->number = line.number;
        begin(r);
        gm_status status = GM_DAMAGED;
        if (object.len > 0) status = gm_json_parse(object, r->member->limits->json_depth, on_event, r);
        if (r->status != GM_OK) return r->status;
        if (status != GM_OK && line.text.len > 0) gm_log_note(gm_wrap_log(r->wrap), GM_NOTE_DAMAGED_LINE, line.number);
    }
    return gm_lines_status(&lines);
}

static gm_status log_loki_parse(gm_member *member) {
    loki_reader *r = GM_ARENA_NEW(member->arena, loki_reader, 1);
    gm_wrap *wrap = r ? gm_wrap_new(member) : NULL;
    if (!wrap) return GM_DAMAGED;
    r->wrap = wrap;
    r->member = member;
    if (!gm_reorder_init(&r->reorder, wrap, member)) return GM_DAMAGED;
    gm_status status;
    if (gm_pick_is_lines(member->head)) {
        status = read_lines(r);
    } else {
        begin(r);
        r->number = GM_UNKNOWN;
        status = gm_json_stream(member, on_event, r);
    }
    gm_status end = status == GM_FATAL ? status : gm_reorder_flush(&r->reorder, NULL);
    gm_reorder_release(&r->reorder);
    return gm_wrap_end(wrap, end == GM_OK ? status : end);
}

static int log_loki_bid(const gm_head *head) {
    if (!gm_pick_fits(head)) return 0;
    bool streams = gm_head_has_json(head, "resultType", "streams") ||
                   (gm_head_has_json(head, "streams", NULL) && gm_head_has_json(head, "stream", NULL));
    if (streams && gm_head_has_json(head, "values", NULL)) return 94;
    bool logcli = gm_head_has_json(head, "labels", NULL) && gm_head_has_json(head, "line", NULL) &&
                  gm_head_has_json(head, "timestamp", NULL);
    return logcli ? 84 : 0;
}

const gm_format gm_format_log_loki = {
    .name = "log_loki",
    .title = "Loki query result or logcli jsonl",
    .takes = "GC cycles, scavenger levels, goroutine dumps, Go crashes and kernel OOM reports, by the stream's labels.",
    .bid = log_loki_bid,
    .parse = log_loki_parse,
};
