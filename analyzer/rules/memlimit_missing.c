/* Rule memlimit_missing: without GOMEMLIMIT the heap goal exceeds what the container has, while the live heap alone
 * would fit well: garbage that a memory limit would have collected in time fills the container. */
#include "analyzer/rules/go.h"

static const char with_goal_sql[] = "SELECT 1.1 * goal_p95_bytes + (%s)" GM_FROM_SUMMARY;
static const char with_live_sql[] = "SELECT 1.1 * live_p95_bytes + (%s)" GM_FROM_SUMMARY;

#define MIB       1048576.0
#define GOOD_ROOM 1.5

/* The setting that fits the container. */
static double proposal(const gm_facts *facts) {
    return facts->limit - gm_beside_go(facts) - fmax(0.05 * facts->limit, 32 * MIB);
}

/* What the runtime cannot do without: the live heap and its own memory. */
static double least(const gm_facts *facts) {
    const char *both = gm_facts_text(facts, "SELECT (%s) - (%s)", gm_beside_heap_sql, gm_beside_go_sql);
    return facts->gc.live_p99_bytes + gm_value_of_sql(facts, both);
}

static bool too_old(const gm_facts *facts) {
    return facts->go_minor > 0 && facts->go_minor < 19;
}

static void evidence(const gm_facts *facts, gm_finding *f, const char *with_goal, const char *with_live) {
    gm_finding_evidence(facts, f, "bytes", "the limit is %s", "SELECT limit_bytes FROM life" GM_OF_LIFE);
    gm_finding_evidence(facts, f, "bytes", "heap up to its goal and all other memory take %s", with_goal);
    gm_finding_evidence(facts, f, "bytes", "with the live heap alone it would be %s", with_live);
    if (facts->n_cycles)
        gm_finding_evidence(facts, f, "%", "the goals leave a room of %s above the live heap, as GOGC alone does",
                            "SELECT effective_gogc_pct" GM_FROM_SUMMARY);
    gm_finding_evidence(facts, f, "count", "kills in this life: %s", "SELECT count(*) FROM oom_kills" GM_OF_LIFE);
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (isnan(facts->limit) || isnan(facts->gc.goal_p95_bytes) || isnan(facts->gc.live_p95_bytes))
        return gm_not_applicable(
            f,
            "needs the memory limit, and the live heap and its goal (gctrace, or go_memstats_next_gc_bytes with GOGC)");
    if (!isnan(facts->gc.memlimit_bytes) || gm_regime_is(facts, "memory_limit") || gm_regime_is(facts, "collapsed"))
        return gm_clean(f, "GOMEMLIMIT is set");
    if (too_old(facts)) return gm_clean(f, "this Go has no GOMEMLIMIT yet (1.19 brought it)");
    const char *with_goal = gm_facts_text(facts, with_goal_sql, gm_beside_heap_sql),
               *with_live = gm_facts_text(facts, with_live_sql, gm_beside_heap_sql);
    if (!(gm_value_of_sql(facts, with_goal) > facts->limit))
        return gm_clean(f, "the heap up to its goal fits the limit");
    if (!(gm_value_of_sql(facts, with_live) < GM_LIMIT_OF(facts, MEMLIMIT_ROOM) * facts->limit))
        return gm_clean(f, "the live heap alone nearly fills the limit: GOMEMLIMIT would make the collector thrash");
    if (gm_anything_rises(facts))
        return gm_clean(f, "something rises without bound: GOMEMLIMIT would only delay the end");
    evidence(facts, f, with_goal, with_live);
    bool killed = gm_was_killed(facts), enough = proposal(facts) >= GOOD_ROOM * least(facts);
    bool beyond = facts->gc.goal_p95_bytes + gm_beside_heap(facts) > facts->limit; /* without any overshoot */
    f->confidence = !enough ? 0.45 : killed ? 0.85 : 0.6; /* else a larger limit is the better half of the cure */
    f->severity = killed ? GM_SEV_CRITICAL : beyond ? GM_SEV_MEDIUM : GM_SEV_LOW;
    f->summary =
        killed
            ? "without GOMEMLIMIT garbage filled the container, although the live heap alone would fit"
            : "without GOMEMLIMIT the heap may grow past the container's limit, although the live heap alone would fit";
    f->remedy = gm_facts_text(
        facts,
        "%s GOMEMLIMIT=%.0fMiB: the limit less native, kernel and tmpfs memory and less 5 %% (at least 32 MiB). Kubernetes' suffix Mi stops Go at its start. Nothing sets it by "
        "itself; automemlimit or the downward API can.",
        enough
            ? "Set"
            : "Raise the limit, and set GOMEMLIMIT with it: alone it would leave the collector less than 1.5 times the live heap. At the present limit it would be",
        floor(fmax(0, proposal(facts)) / MIB));
    return GM_FIRED;
}

const gm_rule gm_rule_memlimit_missing = {
    .slug = "memlimit_missing",
    .family = "go",
    .title = "GOMEMLIMIT missing",
    .is_cause = true,
    .is_risk = true,
    .check = check,
    .definition =
        "No memory limit holds the collector, the heap goal leads past the container's limit, and the live heap is small enough for a limit to help.",
    .proves =
        "Goal (p95) with a tenth of overshoot and all other memory exceeds the limit; the live heap with the same stays below 80 % of it; the goals follow GOGC; nothing rises without bound.",
    .refutes = "GOMEMLIMIT is set; the live heap itself fills the limit; something leaks; a Go before 1.19.",
    .remedy =
        "GOMEMLIMIT = limit - native - kernel - tmpfs - max(5 %, 32 MiB), and at least 1.5 times the live heap with the runtime's own memory; else raise the limit.",
    .source =
        "Go GC guide (memory limit; leave 5 to 10 %); Go 1.19 release notes; the collector does not read the cgroup's limit",
};
