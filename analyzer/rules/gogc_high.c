/* Rule gogc_high: the heap goal is far above the live heap by configuration, so that garbage fills the limit. */
#include "analyzer/rules/go.h"

static void evidence(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(facts, f, "%", gm_facts_text(facts, "GOGC is %%s (%s)", facts->gc.gogc_source),
                        "SELECT gogc FROM gc_summary WHERE container_id = {c} AND life = {l}");
    if (!isnan(facts->gc.goal_p95_bytes))
        gm_finding_evidence(facts, f, "bytes", "the heap goal reaches %s",
                            "SELECT goal_p95_bytes FROM gc_summary WHERE container_id = {c} AND life = {l}");
    if (!isnan(facts->gc.live_last_bytes))
        gm_finding_evidence(facts, f, "bytes", "while %s are live",
                            "SELECT live_last_bytes FROM gc_summary WHERE container_id = {c} AND life = {l}");
    if (!isnan(facts->limit))
        gm_finding_evidence(facts, f, "bytes", "the container's limit is %s",
                            "SELECT limit_bytes FROM life WHERE container_id = {c} AND life = {l}");
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (facts->gc.gogc == GM_UNKNOWN)
        return gm_not_applicable(f, "needs GOGC: the environment, go_gc_gogc_percent or gctrace lines");
    if ((double)facts->gc.gogc < GM_LIMIT_OF(facts, GOGC_HIGH)) return gm_clean(f, "GOGC is not high");
    if (strcmp(facts->gc.regime, "memory_limit") == 0)
        return gm_clean(f, "GOGC is high, but GOMEMLIMIT drives the collector");
    evidence(facts, f);
    double goal = facts->gc.goal_p95_bytes, live = facts->gc.live_p95_bytes;
    if (isnan(goal) && !isnan(live)) goal = live * (1 + (double)facts->gc.gogc / 100);
    double share = goal / facts->limit;
    bool tight = share > GM_LIMIT_OF(facts, GOGC_GOAL_LIMIT), killed = gm_was_killed(facts),
         leaks = gm_live_rises(facts);
    bool maybe = killed && isnan(share); /* nothing says how high the goal was */
    f->confidence = tight && !leaks ? (killed ? 0.93 : 0.9) : maybe && !leaks ? 0.6 : tight ? 0.5 : 0.35;
    f->severity = killed && (tight || maybe) ? GM_SEV_CRITICAL : tight ? GM_SEV_MEDIUM : GM_SEV_LOW;
    f->share_pct = tight && !leaks ? 100 : NAN;
    const char *live_note = leaks ? "; the live heap rises as well" : tight ? ", though little of it is live" : "";
    f->summary =
        !isnan(share)
            ? gm_facts_text(facts, "GOGC=%lld lets the heap grow to %.0f %% of the limit before a collection%s",
                            (long long)facts->gc.gogc, 100 * share, live_note)
            : gm_facts_text(facts, "GOGC=%lld lets garbage grow to %.3g times the live heap%s",
                            (long long)facts->gc.gogc, (double)facts->gc.gogc / 100, live_note);
    f->remedy =
        "Set GOGC=100 (or 50 to 80) and GOMEMLIMIT to about 90 % of the container's limit. Peak heap = live * (1 + GOGC / 100); halving GOGC "
        "about doubles the collector's CPU.";
    return GM_FIRED;
}

const gm_rule gm_rule_gogc_high = {
    .slug = "gogc_high",
    .family = "go",
    .title = "GOGC too high for the limit",
    .is_cause = true,
    .check = check,
    .definition = "GOGC is 150 or more, so that garbage may fill several times the live heap before a collection.",
    .proves =
        "GOGC set, exported or inferred from gctrace at 150 or more, a live heap without trend, and a goal above 70 % of the limit.",
    .refutes = "Collections come at smaller heaps; GOMEMLIMIT bounds the goal; the live heap itself grows.",
    .remedy = "GOGC=100 with GOMEMLIMIT at 90 % of the limit.",
    .source = "Go GC guide; runtime mgcpacer.go commit(): goal = live + (live + stacks + globals) * GOGC / 100",
};
