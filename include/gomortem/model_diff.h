/* The model of a comparison: two incidents side by side, read from the tables of schema part 6. What the renderers know
 * of a diff, and what --baseline adds to a container. Numbers NAN or GM_UNKNOWN and texts NULL where they are unknown.
 */
#ifndef GOMORTEM_MODEL_DIFF_H
#define GOMORTEM_MODEL_DIFF_H

#include "gomortem/arena.h"
#include "gomortem/store.h"

typedef struct {
    const char *area, *item, *measure, *unit, *judgement, *severity, *rule, *text;
    const char *a_text, *b_text, *a_sql, *b_sql;
    double a_value, b_value, change;
    bool material;
} gm_model_difference;

typedef enum {
    GM_DIFF_USAGE,
    GM_DIFF_ANON,
    GM_DIFF_LIVE,
    GM_DIFF_LIMIT,
    GM_DIFF_ROUTINES,
    GM_DIFF_VALUES
} gm_model_diff_value;

typedef struct {
    int64_t since_ns; /* since the first point of its side */
    int life;
    int64_t value[GM_DIFF_VALUES];
} gm_model_diff_point;

typedef struct {
    int64_t container_id; /* GM_UNKNOWN: nothing on this side, or it came from a result without a database */
    const char *namespace_name, *pod, *container;
    int64_t n_containers; /* that count as one; 0: nothing on this side */
    double seconds;
    gm_model_diff_point *points;
    size_t n_points;
} gm_model_pair_side;

typedef struct gm_model_pair {
    int64_t pair_id;
    gm_model_pair_side a, b;
    const char *matched_by, *status, *windows, *summary;
    gm_model_difference *differences; /* the most important first */
    size_t n_differences;
} gm_model_pair;

typedef struct gm_model_diff {
    gm_arena *arena;
    const char *a_id, *a_name, *b_id, *b_name, *summary;
    const char *a_words, *b_words; /* heads of columns: "A" and "B", "Baseline" and "This run" */
    gm_model_pair *pairs;          /* the worst first */
    size_t n_pairs;
} gm_model_diff;

/* The comparison in a store; NULL with an error when there is none. The caller frees it. */
gm_model_diff *gm_model_diff_read(gm_store *store, GError **error);
void gm_model_diff_free(gm_model_diff *diff); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gm_model_diff, gm_model_diff_free)

/* For a container of an incident: the number as people read it; unit and words as in the difference. side: 0 A, 1 B. */
char *gm_model_diff_words(const gm_model_difference *difference, int side);
/* "peak of Go live heap", "GOGC", "growth in main.fill". To be freed. */
char *gm_model_diff_label(const gm_model_difference *difference);
/* Heading of an area of differences. */
const char *gm_model_diff_area(const char *area);
extern const char *const gm_model_diff_areas[]; /* in the order of reports; NULL at the end */

#endif
