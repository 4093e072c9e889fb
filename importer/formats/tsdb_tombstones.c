/* The tombstones of a Prometheus TSDB block: intervals of series that were deleted and are not to be seen.
 *
 * Read straight away; tsdb_chunks asks the stage for them when all members are there.
 * https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/tombstones.md */
#include <inttypes.h>

#include "gomortem/format.h"
#include "importer/text/span.h"
#include "importer/tsdb/bytes.h"
#include "importer/tsdb/stage.h"
#include "importer/tsdb/window.h"

enum { HEADER = 5, CHECKSUM = 4, LONGEST = 30 };

static int bid(const gm_head *head) {
    return gm_span_starts(head->head, GM_SPAN("\x01\x30\xba\x30\x01")) ? 100 : 0;
}

/* One interval from the window, whose last bytes are the checksum. */
static gm_status read_gap(gm_window *window, gm_stage *stage, uint32_t *crc) {
    size_t have = gm_window_ask(window, LONGEST + CHECKSUM);
    if (have <= CHECKSUM) return GM_END;
    gm_span ahead = gm_window_bytes(window, have);
    gm_bytes bytes = gm_bytes_of(gm_span_first(ahead, have - CHECKSUM));
    uint64_t ref = gm_bytes_uvarint(&bytes);
    int64_t from_ms = gm_bytes_varint(&bytes), to_ms = gm_bytes_varint(&bytes);
    if (bytes.bad) return GM_DAMAGED;
    size_t len = have - CHECKSUM - gm_bytes_left(&bytes);
    *crc = gm_crc32c(*crc, ahead.data, len);
    gm_status status = gm_stage_put_gap(stage, ref, from_ms, to_ms);
    gm_window_skip(window, (int64_t)len);
    return status;
}

static gm_status read_gaps(gm_member *member, gm_window *window, gm_stage *stage) {
    uint32_t crc = 0;
    int64_t gaps = 0;
    gm_status status = GM_OK;
    gm_window_skip(window, HEADER);
    while ((status = read_gap(window, stage, &crc)) == GM_OK) gaps++;
    if (status == GM_FATAL || window->status == GM_FATAL) return GM_FATAL;
    gm_bytes sum = gm_bytes_of(gm_window_bytes(window, gm_window_ask(window, CHECKSUM)));
    if (gm_bytes_left(&sum) < CHECKSUM || gm_bytes_fixed(&sum, CHECKSUM) != crc) status = GM_DAMAGED;
    if (status == GM_DAMAGED)
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, window->at, "the tombstones are damaged or break off");
    if (gaps == 0 && status == GM_END)
        gm_member_diag(member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN, "nothing was deleted");
    if (gaps > 0)
        gm_member_diag(member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                       "%" PRId64 " intervals of series were deleted; they are left out", gaps);
    return status == GM_DAMAGED ? GM_DAMAGED : GM_OK;
}

static gm_status parse(gm_member *member) {
    gm_window window;
    gm_stage stage;
    gm_status status = gm_stage_open(&stage, member, GM_SCOPE_BLOCK);
    if (status != GM_OK) return status;
    gm_window_init(&window, member);
    status = read_gaps(member, &window, &stage);
    gm_window_release(&window);
    gm_stage_close(&stage);
    return status;
}

const gm_format gm_format_tsdb_tombstones = {
    .name = "tsdb_tombstones",
    .title = "tombstones of a Prometheus TSDB block",
    .takes = "Deleted intervals, which are left out of the block's samples.",
    .bid = bid,
    .parse = parse,
};
