/* Who allocated in a burst, by what lies near it: allocations counted by two profiles around it, a profile or a dump
 * taken inside it, a CPU profile over it. Without any of them a goroutine of the service's own that slept until then
 * is a suspicion and said to be one. Part of the rule alloc_burst; a name comes from the incident or not at all. */
#include "analyzer/rules/alloc_burst/burst.h"

#include "analyzer/frames.h"

#define SLACK_NS     (5 * GM_NS_PER_S) /* dumps and profiles are taken over seconds */
#define USUAL_FACTOR 3.0               /* of the usual allocations: as much in between is a burst */
#define ALLOCATES    1048576.0         /* a function that allocates so much a minute does so all the time */

/* select: what of which table, e.g. "bytes FROM alloc_site". */
static void evidence_of_function(const gm_facts *facts, gm_finding *f, const char *text, const char *select,
                                 int64_t function_id) {
    gm_finding_evidence(facts, f, "bytes", text,
                        gm_facts_text(facts, "SELECT %s WHERE container_id = {c} AND life = {l} AND function_id = %lld",
                                      select, (long long)function_id));
}

/* Two profiles with the burst between them: what a function allocated beyond its usual rate. */
static bool between_profiles(const gm_facts *facts, gm_finding *f, const gm_burst *burst) {
    for (size_t i = 0; i < facts->n_allocs; i++) {
        const gm_alloc_site *site = &facts->allocs[i];
        double excess = (double)site->bytes - site->usual_bytes;
        bool around = site->from_ns <= burst->to_ns && site->to_ns >= burst->from_ns;
        bool stands_out = (double)site->bytes >= USUAL_FACTOR * site->usual_bytes;
        if (!around || !stands_out || excess < fmax(0.5 * burst->height, facts->material)) continue;
        evidence_of_function(facts, f,
                             gm_facts_text(facts, "between two profiles around it %s allocated %%s", site->function),
                             "bytes FROM alloc_site", site->function_id);
        evidence_of_function(facts, f, "where its usual rate would have made %s", "usual_bytes FROM alloc_site",
                             site->function_id);
        f->site = site->function;
        return true;
    }
    return false;
}

/* A profile inside the burst: what a function held then and holds at no other time. */
static bool in_profile(const gm_facts *facts, gm_finding *f, const gm_burst *burst) {
    const gm_site *best = NULL;
    for (size_t i = 0; i < facts->n_blame; i++) {
        const gm_site *site = &facts->blame[i];
        double more = (double)(site->max_bytes - site->usual_bytes);
        bool inside = site->max_ns >= burst->from_ns - SLACK_NS && site->max_ns <= burst->to_ns + SLACK_NS;
        if (!inside || more < fmax(facts->material, 3 * site->se_bytes)) continue;
        if (!best || more > (double)(best->max_bytes - best->usual_bytes)) best = site;
    }
    if (!best) return false;
    evidence_of_function(facts, f,
                         gm_facts_text(facts, "a heap profile inside it shows %%s held by %s", best->function),
                         "max(max_bytes) FROM heap_site", best->function_id);
    f->site = best->function;
    return true;
}

static bool reads_whole(const gm_stack *stack) {
    static const char *const readers[] = {
        "io.ReadAll",        "os.ReadFile",      "bytes.growSlice", "bytes.(*Buffer).grow", "encoding/json.",
        "runtime.growslice", "runtime.mallocgc", "compress/",       "encoding/xml.",        "strings.(*Builder).grow"};
    for (size_t i = 0; i < stack->n; i++)
        for (size_t k = 0; stack->frames[i] && k < G_N_ELEMENTS(readers); k++)
            if (g_str_has_prefix(stack->frames[i]->name, readers[k])) return true;
    return false;
}

/* The function of the service that most samples of a kind of capture inside the burst are in, while they allocate. */
static const gm_function *busiest(const gm_facts *facts, const gm_burst *burst, const char *kind, const char *value) {
    g_autoptr(GError) error = NULL;
    g_autofree char *sql = g_strdup_printf(
        "SELECT s.stack_id, sum(s.%s) n FROM profile p JOIN identity i USING (identity_id) JOIN profile_sample s USING (profile_id) "
        "WHERE i.container_id = ?1 AND p.kind = '%s' AND p.t_ns <= ?3 AND p.t_ns + coalesce(p.duration_ns, 0) >= ?2 "
        "GROUP BY s.stack_id ORDER BY n DESC, s.stack_id",
        value, kind);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(facts->store, sql, &error);
    if (!stmt) return NULL;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int64(stmt, 2, MAX(burst->from_ns - SLACK_NS, facts->life->from_ns));
    sqlite3_bind_int64(stmt, 3, MIN(burst->to_ns + SLACK_NS, facts->life->to_ns));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const gm_stack *stack = gm_frames_stack(facts->frames, sqlite3_column_int64(stmt, 0));
        const gm_function *blame = gm_stack_blame(stack);
        if (blame && blame->code == GM_CODE_OWN && reads_whole(stack)) return blame;
    }
    return NULL;
}

static bool in_dump(const gm_facts *facts, gm_finding *f, const gm_burst *burst) {
    const gm_function *function = busiest(facts, burst, "goroutine", "count");
    const char *what = "goroutine dumps", *kind = "goroutine", *value = "count", *unit = "count";
    if (!function) {
        function = busiest(facts, burst, "cpu", "nanoseconds");
        what = "a CPU profile", kind = "cpu", value = "nanoseconds", unit = "ns";
    }
    if (!function) return false;
    const char *sql = gm_facts_text(
        facts,
        "SELECT sum(s.%s) FROM profile p JOIN identity i USING (identity_id) JOIN profile_sample s USING (profile_id) WHERE "
        "i.container_id = {c} AND p.kind = '%s' AND p.t_ns <= %lld AND p.t_ns + coalesce(p.duration_ns, 0) >= %lld AND s.stack_id IN "
        "(SELECT stack_id FROM stack, json_each(stack.frames) x JOIN location l ON l.location_id = x.value WHERE l.function_id = %lld)",
        value, kind, (long long)MIN(burst->to_ns + SLACK_NS, facts->life->to_ns),
        (long long)MAX(burst->from_ns - SLACK_NS, facts->life->from_ns), (long long)function->function_id);
    gm_finding_evidence(facts, f, unit,
                        gm_facts_text(facts, "%s inside it show %%s in %s, allocating", what, function->name), sql);
    f->site = function->name;
    return true;
}

static bool allocates_always(const gm_facts *facts, const char *function) {
    for (size_t i = 0; i < facts->n_allocs; i++)
        if (strcmp(facts->allocs[i].function, function) == 0 && facts->allocs[i].bytes_per_min >= ALLOCATES)
            return true;
    return false;
}

/* The service's own goroutines that sleep in the dumps: one alone is a suspicion, of several none is. */
static const gm_goroutines *sleeper(const gm_facts *facts) {
    const gm_goroutines *only = NULL;
    for (size_t i = 0; i < facts->n_groups; i++) {
        const gm_goroutines *group = &facts->groups[i];
        if (!group->site || !group->state || strcmp(group->state, "sleep") != 0) continue;
        if (gm_code_of(group->site, NULL) != GM_CODE_OWN || allocates_always(facts, group->site)) continue;
        if (only) return NULL;
        only = group;
    }
    return only;
}

const char *gm_burst_site(const gm_facts *facts, gm_finding *f, const gm_burst *burst) {
    if (between_profiles(facts, f, burst) || in_profile(facts, f, burst) || in_dump(facts, f, burst))
        return gm_facts_text(facts, "; %s allocated", f->site);
    const gm_goroutines *group = sleeper(facts);
    if (!group) return "";
    char *signature = sqlite3_mprintf("%Q", group->signature);
    gm_finding_evidence(
        facts, f, "count",
        gm_facts_text(facts,
                      "no capture lies inside it; dumps before it that show %s asleep, which is a suspicion only: %%s",
                      group->site),
        gm_facts_text(facts,
                      "SELECT dumps FROM goroutine_groups WHERE container_id = {c} AND life = {l} AND signature = %s",
                      signature));
    sqlite3_free(signature);
    f->site = group->site;
    return gm_facts_text(facts, "; suspected is what %s does when it wakes, for no capture shows who allocated",
                         group->site);
}
