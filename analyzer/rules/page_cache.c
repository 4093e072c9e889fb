/* Rule page_cache: usage grew, and what grew is clean page cache that the kernel takes back on demand.
 * Says so only when the file lists show it and nothing unreclaimable grew along. Dirty pages and pages being written
 * cannot be dropped at once and can still lead to a kill; a kill with much clean cache left speaks against the rule. */
#include "analyzer/rules/common.h"

#define WITHOUT_LISTS      0.8 /* the working set is usage minus the inactive list, which holds lazily freed memory too */
#define WITHOUT_LISTS_LAZY 0.65 /* and nothing says that this program does not free lazily */
#define LEFT_SHARE         0.1  /* of the limit in inactive cache at a kill: the kernel would have taken it */
#define DIRTY_SHARE        0.5  /* of that cache which was not clean */

/* Inactive cache at the last kill at the own limit: from the kernel's report, else from the last point. */
#define AT_KILL(keys) \
    "(SELECT max(s.value) FROM oom_kills k JOIN oom_stat s USING (oom_kill_id) WHERE k.container_id = {c} AND k.life = {l} AND k.class = 'own_limit' " \
    "AND s.key IN (" keys "))"
#define LAST_POINT(column) \
    "(SELECT " column " FROM timeline WHERE container_id = {c} AND life = {l} AND " column \
    " IS NOT NULL ORDER BY t_ns DESC LIMIT 1)"
static const char cache_sql[] =
    "SELECT coalesce(" AT_KILL("'total_inactive_file', 'inactive_file'") ", " LAST_POINT("inactive_file_bytes") ")";
static const char dirty_sql[] =
    "SELECT coalesce(" AT_KILL("'total_dirty', 'dirty', 'file_dirty'") " + coalesce(" AT_KILL(
        "'total_writeback', 'writeback', 'file_writeback'") ", 0), " LAST_POINT("dirty_bytes") ")";

static bool others_flat(const gm_facts *facts) {
    static const int columns[] = {GM_COL_ANON, GM_COL_SHMEM, GM_COL_KERNEL};
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        if (gm_growth_of(facts, columns[i]) >= facts->material) return false;
    return true;
}

static bool without_lists(const gm_facts *facts) {
    double usage = gm_growth_of(facts, GM_COL_USAGE), working_set = gm_growth_of(facts, GM_COL_WORKING_SET);
    return usage - fmax(working_set, 0) >= facts->material && working_set < facts->material;
}

/* Go 1.16 and later give memory back at once, unless they are told otherwise. */
static bool frees_at_once(const gm_facts *facts) {
    return facts->go_minor >= 16 && !(facts->godebug && strstr(facts->godebug, "madvdontneed=0"));
}

static void evidence(const gm_facts *facts, gm_finding *f) {
    gm_finding_growth(facts, f, "usage", "usage grew by %s");
    if (facts->growth[GM_COL_INACTIVE_FILE].known)
        gm_finding_growth(facts, f, "inactive_file", "inactive page cache grew by %s");
    if (facts->growth[GM_COL_ANON].known) gm_finding_growth(facts, f, "anon", "anonymous memory changed by %s");
    if (facts->growth[GM_COL_WORKING_SET].known)
        gm_finding_growth(facts, f, "working_set", "the working set changed by %s");
    gm_finding_evidence(facts, f, "count", "OOM kills of this container in this life: %s",
                        "SELECT count(*) FROM oom_kills WHERE container_id = {c} AND life = {l}");
}

static double last_value(const gm_finding *f) {
    return f->evidence[f->n_evidence - 1].value;
}

/* What a kill says. Answers whether dirty cache can have led to it. */
static bool weigh_kill(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(facts, f, "bytes", "inactive page cache at the kill: %s", cache_sql);
    double cache = last_value(f);
    gm_finding_evidence(facts, f, "bytes", "of it %s were dirty or being written", dirty_sql);
    double dirty = last_value(f);
    if (!(cache >
          LEFT_SHARE * facts->limit)) { /* taken back before the kill, as it should: something else filled the rest */
        f->confidence -= 0.3;
        return false;
    }
    if (dirty >= DIRTY_SHARE * cache) return true;
    if (isnan(dirty)) f->confidence -= 0.3; /* could have been dirty: not recorded */
    else
        gm_finding_refute(
            facts, f, "bytes",
            "the kernel killed although %s of cache were left, most of it clean: it would have taken that first",
            cache_sql);
    return false;
}

static const char *summary_of(const gm_facts *facts, bool by_dirty) {
    if (by_dirty)
        return "page cache explains the growth of usage, and much of it was dirty: pages that wait to be written cannot be dropped, and the kernel killed";
    const gm_growth *dirty = &facts->growth[GM_COL_DIRTY], *cache = &facts->growth[GM_COL_INACTIVE_FILE];
    if (dirty->known && cache->known && dirty->last >= DIRTY_SHARE * cache->last)
        return "page cache explains the growth of usage, but much of it is dirty and cannot be dropped before it is written";
    if (!dirty->known)
        return "page cache explains the growth of usage; the kernel takes clean cache back before it kills (how much is dirty was not recorded)";
    return "clean page cache explains the growth of usage; the kernel takes it back before it kills";
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (!facts->growth[GM_COL_USAGE].known) return gm_not_applicable(f, "needs cgroup usage over time");
    bool lists = facts->growth[GM_COL_INACTIVE_FILE].known && facts->inputs & GM_INPUT_MEMORY_STAT,
         working_set = facts->growth[GM_COL_WORKING_SET].known;
    if (!lists && !working_set) return gm_not_applicable(f, "needs memory.stat, or the working set beside usage");
    bool fires = lists ? gm_material_share(facts, GM_COL_INACTIVE_FILE, GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT))
                       : without_lists(facts);
    if (!fires) return gm_clean(f, "inactive page cache does not hold half of the growth of usage");
    evidence(facts, f);
    f->share_pct = lists ? fmin(100, gm_share_of(facts, GM_COL_INACTIVE_FILE)) : NAN;
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_USAGE);
    f->own_cap = !lists;
    f->confidence = lists ? 0.95 : frees_at_once(facts) ? WITHOUT_LISTS : WITHOUT_LISTS_LAZY;
    if (lists && !others_flat(facts)) f->confidence = 0.6;
    bool by_dirty = gm_was_killed(facts) && weigh_kill(facts, f);
    f->severity = by_dirty ? GM_SEV_HIGH : GM_SEV_INFO;
    f->summary = summary_of(facts, by_dirty);
    f->remedy =
        "Alert on anonymous memory or the working set, not on usage. A writer of large files can start writing early (sync_file_range, fdatasync) and drop "
        "its pages with posix_fadvise(POSIX_FADV_DONTNEED). Watch file_dirty and file_writeback: those pages cannot be dropped before they are written.";
    return GM_FIRED;
}

const gm_rule gm_rule_page_cache = {
    .slug = "page_cache",
    .family = "file",
    .title = "Reclaimable page cache",
    .is_cause = true,
    .check = check,
    .definition = "Clean pages on the inactive file list grew: usage is up, anonymous memory is not.",
    .proves =
        "Inactive file pages hold at least half of the growth of usage; anonymous, shared and kernel memory each stay below the material growth.",
    .refutes =
        "An OOM kill of this cgroup while much clean inactive cache was left: the kernel would have taken it first.",
    .remedy =
        "None needed; alert on anonymous memory or the working set. Dirty and writeback pages are not reclaimable at once and can lead to a kill.",
    .source = "Linux cgroup-v2 documentation, memory.stat; cAdvisor handler.go (working set = usage - inactive_file)",
};
