/* Rule warmup_plateau: memory rose to a ceiling and stays there: caches filling, pools growing to their working size.
 * Harmless unless the ceiling with the collector's room does not fit the limit. */
#include "analyzer/rules/go.h"

static const int series_of_interest[] = {GM_TREND_GC_LIVE, GM_COL_GO_LIVE,     GM_TREND_HEAP_ALLOC,
                                         GM_COL_ANON,      GM_COL_WORKING_SET, GM_COL_USAGE};

/* The first series, best first, that saturates; -1: none. A better one that rises without bound forbids all behind it.
 */
static int saturating(const gm_facts *facts, bool *tested) {
    for (size_t i = 0; i < G_N_ELEMENTS(series_of_interest); i++) {
        const gm_fact_trend *trend = &facts->trend[series_of_interest[i]];
        *tested = *tested || trend->tested;
        if (gm_rises(facts, series_of_interest[i])) return -1;
        const double *third = trend->result.third_slope;
        bool flat = third[2] <= GM_LIMIT_OF(facts, PLATEAU_LAST_THIRD) * third[0];
        bool plateau = trend->tested && trend->result.plateau && flat && trend->last - trend->first >= facts->material;
        if (plateau && (gm_bucket_speaks(facts, GM_COL_ANON) || !facts->growth[GM_COL_ANON].known))
            return series_of_interest[i];
    }
    return -1;
}

static bool given_back(const gm_facts *facts) {
    return gm_growth_of(facts, GM_COL_LAZYFREE) >= 0.5 * fmax(gm_growth_of(facts, GM_COL_ANON), facts->material);
}

/* Three time constants: 95 % of the way is seen. */
static double confidence_of(const gm_trend_result *result) {
    double seen = result->window_s / result->fit.tau_s;
    return seen >= 3 ? 0.9 : seen >= 2 ? 0.65 : 0.5;
}

/* What the plateau asks for with the collector's room above it, NAN when the series already holds that room. */
static double need_at_ceiling(const gm_facts *facts, int series, double ceiling) {
    bool live = series == GM_TREND_GC_LIVE || series == GM_COL_GO_LIVE;
    double gogc = facts->gc.gogc > 0 ? (double)facts->gc.gogc : 100;
    if (!live) return ceiling;
    if (!isnan(facts->gc.memlimit_bytes) || facts->gc.gogc == -1) return NAN;
    return ceiling * (1 + gogc / 100) + gm_beside_heap(facts);
}

static void evidence(const gm_facts *facts, gm_finding *f, const char *series) {
    const char *from = gm_facts_text(facts, "FROM trend" GM_OF_LIFE " AND series = '%s'", series);
    gm_finding_evidence(facts, f, "bytes", gm_facts_text(facts, "%s levels off at %%s", series),
                        gm_facts_text(facts, "SELECT ceiling %s", from));
    gm_finding_evidence(facts, f, "s", "with a time constant of %s",
                        gm_facts_text(facts, "SELECT tau_min * 60 %s", from));
    gm_finding_evidence(facts, f, "bytes", "it was %s first", gm_facts_text(facts, "SELECT first_value %s", from));
    gm_finding_evidence(facts, f, "bytes", "and %s last", gm_facts_text(facts, "SELECT last_value %s", from));
    gm_finding_evidence(facts, f, "x", "a slope that is left beside the curve is %s its error (3.5 would be a leak)",
                        gm_facts_text(facts, "SELECT z %s", from));
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    bool tested = false;
    int series = saturating(facts, &tested);
    if (!tested) return gm_not_applicable(f, "needs the live heap or the cgroup's memory over time");
    if (gm_anything_rises(facts)) return gm_clean(f, "something still rises: that is no plateau");
    if (series < 0) return gm_clean(f, "no rise that levels off");
    if (given_back(facts))
        return gm_clean(f, "most of what came is given back already and waits to be taken: see lazyfree");
    const gm_trend_result *result = &facts->trend[series].result;
    double need = need_at_ceiling(facts, series, result->fit.ceiling);
    bool tight = need > facts->limit, killed = gm_was_killed(facts);
    if (killed && !tight) return gm_clean(f, "memory levels off below the limit: that explains no kill");
    evidence(facts, f, gm_series_name(series));
    f->confidence = confidence_of(result);
    f->share_pct = fmin(100, gm_share_of(facts, GM_COL_ANON));
    f->severity = killed ? GM_SEV_CRITICAL : tight ? GM_SEV_MEDIUM : GM_SEV_INFO;
    const char *end = tight ? "; with the collector's room above it that does not fit the limit"
                      : result->window_s < 2 * result->fit.tau_s ? "; it is still filling"
                                                                 : "";
    f->summary = gm_facts_text(facts, "memory rose after the start and levels off by itself%s", end);
    f->remedy = tight ? "Raise the limit, bound the cache that fills, or set GOMEMLIMIT below the limit."
                      : "Nothing to do; bound the cache if its size is not wanted.";
    return GM_FIRED;
}

const gm_rule gm_rule_warmup_plateau = {
    .slug = "warmup_plateau",
    .family = "go",
    .title = "Warm-up that levels off",
    .is_cause = true,
    .check = check,
    .definition =
        "Memory rises after the start and saturates: caches fill, pools and connections reach their working size.",
    .proves =
        "The curve A - B exp(-t / tau) beats the line by more than 6 BIC, tau is below half the window, no significant slope is left beside it, and the last "
        "third rises at most at a fifth of the first.",
    .refutes = "A significant, material slope beside the curve: that is a warm-up with a leak on top.",
    .remedy = "None; a larger limit or a smaller cache when the ceiling with the collector's room exceeds the limit.",
    .source =
        "trend test calibrated on simulated histories: a leak of 0.25 MB/min on a warm-up is found in 78 % after 2 h, in all after 6 h",
};
