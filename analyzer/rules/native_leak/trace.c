/* Suspects native memory when only GC lines tell of Go. Behind native_leak.c, for incidents without MemStats.
 *
 * The heap at the end of a mark is the most that the collector ever sees. If the largest one of the life's last third
 * is hardly larger than that of its first, growth of anonymous memory is elsewhere: in C, in mappings, or in what a
 * GC line does not show. */
#include "analyzer/rules/native_leak/trace.h"

#include "analyzer/rules/native.h"

#define SUSPICION   0.4  /* the card's bound without MemStats */
#define BY_MAPPINGS 0.65 /* malloc is seen to grow; what else does is not known */
#define THIRD(edge) \
    "(SELECT max(g.heap_end_mib) FROM gc g JOIN life l ON l.container_id = g.container_id AND l.life = g.life " \
    "WHERE g.container_id = {c} AND g.life = {l} AND g.t_ns " edge ")"
#define FIRST_THIRD THIRD("<= l.from_ns + (l.to_ns - l.from_ns) / 3")
#define LAST_THIRD  THIRD(">= l.to_ns - (l.to_ns - l.from_ns) / 3")

static double ask(const gm_facts *facts, gm_finding *f, const char *text, const char *sql) {
    gm_finding_evidence(facts, f, "bytes", text, sql);
    return f->evidence[f->n_evidence - 1].value;
}

gm_outcome gm_native_by_trace(const gm_facts *facts, gm_finding *f) {
    size_t least = (size_t)GM_LIMIT_OF(facts, TREND_MIN_CYCLES);
    if (!facts->growth[GM_COL_ANON].known || facts->n_cycles < least)
        return gm_not_applicable(
            f, "needs the cgroup's anonymous memory and go_memstats (Sys, HeapReleased) over the same time");
    double grown = gm_growth_of(facts, GM_COL_ANON);
    if (grown < facts->material || !gm_rises(facts, GM_COL_ANON))
        return gm_clean(f, "anonymous memory does not rise without bound");
    if (gm_rises(facts, GM_COL_GOROUTINES) || gm_rises(facts, GM_TREND_GOROUTINE_PROFILE))
        return gm_clean(f, "anonymous memory rises with the number of goroutines");
    gm_finding_growth(facts, f, "anon", "the cgroup's anonymous memory grew by %s");
    double heap = ask(
        facts, f, "the largest heap that the collector saw in the life's last third exceeds that of its first by %s",
        "SELECT 1048576.0 * (" LAST_THIRD " - " FIRST_THIRD ")");
    bool elsewhere = heap <= grown * (1 - GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT) / 100);
    if (!elsewhere) { /* also when a third has no cycle and heap is NAN */
        f->n_evidence = 0;
        return isnan(heap) ? gm_not_applicable(f, "needs GC lines from the beginning and the end of the life")
                           : gm_clean(f, "the Go heap grows with anonymous memory");
    }
    gm_native native = gm_native_of(facts);
    bool malloc_grows = native.known && native.malloc_bytes >= 0.5 * grown;
    gm_native_evidence(facts, f, &native);
    gm_native_is_others(facts, f);
    f->confidence = malloc_grows ? BY_MAPPINGS : SUSPICION;
    f->share_pct = fmin(100, gm_share_of(facts, GM_COL_ANON) * (1 - fmax(heap, 0) / grown));
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_ANON);
    f->severity = gm_leak_severity(facts, GM_COL_ANON);
    f->summary =
        malloc_grows
            ? "memory outside the Go heap leaks: C's malloc grows, by the mappings of the process; go_memstats would tell how much of the growth is its"
            : "memory outside the Go heap leaks, most likely native memory: no GC line explains the growth; without go_memstats nothing tells it from "
              "the runtime's own stacks and idle heap";
    f->remedy =
        "Record go_memstats_sys_bytes and go_memstats_heap_released_bytes, or save heap?debug=1, which ends with MemStats: if Sys - HeapReleased is "
        "flat too, look for C allocations (C.CString, handles) and mappings with jemalloc's profiler, heaptrack or LeakSanitizer (go build -asan).";
    return GM_FIRED;
}
