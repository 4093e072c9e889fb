/* Rule alloc_burst: a few large allocations, or one request, filled the limit within moments; nothing leaked.
 * A burst returns within three collections, or the kill comes before it can; a staircase is a leak instead. */
#include "analyzer/rules/common.h"

typedef struct {
    double base, top; /* live heap: median, and the highest at any collection */
    size_t high;      /* collections above twice the median */
    size_t longest;   /* of them after each other */
    bool at_end;      /* the last collections are among them */
} gm_burst;

static gm_burst measure(const gm_facts *facts) {
    gm_burst burst = {NAN, 0, 0, 0, false};
    size_t run = 0;
    g_autofree double *live = g_new(double, facts->n_cycles + 1);
    for (size_t i = 0; i < facts->n_cycles; i++) live[i] = (double)facts->cycles[i].live_mib * 1048576.0;
    burst.base = gm_stats_median(live, facts->n_cycles);
    for (size_t i = 0; i < facts->n_cycles; i++) {
        double end = fmax(live[i], (double)facts->cycles[i].end_mib * 1048576.0 / 2); /* what marking allowed beside the live heap */
        bool high = end >= 2 * burst.base && end - burst.base >= facts->material;
        burst.top = fmax(burst.top, end);
        burst.high += high;
        run = high ? run + 1 : 0;
        burst.longest = run > burst.longest ? run : burst.longest;
        if (high && i + 3 >= facts->n_cycles) burst.at_end = true;
    }
    return burst;
}

/* Without a collection inside the burst: usage jumped to the limit from a level that was flat before. */
static double unseen_jump(const gm_facts *facts) {
    if (!gm_was_killed(facts) || !facts->growth[GM_COL_USAGE].known || facts->n_points < 10) return 0;
    g_autofree double *usage = g_new(double, facts->n_points);
    for (size_t i = 0; i < facts->n_points; i++) usage[i] = facts->points[i].value[GM_COL_USAGE] == GM_UNKNOWN ? NAN : (double)facts->points[i].value[GM_COL_USAGE];
    return facts->limit - gm_stats_quantile(usage, facts->n_points, 0.75);
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (facts->n_cycles < 5 && !gm_was_killed(facts)) return gm_not_applicable(f, "needs gctrace lines, or a kill");
    if (gm_rises(facts, GM_TREND_GC_LIVE) || gm_rises(facts, GM_COL_ANON) || gm_rises(facts, GM_COL_SHMEM)) return gm_clean(f, "memory rises steadily and not in a burst");
    gm_burst burst = measure(facts);
    double jump = unseen_jump(facts);
    bool returns = burst.longest <= 3; /* a burst is gone three collections later */
    bool seen = burst.high > 0 && burst.high * 5 <= facts->n_cycles && returns;
    bool unseen = jump >= facts->material && jump > 0.4 * facts->limit && facts->n_cycles >= 20;
    if (!seen && !unseen) return gm_clean(f, "no sudden jump of the heap stands out");
    bool killed = gm_was_killed(facts);
    if (facts->n_cycles)
        gm_finding_evidence(facts, f, "bytes", "the live heap at a collection reached %s", "SELECT live_max_bytes FROM gc_summary WHERE container_id = {c} AND life = {l}");
    if (facts->n_cycles)
        gm_finding_evidence(facts, f, "bytes", "while it usually is %s",
                            "SELECT 1048576.0 * heap_live_mib FROM (SELECT heap_live_mib, row_number() OVER (ORDER BY heap_live_mib) r, count(*) OVER () n FROM gc "
                            "WHERE container_id = {c} AND life = {l}) WHERE r = (n + 1) / 2");
    gm_finding_evidence(facts, f, "count", "%s kills in this life", "SELECT count(*) FROM oom_kills WHERE container_id = {c} AND life = {l}");
    f->confidence = killed && seen && burst.at_end ? 0.9 : killed && seen ? 0.75 : killed ? 0.6 : 0.5;
    f->severity = killed ? GM_SEV_CRITICAL : GM_SEV_LOW;
    f->summary = killed ? "a burst of allocations filled the limit within moments; before it the heap was flat" : "bursts of allocations came and went";
    f->remedy = "Stream instead of holding whole bodies (a decoder on the reader, http.MaxBytesReader), bound concurrent large requests by bytes, and set GOMEMLIMIT so "
                "that a collection comes before the limit.";
    return GM_FIRED;
}

const gm_rule gm_rule_alloc_burst = {
    .slug = "alloc_burst",
    .family = "go",
    .title = "Burst of allocations",
    .is_cause = true,
    .check = check,
    .definition = "A step of the heap within a few samples or collections that returns by itself, or ends in a kill.",
    .proves = "A live heap at twice its usual size in few collections, without a trend; a kill during it.",
    .refutes = "A staircase whose steps never return: that is a leak.",
    .remedy = "Stream, bound sizes and concurrency, GOMEMLIMIT.",
    .source = "Measured: Go 1.21 and later keep the memory of a burst for one more collection, up to 180 s",
};
