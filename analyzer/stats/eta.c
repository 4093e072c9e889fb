/* When a trend reaches a level: central estimate, interval, and the refusals.
 *
 * Last stage, after trend.c. The interval is slope -/+ 3.5 standard errors; its early end also allows for a
 * burst on top of the envelope. A plateau below the level answers "never", a weak or short trend answers
 * nothing: an ordinary least squares forecast gives a confident number in both cases (compare Prometheus'
 * predict_linear). */
#include "stats_private.h"

#include <math.h>

typedef struct {
    double slope, se, headroom;
} forecast;

/* An accelerating series ends steeper than its mean slope; its last third is the better guess. */
static forecast forecast_of(const gm_trend_result *r, double now, double level) {
    forecast f = {.slope = r->fit.slope, .se = r->fit.se};

    f.headroom = level - (isnan(now) ? r->fit.fit_last : now);
    if (r->shape == GM_SHAPE_ACCELERATING && r->third_slope[2] > f.slope) {
        f.se *= r->third_slope[2] / f.slope;
        f.slope = r->third_slope[2];
    }
    return f;
}

static gm_eta_kind kind_of(const gm_trend_result *r, const forecast *f, double level) {
    if (r->blocks < GM_TREND_ETA_BLOCKS) return GM_ETA_FEW;
    if (!r->tested || !isfinite(f->headroom)) return GM_ETA_UNKNOWN;
    if (f->headroom <= 0) return GM_ETA_REACHED;
    if (r->plateau && r->fit.ceiling < level) return GM_ETA_NEVER;
    if (!(r->fit.z >= GM_TREND_Z)) return GM_ETA_WEAK;
    return GM_ETA_IN;
}

gm_trend_eta gm_trend_eta_to(const gm_trend_result *result, double now, double level) {
    forecast f = forecast_of(result, now, level);
    gm_trend_eta eta = {.kind = kind_of(result, &f, level), .seconds = NAN, .earliest_s = NAN, .latest_s = NAN};

    if (eta.kind == GM_ETA_REACHED) eta.seconds = eta.earliest_s = eta.latest_s = 0;
    if (eta.kind != GM_ETA_IN) return eta;
    double slowest = f.slope - GM_TREND_Z * f.se;
    double burst = isnan(result->burst) ? 0 : result->burst;
    eta.seconds = f.headroom / f.slope;
    eta.earliest_s = fmax(0, f.headroom - burst) / (f.slope + GM_TREND_Z * f.se);
    eta.latest_s = slowest > 0 ? f.headroom / slowest : INFINITY;
    eta.low_trust = result->fit.model != GM_TREND_NONE;
    return eta;
}

double gm_trend_reach_probability(const gm_trend_result *result, double now, double level, double horizon_s) {
    forecast f = forecast_of(result, now, level);

    switch (kind_of(result, &f, level)) {
    case GM_ETA_REACHED: return 1;
    case GM_ETA_NEVER: return 0;
    case GM_ETA_IN: break;
    case GM_ETA_UNKNOWN:
    case GM_ETA_FEW:
    case GM_ETA_WEAK: return NAN;
    }
    if (!(horizon_s > 0)) return 0;
    double spare = f.slope - f.headroom / horizon_s;
    if (!(f.se > 0)) return spare >= 0 ? 1 : 0;
    return 0.5 * erfc(-spare / f.se / sqrt(2));
}
