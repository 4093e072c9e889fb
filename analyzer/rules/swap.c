/* Rule swap: part of the container's memory lies in swap. A flat resident set then hides growth, and collections
 * wait for pages to come back. The Go and native equations already count swap beside anonymous memory. */
#include "analyzer/rules/common.h"

static bool faults_rise(const gm_facts *facts) {
    const gm_history *h = &facts->timeline->history[GM_Q_MEM_PGMAJFAULT];
    double first = NAN, last = NAN;
    for (size_t i = 0; i < h->n; i++) {
        if (h->t_ns[i] < facts->life->from_ns || h->t_ns[i] > facts->life->to_ns) continue;
        if (isnan(first)) first = h->value[i];
        last = h->value[i];
    }
    return last - first > 1000;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    const gm_growth *swap = &facts->growth[GM_COL_SWAP];
    if (!swap->known)
        return gm_not_applicable(
            f, "needs swap over time: memory.swap.current, swap of memory.stat, or container_memory_swap");
    if (fmax(swap->delta, swap->last) < facts->material) return gm_clean(f, "little or nothing was swapped out");
    gm_finding_evidence(facts, f, "bytes", "%s lie in swap at the end",
                        "SELECT last_bytes FROM growth WHERE container_id = {c} AND life = {l} AND bucket = 'swap'");
    gm_finding_growth(facts, f, "swap", "swap changed by %s");
    if (facts->growth[GM_COL_ANON].known)
        gm_finding_growth(facts, f, "anon", "resident anonymous memory changed by %s");
    bool hides = swap->delta >= facts->material && gm_growth_of(facts, GM_COL_ANON) < facts->material;
    f->bytes_per_min = gm_rises(facts, GM_COL_SWAP) ? gm_slope_per_min(facts, GM_COL_SWAP) : NAN;
    f->confidence = hides ? 0.7 : 0.5;
    f->severity = hides && gm_rises(facts, GM_COL_SWAP) ? GM_SEV_MEDIUM : GM_SEV_LOW;
    f->summary = gm_facts_text(facts, "%s%s",
                               hides ? "memory grows into swap while the resident set stays flat"
                                     : "part of the memory lies in swap",
                               faults_rise(facts) ? "; pages are read back, which makes the service slow" : "");
    f->remedy =
        "Look at anonymous memory plus swap, never at the resident set alone. Disable swap for services that must answer fast, or size it; then look for "
        "what grows.";
    return GM_FIRED;
}

const gm_rule gm_rule_swap = {
    .slug = "swap",
    .family = "environment",
    .title = "Memory in swap",
    .is_cause = true,
    .check = check,
    .definition = "Anonymous memory was moved to swap, so that the resident set understates what the service holds.",
    .proves = "Swap of the cgroup is material or grew materially.",
    .refutes = "Swap was filled before the record and does not change.",
    .remedy = "No swap for latency; alert on anonymous memory plus swap.",
    .source = "Linux cgroup-v2 documentation, memory.swap.current",
};
