/* journalctl -o export: FIELD=value lines, binary values with a length in front, an empty line between entries.
 *
 * Comes after gm_format_choose; logs/journal.c makes lines of the entries. A multi-line kernel message is such a
 * binary value, so the bytes are read here and not with gm_lines. https://systemd.io/JOURNAL_EXPORT_FORMATS/ */
#include "gomortem/format.h"

#include "importer/logs/journal.h"
#include "importer/text/span.h"

enum { NAME_BYTES = 128 };

typedef struct { /* bytes of one field */
    char *data;
    size_t len, size;
} value_buffer;

typedef struct {
    gm_member *member;
    gm_wrap *wrap;
    gm_span block;
    gm_status status;
    int64_t line; /* of the entry's first field; binary values count as the line feeds in them */
    int64_t entry_line;
    bool any;
    value_buffer values[GM_JOURNAL_FIELDS];
    char name[NAME_BYTES];
    size_t name_len;
} export_reader;

/* --- bytes --- */
static bool refill(export_reader *r) {
    while (r->block.len == 0 && r->status == GM_OK) r->status = gm_member_read(r->member, &r->block);
    return r->status == GM_OK;
}

static bool get_byte(export_reader *r, char *byte) {
    if (!refill(r)) return false;
    *byte = r->block.data[0];
    r->block = gm_span_from(r->block, 1);
    if (*byte == '\n') r->line++;
    return true;
}

/* Longer values than a line may have are cut. */
static bool keep(export_reader *r, value_buffer *value, gm_span bytes) {
    size_t limit = r->member->limits->line_bytes;
    bytes = gm_span_first(bytes, limit - value->len);
    size_t want = value->len + bytes.len;
    if (want > value->size) {
        size_t size = value->size ? value->size : 256;
        while (size < want) size *= 2;
        char *bigger = gm_arena_alloc(r->member->arena, size);
        if (!bigger) return false;
        if (value->len > 0) memcpy(bigger, value->data, value->len);
        value->data = bigger;
        value->size = size;
    }
    if (bytes.len > 0) memcpy(value->data + value->len, bytes.data, bytes.len);
    value->len = want;
    return true;
}

static void count_lines(export_reader *r, gm_span bytes) {
    ptrdiff_t at;
    while ((at = gm_span_find_byte(bytes, '\n')) >= 0) {
        r->line++;
        bytes = gm_span_from(bytes, (size_t)at + 1);
    }
}

/* Takes count bytes into value, or passes over them when it is NULL. */
static bool get_bytes(export_reader *r, uint64_t count, value_buffer *value) {
    while (count > 0) {
        if (!refill(r)) return false;
        gm_span piece = gm_span_first(r->block, count < SIZE_MAX ? (size_t)count : SIZE_MAX);
        if (value && !keep(r, value, piece)) return false;
        count_lines(r, piece);
        count -= piece.len;
        r->block = gm_span_from(r->block, piece.len);
    }
    return true;
}

/* --- fields --- */
static value_buffer *wanted(export_reader *r) {
    gm_span name = {r->name, r->name_len};
    for (int i = 0; i < GM_JOURNAL_FIELDS; i++) {
        if (!gm_span_equal(name, gm_span_of(gm_journal_names[i]))) continue;
        /* of a repeated field the first one */
        return r->values[i].len == 0 ? &r->values[i] : NULL;
    }
    return NULL;
}

/* Up to '=' or line feed; *end is which. */
static bool get_name(export_reader *r, char *end) {
    r->name_len = 0;
    while (get_byte(r, end)) {
        if (*end == '=' || *end == '\n') return true;
        if (r->name_len < NAME_BYTES) r->name[r->name_len++] = *end;
    }
    return false;
}

static bool get_text(export_reader *r, value_buffer *value) {
    while (refill(r)) {
        ptrdiff_t end = gm_span_find_byte(r->block, '\n');
        size_t len = end < 0 ? r->block.len : (size_t)end;
        if (!get_bytes(r, len, value)) return false;
        char byte;
        if (end >= 0) return get_byte(r, &byte);
    }
    return r->status == GM_END; /* the export breaks off inside a value: it is kept */
}

static bool get_binary(export_reader *r, value_buffer *value) {
    char byte;
    uint64_t size = 0;
    for (int i = 0; i < 8; i++) {
        if (!refill(r)) return false;
        size |= (uint64_t)(unsigned char)r->block.data[0] << (8 * i);
        r->block = gm_span_from(r->block, 1);
    }
    if (size > (uint64_t)r->member->limits->member_bytes) {
        gm_member_diag(r->member, GM_SEVERITY_ERROR, r->line, GM_UNKNOWN,
                       "a binary field longer than the member may be");
        r->status = GM_DAMAGED;
        return false;
    }
    return get_bytes(r, size, value) && get_byte(r, &byte);
}

static gm_status end_entry(export_reader *r) {
    gm_span fields[GM_JOURNAL_FIELDS];
    if (!r->any) return GM_OK;
    for (int i = 0; i < GM_JOURNAL_FIELDS; i++) {
        fields[i] = (gm_span){r->values[i].data ? r->values[i].data : "", r->values[i].len};
        r->values[i].len = 0;
    }
    r->any = false;
    return gm_journal_entry(r->wrap, fields, r->entry_line);
}

static gm_status read_entries(export_reader *r) {
    gm_status status = GM_OK;
    char end;
    while (status == GM_OK) {
        int64_t line = r->line;
        if (!get_name(r, &end)) break;
        if (end == '\n' && r->name_len == 0) {
            status = end_entry(r);
            continue;
        }
        if (!r->any) r->entry_line = line;
        r->any = true;
        value_buffer *value = wanted(r);
        if (!(end == '=' ? get_text(r, value) : get_binary(r, value))) break;
    }
    if (status == GM_OK && r->status != GM_FATAL) status = end_entry(r);
    if (status != GM_OK) return status;
    return r->status == GM_END ? GM_OK : r->status;
}

/* --- the format --- */
static int log_journal_export_bid(const gm_head *head) {
    bool stamp = gm_span_find(head->head, GM_SPAN("__REALTIME_TIMESTAMP=")) >= 0;
    if (gm_span_starts(head->head, GM_SPAN("__CURSOR="))) return 96;
    return stamp && gm_span_starts(head->head, GM_SPAN("_")) ? 90 : 0;
}

static gm_status log_journal_export_parse(gm_member *member) {
    export_reader *r = GM_ARENA_NEW(member->arena, export_reader, 1);
    if (!r) return GM_DAMAGED;
    r->member = member;
    r->line = 1;
    r->wrap = gm_wrap_new(member);
    if (!r->wrap) return GM_DAMAGED;
    return gm_wrap_end(r->wrap, read_entries(r));
}

const gm_format gm_format_log_journal_export = {
    .name = "log_journal_export",
    .title = "systemd journal in export format",
    .takes =
        "GC cycles, scavenger levels, goroutine dumps, Go crashes and kernel OOM reports, by container or program.",
    .bid = log_journal_export_bid,
    .parse = log_journal_export_parse,
};
