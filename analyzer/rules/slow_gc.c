/* Rule slow_gc: marking or stopping the world takes long, and why: the CPU quota, assists, a large heap, few Ps. */
#include "analyzer/rules/go.h"

#define LARGE_LIVE 1073741824.0 /* marks of a GiB take half a second of CPU or more */

static double throttled_pct(const gm_facts *facts) {
    gm_readings periods = gm_readings_of(facts, GM_Q_CPU_PERIODS),
                throttled = gm_readings_of(facts, GM_Q_CPU_THROTTLED_PERIODS);
    return periods.most > periods.least ? 100 * (throttled.most - throttled.least) / (periods.most - periods.least)
                                        : NAN;
}

/* All reasons that hold, the weightiest first. */
static const char *reason_of(const gm_facts *facts) {
    g_autoptr(GString) text = g_string_new(NULL);
    double throttled = throttled_pct(facts);
    bool quota = facts->cpu_limit < (double)facts->gc.procs;
    if (throttled > GM_LIMIT_OF(facts, THROTTLED_PCT))
        g_string_append(text, "the container is throttled at its CPU quota");
    if (quota)
        g_string_append_printf(
            text, "%sthe container may use %.2g CPUs while GOMAXPROCS is %lld, so that marks wait for the quota",
            text->len ? "; " : "", facts->cpu_limit, (long long)facts->gc.procs);
    if (facts->gc.assist_share_pct > GM_LIMIT_OF(facts, GC_ASSIST_PCT))
        g_string_append_printf(text, "%sallocation outruns marking, so that goroutines must assist",
                               text->len ? "; " : "");
    if (facts->gc.live_p95_bytes > LARGE_LIVE)
        g_string_append_printf(text, "%sthe live heap is large", text->len ? "; " : "");
    if (text->len == 0)
        g_string_append(text, facts->gc.procs <= 2
                                  ? "few processors mark"
                                  : "no single reason stands out; the machine itself may be short of CPU");
    return gm_arena_strndup(facts->arena, text->str, text->len);
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if ((double)facts->n_cycles < GM_LIMIT_OF(facts, TREND_MIN_CYCLES))
        return gm_not_applicable(f, "needs twenty gctrace lines or more");
    bool mark = facts->gc.mark_p95_ms > GM_LIMIT_OF(facts, SLOW_MARK_MS),
         pause = facts->gc.pause_p99_ms > GM_LIMIT_OF(facts, SLOW_PAUSE_MS);
    if (!mark && !pause) return gm_clean(f, "marks and pauses are short");
    gm_finding_evidence(facts, f, "ms", "95 % of the marks take less than %s", "SELECT mark_p95_ms" GM_FROM_SUMMARY);
    gm_finding_evidence(facts, f, "ms", "99 % of the pauses take less than %s", "SELECT pause_p99_ms" GM_FROM_SUMMARY);
    gm_finding_evidence(facts, f, "bytes", "the live heap is %s (p95)", "SELECT live_p95_bytes" GM_FROM_SUMMARY);
    if (!isnan(facts->gc.gc_quota_share_pct))
        gm_finding_evidence(facts, f, "%", "the collector takes %s of the CPU that the container may use",
                            "SELECT gc_quota_share_pct" GM_FROM_SUMMARY);
    if (!isnan(facts->gc.assist_share_pct))
        gm_finding_evidence(facts, f, "%", "%s of it are assists by allocating goroutines",
                            "SELECT assist_share_pct" GM_FROM_SUMMARY);
    f->confidence = 0.85;
    f->severity = GM_SEV_LOW;
    f->summary =
        gm_facts_text(facts, "%s are slow: %s", mark ? "collections" : "stop-the-world pauses", reason_of(facts));
    f->remedy =
        "Give the container the CPU that GOMAXPROCS promises, or set GOMAXPROCS to the quota (Go 1.25 does so by itself); make the live heap smaller, with fewer pointers; allocate less.";
    return GM_FIRED;
}

const gm_rule gm_rule_slow_gc = {
    .slug = "slow_gc",
    .family = "go",
    .title = "Slow collections",
    .is_cause = false,
    .check = check,
    .definition = "The concurrent mark takes more than half a second at p95, or pauses more than 10 ms at p99.",
    .proves =
        "The phases of the gctrace lines after start-up. Why: throttled CFS periods, a quota below GOMAXPROCS, assists above 5 % of the CPU, a live heap above 1 GiB, few processors.",
    .refutes = "Only start-up or a suspended machine shows them.",
    .remedy = "CPU, GOMAXPROCS equal to the quota, a smaller live heap.",
    .source = "runtime mgc.go: clock phases of a gctrace line; Go GC guide: assists above 5 % are out of balance",
};
