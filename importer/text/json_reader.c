/* One yajl parser: turns yajl's callbacks into gm_json_event and yajl's failures into a status and a reason.
 *
 * Lies between yajl (with json_memory.c below it) and json.c, which decides what the parser gets to read.
 * https://www.rfc-editor.org/rfc/rfc8259 . Strings are not checked for valid UTF-8, because one bad byte in a
 * log line must not lose the document: the store makes them valid. */
#include "importer/text/json_reader.h"

#include <stdio.h>

#include "importer/text/span.h"

static int stop(gm_json_reader *reader, gm_status status) {
    reader->status = status;
    return 0;
}

static int hand_over(gm_json_reader *reader, gm_json_kind kind, gm_span text) {
    gm_json_event event = {.kind = kind, .text = text, .depth = reader->depth};
    gm_status status = reader->handler(reader->context, &event);
    return status == GM_OK ? 1 : stop(reader, status);
}

static int on_null(void *reader) {
    return hand_over(reader, GM_JSON_NULL, GM_SPAN(""));
}

static int on_boolean(void *reader, int value) {
    return hand_over(reader, value ? GM_JSON_TRUE : GM_JSON_FALSE, GM_SPAN(""));
}

static int on_number(void *reader, const char *text, size_t len) {
    return hand_over(reader, GM_JSON_NUMBER, (gm_span){text, len});
}

static int on_string(void *reader, const unsigned char *text, size_t len) {
    return hand_over(reader, GM_JSON_STRING, (gm_span){(const char *)text, len});
}

static int on_key(void *reader, const unsigned char *text, size_t len) {
    return hand_over(reader, GM_JSON_KEY, (gm_span){(const char *)text, len});
}

static int open_value(gm_json_reader *reader, gm_json_kind kind) {
    if (reader->depth >= reader->max_depth) {
        snprintf(reader->reason, sizeof(reader->reason), "JSON nested deeper than %d", reader->max_depth);
        return stop(reader, GM_DAMAGED);
    }
    int go_on = hand_over(reader, kind, GM_SPAN(""));
    reader->depth++;
    return go_on;
}

bool gm_json_confirms(char opener, char byte) {
    static const char first[] = "{[]\"-0123456789tfn"; /* of a value, or the end */
    if (opener == '{') return byte == '"' || byte == '}';
    return memchr(first, byte, sizeof(first) - 1) != NULL;
}

/* Is it sure that yajl may go on reading behind this document? At the end of the piece nobody knows yet what
 * follows, and the caller looks at the next one before it hands it over. */
static bool may_go_on(const gm_json_reader *reader) {
    gm_span rest = gm_span_trim_front(gm_span_from(reader->piece, yajl_get_bytes_consumed(reader->yajl)));
    if (rest.len == 0) return true;
    if (rest.data[0] != '{' && rest.data[0] != '[') return false;
    gm_span inside = gm_span_trim_front(gm_span_from(rest, 1));
    return inside.len > 0 && gm_json_confirms(rest.data[0], inside.data[0]);
}

static int close_value(gm_json_reader *reader, gm_json_kind kind) {
    reader->depth--;
    if (!hand_over(reader, kind, GM_SPAN(""))) return 0;
    if (reader->depth > 0 || !reader->pause_between || may_go_on(reader)) return 1;
    reader->paused = true;
    return 0;
}

static int on_map(void *reader) {
    return open_value(reader, GM_JSON_MAP);
}

static int on_map_end(void *reader) {
    return close_value(reader, GM_JSON_MAP_END);
}

static int on_array(void *reader) {
    return open_value(reader, GM_JSON_ARRAY);
}

static int on_array_end(void *reader) {
    return close_value(reader, GM_JSON_ARRAY_END);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_map,
    .yajl_map_key = on_key,
    .yajl_end_map = on_map_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_array_end,
};

void gm_json_reader_init(gm_json_reader *reader, gm_json_handler handler, void *context, size_t memory_limit) {
    memset(reader, 0, sizeof(*reader));
    reader->handler = handler;
    reader->context = context;
    reader->status = GM_OK;
    gm_json_memory_init(&reader->memory, memory_limit);
}

void gm_json_reader_release(gm_json_reader *reader) {
    gm_json_memory_release(&reader->memory);
    reader->yajl = NULL;
}

static void make_yajl(gm_json_reader *reader) {
    reader->yajl = yajl_alloc(&callbacks, &reader->memory.funcs, reader);
    yajl_config(reader->yajl, yajl_allow_multiple_values, 1);
    yajl_config(reader->yajl, yajl_dont_validate_strings, 1);
}

/* yajl's own words, e.g. "lexical error: invalid char in json text." */
static void take_reason(gm_json_reader *reader) {
    unsigned char *text = yajl_get_error(reader->yajl, 0, NULL, 0);
    gm_span words = gm_span_trim(gm_span_of((const char *)text));
    snprintf(reader->reason, sizeof(reader->reason), "JSON damaged: %.*s", (int)words.len, words.data);
    yajl_free_error(reader->yajl, text);
}

/* Runs yajl over the piece, or to the end of the text. Lands in its first branch when memory is out. */
static void run(gm_json_reader *reader, bool last) {
    if (setjmp(reader->memory.failed)) {
        snprintf(reader->reason, sizeof(reader->reason), "JSON needs more memory than a parser may use");
        reader->status = GM_DAMAGED;
        return;
    }
    if (!reader->yajl) make_yajl(reader);
    const unsigned char *data = (const unsigned char *)reader->piece.data;
    yajl_status status = last ? yajl_complete_parse(reader->yajl) : yajl_parse(reader->yajl, data, reader->piece.len);
    if (status == yajl_status_ok || reader->paused || reader->status != GM_OK) return;
    reader->status = GM_DAMAGED;
    take_reason(reader);
}

size_t gm_json_reader_feed(gm_json_reader *reader, gm_span piece) {
    reader->piece = piece;
    reader->paused = false;
    run(reader, false);
    size_t used = reader->yajl ? yajl_get_bytes_consumed(reader->yajl) : 0;
    if (reader->paused) gm_json_reader_release(reader); /* a stopped yajl does not start again */
    return used;
}

void gm_json_reader_finish(gm_json_reader *reader) {
    reader->piece = GM_SPAN("");
    if (reader->yajl) run(reader, true);
    if (reader->status != GM_OK || reader->depth == 0) return;
    reader->status = GM_DAMAGED;
    snprintf(reader->reason, sizeof(reader->reason), "JSON breaks off inside a value");
}
