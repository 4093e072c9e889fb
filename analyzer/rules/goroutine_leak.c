/* Rule goroutine_leak: the number of goroutines grows without bound, blocked at few places.
 * Comes before the live heap: what leaked goroutines hold looks like a heap leak otherwise. Where they wait and
 * which known pattern that is comes from the groups of the dumps; alone, a count is likely at most. */
#include "analyzer/rules/goroutine_leak/leak.h"

#define CONSISTENT_PCT  80
#define COUNTS_ONLY     0.75 /* no dump tells where they wait */
#define FEW_DUMPS       0.7  /* no test of the trend, only ends */
#define STRUCTURES_ONLY 0.7
#define PROVEN          0.98

static int counting_series(const gm_facts *facts) {
    if (gm_rises(facts, GM_COL_GOROUTINES)) return GM_COL_GOROUTINES;
    return gm_rises(facts, GM_TREND_GOROUTINE_PROFILE) ? GM_TREND_GOROUTINE_PROFILE : -1;
}

static bool tested(const gm_facts *facts) {
    return facts->trend[GM_COL_GOROUTINES].tested || facts->trend[GM_TREND_GOROUTINE_PROFILE].tested;
}

static bool enough(const gm_facts *facts, int series) {
    double last = facts->trend[series].last, first = facts->trend[series].first;
    if (last - first >= GM_LIMIT_OF(facts, GOROUTINE_MIN) || (last >= 5 * fmax(first, 1) && last >= 100)) return true;
    gm_leaking leak = gm_leaking_of(facts);
    return leak.group && last >= 100 && leak.group->can_leak &&
           (double)leak.group->last_count >= GM_LIMIT_OF(facts, GOROUTINE_ALL_PCT) / 100 * last;
}

/* --- what the finding says --- */

static void describe(const gm_facts *facts, gm_finding *f, const gm_leaking *leak) {
    const gm_goroutines *group = leak->group;
    if (!group) {
        f->summary = "goroutines leak; no dump shows where they wait";
        f->remedy =
            "Save two goroutine dumps some minutes apart (curl 'http://POD:PORT/debug/pprof/goroutine?debug=2') to see where they wait.";
        return;
    }
    const char *where = group->site ? group->site : group->signature;
    f->site = where;
    const char *why = group->pattern ? gm_facts_text(facts, ": %s", group->pattern->text) : "";
    const char *caller = leak->caller ? gm_facts_text(facts, "; requests are made in %s", leak->caller) : "";
    const char *holds = leak->holds_more ? "; what they hold on the heap is the larger part of the memory" : "";
    const char *frames =
        group->site && strcmp(group->site, group->signature) != 0 ? gm_facts_text(facts, "%s, ", group->signature) : "";
    f->summary = gm_facts_text(facts, "goroutines leak in %s (%s%s%s)%s%s", where, frames,
                               group->state ? group->state : "state unknown", why, caller, holds);
    f->remedy = gm_facts_text(
        facts, "%s Each goroutine in %s needs a way to end. go.uber.org/goleak in its tests keeps it fixed.",
        group->pattern ? group->pattern->remedy : "Let it select on ctx.Done() beside what it waits for.",
        leak->caller ? leak->caller : where);
}

/* Every second of them brings a thread along; without a count of threads their kernel stacks show it. */
static bool threads_in_step(const gm_facts *facts) {
    const gm_growth *kernel = &facts->growth[GM_COL_KERNEL];
    double step = GM_LIMIT_OF(facts, THREAD_STEP_PCT) / 100 * GM_LIMIT_OF(facts, THREAD_KERNEL_BYTES);
    if (!facts->trend[GM_COL_THREADS].tested && kernel->known && gm_growth_of(facts, GM_COL_GOROUTINES) > 0)
        return kernel->delta >= facts->material / 2 && kernel->delta >= step * gm_growth_of(facts, GM_COL_GOROUTINES);
    double threads = facts->trend[GM_COL_THREADS].last - facts->trend[GM_COL_THREADS].first,
           goroutines = gm_growth_of(facts, GM_COL_GOROUTINES);
    return gm_rises(facts, GM_COL_THREADS) && goroutines > 0 &&
           threads >= GM_LIMIT_OF(facts, THREAD_STEP_PCT) / 100 * goroutines;
}

static double confidence_of(const gm_facts *facts, gm_finding *f, int series, const gm_leaking *leak, bool *refuted) {
    double confidence = series < 0 ? FEW_DUMPS : gm_trend_confidence(facts, series);
    if (facts->proven_leaked > 0) return PROVEN;
    if (!leak->group) confidence = fmin(confidence, COUNTS_ONLY);
    else if (leak->share_pct >= GM_LIMIT_OF(facts, GOROUTINE_GROUP_PCT)) confidence = series < 0 ? FEW_DUMPS : 0.95;
    else confidence = fmin(confidence, COUNTS_ONLY);
    if ((leak->group && gm_holds_thread(leak->group)) || threads_in_step(facts))
        confidence = fmin(confidence, 0.6);           /* their threads leak along: see thread_leak */
    *refuted = gm_leaking_refute(facts, f, leak) > 1; /* what a single one costs is the weighing's to say */
    return confidence;
}

static gm_outcome fire(const gm_facts *facts, gm_finding *f, int series) {
    gm_leaking leak = gm_leaking_of(facts);
    gm_leaking_evidence(facts, f, series, &leak);
    bool refuted = false;
    f->confidence = confidence_of(facts, f, series, &leak, &refuted);
    if (refuted) return gm_clean(f, "goroutines rise with the requests in flight, and they run: load, not a leak");
    /* Their stacks and structures are the floor; what they hold on the heap grows with them. */
    f->share_pct = facts->growth[GM_COL_ANON].known ? fmin(100, gm_share_of(facts, GM_COL_ANON)) : NAN;
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_ANON);
    f->severity = gm_leak_severity(facts, GM_COL_ANON);
    describe(facts, f, &leak);
    return GM_FIRED;
}

/* --- weaker inputs --- */

/* Dumps too few to test a trend: one group that grew by a leak's measure. */
static bool dumps_grow(const gm_facts *facts) {
    gm_leaking leak = gm_leaking_of(facts);
    if (!leak.group || facts->n_dumps < 2) return false;
    double grown = (double)(leak.group->last_count - leak.group->first_count);
    bool steady = isnan(leak.group->consistency_pct) || leak.group->consistency_pct >= CONSISTENT_PCT;
    return grown >= GM_LIMIT_OF(facts, GOROUTINE_MIN) && steady && leak.group->can_leak;
}

/* The runtime keeps the structures of goroutines: in heap profiles they count the most that there ever were. */
static const gm_site *structures_grow(const gm_facts *facts) {
    for (size_t i = 0; i < facts->n_flat; i++)
        if (facts->flat[i].significant && strcmp(facts->flat[i].function, "runtime.malg") == 0) return &facts->flat[i];
    return NULL;
}

static gm_outcome fire_by_structures(const gm_facts *facts, gm_finding *f, const gm_site *malg) {
    gm_finding_evidence(
        facts, f, "bytes", "the runtime's structures of goroutines grew by %s in the heap profiles",
        gm_facts_text(
            facts,
            "SELECT last_bytes - first_bytes FROM heap_site WHERE container_id = {c} AND life = {l} AND role = 'flat' "
            "AND function_id = %lld",
            (long long)malg->function_id));
    f->confidence = STRUCTURES_ONLY;
    f->share_pct = facts->growth[GM_COL_ANON].known ? fmin(100, gm_share_of(facts, GM_COL_ANON)) : NAN;
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_ANON);
    f->severity = gm_leak_severity(facts, GM_COL_ANON);
    f->summary =
        "goroutines leak: the runtime's structures for them grow in the heap profiles; no count and no dump is there";
    f->remedy =
        "Save two goroutine dumps some minutes apart (curl 'http://POD:PORT/debug/pprof/goroutine?debug=2') to see where they wait.";
    return GM_FIRED;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (facts->proven_leaked > 0 && facts->proven_leaked >= GM_LIMIT_OF(facts, GOROUTINE_MIN))
        return fire(facts, f, counting_series(facts));
    if (tested(facts)) {
        int series = counting_series(facts);
        if (series >= 0 && enough(facts, series)) return fire(facts, f, series);
        return gm_clean(f, "the number of goroutines does not rise without bound");
    }
    if (facts->n_dumps >= 2)
        return dumps_grow(facts) ? fire(facts, f, -1) : gm_clean(f, "no group of goroutines grows from dump to dump");
    const gm_site *malg = structures_grow(facts);
    if (malg && !facts->growth[GM_COL_GOROUTINES].known) return fire_by_structures(facts, f, malg);
    return gm_not_applicable(f, "needs the number of goroutines over time: go_goroutines or goroutine profiles");
}

const gm_rule gm_rule_goroutine_leak = {
    .slug = "goroutine_leak",
    .family = "go",
    .title = "Goroutine leak",
    .is_cause = true,
    .check = check,
    .definition = "The number of goroutines grows without bound; they wait at few places and never end.",
    .proves =
        "A significant rise of the count, and dumps in which one signature holds at least half of the growth. The runtime's goroutineleak "
        "profile (Go 1.26 and later) is a proof by itself.",
    .refutes = "The count follows requests in flight, or returns after a peak; the goroutines run instead of waiting.",
    .remedy =
        "End them: context, buffered channels, closing senders, timeouts, closed bodies and rows. Each costs 2.6 KB at least, and all that it holds.",
    .source = "runtime/pprof goroutine profiles; measured cost of parked goroutines",
};
