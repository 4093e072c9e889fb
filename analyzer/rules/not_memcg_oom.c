/* Rule not_memcg_oom: the container died, and its own memory limit did not kill it. The node or the pod above ran out
 * of memory, the kubelet evicted it, somebody sent signal 9, or the Go runtime gave up by itself. */
#include "analyzer/rules/common.h"

typedef struct {
    const char *class_name;
    double confidence;
    gm_severity severity;
    const char *summary, *remedy;
} gm_death;

static const gm_death deaths[] = {
    {"node", 0.9, GM_SEV_HIGH,
     "the node ran out of memory and the kernel chose this container; its own limit was not reached",
     "Look at the node: sum of requests against its memory, and who grew. Set the memory request to what the service needs, so that it is not the first victim."},
    {"ancestor", 0.9, GM_SEV_HIGH, "the limit of the pod or slice above was reached, not the container's own",
     "Look at the other containers of the pod, its emptyDir volumes of medium Memory and the pod's limit: they share it."},
    {"eviction", 0.9, GM_SEV_HIGH,
     "the kubelet evicted the pod because the node was short; the kernel killed nothing here",
     "Raise the memory request to the real working set, or give the node more room; evictions go by usage above the request."},
    {"sigkill", 0.6, GM_SEV_MEDIUM, "the process got signal 9 (exit 137), and no source knows of an OOM kill",
     "Look for a failed liveness probe, a drain, a timeout of the shutdown or an operator: kubectl describe pod, events of the time."},
    {"go_throw", 0.9, GM_SEV_HIGH, "the Go runtime ended the process itself (exit 2); the kernel killed nothing",
     "Read the fatal error in the log: an address space limit (ulimit -v), vm.max_map_count, or a malformed setting."},
};

/* What GOMEMLIMIT may look like: off, or digits and B, KiB, MiB, GiB or TiB. Kubernetes' Mi, or M, ends the process. */
static bool memlimit_malformed(const gm_facts *facts, const char **value) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(facts->store,
                         "SELECT s.value FROM setting s JOIN identity i USING (identity_id) WHERE i.container_id = ?1 "
                         "AND s.name = 'env.GOMEMLIMIT' ORDER BY s.t_ns, s.rowid LIMIT 1",
                         NULL);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    if (sqlite3_step(stmt) != SQLITE_ROW) return false;
    const char *text = gm_column_text(stmt, 0);
    *value = gm_arena_strndup(facts->arena, text, strlen(text));
    size_t digits = strspn(*value, "0123456789");
    static const char *const units[] = {"", "B", "KiB", "MiB", "GiB", "TiB"};
    bool known = strcmp(*value, "off") == 0 || **value == '\0';
    for (size_t i = 0; digits > 0 && i < G_N_ELEMENTS(units); i++)
        known = known || strcmp(*value + digits, units[i]) == 0;
    return !known;
}

static const gm_death *death_of(const gm_facts *facts) {
    for (size_t i = 0; i < G_N_ELEMENTS(deaths); i++)
        for (size_t k = 0; k < facts->n_kills; k++)
            if (strcmp(facts->kills[k].class_name, deaths[i].class_name) == 0) return &deaths[i];
    return NULL;
}

static bool crashed(const gm_facts *facts) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(facts->store,
                         "SELECT 1 FROM event e JOIN identity i USING (identity_id) WHERE i.container_id = ?1 "
                         "AND e.kind = 'terminated' AND e.exit_code = 2",
                         NULL);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    return sqlite3_step(stmt) == SQLITE_ROW;
}

static bool deaths_known(const gm_facts *facts) {
    const gm_history *own = &facts->timeline->history[GM_Q_MEM_OOM_KILL],
                     *log = &facts->timeline->history[GM_Q_MEM_OOM_EVENTS];
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(facts->store,
                         "SELECT 1 FROM event e JOIN identity i USING (identity_id) WHERE i.container_id = ?1 "
                         "AND e.kind IN ('started', 'terminated')",
                         NULL);
    if (stmt) sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    return facts->n_kills > 0 || own->n > 1 || log->n > 1 || (stmt && sqlite3_step(stmt) == SQLITE_ROW);
}

static void evidence(const gm_facts *facts, gm_finding *f, const gm_death *death) {
    gm_finding_evidence(
        facts, f, "count", gm_facts_text(facts, "%%s deaths of this life are of the class %s", death->class_name),
        gm_facts_text(facts, "SELECT count(*) FROM oom_kills WHERE container_id = {c} AND life = {l} AND class = '%s'",
                      death->class_name));
    gm_finding_evidence(
        facts, f, "count", "%s kills at the container's own limit in this life",
        "SELECT count(*) FROM oom_kills WHERE container_id = {c} AND life = {l} AND class = 'own_limit'");
    if (strcmp(death->class_name, "ancestor") == 0)
        gm_finding_evidence(
            facts, f, "bytes", "the limit that was reached is %s",
            "SELECT max(limit_bytes) FROM oom_kills WHERE container_id = {c} AND life = {l} AND class = 'ancestor'");
    if (strcmp(death->class_name, "sigkill") == 0 && facts->timeline->history[GM_Q_MEM_OOM_KILL].n)
        gm_finding_evidence(
            facts, f, "count", "the cgroup's own counter of OOM kills ends at %s",
            "SELECT value FROM samples WHERE container_id = {c} AND quantity = 'memory.oom_kill' ORDER BY t_ns DESC LIMIT 1");
}

static gm_outcome malformed(const gm_facts *facts, gm_finding *f, const char *value) {
    gm_finding_evidence(
        facts, f, "count", "%s settings hold the malformed value",
        "SELECT count(*) FROM setting s JOIN identity i USING (identity_id) WHERE i.container_id = {c} AND s.name = 'env.GOMEMLIMIT'");
    gm_finding_evidence(
        facts, f, "count", "the program ended %s times with exit code 2",
        "SELECT count(*) FROM event e JOIN identity i USING (identity_id) WHERE i.container_id = {c} AND e.kind = 'terminated' AND e.exit_code = 2");
    f->confidence = 0.95;
    f->severity = GM_SEV_HIGH;
    f->summary = gm_facts_text(
        facts,
        "the Go runtime refuses GOMEMLIMIT=%.40s and ends the process at its start (exit 2): a crash loop, no OOM",
        value);
    f->remedy = "Write GOMEMLIMIT as plain bytes or with B, KiB, MiB, GiB or TiB: 200MiB, not 200Mi, 200M or 0.5GiB.";
    return GM_FIRED;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    const gm_death *death = death_of(facts);
    const char *value = "";
    bool throws = death && strcmp(death->class_name, "go_throw") == 0;
    if (memlimit_malformed(facts, &value) && (throws || crashed(facts))) return malformed(facts, f, value);
    if (!deaths_known(facts))
        return gm_not_applicable(
            f, "needs the kernel's log, an OOM counter, the pod's status or the program's log of a death");
    if (!death)
        return gm_clean(f, facts->n_kills ? "the kill was at the container's own limit" : "nothing died in this life");
    evidence(facts, f, death);
    f->confidence = death->confidence;
    if (strcmp(death->class_name, "sigkill") == 0 && facts->timeline->history[GM_Q_MEM_OOM_KILL].n > 1)
        f->confidence = 0.8; /* the counter would know */
    if (gm_was_killed(facts)) f->confidence = fmin(f->confidence, 0.5);
    f->severity = death->severity;
    f->summary = death->summary;
    f->remedy = death->remedy;
    return GM_FIRED;
}

const gm_rule gm_rule_not_memcg_oom = {
    .slug = "not_memcg_oom",
    .family = "environment",
    .title = "Not killed by its own memory limit",
    .is_cause = true,
    .check = check,
    .definition =
        "A death for which the container's own memory limit is not the reason: node, pod or slice above, eviction, signal 9 from elsewhere, or the Go "
        "runtime itself.",
    .proves =
        "The kernel's report names another constraint or a cgroup above; the pod was evicted; exit 137 without any OOM source; a fatal error of the Go "
        "runtime with exit 2, as after a malformed GOMEMLIMIT.",
    .refutes = "A kernel report or counter of a kill at the container's own limit.",
    .remedy = "See which one it is: node, pod, kubelet, operator or runtime.",
    .source =
        "Linux oom_kill.c (constraint, oom_memcg); Kubernetes documentation, node-pressure eviction; Go runtime mgcpacer.go (readGOMEMLIMIT)",
};
