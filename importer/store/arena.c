/* The bump allocator of arena.h.
 *
 * Comes before everything else: parsers, rules and reports allocate through it. An arena is a list of zeroed
 * blocks; the first one is made with the arena and survives a reset, later ones double in size up to a cap,
 * and a request that is larger than a block gets a block of its own. Under AddressSanitizer the unused part
 * of every block is poisoned and a gap is kept behind each allocation, so that an overrun is seen where it
 * happens. */
#include "gomortem/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GM_ARENA_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define GM_ARENA_ASAN 1
#endif
#ifdef GM_ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(address, size)   ASAN_POISON_MEMORY_REGION((address), (size))
#define UNPOISON(address, size) ASAN_UNPOISON_MEMORY_REGION((address), (size))
#define GAP                     16
#else
#define POISON(address, size)   ((void)(address), (void)(size))
#define UNPOISON(address, size) ((void)(address), (void)(size))
#define GAP                     0
#endif

#define FIRST_BLOCK   ((size_t)8 << 10)
#define LARGEST_BLOCK ((size_t)1 << 20)
#define ALIGNMENT     alignof(max_align_t)

typedef struct block {
    struct block *older;
    size_t size, used; /* of data */
    alignas(max_align_t) char data[];
} block;

struct gm_arena {
    block *newest, *first;
    size_t used, limit, next_size;
};

static volatile bool starved;

bool gm_arena_starved(void) {
    return starved;
}

static block *block_new(size_t size) {
    if (size > SIZE_MAX - sizeof(block)) return NULL;
    block *made = calloc(1, sizeof(block) + size);
    if (!made) starved = true;
    if (!made) return NULL;
    made->size = size;
    POISON(made->data, size);
    return made;
}

static void block_free(block *old) {
    UNPOISON(old->data, old->size);
    free(old);
}

static _Thread_local size_t refusals;

size_t gm_arena_refusals(void) {
    return refusals;
}

void gm_arena_note_refusal(void) {
    refusals++;
}

static void *refuse(void) {
    gm_arena_note_refusal();
    return NULL;
}

gm_arena *gm_arena_new(size_t limit) {
    gm_arena *arena = calloc(1, sizeof *arena);
    block *first = block_new(FIRST_BLOCK);
    if (!arena || !first) {
        if (first) block_free(first);
        free(arena);
        return refuse();
    }
    arena->newest = arena->first = first;
    arena->limit = limit ? limit : SIZE_MAX;
    arena->next_size = 2 * FIRST_BLOCK;
    return arena;
}

static void free_later_blocks(gm_arena *arena) {
    while (arena->newest != arena->first) {
        block *older = arena->newest->older;
        block_free(arena->newest);
        arena->newest = older;
    }
}

void gm_arena_free(gm_arena *arena) {
    if (!arena) return;
    free_later_blocks(arena);
    block_free(arena->first);
    free(arena);
}

void gm_arena_reset(gm_arena *arena) {
    free_later_blocks(arena);
    block *first = arena->first;
    UNPOISON(first->data, first->used);
    memset(first->data, 0, first->used);
    POISON(first->data, first->size);
    first->used = 0;
    arena->used = 0;
    arena->next_size = 2 * FIRST_BLOCK;
}

static bool grow(gm_arena *arena, size_t need) {
    size_t size = arena->next_size > need ? arena->next_size : need;
    block *made = block_new(size);
    if (!made) return false;
    made->older = arena->newest;
    arena->newest = made;
    if (arena->next_size < LARGEST_BLOCK) arena->next_size *= 2;
    return true;
}

/* Padding counts against the limit: many tiny allocations cost memory too. */
static void *take(gm_arena *arena, size_t size, size_t alignment) {
    block *from = arena->newest;
    size_t padding = -from->used & (alignment - 1);
    if (size > SIZE_MAX - 2 * ALIGNMENT - GAP) return refuse();
    if (padding + size > arena->limit - arena->used) return refuse();
    if (padding + size + GAP > from->size - from->used) {
        if (!grow(arena, size + GAP)) return refuse();
        from = arena->newest;
        padding = 0;
    }
    char *taken = from->data + from->used + padding;
    UNPOISON(taken, size);
    from->used += padding + size + GAP;
    if (from->used > from->size) from->used = from->size;
    arena->used += padding + size;
    return taken;
}

void *gm_arena_alloc(gm_arena *arena, size_t size) {
    return take(arena, size ? size : 1, ALIGNMENT);
}

void *gm_arena_calloc(gm_arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size) return refuse();
    return gm_arena_alloc(arena, count * size);
}

char *gm_arena_strndup(gm_arena *arena, const char *data, size_t len) {
    if (len == SIZE_MAX) return refuse();
    char *copy = take(arena, len + 1, 1);
    if (copy && len) memcpy(copy, data, len);
    return copy;
}

gm_span gm_arena_span(gm_arena *arena, gm_span span) {
    char *copy = gm_arena_strndup(arena, span.data, span.len);
    return (gm_span){copy, copy ? span.len : 0};
}

size_t gm_arena_used(const gm_arena *arena) {
    return arena->used;
}
