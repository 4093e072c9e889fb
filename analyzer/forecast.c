/* When the limit would be reached. Between the trends and the verdict.
 *
 * Headroom is the limit minus what the kernel cannot take back, never minus usage. The time comes from the charged
 * memory (measured: its error is a fifth of that of the live heap); the live heap gives a bracket around it: its own
 * growth is the latest, its growth with the garbage that GOGC allows on top the earliest. A plateau below the limit
 * is "never", a weak or short trend gets no time at all. */
#include "analyzer/forecast.h"

#include "analyzer/rules/common.h"
#include "analyzer/verdict_text.h"
#include "gomortem/human.h"

#include <math.h>

static bool is_alive(const gm_facts *facts) {
    return facts->life->ended_by && strcmp(facts->life->ended_by, "end_of_record") == 0;
}

static double growth_factor(const gm_facts *facts) {
    int64_t gogc = facts->gc.known && facts->gc.gogc != GM_UNKNOWN ? facts->gc.gogc : facts->env_gogc;
    return gogc == GM_UNKNOWN || gogc < 0 ? 1 : (double)gogc / 100;
}

static void bracket(const gm_facts *facts, double headroom, gm_forecast *forecast) {
    int series = gm_live_series(facts);
    if (series < 0 || !gm_rises(facts, series)) return;
    double slope = facts->trend[series].result.fit.slope;
    forecast->to_live_s = headroom / slope;
    forecast->from_live_s = headroom / ((1 + growth_factor(facts)) * slope);
}

void gm_forecast_make(const gm_facts *facts, gm_forecast *forecast) {
    static const double horizon_s[GM_REACH_COUNT] = {3600, 86400, 7 * 86400};
    *forecast = (gm_forecast){{GM_ETA_UNKNOWN, NAN, NAN, NAN, false}, NAN, NAN, NAN, {NAN, NAN, NAN}};
    const gm_fact_trend *anon = &facts->trend[GM_COL_ANON];
    if (!is_alive(facts) || !anon->tested || isnan(facts->limit) || facts->n_points == 0) return;
    double headroom = fmax(0, facts->limit - gm_hard_of(&facts->points[facts->n_points - 1]));
    if (isnan(headroom)) return;
    double level = anon->last + headroom;
    forecast->eta = gm_trend_eta_to(&anon->result, anon->last, level);
    forecast->ceiling = anon->result.plateau ? anon->result.fit.ceiling : NAN;
    for (int i = 0; i < GM_REACH_COUNT; i++)
        forecast->chance[i] = gm_trend_reach_probability(&anon->result, anon->last, level, horizon_s[i]);
    bracket(facts, headroom, forecast);
}

static bool approaches(const gm_finding *finding) {
    return finding->outcome == GM_FIRED && finding->severity >= GM_SEV_MEDIUM && finding->bytes_per_min > 0 &&
           !finding->by_report;
}

void gm_forecast_evidence(const gm_facts *facts, gm_finding *finding) {
    static const char *const columns[] = {"reach_1h_p", "reach_24h_p", "reach_7d_p"}, *const words[] = {"an hour",
                                                                                                        "24 hours",
                                                                                                        "7 days"};
    gm_forecast forecast;
    if (!approaches(finding)) return;
    gm_forecast_make(facts, &forecast);
    for (int i = 0; i < GM_REACH_COUNT && !isnan(forecast.chance[i]); i++)
        gm_finding_evidence(
            facts, finding, "%",
            gm_facts_text(facts, "chance that the limit is reached within %s of the end of the record: %%s", words[i]),
            gm_facts_text(
                facts, "SELECT 100.0 * %s FROM trend WHERE container_id = {c} AND life = {l} AND series = 'anon_bytes'",
                columns[i]));
}

void gm_forecast_verdict(const gm_facts *facts, const gm_finding *finding, gm_verdict *verdict) {
    gm_forecast forecast;
    gm_forecast_make(facts, &forecast);
    double horizon = GM_LIMIT_OF(facts, HORIZON_DAYS) * 86400;
    if (!approaches(finding) || forecast.eta.kind != GM_ETA_IN || forecast.eta.seconds > horizon) return;
    int64_t now = facts->points[facts->n_points - 1].t_ns;
    verdict->eta_ns = now + llround(forecast.eta.seconds * 1e9);
    verdict->eta_from_ns = now + llround(fmax(forecast.eta.earliest_s, 0) * 1e9);
    if (isfinite(forecast.eta.latest_s) && forecast.eta.latest_s < 1e9)
        verdict->eta_to_ns = now + llround(forecast.eta.latest_s * 1e9);
}

static void words_of_time(const gm_facts *facts, const gm_forecast *forecast, GString *text) {
    char limit[GM_HUMAN_SIZE], when[GM_HUMAN_SIZE], early[GM_HUMAN_SIZE], late[GM_HUMAN_SIZE];
    const gm_trend_eta *eta = &forecast->eta;
    g_string_append_printf(text, " At this rate the limit of %s is reached in about %s",
                           gm_human(limit, facts->limit, "bytes"), gm_human_duration(when, eta->seconds));
    bool by_live = eta->low_trust && !isnan(forecast->to_live_s);
    double from = by_live ? fmin(forecast->from_live_s, eta->seconds) : eta->earliest_s,
           to = by_live ? fmax(forecast->to_live_s, eta->seconds) : eta->latest_s;
    bool open = !isfinite(to) || to > 1e9;
    g_string_append_printf(text, " (%s: %s%s%s).", eta->low_trust ? "low trust" : "80 % interval",
                           gm_human_duration(early, fmax(from, 0)), open ? " or more" : " to ",
                           open ? "" : gm_human_duration(late, to));
}

void gm_forecast_words(const gm_facts *facts, const gm_finding *finding, GString *text) {
    char limit[GM_HUMAN_SIZE], ceiling[GM_HUMAN_SIZE];
    gm_forecast forecast;
    gm_forecast_make(facts, &forecast);
    if (forecast.eta.kind == GM_ETA_NEVER && !isnan(forecast.ceiling)) {
        g_string_append_printf(text,
                               " Anonymous memory levels off near %s: at this rate it never reaches the limit of %s.",
                               gm_human(ceiling, forecast.ceiling, "bytes"), gm_human(limit, facts->limit, "bytes"));
        return;
    }
    if (!approaches(finding)) return;
    if (forecast.eta.kind == GM_ETA_IN && forecast.eta.seconds <= GM_LIMIT_OF(facts, HORIZON_DAYS) * 86400)
        words_of_time(facts, &forecast, text);
    else if (forecast.eta.kind == GM_ETA_IN)
        g_string_append_printf(text, " At this rate the limit is more than %g days away.",
                               GM_LIMIT_OF(facts, HORIZON_DAYS));
    else if (forecast.eta.kind == GM_ETA_FEW || forecast.eta.kind == GM_ETA_WEAK)
        g_string_append(text, " When the limit is reached cannot be told from so short or unsteady a record.");
}
