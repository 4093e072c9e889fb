/* Rule gc_thrash: collections run back to back because the goal has collapsed onto the live heap.
 * Neither a high printed percentage nor the runtime's CPU limiter is required: measured death spirals showed 21 to
 * 41 % and no limiter. What counts is the room between goal and live heap, and how much of the time marks run, in
 * any part of the life of twenty cycles and ten seconds after the start-up. */
#include "analyzer/rules/go.h"

#define OF_WORST \
    " FROM (SELECT heap_goal_mib, heap_end_mib, t_ns, lag(heap_live_mib) OVER (ORDER BY member_id, process, n) AS before FROM gc" GM_OF_LIFE \
    ") WHERE t_ns BETWEEN (SELECT worst_from_ns" GM_FROM_SUMMARY ") AND (SELECT worst_to_ns" GM_FROM_SUMMARY ")"

static void evidence(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(facts, f, "%", "median room between the live heap and the next goal, at its worst: %s",
                        "SELECT worst_gogc_pct" GM_FROM_SUMMARY);
    gm_finding_evidence(facts, f, "%", "there collections run during %s of the time",
                        "SELECT 100 * worst_duty" GM_FROM_SUMMARY);
    gm_finding_evidence(facts, f, "s", "the collector has so little rest for %s",
                        "SELECT thrash_s + pressure_s" GM_FROM_SUMMARY);
    gm_finding_evidence(facts, f, "%", "the goal is no more than the live heap in %s of those cycles",
                        "SELECT 100.0 * avg(heap_goal_mib <= before + 1)" OF_WORST);
    gm_finding_evidence(facts, f, "%", "the heap is past its goal at the end of %s of them",
                        "SELECT 100.0 * avg(heap_end_mib > heap_goal_mib)" OF_WORST);
    if (!isnan(facts->gc.gc_quota_share_pct))
        gm_finding_evidence(facts, f, "%", "over the life the collector takes %s of the CPU that the container may use",
                            "SELECT gc_quota_share_pct" GM_FROM_SUMMARY);
    if (!isnan(facts->gc.assist_share_pct))
        gm_finding_evidence(facts, f, "%", "%s of it in assists (5 is out of balance)",
                            "SELECT assist_share_pct" GM_FROM_SUMMARY);
    if (!isnan(facts->gc.memlimit_bytes))
        gm_finding_evidence(facts, f, "bytes", "GOMEMLIMIT is %s", "SELECT memlimit_bytes" GM_FROM_SUMMARY);
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if ((double)facts->n_cycles < GM_LIMIT_OF(facts, TREND_MIN_CYCLES))
        return gm_not_applicable(f, "needs twenty gctrace lines or more");
    if (isnan(facts->gc.thrash_s))
        return gm_clean(f, "the live heap is so small that collections are frequent and harmless");
    bool thrash = facts->gc.thrash_s > 0, pressure = facts->gc.pressure_s > 0;
    if (!thrash && !pressure)
        return gm_clean(f, "the collector rests between its cycles, or its goal leaves the room that GOGC asks for");
    double share =
        (facts->gc.thrash_s + facts->gc.pressure_s) / fmax(1, (double)(facts->gc.to_ns - facts->gc.from_ns) / 1e9);
    bool lasting = share >= GM_LIMIT_OF(facts, THRASH_SHARE), rises = gm_live_rises(facts);
    evidence(facts, f);
    f->confidence = (thrash ? 0.92 : 0.75) - (lasting ? 0 : 0.2);
    f->severity = !lasting ? GM_SEV_LOW : gm_was_killed(facts) ? GM_SEV_CRITICAL : thrash ? GM_SEV_HIGH : GM_SEV_MEDIUM;
    if (thrash)
        f->summary = gm_facts_text(
            facts,
            "the collector thrashes%s: its goal has collapsed onto the live heap, so that it runs back to back and starves the service%s",
            lasting ? "" : " for a while", rises ? "; a rising live heap drove it there" : "");
    else f->summary = "the collector is under pressure: a memory limit leaves it little room above the live heap";
    f->remedy =
        "Raise GOMEMLIMIT and the container's limit, or make the live heap smaller. Lowering GOMEMLIMIT makes it worse. If a leak fills the heap, fix "
        "the leak: GOMEMLIMIT only delays the kill.";
    return GM_FIRED;
}

const gm_rule gm_rule_gc_thrash = {
    .slug = "gc_thrash",
    .family = "go",
    .title = "Collector thrashing",
    .is_cause = true,
    .check = check,
    .definition =
        "The heap goal has collapsed onto the live heap: collections run back to back and the service does not get the CPU.",
    .proves =
        "Over twenty cycles and ten seconds a median effective GOGC below 10 and collections during more than 70 % of the time; 10 to 40 under a memory limit is pressure.",
    .refutes =
        "The effective GOGC is the configured one; the heap is in the minimum-heap regime; only start-up looks so; the CPU quota alone makes marks long.",
    .remedy = "Raise the limit and GOMEMLIMIT, or cut the live heap; never lower GOMEMLIMIT.",
    .source =
        "Measured on Go 1.19 and 1.23 under GOMEMLIMIT: effective GOGC 0 to 5 and duty 0.78 to 0.93, throughput a sixth to an eighth; Go GC guide",
};
