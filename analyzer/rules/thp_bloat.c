/* Rule thp_bloat: transparent huge pages back memory that the runtime gave back or never touched.
 * Anonymous memory exceeds what the runtime accounts for, much of it is huge pages, and no native memory grows. */
#include "analyzer/rules/go.h"

static const char share_sql[] = "SELECT 100.0 * (SELECT value" GM_SAMPLES_OF(
    "memory.anon_thp") "ORDER BY t_ns DESC LIMIT 1) / (SELECT value" GM_SAMPLES_OF("memory.anon") "ORDER BY t_ns DESC LIMIT 1)";
static const char smaps_share_sql[] = "SELECT 100.0 * (SELECT value" GM_SAMPLES_OF(
    "process.anon_huge") "ORDER BY t_ns DESC LIMIT 1) / (SELECT value" GM_SAMPLES_OF("memory.anon") "ORDER BY t_ns DESC LIMIT 1)";

static bool calls_c(const gm_facts *facts) {
    gm_readings calls = gm_readings_of(facts, GM_Q_GO_CGO_CALLS);
    return calls.n >= 2 && calls.last > calls.first;
}

/* Since 1.21.4 the runtime leaves huge pages to the kernel. */
static const char *version_note(const gm_facts *facts) {
    if (facts->go_minor == 0) return "";
    return facts->go_minor <= 20 ? "; Go before 1.21 worked around khugepaged, so that another allocator is as likely"
                                 : "; since Go 1.21.4 the runtime leaves huge pages to the kernel";
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    double cgroup = gm_readings_of(facts, GM_Q_MEM_ANON_THP).last,
           process = gm_readings_of(facts, GM_Q_PROC_ANON_HUGE).last, anon = gm_readings_of(facts, GM_Q_MEM_ANON).last;
    bool from_cgroup = !isnan(cgroup);
    double share = (from_cgroup ? cgroup : process) / anon;
    if (isnan(share) || !facts->growth[GM_COL_NATIVE].known)
        return gm_not_applicable(
            f, "needs huge pages (anon_thp, rss_huge or AnonHugePages), anonymous memory and MemStats over time");
    if (share < GM_LIMIT_OF(facts, THP_SHARE)) return gm_clean(f, "few huge pages");
    if (!gm_bucket_speaks(facts, GM_COL_NATIVE))
        return gm_clean(f, "huge pages, but anonymous memory did not outgrow what the runtime accounts for");
    if (!facts->trend[GM_COL_NATIVE].tested ||
        (double)facts->trend[GM_COL_NATIVE].points < GM_LIMIT_OF(facts, TREND_MIN_POINTS))
        return gm_not_applicable(f, "needs MemStats often enough to tell huge pages from native memory that rises");
    if (gm_rises(facts, GM_COL_NATIVE))
        return gm_clean(f, "memory beside the runtime's rises without bound: huge pages do not do that");
    gm_finding_evidence(facts, f, "%", "%s of anonymous memory is huge pages",
                        from_cgroup ? share_sql : smaps_share_sql);
    gm_finding_growth(facts, f, "native", "anonymous memory beyond what the runtime accounts for grew by %s");
    gm_finding_evidence(facts, f, "bytes", "while the runtime gave back %s",
                        "SELECT value" GM_SAMPLES_OF("go.heap_released") "ORDER BY t_ns DESC LIMIT 1");
    f->share_pct = fmin(100, gm_share_of(facts, GM_COL_NATIVE));
    bool no_calls = gm_readings_of(facts, GM_Q_GO_CGO_CALLS).n >= 2 && !calls_c(facts);
    f->confidence = calls_c(facts) || (facts->go_minor > 0 && facts->go_minor <= 20) ? 0.45 : no_calls ? 0.75 : 0.6;
    f->severity = gm_was_killed(facts) ? GM_SEV_CRITICAL : GM_SEV_LOW;
    f->summary = gm_facts_text(facts, "huge pages hold memory that the Go runtime does not use%s", version_note(facts));
    f->remedy =
        "Set /sys/kernel/mm/transparent_hugepage/khugepaged/max_ptes_none to 0, or GODEBUG=disablethp=1 (Go 1.21.6 and later), or transparent_hugepage=madvise. The anon counter may "
        "over-report huge pages that are partly unmapped.";
    return GM_FIRED;
}

const gm_rule gm_rule_thp_bloat = {
    .slug = "thp_bloat",
    .family = "go",
    .title = "Transparent huge pages",
    .is_cause = true,
    .check = check,
    .definition =
        "The kernel backs the heap's holes with huge pages, so that the process holds more than the runtime uses.",
    .proves =
        "Huge pages are 30 % or more of anonymous memory, anonymous memory exceeds Sys - HeapReleased by a material amount that grew, and that does not rise without bound.",
    .refutes = "Native memory grows: calls into C, a rising trend. Few huge pages.",
    .remedy = "max_ptes_none=0, GODEBUG=disablethp=1, or transparent_hugepage=madvise.",
    .source =
        "Go GC guide (Linux transparent huge pages); golang/go issues 64332, 61718; kernel admin-guide/mm/transhuge",
};
