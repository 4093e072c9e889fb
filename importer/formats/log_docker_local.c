/* Docker's "local" log driver: containers/<id>/local-logs/container.log, binary.
 *
 * Comes after gm_format_choose, hands lines to logs/wrap.c. Each record is a length in four bytes, the
 * largest first, a protobuf message LogEntry, and the length once more. Of a record that breaks off nothing
 * is kept, since the files are written to while they are copied. moby daemon/logger/local/doc.go,
 * daemon/logger/internal/logdriver/entry.proto */
#include <inttypes.h>

#include "gomortem/format.h"
#include "importer/formats/pprof/wire.h"
#include "importer/logs/wrap.h"
#include "importer/text/span.h"

enum { LENGTH = 4, RECORD_MAX = 16 << 20 };

typedef struct {
    gm_span source, line;
    int64_t t_ns;
    bool partial, last; /* last: of the parts of a line */
} log_entry;

static uint32_t read_length(gm_span bytes) {
    const unsigned char *b = (const unsigned char *)bytes.data;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* --- one entry --- */
typedef struct {
    uint64_t number, value;
    gm_span bytes;
} entry_field;

/* False at the end and when it is not protobuf; *rest tells which. */
static bool take_field(gm_span *rest, entry_field *field) {
    uint64_t key, len;
    gm_span s = *rest;
    *field = (entry_field){0};
    if (s.len == 0 || !gm_pprof_take_varint(&s, &key)) return false;
    field->number = key >> 3;
    if ((key & 7) == 0) {
        if (!gm_pprof_take_varint(&s, &field->value)) return false;
    } else if ((key & 7) == 2) {
        if (!gm_pprof_take_varint(&s, &len) || len > s.len) return false;
        field->bytes = gm_span_first(s, (size_t)len);
        s = gm_span_from(s, (size_t)len);
    } else {
        return false;
    }
    *rest = s;
    return true;
}

static bool read_entry(gm_span bytes, log_entry *entry) {
    entry_field field, inner;
    *entry = (log_entry){.t_ns = GM_UNKNOWN};
    while (take_field(&bytes, &field)) {
        if (field.number == 1) entry->source = field.bytes;
        if (field.number == 2 && field.value <= INT64_MAX) entry->t_ns = (int64_t)field.value;
        if (field.number == 3) entry->line = field.bytes;
        if (field.number == 4) entry->partial = field.value != 0;
        if (field.number != 5) continue;
        gm_span meta = field.bytes;
        while (take_field(&meta, &inner)) entry->last = entry->last || (inner.number == 1 && inner.value != 0);
    }
    bool known = gm_span_equal(entry->source, GM_SPAN("stdout")) || gm_span_equal(entry->source, GM_SPAN("stderr"));
    return bytes.len == 0 && known;
}

static int log_docker_local_bid(const gm_head *head) {
    log_entry entry;
    if (head->head.len < LENGTH) return 0;
    uint32_t len = read_length(head->head);
    if (len == 0 || len > RECORD_MAX) return 0;
    gm_span rest = gm_span_from(head->head, LENGTH);
    /* the first field is the source */
    bool begins = gm_span_starts(rest, GM_SPAN("\x0a\x06stdout")) || gm_span_starts(rest, GM_SPAN("\x0a\x06stderr"));
    if (!begins || rest.len < len) return begins ? 60 : 0;
    return read_entry(gm_span_first(rest, len), &entry) ? 95 : 0;
}

/* --- records --- */
typedef struct {
    gm_member *member;
    gm_wrap *wrap;
    gm_span block;
    char *carry; /* bytes of a record that crosses blocks */
    size_t size;
    int64_t offset, number;
    gm_status status; /* of reading */
} local_reader;

/* So many bytes, valid until the next call; GM_END when there are fewer. */
static gm_status take(local_reader *reader, size_t want, gm_span *bytes) {
    size_t have = 0;
    while (have < want) {
        if (reader->block.len == 0) {
            reader->status = gm_member_read(reader->member, &reader->block);
            if (reader->status != GM_OK) return reader->status == GM_FATAL ? GM_FATAL : GM_END;
        }
        if (have == 0 && reader->block.len >= want) {
            *bytes = gm_span_first(reader->block, want);
            reader->block = gm_span_from(reader->block, want);
            reader->offset += (int64_t)want;
            return GM_OK;
        }
        gm_span part = gm_span_first(reader->block, want - have);
        memcpy(reader->carry + have, part.data, part.len);
        reader->block = gm_span_from(reader->block, part.len);
        have += part.len;
    }
    *bytes = (gm_span){reader->carry, want};
    reader->offset += (int64_t)want;
    return GM_OK;
}

static gm_status damaged(local_reader *reader, const char *why) {
    gm_emit_rejected(reader->member->store, 1);
    gm_member_diag(reader->member, GM_SEVERITY_ERROR, GM_UNKNOWN, reader->offset, "%s: the rest is not read", why);
    return GM_DAMAGED;
}

static bool make_room(local_reader *reader, size_t want) {
    if (want <= reader->size) return true;
    size_t size = reader->size ? reader->size : 4096;
    while (size < want) size *= 2;
    reader->carry = gm_arena_alloc(reader->member->arena, size);
    reader->size = reader->carry ? size : 0;
    return reader->carry != NULL;
}

static gm_status show(local_reader *reader, const log_entry *entry) {
    gm_log_line line;
    gm_wrap_owner *owner = gm_wrap_default(reader->wrap);
    gm_wrap_line_init(&line, entry->line, reader->number, entry->t_ns);
    line.stream = gm_span_equal(entry->source, GM_SPAN("stdout")) ? 'o' : 'e';
    return gm_wrap_part(reader->wrap, owner, &line, !entry->partial || entry->last);
}

/* GM_END: no further record, or one that breaks off. */
static gm_status read_record(local_reader *reader) {
    gm_span bytes;
    log_entry entry;
    gm_status status = take(reader, LENGTH, &bytes);
    if (status != GM_OK) return status;
    uint32_t len = read_length(bytes);
    if (len > RECORD_MAX || !make_room(reader, (size_t)len + LENGTH)) return damaged(reader, "a record is too large");
    status = take(reader, (size_t)len + LENGTH, &bytes);
    if (status == GM_END) gm_log_note(gm_wrap_log(reader->wrap), GM_NOTE_RECORD_CUT, reader->number + 1);
    if (status != GM_OK) return status;
    if (read_length(gm_span_from(bytes, len)) != len) return damaged(reader, "the two lengths of a record differ");
    reader->number++;
    if (read_entry(gm_span_first(bytes, len), &entry)) return show(reader, &entry);
    gm_log_note(gm_wrap_log(reader->wrap), GM_NOTE_DAMAGED_LINE, reader->number);
    return GM_OK;
}

static gm_status log_docker_local_parse(gm_member *member) {
    local_reader reader = {.member = member, .wrap = gm_wrap_new(member)};
    if (!reader.wrap || !make_room(&reader, LENGTH)) return GM_DAMAGED;
    gm_status status = GM_OK;
    while (status == GM_OK) status = read_record(&reader);
    if (status == GM_END) status = reader.status == GM_DAMAGED ? GM_DAMAGED : GM_OK;
    return gm_wrap_end(reader.wrap, status);
}

const gm_format gm_format_log_docker_local = {
    .name = "log_docker_local",
    .title = "docker container log (local driver)",
    .takes = "GC cycles, scavenger levels, goroutine dumps and Go crashes from the container's lines.",
    .bid = log_docker_local_bid,
    .parse = log_docker_local_parse,
};
