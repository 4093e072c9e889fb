/* What several rules ask of the facts; pure reading. Between facts and rules. */
#include "analyzer/rules/common.h"
#include "analyzer/verdict_text.h"

bool gm_rises(const gm_facts *facts, int series) {
    const gm_fact_trend *trend = &facts->trend[series];
    if (!trend->tested || !trend->result.fires || trend->result.plateau) return false;
    gm_trend_shape shape = trend->result.shape;
    if (shape == GM_SHAPE_SATURATING || shape == GM_SHAPE_HARMONIC || shape == GM_SHAPE_DECLINING) return false;
    const double *third = trend->result.third_slope;
    double overall = trend->result.theil_sen;
    bool still = isnan(third[2]) || overall <= 0 || third[2] >= GM_LIMIT_OF(facts, LIVE_THIRD_SLOPE) * overall;
    /* A wave or a step that is fitted beside the line can tilt it: then the line promises what never happened. */
    bool sober = trend->result.fit.model == GM_TREND_NONE || trend->result.rise <= 2 * (trend->last - trend->first);
    return still && sober && trend->last - trend->first > 0;
}

double gm_trend_confidence(const gm_facts *facts, int series) {
    if (!gm_rises(facts, series)) return 0;
    switch (facts->trend[series].result.trust) {
    case GM_TRUST_CONFIRMED: return 0.9;
    case GM_TRUST_LIKELY: return 0.8;
    case GM_TRUST_SUSPECTED: return 0.65;
    default: return 0.4;
    }
}

int gm_live_series(const gm_facts *facts) {
    static const int order[] = {GM_TREND_GC_LIVE, GM_COL_GO_LIVE, GM_TREND_HEAP_ALLOC, GM_TREND_HEAP_PROFILE};
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        if (facts->trend[order[i]].tested) return order[i];
    return -1;
}

double gm_growth_of(const gm_facts *facts, int column) {
    return facts->growth[column].known ? facts->growth[column].delta : 0;
}

double gm_share_of(const gm_facts *facts, int column) {
    return facts->growth[column].known ? facts->growth[column].share_pct : NAN;
}

bool gm_material_share(const gm_facts *facts, int column, double share_pct) {
    const gm_growth *growth = &facts->growth[column];
    return growth->known && growth->delta >= facts->material && growth->share_pct >= share_pct;
}

double gm_slope_per_min(const gm_facts *facts, int series) {
    return facts->trend[series].tested ? facts->trend[series].result.fit.slope * 60 : NAN;
}

bool gm_was_killed(const gm_facts *facts) {
    for (size_t i = 0; i < facts->n_kills; i++)
        if (strcmp(facts->kills[i].class_name, "own_limit") == 0 || strcmp(facts->kills[i].class_name, "ancestor") == 0)
            return true;
    return false;
}

double gm_goroutine_bytes(const gm_facts *facts) {
    double count = gm_growth_of(facts, GM_COL_GOROUTINES);
    if (count <= 0 && facts->trend[GM_TREND_GOROUTINE_PROFILE].points)
        count = facts->trend[GM_TREND_GOROUTINE_PROFILE].last - facts->trend[GM_TREND_GOROUTINE_PROFILE].first;
    double stacks = gm_growth_of(facts, GM_COL_GO_STACKS);
    return fmax(0, fmax(count * GM_LIMIT_OF(facts, GOROUTINE_FLOOR_BYTES), stacks));
}

bool gm_holds_thread(const gm_goroutines *group) {
    static const char *const calls[] = {"_Cfunc_", "runtime.cgocall", "syscall.Syscall"};
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++)
        if (strstr(group->signature, calls[i])) return true;
    return group->state && (strstr(group->state, "syscall") || strstr(group->state, "locked to thread"));
}

const gm_site *gm_leak_site(const gm_facts *facts) {
    for (size_t i = 0; i < facts->n_blame && i < 5; i++) {
        const gm_site *site = &facts->blame[i];
        bool share = site->share_pct >= GM_LIMIT_OF(facts, BUCKET_SHARE_PCT);
        if (site->significant && share && !(site->slope_bytes_per_min <= 0)) return site;
    }
    return NULL;
}

gm_severity gm_leak_severity(const gm_facts *facts, int series) {
    if (gm_was_killed(facts)) return GM_SEV_CRITICAL;
    double slope = gm_slope_per_min(facts, series);
    if (isnan(facts->limit) || facts->n_points == 0 || !(slope > 0)) return GM_SEV_MEDIUM;
    double minutes = (facts->limit - gm_hard_of(&facts->points[facts->n_points - 1])) / slope;
    if (minutes < 24 * 60) return GM_SEV_HIGH;
    return minutes < GM_LIMIT_OF(facts, HORIZON_DAYS) * 24 * 60 ? GM_SEV_MEDIUM : GM_SEV_LOW;
}

#define OLD_PROFILE_S     60.0
#define CAPTURE_TOLERANCE 0.3

void gm_finding_last_profile(const gm_facts *facts, gm_finding *f) {
    if (facts->last_profile_ns == GM_UNKNOWN ||
        (double)(facts->life->to_ns - facts->last_profile_ns) / 1e9 < OLD_PROFILE_S)
        return;
    gm_finding_evidence(
        facts, f, "s", "the last heap profile is %s older than the end of the record",
        "SELECT (l.to_ns - max(h.t_ns)) / 1e9 FROM heap_capture h JOIN life l USING (container_id, life) WHERE container_id = {c} AND life = {l}");
    if (!facts->growth[GM_COL_ANON].known) return;
    gm_finding_evidence(
        facts, f, "bytes", "after it anonymous memory changed by %s, which no profile shows",
        "SELECT last - at FROM (SELECT (SELECT anon_bytes FROM timeline WHERE container_id = {c} AND life = {l} AND anon_bytes IS NOT NULL "
        "ORDER BY t_ns DESC LIMIT 1) last, (SELECT anon_bytes FROM timeline WHERE container_id = {c} AND life = {l} AND anon_bytes IS NOT NULL "
        "AND t_ns <= (SELECT max(t_ns) FROM heap_capture WHERE container_id = {c} AND life = {l}) ORDER BY t_ns DESC LIMIT 1) at)");
}

bool gm_profiles_disagree(const gm_facts *facts, gm_finding *f) {
    if (isnan(facts->capture_ratio) || fabs(facts->capture_ratio - 1) <= CAPTURE_TOLERANCE) return false;
    gm_finding_refute(
        facts, f, "x",
        "the heap profiles hold %s times the live heap of the collections before them: another pod's, or another sampling rate",
        "SELECT avg(inuse_bytes * 1.0 / live_bytes) FROM heap_capture WHERE container_id = {c} AND life = {l} AND live_bytes >= 8388608");
    return true;
}
