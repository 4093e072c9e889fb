/* A file that is a goroutine dump: /debug/pprof/goroutine?debug=2, or the stderr of a process that got
 * SIGQUIT.
 *
 * Dumps within logs come another way (importer/logs/); both use goroutine_dump/parser.c. One file may hold
 * several dumps; a sampler's "=== time" lines date them, otherwise the file's name does. The format: Go,
 * src/runtime/traceback.go. */
#include "gomortem/format.h"
#include "importer/formats/goroutine_dump/parser.h"
#include "importer/text/lines.h"
#include "importer/text/span.h"

/* How far a head is searched for the first goroutine when other lines come before it. */
#define BID_LINES 400

/* What the runtime says before a dump, and what a sampler writes between two. */
static bool is_preamble(gm_span line) {
    static const char *const starts[] = {
        "SIGQUIT: ", "SIGABRT: ",      "PC=", "panic: ",    "fatal error: ", "runtime: ", "[signal ",
        "=== ",      "runtime stack:", "m=",  "exit status"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (gm_span_starts(line, gm_span_of(starts[i]))) return true;
    return false;
}

static int goroutine_dump_bid(const gm_head *head) {
    gm_span rest = head->head, line;
    bool only_preamble = true;
    for (int n = 0; n < BID_LINES && gm_span_cut(&rest, '\n', &line); n++) {
        line = gm_span_trim(line);
        if (gm_goroutine_dump_sniff(line)) return only_preamble ? 92 : 0;
        if (line.len > 0 && !is_preamble(line)) only_preamble = false;
        if (!only_preamble) return 0;
    }
    return 0;
}

/* "=== 2026-11-23T09:14:50Z" */
static bool take_stamp(gm_span line, int64_t *t_ns) {
    return gm_span_take(&line, GM_SPAN("=== ")) && gm_time_rfc3339(gm_span_trim(line), t_ns);
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
