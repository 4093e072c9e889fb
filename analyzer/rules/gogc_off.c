/* Rule gogc_off: the collector is switched off, or never runs, and no memory limit takes its place. */
#include "analyzer/rules/go.h"

/* The runtime's own count of collections stands still while it should not. */
static bool count_stands_still(const gm_facts *facts) {
    const gm_history *count = &facts->timeline->history[GM_Q_GO_GC_COUNT];
    int64_t from = facts->life->from_ns + (int64_t)(GM_LIMIT_OF(facts, GC_OFF_AGE_S) * 1e9);
    double first = NAN, last = NAN;
    int64_t begin = 0, end = 0;
    for (size_t i = 0; i < count->n; i++) {
        if (count->t_ns[i] < facts->life->from_ns || count->t_ns[i] > facts->life->to_ns) continue;
        if (isnan(first)) first = count->value[i], begin = count->t_ns[i];
        last = count->value[i], end = count->t_ns[i];
    }
    return end > from && end - begin > (int64_t)(GM_LIMIT_OF(facts, GC_OFF_AGE_S) * 1e9) && first == last;
}

static double heap_growth(const gm_facts *facts) {
    return fmax(gm_growth_of(facts, GM_COL_GO_TOTAL), gm_growth_of(facts, GM_COL_GO_GARBAGE));
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    bool configured = facts->gc.gogc == -1, idle = count_stands_still(facts);
    const gm_history *count = &facts->timeline->history[GM_Q_GO_GC_COUNT];
    if (facts->gc.gogc == GM_UNKNOWN && facts->n_cycles == 0 && !count->n)
        return gm_not_applicable(f, "needs GOGC, gctrace lines or the number of collections");
    double grown = heap_growth(facts);
    bool never = idle && facts->n_cycles == 0 && grown >= facts->material;
    bool off = configured || never || gm_regime_is(facts, "off");
    if (!off) return gm_clean(f, "the collector runs");
    if (!isnan(facts->gc.memlimit_bytes)) return gm_clean(f, "GOGC is off, but GOMEMLIMIT drives the collector");
    if (configured && facts->gc.gogc_source)
        gm_finding_evidence(facts, f, "", "GOGC is off (%s = off)",
                            "SELECT gogc FROM gc_summary WHERE container_id = {c} AND life = {l}");
    if (facts->growth[GM_COL_GO_TOTAL].known)
        gm_finding_growth(facts, f, "go_total", "memory held by the Go runtime grew by %s");
    if (idle)
        gm_finding_evidence(
            facts, f, "count", "collections in this life: %s",
            "SELECT max(value) - min(value) FROM samples JOIN life l ON l.container_id = samples.container_id AND l.life = {l} "
            "WHERE samples.container_id = {c} AND quantity = 'go.gc_count' AND t_ns BETWEEN l.from_ns AND l.to_ns");
    f->share_pct = facts->growth[GM_COL_GO_TOTAL].known ? fmin(100, gm_share_of(facts, GM_COL_GO_TOTAL)) : NAN;
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_GO_TOTAL);
    bool matters = grown >= facts->material || gm_was_killed(facts);
    f->confidence = configured && matters ? 0.95 : configured ? 0.6 : 0.75;
    /* Starting goroutines does not trigger a collection: then a count that stands still proves less. */
    if (!configured && gm_goroutine_bytes(facts) >= 0.5 * grown) f->confidence -= 0.3;
    f->severity = gm_was_killed(facts) ? GM_SEV_CRITICAL : matters ? GM_SEV_HIGH : GM_SEV_LOW;
    f->summary =
        configured
            ? "the garbage collector is switched off (GOGC=off) and no GOMEMLIMIT takes its place: everything allocated stays"
            : "the garbage collector never ran while the heap grew";
    f->remedy =
        "Set GOGC=100 and GOMEMLIMIT to about 90 % of the container's limit. GOGC=off is for a container that GOMEMLIMIT guards and that "
        "nothing else shares.";
    return GM_FIRED;
}

const gm_rule gm_rule_gogc_off = {
    .slug = "gogc_off",
    .family = "go",
    .title = "Garbage collector switched off",
    .is_cause = true,
    .check = check,
    .definition = "GOGC=off without GOMEMLIMIT, or a collector that never runs: garbage is never taken back.",
    .proves =
        "The setting, or a collection count that stands still for four minutes while the heap grows; the periodic collection comes every two.",
    .refutes = "Collections in the log; GOMEMLIMIT is set.",
    .remedy = "GOGC=100 with GOMEMLIMIT at 90 % of the limit.",
    .source = "runtime gcTrigger.test: the periodic trigger is off only with a negative GOGC; Go GC guide",
};
