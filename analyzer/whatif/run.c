/* Runs the simulation: the recorded setting, whose result must give what was recorded, and the grid of other settings.
 * After demand.c took the inputs of a life, before judge.c and advice.c. */
#include "analyzer/facts_private.h"
#include "analyzer/rules/common.h"
#include "analyzer/verdict_text.h"
#include "analyzer/whatif/pacer.h"
#include "analyzer/whatif/whatif.h"

#define MIB         1048576.0
#define LEAST_ERROR 0.05 /* no simulation is trusted further than this */
#define ONE_CYCLE   1.0  /* where the record begins and ends within a cycle is chance */
#define UNSEEN      0.8  /* of the limit: a kill of so little memory is not in the record */

static const int grid_gogc[] = {25, 50, 75, 100, 150, 200, 400, 800, -1};
static const int grid_memlimit_pct[] = {0, 60, 65, 70, 75, 80, 85, 90}; /* of the container's limit; 0: none */

double gm_check_error(const gm_whatif_check *check) {
    double difference = fabs(check->predicted - check->recorded);
    if (isnan(difference)) return NAN;
    return check->recorded > 0 ? difference / check->recorded : difference > 0 ? 1 : 0;
}

bool gm_check_passes(const gm_whatif_check *check) {
    double error = gm_check_error(check);
    return isnan(error) || error <= GM_WHATIF_TOLERANCE || fabs(check->predicted - check->recorded) <= check->slack;
}

double gm_whatif_error(const gm_whatif_life *life) {
    double error = gm_check_error(&life->peak);
    return fmin(fmax(LEAST_ERROR, isnan(error) ? GM_WHATIF_TOLERANCE : error), 0.5);
}

double gm_whatif_cpu_pct(const gm_whatif_life *life, const gm_sim_result *result) {
    double usable = result->elapsed_s * life->cores;
    return usable > 0 ? fmin(100, 100 * result->cpu_s / usable) : NAN;
}

/* --- what was recorded --- */

/* The largest heap at the end of a mark, and how many collections there were behind the first. */
static void recorded_heap(const gm_facts *facts, gm_whatif_life *life) {
    double most = NAN;
    int64_t first = GM_UNKNOWN, last = GM_UNKNOWN;
    for (size_t i = 0; i < facts->n_cycles; i++) {
        const gm_gc_row *row = &facts->cycles[i];
        if (row->t_ns <= life->from_ns) continue;
        most =
            fmax(most, (double)(row->left_out ? MAX(row->end_mib, row->left_out->most_end_mib) : row->end_mib) * MIB +
                           MIB / 2);
        if (first == GM_UNKNOWN || row->n < first) first = row->n;
        if (last == GM_UNKNOWN || row->n > last) last = row->n;
    }
    life->heap = (gm_whatif_check){most, NAN, MIB};
    double n = first == GM_UNKNOWN ? NAN : (double)(last - first + 1),
           each = life->demand.nodes[life->demand.n_nodes - 1].alloc / n;
    life->cycles = (gm_whatif_check){n, NAN, fmax(ONE_CYCLE, n * fmin(MIB / 2 / each, 0.5))};
}

/* The highest unreclaimable memory. NAN where a life ended between two samples in which it could change that much. */
static double recorded_peak(const gm_facts *facts, const gm_whatif_life *life) {
    double most = NAN, step_s = facts->n_points > 1 ? facts->window_s / (double)(facts->n_points - 1) : INFINITY;
    if (life->killed_ns != GM_UNKNOWN && !isnan(facts->limit)) return facts->limit; /* the kernel says so */
    for (size_t i = 0; i < facts->n_points; i++)
        if (facts->points[i].t_ns >= life->from_ns && facts->points[i].t_ns <= life->to_ns)
            most = fmax(most, gm_hard_of(&facts->points[i]));
    bool ended = facts->life->ended_by && strcmp(facts->life->ended_by, "end_of_record") != 0;
    return ended && step_s * life->alloc_per_s > GM_WHATIF_TOLERANCE * most ? NAN : most;
}

static const char *first_failure(const gm_facts *facts, const gm_whatif_life *life) {
    static const struct {
        size_t offset;
        const char *what;
    } checks[] = {{offsetof(gm_whatif_life, heap), "largest heap"},
                  {offsetof(gm_whatif_life, cycles), "number of collections"},
                  {offsetof(gm_whatif_life, peak), "peak of memory"}};
    for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
        const gm_whatif_check *check = (const gm_whatif_check *)(const void *)((const char *)life + checks[i].offset);
        if (!gm_check_passes(check))
            return gm_facts_text(facts, "the recorded setting, simulated, misses the recorded %s by %.0f %%",
                                 checks[i].what, 100 * gm_check_error(check));
    }
    return NULL;
}

/* A kill that the record does not show: a burst between two samples, or memory that nothing measured. */
static bool unseen_kill(const gm_facts *facts, const gm_whatif_life *life) {
    return life->killed_ns != GM_UNKNOWN && !isnan(facts->limit) &&
           fmax(life->now.peak, facts->peak_usage) < UNSEEN * facts->limit;
}

void gm_whatif_validate(const gm_facts *facts, gm_whatif_life *life) {
    if (life->status == GM_WHATIF_REFUSED) return;
    gm_sim_setting setting = {life->gogc, life->memlimit, facts->limit, LEAST_ERROR};
    recorded_heap(facts, life);
    gm_sim_run(&life->demand, &setting, &life->now);
    life->heap.predicted = life->now.peak_heap;
    life->cycles.predicted = life->now.cycles;
    life->peak = (gm_whatif_check){recorded_peak(facts, life),
                                   isnan(facts->limit) ? life->now.peak : fmin(life->now.peak, facts->limit), MIB};
    life->cpu_pct = (gm_whatif_check){facts->gc.gc_quota_share_pct, gm_whatif_cpu_pct(life, &life->now), 1};
    life->status = GM_WHATIF_FAILED;
    if (facts->gc.gogc_changes > 0) life->reason = "GOGC changed within this life";
    else if (unseen_kill(facts, life))
        life->reason = "what killed this life is not in the record: its memory was seen at less than 80 % of the limit";
    else life->reason = first_failure(facts, life);
    if (!life->reason) life->status = GM_WHATIF_VALIDATED;
}

/* --- other settings --- */

gm_whatif_run gm_whatif_evaluate(const gm_whatif_life *life, const gm_sim_setting *setting) {
    gm_whatif_run run = {.setting = *setting};
    run.setting.error = gm_whatif_error(life);
    gm_sim_run(&life->demand, &run.setting, &run.result);
    run.verdict = gm_whatif_judge(life, &run.setting, &run.result);
    return run;
}

gm_whatif_run *gm_whatif_grid(const gm_whatif_life *life, gm_arena *arena, size_t *n) {
    size_t limits =
        isnan(life->limit) || !gm_pacer_has_memlimit(life->demand.go_minor) ? 1 : G_N_ELEMENTS(grid_memlimit_pct);
    gm_whatif_run *runs = GM_ARENA_NEW(arena, gm_whatif_run, G_N_ELEMENTS(grid_gogc) * limits + 1);
    gm_sim_setting now = {life->gogc, life->memlimit, life->limit, 0};
    *n = 0;
    runs[(*n)++] = gm_whatif_evaluate(life, &now);
    runs[0].recorded = true;
    for (size_t g = 0; g < G_N_ELEMENTS(grid_gogc); g++)
        for (size_t m = 0; m < limits; m++) {
            double memlimit = grid_memlimit_pct[m] ? floor(life->limit * grid_memlimit_pct[m] / 100 / MIB) * MIB : NAN;
            gm_sim_setting setting = {grid_gogc[g], memlimit, life->limit, 0};
            runs[(*n)++] = gm_whatif_evaluate(life, &setting);
        }
    return runs;
}

/* --- behind the record --- */

#define EXTENSION_NODES 48
#define TREND_SHARE     3    /* the last two thirds of a life tell its trend */
#define STEP_GROWTH     1.15 /* each step of the extension is so much longer than the one before */
#define HORIZON_S       (7 * 86400.0)

static double slope_of(const double *t, const double *y, size_t n) {
    gm_stats_line line;
    size_t skip = n / TREND_SHARE;
    return gm_stats_theil_sen(t + skip, y + skip, n - skip, &line) ? fmax(0, line.slope) : 0;
}

void gm_whatif_extend(gm_whatif_life *life, gm_arena *arena) {
    gm_sim_demand *demand = &life->demand;
    size_t most = MAX(demand->n_nodes, demand->n_beside);
    double *t = GM_ARENA_NEW(arena, double, most + 1), *y = GM_ARENA_NEW(arena, double, most + 1);
    for (size_t i = 0; i < demand->n_nodes; i++) t[i] = demand->nodes[i].t_s, y[i] = demand->nodes[i].live;
    double live = slope_of(t, y, demand->n_nodes), beside = 0,
           rate = demand->end_s > 0 ? demand->nodes[demand->n_nodes - 1].alloc / demand->end_s : 0;
    for (size_t i = 0; i < demand->n_beside; i++) t[i] = demand->beside[i].t_s, y[i] = demand->beside[i].bytes;
    if (demand->n_beside) beside = slope_of(t, y, demand->n_beside);
    if (!(live + beside > 0) || isnan(life->limit) || demand->n_beside == 0) return;
    double until = fmin(HORIZON_S, 2 * life->limit / (live + beside)),
           step = until / (pow(STEP_GROWTH, EXTENSION_NODES) - 1) * (STEP_GROWTH - 1);
    gm_sim_node node = demand->nodes[demand->n_nodes - 1];
    gm_sim_beside point = demand->beside[demand->n_beside - 1];
    node.forced = false;
    for (int i = 0; i < EXTENSION_NODES; i++, step *= STEP_GROWTH) {
        double before = node.live;
        node.t_s += step;
        node.alloc += rate * step;
        node.live += live * step;
        if (before > 0) node.mark_s *= node.live / before, node.cpu_s *= node.live / before;
        point.bytes += beside * step;
        point.t_s = node.t_s;
        demand->nodes[demand->n_nodes++] = node;
        demand->beside[demand->n_beside++] = point;
    }
    demand->end_s = node.t_s;
}
