/* Rule page_cache: usage grew, and what grew is clean page cache that the kernel takes back on demand.
 * Says so only when the file lists show it and nothing unreclaimable grew along; dirty pages can still kill. */
#include "analyzer/rules/common.h"

static bool others_flat(const gm_facts *facts) {
    static const int columns[] = {GM_COL_ANON, GM_COL_SHMEM, GM_COL_KERNEL};
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        if (gm_growth_of(facts, columns[i]) >= facts->material) return false;
    return true;
}

static bool without_lists(const gm_facts *facts) {
    return gm_growth_of(facts, GM_COL_USAGE) >= facts->material && gm_growth_of(facts, GM_COL_WORKING_SET) < facts->material;
}

static void evidence(const gm_facts *facts, gm_finding *f) {
    gm_finding_growth(facts, f, "usage", "usage grew by %s");
    gm_finding_growth(facts, f, "inactive_file", "inactive page cache grew by %s");
    if (facts->inputs & GM_INPUT_ANON) gm_finding_growth(facts, f, "anon", "anonymous memory changed by %s");
    if (facts->growth[GM_COL_WORKING_SET].known) gm_finding_growth(facts, f, "working_set", "the working set changed by %s");
    gm_finding_evidence(facts, f, "count", "%s OOM kills of this container in this life",
                        "SELECT count(*) FROM oom_kills WHERE container_id = {c} AND life = {l}");
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (!facts->growth[GM_COL_USAGE].known) return gm_not_applicable(f, "needs cgroup usage over time");
    bool lists = facts->growth[GM_COL_INACTIVE_FILE].known, working_set = facts->growth[GM_COL_WORKING_SET].known;
    if (!lists && !working_set) return gm_not_applicable(f, "needs memory.stat, or the working set beside usage");
    bool fires = lists ? gm_material_share(facts, GM_COL_INACTIVE_FILE, GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT)) : without_lists(facts);
    if (!fires) return gm_clean(f, "inactive page cache does not hold half of the growth of usage");
    evidence(facts, f);
    f->share_pct = gm_share_of(facts, GM_COL_INACTIVE_FILE);
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_USAGE);
    f->confidence = lists ? 0.95 : 0.8;
    if (lists && !others_flat(facts)) f->confidence = 0.6;
    if (gm_was_killed(facts)) f->confidence -= 0.3;
    f->severity = GM_SEV_INFO;
    f->summary = gm_facts_text(facts, "page cache explains the growth of usage; the kernel takes clean cache back before it kills%s",
                               facts->inputs & GM_INPUT_ANON ? "" : " (anonymous memory was not recorded)");
    f->remedy = "Nothing to free. Alert on anonymous memory or the working set, not on usage. A writer of large files can drop its pages with "
                "posix_fadvise(POSIX_FADV_DONTNEED) after writing. Watch dirty pages: those cannot be dropped before they are written.";
    return GM_FIRED;
}

const gm_rule gm_rule_page_cache = {
    .slug = "page_cache",
    .family = "file",
    .title = "Reclaimable page cache",
    .is_cause = true,
    .check = check,
    .definition = "Clean pages on the inactive file list grew: usage is up, anonymous memory is not.",
    .proves = "Inactive file pages hold at least half of the growth of usage; anonymous, shared and kernel memory each stay below the material growth.",
    .refutes = "An OOM kill of this cgroup while much clean inactive cache was left: the kernel would have taken it first.",
    .remedy = "None needed; alert on anonymous memory or the working set. Dirty and writeback pages are not reclaimable at once and can lead to a kill.",
    .source = "Linux cgroup-v2 documentation, memory.stat; cAdvisor handler.go (working set = usage - inactive_file)",
};
