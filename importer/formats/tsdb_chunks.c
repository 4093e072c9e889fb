/* A chunk segment of a Prometheus TSDB block (chunks/000001): the samples.
 *
 * Kept until all members are there, because the index that names the series comes later in most archives, and
 * the tombstones after it. Then chunks and the staged list of wanted ones are walked side by side, both in
 * the order of the file. What the index does not name is passed over by its length; where that length is
 * damaged, the list tells where the next chunk begins.
 * https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/chunks.md */
#include <inttypes.h>

#include "gomortem/format.h"
#include "importer/text/span.h"
#include "importer/tsdb/bytes.h"
#include "importer/tsdb/samples.h"
#include "importer/tsdb/window.h"

enum { HEADER = 8, CHECKSUM = 4, PREFIX = 11 }; /* PREFIX: the longest length, and the encoding */

typedef struct {
    gm_member *member;
    gm_window window;
    gm_tsdb_samples samples;
    gm_index_state index;
    uint64_t segment;
    uint64_t wanted, series; /* the next wanted chunk */
    bool has_wanted;
    int64_t missing; /* wanted chunks that are not there */
    int64_t nameless, nameless_samples;
} gm_segment;

static int bid(const gm_head *head) {
    return gm_span_starts(head->head, GM_SPAN("\x85\xbd\x40\xdd\x01")) ? 100 : 0;
}

/* The number of the file, from 0; the upper half of its chunks' references. */
static uint64_t segment_of(const gm_member *member, bool *known) {
    int64_t number;
    *known = gm_tsdb_number(member->path, &number) && number > 0;
    return *known ? (uint64_t)number - 1 : 0;
}

static gm_status parse(gm_member *member) {
    bool known;
    gm_stage stage;
    gm_span block;
    gm_status status = gm_stage_open(&stage, member, GM_SCOPE_BLOCK);
    if (status == GM_OK) status = gm_stage_put_segment(&stage, segment_of(member, &known));
    gm_stage_close(&stage);
    if (status != GM_OK) return status;
    while ((status = gm_member_read(member, &block)) == GM_OK)
        if ((status = gm_member_keep(member, block)) != GM_OK) break;
    return status == GM_END ? GM_OK : status;
}

/* --- what the index wants --- */
static gm_status next_wanted(gm_segment *segment) {
    uint64_t chunk;
    gm_status status = gm_stage_next_chunk(&segment->samples.stage, &chunk, &segment->series);
    segment->has_wanted = status == GM_OK && chunk >> 32 == segment->segment;
    segment->wanted = segment->has_wanted ? chunk & UINT32_MAX : UINT64_MAX;
    return status == GM_FATAL ? status : GM_OK;
}

static gm_status pass_wanted(gm_segment *segment, uint64_t offset) {
    gm_status status = GM_OK;
    while (status == GM_OK && segment->has_wanted && segment->wanted < offset) {
        segment->missing++;
        status = next_wanted(segment);
    }
    return status;
}

static gm_status begin(gm_segment *segment) {
    bool known;
    segment->segment = segment_of(segment->member, &known);
    if (!known)
        gm_member_diag(segment->member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "the file's name is not a segment's number; read as the first one");
    gm_status status = gm_stage_get_state(&segment->samples.stage, &segment->index);
    if (status == GM_OK) status = gm_stage_first_chunk(&segment->samples.stage, segment->segment << 32);
    return status == GM_OK ? next_wanted(segment) : status;
}

/* --- chunks --- */
static gm_status take_chunk(gm_segment *segment, unsigned encoding, gm_span data, int64_t offset) {
    gm_tsdb_samples *samples = &segment->samples;
    if (segment->has_wanted && segment->wanted == (uint64_t)offset) {
        gm_tsdb_series *series;
        gm_status status = gm_tsdb_series_find(samples, segment->series, &series);
        if (status == GM_OK) status = gm_tsdb_chunk(samples, series, encoding, data, offset);
        return status == GM_OK ? next_wanted(segment) : status;
    }
    if (segment->index == GM_INDEX_WHOLE) {
        gm_tsdb_chunk_left_out(samples, encoding, data);
    } else {
        segment->nameless++;
        gm_bytes bytes = gm_bytes_of(data);
        segment->nameless_samples += (int64_t)gm_bytes_fixed(&bytes, 2);
    }
    return GM_OK;
}

static gm_status check_and_take(gm_segment *segment, gm_span chunk, int64_t offset) {
    size_t len = chunk.len - CHECKSUM; /* encoding and data */
    gm_bytes sum = gm_bytes_of(gm_span_from(chunk, len));
    if (gm_bytes_fixed(&sum, CHECKSUM) == gm_crc32c(0, chunk.data, len))
        return take_chunk(segment, (unsigned char)chunk.data[0], (gm_span){chunk.data + 1, len - 1}, offset);
    gm_tsdb_chunk_damaged(&segment->samples, offset, "it does not match its checksum");
    return segment->has_wanted && segment->wanted == (uint64_t)offset ? next_wanted(segment) : GM_OK;
}

/* Behind a length that cannot be true: on at the next chunk that the index knows. */
static gm_status resume(gm_segment *segment, int64_t offset) {
    gm_tsdb_chunk_damaged(&segment->samples, offset, "its length reaches beyond the file");
    gm_status status = pass_wanted(segment, (uint64_t)offset);
    if (status == GM_OK && segment->has_wanted && segment->wanted == (uint64_t)offset) status = next_wanted(segment);
    if (status != GM_OK) return status;
    if (!segment->has_wanted || !gm_window_go(&segment->window, (int64_t)segment->wanted)) return GM_END;
    return GM_OK;
}

static gm_status read_chunk(gm_segment *segment) {
    gm_window *window = &segment->window;
    int64_t offset = window->at, size = gm_member_size(segment->member);
    size_t have = gm_window_ask(window, PREFIX);
    if (have == 0) return window->status == GM_FATAL ? GM_FATAL : GM_END;
    gm_bytes prefix = gm_bytes_of(gm_window_bytes(window, have));
    uint64_t len = gm_bytes_uvarint(&prefix);
    size_t skipped = have - gm_bytes_left(&prefix);
    uint64_t left = (uint64_t)(size - offset) - skipped;
    if (prefix.bad || len >= left || left - len < 1 + CHECKSUM) return resume(segment, offset);
    gm_status status = pass_wanted(segment, (uint64_t)offset);
    if (status != GM_OK) return status;
    gm_window_skip(window, (int64_t)skipped);
    size_t whole = (size_t)len + 1 + CHECKSUM;
    if (whole <= GM_WINDOW_MAX && gm_window_ask(window, whole) == whole) {
        status = check_and_take(segment, gm_window_bytes(window, whole), offset);
    } else {
        gm_tsdb_chunk_damaged(&segment->samples, offset, "it is too long to be one");
    }
    gm_window_skip(window, (int64_t)whole);
    return status;
}

static void sum_up(gm_segment *segment) {
    gm_member *member = segment->member;
    const char *what = segment->index == GM_INDEX_MISSING ? "missing" : "damaged";
    if (segment->nameless > 0)
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                       "the block's index is %s: whose %" PRId64 " chunks with %" PRId64 " samples are is not known",
                       what, segment->nameless, segment->nameless_samples);
    if (segment->missing > 0)
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                       "%" PRId64 " chunks that the index names are missing", segment->missing);
    gm_emit_rejected(member->store, segment->nameless_samples + segment->missing);
}

static gm_status read_segment(gm_segment *segment) {
    gm_status status = begin(segment);
    gm_window_skip(&segment->window, HEADER);
    while (status == GM_OK) status = read_chunk(segment);
    if (status == GM_END) status = pass_wanted(segment, UINT64_MAX);
    if (status != GM_FATAL) sum_up(segment);
    bool damaged = segment->samples.damaged + segment->missing > 0;
    return status == GM_OK && damaged ? GM_DAMAGED : status;
}

static gm_status finish(gm_member *member) {
    gm_segment segment = {.member = member};
    gm_status status = gm_tsdb_samples_begin(&segment.samples, member, GM_SCOPE_BLOCK);
    if (status != GM_OK) return status;
    gm_window_init(&segment.window, member);
    status = read_segment(&segment);
    gm_window_release(&segment.window);
    gm_status end = gm_tsdb_samples_end(&segment.samples);
    return end == GM_FATAL ? end : status;
}

const gm_format gm_format_tsdb_chunks = {
    .name = "tsdb_chunks",
    .title = "chunks of a Prometheus TSDB block",
    .takes = "Samples of known metrics, of float chunks; histograms and downsampled chunks are counted.",
    .bid = bid,
    .parse = parse,
    .finish = finish,
    .turn = 2,
};
