/* Rule slab: kernel objects charged to the container grew: dentries and inodes (reclaimable), or objects that
 * stay. cgroup v1 tells only all kernel memory: stacks and page tables of threads are taken off it. cAdvisor
 * reports 0 kernel memory on cgroup v2; there the rest of usage stands in, with less trust. */
#include "analyzer/rules/common.h"

typedef enum { BY_LISTS, BY_KERNEL, BY_REST, BY_NOTHING } gm_slab_source;

static gm_slab_source source_of(const gm_facts *facts) {
    if (facts->growth[GM_COL_SLAB_RECLAIMABLE].known && facts->growth[GM_COL_SLAB_UNRECLAIMABLE].known) return BY_LISTS;
    if (facts->growth[GM_COL_KERNEL_OTHER].known) return BY_KERNEL;
    return facts->growth[GM_COL_UNEXPLAINED].known ? BY_REST : BY_NOTHING;
}

/* What threads cost the kernel where their stacks are not told apart. */
static double thread_bytes(const gm_facts *facts) {
    if (facts->growth[GM_COL_KERNEL_STACK].known) return 0;
    return fmax(0, gm_growth_of(facts, GM_COL_THREADS)) * GM_LIMIT_OF(facts, THREAD_KERNEL_BYTES);
}

static double growth_of(const gm_facts *facts, gm_slab_source source) {
    if (source == BY_LISTS)
        return gm_growth_of(facts, GM_COL_SLAB_RECLAIMABLE) + gm_growth_of(facts, GM_COL_SLAB_UNRECLAIMABLE);
    return gm_growth_of(facts, source == BY_KERNEL ? GM_COL_KERNEL_OTHER : GM_COL_UNEXPLAINED) - thread_bytes(facts);
}

static void evidence(const gm_facts *facts, gm_finding *f, gm_slab_source source) {
    if (source == BY_LISTS) {
        gm_finding_growth(facts, f, "slab_reclaimable", "reclaimable slab (dentries, inodes) grew by %s");
        gm_finding_growth(facts, f, "slab_unreclaimable", "unreclaimable slab grew by %s");
    } else if (source == BY_KERNEL)
        gm_finding_growth(facts, f, "kernel_other", "kernel memory that no part of memory.stat names grew by %s");
    else gm_finding_growth(facts, f, "unexplained", "usage beside anonymous and file memory grew by %s");
    gm_finding_growth(facts, f, "usage", "usage grew by %s");
    if (facts->growth[GM_COL_THREADS].known)
        gm_finding_evidence(
            facts, f, "count", "threads changed by %s",
            "SELECT delta_bytes FROM growth WHERE container_id = {c} AND life = {l} AND bucket = 'threads'");
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    gm_slab_source source = source_of(facts);
    if (source == BY_NOTHING || !facts->growth[GM_COL_USAGE].known)
        return gm_not_applicable(
            f, "needs usage and kernel memory over time: memory.stat (slab), or memory.kmem.usage_in_bytes");
    double grown = growth_of(facts, source), usage = gm_growth_of(facts, GM_COL_USAGE);
    double share = usage >= facts->material ? 100 * grown / usage : 0;
    if (grown < facts->material || share < GM_LIMIT_OF(facts, BUCKET_SHARE_PCT))
        return gm_clean(f, "kernel objects do not hold a fifth of the growth");
    evidence(facts, f, source);
    double stays = gm_growth_of(facts, GM_COL_SLAB_UNRECLAIMABLE);
    bool reclaimable = source == BY_LISTS && stays <= (1 - GM_LIMIT_OF(facts, SLAB_RECLAIMABLE_PCT) / 100) * grown;
    f->share_pct = fmin(100, share);
    f->confidence = source == BY_LISTS ? 0.92 : source == BY_KERNEL ? 0.75 : 0.5;
    if (source != BY_REST && share < GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT)) f->confidence -= 0.2;
    if (reclaimable && gm_was_killed(facts))
        gm_finding_refute(facts, f, "count", "%s kills, before which the kernel would have dropped them",
                          "SELECT count(*) FROM oom_kills WHERE container_id = {c} AND life = {l}");
    f->severity = source == BY_LISTS && !reclaimable ? gm_leak_severity(facts, GM_COL_SLAB_UNRECLAIMABLE) : GM_SEV_LOW;
    if (source != BY_LISTS && gm_was_killed(facts)) f->severity = GM_SEV_MEDIUM;
    f->bytes_per_min = gm_slope_per_min(facts, source == BY_LISTS ? GM_COL_SLAB_RECLAIMABLE : GM_COL_KERNEL);
    f->summary = source == BY_LISTS
                     ? (reclaimable ? "dentries and inodes explain the growth; the kernel drops them before it kills"
                                    : "kernel objects that cannot be dropped explain the growth")
                     : "kernel objects explain the growth; whether they can be dropped was not recorded";
    f->remedy = "Reclaimable slab is no reason for a kill, though the working set counts it: stop the churn "
                "of paths (lookups of missing files, "
                "temporary names). Unreclaimable slab: count inotify watches, pipes, sockets, epoll entries "
                "and child cgroups.";
    return GM_FIRED;
}

const gm_rule gm_rule_slab = {
    .slug = "slab",
    .family = "kernel",
    .title = "Kernel objects (slab)",
    .is_cause = true,
    .check = check,
    .definition = "Kernel objects charged to the container grew: dentries and inodes, or objects that cannot "
                  "be dropped.",
    .proves = "Slab, or all kernel memory without stacks and page tables, holds at least a fifth of the "
              "growth of usage.",
    .refutes = "Threads grew: their stacks are kernel memory too. Four fifths reclaimable: no cause of a kill.",
    .remedy = "Fix the path churn; alert on anonymous memory.",
    .source = "Linux cgroup-v2 documentation, memory.stat (slab); opencontainers/cgroups fs2 (kernel usage "
              "is never filled)",
};
