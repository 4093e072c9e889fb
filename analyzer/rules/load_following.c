/* Rule load_following: memory goes up and down with the load. With a record of the load the regression says so;
 * without one a history that keeps giving back what it took is a weaker sign. */
#include "analyzer/rules/go.h"

static const int series_of_interest[] = {GM_TREND_GC_LIVE, GM_COL_GO_LIVE, GM_TREND_HEAP_ALLOC, GM_COL_ANON,
                                         GM_COL_WORKING_SET};

/* The series that the load explains best and that has no slope of its own; -1: none. */
static int follows(const gm_facts *facts) {
    int best = -1;
    for (size_t i = 0; i < G_N_ELEMENTS(series_of_interest); i++) {
        const gm_fact_trend *trend = &facts->trend[series_of_interest[i]];
        if (!trend->tested || trend->result.fires || !(trend->result.fit.load_r2 >= GM_LIMIT_OF(facts, LOAD_R2)) ||
            !(trend->result.fit.load_coef > 0))
            continue;
        if (best < 0 || trend->result.fit.load_r2 > facts->trend[best].result.fit.load_r2) best = series_of_interest[i];
    }
    return best;
}

/* Ups and downs of material size in the best series that there is, where the trend test found a wave; -1: none. A
 * worse series adds the collector's own waves. */
static int waves(const gm_facts *facts) {
    for (size_t i = 0; i < G_N_ELEMENTS(series_of_interest); i++) {
        const gm_fact_trend *trend = &facts->trend[series_of_interest[i]];
        if (!trend->tested) continue;
        bool wave = !trend->result.fires && trend->result.shape == GM_SHAPE_HARMONIC;
        double move = fmax(facts->material, GM_LIMIT_OF(facts, MATERIAL_NOISE) * 1.4826 * trend->result.fit.resid_mad);
        gm_swings swings = gm_swings_of(facts, series_of_interest[i], move);
        return wave && swings.up >= move && swings.down >= GM_LIMIT_OF(facts, LOAD_RETURN) * swings.up
                   ? series_of_interest[i]
                   : -1;
    }
    return -1;
}

static const char *values_sql(const gm_facts *facts, const char *series) {
    if (strcmp(series, "gc_live") == 0) return "SELECT heap_live_mib * 1048576.0 AS y FROM gc" GM_OF_LIFE;
    if (strcmp(series, "heap_alloc") == 0) return "SELECT value AS y" GM_SAMPLES_OF("go.heap_alloc");
    return gm_facts_text(facts, "SELECT %s AS y FROM timeline" GM_OF_LIFE, series);
}

static void evidence(const gm_facts *facts, gm_finding *f, const char *series, bool load) {
    const char *values = values_sql(facts, series);
    const char *from = gm_facts_text(facts, "FROM trend" GM_OF_LIFE " AND series = '%s'", series);
    if (load) {
        gm_finding_evidence(facts, f, "%",
                            gm_facts_text(facts, "the load explains %%s of what the line leaves open in %s", series),
                            gm_facts_text(facts, "SELECT 100 * load_r2 %s", from));
        gm_finding_evidence(facts, f, "bytes", "each unit of load costs %s",
                            gm_facts_text(facts, "SELECT load_coef %s", from));
    }
    gm_finding_evidence(
        facts, f, "x", gm_facts_text(facts, "the slope of %s beside it is %%s its error (3.5 would be a leak)", series),
        gm_facts_text(facts, "SELECT z %s", from));
    gm_finding_evidence(facts, f, "bytes", "it was %s first", gm_facts_text(facts, "SELECT first_value %s", from));
    gm_finding_evidence(facts, f, "bytes", "and %s last", gm_facts_text(facts, "SELECT last_value %s", from));
    gm_finding_evidence(facts, f, "bytes", "in between it was as low as %s",
                        gm_facts_text(facts, "SELECT min(y) FROM (%s)", values));
    gm_finding_evidence(facts, f, "bytes", "and as high as %s",
                        gm_facts_text(facts, "SELECT max(y) FROM (%s)", values));
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    bool tested = false;
    for (size_t i = 0; i < G_N_ELEMENTS(series_of_interest); i++)
        tested = tested || facts->trend[series_of_interest[i]].tested;
    if (!tested)
        return gm_not_applicable(
            f, "needs the live heap or the cgroup's memory over time; a record of the load makes it firm");
    int series = follows(facts);
    bool load = series >= 0;
    if (!load) series = waves(facts);
    if (series < 0)
        return gm_clean(f, facts->inputs & GM_INPUT_LOAD ? "the load does not explain memory"
                                                         : "memory does not come and go in waves");
    if (gm_anything_rises(facts)) return gm_clean(f, "something rises beside the load");
    bool killed = gm_was_killed(facts);
    if (killed && !load)
        return gm_clean(f, "memory comes and goes in waves, but without a record of the load that explains no kill");
    evidence(facts, f, gm_series_name(series), load);
    f->confidence = load ? 0.85 : 0.6;
    f->severity = killed ? GM_SEV_CRITICAL : GM_SEV_INFO;
    f->summary = load && killed
                     ? "memory follows the load, and the highest load did not fit the limit; beside it nothing rises"
                 : load ? "memory follows the load; beside it nothing rises"
                        : "memory comes and goes in waves, as with a changing load; nothing stays";
    f->remedy =
        "Capacity, not a leak: a limit for the highest load, a bound on concurrent work (semaphore, back-pressure), smaller pools.";
    return GM_FIRED;
}

const gm_rule gm_rule_load_following = {
    .slug = "load_following",
    .family = "go",
    .title = "Memory follows the load",
    .is_cause = true,
    .check = check,
    .definition = "Memory rises and falls with requests, connections or tenants.",
    .proves =
        "A regression on the load and time, with a lag of up to two collections: the load's partial R2 is at least 0.5 and the slope over time is not significant. "
        "Without a record of the load: a wave fits, and what goes up comes down by half or more; at most 0.6.",
    .refutes = "A significant slope beside the load; memory that stays when the load is gone.",
    .remedy = "A limit for the highest load, back-pressure, pool sizes.",
    .source = "trend test with the load as a column, calibrated on simulated histories",
};
