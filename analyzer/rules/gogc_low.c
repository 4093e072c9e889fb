/* Rule gogc_low: a small GOGC makes the collector spend much of the container's CPU for little memory.
 * gctrace's percentages are of GOMAXPROCS; the share here is of the CPU that the container may use. */
#include "analyzer/rules/go.h"

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (facts->gc.gogc == GM_UNKNOWN || isnan(facts->gc.gc_quota_share_pct))
        return gm_not_applicable(f, "needs gctrace lines and a known or inferred GOGC");
    bool low = facts->gc.gogc > 0 && (double)facts->gc.gogc < GM_LIMIT_OF(facts, GOGC_LOW);
    if (!low || facts->gc.gc_quota_share_pct <= GM_LIMIT_OF(facts, GC_SHARE_PCT))
        return gm_clean(f, "GOGC is not small, or its collections cost little");
    if (gm_regime_is(facts, "memory_limit") || gm_regime_is(facts, "collapsed"))
        return gm_clean(f, "a memory limit drives the collector, not GOGC");
    if (gm_rises(facts, GM_TREND_GC_LIVE))
        return gm_clean(f, "the live heap rises: collections are not frequent by GOGC alone");
    gm_finding_evidence(facts, f, "%", gm_facts_text(facts, "GOGC is %%s (%s)", facts->gc.gogc_source),
                        "SELECT gogc" GM_FROM_SUMMARY);
    gm_finding_evidence(facts, f, "%", "the collector takes %s of the CPU that the container may use",
                        "SELECT gc_quota_share_pct" GM_FROM_SUMMARY);
    gm_finding_evidence(facts, f, "x", "%s collections per second", "SELECT cycles_per_s" GM_FROM_SUMMARY);
    f->confidence = 0.9;
    f->severity = GM_SEV_LOW;
    f->summary = gm_facts_text(facts, "GOGC=%lld makes the collector take much of the container's CPU",
                               (long long)facts->gc.gogc);
    f->remedy =
        "Raise GOGC towards 100 and bound the heap with GOMEMLIMIT instead; doubling GOGC about halves the collector's CPU.";
    return GM_FIRED;
}

const gm_rule gm_rule_gogc_low = {
    .slug = "gogc_low",
    .family = "go",
    .title = "GOGC too small",
    .is_cause = false,
    .check = check,
    .definition =
        "GOGC below 50 with a steady live heap, while collections take more than 15 % of the CPU that the container may use.",
    .proves = "The setting, exported or inferred, and the windowed GC share restated against the CPU quota.",
    .refutes = "The live heap rises, or a memory limit drives the collector.",
    .remedy = "A larger GOGC with GOMEMLIMIT.",
    .source = "Go GC guide: halving GOGC about doubles the collector's CPU",
};
