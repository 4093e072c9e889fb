/* Reads native memory off the process' mappings and off calls into C. Used by native_leak, mmap_leak and
 * glibc_retention; no Go profile shows what C allocates, so that a site is a suspicion at most.
 *
 * glibc reserves an arena of 64 MiB without access and turns it into writable memory as it fills: growth of malloc is
 * reserve that shrinks while use grows, or [heap]. mmap adds writable memory while no reserve shrinks; so do
 * the stacks of threads, 8 MiB of address space each. malloc(3), mmap(2), glibc malloc/arena.c (HEAP_MAX). */
#include "analyzer/rules/native.h"

#include "analyzer/frames.h"
#include "analyzer/tasks.h"

#define THREAD_STACK 8388608.0
#define MANY_AREAS   10
#define SKEW_S       10.0
#define SKEW_SAMPLES 50

static double class_growth(const gm_facts *facts, const char *class_name, bool *there) {
    double bytes = 0;
    for (size_t i = 0; i < facts->n_mappings; i++) {
        const gm_mapping_growth *m = &facts->mappings[i];
        if (strcmp(m->class_name, class_name) != 0) continue;
        if (there) *there = true;
        bytes += (double)(m->last_bytes - m->first_bytes);
    }
    return bytes;
}

static void find_file(const gm_facts *facts, gm_native *native) {
    for (size_t i = 0; i < facts->n_mappings; i++) {
        const gm_mapping_growth *m = &facts->mappings[i];
        double more = (double)(m->last_areas - m->first_areas);
        bool file = strcmp(m->class_name, "file") == 0 || strcmp(m->class_name, "file_deleted") == 0 ||
                    strcmp(m->class_name, "shmem") == 0;
        if (!file || more < MANY_AREAS || more <= native->file_areas || m->areas_consistency_pct < 80) continue;
        native->file_areas = more;
        native->file = m->name;
    }
}

gm_native gm_native_of(const gm_facts *facts) {
    gm_native native = {.steady_pct = NAN};
    bool go_heap = false;
    class_growth(facts, "go_heap", &go_heap);
    if (facts->n_mapping_captures < 2 || !go_heap) return native; /* a Go heap at a random address looks like mmap */
    native.known = true;
    double use = class_growth(facts, "anon_rw", NULL), arenas = fmin(facts->arena_growth, fmax(0, use));
    native.malloc_bytes = class_growth(facts, "heap", NULL) + arenas;
    native.mmap_bytes = fmax(0, use - arenas - fmax(0, gm_growth_of(facts, GM_COL_THREADS)) * THREAD_STACK);
    for (size_t i = 0; i < facts->n_mappings; i++)
        if (strcmp(facts->mappings[i].class_name, "anon_rw") == 0) {
            native.steady_pct = facts->mappings[i].consistency_pct;
            break;
        }
    find_file(facts, &native);
    return native;
}

bool gm_native_is_mmap(const gm_facts *facts, const gm_native *native) {
    double grown = gm_growth_of(facts, GM_COL_NATIVE);
    bool steady = isnan(native->steady_pct) || native->steady_pct >= 80;
    return native->known && steady && gm_rises(facts, GM_COL_NATIVE) && grown >= facts->material &&
           native->mmap_bytes >= facts->material && native->mmap_bytes >= 2 * native->malloc_bytes &&
           native->mmap_bytes >= 0.5 * grown &&
           native->mmap_bytes >=
               0.5 * class_growth(facts, "anon_rw", NULL); /* the rest is thread stacks, told apart roughly */
}

static void evidence_of_class(const gm_facts *facts, gm_finding *f, const char *class_name, const char *text) {
    gm_finding_evidence(
        facts, f, "bytes", text,
        gm_facts_text(
            facts,
            "SELECT sum(last_bytes - first_bytes) FROM mapping_growth WHERE container_id = {c} AND life = {l} AND class = '%s'",
            class_name));
}

void gm_native_evidence(const gm_facts *facts, gm_finding *f, const gm_native *native) {
    if (!native->known) return;
    evidence_of_class(facts, f, "anon_rw", "writable anonymous mappings beside the Go heap grew by %s");
    evidence_of_class(facts, f, "anon_other",
                      "reserved address space without access changed by %s: arenas of malloc take theirs from it");
    if (native->malloc_bytes > 0) evidence_of_class(facts, f, "heap", "the C heap ([heap]) grew by %s");
    evidence_of_class(facts, f, "go_heap", "the mappings of the Go heap grew by %s");
    gm_finding_evidence(facts, f, "count", "seen over %s captures of /proc",
                        "SELECT max(captures) FROM mapping_growth WHERE container_id = {c} AND life = {l}");
}

/* --- readings at different times --- */

static double mean_distance(const gm_facts *facts) {
    const gm_history *go = &facts->timeline->history[GM_Q_GO_SYS], *anon = &facts->timeline->history[GM_Q_MEM_ANON];
    double sum = 0;
    size_t n = 0, at = 0;
    for (size_t i = 0; i < go->n && n < SKEW_SAMPLES && anon->n; i++) {
        if (go->t_ns[i] < facts->life->from_ns || go->t_ns[i] > facts->life->to_ns) continue;
        while (at + 1 < anon->n && llabs(anon->t_ns[at + 1] - go->t_ns[i]) <= llabs(anon->t_ns[at] - go->t_ns[i])) at++;
        sum += (double)llabs(anon->t_ns[at] - go->t_ns[i]) / 1e9;
        n++;
    }
    return n ? sum / (double)n : 0;
}

double gm_native_skew(const gm_facts *facts, gm_finding *f) {
    double distance = mean_distance(facts), low = INFINITY, high = 0;
    if (distance < SKEW_S) return 0;
    for (size_t i = 0; i < facts->n_points; i++) {
        int64_t total = facts->points[i].value[GM_COL_GO_TOTAL];
        if (total == GM_UNKNOWN) continue;
        low = fmin(low, (double)total);
        high = fmax(high, (double)total);
    }
    if (!(high - low > 0.5 * gm_growth_of(facts, GM_COL_NATIVE)))
        return 0; /* Go's own memory stands still: when it is read matters not */
    gm_finding_refute(
        facts, f, "s", "MemStats and the cgroup were read %s apart on average while Go's own memory moved",
        "SELECT avg(d) FROM (SELECT (SELECT min(abs(a.t_ns - s.t_ns)) FROM samples a WHERE a.container_id = s.container_id AND "
        "a.quantity = 'memory.anon') / 1e9 d FROM samples s JOIN life l ON l.container_id = s.container_id AND s.t_ns BETWEEN "
        "l.from_ns AND l.to_ns WHERE s.container_id = {c} AND l.life = {l} AND s.quantity = 'go.sys' ORDER BY s.t_ns LIMIT 50)");
    return distance;
}

bool gm_native_is_others(const gm_facts *facts, gm_finding *f) {
    if (facts->growth[GM_COL_OTHER_PROCESSES].known ||
        !(gm_tasks_others_pct(facts) >= 100 * GM_LIMIT_OF(facts, OTHER_SHARE)))
        return false;
    gm_finding_refute(facts, f, "bytes", "other processes of the container held %s when the kernel killed",
                      gm_tasks_sql(facts, "others"));
    return true;
}

/* --- who calls into C --- */

/* The first own function above the call into C. */
static const gm_function *caller_of_c(const gm_stack *stack) {
    bool inside = false;
    for (size_t i = 0; i < stack->n; i++) {
        const gm_function *function = stack->frames[i];
        if (!function) continue;
        bool call = strstr(function->name, "_Cfunc_") != NULL;
        if (inside && !call && function->code >= GM_CODE_DEPENDENCY) return function;
        inside = inside || call;
    }
    return NULL;
}

static sqlite3_stmt *captures_of_calls(const gm_facts *facts) {
    g_autoptr(GError) error = NULL;
    sqlite3_stmt *stmt = gm_store_prepare(
        facts->store,
        "SELECT s.stack_id, sum(coalesce(s.nanoseconds / 10000000, s.count)) n FROM profile p JOIN identity i USING (identity_id) "
        "JOIN profile_sample s USING (profile_id) WHERE i.container_id = ?1 AND p.kind IN ('cpu', 'goroutine', 'threadcreate') AND p.t_ns "
        "BETWEEN ?2 AND ?3 AND EXISTS (SELECT 1 FROM function WHERE name LIKE '%\\_Cfunc\\_%' ESCAPE '\\') GROUP BY s.stack_id "
        "ORDER BY n DESC, s.stack_id",
        &error);
    if (!stmt) return NULL;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int64(stmt, 2, facts->life->from_ns);
    sqlite3_bind_int64(stmt, 3, facts->life->to_ns);
    return stmt;
}

static void evidence_of_calls(const gm_facts *facts, gm_finding *f) {
    const gm_history *calls = &facts->timeline->history[GM_Q_GO_CGO_CALLS];
    if (calls->n < 2) return;
    gm_finding_evidence(
        facts, f, "count/min", "calls from Go to C: %s",
        "SELECT 60e9 * (max(s.value) - min(s.value)) / nullif(max(s.t_ns) - min(s.t_ns), 0) FROM samples s JOIN life l ON "
        "l.container_id = s.container_id AND s.t_ns BETWEEN l.from_ns AND l.to_ns WHERE s.container_id = {c} AND l.life = {l} "
        "AND s.quantity = 'go.cgo_calls'");
}

const char *gm_native_suspect(const gm_facts *facts, gm_finding *f) {
    evidence_of_calls(facts, f);
    g_autoptr(sqlite3_stmt) stmt = captures_of_calls(facts);
    while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
        int64_t stack_id = sqlite3_column_int64(stmt, 0);
        const gm_function *caller = caller_of_c(gm_frames_stack(facts->frames, stack_id));
        if (!caller) continue;
        gm_finding_evidence(
            facts, f, "count",
            gm_facts_text(facts,
                          "%%s samples of profiles and dumps are in a call into C made by %s: a suspicion, no proof",
                          caller->name),
            gm_facts_text(
                facts,
                "SELECT sum(coalesce(s.nanoseconds / 10000000, s.count)) FROM profile p JOIN identity i USING (identity_id) JOIN "
                "profile_sample s USING (profile_id) JOIN life l ON l.container_id = i.container_id AND p.t_ns BETWEEN l.from_ns "
                "AND l.to_ns WHERE i.container_id = {c} AND l.life = {l} AND p.kind IN ('cpu', 'goroutine', 'threadcreate') AND "
                "s.stack_id = %lld",
                (long long)stack_id));
        return caller->name;
    }
    return NULL;
}
