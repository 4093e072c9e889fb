/* Labels of a metric: lookup, conditions, the JSON that is stored with a series.
 *
 * Comes behind the parsers of metric formats, before metric.c. The JSON is the same for the same labels
 * whatever format they were written in, so that one series met in two formats stays one: keys in byte order,
 * the short escapes of RFC 8259, no blanks. */
#include "importer/metrics/labels.h"

#include "importer/text/span.h"

bool gm_labels_add(gm_labels *labels, gm_span name, gm_span value) {
    for (size_t i = 0; i < labels->n; i++)
        if (gm_span_equal(labels->items[i].name, name)) return true;
    if (labels->n == GM_LABELS_MAX) return false;
    labels->items[labels->n++] = (gm_label){name, value, false};
    return true;
}

bool gm_name_equal(gm_span a, gm_span b) {
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if ((a.data[i] == '.' ? '_' : a.data[i]) != b.data[i]) return false;
    return true;
}

static gm_label *find(gm_labels *labels, gm_span name) {
    for (size_t i = 0; i < labels->n; i++)
        if (labels->items[i].value.len > 0 && gm_name_equal(labels->items[i].name, name)) return &labels->items[i];
    return NULL;
}

gm_label *gm_labels_find(gm_labels *labels, const char *name) {
    return find(labels, gm_span_of(name));
}

bool gm_labels_hold(gm_labels *labels, const char *when) {
    gm_span rest = gm_span_of(when), condition, name;
    while (rest.len > 0 && gm_span_cut(&rest, ',', &condition)) {
        if (!gm_span_cut(&condition, '=', &name)) return false;
        const gm_label *label = find(labels, name);
        if (!gm_span_equal(label ? label->value : GM_SPAN(""), condition)) return false;
    }
    return true;
}

static int compare_names(gm_span a, gm_span b) {
    int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);
    if (order != 0) return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

/* Insertion: the lists are short and most sources sort them already. */
static void sort(gm_labels *labels) {
    for (size_t i = 1; i < labels->n; i++) {
        gm_label label = labels->items[i];
        size_t k = i;
        for (; k > 0 && compare_names(labels->items[k - 1].name, label.name) > 0; k--)
            labels->items[k] = labels->items[k - 1];
        labels->items[k] = label;
    }
}

static size_t escaped(char c, char out[6]) {
    static const char hex[] = "0123456789abcdef";
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *at = c ? memchr(from, c, sizeof(from) - 1) : NULL;
    if (at) {
        out[0] = '\\';
        out[1] = to[at - from];
        return 2;
    }
    if ((unsigned char)c >= 0x20) {
        out[0] = c;
        return 1;
    }
    memcpy(out, "\\u00", 4);
    out[4] = hex[(unsigned char)c >> 4];
    out[5] = hex[c & 15];
    return 6;
}

/* Writes the string with its quotes; with to NULL only measures. */
static size_t put_string(char *to, gm_span s) {
    char piece[6];
    size_t at = 0;
    if (to) to[at] = '"';
    at++;
    for (size_t i = 0; i < s.len; i++) {
        size_t n = escaped(s.data[i], piece);
        if (to) memcpy(to + at, piece, n);
        at += n;
    }
    if (to) to[at] = '"';
    return at + 1;
}

static size_t put_object(char *to, const gm_labels *labels) {
    size_t at = 0;
    for (size_t i = 0; i < labels->n; i++) {
        const gm_label *label = &labels->items[i];
        if (label->used || label->value.len == 0) continue;
        if (to) to[at] = at == 0 ? '{' : ',';
        at++;
        at += put_string(to ? to + at : NULL, label->name);
        if (to) to[at] = ':';
        at++;
        at += put_string(to ? to + at : NULL, label->value);
    }
    if (at == 0) {
        if (to) to[0] = '{';
        at++;
    }
    if (to) to[at] = '}';
    return at + 1;
}

gm_span gm_labels_json(gm_labels *labels, gm_arena *arena) {
    sort(labels);
    size_t len = put_object(NULL, labels);
    char *text = gm_arena_alloc(arena, len);
    if (!text) return (gm_span){NULL, 0};
    put_object(text, labels);
    return (gm_span){text, len};
}
