/* Rule lazyfree: memory that the process gave back with MADV_FREE and that the kernel has not yet taken.
 * It is still counted as anonymous and resident, but lies on the inactive file list: the working set leaves
 * it out. The kernel takes it before it kills: never the cause of a kill. */
#include "analyzer/rules/common.h"

static bool asked_for(const gm_facts *facts) {
    bool old = facts->go_minor >= 12 && facts->go_minor <= 15;
    return old || (facts->godebug && strstr(facts->godebug, "madvdontneed=0"));
}

/* HeapReleased near the end of the life, NAN when it is not known. */
static double released(const gm_facts *facts) {
    if (facts->n_points == 0) return NAN;
    return gm_history_at(&facts->timeline->history[GM_Q_GO_HEAP_RELEASED], facts->points[facts->n_points - 1].t_ns,
                         120000000000LL);
}

static void evidence(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(
        facts, f, "bytes", "%s of anonymous memory is given back and not yet taken",
        "SELECT last_bytes FROM growth WHERE container_id = {c} AND life = {l} AND bucket = 'lazyfree'");
    if (facts->growth[GM_COL_ANON].known) gm_finding_growth(facts, f, "anon", "anonymous memory changed by %s");
    if (facts->growth[GM_COL_WORKING_SET].known)
        gm_finding_growth(facts, f, "working_set", "the working set, which leaves it out, changed by %s");
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    const gm_growth *lazy = &facts->growth[GM_COL_LAZYFREE];
    if (!lazy->known)
        return gm_not_applicable(
            f, "needs memory.stat (file, inactive_file, active_file, shmem) or smaps (LazyFree) over time");
    double share = gm_share_of(facts, GM_COL_LAZYFREE);
    bool grew = isnan(share) || (lazy->delta >= facts->material && share >= GM_LIMIT_OF(facts, BUCKET_SHARE_PCT));
    if (lazy->last < facts->material || !grew) return gm_clean(f, "little memory waits to be taken back by the kernel");
    evidence(facts, f);
    f->share_pct = fmin(100, share);
    f->confidence = asked_for(facts) ? 0.92 : 0.75;
    if (released(facts) < lazy->last * 0.9)
        f->confidence -= 0.3; /* more than Go gave back: a C allocator, or another reading */
    if (gm_was_killed(facts))
        gm_finding_refute(
            facts, f, "count",
            "%s kills: the kernel takes these pages before it kills, so that something else filled the limit",
            "SELECT count(*) FROM oom_kills WHERE container_id = {c} AND life = {l}");
    f->severity = GM_SEV_INFO;
    f->summary = gm_facts_text(facts,
                               "the growth is memory that was given back with MADV_FREE%s; it still counts "
                               "as resident until the kernel needs it",
                               asked_for(facts) ? " (GODEBUG=madvdontneed=0 or Go 1.12 to 1.15)" : "");
    f->remedy = "Nothing leaks. Remove GODEBUG=madvdontneed=0 or move to Go 1.16 or later to see memory fall "
                "at once; alert on the working set.";
    return GM_FIRED;
}

const gm_rule gm_rule_lazyfree = {
    .slug = "lazyfree",
    .family = "go",
    .title = "Memory freed lazily (MADV_FREE)",
    .is_cause = true,
    .check = check,
    .definition = "Pages given back with MADV_FREE that the kernel has not taken yet: resident and "
                  "anonymous, but on the inactive file list.",
    .proves = "Both file lists together exceed file minus shmem by a material amount, or smaps shows it as "
              "LazyFree; HeapReleased is as large.",
    .refutes = "HeapReleased is smaller; an OOM kill: the kernel takes these pages before it kills.",
    .remedy = "Go 1.16 or later without madvdontneed=0.",
    .source = "Go 1.12 and 1.16 release notes; runtime runtime1.go (madvdontneed); Linux madvise(2), MADV_FREE",
};
