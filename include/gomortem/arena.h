/* A bump allocator: many small allocations, freed together.
 *
 * One arena lives per member, per rule run and per report, and is always a parameter. Allocation is zeroed and
 * aligned for any type. It answers NULL when memory is out or when the arena's limit is reached: parsers of
 * untrusted bytes must check. Not safe for use by two threads at once. */
#ifndef GOMORTEM_ARENA_H
#define GOMORTEM_ARENA_H

#include "gomortem/base.h"

typedef struct gm_arena gm_arena;

/* limit: bytes that may be handed out in all; 0 = no limit. NULL when memory is out. */
gm_arena *gm_arena_new(size_t limit);
void gm_arena_free(gm_arena *arena);  /* NULL is allowed */
void gm_arena_reset(gm_arena *arena); /* forgets everything, keeps the first block */

void *gm_arena_alloc(gm_arena *arena, size_t size);
void *gm_arena_calloc(gm_arena *arena, size_t count, size_t size);     /* checks for overflow */
char *gm_arena_strndup(gm_arena *arena, const char *data, size_t len); /* adds a NUL */
gm_span gm_arena_span(gm_arena *arena, gm_span span);                  /* copy; data is NULL when memory is out */
size_t gm_arena_used(const gm_arena *arena);
/* How often any arena of this thread has answered NULL: whoever lets a parser run sees whether it went without. */
size_t gm_arena_refusals(void);
bool gm_arena_starved(void);      /* the system has refused memory to any arena; may be asked by a signal handler */
void gm_arena_note_refusal(void); /* for memory that a parser wanted from elsewhere */

#define GM_ARENA_NEW(arena, type, count) ((type *)gm_arena_calloc((arena), (count), sizeof(type)))

#endif
