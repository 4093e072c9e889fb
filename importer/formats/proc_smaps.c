/* /proc/PID/smaps and smaps_rollup: the areas of a process with what of them is resident.
 *
 * Comes behind the bundle walk, before the store. smaps becomes mappings and sums over all of them;
 * smaps_rollup has the sums only. Sums of a capture that breaks off are not stored: they would be too small.
 * https://docs.kernel.org/filesystems/proc.html */
#include "gomortem/format.h"
#include "importer/formats/cgroup_file/areas.h"
#include "importer/text/span.h"

typedef struct {
    const char *key;
    gm_quantity quantity; /* of the sum; GM_Q_NONE: the sum is not kept */
    size_t offset;        /* in gm_mapping */
} smaps_field;

static const smaps_field fields[] = {
    {"Rss", GM_Q_PROC_RSS, offsetof(gm_mapping, rss_bytes)},
    {"Pss", GM_Q_PROC_PSS, offsetof(gm_mapping, pss_bytes)},
    {"Anonymous", GM_Q_PROC_RSS_ANON, offsetof(gm_mapping, anonymous_bytes)},
    {"LazyFree", GM_Q_PROC_LAZYFREE, offsetof(gm_mapping, lazyfree_bytes)},
    {"AnonHugePages", GM_Q_PROC_ANON_HUGE, offsetof(gm_mapping, anon_huge_bytes)},
    {"Swap", GM_Q_PROC_SWAP, offsetof(gm_mapping, swap_bytes)},
};
enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

typedef struct {
    gm_capture capture;
    gm_areas areas;
    const char *file; /* "smaps" or "smaps_rollup" */
    int64_t sums[FIELDS];
} smaps;

static bool read_field(gm_span line, gm_span *key, int64_t *kib) {
    gm_span unit;
    if (!gm_span_cut(&line, ':', key)) return false;
    line = gm_span_trim_front(line);
    return gm_span_take_int(&line, kib) && gm_span_word(&line, &unit) && gm_span_equal(unit, GM_SPAN("kB"));
}

static int bid(const gm_head *head) {
    gm_span rest = head->head, line, key;
    gm_area area;
    int64_t kib;
    if (!gm_span_cut(&rest, '\n', &line) || !gm_area_read(line, &area)) return 0;
    return gm_span_cut(&rest, '\n', &line) && read_field(line, &key, &kib) ? 87 : 0;
}

static void add(int64_t *sum, int64_t bytes) {
    if (*sum == GM_UNKNOWN) *sum = 0;
    *sum = *sum > INT64_MAX - bytes ? INT64_MAX : *sum + bytes;
}

static void take_field(smaps *all, gm_span line) {
    gm_span key;
    int64_t kib;
    if (!read_field(line, &key, &kib)) {
        /* VmFlags and THPeligible have no unit */
        if (gm_span_find_byte(line, ':') < 1) gm_emit_rejected(all->capture.member->store, 1);
        return;
    }
    if (kib < 0 || kib > INT64_MAX / 1024) {
        gm_emit_rejected(all->capture.member->store, 1);
        return;
    }
    for (size_t i = 0; i < FIELDS; i++) {
        if (!gm_span_equal(key, gm_span_of(fields[i].key))) continue;
        add(&all->sums[i], kib * 1024);
        if (!all->areas.current) return;
        add((int64_t *)(void *)((char *)all->areas.current + fields[i].offset), kib * 1024);
    }
}

static void take_line(smaps *all, gm_span line) {
    gm_area area;
    if (!gm_area_read(line, &area)) {
        if (gm_span_trim(line).len > 0) take_field(all, line);
        return;
    }
    if (gm_span_equal(area.name, GM_SPAN("[rollup]"))) {
        all->file = "smaps_rollup";
        all->areas.current = NULL;
    } else {
        gm_areas_add(&all->areas, &area);
    }
}

static gm_status emit_sums(smaps *all) {
    gm_status status = GM_OK;
    for (size_t i = 0; i < FIELDS && status == GM_OK; i++) {
        if (fields[i].quantity == GM_Q_NONE || all->sums[i] == GM_UNKNOWN) continue;
        status = gm_capture_sample(&all->capture, fields[i].quantity, all->file, gm_span_of(fields[i].key),
                                   (double)all->sums[i]);
    }
    return status;
}

static gm_status parse(gm_member *member) {
    smaps all = {.file = "smaps"};
    gm_span line;
    for (size_t i = 0; i < FIELDS; i++) all.sums[i] = GM_UNKNOWN;
    gm_status status = gm_capture_open(&all.capture, member, "proc", (gm_span){NULL, 0});
    if (status != GM_OK) return status;
    all.capture.t_ns = gm_snapshot_now(&all.capture.now, member);
    if (!gm_areas_init(&all.areas, &all.capture)) {
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "no memory left for the areas");
        return GM_DAMAGED;
    }
    while (gm_capture_next(&all.capture, &line)) take_line(&all, line);
    status = gm_areas_emit(&all.areas);
    if (status == GM_OK && all.capture.torn)
        gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN, "breaks off: its sums are left out");
    else if (status == GM_OK) status = emit_sums(&all);
    return status == GM_OK ? gm_lines_status(&all.capture.lines) : status;
}

const gm_format gm_format_proc_smaps = {
    .name = "proc_smaps",
    .title = "/proc/PID/smaps or smaps_rollup",
    .takes = "Mappings by class and name with their resident parts, and the sums of the process.",
    .bid = bid,
    .parse = parse,
};
