/* Rule active_file: the working set grew, and what grew is page cache that was read again: mapped files, hot
 * data. Still reclaimable, so harmless by itself; refaults beside major faults say that the set no longer
 * fits. */
#include "analyzer/rules/common.h"

#define WITHOUT_LISTS 0.4

/* How much of the working set's growth a column holds, in percent. */
static double share_of_set(const gm_facts *facts, int column) {
    double set = gm_growth_of(facts, GM_COL_WORKING_SET);
    return set >= facts->material ? 100 * gm_growth_of(facts, column) / set : 0;
}

static double counter_rise(const gm_facts *facts, gm_quantity quantity) {
    const gm_history *h = &facts->timeline->history[quantity];
    double first = NAN, last = NAN;
    for (size_t i = 0; i < h->n; i++) {
        if (h->t_ns[i] < facts->life->from_ns || h->t_ns[i] > facts->life->to_ns) continue;
        if (isnan(first)) first = h->value[i];
        last = h->value[i];
    }
    return last > first ? last - first : 0;
}

/* Pages that were dropped had to be read again: the limit is too small for the set of files. */
static bool under_pressure(const gm_facts *facts) {
    double pages = GM_LIMIT_OF(facts, MATERIAL_BYTES) / 4096;
    return counter_rise(facts, GM_Q_MEM_REFAULT_FILE) >= pages && counter_rise(facts, GM_Q_MEM_PGMAJFAULT) > 0;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    bool lists = facts->growth[GM_COL_ACTIVE_FILE].known, anon = facts->growth[GM_COL_ANON].known;
    if (!facts->growth[GM_COL_WORKING_SET].known || !anon || (!lists && !facts->growth[GM_COL_FILE].known))
        return gm_not_applicable(f, "needs the working set, anonymous memory and memory.stat (active_file) over time");
    int column = lists ? GM_COL_ACTIVE_FILE : GM_COL_FILE;
    bool grew = gm_growth_of(facts, column) >= facts->material &&
                share_of_set(facts, column) >= GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT);
    if (!grew) return gm_clean(f, "active page cache does not hold half of the growth of the working set");
    if (gm_growth_of(facts, GM_COL_ANON) >= facts->material) return gm_clean(f, "anonymous memory grew along");
    if (!lists && gm_was_killed(facts)) return gm_clean(f, "a kill, and nothing tells page cache from tmpfs");
    gm_finding_growth(facts, f, lists ? "active_file" : "file",
                      lists ? "active page cache grew by %s" : "page cache grew by %s");
    gm_finding_growth(facts, f, "working_set", "the working set grew by %s");
    gm_finding_growth(facts, f, "anon", "anonymous memory changed by %s");
    bool pressure = under_pressure(facts);
    f->share_pct = gm_share_of(facts, column);
    f->bytes_per_min = gm_slope_per_min(facts, column);
    f->confidence = lists ? 0.92 : WITHOUT_LISTS;
    if (gm_was_killed(facts))
        gm_finding_refute(facts, f, "count", "%s kills, before which the kernel would have taken the cache",
                          "SELECT count(*) FROM oom_kills WHERE container_id = {c} AND life = {l}");
    f->severity = pressure ? GM_SEV_LOW : GM_SEV_INFO;
    f->summary = pressure ? "active page cache explains the growth of the working set, and pages that were "
                            "dropped had to be read again: "
                            "the limit is small for this set of files"
                          : "active page cache (files read again, mapped files) explains the growth of the "
                            "working set; the kernel can take it back";
    f->remedy = "Do not alert on the working set alone. Readers of mapped files (bbolt, badger, lmdb, tsdb): "
                "bound the hot set or accept it. The kubelet "
                "evicts by working set: raise the memory request when nodes run short.";
    return GM_FIRED;
}

const gm_rule gm_rule_active_file = {
    .slug = "active_file",
    .family = "file",
    .title = "Active page cache and mapped files",
    .is_cause = true,
    .check = check,
    .definition = "Page cache that was used more than once grew: it counts as working set and is still reclaimable.",
    .proves = "Active file pages hold at least half of the growth of the working set while anonymous memory "
              "stays below the material growth.",
    .refutes = "A kill with little active cache left; anonymous memory that grows along.",
    .remedy = "None needed; watch refaults and major faults to see whether the files still fit.",
    .source = "Linux cgroup-v2 documentation, memory.stat (active_file, workingset_refault_file); "
              "kubernetes/kubernetes#43916",
};
