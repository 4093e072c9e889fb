/* Rule go_live_leak: what survives the garbage collector grows without bound, whatever the load.
 * Looks at the post-mark live heap, never at usage alone; plateaus, steps and goroutines have rules of their own. */
#include "analyzer/rules/go.h"
#include "analyzer/signatures.h"

/* Without their number over time the dumps tell it: groups that grew by a leak's measure and wait for ever. */
static bool dumps_drive(const gm_facts *facts) {
    double more = 0;
    for (size_t i = 0; facts->n_dumps >= 2 && i < facts->n_groups; i++)
        if (facts->groups[i].can_leak) more += (double)(facts->groups[i].last_count - facts->groups[i].first_count);
    return more >= GM_LIMIT_OF(facts, GOROUTINE_MIN);
}

/* What leaked goroutines hold is live heap too: with many of them the heap is the symptom. */
static bool goroutines_drive(const gm_facts *facts, double live_growth) {
    if (!facts->trend[GM_COL_GOROUTINES].tested && !facts->trend[GM_TREND_GOROUTINE_PROFILE].tested)
        return dumps_drive(facts);
    int series = gm_rises(facts, GM_COL_GOROUTINES) ? GM_COL_GOROUTINES : GM_TREND_GOROUTINE_PROFILE;
    if (!gm_rises(facts, series)) return false;
    double more = facts->trend[series].last - facts->trend[series].first;
    return more >= GM_LIMIT_OF(facts, GOROUTINE_MIN) || gm_goroutine_bytes(facts) >= 0.5 * live_growth;
}

static bool goroutines_known(const gm_facts *facts) {
    return facts->trend[GM_COL_GOROUTINES].tested || facts->trend[GM_TREND_GOROUTINE_PROFILE].tested ||
           facts->n_dumps >= 2;
}

/* Fewer points than a trend can be trusted on. */
static bool few(const gm_facts *facts, int series) {
    size_t least = (size_t)GM_LIMIT_OF(facts, TREND_MIN_POINTS);
    if (series == GM_TREND_GC_LIVE) least = (size_t)GM_LIMIT_OF(facts, TREND_MIN_CYCLES);
    return series != GM_TREND_HEAP_PROFILE && facts->trend[series].points < least;
}

static double confidence_of(const gm_facts *facts, int series, const gm_site *site) {
    double confidence = gm_trend_confidence(facts, series);
    bool envelope = series == GM_TREND_HEAP_ALLOC;
    if (site && site->share_pct >= GM_LIMIT_OF(facts, SITE_SHARE_PCT)) confidence = fmax(confidence + 0.05, 0.9);
    else if (!site && facts->n_heap_profiles >= 3) confidence -= 0.15;                  /* profiles saw nothing grow */
    if (!site && !(facts->inputs & GM_INPUT_LOAD)) confidence = fmin(confidence, 0.75); /* the load is not excluded */
    if (!site && !goroutines_known(facts))
        confidence = fmin(confidence, 0.65); /* what leaked goroutines hold would look the same */
    if (few(facts, series))
        confidence =
            fmin(confidence, site && facts->n_heap_profiles >= 3 ? 0.8 : 0.6);   /* profiles are a second witness */
    if (site && facts->n_heap_profiles == 2) confidence = fmin(confidence, 0.7); /* two ends, no course */
    return fmin(confidence, envelope && !site ? 0.8 : 0.97);
}

/* What speaks against a leak; each takes away as much as half the trust of a single sign. */
static int refute(const gm_facts *facts, gm_finding *f, int series) {
    int refuters = 0;
    const char *name = gm_series_name(series);
    if (facts->trend[series].result.fit.load_r2 >= GM_LIMIT_OF(facts, LOAD_R2)) {
        gm_finding_refute(
            facts, f, "%", "the load explains %s of what time leaves open",
            gm_facts_text(facts,
                          "SELECT 100 * load_r2 FROM trend WHERE container_id = {c} AND life = {l} AND series = '%s'",
                          name));
        refuters++;
    }
    gm_swings swings = gm_swings_of(facts, series, facts->material);
    if (swings.fall_pct >= GM_LIMIT_OF(facts, LIVE_FALL_PCT)) {
        gm_finding_refute(
            facts, f, "bytes",
            gm_facts_text(facts, "the live heap fell by %.0f %% by itself; its highest value was %%s", swings.fall_pct),
            series == GM_TREND_GC_LIVE
                ? "SELECT max(heap_live_mib) * 1048576.0 FROM gc WHERE container_id = {c} AND life = {l}"
                : "SELECT max(value)" GM_SAMPLES_OF("go.heap_alloc"));
        refuters++;
    }
    if (gm_profiles_disagree(facts, f)) refuters++;
    return refuters;
}

/* How the heap profiles show the site: sampling error, what allocates, where the growth comes together. */
static void evidence_of_site(const gm_facts *facts, gm_finding *f, const gm_site *site) {
    const char *of = gm_facts_text(
        facts, "FROM heap_site WHERE container_id = {c} AND life = {l} AND role = 'blame' AND function_id = %lld",
        (long long)site->function_id);
    gm_finding_evidence(facts, f, "%",
                        gm_facts_text(facts, "%s holds %%s of the growth in the heap profiles", site->function),
                        gm_facts_text(facts, "SELECT share_pct %s", of));
    gm_finding_evidence(
        facts, f, "bytes",
        gm_facts_text(facts, "it grew by %%s%s%s", site->leaf ? ", allocated in " : "", site->leaf ? site->leaf : ""),
        gm_facts_text(facts, "SELECT last_bytes - first_bytes %s", of));
    gm_finding_evidence(facts, f, "bytes", "with a sampling error of %s",
                        gm_facts_text(facts, "SELECT se_bytes %s", of));
    if (facts->accumulation.function && facts->accumulation.of_growth)
        gm_finding_evidence(facts, f, "%",
                            gm_facts_text(facts, "%%s of the growth comes together at %s", facts->accumulation.path),
                            "SELECT share_pct FROM heap_accumulation WHERE container_id = {c} AND life = {l}");
}

/* One profile, or none that grew: who holds a fifth of the heap. */
static void evidence_of_holder(const gm_facts *facts, gm_finding *f) {
    if (facts->n_blame == 0 || facts->n_heap_profiles > 2) return;
    const gm_site *holder = &facts->blame[0];
    if (!((double)holder->last_bytes >= GM_LIMIT_OF(facts, SITE_HEAP_PCT) / 100 * facts->accumulation.bytes)) return;
    gm_finding_evidence(
        facts, f, "bytes",
        gm_facts_text(facts, "the largest holder in the heap profile is %s with %%s, which is no growth",
                      holder->function),
        gm_facts_text(
            facts,
            "SELECT last_bytes FROM heap_site WHERE container_id = {c} AND life = {l} AND role = 'blame' AND function_id = %lld",
            (long long)holder->function_id));
}

static const char *remedy_of(const gm_facts *facts, const gm_site *site) {
    const gm_signature *known =
        site->signature && gm_signature_trust(facts, site->signature) >= 0.5 ? site->signature : NULL;
    return gm_facts_text(
        facts,
        "%s%sBound what %s keeps: a size and an age limit, or delete entries when they end. GOMEMLIMIT does not help: it only turns the "
        "kill into a collector that never rests.",
        known ? known->remedy : "", known ? " " : "", site->function);
}

static void evidence(const gm_facts *facts, gm_finding *f, int series, const gm_site *site) {
    gm_finding_slope(facts, f, gm_series_name(series),
                     "the live heap rises by %s beside all start-up, steps and waves");
    gm_finding_evidence(facts, f, "x", "slope over its error: %s (3.5 is needed)",
                        gm_facts_text(facts,
                                      "SELECT z FROM trend WHERE container_id = {c} AND life = {l} AND series = '%s'",
                                      gm_series_name(series)));
    gm_finding_evidence(
        facts, f, "bytes", "live heap at the end: %s",
        gm_facts_text(facts, "SELECT last_value FROM trend WHERE container_id = {c} AND life = {l} AND series = '%s'",
                      gm_series_name(series)));
    if (facts->growth[GM_COL_ANON].known)
        gm_finding_growth(facts, f, "anon", "anonymous memory of the cgroup grew by %s");
    if (site) evidence_of_site(facts, f, site);
    else evidence_of_holder(facts, f);
    gm_finding_last_profile(facts, f);
}

/* Only the cgroup is known: the Go heap is the likeliest of several that look alike. */
static gm_outcome check_anon(const gm_facts *facts, gm_finding *f) {
    if (!gm_rises(facts, GM_COL_ANON))
        return gm_not_applicable(f, "needs gctrace lines, go_memstats metrics or heap profiles over time");
    gm_finding_slope(facts, f, "anon", "anonymous memory rises by %s beside all start-up, steps and waves");
    gm_finding_growth(facts, f, "anon", "it grew by %s");
    f->share_pct = fmin(100, gm_share_of(facts, GM_COL_ANON));
    f->bytes_per_min = gm_slope_per_min(facts, GM_COL_ANON);
    f->confidence = fmin(0.5, gm_trend_confidence(facts, GM_COL_ANON));
    f->severity = gm_was_killed(facts) ? GM_SEV_CRITICAL : GM_SEV_MEDIUM;
    f->summary =
        "anonymous memory leaks, most likely in the Go heap; goroutines, a high GOGC, free heap that is not returned or native memory would look alike";
    f->remedy = "Record go_memstats_* metrics or GODEBUG=gctrace=1: they tell the Go heap from the rest.";
    return GM_FIRED;
}

/* Without collections what is allocated says nothing about what lives. */
static bool never_collected(const gm_facts *facts, int series) {
    gm_readings count = gm_readings_of(facts, GM_Q_GO_GC_COUNT);
    if (series == GM_TREND_GC_LIVE || series == GM_COL_GO_LIVE) return false;
    return facts->gc.gogc == -1 ? isnan(facts->gc.memlimit_bytes) && facts->n_cycles == 0
                                : count.n >= 2 && count.last - count.first < 2;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    int series = gm_live_series(facts);
    if (series < 0) return check_anon(facts, f);
    if (never_collected(facts, series))
        return gm_not_applicable(f, "needs collections: without them the heap does not tell what lives");
    if (!gm_rises(facts, series)) return gm_clean(f, "what survives the collector does not rise without bound");
    double grown = facts->trend[series].last - facts->trend[series].first;
    if (goroutines_drive(facts, grown))
        return gm_clean(f, "the live heap rises with the number of goroutines: see goroutine_leak");
    if (facts->growth[GM_COL_ANON].known &&
        gm_growth_of(facts, GM_COL_ANON) < GM_LIMIT_OF(facts, LIVE_REACHES_ANON) * grown)
        return gm_clean(f, "the live heap rises, but the cgroup's anonymous memory does not follow");
    const gm_site *site = gm_leak_site(facts);
    evidence(facts, f, series, site);
    f->site = site ? site->function : NULL;
    f->share_pct = facts->growth[GM_COL_ANON].known ? fmin(100, gm_share_of(facts, GM_COL_ANON)) : NAN;
    f->bytes_per_min = gm_slope_per_min(facts, series);
    int refuters = refute(facts, f, series);
    if (refuters > 1)
        return gm_clean(f, "the live heap rises, but more than one sign speaks against a leak (see the evidence)");
    f->confidence = confidence_of(facts, series, site); /* the weighing takes off what refutes it */
    f->severity = gm_leak_severity(facts, series);
    bool slow = f->severity == GM_SEV_LOW; /* the limit is more than a week away */
    if (slow) f->severity = GM_SEV_INFO;
    f->summary = site ? gm_facts_text(facts, "the live Go heap %s; it grows in %s",
                                      slow ? "drifts upwards slowly" : "leaks", site->function)
                      : gm_facts_text(facts, "the live Go heap %s; no profile shows where",
                                      slow ? "drifts upwards slowly" : "leaks");
    f->remedy =
        site
            ? remedy_of(facts, site)
            : "Save three heap profiles some minutes apart (curl http://POD:PORT/debug/pprof/heap) to name the site. GOMEMLIMIT does not help "
              "against a leak.";
    return GM_FIRED;
}

const gm_rule gm_rule_go_live_leak = {
    .slug = "go_live_leak",
    .family = "go",
    .title = "Leak in the live Go heap",
    .is_cause = true,
    .check = check,
    .definition = "The heap that survives each collection grows without bound and independently of load.",
    .proves =
        "The post-mark live heap has a significant, material slope beside warm-up, steps and waves, still rises in the last third, reaches the cgroup's "
        "anonymous memory, and goroutines do not drive it. Heap profiles whose growth concentrates in one function confirm it.",
    .refutes =
        "A plateau fits better; the live heap follows load; it falls by itself; it is flat while only idle or garbage grows.",
    .remedy =
        "Bound the structure that the site fills. A restart budget follows from the time to the limit. GOMEMLIMIT turns the kill into thrashing.",
    .source = "Go GC guide; runtime mgc.go (gctrace heap sizes); trend test calibrated on simulated histories",
};
