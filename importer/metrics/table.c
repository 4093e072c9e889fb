/* A hash table from bytes to pointers with linear probing, in an arena.
 *
 * Comes behind exposition.c, which finds the series of a line by the line's own bytes, and metric.c. The hash
 * is FNV-1a taken eight bytes at a time, with the finish of MurmurHash3 (both in the public domain); keys
 * that a hostile input makes collide cost time but stay correct, and the number of probes is limited. */
#include "importer/metrics/table.h"

#define GM_TABLE_FIRST  256
#define GM_TABLE_PROBES 512 /* beyond that a key is treated as new and not stored */

void gm_table_init(gm_table *table, gm_arena *arena) {
    *table = (gm_table){.arena = arena};
}

static uint64_t hash_of(gm_span key) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ key.len;
    size_t i = 0;
    for (; i + 8 <= key.len; i += 8) {
        uint64_t word;
        memcpy(&word, key.data + i, 8);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    for (; i < key.len; i++) hash = (hash ^ (unsigned char)key.data[i]) * UINT64_C(0x100000001b3);
    hash ^= hash >> 33;
    hash *= UINT64_C(0xff51afd7ed558ccd);
    return hash ^ (hash >> 33);
}

/* The key's entry or the free one where it belongs; NULL when neither is near. */
static gm_table_entry *locate(gm_table_entry *entries, size_t size, uint64_t hash, gm_span key) {
    for (size_t probe = 0; probe < size && probe < GM_TABLE_PROBES; probe++) {
        gm_table_entry *entry = &entries[(hash + probe) & (size - 1)];
        if (!entry->key.data) return entry;
        if (entry->hash == hash && gm_span_equal(entry->key, key)) return entry;
    }
    return NULL;
}

const gm_table_entry *gm_table_find(const gm_table *table, gm_span key) {
    if (table->size == 0) return NULL;
    const gm_table_entry *entry = locate(table->entries, table->size, hash_of(key), key);
    return entry && entry->key.data ? entry : NULL;
}

static bool grow(gm_table *table) {
    size_t size = table->size ? table->size * 2 : GM_TABLE_FIRST;
    gm_table_entry *entries = GM_ARENA_NEW(table->arena, gm_table_entry, size);
    if (!entries) return false;
    for (size_t i = 0; i < table->size; i++) {
        const gm_table_entry *old = &table->entries[i];
        gm_table_entry *entry = old->key.data ? locate(entries, size, old->hash, old->key) : NULL;
        if (entry) *entry = *old;
    }
    table->entries = entries;
    table->size = size;
    return true;
}

bool gm_table_put(gm_table *table, gm_span key, void *value) {
    if (table->used * 2 >= table->size && !grow(table)) return false;
    uint64_t hash = hash_of(key);
    gm_table_entry *entry = locate(table->entries, table->size, hash, key);
    if (!entry || entry->key.data) return false;
    gm_span copy = gm_arena_span(table->arena, key);
    if (!copy.data) return false;
    *entry = (gm_table_entry){hash, copy, value};
    table->used++;
    return true;
}
