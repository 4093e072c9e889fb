/* Rule native_leak: memory outside the Go runtime grows: C allocations, libraries, what an allocator keeps.
 * No Go profile shows it; it is the rest of anonymous memory behind Go's own total. Mappings of /proc tell malloc
 * from mmap (see mmap_leak); without two captures of them a leak and retention by malloc look alike. */
#include "analyzer/rules/native.h"
#include "analyzer/rules/native_leak/trace.h"

#define OTHERS_UNKNOWN 0.65 /* another process in the container would look the same */

static bool threads_rise(const gm_facts *facts) {
    return gm_rises(facts, GM_COL_THREADS) && gm_growth_of(facts, GM_COL_THREADS) > 50;
}

/* Live bytes of the Go heap that grow as much would explain the rise: then the accounting is off. */
static bool heap_explains(const gm_facts *facts) {
    const gm_fact_trend *heap = &facts->trend[GM_TREND_HEAP_PROFILE];
    return facts->n_heap_profiles >= 3 && heap->points &&
           heap->last - heap->first >= 0.5 * gm_growth_of(facts, GM_COL_NATIVE);
}

static void evidence(const gm_facts *facts, gm_finding *f, const gm_native *native) {
    gm_finding_growth(facts, f, "native", "anonymous memory outside the Go runtime grew by %s");
    gm_finding_slope(facts, f, "native_bytes", "it rises by %s");
    gm_finding_growth(facts, f, "go_total", "the Go runtime's own memory (Sys - HeapReleased) changed by %s");
    if (facts->growth[GM_COL_ANON].known)
        gm_finding_growth(facts, f, "anon", "the cgroup's anonymous memory grew by %s");
    if (facts->n_heap_profiles >= 3)
        gm_finding_evidence(
            facts, f, "bytes", "the live bytes in Go's heap profiles changed by %s",
            "SELECT (SELECT inuse_bytes FROM heap_capture WHERE container_id = {c} AND life = {l} ORDER BY t_ns DESC LIMIT 1) - "
            "(SELECT inuse_bytes FROM heap_capture WHERE container_id = {c} AND life = {l} ORDER BY t_ns LIMIT 1)");
    gm_native_evidence(facts, f, native);
}

static double confidence_of(const gm_facts *facts, gm_finding *f, const gm_native *native) {
    double confidence = gm_trend_confidence(facts, GM_COL_NATIVE);
    if (gm_share_of(facts, GM_COL_NATIVE) >= 80 || isnan(gm_share_of(facts, GM_COL_NATIVE))) confidence += 0.03;
    if (threads_rise(facts)) confidence -= 0.3;
    if (heap_explains(facts)) confidence -= 0.3;
    bool own_malloc = native->known && native->malloc_bytes >= 0.5 * gm_growth_of(facts, GM_COL_NATIVE);
    if (!facts->growth[GM_COL_OTHER_PROCESSES].known && !own_malloc)
        confidence = fmin(confidence - 0.1, OTHERS_UNKNOWN);
    gm_native_is_others(facts, f);
    if (gm_native_skew(facts, f) > 0) confidence = fmin(confidence, 0.7);
    if (!(facts->inputs & GM_INPUT_SMAPS) && !native->known) confidence = fmin(confidence, 0.75);
    return confidence;
}

static void describe(const gm_facts *facts, gm_finding *f, const gm_native *native) {
    const char *suspect = gm_native_suspect(facts, f);
    const char *where = suspect ? gm_facts_text(facts, "; suspected, not proven: calls into C from %s", suspect) : "";
    const char *what =
        native->known && native->malloc_bytes >= 0.5 * gm_growth_of(facts, GM_COL_NATIVE)
            ? "memory outside the Go runtime leaks: C's malloc grows, by the mappings of the process"
            : "memory outside the Go runtime leaks, or C's malloc keeps it (native_leak or glibc_retention); Go's own memory does "
              "not explain the growth";
    f->summary = gm_facts_text(facts, "%s%s", what, where);
    f->remedy = gm_facts_text(
        facts,
        "%sPair every C allocation with its free (C.CString, handles; finalizers are no guarantee) and every Mmap with its Munmap. "
        "Go's heap profile cannot show it: jemalloc's profiler, heaptrack, LeakSanitizer (go build -asan) or an eBPF allocation "
        "tracer (memleak) prove the site.",
        suspect ? gm_facts_text(facts, "Look at %s first. ", suspect) : "");
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (!facts->growth[GM_COL_NATIVE].known) return gm_native_by_trace(facts, f);
    bool material = gm_material_share(facts, GM_COL_NATIVE, GM_LIMIT_OF(facts, BUCKET_SHARE_PCT)) ||
                    (isnan(gm_share_of(facts, GM_COL_NATIVE)) && gm_growth_of(facts, GM_COL_NATIVE) >= facts->material);
    if (!material || !gm_rises(facts, GM_COL_NATIVE)) return gm_clean(f, "memory outside the Go runtime does not rise");
    gm_native native = gm_native_of(facts);
    if (gm_native_is_mmap(facts, &native))
        return gm_clean(f, "memory outside the Go runtime rises in mappings and not in malloc: see mmap_leak");
    evidence(facts, f, &native);
    f->share_pct = fmin(100, gm_share_of(facts, GM_COL_NATIVE));
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_NATIVE);
    f->confidence = confidence_of(facts, f, &native);
    f->severity = gm_leak_severity(facts, GM_COL_NATIVE);
    describe(facts, f, &native);
    return GM_FIRED;
}

const gm_rule gm_rule_native_leak = {
    .slug = "native_leak",
    .family = "native",
    .title = "Leak outside the Go runtime",
    .is_cause = true,
    .check = check,
    .definition = "Anonymous memory that the Go runtime does not own grows without bound: C heap, libraries.",
    .proves =
        "anon - lazily freed - (Sys - HeapReleased) has a significant, material slope and holds a large part of the growth; heap profiles are flat; "
        "smaps shows [heap] or malloc's arenas growing. Without MemStats, GC lines whose largest heap does not grow are a suspicion.",
    .refutes =
        "The rest is explained by other processes, threads or huge pages; the two readings were taken at different times.",
    .remedy = "Find it with a native allocation profiler; Go's heap profile samples only Go allocations.",
    .source = "runtime mstats.go: Sys - HeapReleased is what the runtime holds; malloc.go: only mallocgc is sampled",
};
