/* Rule alloc_burst: a few large allocations, or one request, filled the limit within moments; nothing leaked.
 * A burst returns within three collections, or the kill comes before it can; a staircase is a leak instead.
 * Who allocated is told by alloc_burst/site.c. */
#include "analyzer/rules/alloc_burst/burst.h"

typedef struct {
    int64_t t_ns;
    double bytes;
} gm_reading;

static bool is_high(const gm_facts *facts, const gm_burst *burst, double bytes) {
    return bytes >= 2 * burst->base && bytes - burst->base >= facts->material;
}

/* readings in time order; a tail is what a burst may leave behind before its end counts as one of the life. */
static gm_burst measure(const gm_facts *facts, const gm_reading *readings, size_t n) {
    gm_burst burst = {.base = NAN, .of = n, .from_ns = facts->life->from_ns, .to_ns = facts->life->to_ns};
    g_autofree double *bytes = g_new(double, n + 1);
    size_t run = 0, top_at = 0;
    for (size_t i = 0; i < n; i++) bytes[i] = readings[i].bytes;
    burst.base = gm_stats_median(bytes, n);
    for (size_t i = 0; i < n; i++) {
        bool high = is_high(facts, &burst, bytes[i]);
        if (bytes[i] > burst.top) burst.top = bytes[i], top_at = i;
        burst.high += high;
        run = high ? run + 1 : 0;
        burst.longest = MAX(burst.longest, run);
        if (high && i + 3 >= n) burst.at_end = true;
    }
    burst.height = burst.top - burst.base;
    for (size_t i = top_at; i-- > 0;)
        if (!is_high(facts, &burst, bytes[i])) {
            burst.from_ns = readings[i].t_ns;
            break;
        }
    for (size_t i = top_at; i < n; i++)
        if (!is_high(facts, &burst, bytes[i])) {
            burst.to_ns = readings[i].t_ns;
            break;
        }
    return burst;
}

/* What marking allowed beside the live heap counts half: it may be garbage already. */
static gm_burst measure_cycles(const gm_facts *facts) {
    g_autofree gm_reading *readings = g_new(gm_reading, facts->n_cycles + 1);
    for (size_t i = 0; i < facts->n_cycles; i++) {
        const gm_gc_row *cycle = &facts->cycles[i];
        double live = (double)cycle->live_mib, end = (double)cycle->end_mib;
        if (cycle->left_out)
            live = fmax(live, (double)cycle->left_out->most_live_mib),
            end = fmax(end, (double)cycle->left_out->most_end_mib);
        readings[i] = (gm_reading){cycle->t_ns, 1048576.0 * fmax(live, end / 2)};
    }
    return measure(facts, readings, facts->n_cycles);
}

static gm_burst measure_anon(const gm_facts *facts) {
    g_autofree gm_reading *readings = g_new(gm_reading, facts->n_points + 1);
    size_t n = 0;
    for (size_t i = 0; i < facts->n_points; i++) {
        int64_t anon = facts->points[i].value[GM_COL_ANON];
        if (anon != GM_UNKNOWN) readings[n++] = (gm_reading){facts->points[i].t_ns, (double)anon};
    }
    return measure(facts, readings, n);
}

/* Without a collection inside the burst: usage jumped to the limit from a level that was flat before. */
static double unseen_jump(const gm_facts *facts) {
    if (!gm_was_killed(facts) || !facts->growth[GM_COL_USAGE].known || facts->n_points < 10) return 0;
    g_autofree double *usage = g_new(double, facts->n_points);
    for (size_t i = 0; i < facts->n_points; i++)
        usage[i] =
            facts->points[i].value[GM_COL_USAGE] == GM_UNKNOWN ? NAN : (double)facts->points[i].value[GM_COL_USAGE];
    return facts->limit - gm_stats_quantile(usage, facts->n_points, 0.75);
}

static void unseen_window(const gm_facts *facts, gm_burst *burst, double jump) {
    burst->height = jump;
    burst->to_ns = facts->life->to_ns;
    for (size_t i = 0; i < facts->n_points; i++)
        if (facts->points[i].t_ns < facts->life->to_ns) burst->from_ns = facts->points[i].t_ns;
    if (facts->n_cycles) burst->from_ns = MIN(burst->from_ns, facts->cycles[facts->n_cycles - 1].t_ns);
}

#define ALLOCATED_BETWEEN_SAMPLES(what) \
    "SELECT " what \
    " FROM (SELECT value - lag(value) OVER (PARTITION BY series_id ORDER BY t_ns) d FROM samples s JOIN life l ON " \
    "l.container_id = s.container_id AND s.t_ns BETWEEN l.from_ns AND l.to_ns WHERE s.container_id = {c} AND l.life = {l} AND " \
    "s.quantity = 'go.alloc_total') WHERE d >= 0"

/* Allocations between two scrapes, which no sample of the level shows. */
static void evidence_of_total(const gm_facts *facts, gm_finding *f) {
    if (facts->timeline->history[GM_Q_GO_ALLOC_TOTAL].n < 5) return;
    gm_finding_evidence(facts, f, "bytes", "the most allocated between two samples of TotalAlloc is %s",
                        ALLOCATED_BETWEEN_SAMPLES("max(d)"));
    gm_finding_evidence(facts, f, "bytes", "and %s on average", ALLOCATED_BETWEEN_SAMPLES("avg(d)"));
}

static void evidence(const gm_facts *facts, gm_finding *f) {
    if (facts->n_cycles) {
        gm_finding_evidence(facts, f, "bytes", "the live heap at a collection reached %s",
                            "SELECT live_max_bytes FROM gc_summary WHERE container_id = {c} AND life = {l}");
        gm_finding_evidence(
            facts, f, "bytes", "while it usually is %s",
            "SELECT 1048576.0 * heap_live_mib FROM (SELECT heap_live_mib, row_number() OVER (ORDER BY heap_live_mib) r, count(*) "
            "OVER () n FROM gc WHERE container_id = {c} AND life = {l}) WHERE r = (n + 1) / 2");
    }
    if (facts->growth[GM_COL_ANON].known)
        gm_finding_evidence(facts, f, "bytes", "the highest sample of anonymous memory is %s",
                            "SELECT max(anon_bytes) FROM timeline WHERE container_id = {c} AND life = {l}");
    if (facts->peak_counter - facts->peak_usage >= facts->material)
        gm_finding_evidence(facts, f, "bytes", "the kernel's own peak, which no sample shows, is %s",
                            "SELECT max(value) FROM samples WHERE container_id = {c} AND quantity = 'memory.peak'");
    evidence_of_total(facts, f);
    gm_finding_evidence(facts, f, "count", "kills in this life: %s",
                        "SELECT count(*) FROM oom_kills WHERE container_id = {c} AND life = {l}");
}

static const char *remedy_of(const gm_facts *facts, const gm_finding *f) {
    const char *where = f->site ? gm_facts_text(facts, " Begin with %s.", f->site) : "";
    return gm_facts_text(
        facts,
        "Stream instead of holding whole bodies (a decoder on the reader, http.MaxBytesReader), bound concurrent large requests by "
        "bytes, and set GOMEMLIMIT so that a collection comes before the limit.%s",
        where);
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    bool killed = gm_was_killed(facts), cycles = facts->n_cycles >= 5;
    if (!cycles && !killed && facts->n_points < 10)
        return gm_not_applicable(f, "needs gctrace lines, anonymous memory over time, or a kill");
    if (gm_rises(facts, GM_TREND_GC_LIVE) || gm_rises(facts, GM_COL_ANON) || gm_rises(facts, GM_COL_SHMEM))
        return gm_clean(f, "memory rises steadily and not in a burst");
    gm_burst burst = cycles ? measure_cycles(facts) : measure_anon(facts);
    double jump = unseen_jump(facts);
    bool returns = burst.longest <= 3; /* a burst is gone three readings later */
    bool seen = burst.high > 0 && burst.high * 5 <= burst.of && returns;
    bool unseen = jump >= facts->material && jump > 0.4 * facts->limit && facts->n_cycles >= 20;
    if (!seen && !unseen) return gm_clean(f, "no sudden jump of the heap stands out");
    if (!seen) unseen_window(facts, &burst, jump);
    if (killed && burst.at_end) burst.to_ns = facts->life->to_ns;
    evidence(facts, f);
    const char *who = gm_burst_site(facts, f, &burst);
    f->confidence = killed && seen && burst.at_end ? 0.9 : killed && seen ? 0.75 : killed ? 0.6 : 0.5;
    if (!cycles) f->confidence = fmin(f->confidence, 0.6); /* anonymous memory alone: native memory may do the same */
    f->severity = killed ? GM_SEV_CRITICAL : GM_SEV_LOW;
    f->summary =
        gm_facts_text(facts, "%s%s",
                      killed ? "a burst of allocations filled the limit within moments; before it the heap was flat"
                             : "bursts of allocations came and went",
                      who);
    f->remedy = remedy_of(facts, f);
    return GM_FIRED;
}

const gm_rule gm_rule_alloc_burst = {
    .slug = "alloc_burst",
    .family = "go",
    .title = "Burst of allocations",
    .is_cause = true,
    .check = check,
    .definition = "A step of the heap within a few samples or collections that returns by itself, or ends in a kill.",
    .proves =
        "A live heap at twice its usual size in few collections, without a trend; a kill during it. Profiles around it that count what was "
        "allocated, or a dump inside it, name the site.",
    .refutes = "A staircase whose steps never return: that is a leak.",
    .remedy = "Stream, bound sizes and concurrency, GOMEMLIMIT.",
    .source = "Measured: Go 1.21 and later keep the memory of a burst for one more collection, up to 180 s",
};
