/* The facts of one life of one container: everything that rules may look at, computed once.
 *
 * Built by analyzer/facts.c from the timeline and from profiles; the same numbers lie in the tables trend, growth,
 * gc_summary, heap_site and goroutine_group, so that every one of them can be shown with its SQL. Bytes are
 * int64 or double with NAN for unknown; shares are percent. */
#ifndef GOMORTEM_FACTS_H
#define GOMORTEM_FACTS_H

#include "gomortem/sites.h"
#include "gomortem/stats.h"
#include "gomortem/thresholds.h"
#include "gomortem/timeline.h"

typedef enum { /* what was there to look at */
               GM_INPUT_USAGE = 1 << 0,
               GM_INPUT_WORKING_SET = 1 << 1,
               GM_INPUT_ANON = 1 << 2,        /* anon or rss of the cgroup */
               GM_INPUT_MEMORY_STAT = 1 << 3, /* file LRU split */
               GM_INPUT_SHMEM = 1 << 4,       /* shmem known, not only derived */
               GM_INPUT_KERNEL = 1 << 5,
               GM_INPUT_MEMSTATS = 1 << 6, /* Sys, HeapReleased, ... */
               GM_INPUT_GCTRACE = 1 << 7,
               GM_INPUT_HEAP_PROFILES = 1 << 8, /* three or more */
               GM_INPUT_DUMPS = 1 << 9,         /* two or more goroutine profiles or dumps */
               GM_INPUT_OOM_LOG = 1 << 10,
               GM_INPUT_SMAPS = 1 << 11,
               GM_INPUT_LIMIT = 1 << 12,
               GM_INPUT_LOAD = 1 << 13,
               GM_INPUT_GOROUTINES = 1 << 14,
               GM_INPUT_THREADS = 1 << 15,
               GM_INPUT_RSS = 1 << 16, /* the process' own resident set */
} gm_input;

typedef struct {
    double first, last, delta, share_pct;
    bool known;
} gm_growth; /* bytes; medians of first/last tenth */

typedef struct { /* one tested series; see the table trend */
    bool tested;
    int64_t from_ns, to_ns;
    size_t points;
    gm_trend_result result; /* stats.h; slope per second */
    double first, last;
} gm_fact_trend;

typedef enum { /* series that are tested beside the timeline's columns */
               GM_TREND_GC_LIVE = GM_COL_COUNT,
               GM_TREND_HEAP_PROFILE,
               GM_TREND_GOROUTINE_PROFILE,
               GM_TREND_HEAP_ALLOC,
               GM_TREND_COUNT
} gm_trend_series;

typedef struct { /* columns of gc_summary; NAN and GM_UNKNOWN for unknown */
    bool known;
    int64_t cycles, forced, periodic, procs, from_ns, to_ns;
    int64_t gogc; /* -1 = off */
    int64_t gogc_changes, worst_from_ns, worst_to_ns;
    int64_t gomaxprocs_mismatch, old_go, gc_share_high, forced_gc_heavy, near_limit, oom_confirmed; /* 0, 1 */
    const char *gogc_source, *regime, *memlimit_source;
    double gogc_match_pct, memlimit_bytes, effective_gogc_pct, gc_share_pct, gc_quota_share_pct, assist_share_pct;
    double duty, cycles_per_s, alloc_bytes_per_s, mark_p95_ms, pause_p99_ms, pause_max_ms;
    double live_first_bytes, live_last_bytes, live_max_bytes, goal_p95_bytes;
    double live_p95_bytes, live_p99_bytes, last_gc_age_s; /* age of the last cycle at the life's end */
    double assist_ratio_pct, idle_share_pct, pause_p50_ms, overshoot_p95_bytes, survival_pct;
    double thrash_s, pressure_s, worst_gogc_pct, worst_duty;
} gm_gc_summary;

typedef struct {             /* what lowers the trust in the numbers; analyzer/doubts.c */
    double disagreement_pct; /* largest difference between two sources of one quantity, 0: none */
    const char *disagreeing, *disagreement_sql;
    double blind_s;      /* time between the last record and the kill when it is too long, else 0 */
    double residual_pct; /* of the growth of usage that no bucket explains, 0 when it is small */
} gm_doubts;

typedef struct {
    gm_store *store;
    gm_arena *arena;
    struct gm_frames *frames; /* call stacks of the incident; analyzer/frames.h */
    const gm_thresholds *thresholds;
    const gm_timeline *timeline;
    const gm_life *life;
    const gm_point *points; /* of this life */
    size_t n_points;
    const gm_gc_row *cycles; /* of this life, in time order */
    size_t n_cycles;
    int64_t all_cycles; /* that the rows stand for */
    unsigned inputs;    /* gm_input bits */
    double limit;       /* bytes, NAN */
    double material;    /* growth in bytes that counts: see the thresholds */
    double window_s;    /* length of the sampled part of the life */
    gm_growth growth[GM_COL_COUNT];
    gm_fact_trend trend[GM_TREND_COUNT];
    gm_gc_summary gc;
    const gm_site *blame; /* growth charged to the service's own functions, largest growth first */
    size_t n_blame;
    const gm_site *flat; /* by leaf function */
    size_t n_flat;
    size_t n_heap_profiles;
    gm_accumulation accumulation;
    const gm_alloc_site *allocs; /* largest excess over the usual rate first */
    size_t n_allocs;
    int64_t last_profile_ns;     /* of heap profiles; GM_UNKNOWN without */
    double capture_ratio;        /* median of live bytes in a profile over the collector's own; NAN unknown */
    const gm_goroutines *groups; /* largest growth first */
    size_t n_groups;
    size_t n_dumps;
    double proven_leaked;              /* goroutines in the last goroutineleak profile; NAN without one */
    const gm_mapping_growth *mappings; /* largest growth first */
    size_t n_mappings, n_mapping_captures;
    double arena_growth;  /* bytes of writable memory that malloc's arenas gained over the captures */
    const gm_kill *kills; /* of this life */
    size_t n_kills;
    double peak_usage, peak_counter; /* highest sample; memory.peak or max_usage, NAN */
    double cpu_limit;                /* cores, NAN = none known */
    int go_minor;                    /* 22 for go1.22, 0 = unknown */
    int64_t env_gogc;                /* as configured; -1 = off, GM_UNKNOWN = not set or not known */
    double env_memlimit;             /* bytes, NAN */
    const char *godebug;             /* or NULL */
    gm_doubts doubts;
    double confidence_cap; /* by the inputs that are missing */
} gm_facts;

/* The name of a tested series in the table trend. */
const char *gm_series_name(int series);

/* facts->store, arena, frames and thresholds are set by the caller; fills the rest and writes its tables. */
bool gm_facts_build(gm_facts *facts, const gm_timeline *timeline, const gm_life *life, GError **error);

#endif
