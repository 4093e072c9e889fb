/* The records of a write-ahead log's segment: pages of 32 KiB, fragments, compression.
 *
 * Comes between a segment's bytes and tsdb_wal, which knows what records say. A damaged fragment costs its
 * record; reading goes on with the next page. The last page of a log that was copied from a running server
 * may end anywhere. https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/wal.md */
#include "importer/tsdb/records.h"

#include <inttypes.h>
#include <stdlib.h>

#include <snappy-c.h>
#include <zstd.h>

#include "importer/text/span.h"

#define RECORD_MAX   ((size_t)32 << 20) /* of one record, also decompressed */
#define DAMAGED_TOLD 3

enum { KIND = 7, EMPTY = 0, FULL = 1, FIRST = 2, MIDDLE = 3, LAST = 4, SNAPPY = 8, ZSTD = 16 };

static bool reserve(gm_records_buffer *buffer, size_t size) {
    if (size <= buffer->size) return true;
    if (size > RECORD_MAX) return false;
    size_t larger = buffer->size ? buffer->size : GM_RECORDS_PAGE;
    while (larger < size) larger *= 2;
    char *data = realloc(buffer->data, larger);
    if (!data) {
        gm_arena_note_refusal();
        return false;
    }
    buffer->data = data;
    buffer->size = larger;
    return true;
}

static bool append(gm_records_buffer *buffer, gm_span bytes) {
    if (!reserve(buffer, buffer->len + bytes.len)) return false;
    if (bytes.len > 0) memcpy(buffer->data + buffer->len, bytes.data, bytes.len);
    buffer->len += bytes.len;
    return true;
}

void gm_records_begin(gm_records *log, gm_member *member) {
    *log = (gm_records){0};
    gm_window_init(&log->window, member);
}

static void damage(gm_records *log, const char *why) {
    log->open = false;
    if (log->damaged++ < DAMAGED_TOLD && !log->silent)
        gm_member_diag(log->window.member, GM_SEVERITY_ERROR, GM_UNKNOWN, log->window.at,
                       "a record of the log is damaged: %s", why);
}

void gm_records_end(gm_records *log) {
    if (log->open && !log->silent)
        gm_member_diag(log->window.member, GM_SEVERITY_WARNING, GM_UNKNOWN, log->window.at,
                       "the log breaks off within a record");
    if (log->damaged > DAMAGED_TOLD && !log->silent)
        gm_member_diag(log->window.member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                       "%" PRId64 " records of the log are damaged", log->damaged);
    gm_window_release(&log->window);
    free(log->parts.data);
    free(log->plain.data);
}

/* --- compression --- */
static bool unpack_snappy(gm_records *log, gm_span packed) {
    size_t size;
    if (snappy_uncompressed_length(packed.data, packed.len, &size) != SNAPPY_OK) return false;
    if (!reserve(&log->plain, size > 0 ? size : 1)) return false;
    log->plain.len = log->plain.size;
    return snappy_uncompress(packed.data, packed.len, log->plain.data, &log->plain.len) == SNAPPY_OK;
}

static bool unpack_zstd(gm_records *log, gm_span packed) {
    ZSTD_DStream *stream = ZSTD_createDStream();
    ZSTD_inBuffer in = {packed.data, packed.len, 0};
    size_t left = 1;
    log->plain.len = 0;
    while (stream && left != 0) {
        if (!reserve(&log->plain, log->plain.len + GM_RECORDS_PAGE)) break;
        ZSTD_outBuffer out = {log->plain.data, log->plain.size, log->plain.len};
        left = ZSTD_decompressStream(stream, &out, &in);
        bool stuck = in.pos == in.size && out.pos == log->plain.len;
        log->plain.len = out.pos;
        if (ZSTD_isError(left) || (left != 0 && stuck)) break;
    }
    ZSTD_freeDStream(stream);
    return left == 0;
}

static bool unpack(gm_records *log, unsigned flags, gm_span *record) {
    *record = (gm_span){log->parts.data, log->parts.len};
    if (!(flags & (SNAPPY | ZSTD))) return true;
    bool done = flags & SNAPPY ? unpack_snappy(log, *record) : unpack_zstd(log, *record);
    if (done) *record = (gm_span){log->plain.data, log->plain.len};
    if (!done) damage(log, "it cannot be decompressed");
    return done;
}

/* --- fragments --- */
static size_t left_in_page(const gm_records *log) {
    return GM_RECORDS_PAGE - (size_t)(log->window.at % GM_RECORDS_PAGE);
}

static void skip_page(gm_records *log) {
    gm_window_skip(&log->window, (int64_t)left_in_page(log));
}

/* Takes one fragment in; true when it ends a record. */
static bool add_fragment(gm_records *log, unsigned type, gm_span data) {
    unsigned kind = type & KIND;
    if (kind == FULL || kind == FIRST) {
        if (log->open) damage(log, "its end is missing");
        log->parts.len = 0;
        log->open = true;
    } else if (!log->open) {
        damage(log, "its beginning is missing");
        return false;
    }
    if (!append(&log->parts, data)) {
        damage(log, "it is too long");
        return false;
    }
    if (kind != FULL && kind != LAST) return false;
    log->open = false;
    return true;
}

/* The next fragment's type and data; GM_DAMAGED: the rest of the page is of no use. */
static gm_status take_fragment(gm_records *log, unsigned *type, gm_span *data) {
    gm_window *window = &log->window;
    size_t room = left_in_page(log);
    if (gm_window_ask(window, 1) == 0) return GM_END;
    *type = (unsigned char)gm_window_bytes(window, 1).data[0];
    if ((*type & KIND) == EMPTY || room < GM_RECORDS_FRAGMENT) return GM_DAMAGED;
    size_t have = gm_window_ask(window, room);
    gm_bytes bytes = gm_bytes_of(gm_window_bytes(window, have));
    gm_bytes_fixed(&bytes, 1);
    uint64_t len = gm_bytes_fixed(&bytes, 2);
    uint32_t crc = (uint32_t)gm_bytes_fixed(&bytes, 4);
    *data = gm_bytes_take(&bytes, len);
    if (bytes.bad && have < room) {
        log->open = true; /* the copy ends here; gm_records_end says so */
        return GM_END;
    }
    bool right = !bytes.bad && (*type & KIND) <= LAST && gm_crc32c(0, data->data, data->len) == crc;
    if (!right) damage(log, "a fragment does not match its checksum");
    return right ? GM_OK : GM_DAMAGED;
}

bool gm_records_next(gm_records *log, gm_span *record) {
    for (;;) {
        unsigned type;
        gm_span data;
        gm_status status = take_fragment(log, &type, &data);
        if (status == GM_END) {
            skip_page(log);
            return false;
        }
        if (status == GM_DAMAGED) {
            skip_page(log);
            continue;
        }
        bool whole = add_fragment(log, type, data);
        gm_window_skip(&log->window, GM_RECORDS_FRAGMENT + (int64_t)data.len);
        if (whole && unpack(log, type, record)) return true;
    }
}

int gm_records_look_alike(gm_span head) {
    gm_bytes bytes = gm_bytes_of(head);
    unsigned type = (unsigned)gm_bytes_fixed(&bytes, 1);
    uint64_t len = gm_bytes_fixed(&bytes, 2);
    uint32_t crc = (uint32_t)gm_bytes_fixed(&bytes, 4);
    unsigned kind = type & KIND;
    bool fits = len > 0 && len <= GM_RECORDS_PAGE - GM_RECORDS_FRAGMENT;
    if (bytes.bad || (kind != FULL && kind != FIRST) || type > (SNAPPY | ZSTD | KIND) || !fits) return 0;
    gm_span data = gm_bytes_take(&bytes, len);
    if (bytes.bad) return 1;
    return gm_crc32c(0, data.data, data.len) == crc ? 2 : 1;
}
