/* Rule thread_leak: OS threads grow without bound: calls into C or the kernel that never return.
 * The runtime never ends an idle thread. Comes before goroutine_leak: each blocked call holds a goroutine
 * too, and where threads grow in step with goroutines the threads are the rarer and dearer ones. */
#include "analyzer/rules/common.h"

static double threads_grown(const gm_facts *facts) {
    return facts->trend[GM_COL_THREADS].last - facts->trend[GM_COL_THREADS].first;
}

static bool enough(const gm_facts *facts) {
    double grown = threads_grown(facts), first = facts->trend[GM_COL_THREADS].first;
    return grown >= GM_LIMIT_OF(facts, THREAD_MIN) && grown >= GM_LIMIT_OF(facts, THREAD_PCT) / 100 * first;
}

static bool in_step(const gm_facts *facts) {
    double goroutines = gm_growth_of(facts, GM_COL_GOROUTINES);
    return goroutines > 0 && threads_grown(facts) >= GM_LIMIT_OF(facts, THREAD_STEP_PCT) / 100 * goroutines;
}

/* Goroutines in a call that holds its thread; only a suspicion, for no profile shows who made a thread. */
static const gm_goroutines *suspect(const gm_facts *facts) {
    for (size_t i = 0; i < facts->n_groups; i++) {
        const gm_goroutines *g = &facts->groups[i];
        double grown = (double)(g->last_count - g->first_count);
        if (gm_holds_thread(g) && grown >= GM_LIMIT_OF(facts, THREAD_STEP_PCT) / 100 * threads_grown(facts)) return g;
    }
    return NULL;
}

/* Percent of the growth of usage: their own cost, or all that grew when each brings a goroutine along. */
static double share_of(const gm_facts *facts) {
    double usage = gm_growth_of(facts, GM_COL_USAGE), cost = threads_grown(facts) * GM_LIMIT_OF(facts, THREAD_BYTES);
    if (!(usage >= facts->material)) return NAN;
    double floor = 100 * cost / usage, anon = gm_share_of(facts, GM_COL_ANON),
           kernel = gm_share_of(facts, GM_COL_KERNEL);
    if (!in_step(facts) || floor < GM_LIMIT_OF(facts, BUCKET_SHARE_PCT) || isnan(anon)) return fmin(100, floor);
    return fmin(100, fmax(floor, anon + (isnan(kernel) ? 0 : kernel)));
}

static void evidence(const gm_facts *facts, gm_finding *f, const gm_goroutines *group) {
    gm_finding_slope(facts, f, "threads", "OS threads rise by %s");
    gm_finding_evidence(facts, f, "count", "%s threads at the end",
                        "SELECT last_value FROM trend WHERE container_id = {c} AND life = {l} AND series = 'threads'");
    if (facts->growth[GM_COL_GOROUTINES].known)
        gm_finding_evidence(facts, f, "count", "goroutines changed by %s",
                            "SELECT last_value - first_value FROM trend WHERE container_id = {c} AND life = "
                            "{l} AND series = 'goroutines'");
    if (facts->growth[GM_COL_KERNEL].known)
        gm_finding_growth(facts, f, "kernel", "kernel memory, which holds their stacks, grew by %s");
    if (!group) return;
    char *signature = sqlite3_mprintf("%Q", group->signature);
    gm_finding_evidence(
        facts, f, "count", gm_facts_text(facts, "%%s more goroutines hold a thread in %s", group->signature),
        gm_facts_text(facts,
                      "SELECT growth FROM goroutine_groups WHERE container_id = {c} AND life = {l} AND signature = %s",
                      signature));
    sqlite3_free(signature);
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (!facts->trend[GM_COL_THREADS].tested)
        return gm_not_applicable(f, "needs the number of threads over time: go_threads, process or container threads");
    if (!gm_rises(facts, GM_COL_THREADS) || !enough(facts))
        return gm_clean(f, "the number of OS threads does not rise without bound");
    const gm_goroutines *group = suspect(facts);
    evidence(facts, f, group);
    const char *where = group ? (group->site ? group->site : group->signature) : NULL;
    double cost = threads_grown(facts) * GM_LIMIT_OF(facts, THREAD_BYTES);
    f->confidence =
        group ? fmax(gm_trend_confidence(facts, GM_COL_THREADS), 0.95) : gm_trend_confidence(facts, GM_COL_THREADS);
    f->site = where;
    f->share_pct = share_of(facts);
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_USAGE);
    f->severity = cost >= facts->material ? gm_leak_severity(facts, GM_COL_USAGE) : GM_SEV_LOW;
    f->summary =
        where ? gm_facts_text(facts, "OS threads leak; goroutines that hold one wait in %s, which is suspected", where)
              : "OS threads leak; no dump shows which calls hold them";
    f->remedy = "Bound the calls that can block in C or in the kernel (a semaphore, a timeout inside the C "
                "library), use Go's own resolver (GODEBUG=netdns=go), and set "
                "debug.SetMaxThreads as a guard. To prove the site: gdb or eu-stack on the process, thread "
                "by thread.";
    return GM_FIRED;
}

const gm_rule gm_rule_thread_leak = {
    .slug = "thread_leak",
    .family = "native",
    .title = "Leak of OS threads",
    .is_cause = true,
    .check = check,
    .definition = "The number of OS threads grows without bound: blocked C calls, blocking system calls, "
                  "goroutines locked to threads.",
    .proves = "A significant rise of the count by at least 70 and a quarter; goroutine dumps that show calls "
              "into C or the kernel growing alike.",
    .refutes = "The count returns or levels off at the greatest number of calls at once.",
    .remedy = "Bound blocking calls. A thread costs 44 KB at least, more with C libraries; the runtime gives "
              "up at 10,000.",
    .source = "runtime proc.go (threads are kept), debug.SetMaxThreads; thresholds of mosn/holmes",
};
