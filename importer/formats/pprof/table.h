/* A growing array in an arena that never copies its elements, and an index of elements by their id. */
#ifndef GM_IMPORTER_FORMATS_PPROF_TABLE_H
#define GM_IMPORTER_FORMATS_PPROF_TABLE_H

#include "gomortem/arena.h"

#define GM_PPROF_TABLE_CHUNK 256 /* elements */
#define GM_PPROF_NONE        UINT32_MAX

typedef struct {
    gm_arena *arena;
    size_t element; /* bytes */
    char **chunks;
    size_t chunk_slots;
    uint32_t count;
} gm_pprof_table;

void gm_pprof_table_init(gm_pprof_table *table, gm_arena *arena, size_t element);
/* A zeroed element at the end; NULL when memory is out. */
void *gm_pprof_table_add(gm_pprof_table *table);
void gm_pprof_table_clear(gm_pprof_table *table); /* empty again; keeps its memory */

static inline void *gm_pprof_table_at(const gm_pprof_table *table, uint32_t i) {
    return table->chunks[i / GM_PPROF_TABLE_CHUNK] + (i % GM_PPROF_TABLE_CHUNK) * table->element;
}

/* Finds elements by the uint64 id that they begin with. Ids may be sparse and huge. */
typedef struct {
    uint32_t *direct; /* by id, when the ids are dense; index + 1, 0: none */
    uint64_t direct_size;
    bool gapless; /* direct knows every id from 1 on */
    struct gm_pprof_key {
        uint64_t id;
        uint32_t at;
    } * sorted; /* otherwise */
    size_t sorted_count;
} gm_pprof_index;

/* The first of several elements with one id wins; *bad counts the others and those with id 0. False when
 * memory is out. */
bool gm_pprof_index_make(gm_pprof_index *index, const gm_pprof_table *table, int64_t *bad);
uint32_t gm_pprof_index_find_sorted(const gm_pprof_index *index, uint64_t id);

static inline uint32_t gm_pprof_index_find(const gm_pprof_index *index, uint64_t id) {
    if (id < index->direct_size) return index->direct[id] - 1; /* 0 - 1 is GM_PPROF_NONE */
    return index->sorted ? gm_pprof_index_find_sorted(index, id) : GM_PPROF_NONE;
}

#endif
