/* Shared by the files of analyzer/timeline: the state of one build and small helpers. */
#ifndef GM_ANALYZER_TIMELINE_BUILD_H
#define GM_ANALYZER_TIMELINE_BUILD_H

#include "gomortem/timeline.h"

typedef struct {
    gm_store *store;
    gm_arena *arena;
    gm_timeline *timeline;
} gm_build;

/* Ends of runs and starts of runs, as single sources state them. */
typedef struct {
    int64_t t_ns, tolerance_ns;
    const char *source; /* life.cut_by */
} gm_start;

typedef struct {
    int64_t t_ns;
    const char *reason;
    bool other; /* the kernel killed a task beside the service's, by their names */
} gm_stop;

bool gm_build_histories(gm_build *build, GError **error);
bool gm_build_cycles(gm_build *build, GError **error); /* needs histories; places the runtime clocks */
bool gm_build_lives(gm_build *build, GError **error);  /* needs cycles */
bool gm_build_points(gm_build *build, GError **error); /* needs lives */
void gm_build_order_cycles(gm_build *build);           /* by life; last, for the others need the order of the logs */
bool gm_build_kills(gm_build *build, GError **error);  /* needs lives */
bool gm_build_write(const gm_build *build, GError **error);

/* Copies an array's elements into the arena and frees it. */
void *gm_build_keep(gm_build *build, GArray *array, size_t *n);

/* Typical distance of a history's samples in ns, 0 with fewer than two. */
int64_t gm_history_step(const gm_history *history);

#endif
