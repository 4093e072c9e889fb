/* Go's runtime.MemStats: /debug/vars of package expvar, a bare MemStats object, or its fields as text.
 *
 * JSON documents come as trees: {"cmdline":[...],"memstats":{...}} or the inner object alone; text has lines
 * "HeapAlloc = 11.7 MiB", as programs log them. One document is one instant; its time is told by a line in
 * the text, by the member's name or directory, or by its modification time. https://pkg.go.dev/expvar and
 * https://pkg.go.dev/runtime#MemStats */
#include "gomortem/format.h"
#include "importer/metrics/documents.h"
#include "importer/metrics/fields.h"
#include "importer/metrics/snapshot.h"
#include "importer/text/lines.h"
#include "importer/text/span.h"

typedef struct {
    gm_fields fields;
    gm_snapshot now;
} gm_expvar;

/* "Name = value [unit]" or "Name: value [unit]", the name one of MemStats. */
static bool split_line(gm_span line, gm_span *name, double *value) {
    size_t n;
    gm_span rest = gm_span_trim(line), unit;
    char separator = gm_span_find_byte(rest, '=') >= 0 ? '=' : ':';
    if (!gm_span_cut(&rest, separator, name) || !rest.data) return false;
    *name = gm_span_trim(*name);
    gm_span number;
    if (!gm_alias_find(GM_DICT_MEMSTATS, *name, &n) || !gm_span_word(&rest, &number)) return false;
    if (gm_span_ends(number, GM_SPAN(","))) number.len--; /* as JavaScript prints an object */
    if (!gm_span_word(&rest, &unit)) return gm_span_double(number, value) || gm_span_bytes(number, value);
    double factor;
    char one[8] = "1";
    if (unit.len >= sizeof(one) - 1 || !gm_span_double(number, value)) return false;
    memcpy(one + 1, unit.data, unit.len);
    if (!gm_span_bytes((gm_span){one, unit.len + 1}, &factor)) return false;
    *value *= factor;
    return true;
}

/* Lines of a list, such as BySize in geth's console, whose fields have the same names as the totals. */
static bool is_in_list(gm_span line, int *open) {
    bool within = *open > 0;
    for (size_t i = 0; i < line.len; i++) {
        if (line.data[i] == '[') ++*open;
        if (line.data[i] == ']' && *open > 0) --*open;
    }
    return within || *open > 0;
}

static int bid_text(const gm_head *head) {
    gm_span rest = head->head, line, name;
    double value;
    int fields = 0, others = 0, open = 0;
    for (int i = 0; i < 1000 && gm_span_cut(&rest, '\n', &line); i++) {
        if (is_in_list(line, &open)) continue;
        if (gm_span_trim(line).len > 0) ++*(split_line(line, &name, &value) ? &fields : &others);
    }
    return fields >= 8 && others <= fields ? 62 : 0;
}

/* geth's debug.memStats(): an object whose keys have no quotes. */
static bool is_javascript(gm_span head) {
    gm_span rest = gm_span_trim_front(head);
    if (!gm_span_take_byte(&rest, '{')) return false;
    rest = gm_span_trim_front(rest);
    return rest.len > 0 && rest.data[0] >= 'A' && rest.data[0] <= 'Z';
}

static int bid(const gm_head *head) {
    if (!gm_head_is_json(head) || is_javascript(head->head)) return bid_text(head);
    bool memstats = gm_head_has_json(head, "HeapInuse", NULL) && gm_head_has_json(head, "NextGC", NULL);
    if (gm_head_has_json(head, "memstats", NULL)) return memstats ? 92 : 60;
    return memstats && gm_head_has_json(head, "HeapIdle", NULL) ? 85 : 0;
}

static gm_status begin(gm_expvar *expvar, gm_member *member) {
    expvar->fields = (gm_fields){.member = member, .source = "memstats", .dictionary = GM_DICT_MEMSTATS};
    expvar->now = gm_snapshot_of_path(member);
    return gm_member_identity(member, &expvar->fields.identity_id);
}

static int64_t now(gm_expvar *expvar) {
    return gm_snapshot_now(&expvar->now, expvar->fields.member);
}

static gm_status read_document(void *context, const gm_json *document) {
    gm_expvar *expvar = context;
    const gm_json *memstats = gm_json_get(document, "memstats");
    if (!memstats) memstats = document;
    if (memstats->kind != GM_JSON_MAP || !gm_json_get(memstats, "HeapInuse")) return GM_OK;
    return gm_fields_object(&expvar->fields, memstats, (gm_span){NULL, 0}, now(expvar));
}

static gm_status read_text(gm_expvar *expvar) {
    gm_lines lines;
    gm_line line;
    gm_span name;
    double value;
    int64_t t_ns;
    int open = 0;
    gm_status status = GM_OK;
    gm_lines_init(&lines, expvar->fields.member);
    while (status == GM_OK && gm_lines_next(&lines, &line)) {
        if (is_in_list(line.text, &open)) continue;
        if (gm_snapshot_mark(line.text, &t_ns)) {
            expvar->now = gm_snapshot_of_mark(t_ns);
        } else if (split_line(line.text, &name, &value)) {
            status = gm_fields_number(&expvar->fields, name, now(expvar), value);
        }
    }
    return status == GM_OK ? gm_lines_status(&lines) : status;
}

static gm_status parse(gm_member *member) {
    gm_expvar expvar;
    gm_head head = {.head = member->head};
    gm_status status = begin(&expvar, member);
    if (status != GM_OK) return status;
    status = gm_head_is_json(&head) && !is_javascript(member->head) ? gm_documents_each(member, read_document, &expvar)
                                                                    : read_text(&expvar);
    return status;
}

const gm_format gm_format_expvar = {
    .name = "expvar",
    .title = "Go's runtime.MemStats (expvar or text)",
    .takes = "The totals of runtime.MemStats at one instant.",
    .bid = bid,
    .parse = parse,
};
