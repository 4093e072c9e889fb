/* A hash table from bytes to pointers, in an arena; only ever grows. Never walked, so its order reaches
 * nothing. */
#ifndef GM_IMPORTER_METRICS_TABLE_H
#define GM_IMPORTER_METRICS_TABLE_H

#include "gomortem/arena.h"
#include "gomortem/base.h"

typedef struct {
    uint64_t hash;
    gm_span key;
    void *value;
} gm_table_entry;

typedef struct {
    gm_table_entry *entries;
    size_t size, used; /* size is a power of two */
    gm_arena *arena;
} gm_table;

void gm_table_init(gm_table *table, gm_arena *arena);
/* NULL when the key is not there. Entries move when the table grows; their keys and values do not. */
const gm_table_entry *gm_table_find(const gm_table *table, gm_span key);
/* Adds a key that is not there; its bytes are copied. False when memory is out: the table stays as it was. */
bool gm_table_put(gm_table *table, gm_span key, void *value);

#endif
