/* Rule idle_not_returned: free heap that the runtime has not given back to the system.
 * It is used again before anything new is taken: never by itself the cause of a kill, but other tenants miss it. */
#include "analyzer/rules/go.h"

#define MIN_COLLECTIONS 2
#define RETAINED        1.1 /* runtime mgcscavenge.go, retainExtraPercent */

/* What the scavenger may keep by design: a tenth above the goal; a reading beyond 15 % is not that. */
static double allowed(const gm_facts *facts) {
    double goal = fmax(gm_readings_of(facts, GM_Q_GO_NEXT_GC).last,
                       isnan(facts->gc.goal_p95_bytes) ? 0 : facts->gc.goal_p95_bytes);
    return fmax(fmax(facts->material, GM_LIMIT_OF(facts, IDLE_BYTES)),
                GM_LIMIT_OF(facts, IDLE_GOAL_PCT) / 100 * (isnan(goal) ? 0 : goal));
}

/* Free heap below the goal is what the running cycle will fill: not more than a tenth above the goal is kept. */
static bool belongs_to_cycle(const gm_facts *facts, double idle) {
    double goal = gm_readings_of(facts, GM_Q_GO_NEXT_GC).last, inuse = gm_readings_of(facts, GM_Q_GO_HEAP_INUSE).last;
    return inuse + idle < RETAINED * goal + facts->material;
}

/* Start of the stretch at the life's end in which idle memory was never below the amount; GM_UNKNOWN: none. */
static int64_t since(const gm_facts *facts, double amount) {
    int64_t from = GM_UNKNOWN;
    for (size_t i = facts->n_points; i-- > 0;) {
        int64_t idle = facts->points[i].value[GM_COL_GO_IDLE];
        if (idle == GM_UNKNOWN) continue;
        if ((double)idle < amount) break;
        from = facts->points[i].t_ns;
    }
    return from;
}

/* Collections since then; NAN when nothing counts them. */
static double collections(const gm_facts *facts, int64_t from) {
    const gm_history *count = &facts->timeline->history[GM_Q_GO_GC_COUNT];
    double then = gm_history_at(count, from, 120 * GM_NS_PER_S), n = 0;
    if (!isnan(then)) return gm_readings_of(facts, GM_Q_GO_GC_COUNT).last - then;
    for (size_t i = 0; i < facts->n_cycles; i++)
        n += facts->cycles[i].t_ns >= from ? (double)gm_gc_count(&facts->cycles[i]) : 0;
    return facts->n_cycles ? n : NAN;
}

static void evidence(const gm_facts *facts, gm_finding *f, int64_t from) {
    gm_finding_evidence(facts, f, "bytes", "%s of free heap are not given back at the end",
                        "SELECT last_bytes FROM growth" GM_OF_LIFE " AND bucket = 'go_idle'");
    gm_finding_growth(facts, f, "go_idle", "this grew by %s");
    gm_finding_evidence(facts, f, "s", "it has been so for %s",
                        gm_facts_text(facts,
                                      "SELECT (max(t_ns) - %lld) / 1e9 FROM timeline" GM_OF_LIFE
                                      " AND go_idle_bytes IS NOT NULL",
                                      (long long)from));
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    const gm_growth *idle = &facts->growth[GM_COL_GO_IDLE];
    if (!idle->known)
        return gm_not_applicable(
            f, "needs HeapIdle and HeapReleased (go_memstats_heap_idle_bytes, ..._released_bytes) over time");
    double amount = allowed(facts);
    int64_t from = since(facts, amount);
    if (from == GM_UNKNOWN || idle->last < amount || !gm_bucket_speaks(facts, GM_COL_GO_IDLE))
        return gm_clean(f, "free heap is given back, or stays within what the scavenger keeps");
    if (belongs_to_cycle(facts, (double)idle->last))
        return gm_clean(f, "free heap lies below the goal: the collector's next cycle fills it");
    double seconds = (double)(facts->life->to_ns - from) / 1e9, n = collections(facts, from);
    bool lasting = seconds >= GM_LIMIT_OF(facts, IDLE_S) && !(n < MIN_COLLECTIONS);
    evidence(facts, f, from);
    f->share_pct = fmin(100, idle->share_pct);
    f->confidence = !lasting ? 0.3 : isnan(n) ? 0.65 : 0.85;
    f->severity = lasting ? GM_SEV_LOW : GM_SEV_INFO;
    f->summary = lasting
                     ? "free heap is not given back to the system; the runtime will use it again before it takes more"
                     : "free heap waits for the scavenger, as it should for some minutes after a peak";
    f->remedy =
        "Call debug.FreeOSMemory() after known peaks, bound the peaks, or set GOMEMLIMIT lower. GODEBUG=madvdontneed is no help on Go 1.16 or later. On arm64 with 64 KiB pages "
        "little can be given back.";
    return GM_FIRED;
}

const gm_rule gm_rule_idle_not_returned = {
    .slug = "idle_not_returned",
    .family = "go",
    .title = "Idle heap not returned",
    .is_cause = true,
    .check = check,
    .definition =
        "HeapIdle - HeapReleased stays above 64 MiB and 15 % of the heap goal for five minutes and two collections, and it grew.",
    .proves = "The difference over time, and collections in that time that did not change it.",
    .refutes =
        "It falls at the next collection: Go 1.21 and later give a peak back only after one more, up to 180 s. HeapReleased is high while RSS is: that is lazyfree.",
    .remedy = "debug.FreeOSMemory() after peaks, GOMEMLIMIT, smaller peaks.",
    .source =
        "runtime mgcscavenge.go (retainExtraPercent 10); measured: a 400 MB peak is kept 120 s by Go 1.21 and 1.23, 4 to 11 s by Go 1.19",
};
