/* Rule runtime_overhead: the runtime's own structures grew: profiling buckets, span structures, collector metadata.
 * They follow the heap at a few percent; a fifth of the growth says that something else drives them. */
#include "analyzer/rules/go.h"

static const struct {
    gm_quantity quantity;
    const char *sql, *text, *why;
} parts[] = {
#define PART(symbol, name, text, why) \
    { \
        symbol, \
            "SELECT (SELECT value" GM_SAMPLES_OF(name) "ORDER BY t_ns DESC LIMIT 1) - (SELECT value" GM_SAMPLES_OF( \
                name) "ORDER BY t_ns LIMIT 1)", \
            text, why \
    }
    PART(GM_Q_GO_BUCK_HASH_SYS, "go.buck_hash_sys", "profiling buckets (BuckHashSys) grew by %s",
         "too many distinct allocation stacks are profiled"),
    PART(GM_Q_GO_MSPAN_SYS, "go.mspan_sys", "span structures (MSpanSys) grew by %s",
         "the heap consists of very many small spans"),
    PART(GM_Q_GO_MCACHE_SYS, "go.mcache_sys", "allocation caches (MCacheSys) grew by %s", "GOMAXPROCS was raised"),
    PART(GM_Q_GO_GC_SYS, "go.gc_sys", "collector metadata (GCSys) grew by %s",
         "it follows the largest heap that there was"),
    PART(GM_Q_GO_OTHER_SYS, "go.other_sys", "other runtime memory (OtherSys) grew by %s",
         "timers, traces and other runtime tables grew"),
#undef PART
};

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (!facts->growth[GM_COL_GO_META].known)
        return gm_not_applicable(f, "needs the runtime's MemStats (go_memstats_sys_bytes and its parts) over time");
    double sum = 0, most = 0;
    int largest = -1;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        gm_readings span = gm_readings_of(facts, parts[i].quantity);
        double grown = span.n >= 2 ? span.last - span.first : 0;
        sum += grown;
        if (grown > most) most = grown, largest = (int)i;
    }
    double usage = gm_growth_of(facts, GM_COL_USAGE);
    bool share = usage < facts->material || 100 * sum / usage >= GM_LIMIT_OF(facts, BUCKET_SHARE_PCT);
    if (sum < facts->material || !share || largest < 0)
        return gm_clean(f, "the runtime's own structures hold little of the growth");
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        if (gm_readings_of(facts, parts[i].quantity).n >= 2)
            gm_finding_evidence(facts, f, "bytes", parts[i].text, parts[i].sql);
    f->share_pct = usage >= facts->material ? fmin(100, 100 * sum / usage) : NAN;
    f->confidence = 0.8;
    f->severity =
        gm_was_killed(facts) && f->share_pct >= GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT) ? GM_SEV_CRITICAL : GM_SEV_LOW;
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_GO_META);
    f->summary =
        gm_facts_text(facts, "the Go runtime's own structures grew; most of it because %s", parts[largest].why);
    f->remedy =
        parts[largest].quantity == GM_Q_GO_BUCK_HASH_SYS
            ? "Fewer distinct stacks: less generated or recursive code on allocation paths, GODEBUG=profstackdepth=32 (Go 1.23 and later record 128 frames), a larger runtime.MemProfileRate."
            : "Find what the heap did at its peak: these structures follow it and are not given back; fewer and larger objects help.";
    return GM_FIRED;
}

const gm_rule gm_rule_runtime_overhead = {
    .slug = "runtime_overhead",
    .family = "go",
    .title = "Growth of the runtime's own structures",
    .is_cause = true,
    .check = check,
    .definition =
        "GCSys, MSpanSys, MCacheSys, BuckHashSys and OtherSys together hold a fifth or more of the growth of usage.",
    .proves = "Their sum over the life; which of them grew says why.",
    .refutes = "They stay at the usual few percent of the heap.",
    .remedy = "By part: fewer distinct allocation stacks, fewer small spans, a lower peak.",
    .source = "runtime mstats.go; GCSys is normally 2 to 4 % of the heap; Go 1.23 release notes (profstackdepth)",
};
