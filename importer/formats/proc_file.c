/* Files of /proc that are settings rather than measurements: environ, limits, cgroup, meminfo; and the rest
 * of them.
 *
 * Comes behind the bundle walk; recognised by the path, "proc/123/environ", since the content says little. Of
 * an environment only what steers the Go runtime and the C library is kept: it may hold secrets. Others are
 * named and left out. https://docs.kernel.org/filesystems/proc.html */
#include <math.h>

#include "gomortem/emit_records.h"
#include "gomortem/format.h"
#include "importer/environment.h"
#include "importer/formats/cgroup_file/capture.h"
#include "importer/text/span.h"

typedef struct proc_reader proc_reader;
typedef gm_status (*line_reader)(proc_reader *reader, gm_span line);

struct proc_reader {
    gm_capture capture;
    line_reader read;
};

static gm_status leave_out(proc_reader *reader) {
    gm_emit_left_out(reader->capture.member->store, GM_LEFT_OUTSIDE, 1);
    return GM_OK;
}

static gm_status setting(proc_reader *reader, const char *name, gm_span value, double number) {
    gm_setting row = {reader->capture.identity_id, reader->capture.t_ns, name, value, number};
    return gm_emit_setting(reader->capture.member->store, &row);
}

/* --- one kind of file each --- */
static gm_status environ_line(proc_reader *reader, gm_span line) {
    gm_span name;
    double number;
    const char *kept = NULL;
    if (gm_span_cut(&line, '=', &name) && line.data) kept = gm_environment_setting(name);
    if (!kept) return leave_out(reader);
    return setting(reader, kept, line, gm_span_bytes(line, &number) ? number : NAN);
}

/* "Max address space         unlimited            unlimited            bytes" */
static gm_status limits_line(proc_reader *reader, gm_span line) {
    static const char *const known[][2] = {{"Max address space", "rlimit.as"},      {"Max data size", "rlimit.data"},
                                           {"Max locked memory", "rlimit.memlock"}, {"Max open files", "rlimit.nofile"},
                                           {"Max processes", "rlimit.nproc"},       {"Max stack size", "rlimit.stack"}};
    gm_span word;
    double number;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        gm_span rest = line;
        if (!gm_span_take(&rest, gm_span_of(known[i][0])) || !gm_span_word(&rest, &word)) continue;
        return setting(reader, known[i][1], word, gm_capture_number(word, &number) ? number : NAN);
    }
    return leave_out(reader);
}

/* "4:memory:/kubepods/..." of v1, "0::/kubepods.slice/..." of v2 */
static gm_status cgroup_line(proc_reader *reader, gm_span line) {
    gm_span number, controllers;
    if (!gm_span_cut(&line, ':', &number) || !gm_span_cut(&line, ':', &controllers) || line.len == 0)
        return leave_out(reader);
    bool counts = controllers.len == 0 || gm_span_find(controllers, GM_SPAN("memory")) >= 0;
    return counts ? setting(reader, "cgroup", line, NAN) : leave_out(reader);
}

static gm_status meminfo_line(proc_reader *reader, gm_span line) {
    static const char *const known[][2] = {
        {"MemTotal:", "node.memory"}, {"MemAvailable:", "node.memory_available"}, {"SwapTotal:", "node.swap"}};
    gm_span word;
    double number;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        gm_span rest = line;
        if (!gm_span_take(&rest, gm_span_of(known[i][0])) || !gm_span_word(&rest, &word)) continue;
        return setting(reader, known[i][1], gm_span_trim(gm_span_from(line, strlen(known[i][0]))),
                       gm_capture_number(word, &number) ? number * 1024 : NAN);
    }
    return leave_out(reader);
}

static gm_status other_line(proc_reader *reader, gm_span line) {
    (void)line;
    return leave_out(reader);
}

/* --- which file --- */
typedef struct {
    const char *name;
    line_reader read;
    bool of_process; /* below proc/PID/ */
} proc_kind;

static const proc_kind kinds[] = {
    {"environ", environ_line, true},    {"limits", limits_line, true},       {"cgroup", cgroup_line, true},
    {"meminfo", meminfo_line, false},   {"cmdline", other_line, true},       {"comm", other_line, true},
    {"stat", other_line, true},         {"statm", other_line, true},         {"io", other_line, true},
    {"sched", other_line, true},        {"schedstat", other_line, true},     {"mountinfo", other_line, true},
    {"mounts", other_line, true},       {"oom_score", other_line, true},     {"oom_score_adj", other_line, true},
    {"wchan", other_line, true},        {"stack", other_line, true},         {"numa_maps", other_line, true},
    {"cpuinfo", other_line, false},     {"loadavg", other_line, false},      {"uptime", other_line, false},
    {"version", other_line, false},     {"vmstat", other_line, false},       {"zoneinfo", other_line, false},
    {"buddyinfo", other_line, false},   {"slabinfo", other_line, false},     {"swaps", other_line, false},
    {"stat", other_line, false},        {"cmdline", other_line, false},      {"mounts", other_line, false},
    {"filesystems", other_line, false}, {"pagetypeinfo", other_line, false}, {"diskstats", other_line, false},
};

static bool is_number(gm_span text) {
    int64_t number;
    return gm_span_equal(text, GM_SPAN("self")) || (gm_span_int(text, &number) && number > 0);
}

static const proc_kind *kind_of(gm_span path) {
    gm_span part, name = {NULL, 0}, above = {NULL, 0};
    bool below = false;
    while (gm_span_cut(&path, '/', &part)) {
        below = below || gm_span_equal(part, GM_SPAN("proc"));
        above = name;
        name = part;
    }
    bool of_process = is_number(above) || (below && !gm_span_equal(above, GM_SPAN("proc")));
    if (!below && !of_process) return gm_span_equal(name, GM_SPAN("meminfo")) ? &kinds[3] : NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].of_process == of_process && gm_span_equal(name, gm_span_of(kinds[i].name))) return &kinds[i];
    return NULL;
}

static int proc_file_bid(const gm_head *head) {
    const proc_kind *kind = kind_of(head->path);
    if (!kind) return 0;
    if (kind->read == meminfo_line) return gm_span_find(head->head, GM_SPAN("MemTotal:")) >= 0 ? 80 : 0;
    if (kind->read == limits_line) return gm_span_starts(head->head, GM_SPAN("Limit ")) ? 80 : 0;
    return kind->read == other_line ? 11 : 22;
}

/* An environment ends its variables with NUL instead of line ends. */
static gm_status read_variables(proc_reader *reader) {
    gm_member *member = reader->capture.member;
    gm_span bytes, variable;
    gm_status status = gm_member_read_all(member, (size_t)1 << 20, &bytes);
    if (status != GM_OK) return status;
    char separator = gm_span_find_byte(bytes, '\0') >= 0 ? '\0' : '\n';
    while (status == GM_OK && bytes.len > 0 && gm_span_cut(&bytes, separator, &variable))
        if (variable.len > 0) status = environ_line(reader, gm_span_trim(variable));
    return status;
}

static gm_status proc_file_parse(gm_member *member) {
    proc_reader reader;
    gm_span line;
    const proc_kind *kind = kind_of(member->path);
    reader.read = kind ? kind->read : other_line;
    if (reader.read == other_line) {
        gm_member_diag(member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN, "nothing in this file of /proc is used");
        return GM_END;
    }
    gm_status status = gm_capture_open(&reader.capture, member, "proc", (gm_span){NULL, 0});
    if (status != GM_OK) return status;
    reader.capture.t_ns = member->path_ns;
    if (member->path_ns != GM_UNKNOWN) member->time_source = member->path_ns_source;
    if (reader.read == environ_line) return read_variables(&reader);
    while (status == GM_OK && gm_capture_next(&reader.capture, &line))
        if (gm_span_trim(line).len > 0) status = reader.read(&reader, gm_span_trim(line));
    return status == GM_OK ? gm_lines_status(&reader.capture.lines) : status;
}

const gm_format gm_format_proc_file = {
    .name = "proc_file",
    .title = "Other files of /proc (environ, limits, cgroup, meminfo, ...)",
    .takes = "The Go runtime's environment, limits of the process, its cgroup, the machine's memory.",
    .bid = proc_file_bid,
    .parse = proc_file_parse,
};
