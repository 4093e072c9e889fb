/* Rule tmpfs: files in memory grew: a tmpfs, an emptyDir of medium Memory, /dev/shm, memfd or shared memory.
 * They are counted as file memory and lie on the anonymous lists: without swap the kernel cannot take them
 * back. Reads the buckets, and the kernel's report of a kill where the history lacks them. */
#include "analyzer/rules/common.h"

/* The report of the last kill at this container's own limit, by the name of its cgroup. */
#define REPORT_SHMEM \
    "SELECT max(CAST(s.value AS REAL)) FROM kill k JOIN oom_stat s USING (oom_kill_id) WHERE " \
    "k.container_id = {c} AND k.life = {l} " \
    "AND k.class IN ('own_limit', 'child') AND s.key IN ('shmem', 'total_shmem')"
#define REPORT_SHARE \
    "SELECT max(100.0 * s.value / o.usage_bytes) FROM kill k JOIN oom_stat s USING (oom_kill_id) JOIN " \
    "oom_kill o USING (oom_kill_id) " \
    "WHERE k.container_id = {c} AND k.life = {l} AND k.class IN ('own_limit', 'child') AND s.key IN " \
    "('shmem', 'total_shmem') AND o.usage_bytes > 0"

static bool grew(const gm_facts *facts) {
    double share = gm_share_of(facts, GM_COL_SHMEM);
    if (!facts->growth[GM_COL_SHMEM].known || gm_growth_of(facts, GM_COL_SHMEM) < facts->material) return false;
    return isnan(share) || share >= GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT);
}

/* The kernel's report: the share of usage at the kill, NAN when there is none. */
static double report_share(const gm_facts *facts, gm_finding *f) {
    if (!(facts->inputs & GM_INPUT_OOM_LOG)) return NAN;
    gm_finding_evidence(facts, f, "bytes", "the kernel's report of the kill lists %s of tmpfs and shared memory",
                        REPORT_SHMEM);
    gm_finding_evidence(facts, f, "%", "that was %s of the usage at the kill", REPORT_SHARE);
    return f->evidence[f->n_evidence - 1].value;
}

static void evidence(const gm_facts *facts, gm_finding *f) {
    gm_finding_growth(facts, f, "shmem", "tmpfs and shared memory grew by %s");
    if (facts->growth[GM_COL_USAGE].known) gm_finding_growth(facts, f, "usage", "usage grew by %s");
    if (facts->growth[GM_COL_ANON].known) gm_finding_growth(facts, f, "anon", "anonymous memory changed by %s");
}

static gm_severity severity_of(const gm_facts *facts) {
    if (gm_was_killed(facts) || gm_rises(facts, GM_COL_SHMEM)) return gm_leak_severity(facts, GM_COL_SHMEM);
    const gm_growth *usage = &facts->growth[GM_COL_WORKING_SET];
    bool near = usage->known && usage->last >= GM_LIMIT_OF(facts, NEAR_LIMIT) * facts->limit;
    return near ? GM_SEV_MEDIUM : GM_SEV_LOW;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    bool history = facts->growth[GM_COL_SHMEM].known;
    if (!history && !(facts->inputs & GM_INPUT_OOM_LOG))
        return gm_not_applicable(f, "needs memory.stat over time (shmem, or file and its two lists), or the "
                                    "kernel's report of a kill");
    double at_kill = report_share(facts, f), primary = GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT);
    bool trend = grew(facts), report = at_kill >= primary;
    if (!trend && !report) return gm_clean(f, "tmpfs and shared memory do not hold half of the growth");
    if (trend) evidence(facts, f);
    f->share_pct = trend ? fmin(100, gm_share_of(facts, GM_COL_SHMEM)) : fmin(100, at_kill);
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_SHMEM);
    f->confidence = facts->inputs & GM_INPUT_SHMEM || report ? 0.95 : 0.85; /* else derived from the lists */
    if (!trend) f->confidence = 0.6;
    else if (!report && !gm_rises(facts, GM_COL_SHMEM)) f->confidence -= 0.15;
    f->by_report = report;
    f->severity = severity_of(facts);
    f->summary = "files in memory (tmpfs, emptyDir of medium Memory, /dev/shm, memfd) explain the growth; "
                 "the kernel cannot take them back without swap";
    f->remedy = "Delete the files or move them to a disk; give the emptyDir a sizeLimit. They count against "
                "the container's limit although they "
                "look like page cache, and no restart of the process inside the same pod frees an emptyDir.";
    return GM_FIRED;
}

const gm_rule gm_rule_tmpfs = {
    .slug = "tmpfs",
    .family = "file",
    .title = "Files in memory (tmpfs, shared memory)",
    .is_cause = true,
    .check = check,
    .definition = "Pages of tmpfs files, memfd or shared memory grew. They are part of file memory and lie "
                  "on the anonymous lists.",
    .proves = "shmem, or file minus both file lists, holds at least half of the growth of usage, or of the "
              "usage in the kernel's report of the kill.",
    .refutes = "The file lists hold the growth: that is page cache. The process' own shmem-rss counts only "
               "mapped pages and may stay small.",
    .remedy = "Size limits for emptyDir volumes, deletion, or a disk.",
    .source = "Linux cgroup-v2 documentation, memory.stat (shmem); Kubernetes documentation, emptyDir with "
              "medium Memory",
};
