/* The replay: collection after collection over a recorded demand, with the goals of pacer.c.
 *
 * A collection starts when the heap reaches its trigger, or two minutes after the last one, or where the program asked
 * for it; it lasts as long as the recorded ones did for each live byte, and what is allocated meanwhile is added. The
 * limiter of the runtime (half of the CPU over a bucket of one second for each P) stops assists: marks get longer.
 * Memory = resident heap + what lies beside it; the first moment above the limit is the kill. */
#include "analyzer/whatif/sim.h"

#include "analyzer/whatif/pacer.h"

#include <math.h>

#define PARTS           1500 /* of the record: shorter cycles are done several at a time */
#define PARTS_BEHIND    300  /* of what lies behind it */
#define SHORTEST_MARK_S 50e-6
#define LEAST_STEP      1e-12 /* of the replay */
#define THRASH_ROOM     0.10  /* room above the live heap; the rule gc_thrash judges the record alike */
#define PRESSURE_ROOM   0.40
#define BUSY            0.70            /* share of the time in which a collection runs */
#define SMALL_HEAP      (8 * 1048576.0) /* collections of smaller heaps are frequent and harmless */

typedef struct {
    const gm_sim_demand *demand;
    const gm_sim_setting *setting;
    gm_sim_result *result;
    gm_pacer pacer;
    size_t node, point; /* the first node, point not before now */
    size_t forced;      /* the next node with a collection that the program asks for */
    double now;
    double marked_s, marked_alloc; /* end of the last mark */
    double live, stacks, globals;  /* as it found them */
    double consmark[GM_SIM_CONSMARKS], runway;
    size_t cycles, marks;
    double bucket;       /* CPU seconds in the limiter's bucket */
    double last_trigger; /* start of the cycle before */
    gm_pacer_goal goal;
    gm_sim_resident resident;
    double before_s, before_hard; /* the last look at memory */
} gm_replay;

/* --- the demand at a moment --- */

static size_t node_at(const gm_replay *replay, double t_s) {
    const gm_sim_demand *demand = replay->demand;
    size_t i = replay->node;
    while (i + 1 < demand->n_nodes && demand->nodes[i].t_s < t_s) i++;
    return i;
}

static double between(double t_s, double t0, double y0, double t1, double y1) {
    return t1 > t0 ? y0 + (y1 - y0) * (t_s - t0) / (t1 - t0) : y1;
}

#define AT(field) \
    static double field##_at(const gm_replay *replay, double t_s) { \
        const gm_sim_node *nodes = replay->demand->nodes; \
        size_t i = node_at(replay, t_s); \
        if (i == 0 || t_s >= nodes[i].t_s) return nodes[i].field; \
        return between(t_s, nodes[i - 1].t_s, nodes[i - 1].field, nodes[i].t_s, nodes[i].field); \
    }
AT(alloc)
AT(live)
AT(stacks)
AT(globals)
#undef AT

static double heap_at(const gm_replay *replay, double t_s) {
    return replay->live + fmax(0, alloc_at(replay, t_s) - replay->marked_alloc);
}

/* When so much will have been allocated; INFINITY: not within the replay. */
static double time_of_alloc(const gm_replay *replay, double alloc) {
    const gm_sim_demand *demand = replay->demand;
    for (size_t i = replay->node; i < demand->n_nodes; i++) {
        const gm_sim_node *node = &demand->nodes[i];
        if (node->alloc < alloc) continue;
        if (i == 0) return replay->now;
        return fmax(replay->now, between(alloc, node[-1].alloc, node[-1].t_s, node->alloc, node->t_s));
    }
    return INFINITY;
}

/* Where the program asks for the next collection. A node is the end of a mark. */
static double next_forced(gm_replay *replay) {
    const gm_sim_demand *demand = replay->demand;
    for (; replay->forced < demand->n_nodes; replay->forced++) {
        const gm_sim_node *node = &demand->nodes[replay->forced];
        if (node->forced && node->t_s - node->mark_s > replay->last_trigger) return node->t_s - node->mark_s;
    }
    return INFINITY;
}

/* --- memory --- */

static double beside_at(const gm_replay *replay, double t_s) {
    const gm_sim_demand *demand = replay->demand;
    size_t i = replay->point;
    while (i + 1 < demand->n_beside && demand->beside[i].t_s < t_s) i++;
    const gm_sim_beside *point = &demand->beside[i];
    if (i == 0 || t_s >= point->t_s) return point->bytes;
    return between(t_s, point[-1].t_s, point[-1].bytes, point->t_s, point->bytes);
}

static void cross(const gm_replay *replay, double t_s, double hard, double factor, double *when) {
    double limit = replay->setting->limit / factor;
    if (!isnan(*when) || !(hard > limit)) return;
    *when = replay->before_hard < limit ? between(limit, replay->before_hard, replay->before_s, hard, t_s) : t_s;
}

static void look(gm_replay *replay, double t_s, double heap) {
    gm_sim_result *result = replay->result;
    if (replay->demand->n_beside == 0) return;
    double beside = beside_at(replay, t_s), hard = gm_sim_resident_at(&replay->resident, t_s, heap) + beside,
           error = replay->setting->error;
    cross(replay, t_s, hard, 1, &result->killed_s);
    cross(replay, t_s, hard, 1 + error, &result->earliest_s);
    cross(replay, t_s, hard, 1 - error, &result->latest_s);
    replay->before_s = t_s;
    replay->before_hard = hard;
    if (t_s > replay->demand->known_s) return;
    result->peak = fmax(isnan(result->peak) ? hard : result->peak, hard);
    double bound = fmax(replay->goal.most, heap) + beside;
    if (!isnan(result->bound) && bound <= result->bound) return;
    result->bound = bound;
    result->held = replay->goal.held;
}

/* Looks at memory wherever it was sampled up to a moment. */
static void look_until(gm_replay *replay, double t_s) {
    const gm_sim_demand *demand = replay->demand;
    while (replay->point < demand->n_beside && demand->beside[replay->point].t_s <= t_s) {
        double at = demand->beside[replay->point].t_s;
        if (at >= replay->now) look(replay, at, heap_at(replay, at));
        replay->point++;
    }
    if (replay->point >= demand->n_beside && demand->n_beside) replay->point = demand->n_beside - 1;
}

/* --- cycles --- */

static void set_goal(gm_replay *replay) {
    gm_pacer_heap heap = {replay->live, replay->stacks, replay->globals, replay->demand->nonheap};
    replay->goal = gm_pacer_goal_of(&replay->pacer, &heap);
}

static double next_trigger(gm_replay *replay) {
    double trigger = gm_pacer_trigger(&replay->pacer, replay->live, replay->goal.bytes, replay->runway);
    double t_s = isinf(trigger) ? INFINITY : time_of_alloc(replay, replay->marked_alloc + trigger - replay->live);
    if (replay->pacer.gogc >= 0) t_s = fmin(t_s, replay->marked_s + GM_PACER_PERIOD_S);
    return fmax(fmin(t_s, next_forced(replay)), replay->now + (replay->cycles > 0 ? replay->demand->rest_s : 0));
}

/* The costs of a collection of so large a heap, as the recorded ones around it had. */
static void costs(const gm_replay *replay, double t_s, double live, double *mark_s, double *cpu_s) {
    const gm_sim_node *node = &replay->demand->nodes[node_at(replay, t_s)];
    double ratio = node->live > 0 ? live / node->live : 1;
    *mark_s =
        fmax(node->mark_s * ratio, fmax(SHORTEST_MARK_S, replay->demand->end_s * LEAST_STEP)); /* time must pass */
    *cpu_s = node->cpu_s * ratio;
}

/* The limiter's bucket fills with the collector's CPU and drains with the program's. */
static bool limiter(gm_replay *replay, double cpu_s, double period_s) {
    double capacity = replay->demand->procs, program = fmax(0, period_s * replay->demand->procs - cpu_s);
    replay->bucket = fmin(fmax(replay->bucket + cpu_s - program, 0), capacity);
    return replay->bucket >= capacity;
}

static void keep_consmark(gm_replay *replay, double consmark, double scan) {
    double most = consmark;
    for (int i = 0; i < GM_SIM_CONSMARKS; i++) most = fmax(most, replay->consmark[i]);
    replay->consmark[replay->marks++ % GM_SIM_CONSMARKS] = consmark;
    replay->runway = gm_pacer_runway(&replay->pacer, most, scan);
}

static void count(gm_replay *replay, double times, double cpu_s, double period_s, double mark_s, bool limiting) {
    gm_sim_result *result = replay->result;
    if (replay->now > replay->demand->known_s) return;
    double room = replay->live > 0 ? (replay->goal.bytes - replay->live) / replay->live : INFINITY;
    bool busy = mark_s > BUSY * period_s && replay->live >= SMALL_HEAP;
    result->cycles += times;
    result->cpu_s += times * cpu_s;
    if (busy && room < THRASH_ROOM) result->thrash_s += times * period_s;
    else if (busy && room < PRESSURE_ROOM && replay->goal.limited) result->pressure_s += times * period_s;
    if (limiting) result->limiter_s += times * period_s;
}

/* How many more cycles like the last one fit before anything new happens; only where there are very many. */
static double repeats(const gm_replay *replay, double period_s) {
    const gm_sim_demand *demand = replay->demand;
    double part = replay->now < demand->known_s ? demand->known_s / PARTS
                                                : (demand->end_s - demand->known_s) / PARTS_BEHIND,
           next = demand->nodes[node_at(replay, replay->now + 1e-9)].t_s;
    if (replay->point < demand->n_beside) next = fmin(next, demand->beside[replay->point].t_s);
    if (!(period_s < part)) return 0;
    return fmax(0, floor(fmin(part, next - replay->now) / period_s) - 1);
}

static void collect(gm_replay *replay, double start_s) {
    double live = live_at(replay, start_s), mark_s, cpu_s;
    costs(replay, start_s, live, &mark_s, &cpu_s);
    double period_s = fmax(start_s - replay->last_trigger, mark_s);
    bool limiting = limiter(replay, cpu_s, period_s);
    if (limiting) mark_s = fmax(mark_s, cpu_s / (GM_PACER_BACKGROUND * replay->demand->procs));
    double end_s = start_s + mark_s, heap = heap_at(replay, end_s), allocated = heap - heap_at(replay, start_s);
    const gm_sim_node *node = &replay->demand->nodes[node_at(replay, end_s)];
    look_until(replay, end_s);
    look(replay, end_s, heap);
    gm_sim_resident_add(&replay->resident, end_s, heap);
    if (end_s <= replay->demand->known_s) replay->result->peak_heap = fmax(replay->result->peak_heap, heap);
    double consmark = gm_pacer_consmark(allocated, live, node->assist, node->idle);
    replay->now = end_s;
    count(replay, 1, cpu_s, period_s, mark_s, limiting);
    replay->last_trigger = start_s;
    replay->marked_s = end_s;
    replay->marked_alloc = alloc_at(replay, end_s);
    replay->live = fmin(live_at(replay, end_s), heap);
    replay->stacks = stacks_at(replay, end_s);
    replay->globals = globals_at(replay, end_s);
    keep_consmark(replay, consmark, replay->live);
    replay->cycles++;
    replay->node = node_at(replay, end_s);
    set_goal(replay);
    double more = repeats(replay, period_s);
    if (more < 1) return;
    count(replay, more, cpu_s, period_s, mark_s, limiting);
    replay->now = replay->marked_s = replay->now + more * period_s;
    replay->last_trigger += more * period_s;
    replay->marked_alloc = alloc_at(replay, replay->now);
    replay->node = node_at(replay, replay->now);
}

static void start(gm_replay *replay, const gm_sim_demand *demand, const gm_sim_setting *setting,
                  gm_sim_result *result) {
    const gm_sim_node *first = &demand->nodes[0];
    *result =
        (gm_sim_result){.peak_heap = 0, .peak = NAN, .bound = NAN, .killed_s = NAN, .earliest_s = NAN, .latest_s = NAN};
    *replay = (gm_replay){.demand = demand,
                          .setting = setting,
                          .result = result,
                          .pacer = {demand->go_minor, setting->gogc, setting->memlimit},
                          .now = first->t_s,
                          .marked_s = first->t_s,
                          .marked_alloc = first->alloc,
                          .live = first->live,
                          .stacks = first->stacks,
                          .globals = first->globals,
                          .last_trigger = first->t_s,
                          .before_hard = INFINITY};
    gm_sim_resident_init(&replay->resident);
    for (int i = 0; i < GM_SIM_CONSMARKS; i++) keep_consmark(replay, demand->consmark[i], first->live);
    set_goal(replay);
}

void gm_sim_run(const gm_sim_demand *demand, const gm_sim_setting *setting, gm_sim_result *result) {
    gm_replay replay;
    start(&replay, demand, setting, result);
    while (replay.now < demand->end_s) {
        double next = next_trigger(&replay);
        if (!(next < demand->end_s)) break;
        if (replay.now > demand->known_s && !isnan(result->latest_s)) break; /* all that is asked of it is known */
        collect(&replay, next);
    }
    look_until(&replay, demand->end_s);
    look(&replay, demand->end_s, heap_at(&replay, demand->end_s));
    result->elapsed_s = demand->known_s - demand->nodes[0].t_s;
}
