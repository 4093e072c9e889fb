/* Rule stack_growth: goroutine stacks grew while the number of goroutines did not: deep recursion or large arrays on
 * the stack. gctrace's "stacks" cannot show it: it counts scanned bytes, not stack memory. */
#include "analyzer/rules/go.h"
#include "gomortem/human.h"

#define PER_GOROUTINE(edge) \
    "SELECT " edge "_bytes * 1.0 / (SELECT " edge "_value FROM trend" GM_OF_LIFE \
    " AND series = 'goroutines') FROM growth" GM_OF_LIFE " AND bucket = 'go_stacks'"

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    const gm_growth *stacks = &facts->growth[GM_COL_GO_STACKS];
    const gm_fact_trend *count = &facts->trend[GM_COL_GOROUTINES];
    if (!stacks->known || count->points == 0 || !(count->first > 0) || !(count->last > 0))
        return gm_not_applicable(
            f, "needs StackInuse (go_memstats_stack_inuse_bytes) and the number of goroutines over time");
    if (!gm_bucket_speaks(facts, GM_COL_GO_STACKS)) return gm_clean(f, "stacks did not grow by a material amount");
    double before = stacks->first / count->first, after = stacks->last / count->last;
    double steps = fabs(count->last - count->first) / count->first * 100;
    /* as long as goroutines become more, their number drives it, whatever the size of one */
    double by_depth = (after - before) * count->last / (stacks->last - stacks->first) * 100;
    bool deeper = by_depth >= GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT);
    bool deep = after >= GM_LIMIT_OF(facts, STACK_PER_GOROUTINE) && (deeper || !gm_rises(facts, GM_COL_GOROUTINES));
    bool doubled = after >= GM_LIMIT_OF(facts, STACK_GREW) * before && steps < GM_LIMIT_OF(facts, STACK_COUNT_PCT);
    if (!deep && !doubled) return gm_clean(f, "stacks grew with the number of goroutines");
    gm_finding_growth(facts, f, "go_stacks", "goroutine stacks grew by %s");
    gm_finding_evidence(facts, f, "bytes", "a goroutine's stack took %s first", PER_GOROUTINE("first"));
    gm_finding_evidence(facts, f, "bytes", "and %s last", PER_GOROUTINE("last"));
    gm_finding_evidence(facts, f, "count", "goroutines changed by %s",
                        "SELECT last_value - first_value FROM trend" GM_OF_LIFE " AND series = 'goroutines'");
    char size[GM_HUMAN_SIZE];
    gm_human(size, after, "bytes");
    f->share_pct = fmin(100, stacks->share_pct);
    f->confidence = doubled ? 0.85 : 0.7;
    f->severity = gm_was_killed(facts) ? GM_SEV_CRITICAL : GM_SEV_MEDIUM;
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_GO_STACKS);
    f->summary =
        deeper || doubled
            ? "the stacks of the goroutines grew, not their number: deep recursion or large values on the stack"
            : gm_facts_text(
                  facts,
                  "goroutines have deep stacks, %s each: deep recursion or large values on the stack; they became more and stopped",
                  size);
    f->remedy =
        "Bound the recursion, move large arrays and values off the stack. A stack shrinks by half at a collection, and only while less than a quarter of it is used: "
        "more frequent collections bring it down sooner.";
    return GM_FIRED;
}

const gm_rule gm_rule_stack_growth = {
    .slug = "stack_growth",
    .family = "go",
    .title = "Growth of goroutine stacks",
    .is_cause = true,
    .check = check,
    .definition = "Stack memory grows because stacks get deeper, not because goroutines become more.",
    .proves =
        "StackInuse per goroutine of 16 KiB or more, and its rise makes up half of the growth or the count no longer rises; or twice what it was while the count changed by less than a fifth; the growth is material and a fifth of that of usage.",
    .refutes = "Stacks grow in step with the number of goroutines: that is goroutine_leak.",
    .remedy = "Less recursion, no large values on stacks.",
    .source =
        "runtime stack.go (shrinkstack); Go 1.19 release notes: the first size of a stack follows the average. Measured: 156 MB of stacks while gctrace printed 1 MB",
};
