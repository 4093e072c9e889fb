/* The Go pacer as formulas: what heap a collection aims at, and at what heap it starts. Pure arithmetic, no state.
 *
 *   before 1.18  goal = live * (1 + GOGC / 100)
 *   1.18 and on  goal = live + (live + stacks + globals) * GOGC / 100, at least 4 MiB * GOGC / 100
 *   1.19 and on  and no more than GOMEMLIMIT leaves: limit - what is not heap - headroom (1 MiB; since 1.21 3 %)
 *
 * See runtime mgcpacer.go: commit, memoryLimitHeapGoal, trigger, endCycle. */
#ifndef GM_ANALYZER_WHATIF_PACER_H
#define GM_ANALYZER_WHATIF_PACER_H

#include <stdbool.h>

#define GM_PACER_PERIOD_S   120.0 /* a collection comes at least so often, unless GOGC is off */
#define GM_PACER_OVERSHOOT  1.1
#define GM_PACER_BACKGROUND 0.25 /* share of the CPU that background marking takes while it runs */

typedef struct {
    int go_minor;    /* 22 for Go 1.22; 0: unknown, taken for a recent one */
    int gogc;        /* percent, -1: off */
    double memlimit; /* bytes, NAN: none */
} gm_pacer;

typedef struct {
    double live, stacks, globals; /* bytes that the last collection marked and scanned */
    double beside;                /* what the runtime holds beside heap objects and free heap */
} gm_pacer_heap;

typedef struct {
    double bytes; /* INFINITY: no collection is due */
    double most;  /* with a tenth of overshoot, as far as GOMEMLIMIT allows it */
    bool limited; /* GOMEMLIMIT made it, not GOGC */
    bool held;    /* GOMEMLIMIT made most */
} gm_pacer_goal;

bool gm_pacer_has_memlimit(int go_minor); /* Go 1.19 and later */
gm_pacer_goal gm_pacer_goal_of(const gm_pacer *pacer, const gm_pacer_heap *heap);

/* runway: bytes that the program is expected to allocate while a collection marks. */
double gm_pacer_trigger(const gm_pacer *pacer, double live, double goal, double runway);

/* The runway for a heap of so many scanned bytes. consmark: bytes allocated for each byte marked, at equal CPU. */
double gm_pacer_runway(const gm_pacer *pacer, double consmark, double scan);
/* consmark of a cycle: allocated bytes while marking, scanned bytes, CPU shares of assists and of idle workers. */
double gm_pacer_consmark(double allocated, double scan, double assist, double idle);

#endif
