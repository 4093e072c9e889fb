/* Rule gc_thrash: collections run back to back because the goal has collapsed onto the live heap.
 * Neither a high printed percentage nor the runtime's CPU limiter is required: measured death spirals showed 21 to
 * 41 % and no limiter. What counts is the room between goal and live heap, and how much of the time marks run. */
#include "analyzer/rules/common.h"

static const char collapsed_sql[] =
    "SELECT 100.0 * avg(heap_goal_mib <= before + 1) FROM (SELECT heap_goal_mib, lag(heap_live_mib) OVER (ORDER BY member_id, process, n) AS before "
    "FROM gc WHERE container_id = {c} AND life = {l})";

static void evidence(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(facts, f, "%", "median room between the live heap and the next goal: %s",
                        "SELECT effective_gogc_pct FROM gc_summary WHERE container_id = {c} AND life = {l}");
    gm_finding_evidence(facts, f, "x", "collections run during %s of the time", "SELECT duty FROM gc_summary WHERE container_id = {c} AND life = {l}");
    gm_finding_evidence(facts, f, "%", "the goal is no more than the live heap in %s of the cycles", collapsed_sql);
    if (!isnan(facts->gc.gc_quota_share_pct))
        gm_finding_evidence(facts, f, "%", "the collector takes %s of the CPU that the container may use",
                            "SELECT gc_quota_share_pct FROM gc_summary WHERE container_id = {c} AND life = {l}");
    if (!isnan(facts->gc.memlimit_bytes))
        gm_finding_evidence(facts, f, "bytes", "GOMEMLIMIT is %s", "SELECT memlimit_bytes FROM gc_summary WHERE container_id = {c} AND life = {l}");
}

/* A small GOGC by configuration looks alike: then the room is what was asked for. */
static bool as_configured(const gm_facts *facts) {
    return strcmp(facts->gc.regime, "gogc") == 0 && facts->gc.gogc > 0 && facts->gc.effective_gogc_pct > 0.5 * (double)facts->gc.gogc;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if ((double)facts->n_cycles < GM_LIMIT_OF(facts, TREND_MIN_CYCLES)) return gm_not_applicable(f, "needs twenty gctrace lines or more");
    bool tiny = isnan(facts->gc.effective_gogc_pct); /* no live heap of 8 MiB: such heaps collect often and harmlessly */
    if (tiny || facts->gc.duty <= GM_LIMIT_OF(facts, THRASH_DUTY) || as_configured(facts)) return gm_clean(f, "the collector rests between its cycles");
    bool thrash = facts->gc.effective_gogc_pct < GM_LIMIT_OF(facts, THRASH_GOGC);
    bool pressure = facts->gc.effective_gogc_pct < GM_LIMIT_OF(facts, PRESSURE_GOGC) && strcmp(facts->gc.regime, "memory_limit") == 0;
    if (!thrash && !pressure) return gm_clean(f, "collections are frequent, but the goal leaves room above the live heap");
    evidence(facts, f);
    f->confidence = thrash ? 0.92 : 0.75;
    f->severity = thrash ? GM_SEV_HIGH : GM_SEV_MEDIUM;
    f->share_pct = NAN;
    f->summary = thrash ? "the collector thrashes: its goal has collapsed onto the live heap, so that it runs back to back and starves the service"
                        : "the collector is under pressure: a memory limit leaves it little room above the live heap";
    f->remedy = "Raise GOMEMLIMIT and the container's limit, or make the live heap smaller. Lowering GOMEMLIMIT makes it worse. If a leak fills the heap, fix "
                "the leak: GOMEMLIMIT only delays the kill.";
    return GM_FIRED;
}

const gm_rule gm_rule_gc_thrash = {
    .slug = "gc_thrash",
    .family = "go",
    .title = "Collector thrashing",
    .is_cause = true,
    .check = check,
    .definition = "The heap goal has collapsed onto the live heap: collections run back to back and the service does not get the CPU.",
    .proves = "Median effective GOGC below 10 and collections during more than 70 % of the time; 10 to 40 under a memory limit is pressure.",
    .refutes = "The effective GOGC is the configured one; the heap is in the minimum-heap regime; only start-up looks so.",
    .remedy = "Raise the limit and GOMEMLIMIT, or cut the live heap; never lower GOMEMLIMIT.",
    .source = "Measured on Go 1.19 and 1.23 under GOMEMLIMIT; Go GC guide",
};
