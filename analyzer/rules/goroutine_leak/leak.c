/* Which goroutines leak, what shows it and what speaks against it. Part of the rule goroutine_leak; pure reading of
 * the groups, the growth and the stacks of the heap profiles. */
#include "analyzer/rules/goroutine_leak/leak.h"

#include "analyzer/frames.h"

#define LOAD_R2     0.8
#define LEAST_PAIRS 10

/* Some patterns park several goroutines each time, at different places. */
static bool comes_in_pairs(const gm_signature *pattern) {
    return pattern && (strcmp(pattern->slug, "http_body") == 0 || strcmp(pattern->slug, "grpc_conn") == 0);
}

static double share_with_pairs(const gm_facts *facts, const gm_goroutines *group) {
    if (!comes_in_pairs(group->pattern)) return group->share_pct;
    double share = 0;
    for (size_t i = 0; i < facts->n_groups; i++)
        if (facts->groups[i].pattern && strcmp(facts->groups[i].pattern->slug, group->pattern->slug) == 0)
            share += facts->groups[i].share_pct;
    return share;
}

static const gm_goroutines *leading_group(const gm_facts *facts, double *share) {
    const gm_goroutines *best = NULL;
    for (size_t i = 0; facts->n_dumps >= 2 && i < facts->n_groups && i < 10; i++) {
        const gm_goroutines *group = &facts->groups[i];
        double own = share_with_pairs(facts, group);
        if (group->last_count <= group->first_count || !(group->share_pct >= GM_LIMIT_OF(facts, BUCKET_SHARE_PCT)))
            continue;
        if (!best || own > *share + 1) best = group, *share = own;
    }
    return best;
}

/* The service's own function that makes most HTTP requests, by the heap profiles. */
static const char *requester(const gm_facts *facts) {
    g_autoptr(GError) error = NULL;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        facts->store,
        "SELECT stack_id FROM heap_stack WHERE container_id = ?1 AND life = ?2 ORDER BY last_bytes DESC, stack_id",
        &error);
    if (!stmt) return NULL;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int(stmt, 2, facts->life->life);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const gm_stack *stack = gm_frames_stack(facts->frames, sqlite3_column_int64(stmt, 0));
        const gm_function *blame = gm_stack_blame(stack);
        if (!blame || blame->code != GM_CODE_OWN) continue;
        for (size_t i = 0; i < stack->n && stack->frames[i] != blame; i++) {
            const char *name = stack->frames[i] ? stack->frames[i]->name : "";
            if (g_str_has_prefix(name, "net/http.(*Client)") || g_str_has_prefix(name, "net/http.(*Transport)") ||
                g_str_has_prefix(name, "net/http.NewRequest"))
                return blame->name;
        }
    }
    return NULL;
}

gm_leaking gm_leaking_of(const gm_facts *facts) {
    gm_leaking leak = {.share_pct = 0};
    leak.group = leading_group(facts, &leak.share_pct);
    double floor = gm_goroutine_bytes(facts), anon = gm_growth_of(facts, GM_COL_ANON);
    leak.holds_more = floor > 0 && anon >= facts->material && floor < 0.5 * anon;
    if (leak.group && leak.group->pattern && strcmp(leak.group->pattern->slug, "http_body") == 0 && !leak.group->site)
        leak.caller = requester(facts);
    return leak;
}

static void evidence_of_group(const gm_facts *facts, gm_finding *f, const gm_goroutines *group) {
    char *signature = sqlite3_mprintf("%Q", group->signature);
    const char *of = gm_facts_text(
        facts, "FROM goroutine_groups WHERE container_id = {c} AND life = {l} AND signature = %s", signature);
    sqlite3_free(signature);
    gm_finding_evidence(facts, f, "count",
                        gm_facts_text(facts, "%%s more goroutines in %s%s%s", group->signature,
                                      group->state ? ", state " : "", group->state ? group->state : ""),
                        gm_facts_text(facts, "SELECT growth %s", of));
    gm_finding_evidence(facts, f, "%", "they are %s of the growth", gm_facts_text(facts, "SELECT share_pct %s", of));
    if (group->max_wait_minutes != GM_UNKNOWN)
        gm_finding_evidence(facts, f, "min", "the longest wait in a dump is %s",
                            gm_facts_text(facts, "SELECT max_wait_minutes %s", of));
}

void gm_leaking_evidence(const gm_facts *facts, gm_finding *f, int series, const gm_leaking *leak) {
    if (series >= 0) {
        gm_finding_slope(facts, f, gm_series_name(series), "goroutines rise by %s");
        gm_finding_evidence(
            facts, f, "count", "%s goroutines at the end",
            gm_facts_text(facts,
                          "SELECT last_value FROM trend WHERE container_id = {c} AND life = {l} AND series = '%s'",
                          gm_series_name(series)));
        if (gm_growth_of(facts, GM_COL_ANON) >= facts->material)
            gm_finding_evidence(
                facts, f, "bytes", "for each of them anonymous memory grew by %s (2.6 KB is the least)",
                gm_facts_text(
                    facts,
                    "SELECT g.delta_bytes / (t.last_value - t.first_value) FROM growth g JOIN trend t USING (container_id, life) "
                    "WHERE container_id = {c} AND life = {l} AND g.bucket = 'anon' AND t.series = '%s'",
                    gm_series_name(series)));
    }
    if (facts->growth[GM_COL_GO_STACKS].known) gm_finding_growth(facts, f, "go_stacks", "goroutine stacks grew by %s");
    if (facts->proven_leaked > 0)
        gm_finding_evidence(
            facts, f, "count", "the runtime's own goroutineleak profile proves %s of them leaked",
            "SELECT p.count FROM profile p JOIN identity i USING (identity_id) JOIN life l ON l.container_id = i.container_id AND "
            "p.t_ns BETWEEN l.from_ns AND l.to_ns WHERE i.container_id = {c} AND l.life = {l} AND p.kind = 'goroutineleak' "
            "ORDER BY p.t_ns DESC, p.profile_id LIMIT 1");
    if (leak->group) evidence_of_group(facts, f, leak->group);
    gm_finding_last_profile(facts, f);
}

/* Squared correlation of the goroutines with the requests in flight, NAN when either is not known. */
static double load_r2(const gm_facts *facts) {
    const gm_history *load = &facts->timeline->history[GM_Q_LOAD_IN_FLIGHT];
    if (load->n < LEAST_PAIRS) return NAN;
    double n = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
    for (size_t i = 0; i < facts->n_points; i++) {
        int64_t count = facts->points[i].value[GM_COL_GOROUTINES];
        double x = gm_history_at(load, facts->points[i].t_ns, 30 * GM_NS_PER_S), y = (double)count;
        if (count == GM_UNKNOWN || isnan(x)) continue;
        n++, sx += x, sy += y, sxx += x * x, syy += y * y, sxy += x * y;
    }
    double vx = n * sxx - sx * sx, vy = n * syy - sy * sy, v = n * sxy - sx * sy;
    return n < LEAST_PAIRS || vx <= 0 || vy <= 0 || v <= 0 ? NAN : v * v / (vx * vy);
}

/* Runs, or waits for what comes in time. A wait for the network or a sleep of unknown length is neither. */
static bool ends_by_itself(const gm_goroutines *group) {
    bool timed = group->state && (strcmp(group->state, "IO wait") == 0 || strcmp(group->state, "sleep") == 0);
    if (timed && group->max_wait_minutes == GM_UNKNOWN) return false;
    return group->state && !group->can_leak && strcmp(group->state, "syscall") != 0;
}

int gm_leaking_refute(const gm_facts *facts, gm_finding *f, const gm_leaking *leak) {
    int refuters = 0;
    if (load_r2(facts) >= LOAD_R2) {
        refuters++;
        gm_finding_refute(
            facts, f, "count", "their number follows the requests in flight, which reach %s",
            "SELECT max(value) FROM samples s JOIN life l ON l.container_id = s.container_id AND s.t_ns BETWEEN l.from_ns AND l.to_ns "
            "WHERE s.container_id = {c} AND l.life = {l} AND s.quantity = 'load.in_flight'");
    }
    if (leak->group && ends_by_itself(leak->group)) {
        refuters++;
        char *signature = sqlite3_mprintf("%Q", leak->group->signature);
        gm_finding_refute(
            facts, f, "count",
            gm_facts_text(facts, "%%s of them are in state %s, which ends by itself", leak->group->state),
            gm_facts_text(
                facts,
                "SELECT last_count FROM goroutine_group WHERE container_id = {c} AND life = {l} AND signature = %s",
                signature));
        sqlite3_free(signature);
    }
    return refuters;
}
