/* Where memory and goroutines grow, as profiles and dumps tell it: parts of the facts of one life.
 *
 * Built by analyzer/heap*.c, goroutines.c and mappings.c; the same numbers lie in the tables heap_site, heap_stack,
 * heap_accumulation, alloc_site, goroutine_group and mapping_growth. Names live as long as the incident's frames. */
#ifndef GOMORTEM_SITES_H
#define GOMORTEM_SITES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { GM_SIGNATURE_HEAP, GM_SIGNATURE_GOROUTINE } gm_signature_kind;
typedef enum { GM_GATE_NONE, GM_GATE_OLD_TIMERS } gm_signature_gate; /* when a pattern means nothing by itself */

typedef struct { /* a line of analyzer/signatures.def */
    const char *slug;
    gm_signature_kind kind;
    gm_signature_gate gate;
    const char *frames; /* name prefixes, separated by '|'; any frame of the stack may match */
    const char *states; /* wait reasons, separated by '|'; empty: any */
    const char *text, *remedy, *source;
} gm_signature;

extern const gm_signature gm_signatures[]; /* slug NULL at the end */

typedef struct { /* a function's live bytes over the heap profiles */
    const char *function, *file;
    int64_t function_id, first_bytes, last_bytes, max_bytes, usual_bytes, max_ns;
    double slope_bytes_per_min, share_pct, se_bytes, consistency_pct;
    const char *leaf;              /* what allocates most of it; only for blamed functions, or NULL */
    const gm_signature *signature; /* known pattern that most of it matches, or NULL */
    bool significant;
} gm_site;

typedef struct {                                /* where the growth of the heap comes together */
    const char *function, *path, *blame, *leaf; /* NULL: there is no such place */
    int64_t blame_id;
    double bytes, share_pct;
    bool of_growth; /* false: of what is held, there being no growth to look at */
} gm_accumulation;

typedef struct { /* a function's allocations between two profiles, where they exceed its usual rate most */
    const char *function;
    int64_t function_id, from_ns, to_ns, bytes;
    double usual_bytes, bytes_per_min; /* what the usual rate would have made; the rate over all profiles */
} gm_alloc_site;

typedef struct {
    const char *signature, *site, *state; /* site and state may be NULL */
    const gm_signature *pattern;          /* or NULL */
    int64_t first_count, last_count, max_count, max_wait_minutes, locked;
    double slope_per_min, share_pct, consistency_pct;
    int dumps;
    bool can_leak; /* it waits, and for something that may never come */
} gm_goroutines;

typedef struct { /* one class of mappings over the captures of a life */
    const char *class_name, *name;
    int captures;
    int64_t first_areas, last_areas, first_bytes, last_bytes, first_rss, last_rss; /* rss GM_UNKNOWN from maps */
    double areas_consistency_pct, consistency_pct;                                 /* share of the steps that rise */
} gm_mapping_growth;

#endif
