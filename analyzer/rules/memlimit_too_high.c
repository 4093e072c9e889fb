/* Rule memlimit_too_high: GOMEMLIMIT leaves no room for what it does not count: native memory, the kernel, tmpfs. */
#include "analyzer/rules/go.h"

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    double memlimit = facts->gc.memlimit_bytes;
    bool stated = !isnan(memlimit) && strcmp(facts->gc.memlimit_source, "inferred") != 0;
    if (!stated || isnan(facts->limit))
        return gm_not_applicable(f,
                                 "needs GOMEMLIMIT (environment or go_gc_gomemlimit_bytes) and the container's limit");
    const char *beside = gm_facts_text(facts, "SELECT %s", gm_beside_go_sql);
    double room = facts->limit - gm_beside_go(facts);
    bool over = memlimit > room, close = memlimit > GM_LIMIT_OF(facts, MEMLIMIT_HIGH) * facts->limit;
    if (!over && !close) return gm_clean(f, "GOMEMLIMIT leaves room for the rest");
    gm_finding_evidence(facts, f, "bytes", "GOMEMLIMIT is %s", "SELECT memlimit_bytes" GM_FROM_SUMMARY);
    gm_finding_evidence(facts, f, "bytes", "the container's limit is %s", "SELECT limit_bytes FROM life" GM_OF_LIFE);
    gm_finding_evidence(facts, f, "bytes",
                        "memory that GOMEMLIMIT does not count (native, kernel, tmpfs, unwritten files) takes %s",
                        beside);
    bool killed = gm_was_killed(facts), rises = gm_anything_rises(facts);
    f->confidence = killed && !rises ? 0.85 : killed ? 0.4 : 0.6;
    f->severity = killed && !rises ? GM_SEV_CRITICAL : GM_SEV_LOW;
    f->summary =
        over
            ? "GOMEMLIMIT and the memory that it does not count exceed the container's limit: the kernel comes before the collector"
            : "GOMEMLIMIT is so near the container's limit that the kernel may come before the collector";
    f->remedy = gm_facts_text(
        facts,
        "Set GOMEMLIMIT to about %lldMiB: the limit less what it does not count and less 5 %%, at least 32 MiB. It is no bound on native memory.",
        (long long)fmax(0, (room - fmax(0.05 * facts->limit, 32 * 1048576.0)) / 1048576.0));
    return GM_FIRED;
}

const gm_rule gm_rule_memlimit_too_high = {
    .slug = "memlimit_too_high",
    .family = "go",
    .title = "GOMEMLIMIT too high",
    .is_cause = true,
    .is_risk = true,
    .check = check,
    .definition =
        "GOMEMLIMIT is above the container's limit less native memory, kernel, tmpfs and unwritten files, or above 95 % of the limit.",
    .proves = "The setting, the limit, and what 99 % of the readings hold beside the Go runtime.",
    .refutes = "A leak: then no setting holds. The runtime never comes near GOMEMLIMIT.",
    .remedy = "GOMEMLIMIT = limit - native - kernel - tmpfs - max(5 %, 32 MiB).",
    .source = "Go GC guide: leave 5 to 10 % of headroom for memory that the runtime does not know",
};
