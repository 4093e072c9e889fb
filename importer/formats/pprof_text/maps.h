/* The memory map behind a text profile: which file an address lies in. */
#ifndef GM_IMPORTER_FORMATS_PPROF_TEXT_MAPS_H
#define GM_IMPORTER_FORMATS_PPROF_TEXT_MAPS_H

#include "gomortem/base.h"
#include "importer/formats/pprof/table.h"

typedef struct {
    gm_pprof_table areas;
    struct gm_text_area **by_start; /* made by sort */
} gm_text_maps;

void gm_text_maps_init(gm_text_maps *maps, gm_arena *arena);
bool gm_text_maps_begin(gm_span line); /* the line is the headline of a memory map */
/* A line of /proc/PID/maps, or "start-end: file". Others are passed over. */
void gm_text_maps_add(gm_text_maps *maps, gm_arena *arena, gm_span line);
void gm_text_maps_sort(gm_text_maps *maps, gm_arena *arena);
/* Empty when nothing executable is mapped there. */
gm_span gm_text_maps_find(const gm_text_maps *maps, uint64_t address);
gm_span gm_text_maps_first(const gm_text_maps *maps); /* the program, by convention */

#endif
