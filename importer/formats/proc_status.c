/* /proc/PID/status: a process' memory in a few numbers.
 *
 * Comes behind the bundle walk, before the store. Sizes are in kB, which are KiB.
 * https://docs.kernel.org/filesystems/proc.html */
#include "gomortem/format.h"
#include "importer/formats/cgroup_file/capture.h"
#include "importer/text/span.h"

static const struct {
    const char *key;
    gm_quantity quantity;
} keys[] = {
    {"VmSize", GM_Q_PROC_VIRTUAL}, {"VmHWM", GM_Q_PROC_PEAK_RSS},     {"VmRSS", GM_Q_PROC_RSS},
    {"VmPTE", GM_Q_PROC_PTE},      {"RssAnon", GM_Q_PROC_RSS_ANON},   {"RssFile", GM_Q_PROC_RSS_FILE},
    {"VmSwap", GM_Q_PROC_SWAP},    {"RssShmem", GM_Q_PROC_RSS_SHMEM}, {"Threads", GM_Q_PROC_THREADS},
};

static int bid(const gm_head *head) {
    if (!gm_span_starts(head->head, GM_SPAN("Name:"))) return 0;
    bool has_state = gm_span_find(head->head, GM_SPAN("\nState:")) > 0;
    return has_state && gm_span_find(head->head, GM_SPAN("\nPid:")) > 0 ? 86 : 0;
}

static gm_status take_line(gm_capture *capture, gm_span line) {
    gm_span key, word, unit;
    double value;
    if (gm_span_trim(line).len == 0) return GM_OK;
    gm_span_cut(&line, ':', &key);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (!gm_span_equal(key, gm_span_of(keys[i].key))) continue;
        bool sized = keys[i].quantity != GM_Q_PROC_THREADS;
        bool good = gm_span_word(&line, &word) && gm_capture_number(word, &value);
        if (good && sized) good = gm_span_word(&line, &unit) && gm_span_equal(unit, GM_SPAN("kB"));
        if (good) return gm_capture_sample(capture, keys[i].quantity, "status", key, sized ? value * 1024 : value);
        gm_emit_rejected(capture->member->store, 1);
        return GM_OK;
    }
    gm_emit_left_out(capture->member->store, GM_LEFT_OUTSIDE, 1);
    return GM_OK;
}

static gm_status parse(gm_member *member) {
    gm_capture capture;
    gm_span line;
    gm_status status = gm_capture_open(&capture, member, "proc", (gm_span){NULL, 0});
    if (status != GM_OK) return status;
    capture.t_ns = gm_snapshot_now(&capture.now, member);
    while (status == GM_OK && gm_capture_next(&capture, &line)) status = take_line(&capture, line);
    return status == GM_OK ? gm_lines_status(&capture.lines) : status;
}

const gm_format gm_format_proc_status = {
    .name = "proc_status",
    .title = "/proc/PID/status",
    .takes = "Resident set and its parts, its peak, address space, page tables, swap and threads of a process.",
    .bid = bid,
    .parse = parse,
};
