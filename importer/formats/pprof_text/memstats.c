/* Memory statistics of the Go runtime at the end of a heap profile with debug=1.
 *
 * Used by text.c. Go's own account of all its memory, in the same moment as the profile: what no sampled
 * number can give. Written by Go, src/runtime/pprof/pprof.go, writeHeapInternal; the meaning of the fields is
 * at pkg.go.dev/runtime#MemStats. MaxRSS is getrusage(2). */
#include "importer/formats/pprof_text/memstats.h"

#include "importer/text/span.h"

/* No amount of memory: math.MaxInt64 and above stand for "no goal". */
#define NO_GOAL 4.0e18

typedef struct {
    const char *key; /* as written */
    int part;        /* of "inuse / sys" */
    const char *name;
    gm_quantity quantity;
} stat;

static const stat stats_known[] = {
    {"TotalAlloc", 0, "TotalAlloc", GM_Q_GO_ALLOC_TOTAL},
    {"Sys", 0, "Sys", GM_Q_GO_SYS},
    {"Mallocs", 0, "Mallocs", GM_Q_GO_MALLOCS_TOTAL},
    {"Frees", 0, "Frees", GM_Q_GO_FREES_TOTAL},
    {"HeapAlloc", 0, "HeapAlloc", GM_Q_GO_HEAP_ALLOC},
    {"HeapSys", 0, "HeapSys", GM_Q_GO_HEAP_SYS},
    {"HeapIdle", 0, "HeapIdle", GM_Q_GO_HEAP_IDLE},
    {"HeapInuse", 0, "HeapInuse", GM_Q_GO_HEAP_INUSE},
    {"HeapReleased", 0, "HeapReleased", GM_Q_GO_HEAP_RELEASED},
    {"HeapObjects", 0, "HeapObjects", GM_Q_GO_HEAP_OBJECTS},
    {"Stack", 0, "StackInuse", GM_Q_GO_STACK_INUSE},
    {"Stack", 1, "StackSys", GM_Q_GO_STACK_SYS},
    {"MSpan", 1, "MSpanSys", GM_Q_GO_MSPAN_SYS},
    {"MCache", 1, "MCacheSys", GM_Q_GO_MCACHE_SYS},
    {"BuckHashSys", 0, "BuckHashSys", GM_Q_GO_BUCK_HASH_SYS},
    {"GCSys", 0, "GCSys", GM_Q_GO_GC_SYS},
    {"OtherSys", 0, "OtherSys", GM_Q_GO_OTHER_SYS},
    {"NextGC", 0, "NextGC", GM_Q_GO_NEXT_GC},
    {"NumGC", 0, "NumGC", GM_Q_GO_GC_COUNT},
    {"NumForcedGC", 0, "NumForcedGC", GM_Q_GO_GC_FORCED_COUNT},
    {"GCCPUFraction", 0, "GCCPUFraction", GM_Q_GO_GC_CPU_FRACTION},
    {"MaxRSS", 0, "MaxRSS", GM_Q_PROC_PEAK_RSS},
};
#define KNOWN (sizeof stats_known / sizeof *stats_known)
_Static_assert(KNOWN <= GM_MEMSTATS_MAX, "GM_MEMSTATS_MAX");

void gm_memstats_init(gm_memstats *stats) {
    *stats = (gm_memstats){.last_gc_ns = GM_UNKNOWN};
}

/* The part before or behind " / ". */
static bool part_of(gm_span value, int part, double *number) {
    ptrdiff_t slash = gm_span_find(value, GM_SPAN(" / "));
    if (slash < 0) return part == 0 && gm_span_double(value, number);
    return gm_span_double(part ? gm_span_from(value, (size_t)slash + 3) : gm_span_first(value, (size_t)slash), number);
}

void gm_memstats_line(gm_memstats *stats, gm_span line) {
    if (!gm_span_take(&line, GM_SPAN("# "))) return;
    ptrdiff_t equals = gm_span_find(line, GM_SPAN(" = "));
    if (equals < 0) return;
    gm_span key = gm_span_first(line, (size_t)equals), value = gm_span_trim(gm_span_from(line, (size_t)equals + 3));
    int64_t last_gc;
    if (gm_span_equal(key, GM_SPAN("LastGC")) && gm_span_int(value, &last_gc) && last_gc > 0)
        stats->last_gc_ns = last_gc; /* not through a double: it has 19 digits */
    for (size_t i = 0; i < KNOWN; i++)
        if (gm_span_equal(key, gm_span_of(stats_known[i].key)))
            stats->seen[i] = part_of(value, stats_known[i].part, &stats->values[i]) && stats->values[i] >= 0;
}

static gm_status leave_out(const gm_memstats *stats, gm_member *member) {
    int64_t seen = 0;
    for (size_t i = 0; i < KNOWN; i++) seen += stats->seen[i];
    if (seen == 0) return GM_OK;
    gm_emit_left_out(member->store, GM_LEFT_NO_TIME, seen);
    gm_member_diag(member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                   "the memory statistics have no time: neither the name nor a last collection tells it");
    return GM_OK;
}

static gm_status emit_value(gm_member *member, const gm_series *series, int64_t t_ns, double value) {
    int64_t id = 0;
    gm_status status = gm_emit_series(member->store, series, &id);
    return status == GM_OK ? gm_emit_sample(member->store, id, t_ns, value) : status;
}

gm_status gm_memstats_emit(const gm_memstats *stats, gm_member *member, int64_t identity_id, int64_t t_ns) {
    gm_series series = {.identity_id = identity_id, .source = "memstats"};
    gm_status status = GM_OK;
    if (t_ns == GM_UNKNOWN) return leave_out(stats, member);
    for (size_t i = 0; i < KNOWN && status == GM_OK; i++) {
        const stat *known = &stats_known[i];
        if (!stats->seen[i] || (known->quantity == GM_Q_GO_NEXT_GC && stats->values[i] > NO_GOAL)) continue;
        series.quantity = known->quantity;
        series.name = gm_span_of(known->name);
        status = emit_value(member, &series, t_ns, stats->values[i]);
    }
    if (status != GM_OK || stats->last_gc_ns == GM_UNKNOWN) return status;
    series.quantity = GM_Q_GO_LAST_GC;
    series.name = GM_SPAN("LastGC");
    return emit_value(member, &series, t_ns, (double)stats->last_gc_ns / (double)GM_NS_PER_S);
}
