/* Reads the part of YAML that Kubernetes' tools write into the tree of json.h.
 *
 * Comes before k8s_yaml. Indentation decides: a mapping's keys stand in one column, a sequence's dashes too,
 * and the dash counts as a blank for what stands behind it. https://yaml.org/spec/1.2.2/ , as written by
 * https://github.com/kubernetes-sigs/yaml. */
#include "importer/text/yaml.h"

#include "importer/text/span.h"

typedef struct {
    gm_arena *arena;
    char *at, *end; /* the line in hand begins at at */
    int depth, max_depth;
    int64_t skipped;
    bool full; /* memory is out */
} yaml_reader;

typedef struct {
    char *text; /* behind the indentation */
    size_t indent, len;
} yaml_line;

static gm_json *parse_block(yaml_reader *reader, size_t least);

/* --- lines --- */
static char *line_end(const yaml_reader *reader, char *at) {
    char *end = memchr(at, '\n', (size_t)(reader->end - at));
    return end ? end : reader->end;
}

static void next_line(yaml_reader *reader) {
    char *end = line_end(reader, reader->at);
    reader->at = end < reader->end ? end + 1 : end;
}

static yaml_line line_at(const yaml_reader *reader) {
    yaml_line line = {.text = reader->at};
    char *end = line_end(reader, reader->at);
    while (line.text < end && *line.text == ' ') line.text++;
    while (end > line.text && (end[-1] == ' ' || end[-1] == '\r' || end[-1] == '\t')) end--;
    line.indent = (size_t)(line.text - reader->at);
    line.len = (size_t)(end - line.text);
    return line;
}

static bool is_mark(const yaml_line *line) {
    gm_span text = {line->text, line->len};
    return line->indent == 0 && (gm_span_equal(text, GM_SPAN("---")) || gm_span_equal(text, GM_SPAN("...")) ||
                                 gm_span_starts(text, GM_SPAN("--- ")));
}

/* The next line that says something; false at the end of the document. */
static bool peek(yaml_reader *reader, yaml_line *line) {
    for (; reader->at < reader->end; next_line(reader)) {
        *line = line_at(reader);
        if (line->len == 0 || line->text[0] == '#') continue;
        return !is_mark(line);
    }
    return false;
}

static bool is_item(const yaml_line *line) {
    return line->text[0] == '-' && (line->len == 1 || line->text[1] == ' ');
}

/* --- scalars --- */
static gm_json *new_node(yaml_reader *reader, gm_json_kind kind) {
    gm_json *made = GM_ARENA_NEW(reader->arena, gm_json, 1);
    if (made) made->kind = kind;
    reader->full = reader->full || !made;
    return made;
}

static gm_json *new_text(yaml_reader *reader, gm_span text) {
    gm_json *made = new_node(reader, GM_JSON_STRING);
    if (made) made->text = text;
    return made;
}

static bool is_null(gm_span text) {
    return text.len == 0 || gm_span_equal(text, GM_SPAN("null")) || gm_span_equal(text, GM_SPAN("~"));
}

/* Joins the lines of a scalar in place: what is written never overtakes what is read. A line end is a blank,
 * an empty line a line end. */
typedef struct {
    char *begin, *out;
    bool glued; /* the line ended in a backslash: the next one goes on without a blank */
} folded;

static void fold(folded *to, gm_span line) {
    memmove(to->out, line.data, line.len);
    to->out += line.len;
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* An escape of a double-quoted scalar: how many bytes it takes; its text is never longer. */
static size_t unescape(gm_span rest, char *out, size_t *written) {
    static const char names[] = "ntr0\"\\/ ", values[] = "\n\t\r\0\"\\/ ";
    const char *known = rest.len > 1 && rest.data[1] ? strchr(names, rest.data[1]) : NULL;
    *written = 1;
    *out = '?';
    if (known) *out = values[known - names];
    if (known || rest.len < 2) return rest.len < 2 ? 1 : 2;
    size_t digits = rest.data[1] == 'x' ? 2 : rest.data[1] == 'u' ? 4 : 0;
    if (digits == 0 || rest.len < 2 + digits) return 2;
    int value = 0;
    for (size_t i = 0; i < digits; i++) value = value * 16 + (hex_value(rest.data[2 + i]) & 15);
    if (value < 0x80) *out = (char)value; /* others are of no use in what is read here */
    return 2 + digits;
}

/* The text behind the opening quote up to the closing one on this line. True: it closes here. */
static bool take_quoted(folded *to, gm_span line, char quote) {
    for (size_t i = 0; i < line.len;) {
        char byte = line.data[i];
        size_t written = 1;
        if (byte == quote && quote == '\'' && i + 1 < line.len && line.data[i + 1] == quote) {
            *to->out++ = quote;
            i += 2;
        } else if (byte == quote) {
            return true;
        } else if (byte == '\\' && quote == '"' && i + 1 == line.len) {
            to->glued = true;
            i++;
        } else if (byte == '\\' && quote == '"') {
            i += unescape(gm_span_from(line, i), to->out, &written);
            to->out += written;
        } else {
            *to->out++ = byte;
            i++;
        }
    }
    return false;
}

static gm_json *parse_quoted(yaml_reader *reader, gm_span first) {
    char quote = first.data[0];
    folded to = {.begin = (char *)first.data, .out = (char *)first.data};
    bool closed = take_quoted(&to, gm_span_from(first, 1), quote);
    next_line(reader);
    for (; !closed && reader->at < reader->end; next_line(reader)) {
        yaml_line line = line_at(reader);
        if (is_mark(&line)) break;
        if (!to.glued) *to.out++ = line.len > 0 ? ' ' : '\n';
        to.glued = false;
        closed = take_quoted(&to, (gm_span){line.text, line.len}, quote);
    }
    if (closed) return new_text(reader, (gm_span){to.begin, (size_t)(to.out - to.begin)});
    reader->skipped++; /* it breaks off: what it would have been is not known */
    return new_node(reader, GM_JSON_NULL);
}

static gm_span without_comment(gm_span text) {
    ptrdiff_t at = gm_span_find(text, GM_SPAN(" #"));
    return at < 0 ? text : gm_span_trim(gm_span_first(text, (size_t)at));
}

/* A plain scalar goes on in all lines that are further in than its key. */
static gm_json *parse_plain(yaml_reader *reader, gm_span first, size_t indent) {
    yaml_line line;
    folded to = {.begin = (char *)first.data, .out = (char *)first.data};
    fold(&to, without_comment(first));
    next_line(reader);
    while (peek(reader, &line) && line.indent > indent) {
        *to.out++ = ' ';
        fold(&to, without_comment((gm_span){line.text, line.len}));
        next_line(reader);
    }
    gm_span text = {to.begin, (size_t)(to.out - to.begin)};
    return is_null(text) ? new_node(reader, GM_JSON_NULL) : new_text(reader, text);
}

/* "|" keeps its lines, ">" joins them; both end where a line is no further in than the key. */
static gm_json *parse_literal(yaml_reader *reader, gm_span style, size_t indent) {
    char *begin = (char *)style.data, *out = begin;
    size_t column = 0;
    char between = style.data[0] == '>' ? ' ' : '\n';
    next_line(reader);
    for (; reader->at < reader->end; next_line(reader)) {
        yaml_line line = line_at(reader);
        if (line.len > 0 && line.indent <= indent) break;
        if (column == 0) column = line.indent;
        size_t inner = line.len > 0 && line.indent > column ? line.indent - column : 0;
        if (out > begin) *out++ = between;
        memmove(out, line.text - inner, line.len + inner);
        out += line.len + inner;
    }
    while (out > begin && out[-1] == '\n') out--;
    return new_text(reader, (gm_span){begin, (size_t)(out - begin)});
}

static gm_json *parse_flow(yaml_reader *reader, gm_span text) {
    gm_json *tree = gm_json_tree(reader->arena, text, reader->max_depth - reader->depth);
    next_line(reader);
    return tree ? tree : new_text(reader, text);
}

static gm_json *parse_scalar(yaml_reader *reader, gm_span text, size_t indent) {
    switch (text.data[0]) {
    case '"':
    case '\'': return parse_quoted(reader, text);
    case '|':
    case '>': return parse_literal(reader, text, indent);
    case '{':
    case '[': return parse_flow(reader, text);
    default: return parse_plain(reader, text, indent);
    }
}

/* --- collections --- */
typedef struct {
    gm_json *parent, **end;
} collection;

static void add(collection *to, gm_json *child, gm_span key) {
    if (!child) return;
    child->key = key;
    child->next = NULL;
    *to->end = child;
    to->end = &child->next;
}

/* "key: value", "key:"; the key may be quoted. */
static bool split_key(const yaml_line *line, gm_span *key, gm_span *value) {
    gm_span text = {line->text, line->len};
    char quote = text.data[0];
    size_t at = 0;
    if (quote == '"' || quote == '\'') {
        for (at = 1; at < text.len && text.data[at] != quote; at++) continue;
        *key = gm_span_from(gm_span_first(text, at), 1);
        at++;
    }
    for (size_t i = at; i < text.len; i++) {
        if (text.data[i] != ':' || (i + 1 < text.len && text.data[i + 1] != ' ')) continue;
        if (at == 0) *key = gm_span_first(text, i);
        *value = gm_span_trim(gm_span_from(text, i + 1));
        return true;
    }
    return false;
}

/* A key without a value on its line: the block below it, if there is one. A sequence may stand in the key's
 * column. */
static gm_json *parse_below(yaml_reader *reader, size_t indent) {
    yaml_line line;
    next_line(reader);
    if (!peek(reader, &line)) return new_node(reader, GM_JSON_NULL);
    if (line.indent > indent) return parse_block(reader, indent + 1);
    if (line.indent == indent && is_item(&line)) return parse_block(reader, indent);
    return new_node(reader, GM_JSON_NULL);
}

static void parse_entry(yaml_reader *reader, const yaml_line *line, collection *map) {
    gm_span key, value;
    if (!split_key(line, &key, &value)) {
        reader->skipped++;
        next_line(reader);
    } else if (value.len == 0 || value.data[0] == '#') {
        add(map, parse_below(reader, line->indent), key);
    } else {
        add(map, parse_scalar(reader, value, line->indent), key);
    }
}

/* The dash becomes a blank: what stands behind it is a block of its own. */
static void parse_item(yaml_reader *reader, const yaml_line *line, collection *list) {
    gm_span key, value;
    line->text[0] = ' ';
    yaml_line inner = line_at(reader);
    if (inner.len == 0) {
        add(list, parse_below(reader, line->indent), (gm_span){NULL, 0});
    } else if (is_item(&inner) || (!strchr("{[|>", inner.text[0]) && split_key(&inner, &key, &value))) {
        add(list, parse_block(reader, inner.indent), (gm_span){NULL, 0});
    } else {
        add(list, parse_scalar(reader, (gm_span){inner.text, inner.len}, line->indent), (gm_span){NULL, 0});
    }
}

/* What begins in the next line, when that is at least so far in. */
static gm_json *parse_block(yaml_reader *reader, size_t least) {
    yaml_line line;
    if (!peek(reader, &line) || line.indent < least || reader->depth >= reader->max_depth) return NULL;
    size_t indent = line.indent;
    bool is_list = is_item(&line);
    gm_json *made = new_node(reader, is_list ? GM_JSON_ARRAY : GM_JSON_MAP);
    if (!made) return NULL;
    collection to = {made, &made->child};
    reader->depth++;
    while (!reader->full && peek(reader, &line) && line.indent >= indent) {
        if (line.indent > indent) { /* of a block that was too deep, or damaged */
            reader->skipped++;
            next_line(reader);
        } else if (is_item(&line) != is_list) {
            break;
        } else if (is_list) {
            parse_item(reader, &line, &to);
        } else {
            parse_entry(reader, &line, &to);
        }
    }
    reader->depth--;
    return made;
}

/* --- documents --- */
gm_json *gm_yaml_tree(gm_arena *arena, char *text, size_t len, int max_depth, int64_t *skipped) {
    yaml_reader reader = {.arena = arena, .at = text, .end = text + len, .max_depth = max_depth};
    gm_json *first = NULL, **end = &first;
    while (reader.at < reader.end && !reader.full) {
        char *before = reader.at;
        gm_json *document = parse_block(&reader, 0);
        if (document) {
            *end = document;
            end = &document->next;
        }
        yaml_line line;
        bool more = reader.at < reader.end && peek(&reader, &line);
        if (more && document && reader.at != before) continue; /* another block without a mark */
        if (more) reader.skipped++;
        if (reader.at < reader.end) next_line(&reader); /* the mark */
    }
    *skipped = reader.skipped;
    return first;
}

gm_json *gm_yaml_read(gm_member *member) {
    gm_span bytes;
    int64_t skipped = 0;
    if (gm_member_read_all(member, member->limits->document_bytes, &bytes) != GM_OK) return NULL;
    gm_json *tree = gm_yaml_tree(member->arena, (char *)bytes.data, bytes.len, member->limits->json_depth, &skipped);
    if (!tree)
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "there is no mapping or sequence in it");
    if (skipped == 0) return tree;
    gm_emit_rejected(member->store, skipped);
    gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                   "%lld lines fit nowhere: damaged, or a form of YAML that Kubernetes does not write",
                   (long long)skipped);
    return tree;
}
