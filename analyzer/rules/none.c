/* Rule none: looked at enough, found nothing that calls for action. */
#include "analyzer/rules/go.h"

#define SHORT_S   600  /* start-up looks like growth for so long */
#define HEAP_ONLY 0.45 /* nothing is known of memory outside the Go heap */
#define NO_LIMIT  0.65 /* whether what is there fits is not known */
#define NEAR      0.6  /* quiet, and one step away from a kill */

static bool anything_rises(const gm_facts *facts) {
    static const int series[] = {GM_TREND_GC_LIVE, GM_COL_ANON,       GM_COL_NATIVE,  GM_COL_SHMEM,
                                 GM_COL_KERNEL,    GM_COL_GOROUTINES, GM_COL_GO_TOTAL};
    for (size_t i = 0; i < G_N_ELEMENTS(series); i++)
        if (gm_rises(facts, series[i])) return true;
    if (facts->growth[GM_COL_ANON].known) return false; /* its parts were looked at: what rises in usage is cache */
    return gm_rises(facts, facts->growth[GM_COL_WORKING_SET].known ? GM_COL_WORKING_SET : GM_COL_USAGE);
}

/* The collector's log alone tells nothing of memory outside the heap. */
static bool outside_unknown(const gm_facts *facts) {
    return !facts->growth[GM_COL_ANON].known && !facts->growth[GM_COL_WORKING_SET].known &&
           !facts->growth[GM_COL_USAGE].known;
}

static bool any_kill(const gm_facts *facts) {
    for (size_t i = 0; i < facts->n_kills; i++)
        if (gm_kill_is_oom(&facts->kills[i])) return true;
    return false;
}

static bool full(const gm_facts *facts) {
    double top = NAN;
    for (size_t i = 0; i < facts->n_points; i++)
        if (facts->points[i].value[GM_COL_ANON] != GM_UNKNOWN)
            top = fmax(top, (double)facts->points[i].value[GM_COL_ANON]);
    return top >= GM_LIMIT_OF(facts, NEAR_LIMIT) * facts->limit;
}

/* The heap may grow to its goal at any time. */
static bool goal_does_not_fit(const gm_facts *facts) {
    double beside = gm_beside_heap(facts);
    return facts->gc.goal_p95_bytes + beside > facts->limit;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    bool memory = facts->growth[GM_COL_ANON].known || facts->growth[GM_COL_WORKING_SET].known ||
                  facts->growth[GM_COL_GO_TOTAL].known || facts->trend[GM_TREND_GC_LIVE].tested;
    if (!memory) return gm_not_applicable(f, "needs a history of memory");
    if (gm_was_killed(facts)) return gm_clean(f, "the container was killed for its memory");
    if (any_kill(facts)) return gm_clean(f, "the kernel killed a process for its memory");
    if (anything_rises(facts)) return gm_clean(f, "something rises");
    if (gm_growth_of(facts, GM_COL_ANON) >= facts->material && facts->window_s < SHORT_S)
        return gm_clean(f, "memory grew over a record too short to judge");
    if (facts->growth[GM_COL_ANON].known)
        gm_finding_growth(facts, f, "anon", "anonymous memory changed by %s over the record");
    if (facts->growth[GM_COL_USAGE].known) gm_finding_growth(facts, f, "usage", "usage changed by %s");
    if (facts->trend[GM_TREND_GC_LIVE].tested)
        gm_finding_slope(facts, f, "gc_live", "the live heap's slope beside steps and waves is %s");
    if (full(facts))
        gm_finding_evidence(facts, f, "bytes", "anonymous memory came up to %s, near the limit",
                            "SELECT max(anon_bytes) FROM timeline WHERE container_id = {c} AND life = {l}");
    /* Without the collector's lines a service that only collects may look idle. */
    f->confidence = facts->trend[GM_TREND_GC_LIVE].tested && facts->growth[GM_COL_ANON].known ? 0.9 : 0.65;
    if (goal_does_not_fit(facts)) {
        gm_finding_evidence(facts, f, "bytes", "the heap goal is %s: with all other memory more than the limit",
                            "SELECT goal_p95_bytes" GM_FROM_SUMMARY);
        f->confidence = fmin(f->confidence, NEAR);
    }
    if (outside_unknown(facts)) f->confidence = HEAP_ONLY;
    if (full(facts) || isnan(facts->limit)) f->confidence = fmin(f->confidence, full(facts) ? NEAR : NO_LIMIT);
    f->severity = GM_SEV_INFO;
    f->summary = "no growth that lasts and no kill: its memory calls for no action";
    f->remedy = "Nothing to do about its memory.";
    return GM_FIRED;
}

const gm_rule gm_rule_none = {
    .slug = "none",
    .family = "none",
    .title = "No incident",
    .is_cause = true,
    .check = check,
    .definition = "Nothing material rises and nothing was killed.",
    .proves = "The trend tests of all unreclaimable memory are quiet over a record that is long enough.",
    .refutes = "A kill; a rise in any bucket that the kernel cannot reclaim.",
    .remedy = "None.",
    .source = "trend test calibrated on simulated histories",
};
