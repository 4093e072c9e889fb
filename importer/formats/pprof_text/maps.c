/* Reads the memory map that C and C++ profilers append to a text profile.
 *
 * Used by text.c. Their stacks are bare addresses; the map at least tells the library. Forms as pprof reads
 * them (github.com/google/pprof, profile/legacy_profile.go): lines of /proc/PID/maps (proc(5)), of which
 * executable ones count, and the brief "00400000-00fcb000: program". */
#include "importer/formats/pprof_text/maps.h"

#include <stdlib.h>

#include "importer/text/span.h"

struct gm_text_area {
    uint64_t start, end;
    gm_span file;
};

void gm_text_maps_init(gm_text_maps *maps, gm_arena *arena) {
    *maps = (gm_text_maps){.by_start = NULL};
    gm_pprof_table_init(&maps->areas, arena, sizeof(struct gm_text_area));
}

bool gm_text_maps_begin(gm_span line) {
    return gm_span_starts(line, GM_SPAN("MAPPED_LIBRARIES:")) || gm_span_starts(line, GM_SPAN("--- Memory map: ---"));
}

/* What stands behind the range: "r-xp 00000000 08:01 131 /lib/x.so", or just the file. */
static bool take_file(gm_span rest, gm_span *file) {
    gm_span word, behind = rest;
    if (!gm_span_word(&behind, &word)) return false;
    if (word.len == 4 && (word.data[0] == 'r' || word.data[0] == '-')) {
        if (word.data[2] != 'x') return false;
        for (int i = 0; i < 3; i++) /* offset, device, inode */
            if (!gm_span_word(&behind, &word)) return false;
        rest = behind;
    }
    *file = gm_span_trim(rest);
    return file->len > 0;
}

void gm_text_maps_add(gm_text_maps *maps, gm_arena *arena, gm_span line) {
    struct gm_text_area area = {.start = 0};
    line = gm_span_trim(line);
    if (!gm_span_take_hex(&line, &area.start) || !gm_span_take_byte(&line, '-') || !gm_span_take_hex(&line, &area.end))
        return;
    gm_span_take_byte(&line, ':');
    if (area.end <= area.start || !take_file(line, &area.file)) return;
    area.file = gm_arena_span(arena, area.file);
    struct gm_text_area *to = area.file.data ? gm_pprof_table_add(&maps->areas) : NULL;
    if (to) *to = area;
}

static int compare_areas(const void *a, const void *b) {
    const struct gm_text_area *x = *(struct gm_text_area *const *)a, *y = *(struct gm_text_area *const *)b;
    if (x->start != y->start) return x->start < y->start ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

void gm_text_maps_sort(gm_text_maps *maps, gm_arena *arena) {
    maps->by_start = GM_ARENA_NEW(arena, struct gm_text_area *, maps->areas.count);
    if (!maps->by_start) return;
    for (uint32_t i = 0; i < maps->areas.count; i++) maps->by_start[i] = gm_pprof_table_at(&maps->areas, i);
    qsort(maps->by_start, maps->areas.count, sizeof *maps->by_start, compare_areas);
}

gm_span gm_text_maps_find(const gm_text_maps *maps, uint64_t address) {
    size_t low = 0, high = maps->by_start ? maps->areas.count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (maps->by_start[middle]->start <= address) low = middle + 1;
        else high = middle;
    }
    if (low == 0 || address >= maps->by_start[low - 1]->end) return (gm_span){NULL, 0};
    return maps->by_start[low - 1]->file;
}

gm_span gm_text_maps_first(const gm_text_maps *maps) {
    if (maps->areas.count == 0) return (gm_span){NULL, 0};
    return ((const struct gm_text_area *)gm_pprof_table_at(&maps->areas, 0))->file;
}
