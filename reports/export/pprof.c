/* A profile, a difference or the heap's growth as gzipped pprof protobuf; `go tool pprof` opens it.
 * https://github.com/google/pprof/blob/main/proto/profile.proto
 *
 * The messages inside Profile are written one by one with protobuf-c and deflated at once; the profile as a whole is
 * never in memory. Texts are numbered without a table: a few fixed ones, then name and file of each function in the
 * order of function_id, so the same statement run twice gives numbers and texts. */
#include "reports/export/shared/stacks.h"

#include "importer/proto/profile.pb-c.h"

#include <zlib.h>

enum {
    PIECE = 65536,
    FIELD_SAMPLE_TYPE = 1,
    FIELD_SAMPLE = 2,
    FIELD_MAPPING = 3,
    FIELD_LOCATION = 4,
    FIELD_FUNCTION = 5,
    FIELD_STRING = 6,
    FIELD_TIME = 9,
    FIELD_DURATION = 10,
    FIELD_PERIOD_TYPE = 11,
    FIELD_PERIOD = 12,
    FIELD_COMMENT = 13,
    FIELD_DEFAULT_TYPE = 14
};
/* The fixed texts: the empty one, types and units, then these. */
enum {
    TEXT_TYPES = 1,
    TEXT_UNITS = TEXT_TYPES + GM_STACKS_VALUES,
    TEXT_BINARY = TEXT_UNITS + GM_STACKS_VALUES,
    TEXT_BUILD_ID,
    TEXT_PERIOD_TYPE,
    TEXT_PERIOD_UNIT,
    TEXT_TITLE,
    TEXT_FUNCTIONS
};

typedef struct {
    z_stream stream;
    FILE *out;
    bool failed;
    uint8_t *message; /* grows to the largest one */
    size_t room;
} packer;

static void deflate_bytes(packer *p, const void *bytes, size_t len, int flush) {
    uint8_t piece[PIECE];
    p->stream.next_in = (Bytef *)bytes;
    p->stream.avail_in = (uInt)len;
    do {
        p->stream.next_out = piece;
        p->stream.avail_out = sizeof(piece);
        int status = deflate(&p->stream, flush);
        size_t made = sizeof(piece) - p->stream.avail_out;
        if (status == Z_STREAM_ERROR || fwrite(piece, 1, made, p->out) != made) p->failed = true;
    } while (p->stream.avail_out == 0);
}

static void put_varint(packer *p, uint64_t value) {
    uint8_t bytes[10];
    size_t n = 0;
    do {
        bytes[n++] = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>= 7;
    } while (value);
    deflate_bytes(p, bytes, n, Z_NO_FLUSH);
}

static void put_bytes(packer *p, int field, const void *bytes, size_t len) {
    put_varint(p, (uint64_t)field << 3 | 2);
    put_varint(p, len);
    deflate_bytes(p, bytes, len, Z_NO_FLUSH);
}

static void put_int(packer *p, int field, int64_t value) {
    if (value == GM_UNKNOWN) return;
    put_varint(p, (uint64_t)field << 3);
    put_varint(p, (uint64_t)value);
}

static void put_text(packer *p, const char *text) {
    put_bytes(p, FIELD_STRING, text ? text : "", text ? strlen(text) : 0);
}

static void put_message(packer *p, int field, const ProtobufCMessage *message) {
    size_t len = protobuf_c_message_get_packed_size(message);
    if (len > p->room) {
        p->message = g_realloc(p->message, len);
        p->room = len;
    }
    protobuf_c_message_pack(message, p->message);
    put_bytes(p, field, p->message, len);
}

static void put_type(packer *p, int field, int64_t type, int64_t unit) {
    Pprof__ValueType message = PPROF__VALUE_TYPE__INIT;
    message.type = type;
    message.unit = unit;
    put_message(p, field, &message.base);
}

static void put_head(packer *p, const gm_stacks *stacks) {
    for (int i = 0; i < stacks->values; i++) put_type(p, FIELD_SAMPLE_TYPE, TEXT_TYPES + i, TEXT_UNITS + i);
    Pprof__Mapping mapping = PPROF__MAPPING__INIT;
    mapping.id = 1;
    mapping.filename = stacks->binary ? TEXT_BINARY : 0;
    mapping.build_id = stacks->build_id ? TEXT_BUILD_ID : 0;
    mapping.has_functions = mapping.has_filenames = mapping.has_line_numbers = mapping.has_inline_frames = true;
    put_message(p, FIELD_MAPPING, &mapping.base);
    put_int(p, FIELD_TIME, stacks->t_ns);
    put_int(p, FIELD_DURATION, stacks->duration_ns);
    if (stacks->period_type) put_type(p, FIELD_PERIOD_TYPE, TEXT_PERIOD_TYPE, TEXT_PERIOD_UNIT);
    if (stacks->period_type) put_int(p, FIELD_PERIOD, stacks->period);
    put_int(p, FIELD_COMMENT, TEXT_TITLE);
    put_int(p, FIELD_DEFAULT_TYPE, TEXT_TYPES + stacks->values - 1);
}

/* frames: "[7,3,1]", leaf first, as pprof wants them. */
static void put_sample(packer *p, const char *frames, int64_t *values, int n_values, GArray *ids) {
    Pprof__Sample sample = PPROF__SAMPLE__INIT;
    g_array_set_size(ids, 0);
    for (const char *at = frames; *at;) {
        char *end;
        uint64_t id = g_ascii_strtoull(at, &end, 10);
        if (end > at && id > 0) g_array_append_val(ids, id);
        at = end > at ? end : at + 1;
    }
    sample.n_location_id = ids->len;
    sample.location_id = (uint64_t *)(void *)ids->data;
    sample.n_value = (size_t)n_values;
    sample.value = values;
    put_message(p, FIELD_SAMPLE, &sample.base);
}

static bool put_samples(gm_store *store, const gm_stacks *stacks, packer *p, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_stacks_rows(store, stacks, error);
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    int64_t values[GM_STACKS_VALUES];
    int step = SQLITE_DONE;
    while (rows && (step = sqlite3_step(rows)) == SQLITE_ROW) {
        for (int i = 0; i < stacks->values; i++) values[i] = gm_column_int(rows, 2 + i);
        put_sample(p, gm_column_word(rows, 1), values, stacks->values, ids);
    }
    return rows && (step == SQLITE_DONE || gm_store_error_set(store, error));
}

static bool put_locations(gm_store *store, const gm_stacks *stacks, packer *p, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_stacks_locations(store, stacks, error);
    int step = SQLITE_DONE;
    while (rows && (step = sqlite3_step(rows)) == SQLITE_ROW) {
        Pprof__Location location = PPROF__LOCATION__INIT;
        Pprof__Line line = PPROF__LINE__INIT, *lines[] = {&line};
        location.id = (uint64_t)gm_column_int(rows, 0);
        location.mapping_id = 1;
        location.n_line = 1;
        location.line = lines;
        line.function_id = (uint64_t)gm_column_int(rows, 1);
        line.line = gm_column_int(rows, 2) == GM_UNKNOWN ? 0 : gm_column_int(rows, 2);
        put_message(p, FIELD_LOCATION, &location.base);
    }
    return rows && (step == SQLITE_DONE || gm_store_error_set(store, error));
}

static bool put_functions(gm_store *store, const gm_stacks *stacks, packer *p, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_stacks_functions(store, stacks, error);
    int step = SQLITE_DONE;
    for (int64_t n = 0; rows && (step = sqlite3_step(rows)) == SQLITE_ROW; n++) {
        Pprof__Function function = PPROF__FUNCTION__INIT;
        function.id = (uint64_t)gm_column_int(rows, 0);
        function.name = function.system_name = TEXT_FUNCTIONS + 2 * n;
        function.filename = TEXT_FUNCTIONS + 2 * n + 1;
        put_message(p, FIELD_FUNCTION, &function.base);
    }
    return rows && (step == SQLITE_DONE || gm_store_error_set(store, error));
}

static bool put_texts(gm_store *store, const gm_stacks *stacks, packer *p, GError **error) {
    put_text(p, "");
    for (int i = 0; i < GM_STACKS_VALUES; i++) put_text(p, stacks->types[i]);
    for (int i = 0; i < GM_STACKS_VALUES; i++) put_text(p, stacks->units[i]);
    put_text(p, stacks->binary);
    put_text(p, stacks->build_id);
    put_text(p, stacks->period_type);
    put_text(p, g_strcmp0(stacks->period_type, "cpu") == 0 ? "nanoseconds" : "bytes");
    put_text(p, stacks->title);
    g_autoptr(sqlite3_stmt) rows = gm_stacks_functions(store, stacks, error);
    int step = SQLITE_DONE;
    while (rows && (step = sqlite3_step(rows)) == SQLITE_ROW) {
        put_text(p, gm_column_word(rows, 1));
        put_text(p, gm_column_word(rows, 2));
    }
    return rows && (step == SQLITE_DONE || gm_store_error_set(store, error));
}

static bool write_profile(gm_store *store, const gm_stacks *stacks, FILE *out, GError **error) {
    packer p = {.out = out};
    const int gzip = MAX_WBITS + 16; /* its header has no time: the same profile gives the same bytes */
    if (deflateInit2(&p.stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        g_set_error_literal(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "no memory left to compress the profile");
        return false;
    }
    put_head(&p, stacks);
    bool ok = put_samples(store, stacks, &p, error) && put_locations(store, stacks, &p, error) &&
              put_functions(store, stacks, &p, error) && put_texts(store, stacks, &p, error);
    deflate_bytes(&p, "", 0, Z_FINISH);
    deflateEnd(&p.stream);
    g_free(p.message);
    if (ok && p.failed)
        g_set_error_literal(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "the profile could not be written");
    return ok && !p.failed;
}

static bool write_pprof(gm_store *store, const gm_export_options *options, FILE *out, GError **error) {
    gm_stacks stacks;
    bool ok = gm_stacks_choose(store, options, &stacks, error) && write_profile(store, &stacks, out, error);
    gm_stacks_clear(&stacks);
    return ok;
}

const gm_exporter gm_exporter_pprof = {.name = "pprof",
                                       .title = "a profile, or the heap's growth, for go tool pprof",
                                       .binary = true,
                                       .write = write_pprof};
