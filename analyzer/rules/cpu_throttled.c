/* Rule cpu_throttled: the kernel holds the container back at its CPU quota, or the runtime uses more processors than
 * the quota pays for: marks take longer, assists grow, and memory grows while they wait. */
#include "analyzer/rules/go.h"

#define SHARE_SQL \
    "SELECT 100.0 * ((SELECT max(value) - min(value)" GM_SAMPLES_OF( \
        "cpu.throttled_periods") ")) / (SELECT max(value) - min(value)" GM_SAMPLES_OF("cpu.periods") ")"
#define MIN_PERIODS 100 /* ten seconds of the usual period */

/* Percent of the CFS periods in the life, NAN when too few are counted. */
static double throttled_pct(const gm_facts *facts) {
    gm_readings periods = gm_readings_of(facts, GM_Q_CPU_PERIODS),
                throttled = gm_readings_of(facts, GM_Q_CPU_THROTTLED_PERIODS);
    double more = periods.most - periods.least;
    return periods.n >= 2 && throttled.n >= 2 && more >= MIN_PERIODS ? 100 * (throttled.most - throttled.least) / more
                                                                     : NAN;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    double share = throttled_pct(facts);
    int64_t mismatch = facts->gc.gomaxprocs_mismatch;
    if (isnan(share) && mismatch == GM_UNKNOWN)
        return gm_not_applicable(
            f,
            "needs container_cpu_cfs_periods_total and ..._throttled_periods_total, or the CPU quota and GOMAXPROCS");
    bool held = share > GM_LIMIT_OF(facts, THROTTLED_PCT), wide = mismatch == 1;
    if (!held && !wide) return gm_clean(f, "the container is hardly throttled, and GOMAXPROCS is within its quota");
    if (!isnan(share)) gm_finding_evidence(facts, f, "%", "%s of the CFS periods were throttled", SHARE_SQL);
    if (facts->gc.procs != GM_UNKNOWN)
        gm_finding_evidence(facts, f, "count", "GOMAXPROCS is %s", "SELECT procs" GM_FROM_SUMMARY);
    if (!isnan(facts->gc.gc_quota_share_pct))
        gm_finding_evidence(facts, f, "%", "the collector takes %s of the CPU that the container may use",
                            "SELECT gc_quota_share_pct" GM_FROM_SUMMARY);
    f->confidence = held ? 0.9 : isnan(share) ? 0.6 : 0.5;
    f->severity = held ? GM_SEV_LOW : GM_SEV_INFO;
    f->summary =
        held && wide
            ? gm_facts_text(facts, "the container is throttled at its CPU quota of %.2g, and GOMAXPROCS is %lld",
                            facts->cpu_limit, (long long)facts->gc.procs)
        : held ? "the container is throttled at its CPU quota"
               : gm_facts_text(
                     facts,
                     "GOMAXPROCS is %lld while the CPU quota is %.2g: the runtime will run into the quota under load",
                     (long long)facts->gc.procs, facts->cpu_limit);
    f->remedy =
        facts->go_minor >= 25
            ? "Raise the CPU limit, or remove it. Go 1.25 takes GOMAXPROCS from the quota unless the environment sets it."
            : "Raise the CPU limit, or set GOMAXPROCS to the quota rounded up (automaxprocs, or Go 1.25, which does so by itself).";
    return GM_FIRED;
}

const gm_rule gm_rule_cpu_throttled = {
    .slug = "cpu_throttled",
    .family = "environment",
    .title = "CPU throttled",
    .is_cause = false,
    .check = check,
    .definition = "More than a fifth of the CFS periods are throttled, or GOMAXPROCS exceeds the CPU quota rounded up.",
    .proves = "The counters over the life; the P of the gctrace lines against limits.cpu, cpu.max or quota and period.",
    .refutes = "The counters stand still while the service is busy.",
    .remedy = "More CPU, or GOMAXPROCS equal to the quota.",
    .source =
        "kernel scheduler/sched-bwc (nr_throttled); Go 1.25 release notes (GOMAXPROCS from the cgroup); marking is spread over GOMAXPROCS",
};
