/* Rule goroutine_leak: the number of goroutines grows without bound, blocked at few places.
 * Comes before the live heap: what leaked goroutines hold looks like a heap leak otherwise. */
#include "analyzer/rules/common.h"

static int counting_series(const gm_facts *facts) {
    if (gm_rises(facts, GM_COL_GOROUTINES)) return GM_COL_GOROUTINES;
    return gm_rises(facts, GM_TREND_GOROUTINE_PROFILE) ? GM_TREND_GOROUTINE_PROFILE : -1;
}

static bool tested(const gm_facts *facts) {
    return facts->trend[GM_COL_GOROUTINES].tested || facts->trend[GM_TREND_GOROUTINE_PROFILE].tested;
}

/* The group that holds most of the growth, when the dumps show one. */
static const gm_goroutines *leading_group(const gm_facts *facts) {
    if (facts->n_dumps < 2 || facts->n_groups == 0) return NULL;
    const gm_goroutines *group = &facts->groups[0];
    return group->share_pct >= GM_LIMIT_OF(facts, BUCKET_SHARE_PCT) && group->last_count > group->first_count ? group : NULL;
}

static bool enough(const gm_facts *facts, int series) {
    double last = facts->trend[series].last, first = facts->trend[series].first;
    return last - first >= GM_LIMIT_OF(facts, GOROUTINE_MIN) || (last >= 5 * fmax(first, 1) && last >= 100);
}

static void evidence(const gm_facts *facts, gm_finding *f, int series, const gm_goroutines *group) {
    gm_finding_slope(facts, f, gm_series_name(series), "goroutines rise by %s");
    gm_finding_evidence(facts, f, "count", "%s goroutines at the end",
                        gm_facts_text(facts, "SELECT last_value FROM trend WHERE container_id = {c} AND life = {l} AND series = '%s'", gm_series_name(series)));
    if (facts->growth[GM_COL_GO_STACKS].known) gm_finding_growth(facts, f, "go_stacks", "goroutine stacks grew by %s");
    if (!group) return;
    char *signature = sqlite3_mprintf("%Q", group->signature);
    gm_finding_evidence(facts, f, "count", gm_facts_text(facts, "%%s more goroutines in %s%s%s", group->signature, group->state ? ", state " : "", group->state ? group->state : ""),
                        gm_facts_text(facts, "SELECT growth FROM goroutine_groups WHERE container_id = {c} AND life = {l} AND signature = %s", signature));
    sqlite3_free(signature);
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (!tested(facts)) return gm_not_applicable(f, "needs the number of goroutines over time: go_goroutines or goroutine profiles");
    int series = counting_series(facts);
    if (series < 0 || !enough(facts, series)) return gm_clean(f, "the number of goroutines does not rise without bound");
    const gm_goroutines *group = leading_group(facts);
    const char *where = group ? (group->site ? group->site : group->signature) : NULL;
    evidence(facts, f, series, group);
    bool concentrated = group && (group->share_pct >= GM_LIMIT_OF(facts, GOROUTINE_GROUP_PCT));
    f->confidence = concentrated ? fmax(gm_trend_confidence(facts, series), 0.95) : fmin(gm_trend_confidence(facts, series), 0.75);
    if (group && gm_holds_thread(group)) f->confidence = fmin(f->confidence, 0.6); /* their threads leak along: see thread_leak */
    f->site = where;
    /* Their stacks and structures are the floor; what they hold on the heap grows with them. */
    f->share_pct = facts->growth[GM_COL_ANON].known ? fmin(100, gm_share_of(facts, GM_COL_ANON)) : NAN;
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_ANON);
    f->severity = gm_leak_severity(facts, GM_COL_ANON);
    f->summary = where ? gm_facts_text(facts, "goroutines leak in %s (%s)", where, group->signature)
                       : "goroutines leak; no dump shows where they wait";
    f->remedy = where ? gm_facts_text(facts, "Give %s a way to end: select on ctx.Done(), a buffered result channel, a sender that closes, a timeout, or a closed "
                                             "response body. go.uber.org/goleak in its tests keeps it fixed.", where)
                      : "Save two goroutine dumps some minutes apart (curl 'http://POD:PORT/debug/pprof/goroutine?debug=2') to see where they wait.";
    return GM_FIRED;
}

const gm_rule gm_rule_goroutine_leak = {
    .slug = "goroutine_leak",
    .family = "go",
    .title = "Goroutine leak",
    .is_cause = true,
    .check = check,
    .definition = "The number of goroutines grows without bound; they wait at few places and never end.",
    .proves = "A significant rise of the count, and dumps in which one signature holds at least half of the growth.",
    .refutes = "The count follows requests in flight, or returns after a peak; the waiting goroutines are young.",
    .remedy = "End them: context, buffered channels, closing senders, timeouts, closed bodies and rows. Each costs 2.6 KB at least, and all that it holds.",
    .source = "runtime/pprof goroutine profiles; measured cost of parked goroutines",
};
