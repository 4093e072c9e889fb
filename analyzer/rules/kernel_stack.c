/* Rule kernel_stack: kernel stacks of threads and page tables grew. Many threads are the usual reason, and then the
 * rule thread_leak says more; page tables alone point to a large address space that is touched sparsely. */
#include "analyzer/rules/common.h"

#define SPARSE_PCT 2.0 /* page tables take 0.2 % of the memory that they map when it is dense */

static double grown(const gm_facts *facts) {
    return gm_growth_of(facts, GM_COL_KERNEL_STACK) + gm_growth_of(facts, GM_COL_PAGETABLES);
}

/* Page tables in percent of anonymous memory at the end of the life, NAN when unknown. */
static double sparse_pct(const gm_facts *facts) {
    const gm_growth *tables = &facts->growth[GM_COL_PAGETABLES], *anon = &facts->growth[GM_COL_ANON];
    return tables->known && anon->known && anon->last > 0 ? 100 * tables->last / anon->last : NAN;
}

static void evidence(const gm_facts *facts, gm_finding *f) {
    if (facts->growth[GM_COL_KERNEL_STACK].known) {
        gm_finding_growth(facts, f, "kernel_stack", "kernel stacks grew by %s");
        gm_finding_evidence(
            facts, f, "count", "at 16 KiB a thread that is %s threads at the end",
            "SELECT last_bytes / 16384 FROM growth WHERE container_id = {c} AND life = {l} AND bucket = 'kernel_stack'");
    }
    if (facts->growth[GM_COL_PAGETABLES].known) gm_finding_growth(facts, f, "pagetables", "page tables grew by %s");
    if (sparse_pct(facts) > SPARSE_PCT)
        gm_finding_evidence(
            facts, f, "%", "page tables take %s of anonymous memory, which is touched sparsely",
            "SELECT 100.0 * t.last_bytes / a.last_bytes FROM growth t JOIN growth a USING (container_id, life) "
            "WHERE container_id = {c} AND life = {l} AND t.bucket = 'pagetables' AND a.bucket = 'anon'");
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (!facts->growth[GM_COL_KERNEL_STACK].known && !facts->growth[GM_COL_PAGETABLES].known)
        return gm_not_applicable(f, "needs memory.stat of cgroup v2 over time (kernel_stack, pagetables)");
    double usage = gm_growth_of(facts, GM_COL_USAGE),
           share = usage >= facts->material ? 100 * grown(facts) / usage : NAN;
    if (grown(facts) < facts->material || share < GM_LIMIT_OF(facts, BUCKET_SHARE_PCT))
        return gm_clean(f, "kernel stacks and page tables do not hold a fifth of the growth");
    evidence(facts, f);
    bool threads = gm_rises(facts, GM_COL_THREADS),
         stacks = gm_growth_of(facts, GM_COL_KERNEL_STACK) >= 0.5 * grown(facts);
    f->share_pct = fmin(100, share);
    f->bytes_per_min = gm_slope_per_min(facts, stacks ? GM_COL_KERNEL_STACK : GM_COL_PAGETABLES);
    f->confidence = share >= GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT) ? 0.85 : 0.65;
    if (threads) f->confidence = 0.5; /* a symptom of the threads */
    f->severity = gm_leak_severity(facts, stacks ? GM_COL_KERNEL_STACK : GM_COL_PAGETABLES);
    f->summary = threads  ? "kernel stacks and page tables grow with the number of threads"
                 : stacks ? "kernel stacks of threads explain the growth"
                          : "page tables explain the growth: a large address space is touched sparsely";
    f->remedy =
        stacks
            ? "Find what makes threads: blocked system calls and C calls (see thread_leak)."
            : "Find large mappings of which few pages are used (arenas, huge sparse files, ballast), and unmap them.";
    return GM_FIRED;
}

const gm_rule gm_rule_kernel_stack = {
    .slug = "kernel_stack",
    .family = "kernel",
    .title = "Kernel stacks and page tables",
    .is_cause = true,
    .check = check,
    .definition = "Kernel stacks of threads and page tables, charged to the container, grew.",
    .proves = "kernel_stack and pagetables of memory.stat together hold at least a fifth of the growth of usage.",
    .refutes = "The number of threads rises: the threads are the cause and this is what they cost.",
    .remedy = "Fewer threads; fewer sparse mappings.",
    .source =
        "Linux cgroup-v2 documentation, memory.stat (kernel_stack, pagetables); measured: 0.2 % page tables for dense memory",
};
