/* Rule limit_too_small: nothing grows without bound, and what the service needs all the time does not fit its
 * limit. The need: live heap times (1 + GOGC/100) with the collector's overshoot, and all that is not heap. A
 * GOGC above 100 is left out: that heap is a choice, not a need. Leaks come first; a kill in a run that was
 * still growing is at most a suspicion, because a fast leak looks the same. */
#include "analyzer/rules/common.h"

#define MIN_CYCLES 5

static bool anything_rises(const gm_facts *facts) {
    static const int series[] = {GM_TREND_GC_LIVE,  GM_COL_ANON,     GM_COL_NATIVE,
                                 GM_COL_SHMEM,      GM_COL_KERNEL,   GM_COL_OTHER_PROCESSES,
                                 GM_COL_GOROUTINES, GM_COL_GO_TOTAL, GM_TREND_HEAP_ALLOC};
    for (size_t i = 0; i < G_N_ELEMENTS(series); i++)
        if (gm_rises(facts, series[i])) return true;
    return false;
}

/* A column's 95th percentile, 0 when it is not known. */
static double p95_of(const gm_facts *facts, int column) {
    g_autofree double *y = g_new(double, facts->n_points + 1);
    size_t n = 0;
    for (size_t i = 0; i < facts->n_points; i++)
        if (facts->points[i].value[column] != GM_UNKNOWN) y[n++] = (double)facts->points[i].value[column];
    return n ? gm_stats_quantile(y, n, 0.95) : 0;
}

static double live_quantile(const gm_facts *facts, size_t from, size_t to, double q) {
    g_autofree double *y = g_new(double, facts->n_cycles + 1);
    for (size_t i = from; i < to; i++) y[i - from] = (double)facts->cycles[i].live_mib * 1048576.0;
    return to > from ? gm_stats_quantile(y, to - from, q) : NAN;
}

static double growth_factor(const gm_facts *facts) {
    int64_t gogc = facts->gc.known && facts->gc.gogc != GM_UNKNOWN ? facts->gc.gogc : facts->env_gogc;
    return gogc == GM_UNKNOWN ? 1 : fmin((double)gogc, 100) / 100;
}

/* What the service needs in its steady state, NAN when no collection tells. */
static double demand(const gm_facts *facts) {
    static const int beside[] = {GM_COL_GO_META,         GM_COL_GO_STACKS, GM_COL_NATIVE,
                                 GM_COL_OTHER_PROCESSES, GM_COL_KERNEL,    GM_COL_SHMEM};
    if (facts->n_cycles < MIN_CYCLES) return NAN;
    double need = live_quantile(facts, 0, facts->n_cycles, 0.95) * (1 + growth_factor(facts));
    need *= GM_LIMIT_OF(facts, DEMAND_MARGIN);
    for (size_t i = 0; i < G_N_ELEMENTS(beside); i++) need += p95_of(facts, beside[i]);
    return need;
}

/* The live heap no longer climbs, and neither does the cgroup. */
static bool steady(const gm_facts *facts) {
    size_t n = facts->n_cycles;
    if (gm_growth_of(facts, GM_COL_ANON) >= facts->material ||
        gm_growth_of(facts, GM_COL_WORKING_SET) >= facts->material)
        return false;
    if (n < 3 * MIN_CYCLES) return false;
    double middle = live_quantile(facts, n / 3, 2 * n / 3, 0.5),
           last = live_quantile(facts, 2 * n / 3, n, 0.5);
    return last <= GM_LIMIT_OF(facts, STEADY_RATIO) * middle;
}

static void evidence(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(facts, f, "bytes", "the limit is %s",
                        "SELECT limit_bytes FROM life WHERE container_id = {c} AND life = {l}");
    gm_finding_evidence(
        facts, f, "bytes", "the live heap reached %s",
        "SELECT max(heap_live_mib) * 1048576.0 FROM gc WHERE container_id = {c} AND life = {l}");
    gm_finding_evidence(
        facts, f, "bytes",
        "that heap with the room that its collector takes asks for %s, beside all other memory",
        gm_facts_text(facts,
                      "SELECT max(heap_live_mib) * 1048576.0 * (100 + %d) / 100 FROM gc WHERE container_id = "
                      "{c} AND life = {l}",
                      (int)lround(100 * growth_factor(facts))));
    gm_finding_evidence(facts, f, "bytes", "the highest usage recorded is %s",
                        "SELECT max(usage_bytes) FROM timeline WHERE container_id = {c} AND life = {l}");
    gm_finding_evidence(facts, f, "count", "%s OOM kills in this life",
                        "SELECT count(*) FROM oom_kills WHERE container_id = {c} AND life = {l}");
}

/* The working set holds reclaimable slab; cgroup v1 does not tell it from other kernel memory. */
static bool full_of_hard_memory(const gm_facts *facts, double near) {
    bool told_apart = facts->growth[GM_COL_SLAB_RECLAIMABLE].known;
    double slab = p95_of(facts, told_apart ? GM_COL_SLAB_RECLAIMABLE : GM_COL_KERNEL);
    return p95_of(facts, GM_COL_WORKING_SET) - slab > near * facts->limit;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    double need = demand(facts), near = GM_LIMIT_OF(facts, NEAR_LIMIT);
    if (isnan(facts->limit) || isnan(need))
        return gm_not_applicable(f, "needs the memory limit and gctrace lines");
    if (growth_factor(facts) < 0)
        return gm_clean(f, "the collector is off: the heap says nothing about the need");
    bool killed = gm_was_killed(facts), full = full_of_hard_memory(facts, near);
    if (!killed && !full) return gm_clean(f, "no kill, and the working set stays below the limit");
    if (anything_rises(facts))
        return gm_clean(f, "something grows without bound: a larger limit would only delay it");
    if (need / near <= facts->limit) return gm_clean(f, "what the service needs all the time fits the limit");
    bool calm = steady(facts);
    if (!calm && !killed) return gm_clean(f, "memory is still settling");
    evidence(facts, f);
    f->confidence = calm ? 0.8 : 0.5;
    f->severity = killed ? GM_SEV_CRITICAL : GM_SEV_MEDIUM;
    f->summary = calm ? "the memory limit is too small for what the service needs all the time; nothing leaks"
                      : "the memory limit is too small for the heap that the service builds up after its "
                        "start; the runs are too short to rule out a leak";
    f->remedy = "Raise the limit above what the heap asks for and all other memory, with a tenth to spare; "
                "or buy room with CPU: a smaller GOGC, or GOMEMLIMIT at "
                "nine tenths of the limit less native and kernel memory. Neither helps when the live heap "
                "alone fills the limit.";
    return GM_FIRED;
}

const gm_rule gm_rule_limit_too_small = {
    .slug = "limit_too_small",
    .family = "environment",
    .title = "Memory limit too small",
    .is_cause = true,
    .check = check,
    .definition = "The stationary demand of the service exceeds its memory limit.",
    .proves = "No unreclaimable bucket rises; live heap x (1 + GOGC/100) with a tenth of overshoot, and all "
              "that is not heap, exceed nine tenths of the limit; a kill, or "
              "a working set at the limit.",
    .refutes = "Any trend in the live heap, native memory, tmpfs or goroutines.",
    .remedy = "A larger limit, a smaller GOGC, or GOMEMLIMIT below the limit.",
    .source = "Go GC guide: total memory = live heap x (1 + GOGC/100) and non-heap memory",
};
