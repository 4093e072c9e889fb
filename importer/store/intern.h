/* Interning: which id did this key get? Of a key's 128-bit fingerprint 96 bits are kept, so that a table costs 22 to
 * 43 bytes an entry however long its keys are. */
#ifndef GM_STORE_INTERN_H
#define GM_STORE_INTERN_H

#include "gomortem/base.h"

#define GM_FINGERPRINT_A UINT64_C(0x9e3779b97f4a7c15)
#define GM_FINGERPRINT_B UINT64_C(0xc2b2ae3d27d4eb4f)

typedef struct {
    uint64_t a, b;
} gm_fingerprint;

/* A key is fed field by field; each field's length is mixed in, so that ("ab","c") and ("a","bc") differ. */
gm_fingerprint gm_fingerprint_start(void);
void gm_fingerprint_span(gm_fingerprint *key, gm_span bytes);

static inline void gm_fingerprint_int(gm_fingerprint *key, int64_t value) {
    key->a = (key->a ^ (uint64_t)value) * GM_FINGERPRINT_A;
    key->a ^= key->a >> 29;
    key->b = (key->b + (uint64_t)value) * GM_FINGERPRINT_B;
    key->b ^= key->b >> 32;
}

typedef struct {
    uint64_t a;
    uint32_t b, id; /* id 0: free */
} gm_intern_entry;

typedef struct {
    gm_intern_entry *entries;
    size_t capacity, count; /* capacity is 0 or a power of two */
} gm_intern;

void gm_intern_release(gm_intern *table);
/* 0 when the key is new. */
int64_t gm_intern_find(const gm_intern *table, gm_fingerprint key);
size_t gm_intern_growth(const gm_intern *table); /* bytes that the next key would add; 0: there is room */
/* Begins to fetch what find will look at: the table of a large incident lies far from the processor. */
void gm_intern_prefetch(const gm_intern *table, gm_fingerprint key);
/* The key must be new and id > 0. False when memory is out or the id goes beyond 32 bits. */
bool gm_intern_add(gm_intern *table, gm_fingerprint key, int64_t id);

#endif
