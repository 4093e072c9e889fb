/* Rule native_leak: memory outside the Go runtime grows: C allocations, mmap, thread arenas.
 * No Go profile shows it; it is the rest of anonymous memory behind Go's own total. */
#include "analyzer/rules/common.h"

static bool threads_rise(const gm_facts *facts) {
    return gm_rises(facts, GM_COL_THREADS) && gm_growth_of(facts, GM_COL_THREADS) > 50;
}

static void evidence(const gm_facts *facts, gm_finding *f) {
    gm_finding_growth(facts, f, "native", "anonymous memory outside the Go runtime grew by %s");
    gm_finding_slope(facts, f, "native_bytes", "it rises by %s");
    gm_finding_growth(facts, f, "go_total", "the Go runtime's own memory (Sys - HeapReleased) changed by %s");
    if (facts->growth[GM_COL_ANON].known) gm_finding_growth(facts, f, "anon", "the cgroup's anonymous memory grew by %s");
}

static double confidence_of(const gm_facts *facts) {
    double confidence = gm_trend_confidence(facts, GM_COL_NATIVE);
    if (gm_share_of(facts, GM_COL_NATIVE) >= 80 || isnan(gm_share_of(facts, GM_COL_NATIVE))) confidence += 0.03;
    if (threads_rise(facts)) confidence -= 0.3;
    if (!facts->growth[GM_COL_OTHER_PROCESSES].known) confidence -= 0.1; /* another process would look the same */
    if (!(facts->inputs & GM_INPUT_SMAPS)) confidence = fmin(confidence, 0.75);
    return confidence;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (!facts->growth[GM_COL_NATIVE].known)
        return gm_not_applicable(f, "needs the cgroup's anonymous memory and go_memstats (Sys, HeapReleased) over the same time");
    bool material = gm_material_share(facts, GM_COL_NATIVE, GM_LIMIT_OF(facts, BUCKET_SHARE_PCT)) ||
                    (isnan(gm_share_of(facts, GM_COL_NATIVE)) && gm_growth_of(facts, GM_COL_NATIVE) >= facts->material);
    if (!material || !gm_rises(facts, GM_COL_NATIVE)) return gm_clean(f, "memory outside the Go runtime does not rise");
    evidence(facts, f);
    f->share_pct = fmin(100, gm_share_of(facts, GM_COL_NATIVE));
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_NATIVE);
    f->confidence = confidence_of(facts);
    f->severity = gm_leak_severity(facts, GM_COL_NATIVE);
    f->summary = "memory outside the Go runtime leaks (C allocations or mmap); Go's own memory does not explain the growth";
    f->remedy = "Pair every C allocation with its free (C.CString, handles, finalizers are no guarantee) and every Mmap with its Munmap. Go's heap profile cannot "
                "show it: use jemalloc's profiler, heaptrack, LeakSanitizer (go build -asan) or an eBPF allocation tracer.";
    return GM_FIRED;
}

const gm_rule gm_rule_native_leak = {
    .slug = "native_leak",
    .family = "native",
    .title = "Leak outside the Go runtime",
    .is_cause = true,
    .check = check,
    .definition = "Anonymous memory that the Go runtime does not own grows without bound: C heap, mmap, libraries.",
    .proves = "anon - lazily freed - (Sys - HeapReleased) has a significant, material slope and holds a large part of the growth; heap profiles are flat.",
    .refutes = "The rest is explained by other processes, threads or huge pages; the two readings were taken at different times.",
    .remedy = "Find it with a native allocation profiler; Go's heap profile samples only Go allocations.",
    .source = "runtime mstats.go: Sys - HeapReleased is what the runtime holds; malloc.go: only mallocgc is sampled",
};
