/* Rule heap_fragmentation: spans that are in use hold much room that no object fills.
 * Right after a sweep some of that is normal: only what stays over several collections, at the low end, counts. */
#include "analyzer/rules/go.h"

#define MIN_COLLECTIONS 5
#define LAST_PART       3 /* the last third of the life is looked at */

typedef struct {
    double share; /* a quarter of the readings are below it */
    double seconds;
    size_t n;
} gm_fragments;

static gm_fragments measure(const gm_facts *facts) {
    g_autofree double *share = g_new(double, facts->n_points + 1);
    gm_fragments fragments = {NAN, 0, 0};
    size_t from = facts->n_points - facts->n_points / LAST_PART;
    for (size_t i = from; i < facts->n_points; i++) {
        const int64_t *v = facts->points[i].value;
        double inuse =
            gm_history_at(&facts->timeline->history[GM_Q_GO_HEAP_INUSE], facts->points[i].t_ns, 60 * GM_NS_PER_S);
        if (v[GM_COL_GO_FRAG] != GM_UNKNOWN && inuse > 0) share[fragments.n++] = (double)v[GM_COL_GO_FRAG] / inuse;
    }
    if (fragments.n == 0) return fragments;
    fragments.share = gm_stats_quantile(share, fragments.n, 0.25);
    fragments.seconds = (double)(facts->points[facts->n_points - 1].t_ns - facts->points[from].t_ns) / 1e9;
    return fragments;
}

/* Collections in the part that is looked at; NAN when nothing counts them. */
static double collections(const gm_facts *facts, double seconds) {
    gm_readings count = gm_readings_of(facts, GM_Q_GO_GC_COUNT);
    if (facts->n_cycles >= 2 && facts->window_s > 0) return (double)facts->all_cycles * seconds / facts->window_s;
    return count.n >= 2 && facts->window_s > 0 ? (count.last - count.first) * seconds / facts->window_s : NAN;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    gm_fragments fragments = measure(facts);
    if (fragments.n < 3)
        return gm_not_applicable(
            f, "needs HeapInuse and HeapAlloc (go_memstats_heap_inuse_bytes, ..._alloc_bytes) over time");
    if (!gm_bucket_speaks(facts, GM_COL_GO_FRAG))
        return gm_clean(f, "room inside spans did not grow by a material amount");
    if (fragments.share <= GM_LIMIT_OF(facts, FRAG_SHARE)) return gm_clean(f, "spans are well filled most of the time");
    if (collections(facts, fragments.seconds) < MIN_COLLECTIONS)
        return gm_clean(f, "too few collections to tell lasting holes from memory that is not swept yet");
    gm_finding_growth(facts, f, "go_frag", "memory in spans beside objects grew by %s");
    gm_finding_evidence(facts, f, "bytes", "at the end it is %s",
                        "SELECT last_bytes FROM growth" GM_OF_LIFE " AND bucket = 'go_frag'");
    gm_finding_evidence(facts, f, "bytes", "while %s are in use",
                        "SELECT value" GM_SAMPLES_OF("go.heap_inuse") "ORDER BY t_ns DESC LIMIT 1");
    f->share_pct = fmin(100, gm_share_of(facts, GM_COL_GO_FRAG));
    f->confidence = isnan(collections(facts, fragments.seconds)) ? 0.6 : 0.8;
    f->severity =
        gm_was_killed(facts) && f->share_pct >= GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT) ? GM_SEV_CRITICAL : GM_SEV_LOW;
    f->summary = "the Go heap is fragmented: spans stay in use for a few objects each";
    f->remedy =
        "Keep long-lived small objects apart from short-lived ones (allocate them at the start, in slices of their own), use pools of one size, avoid many size classes. There is "
        "no setting for it; a restart starts afresh.";
    return GM_FIRED;
}

const gm_rule gm_rule_heap_fragmentation = {
    .slug = "heap_fragmentation",
    .family = "go",
    .title = "Fragmentation of the Go heap",
    .is_cause = true,
    .check = check,
    .definition =
        "More than 30 % of HeapInuse holds no objects, over at least five collections, and this memory grew by a material amount.",
    .proves =
        "(HeapInuse - HeapAlloc) / HeapInuse above 0.3 in three quarters of the readings of the last third of the life.",
    .refutes =
        "Readings from the middle of a sweep; HeapAlloc holds garbage that is not swept yet, so that the true value is never smaller than the reading.",
    .remedy = "Fewer size classes, pools, long-lived objects apart. No setting helps.",
    .source =
        "runtime mstats.go: HeapInuse minus HeapAlloc is an upper bound of fragmentation; /memory/classes/heap/unused",
};
