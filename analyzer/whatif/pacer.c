/* The Go pacer as formulas; see pacer.h. Used by the simulation of other settings. */
#include "analyzer/whatif/pacer.h"

#include <math.h>

#define MIB                  1048576.0
#define MIN_HEAP             (4 * MIB) /* smallest goal at GOGC=100 */
#define LEAST_TRIGGER        0.703125  /* 45/64 of the way from the live heap to the goal; 0.6 before 1.18 */
#define LEAST_TRIGGER_OLD    0.6
#define LAST_TRIGGER         0.953125 /* 61/64 */
#define HEADROOM_PCT         3
#define GOAL_UTILIZATION     0.25 /* 0.3 up to 1.18, assists included */
#define GOAL_UTILIZATION_OLD 0.3
#define UNKNOWN_IS           99

static int version(const gm_pacer *pacer) {
    return pacer->go_minor > 0 ? pacer->go_minor : UNKNOWN_IS;
}

bool gm_pacer_has_memlimit(int go_minor) {
    return go_minor <= 0 || go_minor >= 19;
}

static double goal_by_gogc(const gm_pacer *pacer, const gm_pacer_heap *heap) {
    if (pacer->gogc < 0) return INFINITY;
    double share = pacer->gogc / 100.0;
    double scanned = heap->live + (version(pacer) >= 18 ? heap->stacks + heap->globals : 0);
    return fmax(heap->live + scanned * share, MIN_HEAP * share);
}

static double goal_by_limit(const gm_pacer *pacer, const gm_pacer_heap *heap) {
    if (isnan(pacer->memlimit) || !gm_pacer_has_memlimit(pacer->go_minor)) return INFINITY;
    double room = pacer->memlimit - heap->beside;
    room -= fmax(0, heap->live + heap->beside - pacer->memlimit); /* what the limit is exceeded by */
    if (room <= 0) return heap->live;
    double headroom = version(pacer) >= 21 ? fmax(MIB, room / 100 * HEADROOM_PCT) : MIB;
    return fmax(room < 2 * headroom ? headroom : room - headroom, heap->live);
}

gm_pacer_goal gm_pacer_goal_of(const gm_pacer *pacer, const gm_pacer_heap *heap) {
    double by_gogc = goal_by_gogc(pacer, heap), by_limit = goal_by_limit(pacer, heap);
    double over = GM_PACER_OVERSHOOT * by_gogc;
    return (gm_pacer_goal){fmin(by_limit, by_gogc), fmin(by_limit, over), by_limit < by_gogc, by_limit < over};
}

double gm_pacer_trigger(const gm_pacer *pacer, double live, double goal, double runway) {
    if (isinf(goal)) return INFINITY;
    if (live >= goal) return goal;
    double way = goal - live;
    double least = live + way * (version(pacer) >= 18 ? LEAST_TRIGGER : LEAST_TRIGGER_OLD),
           most = live + way * LAST_TRIGGER;
    if (version(pacer) >= 19) most = fmax(most, goal - MIN_HEAP);
    return fmin(fmax(goal - runway, least), fmax(most, least));
}

double gm_pacer_runway(const gm_pacer *pacer, double consmark, double scan) {
    double share = version(pacer) >= 19 ? GOAL_UTILIZATION : GOAL_UTILIZATION_OLD;
    return consmark * (1 - share) / share * scan;
}

double gm_pacer_consmark(double allocated, double scan, double assist, double idle) {
    double busy = fmin(GM_PACER_BACKGROUND + assist, 0.95);
    return scan > 0 ? fmax(0, allocated) * (busy + idle) / (scan * (1 - busy)) : 0;
}
