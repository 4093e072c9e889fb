/* Rule insufficient_evidence: says what is missing before anything can be said. */
#include "analyzer/rules/common.h"

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    bool history = facts->n_points >= 10 || facts->n_cycles >= 10 || facts->n_heap_profiles >= 3;
    if (history || (facts->inputs & GM_INPUT_OOM_LOG)) return gm_clean(f, "there is a history to look at");
    gm_finding_evidence(facts, f, "count", "points on the timeline of this life: %s",
                        "SELECT count(*) FROM timeline_point WHERE container_id = {c} AND life = {l}");
    gm_finding_evidence(facts, f, "count", "GC cycles in this life: %s",
                        "SELECT count(*) FROM gc WHERE container_id = {c} AND life = {l}");
    f->confidence = 0.3;
    f->severity = gm_was_killed(facts) ? GM_SEV_MEDIUM : GM_SEV_INFO;
    f->summary = "too little was recorded to name a cause";
    f->remedy =
        "Save at least an hour of container_memory_usage_bytes, container_memory_working_set_bytes, container_memory_rss and go_memstats_* "
        "(promtool or query_range), and the log with GODEBUG=gctrace=1.";
    return GM_FIRED;
}

const gm_rule gm_rule_insufficient_evidence = {
    .slug = "insufficient_evidence",
    .family = "none",
    .title = "Too little recorded",
    .is_cause = true,
    .check = check,
    .definition = "The inputs do not allow any statement about the cause.",
    .proves = "Fewer than ten samples, ten GC cycles and three heap profiles, and no kernel report.",
    .refutes = "Any history.",
    .remedy = "Capture metrics, gctrace and profiles next time; gomortem help bundle says how.",
    .source = "confidence matrix: what can be said with which inputs",
};
