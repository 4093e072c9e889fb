/* One container's history on one clock: lives, points with the decomposition into buckets, GC cycles, kills.
 *
 * Built from the import tables by analyzer/timeline, written to the tables clock, life, gap, timeline_point and
 * kill, and handed to the rest of the analyzer in memory. Everything lies in the arena given to the builder.
 * Unknown values are GM_UNKNOWN. Specification: the decomposition rules of cgroup v1 and v2 memory accounting. */
#ifndef GOMORTEM_TIMELINE_H
#define GOMORTEM_TIMELINE_H

#include <glib.h>

#include "gomortem/arena.h"
#include "gomortem/quantity.h"
#include "gomortem/store.h"
#include "gomortem/timeline_columns.h"

typedef struct {
    int64_t t_ns;
    int life; /* 1.. */
    int64_t value[GM_COL_COUNT];
} gm_point;

/* Usage that the kernel cannot take back at a point, NAN when unknown. */
double gm_hard_of(const gm_point *point);

typedef struct {
    int life; /* 1.. */
    int64_t from_ns, to_ns;
    const char *cut_by, *ended_by; /* see the table life; ended_by may be NULL */
    int64_t limit_bytes;
} gm_life;

typedef struct {
    int life;
    int64_t from_ns, to_ns;
} gm_gap;

typedef struct { /* cycles that are too many to be held one by one: what is known of all between two that are held */
    int64_t cycles, forced, periodic, last_live_mib, most_live_mib, most_end_mib;
    double longest_pause_ms, wall_ms, cpu_ms[5], procs, allocated_mib; /* sums but the first */
} gm_gc_left_out;

typedef struct { /* a GC cycle on the wall clock; the fields of the table gc_cycle */
    int life;    /* 0: outside all lives or not placed */
    int64_t t_ns, member_id, process, n;
    double start_s, clock_ms[3], cpu_ms[5]; /* sweep, mark, term / sweep, assist, background, idle, term */
    int64_t start_mib, end_mib, live_mib, goal_mib, stacks_mib, globals_mib, procs;
    bool forced, periodic;
    const gm_gc_left_out
        *left_out; /* between the row before and this one; NULL: none, as in all records of usual length */
} gm_gc_row;

/* How many cycles a row stands for. */
static inline int64_t gm_gc_count(const gm_gc_row *row) {
    return 1 + (row->left_out ? row->left_out->cycles : 0);
}

typedef struct {
    int life, n; /* life 0: no time is known, and it may have ended any of several */
    int64_t t_ns, uncertainty_ns;
    const char *class_name; /* see the table kill */
    unsigned sources;       /* GM_KILL_KERNEL_LOG | ... */
    int64_t oom_kill_id;
} gm_kill;

/* Killed for memory by the kernel; false for evictions, other signals and the runtime's own end. */
bool gm_kill_is_oom(const gm_kill *kill);

enum { GM_KILL_KERNEL_LOG = 1, GM_KILL_COUNTER = 2, GM_KILL_POD_STATUS = 4, GM_KILL_PROGRAM_LOG = 8 };

typedef struct { /* all samples of one quantity of the container, in time order; of very many the lows and highs */
    const int64_t *t_ns;
    const double *value;
    size_t n;
    int64_t all, apart_ns; /* samples that there are, and how far lows and highs stand apart; 0: all are there */
} gm_history;

typedef struct {
    int64_t container_id;
    const char *namespace_name, *pod, *container; /* NULL: unknown */
    const char *program;                          /* name of the service's binary, by its profiles; NULL: unknown */
    gm_life *lives;
    size_t n_lives;
    gm_point *points; /* in time order, inside lives only */
    size_t n_points;
    gm_gap *gaps;
    size_t n_gaps;
    gm_gc_row *cycles; /* by life, then time */
    size_t n_cycles;
    int64_t all_cycles; /* that there are; more than rows stand for only when there are too many processes */
    gm_kill *kills;
    size_t n_kills;
    gm_history history[GM_Q_COUNT]; /* n 0 where the container has no such samples */
    bool cgroup_v2;                 /* no file of cgroup v1 was captured; v1 keeps socket buffers outside usage */
    bool has_gctrace;       /* a log with GC lines, or a setting that asks for them and a log that could hold them */
    int64_t from_ns, to_ns; /* of everything placed */
} gm_timeline;

/* Builds the timeline of one container and writes its tables. NULL on error. */
gm_timeline *gm_timeline_build(gm_store *store, int64_t container_id, gm_arena *arena, GError **error);

/* The value of a history at a time: the nearest sample within tolerance, else NAN. */
double gm_history_at(const gm_history *history, int64_t t_ns, int64_t tolerance_ns);

#endif
