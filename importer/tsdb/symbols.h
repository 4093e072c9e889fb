/* The strings of a block's index, by the numbers that its series use. */
#ifndef GM_IMPORTER_TSDB_SYMBOLS_H
#define GM_IMPORTER_TSDB_SYMBOLS_H

#include "gomortem/member.h"

typedef struct {
    gm_member *member; /* in finish */
    gm_span block;     /* bytes that come next */
    bool bad;
    bool by_offset; /* index version 1: a number is the string's offset in the file */
    int64_t begin, end;
    uint64_t count;
    uint32_t *marks; /* where every eighth string begins, from begin on */
} gm_symbols;

/* Reads the table at an offset once and checks it. False when it cannot be used (reported). */
bool gm_symbols_begin(gm_symbols *symbols, gm_member *member, int version, uint64_t offset);
void gm_symbols_end(gm_symbols *symbols);

/* The string of a number, copied to the arena; false when there is none. */
bool gm_symbols_get(gm_symbols *symbols, uint64_t number, gm_arena *arena, gm_span *text);
#endif
