/* A log to which a shell loop appends the files of a cgroup.
 *
 * "=== <time>" opens a snapshot, "--- <file>" (or head's "==> <file> <==") a file of it, whose text follows.
 * values.c reads the lines, see there. A last line without a line end is what was being written when the log
 * was copied, and does not count.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html */
#include "importer/formats/cgroup_file/cgroup.h"
#include "gomortem/format.h"
#include "importer/text/span.h"

/* A line of nothing but digits is a value, not a time. */
static bool is_mark(gm_span line, int64_t *t_ns) {
    bool framed = gm_span_starts(line, GM_SPAN("==")) || gm_span_starts(line, GM_SPAN("--"));
    bool dated = gm_span_find_byte(line, ':') > 0;
    return (framed || dated) && gm_snapshot_mark(line, t_ns);
}

static bool is_heading(gm_span line, const gm_cgroup_file **file) {
    line = gm_span_trim(line);
    if (!gm_span_take(&line, GM_SPAN("--- ")) && !gm_span_take(&line, GM_SPAN("==> "))) return false;
    if (gm_span_ends(line, GM_SPAN(" ---")) || gm_span_ends(line, GM_SPAN(" <=="))) line.len -= 4;
    line = gm_span_trim(line);
    for (ptrdiff_t slash; (slash = gm_span_find_byte(line, '/')) >= 0;)
        line = gm_span_from(line, (size_t)slash + 1);
    *file = gm_cgroup_file_named(line);
    return true;
}

static int bid(const gm_head *head) {
    const gm_cgroup_file *file;
    gm_span rest = head->head, line;
    int64_t t_ns;
    bool framed = false;
    for (int i = 0; gm_span_cut(&rest, '\n', &line); i++) {
        if (is_heading(line, &file)) {
            if (file && (framed || i < 3)) return 87;
        } else if (i < 3 && is_mark(gm_span_trim(line), &t_ns)) {
            framed = true;
        }
        if (i >= 3 && !framed) return 0;
    }
    return 0;
}

static gm_status take_line(gm_cgroup_reader *reader, gm_span line) {
    gm_capture *capture = reader->capture;
    const gm_cgroup_file *file;
    int64_t t_ns;
    gm_status status;
    if (is_mark(gm_span_trim(line), &t_ns)) {
        status = gm_cgroup_end(reader);
        capture->now = gm_snapshot_of_mark(t_ns);
        capture->t_ns = gm_snapshot_now(&capture->now, capture->member);
        return status;
    }
    if (!is_heading(line, &file)) return gm_cgroup_line(reader, line);
    status = gm_cgroup_end(reader);
    capture->t_ns = gm_snapshot_now(&capture->now, capture->member);
    gm_cgroup_begin(reader, file);
    return status;
}

static gm_status parse(gm_member *member) {
    gm_capture capture;
    gm_cgroup_reader reader = {.capture = &capture};
    gm_line line;
    gm_status status = gm_capture_open(&capture, member, "cgroup", (gm_span){NULL, 0});
    while (status == GM_OK && gm_lines_next(&capture.lines, &line)) {
        if (line.unfinished) {
            gm_emit_rejected(member->store, 1);
            capture.torn = true;
        } else {
            status = take_line(&reader, line.text);
        }
    }
    capture.torn |= gm_lines_status(&capture.lines) != GM_OK;
    if (status == GM_OK) status = gm_cgroup_end(&reader);
    return status == GM_OK ? gm_lines_status(&capture.lines) : status;
}

const gm_format gm_format_cgroup_sampler = {
    .name = "cgroup_sampler",
    .title = "Log of a loop that samples a cgroup's files",
    .takes = "What cgroup_file takes, at each time of the log.",
    .bid = bid,
    .parse = parse,
};
