/* The clock graph of a container's logs: what can place a process' own clock on the wall clock.
 *
 * sources.c loads what the rules look at, each rule offers a candidate, clock.c weighs them. Seconds are doubles since
 * the epoch: exact to a quarter of a microsecond, far below every uncertainty here. */
#ifndef GM_ANALYZER_TIMELINE_CLOCK_H
#define GM_ANALYZER_TIMELINE_CLOCK_H

#include "analyzer/timeline/build.h"

typedef struct { /* the cycles of one process of one member, by number */
    gm_gc_row *cycles;
    const int64_t *log_ns; /* the log stamp of each cycle, GM_UNKNOWN where the line had none */
    size_t n;
    int64_t first_line, last_line;
    bool local; /* the stamps have no zone, were read as UTC, and nothing told their zone yet */
} gm_process;

typedef struct { /* one series of a quantity that tells something about collections */
    gm_quantity quantity;
    int64_t source; /* series of one source and one owner were read together */
    int64_t *t_ns;
    double *value;
    size_t n;
    double lag_s; /* a value may be this much older than its time: a query's grid is not the scrapes' */
} gm_clock_series;

typedef struct {
    gm_clock_series *series;
    size_t n_series;
    double *process_starts, *container_starts, *kills; /* seconds, ascending, distinct */
    size_t n_process_starts, n_container_starts, n_kills;
    size_t runs; /* of the container, by the restarts that Kubernetes counted; 0: not told */
    double first_sign_s,
        last_sign_s; /* when metrics of the processes or of usage were seen; INFINITY and -INFINITY: never */
} gm_clock_sources;

typedef struct {
    const char *rule; /* see the table clock */
    double zero_s, uncertainty_s;
    int64_t pairs;
    const char *outcome; /* see the table clock_candidate; NULL: not weighed yet */
} gm_clock_candidate;

enum { GM_CLOCK_RULES = 6 };

typedef struct {
    gm_clock_candidate candidates[GM_CLOCK_RULES]; /* best rule first */
    size_t n;
    const gm_clock_candidate *chosen; /* NULL: unplaced */
    int64_t checks, checks_failed, conflicts;
    double drift_s; /* NAN: cannot be told */
} gm_clock;

typedef struct {                    /* of a log in local time */
    double offset_s, uncertainty_s; /* what is added to its stamps, read as UTC */
    const char *rule;               /* which rule told; NULL: none */
} gm_clock_zone;

typedef struct {
    int64_t checks, failed;
} gm_clock_check;

static inline double gm_cycle_end_s(const gm_gc_row *cycle) {
    return cycle->start_s + (cycle->clock_ms[0] + cycle->clock_ms[1] + cycle->clock_ms[2]) / 1e3;
}

bool gm_clock_sources_load(gm_build *build, gm_clock_sources *sources, GError **error);

/* --- rules: false when they have nothing to say --- */
/* hint: where another rule puts the zero, or NULL; decides between runs that look alike. */
bool gm_place_memstats(const gm_clock_sources *sources, const gm_process *process, const gm_clock_candidate *hint,
                       gm_clock_candidate *candidate);
bool gm_place_log(const gm_process *process, gm_clock_candidate *candidate);
bool gm_place_match(const gm_clock_sources *sources, const gm_process *process, gm_clock_candidate *candidate);
/* All processes of one member; candidates[i].rule stays NULL where the starts do not say which is whose. */
void gm_place_starts(const gm_clock_sources *sources, const gm_process *processes, size_t n, bool of_process,
                     gm_clock_candidate *candidates);
bool gm_place_kill(const gm_clock_sources *sources, const gm_process *process, gm_clock_candidate *candidate);

/* Compares what metrics counted while the process ran with its cycles. */
gm_clock_check gm_clock_check_counts(const gm_clock_sources *sources, const gm_process *process, double zero_s,
                                     double uncertainty_s);
/* The same for heap goals. */
gm_clock_check gm_clock_check_goals(const gm_clock_sources *sources, const gm_process *process, double zero_s,
                                    double uncertainty_s);

/* How much the log's own clock ran away from a mapping that does not rest on it, NAN when it cannot be told. */
double gm_clock_drift(const gm_process *process, double zero_s);

/* Weighs all rules for the processes of one member. */
void gm_clock_place(const gm_clock_sources *sources, const gm_process *processes, size_t n, gm_clock *clocks,
                    gm_clock_zone *zone);
bool gm_clock_write_zone(gm_build *build, int64_t member_id, const gm_clock_zone *zone, GError **error);
bool gm_clock_write(gm_build *build, int64_t member_id, int64_t process, const gm_clock *clock, GError **error);

#endif
