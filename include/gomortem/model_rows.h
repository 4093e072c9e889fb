/* The plain rows of the model that stand beside verdicts and findings: what the charts, the flame graph and the
 * tables of data quality are made of. Included by model.h; unknown numbers are GM_UNKNOWN or NAN, texts NULL. */
#ifndef GOMORTEM_MODEL_ROWS_H
#define GOMORTEM_MODEL_ROWS_H

#include "gomortem/base.h"

typedef struct {
    int life;
    int64_t from_ns, to_ns, limit_bytes;
    const char *ended_by;
} gm_model_life;

typedef struct {
    int life;
    const char *series, *shape;
    int64_t from_ns, to_ns;
    double first_value, last_value, slope_per_min, z;
    bool fires;
} gm_model_trend;

typedef struct {
    int life;
    const char *bucket;
    int64_t first_bytes, last_bytes, delta_bytes;
    double share_pct;
} gm_model_growth;

typedef struct {
    int life;
    const char *regime, *gogc_source, *memlimit_source;
    int64_t cycles, forced, gogc, memlimit_bytes, live_first_bytes, live_last_bytes;
    double effective_gogc_pct, gc_share_pct, alloc_bytes_per_s, mark_p95_ms, pause_max_ms;
} gm_model_gc_summary;

typedef struct {
    int life;
    int64_t from_ns, to_ns;
} gm_model_gap;

/* profile, limit, or a kind of the table event */
typedef struct {
    int64_t t_ns;
    const char *kind, *text;
} gm_model_event;

/* One measured quantity; a counter of seconds is turned into per cent of the time that passed. */
typedef struct {
    const char *quantity;
    int64_t *t_ns;
    double *value;
    size_t n;
} gm_model_gauge;

typedef struct {
    const char *key;
    int64_t value;
} gm_model_oom_stat;

typedef struct {
    const char *name;
    int64_t pid, total_vm_bytes, rss_bytes, score_adj;
} gm_model_oom_task;

typedef struct {
    int64_t t_ns;
    const char *class_name, *sources, *victim, *constraint_name, *oom_cgroup;
    int64_t anon_rss_bytes, file_rss_bytes, shmem_rss_bytes, usage_bytes, limit_bytes, failcnt, pid, uncertainty_ns;
    int life;
    gm_model_oom_stat *stats; /* memory.stat of the report, largest first */
    size_t n_stats;
    gm_model_oom_task *tasks; /* its task table, largest first */
    size_t n_tasks;
} gm_model_kill;

typedef struct {
    const char *path, *clock, *rule;
    int64_t process, zero_ns, uncertainty_ns, pairs;
} gm_model_clock;

/* A node of the flame graph, parents before children; value of a node holds its children's. */
typedef struct {
    const char *function;
    int parent, depth;                            /* parent -1 and depth 0: the root of all stacks */
    int64_t first_bytes, last_bytes, grown_bytes; /* grown: sum over the stacks that grew */
} gm_model_frame;

typedef struct {
    int life;
    int64_t from_ns, to_ns; /* of the profiles compared; from unknown: there is one profile only */
    gm_model_frame *frames;
    size_t n_frames;
    int64_t n_stacks;
    int64_t hidden_last_bytes, hidden_grown_bytes; /* in stacks cut short because their frames were too small to keep */
} gm_model_flame;

typedef struct {
    const char *path, *severity, *text;
    int64_t line;
} gm_model_diagnostic;

typedef struct {
    const char *name, *value, *path;
} gm_model_setting;

#endif
