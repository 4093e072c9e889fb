/* Rule limit_too_small: nothing grows without bound, and what the service needs all the time does not fit its
 * limit. The need: live heap x (1 + GOGC/100) with the collector's overshoot, and all that is not heap. A GOGC above
 * 100 is left out: that heap is a choice, not a need. Leaks come first; a kill in a run that was still growing is at
 * most a suspicion, because a fast leak looks the same. */
#include "analyzer/rules/go.h"

#define MIN_CYCLES 5
#define ROOM_BYTES (32 * 1048576.0)

static double gogc_of(const gm_facts *facts) {
    int64_t gogc = facts->gc.known && facts->gc.gogc != GM_UNKNOWN ? facts->gc.gogc : facts->env_gogc;
    return gogc == GM_UNKNOWN ? 100 : fmin((double)gogc, 100);
}

/* Stacks and globals are part of the goal since Go 1.18; before it the log does not name them. */
static const char scanned_sql[] =
    "coalesce((SELECT max(stacks_mib + globals_mib) * 1048576.0 FROM gc" GM_OF_LIFE "), 0)";

/* What the service needs in its steady state. */
static const char *need_sql(const gm_facts *facts) {
    return gm_facts_text(facts, "SELECT %g * (live_p99_bytes * %g + %s * %g) + %s" GM_FROM_SUMMARY,
                         GM_LIMIT_OF(facts, DEMAND_MARGIN), 1 + gogc_of(facts) / 100, scanned_sql, gogc_of(facts) / 100,
                         gm_beside_heap_sql);
}

static double live_median(const gm_facts *facts, size_t from, size_t to) {
    g_autofree double *y = g_new(double, facts->n_cycles + 1);
    for (size_t i = from; i < to; i++) y[i - from] = (double)facts->cycles[i].live_mib * 1048576.0;
    return to > from ? gm_stats_median(y, to - from) : NAN;
}

/* The live heap no longer climbs, and neither does the cgroup. */
static bool steady(const gm_facts *facts) {
    size_t n = facts->n_cycles;
    if (gm_growth_of(facts, GM_COL_ANON) >= facts->material ||
        gm_growth_of(facts, GM_COL_WORKING_SET) >= facts->material)
        return false;
    return n >= 3 * MIN_CYCLES &&
           live_median(facts, 2 * n / 3, n) <= GM_LIMIT_OF(facts, STEADY_RATIO) * live_median(facts, n / 3, 2 * n / 3);
}

static double or_zero(double x) {
    return isnan(x) ? 0 : x;
}

/* The working set holds reclaimable slab; cgroup v1 does not tell it from other kernel memory. */
static bool full_of_hard_memory(const gm_facts *facts, double near) {
    double slab = gm_column_quantile(facts, GM_COL_SLAB_RECLAIMABLE, 0.99);
    if (isnan(slab)) slab = or_zero(gm_column_quantile(facts, GM_COL_KERNEL, 0.99));
    return gm_column_quantile(facts, GM_COL_WORKING_SET, 0.99) - slab > near * facts->limit;
}

/* A need of all the time is there in the middle of the record too, not only at its peak. */
static bool at_its_peak_only(const gm_facts *facts) {
    double middle = gm_column_quantile(facts, GM_COL_WORKING_SET, 0.5),
           peak = gm_column_quantile(facts, GM_COL_WORKING_SET, 0.99);
    return middle < GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT) / 100 * peak;
}

static bool others_fill_it(const gm_facts *facts) {
    return gm_column_quantile(facts, GM_COL_OTHER_PROCESSES, 0.5) >=
           GM_LIMIT_OF(facts, OTHER_SHARE) * gm_column_quantile(facts, GM_COL_ANON, 0.5);
}

/* Nothing tells other processes' memory from native memory, and the heap alone would fit. */
static bool others_may(const gm_facts *facts) {
    double native = gm_column_quantile(facts, GM_COL_NATIVE, 0.99);
    return !facts->growth[GM_COL_OTHER_PROCESSES].known &&
           native >= GM_LIMIT_OF(facts, OTHER_SHARE) * gm_column_quantile(facts, GM_COL_ANON, 0.5);
}

static void evidence(const gm_facts *facts, gm_finding *f, const char *need) {
    gm_finding_evidence(facts, f, "bytes", "the limit is %s", "SELECT limit_bytes FROM life" GM_OF_LIFE);
    gm_finding_evidence(facts, f, "bytes", "the live heap is %s (p99)", "SELECT live_p99_bytes" GM_FROM_SUMMARY);
    gm_finding_evidence(facts, f, "bytes", "memory beside the heap takes %s",
                        gm_facts_text(facts, "SELECT %s", gm_beside_heap_sql));
    gm_finding_evidence(
        facts, f, "bytes",
        "the heap with the room that its collector takes, a tenth of overshoot and all other memory ask for %s", need);
    gm_finding_evidence(facts, f, "bytes", "the highest usage recorded is %s",
                        "SELECT max(usage_bytes) FROM timeline" GM_OF_LIFE);
    gm_finding_evidence(facts, f, "count", "OOM kills in this life: %s", "SELECT count(*) FROM oom_kills" GM_OF_LIFE);
}

/* The ways out, in numbers: a larger limit, and a smaller GOGC or GOMEMLIMIT where the live heap leaves room for one.
 */
static const char *remedy(const gm_facts *facts, double need) {
    double live = facts->gc.live_p99_bytes, beside = gm_beside_heap(facts);
    double outside = gm_beside_go(facts),
           scanned = gm_value_of_sql(facts, gm_facts_text(facts, "SELECT %s", scanned_sql));
    double near = GM_LIMIT_OF(facts, NEAR_LIMIT),
           heap = (near * facts->limit - beside) / GM_LIMIT_OF(facts, DEMAND_MARGIN);
    double gogc = 100 * (heap - live) / (live + scanned),
           memlimit = facts->limit - outside - fmax(0.05 * facts->limit, ROOM_BYTES);
    bool room = memlimit >= 1.5 * (live + beside - outside);
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "Raise the limit to %.0f MiB or more", ceil(need / near / 1048576.0));
    if (gogc >= 25) g_string_append_printf(text, "; or pay with CPU: GOGC=%.0f", floor(gogc));
    if (room)
        g_string_append_printf(text, "%s GOMEMLIMIT=%.0fMiB",
                               gogc >= 25 ? ", or" : "; or pay with CPU:", floor(memlimit / 1048576.0));
    if (gogc < 25 && !room)
        g_string_append(text, ". A smaller GOGC or GOMEMLIMIT does not help: the live heap leaves no room for one");
    g_string_append_c(text, '.');
    return gm_arena_strndup(facts->arena, text->str, text->len);
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    double near = GM_LIMIT_OF(facts, NEAR_LIMIT);
    if (isnan(facts->limit) || isnan(facts->gc.live_p99_bytes) || (facts->n_cycles > 0 && facts->n_cycles < MIN_CYCLES))
        return gm_not_applicable(f, "needs the memory limit, and gctrace lines or the heap goal with GOGC");
    if (gogc_of(facts) < 0) return gm_clean(f, "the collector is off: the heap says nothing about the need");
    bool killed = gm_was_killed(facts), full = full_of_hard_memory(facts, near);
    if (!killed && !full) return gm_clean(f, "no kill, and the working set stays below the limit");
    if (gm_anything_rises(facts))
        return gm_clean(f, "something grows without bound: a larger limit would only delay it");
    if (others_fill_it(facts))
        return gm_clean(f, "other processes take a good part of the container: see other_process");
    if (!killed && at_its_peak_only(facts)) return gm_clean(f, "memory came near the limit for a while, and went");
    double need = gm_value_of_sql(facts, need_sql(facts));
    if (!(need / near > facts->limit)) return gm_clean(f, "what the service needs all the time fits the limit");
    bool calm = steady(facts);
    if (!calm && !killed) return gm_clean(f, "memory is still settling");
    evidence(facts, f, need_sql(facts));
    f->confidence = !calm ? 0.5 : others_may(facts) ? 0.65 : 0.8;
    f->severity = killed ? GM_SEV_CRITICAL : GM_SEV_MEDIUM;
    f->summary = calm ? "the memory limit is too small for what the service needs all the time; nothing leaks"
                      : "the memory limit is too small for the heap that the service builds up after its "
                        "start; the runs are too short to rule out a leak";
    f->remedy = remedy(facts, need);
    return GM_FIRED;
}

const gm_rule gm_rule_limit_too_small = {
    .slug = "limit_too_small",
    .family = "environment",
    .title = "Memory limit too small",
    .is_cause = true,
    .check = check,
    .definition = "The stationary demand of the service exceeds its memory limit.",
    .proves =
        "No unreclaimable bucket rises; live heap x (1 + GOGC/100) and (stacks + globals) x GOGC/100, both with a tenth of overshoot, and all that is not heap, exceed "
        "nine tenths of the limit; a kill, or a working set at the limit.",
    .refutes = "Any trend in the live heap, native memory, tmpfs or goroutines.",
    .remedy = "A larger limit, a smaller GOGC, or GOMEMLIMIT below the limit: the finding names the values.",
    .source = "Go GC guide: total memory = live heap x (1 + GOGC/100) and non-heap memory",
};
