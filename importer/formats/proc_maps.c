/* /proc/PID/maps: the areas of a process' address space.
 *
 * Comes behind the bundle walk, before the store. Sizes only: which of it is resident tells smaps.
 * https://docs.kernel.org/filesystems/proc.html */
#include "gomortem/format.h"
#include "importer/formats/cgroup_file/areas.h"
#include "importer/text/span.h"

static int bid(const gm_head *head) {
    gm_span rest = head->head, line;
    gm_area area;
    int areas = 0;
    for (; areas < 3 && gm_span_cut(&rest, '\n', &line) && line.len > 0; areas++) {
        if (!gm_area_read(line, &area)) return 0;
    }
    return areas > 0 ? 83 : 0;
}

static gm_status parse(gm_member *member) {
    gm_capture capture;
    gm_areas areas;
    gm_area area;
    gm_span line;
    gm_status status = gm_capture_open(&capture, member, "proc", (gm_span){NULL, 0});
    if (status != GM_OK) return status;
    capture.t_ns = gm_snapshot_now(&capture.now, member);
    if (!gm_areas_init(&areas, &capture)) {
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "no memory left for the areas");
        return GM_DAMAGED;
    }
    while (gm_capture_next(&capture, &line)) {
        if (gm_area_read(line, &area)) gm_areas_add(&areas, &area);
        else if (gm_span_trim(line).len > 0) gm_emit_rejected(member->store, 1);
    }
    status = gm_areas_emit(&areas);
    return status == GM_OK ? gm_lines_status(&capture.lines) : status;
}

const gm_format gm_format_proc_maps = {
    .name = "proc_maps",
    .title = "/proc/PID/maps",
    .takes = "Sizes of a process' mappings by class and name.",
    .bid = bid,
    .parse = parse,
};
