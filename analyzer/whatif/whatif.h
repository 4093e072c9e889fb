/* What other settings would have done: shared by the files of this folder.
 *
 * demand.c takes the inputs of a life from its facts, run.c simulates the recorded setting and the grid, judge.c says
 * what a result means, advice.c chooses a setting for the container, rows.c writes and reads the tables whatif_*. */
#ifndef GM_ANALYZER_WHATIF_H
#define GM_ANALYZER_WHATIF_H

#include "analyzer/whatif/sim.h"
#include "gomortem/verdict.h"

#define GM_NO_GOGC          -2
#define GM_WHATIF_TOLERANCE 0.10 /* by how much the simulation of the recorded setting may miss the record */

typedef enum {
    GM_WHATIF_VALIDATED, /* the recorded setting, simulated, gives what was recorded */
    GM_WHATIF_FAILED,    /* it does not */
    GM_WHATIF_REFUSED,   /* an input is missing */
} gm_whatif_status;

typedef enum {
    GM_RUN_SAFE,
    GM_RUN_TIGHT,
    GM_RUN_DELAYS,
    GM_RUN_THRASH,
    GM_RUN_KILLED,
    GM_RUN_UNKNOWN
} gm_run_verdict; /* worse and worse */

typedef struct {
    double recorded, predicted; /* NAN: one of them is unknown */
    double slack;               /* what rounding in the record makes of it */
} gm_whatif_check;

typedef struct { /* a life as the simulation sees it */
    int life;
    gm_whatif_status status;
    const char *reason;     /* why it is not validated; NULL: it is */
    int64_t from_ns, to_ns; /* of the replay */
    gm_sim_demand demand;
    int gogc; /* -1: off */
    const char *gogc_source;
    double memlimit, limit, cores;
    double live_p99, live_last, alloc_per_s, nonheap, beside_go, own; /* own: the runtime's, beside the heap */
    double native, other, kernel, shmem, dirty, untouched;            /* p99 of parts of beside_go; NAN: unknown */
    bool grows;                                                       /* the demand rises without bound */
    const char *cause;
    int64_t killed_ns; /* by its own limit; GM_UNKNOWN */
    gm_whatif_check heap, peak, cycles, cpu_pct;
    gm_sim_result now; /* the recorded setting, simulated */
} gm_whatif_life;

typedef struct {
    gm_sim_setting setting;
    bool recorded; /* the setting in force */
    gm_sim_result result;
    gm_run_verdict verdict;
} gm_whatif_run;

typedef struct {              /* of a container */
    const char *action;       /* keep, change, raise_limit, no_setting_helps, refused */
    int life;                 /* that decides; 0: none */
    gm_sim_setting now, then; /* then.gogc GM_NO_GOGC: none is recommended */
    double peak, bound, cpu_now_pct, cpu_pct, cycles_per_s;
    int64_t killed_ns, delayed_ns; /* no_setting_helps: the kill, and the latest that a setting moves it to */
    size_t used;                   /* lives that it rests on */
    const char *summary, *reasoning;
} gm_whatif_advice;

typedef struct {
    gm_store *store;
    gm_arena *arena;
    int64_t container_id;
    gm_whatif_life *lives;
    gm_whatif_run **runs; /* of each life, NULL: none; the setting in force first, then the grid */
    size_t *n_runs;
    size_t n_lives;
} gm_whatif;

/* container.c: all of it for one container: writes the tables whatif_*. facts, lives: one for each life. */
bool gm_whatif_container(const gm_facts *facts, size_t n, const gm_verdict *lives, const gm_verdict *container,
                         GError **error);

/* demand.c: life->cause is set by the caller. fills life; status REFUSED with a reason when the inputs do not allow
 * more. */
void gm_whatif_demand(const gm_facts *facts, gm_whatif_life *life);
bool gm_whatif_is_growth(const char *cause);                  /* a cause that no setting of the collector bounds */
void gm_whatif_extend(gm_whatif_life *life, gm_arena *arena); /* behind the record the trends go on */
/* run.c */
void gm_whatif_validate(const gm_facts *facts, gm_whatif_life *life);
gm_whatif_run *gm_whatif_grid(const gm_whatif_life *life, gm_arena *arena, size_t *n);
gm_whatif_run gm_whatif_evaluate(const gm_whatif_life *life, const gm_sim_setting *setting);
double gm_whatif_cpu_pct(const gm_whatif_life *life,
                         const gm_sim_result *result); /* of the CPU that the container may use */
double gm_whatif_error(const gm_whatif_life *life);    /* share by which a peak may be off */
double gm_check_error(const gm_whatif_check *check);   /* share, NAN when it cannot be told */
bool gm_check_passes(const gm_whatif_check *check);
/* judge.c */
gm_run_verdict gm_whatif_judge(const gm_whatif_life *life, const gm_sim_setting *setting, const gm_sim_result *result);
const char *gm_run_verdict_name(gm_run_verdict verdict);
const char *gm_whatif_status_name(gm_whatif_status status);
/* advice.c */
void gm_whatif_advise(const gm_whatif *whatif, const gm_verdict *container, gm_whatif_advice *advice);
/* rows.c */
bool gm_whatif_write(const gm_whatif *whatif, const gm_whatif_life *life, GError **error);
bool gm_whatif_write_runs(const gm_whatif *whatif, const gm_whatif_life *life, const gm_whatif_run *runs, size_t n,
                          GError **error);
int64_t gm_whatif_time(const gm_whatif_life *life, double t_s); /* on the wall clock; GM_UNKNOWN for NAN */
bool gm_whatif_write_advice(const gm_whatif *whatif, const gm_whatif_advice *advice, GError **error);

#endif
