/* /proc/stat: of all its counters only the boot time, which puts a kernel log on the wall clock.
 *
 * Comes behind the bundle walk, before the store's table clock_pair. The kernel cuts the time to seconds.
 * https://docs.kernel.org/filesystems/proc.html */
#include "gomortem/emit_records.h"
#include "gomortem/format.h"
#include "importer/text/lines.h"
#include "importer/text/span.h"

static int bid(const gm_head *head) {
    if (!gm_span_starts(head->head, GM_SPAN("cpu  "))) return 0;
    return gm_span_find(head->head, GM_SPAN("\ncpu0 ")) > 0 ? 86 : 0;
}

/* "btime 1795420000" */
static gm_status take_line(gm_member *member, gm_span text) {
    gm_span number;
    int64_t ns;
    if (!gm_span_take(&text, GM_SPAN("btime "))) {
        gm_emit_left_out(member->store, GM_LEFT_OUTSIDE, 1);
        return GM_OK;
    }
    if (!gm_span_word(&text, &number) || !gm_time_seconds(number, &ns) || ns <= 0) {
        gm_emit_rejected(member->store, 1);
        return GM_OK;
    }
    gm_clock_pair pair = {.clock = "boot", .source = "btime", .clock_s = 0, .t_ns = ns, .uncertainty_ns = GM_NS_PER_S};
    return gm_emit_clock_pair(member->store, &pair);
}

static gm_status parse(gm_member *member) {
    gm_lines lines;
    gm_line line;
    gm_status status = GM_OK;
    gm_lines_init(&lines, member);
    while (status == GM_OK && gm_lines_next(&lines, &line)) status = take_line(member, line.text);
    return status == GM_OK ? gm_lines_status(&lines) : status;
}

const gm_format gm_format_proc_stat = {
    .name = "proc_stat",
    .title = "/proc/stat",
    .takes = "The boot time of the node, for kernel logs that count from it.",
    .bid = bid,
    .parse = parse,
};
