/* The strings of a block's index, by the numbers that its series use.
 *
 * Comes under tsdb_index. The table of a large cluster has millions of strings, so it stays where it is, in
 * the kept bytes of the member; in memory is where every eighth one begins.
 * https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/index.md */
#include "importer/tsdb/symbols.h"

#include <inttypes.h>
#include <stdlib.h>

#include "importer/tsdb/bytes.h"

enum { MARK_EVERY = 8, LENGTH_BYTES = 4 };

/* --- reading at an offset --- */
static void go(gm_symbols *symbols, int64_t offset) {
    symbols->block = (gm_span){NULL, 0};
    symbols->bad = !gm_member_seek(symbols->member, offset);
}

static bool more(gm_symbols *symbols) {
    if (!symbols->bad && symbols->block.len == 0 && gm_member_read(symbols->member, &symbols->block) != GM_OK)
        symbols->bad = true;
    return !symbols->bad;
}

static uint64_t uvarint(gm_symbols *symbols) {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && more(symbols); shift += 7) {
        unsigned char byte = (unsigned char)symbols->block.data[0];
        symbols->block = (gm_span){symbols->block.data + 1, symbols->block.len - 1};
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
    }
    symbols->bad = true;
    return 0;
}

/* The next n bytes; to NULL: passed over. */
static void take(gm_symbols *symbols, uint64_t n, char *to) {
    while (n > 0 && more(symbols)) {
        size_t len = n < symbols->block.len ? (size_t)n : symbols->block.len;
        if (to) {
            memcpy(to, symbols->block.data, len);
            to += len;
        }
        symbols->block = (gm_span){symbols->block.data + len, symbols->block.len - len};
        n -= len;
    }
}

static uint32_t fixed(gm_symbols *symbols) {
    char bytes[4] = {0};
    take(symbols, sizeof bytes, bytes);
    gm_bytes from = gm_bytes_of((gm_span){bytes, sizeof bytes});
    return (uint32_t)gm_bytes_fixed(&from, 4);
}

/* --- the table --- */
static bool complain(gm_symbols *symbols, const char *why) {
    gm_member_diag(symbols->member, GM_SEVERITY_ERROR, GM_UNKNOWN, symbols->begin, "the symbol table %s", why);
    return false;
}

static uint32_t sum_of(gm_symbols *symbols, int64_t from, int64_t to) {
    uint32_t crc = 0;
    go(symbols, from);
    for (uint64_t left = (uint64_t)(to - from); left > 0 && more(symbols);) {
        size_t len = left < symbols->block.len ? (size_t)left : symbols->block.len;
        crc = gm_crc32c(crc, symbols->block.data, len);
        symbols->block = (gm_span){symbols->block.data + len, symbols->block.len - len};
        left -= len;
    }
    return crc;
}

/* A damaged table is used all the same, as far as its strings go. */
static bool mark(gm_symbols *symbols) {
    int64_t at = symbols->begin;
    symbols->marks = calloc(symbols->count / MARK_EVERY + 1, sizeof *symbols->marks);
    if (!symbols->marks) return complain(symbols, "does not fit into memory");
    go(symbols, at);
    for (uint64_t i = 0; i < symbols->count; i++) {
        if (i % MARK_EVERY == 0) symbols->marks[i / MARK_EVERY] = (uint32_t)(at - symbols->begin);
        uint64_t len = uvarint(symbols);
        int64_t prefix = len < 1 << 7 ? 1 : len < 1 << 14 ? 2 : len < 1 << 21 ? 3 : len < 1 << 28 ? 4 : 5;
        bool fits = !symbols->bad && len <= (uint64_t)(symbols->end - symbols->begin);
        if (fits) take(symbols, len, NULL);
        if (fits) at += prefix + (int64_t)len;
        if (!fits || symbols->bad || at > symbols->end) {
            symbols->count = i;
            complain(symbols, "is damaged");
            break;
        }
    }
    return true;
}

bool gm_symbols_begin(gm_symbols *symbols, gm_member *member, int version, uint64_t offset) {
    int64_t size = gm_member_size(member);
    *symbols = (gm_symbols){.member = member, .by_offset = version == 1};
    if (offset == 0 || offset > (uint64_t)size || size - (int64_t)offset < 2 * LENGTH_BYTES)
        return complain(symbols, "is missing");
    go(symbols, (int64_t)offset);
    uint32_t len = fixed(symbols);
    symbols->count = fixed(symbols);
    symbols->begin = (int64_t)offset + 2 * LENGTH_BYTES;
    symbols->end = (int64_t)offset + LENGTH_BYTES + (int64_t)len;
    if (symbols->bad || len < LENGTH_BYTES || symbols->end > size) return complain(symbols, "reaches beyond the end");
    if (symbols->count > (uint64_t)(symbols->end - symbols->begin)) return complain(symbols, "is damaged");
    uint32_t sum = sum_of(symbols, (int64_t)offset + LENGTH_BYTES, symbols->end);
    if (size - symbols->end < LENGTH_BYTES || fixed(symbols) != sum) complain(symbols, "does not match its checksum");
    return symbols->by_offset || mark(symbols);
}

void gm_symbols_end(gm_symbols *symbols) {
    free(symbols->marks);
}

bool gm_symbols_get(gm_symbols *symbols, uint64_t number, gm_arena *arena, gm_span *text) {
    int64_t at = symbols->begin;
    if (symbols->by_offset) {
        if (number < (uint64_t)symbols->begin || number >= (uint64_t)symbols->end) return false;
        go(symbols, (int64_t)number);
    } else {
        if (number >= symbols->count) return false;
        at += symbols->marks[number / MARK_EVERY];
        go(symbols, at);
        for (uint64_t i = number % MARK_EVERY; i > 0; i--) take(symbols, uvarint(symbols), NULL);
    }
    uint64_t len = uvarint(symbols);
    if (symbols->bad || len > (uint64_t)(symbols->end - symbols->begin)) return false;
    char *copy = gm_arena_alloc(arena, (size_t)len);
    if (!copy) return false;
    take(symbols, len, copy);
    *text = (gm_span){copy, (size_t)len};
    return !symbols->bad;
}
