/* Tables of a profile under collection: locations, functions, lines, mappings, strings.
 *
 * Filled by decode.c, read by resolve.c. Elements lie in chunks, so growing neither copies nor wastes. Ids
 * are whatever the writer liked: Go and most others count from 1, which a plain array answers; for the rest
 * there is a sorted array, which no choice of ids can slow down. */
#include "importer/formats/pprof/table.h"

#include <stdlib.h>

#define FIRST_SLOTS 16
/* A direct array may be this much longer than the table; it costs 4 bytes an entry. */
#define DIRECT_SLACK 4

void gm_pprof_table_init(gm_pprof_table *table, gm_arena *arena, size_t element) {
    *table = (gm_pprof_table){.arena = arena, .element = element};
}

static bool need_chunk(gm_pprof_table *table) {
    size_t n = table->count / GM_PPROF_TABLE_CHUNK;
    if (n < table->chunk_slots && table->chunks[n]) return true; /* kept by clear */
    if (n == table->chunk_slots) {
        size_t slots = n ? 2 * n : FIRST_SLOTS;
        char **chunks = GM_ARENA_NEW(table->arena, char *, slots);
        if (!chunks) return false;
        if (n > 0) memcpy(chunks, table->chunks, n * sizeof *chunks);
        table->chunks = chunks;
        table->chunk_slots = slots;
    }
    table->chunks[n] = gm_arena_calloc(table->arena, GM_PPROF_TABLE_CHUNK, table->element);
    return table->chunks[n] != NULL;
}

void *gm_pprof_table_add(gm_pprof_table *table) {
    if (table->count == UINT32_MAX - 1) return NULL;
    if (table->count % GM_PPROF_TABLE_CHUNK == 0 && !need_chunk(table)) return NULL;
    return memset(gm_pprof_table_at(table, table->count++), 0, table->element);
}

void gm_pprof_table_clear(gm_pprof_table *table) {
    table->count = 0;
}

static uint64_t id_at(const gm_pprof_table *table, uint32_t i) {
    uint64_t id;
    memcpy(&id, gm_pprof_table_at(table, i), sizeof id);
    return id;
}

static bool make_direct(gm_pprof_index *index, const gm_pprof_table *table, int64_t *bad) {
    index->direct = GM_ARENA_NEW(table->arena, uint32_t, index->direct_size);
    if (!index->direct) return false;
    uint64_t known = 0;
    for (uint32_t i = 0; i < table->count; i++) {
        uint64_t id = id_at(table, i);
        if (id == 0 || index->direct[id] != 0) (*bad)++;
        else index->direct[id] = i + 1, known++;
    }
    index->gapless = known == index->direct_size - 1;
    return true;
}

static int compare_keys(const void *a, const void *b) {
    const struct gm_pprof_key *x = a, *y = b;
    if (x->id != y->id) return x->id < y->id ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static bool make_sorted(gm_pprof_index *index, const gm_pprof_table *table, int64_t *bad) {
    index->sorted = GM_ARENA_NEW(table->arena, struct gm_pprof_key, table->count);
    if (!index->sorted) return false;
    for (uint32_t i = 0; i < table->count; i++) index->sorted[i] = (struct gm_pprof_key){id_at(table, i), i};
    qsort(index->sorted, table->count, sizeof *index->sorted, compare_keys);
    for (uint32_t i = 0; i < table->count; i++) {
        struct gm_pprof_key key = index->sorted[i];
        if (key.id == 0 || (index->sorted_count > 0 && index->sorted[index->sorted_count - 1].id == key.id)) (*bad)++;
        else index->sorted[index->sorted_count++] = key;
    }
    return true;
}

bool gm_pprof_index_make(gm_pprof_index *index, const gm_pprof_table *table, int64_t *bad) {
    uint64_t highest = 0;
    *index = (gm_pprof_index){.direct = NULL};
    for (uint32_t i = 0; i < table->count; i++) {
        uint64_t id = id_at(table, i);
        if (id > highest) highest = id;
    }
    if (table->count == 0) return true;
    if (highest > DIRECT_SLACK * ((uint64_t)table->count + GM_PPROF_TABLE_CHUNK)) return make_sorted(index, table, bad);
    index->direct_size = highest + 1;
    return make_direct(index, table, bad);
}

uint32_t gm_pprof_index_find_sorted(const gm_pprof_index *index, uint64_t id) {
    size_t low = 0, high = index->sorted_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->sorted[middle].id < id) low = middle + 1;
        else high = middle;
    }
    return low < index->sorted_count && index->sorted[low].id == id ? index->sorted[low].at : GM_PPROF_NONE;
}
