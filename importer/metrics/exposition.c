/* Lines of the Prometheus and OpenMetrics text formats: keys, labels, and the way from a key to its series.
 *
 * Comes behind lines.c in prom_text and prom_dump; Grafana's column headers have the same label syntax.
 * Formats: https://prometheus.io/docs/instrumenting/exposition_formats/ and
 * https://prometheus.io/docs/specs/om/open_metrics_spec/, with the quoted UTF-8 names of Prometheus 3. Blanks
 * are free between tokens, escapes in values are \\ \" \n. */
#include "importer/metrics/exposition.h"

#include "importer/metrics/snapshot.h"
#include "importer/metrics/vocabulary.h"
#include "importer/text/span.h"

static bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':';
}

static gm_span skip_blanks(gm_span s) {
    while (s.len > 0 && (s.data[0] == ' ' || s.data[0] == '\t')) s = gm_span_from(s, 1);
    return s;
}

static size_t name_length(gm_span s) {
    size_t n = 0;
    if (s.len > 0 && s.data[0] >= '0' && s.data[0] <= '9') return 0;
    while (n < s.len && is_name_byte(s.data[n])) n++;
    return n;
}

/* Length of a quoted string with its quotes; 0 when it does not end. */
static size_t quoted_length(gm_span s) {
    for (size_t i = 1; i < s.len; i++) {
        if (s.data[i] == '\\') {
            i++;
        } else if (s.data[i] == '"') {
            return i + 1;
        }
    }
    return 0;
}

/* Length of "{...}", quotes respected; 0 when it does not end. */
static size_t braces_length(gm_span s) {
    for (size_t i = 1; i < s.len; i++) {
        if (s.data[i] == '"') {
            size_t n = quoted_length(gm_span_from(s, i));
            if (n == 0) return 0;
            i += n - 1;
        } else if (s.data[i] == '}') {
            return i + 1;
        }
    }
    return 0;
}

bool gm_exposition_take_key(gm_span *rest, gm_span *key) {
    gm_span start = skip_blanks(*rest);
    size_t name = name_length(start);
    gm_span after = gm_span_from(start, name), inside = skip_blanks(after);
    if (inside.len > 0 && inside.data[0] == '{') {
        size_t braces = braces_length(inside);
        if (braces == 0) return false;
        after = gm_span_from(inside, braces);
    } else if (name == 0 || inside.len == after.len) {
        return false; /* no blank behind the name */
    }
    *key = gm_span_first(start, start.len - after.len);
    *rest = after;
    return true;
}

/* The content of a quoted string, escapes undone. */
static bool unquote(gm_span quoted, gm_arena *arena, gm_span *text) {
    *text = gm_span_first(gm_span_from(quoted, 1), quoted.len - 2);
    if (gm_span_find_byte(*text, '\\') < 0) return true;
    char *plain = gm_arena_alloc(arena, text->len);
    size_t n = 0;
    if (!plain) return false;
    for (size_t i = 0; i < text->len; i++) {
        char c = text->data[i];
        if (c == '\\' && i + 1 < text->len) {
            c = text->data[++i];
            if (c == 'n') c = '\n';
            if (c != '\\' && c != '"' && c != '\n') plain[n++] = '\\'; /* no escape: both stay */
        }
        plain[n++] = c;
    }
    *text = (gm_span){plain, n};
    return true;
}

static bool take_quoted(gm_span *rest, gm_arena *arena, gm_span *text) {
    size_t n = rest->len > 0 && rest->data[0] == '"' ? quoted_length(*rest) : 0;
    if (n == 0 || !unquote(gm_span_first(*rest, n), arena, text)) return false;
    *rest = skip_blanks(gm_span_from(*rest, n));
    return true;
}

/* One label, or a quoted metric name (then *value has no address). */
static bool take_label(gm_span *rest, gm_arena *arena, gm_span *name, gm_span *value) {
    *value = (gm_span){NULL, 0};
    bool quoted = rest->data[0] == '"';
    if (quoted && !take_quoted(rest, arena, name)) return false;
    if (!quoted) {
        *name = gm_span_first(*rest, name_length(*rest));
        if (name->len == 0) return false;
        *rest = skip_blanks(gm_span_from(*rest, name->len));
    }
    if (!gm_span_take_byte(rest, '=')) return quoted;
    *rest = skip_blanks(*rest);
    return take_quoted(rest, arena, value);
}

bool gm_exposition_read_labels(gm_span text, gm_arena *arena, gm_labels *labels, gm_span *name) {
    gm_span rest = skip_blanks(text), label, value;
    while (rest.len > 0) {
        if (!take_label(&rest, arena, &label, &value)) return false;
        if (!value.data || gm_span_equal(label, GM_SPAN("__name__"))) {
            *name = value.data ? value : label;
        } else if (!gm_labels_add(labels, label, value)) {
            return false;
        }
        if (rest.len > 0 && !gm_span_take_byte(&rest, ',')) return false;
        rest = skip_blanks(rest);
    }
    return true;
}

bool gm_exposition_read_key(gm_span key, gm_arena *arena, gm_span *name, gm_labels *labels) {
    labels->n = 0;
    *name = gm_span_first(key, name_length(key));
    ptrdiff_t open = gm_span_find_byte(gm_span_from(key, name->len), '{');
    if (open < 0) return name->len > 0;
    gm_span inside = gm_span_from(key, name->len + (size_t)open + 1);
    ptrdiff_t close = (ptrdiff_t)inside.len - 1;
    while (close >= 0 && inside.data[close] != '}') close--;
    if (close < 0) return false;
    return gm_exposition_read_labels(gm_span_first(inside, (size_t)close), arena, labels, name) && name->len > 0;
}

bool gm_exposition_read_value(gm_span rest, double *value, gm_span *stamp) {
    gm_span word;
    *stamp = (gm_span){NULL, 0};
    if (!gm_span_word(&rest, &word) || !gm_span_double(word, value)) return false;
    if (!gm_span_word(&rest, &word) || word.data[0] == '#') return true;
    *stamp = word;
    return !gm_span_word(&rest, &word) || word.data[0] == '#';
}

bool gm_exposition_read_stamp(gm_span stamp, int64_t *t_ns) {
    static const int64_t least_ms = INT64_C(100000000000);
    int64_t whole;
    bool integer = gm_span_find_byte(stamp, '.') < 0 && gm_span_int(stamp, &whole);
    if (integer && (whole >= least_ms || whole <= -least_ms))
        return !__builtin_mul_overflow(whole, INT64_C(1000000), t_ns);
    return gm_time_seconds(stamp, t_ns);
}

static void look_at_line(gm_exposition_look *look, gm_span line) {
    gm_span key, stamp;
    double value;
    int64_t t_ns;
    if (line.len == 0 || gm_snapshot_mark(line, &t_ns)) return;
    if (line.data[0] == '#') {
        look->types += gm_span_starts(line, GM_SPAN("# TYPE ")) || gm_span_starts(line, GM_SPAN("# HELP "));
    } else if (!gm_exposition_take_key(&line, &key) || !gm_exposition_read_value(line, &value, &stamp) ||
               (stamp.len > 0 && !gm_exposition_read_stamp(stamp, &t_ns))) {
        look->others++;
    } else if (key.data[key.len - 1] == '}') {
        look->labelled++;
    } else {
        look->plain++;
        look->known += gm_metric_is_known(key);
    }
}

gm_exposition_look gm_exposition_look_at(const gm_head *head) {
    gm_exposition_look look = {0};
    gm_span rest = head->head, line;
    for (int n = 0; n < 200 && gm_span_cut(&rest, '\n', &line); n++) {
        if (!rest.data && !head->complete) break; /* may be cut */
        look_at_line(&look, gm_span_trim(line));
    }
    return look;
}

bool gm_exposition_begin(gm_exposition *lines, gm_member *member) {
    *lines = (gm_exposition){.metrics = gm_metrics_new(member, "prometheus")};
    if (!lines->metrics) return false;
    gm_table_init(&lines->series, member->arena);
    lines->scratch = gm_arena_new(member->limits->arena_bytes);
    if (lines->scratch) return true;
    gm_metrics_reject(lines->metrics, GM_UNKNOWN, "no memory left to read its lines");
    gm_exposition_end(lines);
    return false;
}

gm_status gm_exposition_end(gm_exposition *lines) {
    gm_arena_free(lines->scratch);
    return gm_metrics_end(lines->metrics);
}

/* A key that ends with its brace is the last one again when the line begins with it. */
static bool is_last(const gm_exposition *lines, gm_span line) {
    gm_span last = lines->last_key;
    return lines->last && last.data[last.len - 1] == '}' && gm_span_starts(line, last);
}

static gm_status new_series(gm_exposition *lines, gm_span key, gm_metric **metric) {
    gm_labels labels;
    gm_span name;
    gm_arena_reset(lines->scratch);
    if (!gm_exposition_read_key(key, lines->scratch, &name, &labels)) return GM_OK;
    gm_status status = gm_metrics_find(lines->metrics, name, &labels, metric);
    if (status == GM_OK) gm_table_put(&lines->series, key, *metric);
    return status;
}

gm_status gm_exposition_series(gm_exposition *lines, gm_span *rest, gm_metric **metric) {
    *metric = NULL;
    if (is_last(lines, *rest)) {
        *rest = gm_span_from(*rest, lines->last_key.len);
        *metric = lines->last;
        return GM_OK;
    }
    gm_span key;
    if (!gm_exposition_take_key(rest, &key)) return GM_OK;
    const gm_table_entry *known = gm_table_find(&lines->series, key);
    gm_status status = GM_OK;
    if (!known) {
        status = new_series(lines, key, metric);
        known = *metric ? gm_table_find(&lines->series, key) : NULL;
    }
    lines->last = known ? known->value : NULL;
    if (!known) return status;
    lines->last_key = known->key;
    *metric = known->value;
    return status;
}
