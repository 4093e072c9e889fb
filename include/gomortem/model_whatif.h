/* What other settings would have done, as renderers and commands see it: the rows of the tables whatif_*. Included by
 * model.h; unknown numbers are GM_UNKNOWN or NAN, texts NULL. GOGC -1 is off; an unknown GOMEMLIMIT is none. */
#ifndef GOMORTEM_MODEL_WHATIF_H
#define GOMORTEM_MODEL_WHATIF_H

#include "gomortem/base.h"

typedef struct { /* a simulated setting; of the grid: the worst over all lives */
    int life;    /* 0: all */
    int64_t gogc, memlimit_bytes, limit_bytes, peak_bytes, bound_bytes, heap_peak_bytes;
    int64_t killed_ns, killed_from_ns, killed_to_ns;
    double gc_cpu_pct, cycles_per_s, thrash_s;
    const char *verdict; /* safe, tight, delays, thrash, killed, unknown */
    bool killed, in_force;
} gm_model_whatif_run;

typedef struct { /* how well the simulation of the recorded setting repeats a life */
    int life;
    const char *status, *reason; /* validated, failed, refused */
    const char *gogc_source;
    int64_t gogc, memlimit_bytes, limit_bytes, live_p99_bytes, beside_go_bytes, own_bytes;
    double alloc_bytes_per_s;
    int64_t recorded_heap_bytes, predicted_heap_bytes, recorded_peak_bytes, predicted_peak_bytes, recorded_cycles,
        predicted_cycles;
    double heap_error_pct, peak_error_pct, cycles_error_pct;
    bool grows;
} gm_model_whatif_life;

typedef struct {
    const char *action, *summary, *reasoning; /* action NULL: not analyzed, or no life */
    int64_t life, lives, lives_used;
    int64_t now_gogc, now_memlimit_bytes, now_limit_bytes, gogc, memlimit_bytes, limit_bytes;
    int64_t peak_bytes, bound_bytes, margin_bytes, killed_ns, delayed_ns;
    double gc_cpu_now_pct, gc_cpu_pct, cycles_per_s;
    gm_model_whatif_life *inputs;
    size_t n_inputs;
    gm_model_whatif_run *grid; /* by GOGC from off downwards, then by GOMEMLIMIT, none first */
    size_t n_grid;
    gm_model_whatif_run *asked; /* settings that the user named, by life; NULL: none */
    size_t n_asked;
} gm_model_whatif;

#endif
