/* A file that is a goroutine dump: /debug/pprof/goroutine?debug=2.
 *
 * Dumps within logs come another way (importer/logs/goroutines.c), and so do crashes, which say more than the
 * stacks; both use goroutine_dump/parser.c. One file may hold
 * several dumps; a sampler's "=== time" lines date them, otherwise the file's name does. The format: Go,
 * src/runtime/traceback.go. */
#include "gomortem/format.h"
#include "importer/formats/goroutine_dump/parser.h"
#include "importer/text/lines.h"
#include "importer/text/span.h"

/* "=== 2026-11-23T09:14:50Z" */
static bool take_stamp(gm_span line, int64_t *t_ns) {
    return gm_span_take(&line, GM_SPAN("=== ")) && gm_time_rfc3339(gm_span_trim(line), t_ns);
}

/* A crash, which has words of its own before the goroutines, is read as a log. */
static int goroutine_dump_bid(const gm_head *head) {
    gm_span rest = head->head, line;
    int64_t t_ns;
    while (gm_span_cut(&rest, '\n', &line)) {
        line = gm_span_trim(line);
        if (gm_goroutine_dump_sniff(line)) return 92;
        if (line.len > 0 && !take_stamp(line, &t_ns)) return 0;
    }
    return 0;
}

static gm_status owner(void *member, int64_t *identity_id) {
    return gm_member_identity(member, identity_id);
}

static gm_status parse_lines(gm_member *member, gm_goroutine_dump *dump) {
    gm_goroutine_line at = {.t_ns = member->path_ns};
    gm_status status = GM_OK;
    gm_lines lines;
    gm_line line;
    gm_lines_init(&lines, member);
    if (member->path_ns != GM_UNKNOWN) member->time_source = member->path_ns_source;
    while (status != GM_FATAL && status != GM_DAMAGED && gm_lines_next(&lines, &line)) {
        at.text = line.text;
        at.number = line.number;
        at.unfinished = line.unfinished;
        if (take_stamp(line.text, &at.t_ns)) {
            member->time_source = "content";
            status = gm_goroutine_dump_end(dump);
        } else {
            status = gm_goroutine_dump_line(dump, &at);
        }
    }
    if (status == GM_FATAL) return status;
    gm_status end = gm_goroutine_dump_end(dump), read = gm_lines_status(&lines);
    if (end == GM_FATAL || status == GM_DAMAGED) return end == GM_FATAL ? end : status;
    return end == GM_OK ? read : end;
}

static gm_status goroutine_dump_parse(gm_member *member) {
    gm_goroutine_dump *dump = gm_goroutine_dump_new(member, owner, member);
    if (dump) return parse_lines(member, dump);
    gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "no memory for a goroutine dump");
    return GM_DAMAGED;
}

const gm_format gm_format_goroutine_dump = {
    .name = "goroutine_dump",
    .title = "goroutine dump",
    .takes = "Every goroutine with state, waiting time, creator and stack, and a profile of their number",
    .bid = goroutine_dump_bid,
    .parse = goroutine_dump_parse,
};
