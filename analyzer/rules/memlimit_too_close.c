/* Rule memlimit_too_close: GOMEMLIMIT leaves the collector little room above the live heap: it will run ever more
 * often. gc_thrash says that this has happened; here it is a risk, or the reason. */
#include "analyzer/rules/go.h"

#define OFTEN 5                /* collections a second: a death spiral under load had 15 to 28 */
#define LARGE (32 * 1048576.0) /* tiny heaps are collected as often and nobody minds */
#define ROOM \
    "(memlimit_bytes * 0.97 - coalesce((SELECT max(go_meta_bytes + go_stacks_bytes) FROM timeline" GM_OF_LIFE \
    "), 0)) / live_p95_bytes"

/* The goal has collapsed onto a live heap of some size: collections come several times a second for next to nothing. */
static bool restless(const gm_facts *facts) {
    return facts->gc.cycles_per_s >= OFTEN && facts->gc.live_p95_bytes >= LARGE &&
           facts->gc.effective_gogc_pct < GM_LIMIT_OF(facts, THRASH_GOGC);
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (isnan(facts->gc.memlimit_bytes) || isnan(facts->gc.live_p95_bytes))
        return gm_not_applicable(f, "needs GOMEMLIMIT and the live heap (gctrace lines)");
    double room = gm_value_of_sql(facts, "SELECT " ROOM GM_FROM_SUMMARY);
    bool inferred = strcmp(facts->gc.memlimit_source, "inferred") == 0,
         busy = facts->gc.thrash_s > 0 || facts->gc.pressure_s > 0 || restless(facts) || room < 1;
    if (!(room < GM_LIMIT_OF(facts, MEMLIMIT_CLOSE))) return gm_clean(f, "GOMEMLIMIT leaves room above the live heap");
    gm_finding_evidence(facts, f, "bytes", inferred ? "a memory limit of about %s holds the goals" : "GOMEMLIMIT is %s",
                        "SELECT memlimit_bytes" GM_FROM_SUMMARY);
    gm_finding_evidence(facts, f, "bytes", "the live heap is %s (p95)", "SELECT live_p95_bytes" GM_FROM_SUMMARY);
    gm_finding_evidence(facts, f, "%", "what the limit leaves for the heap is %s of it (125 are needed, 150 are good)",
                        "SELECT 100 * " ROOM GM_FROM_SUMMARY);
    if (restless(facts))
        gm_finding_evidence(facts, f, "count", "collections per second: %s", "SELECT cycles_per_s" GM_FROM_SUMMARY);
    if (!isnan(facts->gc.duty))
        gm_finding_evidence(facts, f, "%", "collections run during %s of the time",
                            "SELECT 100 * duty" GM_FROM_SUMMARY);
    f->confidence = (inferred ? 0.6 : 0.85) - (gm_live_rises(facts) ? 0.3 : 0);
    f->severity = busy ? GM_SEV_MEDIUM : GM_SEV_LOW;
    f->summary = gm_live_rises(facts) ? "the rising live heap has come close to GOMEMLIMIT"
                                      : "GOMEMLIMIT leaves the collector little room above the live heap";
    f->remedy =
        "Raise GOMEMLIMIT to 1.5 times the live heap with the runtime's own memory, and the container's limit with it; or make the live heap smaller. Small limits (tens of MB) are unreliable.";
    return GM_FIRED;
}

const gm_rule gm_rule_memlimit_too_close = {
    .slug = "memlimit_too_close",
    .family = "go",
    .title = "GOMEMLIMIT too close to the live heap",
    .is_cause = true,
    .is_risk = true,
    .check = check,
    .definition = "(GOMEMLIMIT * 0.97 - the runtime's own memory) / live heap is below 1.25.",
    .proves = "The setting, or a goal that a limit holds, and the live heap after the marks.",
    .refutes = "The live heap is far below; the memory limit is not what drives the collector.",
    .remedy = "A higher GOMEMLIMIT and container limit, or a smaller live heap.",
    .source = "Go GC guide (memory limit, death spirals); runtime mgcpacer.go: 3 % of the limit stay free",
};
