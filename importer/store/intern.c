/* Interning by fingerprint; used by the emit functions before they write an identity, series, function,
 * location or stack.
 *
 * The fingerprint is two independent 64-bit multiply-and-xorshift lanes over 8-byte words, finished like
 * SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). With ten million
 * keys the odds of one accidental collision are below 1e-14. It is no defence against a bundle that is
 * crafted to collide: such a bundle mislabels its own rows and nothing else. The table is open addressing
 * with linear probing; nothing ever walks it, so its order reaches no output. */
#include "importer/store/intern.h"

#include <stdlib.h>

static uint64_t finish(uint64_t x) {
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

gm_fingerprint gm_fingerprint_start(void) {
    return (gm_fingerprint){GM_FINGERPRINT_B, GM_FINGERPRINT_A};
}

void gm_fingerprint_span(gm_fingerprint *key, gm_span bytes) {
    size_t at = 0;
    uint64_t word;
    for (; bytes.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, bytes.data + at, sizeof word);
        gm_fingerprint_int(key, (int64_t)word);
    }
    word = 0;
    if (at < bytes.len) memcpy(&word, bytes.data + at, bytes.len - at);
    gm_fingerprint_int(key, (int64_t)word);
    gm_fingerprint_int(key, (int64_t)bytes.len);
}

void gm_intern_release(gm_intern *table) {
    free(table->entries);
    *table = (gm_intern){0};
}

static size_t place(gm_intern_entry sought, size_t capacity) {
    return (size_t)finish(sought.a ^ ((uint64_t)sought.b << 1)) & (capacity - 1);
}

static gm_intern_entry entry_of(gm_fingerprint key, uint32_t id) {
    return (gm_intern_entry){key.a, (uint32_t)(key.b >> 32), id};
}

/* The entry that holds the same key, or the free one where it belongs. */
static gm_intern_entry *slot(gm_intern_entry *entries, size_t capacity, gm_intern_entry sought) {
    size_t at = place(sought, capacity);
    while (entries[at].id && (entries[at].a != sought.a || entries[at].b != sought.b)) {
        at = (at + 1) & (capacity - 1);
    }
    return &entries[at];
}

int64_t gm_intern_find(const gm_intern *table, gm_fingerprint key) {
    return table->capacity ? slot(table->entries, table->capacity, entry_of(key, 0))->id : 0;
}

void gm_intern_prefetch(const gm_intern *table, gm_fingerprint key) {
    if (table->capacity) __builtin_prefetch(&table->entries[place(entry_of(key, 0), table->capacity)]);
}

static size_t wider(const gm_intern *table) {
    return table->capacity ? 2 * table->capacity : 64;
}

static bool is_full(const gm_intern *table) {
    return table->count >= table->capacity / 4 * 3;
}

size_t gm_intern_growth(const gm_intern *table) {
    return is_full(table) ? wider(table) * sizeof(gm_intern_entry) : 0;
}

static bool widen(gm_intern *table) {
    size_t capacity = wider(table);
    gm_intern_entry *entries = calloc(capacity, sizeof *entries);
    if (!entries) return false;
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->entries[i].id) *slot(entries, capacity, table->entries[i]) = table->entries[i];
    }
    free(table->entries);
    table->entries = entries;
    table->capacity = capacity;
    return true;
}

bool gm_intern_add(gm_intern *table, gm_fingerprint key, int64_t id) {
    if (id > UINT32_MAX) return false;
    if (is_full(table) && !widen(table)) return false;
    gm_intern_entry entry = entry_of(key, (uint32_t)id);
    *slot(table->entries, table->capacity, entry) = entry;
    table->count++;
    return true;
}
