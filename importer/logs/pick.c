/* Picks values by key path out of JSON records as they stream by.
 *
 * Comes between json.c and the formats whose records are JSON objects (docker, journal, Fluent Bit, logcli). Values
 * are gathered in one buffer that the next record overwrites. Log collectors write one object a line; exports also
 * write arrays and pretty-printed documents, for which the line numbers are lost. */
#include "importer/logs/pick.h"

#include "importer/text/span.h"

static void begin_record(gm_pick *pick) {
    pick->len = 0;
    pick->array_field = -1;
    memset(pick->seen, 0, sizeof pick->seen);
    memset(pick->path_len, 0, sizeof pick->path_len);
}

gm_span gm_pick_get(const gm_pick *pick, int field) {
    if (!pick->seen[field] || !pick->text) return (gm_span){"", 0};
    return (gm_span){pick->text + pick->begin[field], pick->end[field] - pick->begin[field]};
}

gm_span gm_pick_any(const gm_pick *pick, int first, int last) {
    gm_span found = {"", 0};
    for (int i = first; i <= last && found.len == 0; i++) found = gm_pick_get(pick, i);
    return found;
}

/* --- values --- */
static bool append(gm_pick *pick, gm_span text) {
    size_t want = pick->len + text.len;
    if (want > pick->size) {
        size_t size = pick->size ? pick->size : 1024;
        while (size < want) size *= 2;
        char *bigger = gm_arena_alloc(pick->member->arena, size);
        if (!bigger) return false;
        if (pick->len > 0) memcpy(bigger, pick->text, pick->len);
        pick->text = bigger;
        pick->size = size;
    }
    if (text.len > 0) memcpy(pick->text + pick->len, text.data, text.len);
    pick->len = want;
    return true;
}

/* The wanted field that the path at this depth names, or -1. */
static int field_at(const gm_pick *pick, int level) {
    if (level < 0 || level >= GM_PICK_DEPTH || pick->path_len[level] == 0) return -1;
    gm_span path = {pick->path, pick->path_len[level]};
    for (int i = 0; i < pick->count; i++) {
        if (gm_span_equal(path, gm_span_of(pick->paths[i]))) return i;
    }
    return -1;
}

/* A key that does not fit leaves a path that nobody wants: empty. */
static void take_key(gm_pick *pick, int level, gm_span key) {
    if (level < 0 || level >= GM_PICK_DEPTH) return;
    size_t at = level > 0 ? pick->path_len[level - 1] : 0;
    /* what lies below belongs to another key */
    for (int i = level; i < GM_PICK_DEPTH; i++) pick->path_len[i] = 0;
    if ((level > 0 && at == 0) || at + 1 + key.len > GM_PICK_PATH) return;
    if (level > 0) pick->path[at++] = '.';
    if (key.len > 0) memcpy(pick->path + at, key.data, key.len);
    pick->path_len[level] = at + key.len;
}

static gm_status take_value(gm_pick *pick, int field, gm_span value) {
    if (pick->seen[field]) return GM_OK;
    pick->begin[field] = pick->end[field] = pick->len;
    if (!append(pick, gm_span_first(value, pick->member->limits->line_bytes))) return GM_DAMAGED;
    pick->end[field] = pick->len;
    pick->seen[field] = true;
    return GM_OK;
}

/* An element of a wanted array: a byte, or a string. */
static gm_status take_element(gm_pick *pick, const gm_json_event *event) {
    int field = pick->array_field;
    int64_t number;
    if (event->kind == GM_JSON_STRING && pick->end[field] == pick->begin[field]) {
        pick->seen[field] = false;
        return take_value(pick, field, event->text);
    }
    if (event->kind != GM_JSON_NUMBER || !gm_span_int(event->text, &number) || number < 0 || number > 255) return GM_OK;
    if (pick->end[field] - pick->begin[field] >= pick->member->limits->line_bytes) return GM_OK;
    char byte = (char)number;
    if (!append(pick, (gm_span){&byte, 1})) return GM_DAMAGED;
    pick->end[field] = pick->len;
    return GM_OK;
}

/* --- events --- */
static gm_status in_record(gm_pick *pick, const gm_json_event *event) {
    int level = event->depth - pick->base - 1; /* of keys: 0 in the record's own map */
    switch (event->kind) {
    case GM_JSON_KEY: take_key(pick, level, event->text); return GM_OK;
    case GM_JSON_ARRAY:
        if (pick->array_field >= 0) return GM_OK;
        pick->array_field = field_at(pick, level);
        pick->array_depth = event->depth;
        return pick->array_field < 0 ? GM_OK : take_value(pick, pick->array_field, GM_SPAN(""));
    case GM_JSON_ARRAY_END:
        if (event->depth == pick->array_depth) pick->array_field = -1;
        return GM_OK;
    case GM_JSON_STRING:
    case GM_JSON_NUMBER: {
        if (pick->array_field >= 0) return take_element(pick, event);
        int field = field_at(pick, level);
        return field < 0 ? GM_OK : take_value(pick, field, event->text);
    }
    default: return GM_OK;
    }
}

static gm_status on_event(void *context, const gm_json_event *event) {
    gm_pick *pick = context;
    if (pick->base >= 0 && event->depth > pick->base) return in_record(pick, event);
    if (event->kind == GM_JSON_MAP && event->depth <= 1) {
        begin_record(pick);
        pick->base = event->depth;
    } else if (event->kind == GM_JSON_MAP_END && event->depth == pick->base) {
        pick->base = -1;
        return pick->status = pick->record(pick, pick->line);
    }
    return GM_OK;
}

/* --- members --- */
/* Blanks, the record separator of RFC 7464, the "data: " of server-sent events. */
static gm_span bare(gm_span line) {
    gm_span_take_byte(&line, '\x1e');
    gm_span_take(&line, GM_SPAN("data: "));
    return gm_span_trim(line);
}

static bool is_object(gm_span line) {
    line = bare(line);
    return line.len > 1 && line.data[0] == '{' && line.data[line.len - 1] == '}';
}

static gm_status read_line(gm_wrap *wrap, const gm_line *line, void *context) {
    gm_pick *pick = context;
    gm_span text = bare(line->text);
    pick->wrap = wrap;
    pick->line = line->number;
    pick->base = -1;
    pick->status = GM_OK;
    if (text.len == 0) return GM_OK;
    gm_status status = GM_DAMAGED;
    pick->beside_ns = GM_UNKNOWN;
    if (pick->strip && text.data[0] != '{') (void)pick->strip(&text, &pick->beside_ns);
    if (text.len > 0 && text.data[0] == '{')
        status = gm_json_parse(text, pick->member->limits->json_depth, on_event, pick);
    if (status != GM_DAMAGED || pick->status != GM_OK) return status;
    gm_log_note(gm_wrap_log(wrap), GM_NOTE_DAMAGED_LINE, line->number);
    return GM_OK;
}

gm_span gm_pick_object(gm_span line) {
    return is_object(line) ? bare(line) : (gm_span){NULL, 0};
}

bool gm_pick_is_lines(gm_span head) {
    gm_span line = {NULL, 0};
    while (gm_span_cut(&head, '\n', &line) && gm_span_trim(line).len == 0) {
    }
    return is_object(line);
}

gm_status gm_pick_read(gm_pick *pick, gm_member *member) {
    pick->member = member;
    pick->base = -1;
    if (pick->strip || gm_pick_is_lines(member->head)) return gm_wrap_read(member, read_line, pick);
    pick->line = GM_UNKNOWN;
    pick->wrap = gm_wrap_new(member);
    if (!pick->wrap) return GM_DAMAGED;
    return gm_wrap_end(pick->wrap, gm_json_stream(member, on_event, pick));
}

bool gm_pick_fits(const gm_head *head) {
    return gm_head_is_json(head) || gm_wrap_most_fit(head->head, is_object);
}
