/* Rule slow_gc: marking or stopping the world takes long, and why: the CPU quota, a large heap, few processors. */
#include "analyzer/rules/common.h"

static const char *reason_of(const gm_facts *facts) {
    if (facts->cpu_limit < (double)facts->gc.procs)
        return gm_facts_text(facts, "the container may use %.2g CPUs while GOMAXPROCS is %lld, so that marks wait for the quota", facts->cpu_limit, (long long)facts->gc.procs);
    if (facts->gc.live_p95_bytes > 1073741824.0) return "the live heap is large";
    return facts->gc.procs <= 2 ? "few processors mark" : "no single reason stands out";
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if ((double)facts->n_cycles < GM_LIMIT_OF(facts, TREND_MIN_CYCLES)) return gm_not_applicable(f, "needs twenty gctrace lines or more");
    bool mark = facts->gc.mark_p95_ms > GM_LIMIT_OF(facts, SLOW_MARK_MS), pause = facts->gc.pause_p99_ms > GM_LIMIT_OF(facts, SLOW_PAUSE_MS);
    if (!mark && !pause) return gm_clean(f, "marks and pauses are short");
    gm_finding_evidence(facts, f, "ms", "95 % of the marks take less than %s", "SELECT mark_p95_ms FROM gc_summary WHERE container_id = {c} AND life = {l}");
    gm_finding_evidence(facts, f, "ms", "99 % of the pauses take less than %s", "SELECT pause_p99_ms FROM gc_summary WHERE container_id = {c} AND life = {l}");
    if (!isnan(facts->gc.gc_quota_share_pct))
        gm_finding_evidence(facts, f, "%", "the collector takes %s of the CPU that the container may use",
                            "SELECT gc_quota_share_pct FROM gc_summary WHERE container_id = {c} AND life = {l}");
    f->confidence = 0.85;
    f->severity = GM_SEV_LOW;
    f->summary = gm_facts_text(facts, "%s are slow: %s", mark ? "collections" : "stop-the-world pauses", reason_of(facts));
    f->remedy = "Give the container the CPU that GOMAXPROCS promises, or set GOMAXPROCS to the quota (Go 1.25 does so by itself); make the live heap smaller.";
    return GM_FIRED;
}

const gm_rule gm_rule_slow_gc = {
    .slug = "slow_gc",
    .family = "go",
    .title = "Slow collections",
    .is_cause = false,
    .check = check,
    .definition = "The concurrent mark takes more than half a second at p95, or pauses more than 10 ms at p99.",
    .proves = "The phases of the gctrace lines after start-up.",
    .refutes = "Only start-up or a suspended machine shows them.",
    .remedy = "CPU, GOMAXPROCS equal to the quota, a smaller live heap.",
    .source = "runtime mgc.go: clock phases of a gctrace line",
};
