/* What Fluent Bit's stdout output prints: '[0] tag: [1795424350.25, {"log"=>"text", "kubernetes"=>{...}}]'.
 *
 * Comes beside log_fluent, which reads the same records as JSON; hands texts to logs/wrap.c. Strings are printed as
 * they are: quotes and line ends stand in them unescaped, so that a record may go over several lines and a string ends
 * at the quote behind which the next key or the end of its map follows.
 * https://docs.fluentbit.io/manual/pipeline/outputs/standard-output , msgpack-c src/objectc.c */
#include "gomortem/format.h"

#include "importer/logs/owner.h"
#include "importer/logs/wrap.h"
#include "importer/text/span.h"

typedef struct { /* a record of which the end is still to come */
    gm_member *member;
    char *text;
    size_t len, size;
    int64_t line;
    bool open;
} stdout_reader;

static bool take_digits(gm_span *text) {
    size_t n = 0;
    while (n < text->len && text->data[n] >= '0' && text->data[n] <= '9') n++;
    *text = gm_span_from(*text, n);
    return n > 0;
}

/* "[0] tag: [1795424350.25, " or, since 2.1, "[0] tag: [[1795424350.25, {}], "; *rest is the map. */
static bool take_head(gm_span text, gm_span *time, gm_span *rest) {
    gm_span tag;
    if (!gm_span_take_byte(&text, '[') || !take_digits(&text) || !gm_span_take(&text, GM_SPAN("] "))) return false;
    if (!gm_span_cut(&text, ' ', &tag) || !gm_span_ends(tag, GM_SPAN(":"))) return false;
    if (!gm_span_take_byte(&text, '[')) return false;
    bool nested = gm_span_take_byte(&text, '[');
    if (!gm_span_cut(&text, ',', time) || !text.data || time->len == 0) return false;
    ptrdiff_t map = nested ? gm_span_find(text, GM_SPAN("], {")) : gm_span_find_byte(text, '{');
    if (map < 0) return false;
    *rest = gm_span_from(text, (size_t)map + (nested ? 4 : 1));
    return time->data[0] >= '0' && time->data[0] <= '9';
}

static bool is_record(gm_span line) {
    gm_span time, map;
    return take_head(line, &time, &map) && gm_span_find(map, GM_SPAN("\"=>")) > 0;
}

static int log_fluent_stdout_bid(const gm_head *head) {
    int lines, fitting;
    gm_wrap_count(head->head, is_record, &lines, &fitting);
    return fitting == 0 ? 0 : fitting * 2 >= lines ? 89 : 76;
}

/* --- values --- */
/* The quote at the front ends a string: the map ends or another key follows. */
static bool ends_string(gm_span text) {
    gm_span key;
    text = gm_span_from(text, 1);
    if (gm_span_starts(text, GM_SPAN("}"))) return true;
    if (!gm_span_take(&text, GM_SPAN(", "))) return false;
    if (gm_span_starts(text, GM_SPAN("}"))) return true;
    return gm_span_take_byte(&text, '"') && gm_span_cut(&text, '"', &key) && gm_span_starts(text, GM_SPAN("=>"));
}

/* The string under key; *behind, when it is wanted, is what follows it. */
static gm_span string_of(gm_span map, const char *key, gm_span *behind) {
    char quoted[48];
    int n = snprintf(quoted, sizeof quoted, "\"%s\"=>\"", key);
    ptrdiff_t at = gm_span_find(map, (gm_span){quoted, (size_t)n});
    if (at < 0) return (gm_span){NULL, 0};
    gm_span value = gm_span_from(map, (size_t)at + (size_t)n);
    size_t len = 0;
    while (len < value.len && !(value.data[len] == '"' && ends_string(gm_span_from(value, len)))) len++;
    if (behind) *behind = gm_span_from(value, len);
    return gm_span_first(value, len);
}

static gm_status read_record(gm_wrap *wrap, stdout_reader *reader) {
    gm_span text, time, map, behind;
    gm_log_line line;
    int64_t ns;
    reader->open = false;
    if (!take_head((gm_span){reader->text, reader->len}, &time, &map)) return GM_OK;
    behind = map;
    text = string_of(map, "log", &behind);
    if (!text.data) text = string_of(map, "message", &behind);
    if (gm_span_ends(text, GM_SPAN("\n"))) text.len--;
    if (text.len == 0) return GM_OK;
    if (!gm_time_seconds(time, &ns)) {
        gm_log_note(gm_wrap_log(wrap), GM_NOTE_NO_TIME, reader->line);
        ns = GM_UNKNOWN;
    }
    gm_identity who = {.level = GM_LEVEL_CONTAINER,
                       .ns = string_of(behind, "namespace_name", NULL),
                       .pod = string_of(behind, "pod_name", NULL),
                       .container = string_of(behind, "container_name", NULL),
                       .pod_uid = string_of(behind, "pod_id", NULL),
                       .runtime_id = string_of(behind, "docker_id", NULL)};
    gm_wrap_owner *owner = gm_wrap_owner_of(wrap, &who);
    if (!owner) return GM_DAMAGED;
    gm_wrap_line_init(&line, text, reader->line, ns);
    gm_span stream = string_of(map, "stream", NULL), tag = string_of(map, "logtag", NULL);
    if (gm_span_equal(stream, GM_SPAN("stdout"))) line.stream = 'o';
    if (gm_span_equal(stream, GM_SPAN("stderr"))) line.stream = 'e';
    if (tag.len == 0) return gm_wrap_nested(wrap, owner, &line);
    return gm_wrap_part(wrap, owner, &line, !gm_span_starts(tag, GM_SPAN("P")));
}

/* --- lines --- */
/* False: memory is out. What is longer than a line may be is cut. */
static bool append(stdout_reader *reader, gm_span line) {
    size_t most = reader->member->limits->line_bytes, want = reader->len + line.len + 1;
    if (want > most) return true;
    if (want > reader->size) {
        size_t size = reader->size ? reader->size : 4096;
        while (size < want) size *= 2;
        char *bigger = gm_arena_alloc(reader->member->arena, size);
        if (!bigger) return false;
        if (reader->len > 0) memcpy(bigger, reader->text, reader->len);
        reader->text = bigger;
        reader->size = size;
    }
    if (reader->len > 0) reader->text[reader->len++] = '\n';
    if (line.len > 0) memcpy(reader->text + reader->len, line.data, line.len);
    reader->len += line.len;
    return true;
}

static gm_status read_line(gm_wrap *wrap, const gm_line *line, void *context) {
    stdout_reader *reader = context;
    gm_status status = GM_OK;
    bool starts = is_record(line->text);
    if (starts && reader->open) status = read_record(wrap, reader);
    if (starts) {
        reader->open = true;
        reader->len = 0;
        reader->line = line->number;
    } else if (!reader->open) {
        if (gm_span_trim(line->text).len > 0) gm_log_note(gm_wrap_log(wrap), GM_NOTE_DAMAGED_LINE, line->number);
        return GM_OK;
    }
    if (status == GM_OK && !append(reader, line->text)) status = GM_DAMAGED;
    if (status != GM_OK || !gm_span_ends(line->text, GM_SPAN("}]"))) return status;
    return read_record(wrap, reader);
}

static gm_status log_fluent_stdout_parse(gm_member *member) {
    stdout_reader reader = {.member = member};
    gm_wrap *wrap = gm_wrap_new(member);
    gm_lines lines;
    gm_line line;
    gm_status status = GM_OK;
    if (!wrap) return GM_DAMAGED;
    gm_lines_init(&lines, member);
    while (status == GM_OK && gm_lines_next(&lines, &line)) status = read_line(wrap, &line, &reader);
    if (status == GM_OK && reader.open) gm_log_note(gm_wrap_log(wrap), GM_NOTE_RECORD_CUT, reader.line);
    return gm_wrap_end(wrap, status == GM_OK ? gm_lines_status(&lines) : status);
}

const gm_format gm_format_log_fluent_stdout = {
    .name = "log_fluent_stdout",
    .title = "Fluent Bit's standard output",
    .takes = "GC cycles, scavenger levels, goroutine dumps, Go crashes and kernel OOM reports, by container.",
    .bid = log_fluent_stdout_bid,
    .parse = log_fluent_stdout_parse,
};
