/* The heap profiles of one life, loaded once; shared by the files that measure them. */
#ifndef GM_ANALYZER_HEAP_H
#define GM_ANALYZER_HEAP_H

#include "analyzer/facts_private.h"
#include "analyzer/frames.h"

typedef enum { GM_ROLE_FLAT, GM_ROLE_CUM, GM_ROLE_BLAME, GM_ROLES } gm_role;

typedef struct {
    int64_t profile_id, t_ns;
    double period, inuse, alloc; /* totals; alloc NAN when the profile has none */
} gm_heap_profile;

typedef struct { /* a stack's live bytes in every profile */
    int64_t stack_id;
    const gm_stack *stack;
    const gm_function *blame, *leaf; /* or NULL */
    double *bytes, *allocated;       /* allocated: since the process' start */
    size_t from, to;                 /* the profiles that list it: outside all is zero */
} gm_heap_stack;

typedef struct { /* a function's bytes in every profile */
    const gm_function *function;
    double *bytes;
} gm_heap_series;

typedef struct {
    gm_facts *facts;
    gm_arena *arena; /* for this life's loading only */
    gm_heap_profile *profiles;
    size_t n_profiles;
    GPtrArray *stacks;  /* gm_heap_stack in order of appearance */
    GHashTable *by_id;  /* stack_id -> gm_heap_stack */
    const bool *chosen; /* by the place of the stack; NULL: all of them */
} gm_heap;

typedef struct { /* how a series of profiles changes; see the table heap_site */
    double first, last, max, usual, slope_per_min, se, consistency_pct;
    size_t max_at;
    bool significant;
} gm_heap_growth;

bool gm_heap_load(gm_heap *heap, GError **error); /* profiles, stacks and their bytes */

/* Sets chosen when the profiles have more stacks than the analysis holds, and writes what was left out to the table
 * thinned. */
bool gm_heap_choose(gm_heap *heap, GError **error);

/* Level at both ends, without the costly slope. */
void gm_heap_edges(const gm_heap *heap, const double *bytes, gm_heap_growth *growth);
/* All of it. */
void gm_heap_measure(const gm_heap *heap, const double *bytes, gm_heap_growth *growth);

/* Share of the steps of a series that rise, in percent: at most six windows, so that noise between neighbours does
 * not hide a rise. NAN under three values. */
double gm_rising_steps(const double *values, size_t n);

bool gm_heap_sites(gm_heap *heap, GError **error);       /* heap_site */
bool gm_heap_stacks(gm_heap *heap, GError **error);      /* heap_stack */
bool gm_heap_accumulate(gm_heap *heap, GError **error);  /* heap_accumulation */
bool gm_heap_captures(gm_heap *heap, GError **error);    /* heap_capture */
bool gm_heap_allocations(gm_heap *heap, GError **error); /* alloc_site */

#endif
