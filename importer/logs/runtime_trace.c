/* Content: the runtime's other traces (schedtrace, gcpacertrace, inittrace, greentea scans), recognised and counted.
 *
 * Comes behind log.c. They say nothing about memory that gctrace or profiles do not say better, but a reader wants
 * to see that they were understood and left out. Sources: runtime/proc.go (schedtrace, doInit), mgcpacer.go,
 * mgcsweep.go, mgc.go; https://pkg.go.dev/runtime#hdr-Environment_Variables */
#include "importer/logs/contents.h"
#include "importer/text/span.h"

static bool has(gm_span text, const char *needle) {
    return gm_span_find(text, gm_span_of(needle)) >= 0;
}

static bool is_pacer(gm_span s) {
    if (!gm_span_take(&s, GM_SPAN("pacer: "))) return false;
    return gm_span_starts(s, GM_SPAN("assist ratio=")) || gm_span_starts(s, GM_SPAN("H_m_prev=")) ||
           gm_span_starts(s, GM_SPAN("sweep done at heap size ")) || has(s, "% CPU (");
}

static bool is_init(gm_span s) {
    return gm_span_starts(s, GM_SPAN("init ")) && has(s, " ms clock, ") && gm_span_ends(s, GM_SPAN(" allocs"));
}

static bool is_sched(gm_span s) {
    return gm_span_starts(s, GM_SPAN("SCHED ")) && has(s, "ms: gomaxprocs=");
}

/* "  P0: status=1 ..." of scheddetail=1 */
static bool is_sched_detail(gm_span s) {
    uint64_t number;
    if (!gm_span_take(&s, GM_SPAN("  ")) || s.len < 8 || !strchr("PMG", s.data[0])) return false;
    s = gm_span_from(s, 1);
    if (!gm_span_take_uint(&s, &number) || !gm_span_take(&s, GM_SPAN(": "))) return false;
    return gm_span_starts(s, GM_SPAN("status=")) || gm_span_starts(s, GM_SPAN("p="));
}

static bool is_scan(gm_span s) {
    return gm_span_starts(s, GM_SPAN("scan: total ")) || gm_span_starts(s, GM_SPAN("scan: class ")) ||
           gm_span_starts(s, GM_SPAN("checkfinalizers: queue: "));
}

static bool is_mine(gm_span s) {
    if (s.len < 8) return false;
    switch (s.data[0]) {
    case 'S': return is_sched(s);
    case 'p': return is_pacer(s);
    case 'i': return is_init(s);
    case 's':
    case 'c': return is_scan(s);
    case ' ': return is_sched_detail(s);
    default: return false;
    }
}

static gm_status runtime_trace_line(void *state, gm_log *log, const gm_log_line *line) {
    (void)state;
    if (!is_mine(line->text)) return GM_OK;
    gm_log_note(log, GM_NOTE_RUNTIME_TRACE, line->number);
    return GM_END;
}

const gm_log_content gm_log_content_runtime_trace = {
    .name = "runtime_trace",
    .line = runtime_trace_line,
    .sniff = is_mine,
};
