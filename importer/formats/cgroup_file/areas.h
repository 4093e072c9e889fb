/* Virtual memory areas of /proc/PID/maps and smaps, summed by class and name. */
#ifndef GM_IMPORTER_FORMATS_AREAS_H
#define GM_IMPORTER_FORMATS_AREAS_H

#include "gomortem/emit_records.h"
#include "importer/formats/cgroup_file/capture.h"

typedef struct {
    uint64_t start, end;
    bool writable;
    gm_span name; /* path or bracketed name; empty: anonymous */
} gm_area;

/* "c000000000-c000400000 rw-p 00000000 00:00 0   [heap]" */
bool gm_area_read(gm_span line, gm_area *area);

enum { GM_AREA_GROUPS = 1024 }; /* more names are summed under their class */

typedef struct {
    gm_capture *capture;
    gm_mapping *groups; /* in the member's arena, in order of appearance */
    size_t count;
    gm_mapping *current; /* the group of the last area */
} gm_areas;

/* False when memory is out. */
bool gm_areas_init(gm_areas *areas, gm_capture *capture);
void gm_areas_add(gm_areas *areas, const gm_area *area);
gm_status gm_areas_emit(gm_areas *areas);

#endif
