/* Replays a recorded demand for memory under other settings of the collector. Plain C over arrays: no database, no
 * GLib, nothing random. Never sees a recorded goal: goals follow from the pacer's formulas and the replayed heap. */
#ifndef GM_ANALYZER_WHATIF_SIM_H
#define GM_ANALYZER_WHATIF_SIM_H

#include <stdbool.h>
#include <stddef.h>

#define GM_SIM_BUCKETS   3 /* of the time in which a heap's peak stays resident */
#define GM_SIM_CONSMARKS 4 /* the runtime looks at the last four collections and the current one */
#define GM_SIM_RECENT    3 /* collections in which it does */

typedef struct { /* what the program had done at one moment; between two all is taken to be linear */
    double t_s;
    double alloc;                 /* bytes allocated since the first node */
    double live, stacks, globals; /* bytes reachable, and scanned beside the heap */
    double mark_s, cpu_s;         /* wall time and CPU of a collection of this heap; idle workers left out */
    double assist, idle;          /* shares of all Ps while it ran: assists, idle workers */
    bool forced;                  /* the program asked for a collection here */
} gm_sim_node;

typedef struct { /* unreclaimable memory that is not the heap's: negative where the heap is in part untouched */
    double t_s, bytes;
} gm_sim_beside;

typedef struct {
    gm_sim_node *nodes;
    size_t n_nodes;
    gm_sim_beside *beside; /* n_beside 0: unknown, and so are all peaks of memory */
    size_t n_beside;
    double end_s;                      /* of the replay */
    double known_s;                    /* end of the record; behind it the trends go on */
    double consmark[GM_SIM_CONSMARKS]; /* of the collections up to the first node, the oldest first; 0: none */
    double rest_s;                     /* between two collections when the second is due at once */
    double procs;                      /* GOMAXPROCS */
    double nonheap;                    /* what the runtime holds beside heap objects; counts against GOMEMLIMIT */
    int go_minor;
} gm_sim_demand;

typedef struct {
    int gogc;        /* -1: off */
    double memlimit; /* NAN: none */
    double limit;    /* of the container; NAN: none */
    double error;    /* share by which the peak may be off: makes the interval of a kill */
} gm_sim_setting;

typedef struct {
    double cycles, elapsed_s, cpu_s; /* up to known_s */
    double peak_heap;                /* at the end of a mark */
    double peak;                     /* hard memory; NAN: unknown */
    double bound; /* what goals allow with a tenth of overshoot, reached or not; INFINITY: all; NAN */
    double thrash_s, pressure_s, limiter_s; /* up to known_s */
    bool held;                              /* GOMEMLIMIT makes the bound, not GOGC */
    double killed_s, earliest_s, latest_s;  /* since the first node; NAN: not in the replay */
} gm_sim_result;

void gm_sim_run(const gm_sim_demand *demand, const gm_sim_setting *setting, gm_sim_result *result);

/* How much of past heaps is still resident: the runtime returns memory late. */
typedef struct {
    double bucket[GM_SIM_BUCKETS], recent[GM_SIM_RECENT];
    long index; /* of the newest bucket */
    size_t n;   /* peaks seen */
} gm_sim_resident;

void gm_sim_resident_init(gm_sim_resident *resident);
void gm_sim_resident_add(gm_sim_resident *resident, double t_s, double heap);
double gm_sim_resident_at(gm_sim_resident *resident, double t_s, double heap); /* heap: the one of this moment */

#endif
