/* Rule metric_artifact: a number does not mean what its name says. Two sources of one quantity that disagree, kernel
 * memory and failure counts that are always 0 on cgroup v2, values that are repeated after the process' death. */
#include "analyzer/rules/common.h"

#define STALE_S       300 /* Prometheus repeats a vanished series for so long */
#define STALE_SAMPLES 2

static const char kernel_rest_sql[] =
    "SELECT max(unexplained_bytes) FROM timeline WHERE container_id = {c} AND life = {l}";

/* Samples of usage after the life's end and before the next start. Repeated: all alike. */
#define AFTER_DEATH \
    "FROM samples s JOIN life l ON l.container_id = s.container_id WHERE l.container_id = {c} AND l.life = {l} AND l.ended_by <> 'end_of_record' " \
    "AND s.quantity = 'memory.usage' AND s.t_ns > l.to_ns + 15000000000 AND s.t_ns <= l.to_ns + 300000000000 " \
    "AND s.t_ns < coalesce((SELECT min(n.from_ns) FROM life n WHERE n.container_id = l.container_id AND n.life > l.life), 9223372036854775807)"
static const char stale_sql[] = "SELECT CASE WHEN count(DISTINCT s.value) = 1 THEN count(*) ELSE 0 END " AFTER_DEATH;

/* cAdvisor never fills kernel memory on cgroup v2: always 0, while usage holds more than its other parts. */
static bool kernel_always_zero(const gm_facts *facts) {
    const gm_history *h = &facts->timeline->history[GM_Q_MEM_KERNEL];
    for (size_t i = 0; i < h->n; i++)
        if (h->value[i] > 0) return false;
    return h->n > 0 && facts->growth[GM_COL_UNEXPLAINED].known &&
           facts->growth[GM_COL_UNEXPLAINED].last >= 4 * 1048576.0;
}

#define OF_LIMITS(name) \
    "(SELECT min(s.value) FROM samples s JOIN life l ON l.container_id = s.container_id AND s.t_ns BETWEEN l.from_ns AND l.to_ns " \
    "WHERE l.container_id = {c} AND l.life = {l} AND s.quantity = 'memory.limit' AND s.name " name ")"

/* An ancestor's limit below the container's own is the one that kills. */
static bool limit_above(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(
        facts, f, "bytes",
        "hierarchical_memory_limit is %s, lower than the container's own limit: the pod's or a slice's limit counts",
        "SELECT CASE WHEN h < own THEN h END FROM (SELECT " OF_LIMITS("LIKE '%hierarchical%'") " h, " OF_LIMITS(
            "NOT LIKE '%hierarchical%'") " own)");
    if (!isnan(f->evidence[f->n_evidence - 1].value)) return true;
    f->n_evidence--;
    return false;
}

/* cAdvisor never fills failcnt on cgroup v2: 0 beside kills, or beside times at the limit, says nothing. */
static bool failcnt_zero(const gm_facts *facts, gm_finding *f) {
    const gm_history *h = &facts->timeline->history[GM_Q_MEM_FAILCNT];
    for (size_t i = 0; i < h->n; i++)
        if (h->value[i] > 0) return false;
    if (h->n == 0 || !gm_was_killed(facts)) return false;
    gm_finding_evidence(facts, f, "count", "the failure count stays 0, and yet kills in this life: %s",
                        "SELECT count(*) FROM oom_kills WHERE container_id = {c} AND life = {l}");
    return true;
}

/* Rows of the pod as a whole and of its pause container repeat what its containers' rows say. */
static bool pod_rows(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(
        facts, f, "count", "rows of usage for the whole pod or its pause container, beside the containers': %s",
        "SELECT count(*) FROM series s JOIN quantity q USING (quantity_id) JOIN identity i USING (identity_id) JOIN container c ON c.pod = i.pod AND "
        "c.namespace IS i.namespace WHERE c.container_id = {c} AND i.level = 'pod' AND q.name IN ('memory.usage', 'memory.working_set', 'memory.anon')");
    if (f->evidence[f->n_evidence - 1].value > 0) return true;
    f->n_evidence--;
    return false;
}

static double add_stale(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(facts, f, "count", "%s samples after the death repeat the last value", stale_sql);
    double n = f->evidence[f->n_evidence - 1].value;
    if (!(n >= STALE_SAMPLES)) f->n_evidence--;
    return n;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (facts->n_points == 0) return gm_not_applicable(f, "needs samples of memory over time");
    double limit = GM_LIMIT_OF(facts, DISAGREE_PCT);
    bool differ = facts->doubts.disagreement_pct > limit, zero = kernel_always_zero(facts);
    if (differ)
        gm_finding_evidence(
            facts, f, "%",
            gm_facts_text(facts, "two sources of %s differ by %%s over the same time", facts->doubts.disagreeing),
            facts->doubts.disagreement_sql);
    if (zero)
        gm_finding_evidence(facts, f, "bytes",
                            "kernel memory is recorded as 0, while usage holds %s beside anonymous and file memory",
                            kernel_rest_sql);
    bool stale = add_stale(facts, f) >= STALE_SAMPLES;
    bool above = limit_above(facts, f), never = failcnt_zero(facts, f), twice = pod_rows(facts, f);
    if (!differ && !zero && !stale && !above && !never && !twice)
        return gm_clean(f, "the sources agree, and no number contradicts another");
    f->confidence = differ ? 0.6 : 0.3;
    f->severity = differ ? GM_SEV_LOW : GM_SEV_INFO;
    f->share_pct = 0;
    f->summary =
        differ
            ? "two sources of one quantity disagree: one of them measures something else (another cgroup, a sum of rows, another unit)"
        : zero  ? "kernel memory of 0 means that it was not recorded (cAdvisor on cgroup v2), not that there is none"
        : above ? "a limit above the container's own is lower: that one decides"
        : stale ? "samples after the death repeat the last value; they are left out"
        : never
            ? "a failure count of 0 means that it was not recorded (cAdvisor on cgroup v2), not that the limit was never reached"
            : "the pod's own rows hold its containers' memory once more: a sum over all rows counts it twice";
    f->remedy =
        "Select one row a container (container!=\"\", container!=\"POD\"), never sum pod and container rows. Read kernel memory and memory.events from the "
        "cgroup itself. Set track_timestamps_staleness for cAdvisor.";
    return GM_FIRED;
}

const gm_rule gm_rule_metric_artifact = {
    .slug = "metric_artifact",
    .family = "environment",
    .title = "A metric that misleads",
    .is_cause = true,
    .check = check,
    .definition =
        "A recorded number does not mean what its name says: rows counted twice, fields that are never filled, repeated values, disagreeing sources.",
    .proves =
        "Two series of one quantity differ by more than a fifth over the same time; kernel memory always 0 beside an unexplained rest; equal samples after a death.",
    .refutes = "The two sources cover different times.",
    .remedy = "Fix the query; prefer the cgroup's own files.",
    .source =
        "cAdvisor and opencontainers/cgroups fs2 (KernelUsage and Failcnt are not set); Prometheus documentation, staleness",
};
