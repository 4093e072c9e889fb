/* Rule glibc_retention: C code freed its memory, and malloc keeps it: arenas and fragmentation, not a leak.
 * It stays at the highest level that C code once needed; a leak goes on rising (native_leak). */
#include "analyzer/rules/native.h"

static bool levelled_off(const gm_facts *facts) {
    const gm_fact_trend *trend = &facts->trend[GM_COL_NATIVE];
    if (!trend->tested || gm_rises(facts, GM_COL_NATIVE)) return false;
    gm_trend_shape shape = trend->result.shape;
    return trend->result.plateau || shape == GM_SHAPE_SATURATING || shape == GM_SHAPE_STEP || shape == GM_SHAPE_FLAT;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (!facts->growth[GM_COL_NATIVE].known)
        return gm_not_applicable(
            f, "needs the cgroup's anonymous memory and go_memstats (Sys, HeapReleased) over the same time");
    bool grew = gm_growth_of(facts, GM_COL_NATIVE) >= facts->material;
    if (!grew || !levelled_off(facts))
        return gm_clean(f, grew ? "memory outside the Go runtime has not levelled off"
                                : "memory outside the Go runtime did not grow");
    gm_native native = gm_native_of(facts);
    if (native.known && native.malloc_bytes < 0.5 * gm_growth_of(facts, GM_COL_NATIVE))
        return gm_clean(f, "what grew outside the Go runtime is not malloc's");
    gm_finding_growth(facts, f, "native", "memory outside the Go runtime grew by %s");
    gm_finding_evidence(
        facts, f, "bytes", "and stays at %s",
        "SELECT last_value FROM trend WHERE container_id = {c} AND life = {l} AND series = 'native_bytes'");
    gm_native_evidence(facts, f, &native);
    if (facts->trend[GM_COL_THREADS].tested)
        gm_finding_evidence(
            facts, f, "count", "%s threads: each busy one may have an arena of its own",
            "SELECT last_value FROM trend WHERE container_id = {c} AND life = {l} AND series = 'threads'");
    f->share_pct = fmin(100, gm_share_of(facts, GM_COL_NATIVE));
    gm_native_is_others(facts, f);
    f->confidence = native.known ? 0.65 : 0.45;
    f->severity = gm_was_killed(facts) ? GM_SEV_HIGH : GM_SEV_LOW;
    f->summary =
        native.known
            ? "C's malloc keeps what was freed: memory outside the Go runtime rose to its highest need and stays there"
            : "memory outside the Go runtime rose and stays: C's malloc keeps it, or live C data that has reached its size "
              "(glibc_retention or native_leak; two smaps captures would tell)";
    f->remedy =
        "MALLOC_ARENA_MAX=2 helps when many threads made arenas, not against fragmentation; malloc_trim(0) from time to time, or jemalloc in "
        "glibc's place.";
    return GM_FIRED;
}

const gm_rule gm_rule_glibc_retention = {
    .slug = "glibc_retention",
    .family = "native",
    .title = "Memory that malloc keeps",
    .is_cause = true,
    .check = check,
    .definition = "Memory that C code has freed is not returned to the system by malloc.",
    .proves =
        "Memory outside the Go runtime levels off at a high level, and the mappings show [heap] or arenas; mallinfo2's fordblks or the fall after "
        "malloc_trim confirm it.",
    .refutes = "It goes on rising: a leak. The growth lies in mappings that are not malloc's.",
    .remedy = "MALLOC_ARENA_MAX for arenas, malloc_trim(0) or another allocator for fragmentation.",
    .source =
        "mallopt(3); measured: 263 MB kept after 99.8 % were freed, 11.6 MB after malloc_trim, no help from MALLOC_ARENA_MAX alone",
};
