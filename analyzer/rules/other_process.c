/* Rule other_process: a child, a script or a tool in the same container holds the memory, not the Go process.
 * Two witnesses: anonymous memory of the cgroup beside the process' own resident set, and the task table of a
 * kill. The victim of a kill is not always the culprit; tasks.c tells which task is the service. */
#include "analyzer/rules/common.h"
#include "analyzer/tasks.h"

static bool child_killed(const gm_facts *facts) {
    for (size_t i = 0; i < facts->n_kills; i++)
        if (strcmp(facts->kills[i].class_name, "child") == 0) return true;
    return false;
}

/* A container that never held two processes has no other one. */
static bool alone(const gm_facts *facts) {
    const gm_history *h = &facts->timeline->history[GM_Q_CONTAINER_PROCESSES];
    size_t seen = 0;
    for (size_t i = 0; i < h->n; i++) {
        if (h->t_ns[i] < facts->life->from_ns || h->t_ns[i] > facts->life->to_ns) continue;
        if (h->value[i] > 1) return false;
        seen++;
    }
    return seen > 0;
}

/* The longest run of points in which other processes hold their share, and the largest share in it. */
static size_t longest_run(const gm_facts *facts, double *share_pct) {
    size_t run = 0, longest = 0;
    double best = 0;
    for (size_t i = 0; i < facts->n_points; i++) {
        int64_t other = facts->points[i].value[GM_COL_OTHER_PROCESSES], anon = facts->points[i].value[GM_COL_ANON];
        bool holds = other != GM_UNKNOWN && anon > 0 &&
                     (double)other >= fmax(facts->material, GM_LIMIT_OF(facts, OTHER_SHARE) * (double)anon);
        run = holds ? run + 1 : 0;
        if (holds) best = fmax(best, 100.0 * (double)other / (double)anon);
        longest = MAX(longest, run);
    }
    *share_pct = best;
    return longest;
}

static double ask_tasks(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(facts, f, "bytes", "other processes held %s when the kernel killed one of them or the service",
                        gm_tasks_sql(facts, "others"));
    double bytes = f->evidence[f->n_evidence - 1].value;
    gm_finding_evidence(facts, f, "%", "that was %s of what all tasks of the container held",
                        gm_tasks_sql(facts, "100.0 * others / total"));
    double share = f->evidence[f->n_evidence - 1].value;
    if (bytes >= facts->material) return share;
    f->n_evidence = 0;
    return NAN;
}

static gm_severity severity_of(const gm_facts *facts) {
    if (gm_was_killed(facts)) return GM_SEV_CRITICAL;
    if (child_killed(facts)) return GM_SEV_HIGH;
    return gm_rises(facts, GM_COL_OTHER_PROCESSES) ? gm_leak_severity(facts, GM_COL_OTHER_PROCESSES) : GM_SEV_LOW;
}

static void conclude(const gm_facts *facts, gm_finding *f, bool table, bool points) {
    bool main_part = f->share_pct >= GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT);
    f->confidence = table && points ? 0.95 : table ? 0.75 : main_part ? 0.85 : 0.6;
    if (!main_part) f->confidence = fmin(f->confidence, 0.5);
    f->severity = severity_of(facts);
    f->summary = child_killed(facts) && !gm_was_killed(facts)
                     ? "another process in the container takes the memory; the kernel killed that one, and "
                       "the service survived"
                     : "another process in the container holds the memory, not the Go service";
    f->remedy = "Find who starts it (exec, scripts, probes, tools beside the service) and give it a "
                "container and a limit of its own, or bound it (ulimit -v). "
                "The Go service needs no change for this.";
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    bool known = facts->growth[GM_COL_OTHER_PROCESSES].known, report = facts->inputs & GM_INPUT_OOM_LOG;
    if (!known && !report)
        return gm_not_applicable(f, "needs anonymous memory beside process_resident_memory_bytes over time, "
                                    "or the task table of a kill");
    double at_kill = report ? ask_tasks(facts, f) : NAN, peak;
    bool points = longest_run(facts, &peak) >= (size_t)GM_LIMIT_OF(facts, OTHER_POINTS) && !alone(facts);
    bool table = at_kill >= 100 * GM_LIMIT_OF(facts, OTHER_SHARE);
    if (!points && !table) {
        f->n_evidence = 0;
        return gm_clean(f, "other processes of the container hold less than a fifth of its memory");
    }
    if (points)
        gm_finding_evidence(facts, f, "bytes", "other processes held up to %s of anonymous memory",
                            "SELECT max(other_processes_bytes) FROM timeline WHERE container_id = {c} AND life = {l}");
    if (facts->timeline->history[GM_Q_CONTAINER_PROCESSES].n)
        gm_finding_evidence(
            facts, f, "count", "the container held up to %s processes",
            "SELECT max(s.value) FROM samples s JOIN life l ON l.container_id = s.container_id AND s.t_ns "
            "BETWEEN l.from_ns AND l.to_ns "
            "WHERE s.container_id = {c} AND l.life = {l} AND s.quantity = 'container.processes'");
    double grown = gm_share_of(facts, GM_COL_OTHER_PROCESSES);
    f->share_pct = grown > 0 ? fmin(100, grown) : table ? at_kill : peak;
    f->bytes_per_min = gm_rises(facts, GM_COL_OTHER_PROCESSES) ? gm_slope_per_min(facts, GM_COL_OTHER_PROCESSES) : NAN;
    f->by_report = table;
    conclude(facts, f, table, points);
    return GM_FIRED;
}

const gm_rule gm_rule_other_process = {
    .slug = "other_process",
    .family = "environment",
    .title = "Another process in the container",
    .is_cause = true,
    .check = check,
    .definition = "A child process, a script or a tool in the same container holds the memory that is charged to it.",
    .proves = "Anonymous memory beside the service's own resident set is material and at least a fifth over "
              "several samples, or the task table of a kill shows it.",
    .refutes = "The container never held two processes; the process that was killed is the service itself.",
    .remedy = "A container of its own, or a bound for the other process.",
    .source = "Linux oom_kill.c (task table); Kubernetes kubelet singleProcessOOMKill; memory.oom.group",
};
