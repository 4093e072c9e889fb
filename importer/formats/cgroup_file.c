/* One file of a cgroup, as cat shows it.
 *
 * Comes behind the bundle walk, which found its time in the name or the directory; values.c reads the lines.
 * Recognised by its name, and by the content where the name has been added to.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html */
#include "importer/formats/cgroup_file/cgroup.h"
#include "gomortem/format.h"
#include "importer/text/span.h"

static const gm_cgroup_file *find_file(gm_span name, gm_span *prefix) {
    const gm_cgroup_file *file = gm_cgroup_file_named(name);
    *prefix = (gm_span){NULL, 0};
    return file ? file : gm_cgroup_file_within(name, prefix);
}

/* memory.stat under any name */
static bool is_stat(gm_span head) {
    bool v1 = gm_span_starts(head, GM_SPAN("cache ")) && gm_span_find(head, GM_SPAN("\ninactive_anon ")) > 0;
    return v1 || (gm_span_starts(head, GM_SPAN("anon ")) && gm_span_find(head, GM_SPAN("\nfile ")) > 0);
}

/* A pressure file under any name: the kernel has the same text for memory, CPU and disks, so the path decides. */
static bool is_pressure(gm_span head) {
    return gm_span_starts(head, GM_SPAN("some avg10=")) && gm_span_find(head, GM_SPAN(" total=")) > 0;
}

static bool says(gm_span path, gm_span word) {
    return gm_span_find(path, word) >= 0;
}

/* The file whose name does not tell. */
static const gm_cgroup_file *file_of_content(gm_span path, gm_span head) {
    if (!is_pressure(head)) return gm_cgroup_file_named(GM_SPAN("memory.stat"));
    if (says(path, GM_SPAN("memory"))) return gm_cgroup_file_named(GM_SPAN("memory.pressure"));
    return gm_cgroup_file_named(says(path, GM_SPAN("io")) ? GM_SPAN("io.pressure") : GM_SPAN("cpu.pressure"));
}

/* "tasks.gz": the core has unpacked it, its name still says that it was packed. */
static gm_span unpacked(gm_span name) {
    static const char *const packed[] = {".gz", ".xz", ".zst", ".bz2", ".lz4"};
    for (size_t i = 0; i < sizeof packed / sizeof packed[0]; i++)
        if (gm_span_ends(name, gm_span_of(packed[i]))) return gm_span_first(name, name.len - strlen(packed[i]));
    return name;
}

static int bid(const gm_head *head) {
    gm_span prefix, name = unpacked(head->name);
    const gm_cgroup_file *file = gm_cgroup_file_named(name);
    if (file && gm_cgroup_fits(file, head->head, head->complete)) return 84;
    /* the kernel's own name, and an error message inside */
    bool plain = file && gm_span_find_byte(name, '.') > 0;
    if (plain && gm_span_find_byte(head->head, '\0') < 0) return 61;
    file = gm_cgroup_file_within(name, &prefix);
    if (file && file->kind != GM_CGROUP_OTHER && gm_cgroup_fits(file, head->head, head->complete)) return 78;
    if (file && file->kind == GM_CGROUP_OTHER && gm_span_find_byte(head->head, '\0') < 0) return 21;
    return is_stat(head->head) || is_pressure(head->head) ? 77 : 0;
}

static gm_status parse(gm_member *member) {
    gm_capture capture;
    gm_cgroup_reader reader = {.capture = &capture};
    gm_span line, prefix, name = member->path;
    for (ptrdiff_t slash; (slash = gm_span_find_byte(name, '/')) >= 0;) name = gm_span_from(name, (size_t)slash + 1);
    const gm_cgroup_file *file = find_file(unpacked(name), &prefix);
    if (!file) file = file_of_content(member->path, member->head);
    const char *source = says(member->path, GM_SPAN("proc/pressure")) ? "proc" : "cgroup";
    gm_status status = gm_capture_open(&capture, member, source, prefix);
    if (status != GM_OK) return status;
    capture.t_ns = gm_snapshot_now(&capture.now, member);
    gm_cgroup_begin(&reader, file);
    while (status == GM_OK && gm_capture_next(&capture, &line)) status = gm_cgroup_line(&reader, line);
    if (status == GM_OK) status = gm_cgroup_end(&reader);
    return status == GM_OK ? gm_lines_status(&capture.lines) : status;
}

const gm_format gm_format_cgroup_file = {
    .name = "cgroup_file",
    .title = "A file of a cgroup (memory.stat, memory.current, cpu.stat, ...)",
    .takes = "Usage, limits, the parts of memory, kills, pressure and CPU of a cgroup v1 or v2.",
    .bid = bid,
    .parse = parse,
};
