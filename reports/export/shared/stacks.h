/* Which stacks an export of profiles holds, with which values. Used by pprof, folded and speedscope. */
#ifndef GM_REPORTS_EXPORT_STACKS_H
#define GM_REPORTS_EXPORT_STACKS_H

#include "gomortem/export.h"

enum { GM_STACKS_VALUES = 4 };

typedef struct {
    char *title; /* e.g. "heap, growth of 17 profiles" */
    const char *types[GM_STACKS_VALUES], *units[GM_STACKS_VALUES];
    int values;         /* how many of them; the last one is what matters */
    bool signed_values; /* a difference: values may be below zero */
    int64_t t_ns, duration_ns, period;
    const char *period_type; /* NULL: unknown */
    char *binary, *build_id; /* NULL: unknown */
    char *chosen;            /* JSON array of [profile_id, factor]; a stack's value is the sum of factor * value */
    const char *columns[GM_STACKS_VALUES];
} gm_stacks;

/* False: nothing fits, or SQL failed. The caller clears it in either case. */
bool gm_stacks_choose(gm_store *store, const gm_export_options *options, gm_stacks *stacks, GError **error);
void gm_stacks_clear(gm_stacks *stacks);

/* Rows (stack_id, frames as JSON array, value 0, value 1, ...) in the order of stack_id; stacks of zeros are left out.
 */
sqlite3_stmt *gm_stacks_rows(gm_store *store, const gm_stacks *stacks, GError **error);
/* Rows (location_id, function_id, line, function, file) of the locations in use, in order. */
sqlite3_stmt *gm_stacks_locations(gm_store *store, const gm_stacks *stacks, GError **error);
/* Rows (function_id, name, file) of the functions in use, in order. */
sqlite3_stmt *gm_stacks_functions(gm_store *store, const gm_stacks *stacks, GError **error);

#endif
