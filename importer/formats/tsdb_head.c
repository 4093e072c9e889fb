/* A head chunk file of a Prometheus data directory (chunks_head/000001): full chunks that are in no block
 * yet.
 *
 * Kept until all members are there, because the log names their series. Files are made larger than needed:
 * zeros are the end. https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/head_chunks.md */
#include <inttypes.h>

#include "gomortem/format.h"
#include "importer/text/span.h"
#include "importer/tsdb/bytes.h"
#include "importer/tsdb/samples.h"
#include "importer/tsdb/window.h"

enum { HEADER = 8, CHECKSUM = 4, FIXED = 25, PREFIX = FIXED + 10, OUT_OF_ORDER = 0x80 };

static int bid(const gm_head *head) {
    return gm_span_starts(head->head, GM_SPAN("\x01\x30\xbc\x91\x01")) ? 100 : 0;
}

static gm_status parse(gm_member *member) {
    gm_span block;
    gm_status status;
    while ((status = gm_member_read(member, &block)) == GM_OK)
        if ((status = gm_member_keep(member, block)) != GM_OK) break;
    return status == GM_END ? GM_OK : status;
}

static gm_status take_chunk(gm_tsdb_samples *samples, gm_span chunk, size_t data_at, int64_t offset) {
    gm_bytes bytes = gm_bytes_of(chunk);
    uint64_t ref = gm_bytes_fixed(&bytes, 8);
    gm_bytes_take(&bytes, 16); /* its first and last time */
    unsigned encoding = (unsigned)gm_bytes_fixed(&bytes, 1) & ~(unsigned)OUT_OF_ORDER;
    gm_bytes sum = gm_bytes_of(gm_span_from(chunk, chunk.len - CHECKSUM));
    if (gm_bytes_fixed(&sum, CHECKSUM) != gm_crc32c(0, chunk.data, chunk.len - CHECKSUM)) {
        gm_tsdb_chunk_damaged(samples, offset, "it does not match its checksum");
        return GM_OK;
    }
    gm_tsdb_series *series;
    gm_status status = gm_tsdb_series_find(samples, ref, &series);
    if (status != GM_OK) return status;
    gm_span data = {chunk.data + data_at, chunk.len - CHECKSUM - data_at};
    return gm_tsdb_chunk(samples, series, encoding, data, offset);
}

static bool is_zero(gm_span bytes) {
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.data[i] != 0) return false;
    return true;
}

static gm_status read_chunk(gm_tsdb_samples *samples, gm_window *window) {
    int64_t offset = window->at;
    size_t have = gm_window_ask(window, PREFIX);
    if (have == 0) return window->status == GM_FATAL ? GM_FATAL : GM_END;
    gm_span prefix = gm_window_bytes(window, have);
    if (is_zero(prefix)) return GM_END;
    gm_bytes bytes = gm_bytes_of(prefix);
    gm_bytes_take(&bytes, FIXED);
    uint64_t len = gm_bytes_uvarint(&bytes);
    size_t data_at = have - gm_bytes_left(&bytes);
    uint64_t whole = data_at + len + CHECKSUM;
    if (bytes.bad || len > GM_WINDOW_MAX - PREFIX - CHECKSUM || gm_window_ask(window, whole) < whole) {
        gm_tsdb_chunk_damaged(samples, offset, "its length reaches beyond the file");
        return GM_END;
    }
    gm_status status = take_chunk(samples, gm_window_bytes(window, whole), data_at, offset);
    gm_window_skip(window, (int64_t)whole);
    return status;
}

static gm_status finish(gm_member *member) {
    gm_tsdb_samples samples;
    gm_window window;
    gm_status status = gm_tsdb_samples_begin(&samples, member, GM_SCOPE_HEAD);
    if (status != GM_OK) return status;
    gm_window_init(&window, member);
    gm_window_skip(&window, HEADER);
    while (status == GM_OK) status = read_chunk(&samples, &window);
    gm_window_release(&window);
    if (status == GM_END) status = samples.damaged > 0 ? GM_DAMAGED : GM_OK;
    gm_status end = gm_tsdb_samples_end(&samples);
    return end == GM_FATAL ? end : status;
}

const gm_format gm_format_tsdb_head = {
    .name = "tsdb_head",
    .title = "head chunks of a Prometheus data directory",
    .takes = "Samples of known metrics, of float chunks; histograms are counted.",
    .bid = bid,
    .parse = parse,
    .finish = finish,
    .turn = 2,
};
