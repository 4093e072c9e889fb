/* The trend test: samples in, a decision with its reasons out.
 *
 * Joins the stages: points.c, blocks.c, nuisance.c, then rank.c as second opinion. Fires when the adjusted
 * slope is significant and the rise is material; every false alarm of plain Mann-Kendall on autocorrelated
 * memory series (Machida et al., "On the effectiveness of Mann-Kendall test for detection of software aging",
 * ISSREW 2013) is a reason for one of the stages. trend's result feeds eta.c and the rules. */
#include "stats_private.h"

#include <math.h>
#include <stdlib.h>

#define AGREE_Z       1.96
#define BASE_SHARE    0.05
#define MAD_TIMES     4
#define DECISIVE_BIC  6
#define PLATEAU_SHARE 0.2
#define LOAD_SHARE    0.8 /* of the blocks must know their load */

typedef struct {
    size_t n;
    double t[GM_STATS_MAX_BLOCKS], y[GM_STATS_MAX_BLOCKS], load[GM_STATS_MAX_BLOCKS];
    bool has_load;
} envelope;

/* A block without load takes the value on the straight line between its neighbours. */
static void fill_load(envelope *e) {
    size_t known = 0, last = 0;

    for (size_t i = 0; i < e->n; i++) known += !isnan(e->load[i]);
    e->has_load = known >= 2 && (double)known >= LOAD_SHARE * (double)e->n;
    if (!e->has_load) return;
    while (isnan(e->load[last])) last++;
    for (size_t i = 0; i < last; i++) e->load[i] = e->load[last];
    for (size_t i = last + 1; i < e->n; i++) {
        if (isnan(e->load[i])) continue;
        double gap = e->t[i] - e->t[last];
        double per_s = gap > 0 ? (e->load[i] - e->load[last]) / gap : 0;
        for (size_t j = last + 1; j < i; j++) e->load[j] = e->load[last] + per_s * (e->t[j] - e->t[last]);
        last = i;
    }
    for (size_t i = last + 1; i < e->n; i++) e->load[i] = e->load[last];
}

static void envelope_make(envelope *e, const gm_points *points, const gm_block_options *options) {
    gm_block blocks[GM_STATS_MAX_BLOCKS];

    e->n = gm_blocks_make(points, options, blocks);
    for (size_t i = 0; i < e->n; i++) {
        e->t[i] = blocks[i].t;
        e->y[i] = blocks[i].y;
        e->load[i] = blocks[i].load;
    }
    fill_load(e);
}

/* How far the samples rise above the envelope, drawn straight from block to block. */
static double burst_above(const gm_points *points, const envelope *e) {
    double *above = malloc(points->n * sizeof *above);
    size_t right = 1;

    if (!above) return NAN;
    for (size_t i = 0; i < points->n; i++) {
        double t = points->at[i].t;
        while (right + 1 < e->n && e->t[right] < t) right++;
        double gap = e->t[right] - e->t[right - 1];
        double part = gap > 0 ? fmin(1, fmax(0, (t - e->t[right - 1]) / gap)) : 0;
        above[i] = points->at[i].y - (e->y[right - 1] + part * (e->y[right] - e->y[right - 1]));
    }
    double burst = gm_stats_quantile_inplace(above, points->n, 0.995);
    free(above);
    return fmax(0, burst);
}

static void slopes_of_thirds(const envelope *e, double *slopes) {
    double start = e->t[0], span = e->t[e->n - 1] - e->t[0];
    size_t begin = 0;

    for (int third = 0; third < 3; third++) {
        gm_stats_line line;
        size_t end = begin;
        while (end < e->n && (third == 2 || e->t[end] < start + span * (third + 1) / 3)) end++;
        gm_stats_theil_sen(e->t + begin, e->y + begin, end - begin, &line);
        slopes[third] = line.slope;
        begin = end;
    }
}

/* Rank statistics see the series without the load's share. */
static void second_opinion(const envelope *e, gm_trend_result *r) {
    double y[GM_STATS_MAX_BLOCKS];
    gm_stats_line line;

    for (size_t i = 0; i < e->n; i++) {
        y[i] = e->y[i] - (isnan(r->fit.load_coef) ? 0 : r->fit.load_coef * (e->load[i] - e->load[0]));
    }
    gm_stats_theil_sen(e->t, y, e->n, &line);
    r->theil_sen = line.slope;
    gm_stats_mann_kendall(y, e->n, true, &r->mk);
    r->agrees = r->theil_sen > 0 && r->mk.z >= AGREE_Z;
}

static void decide(gm_trend_result *r, double material) {
    r->threshold = fmax(fmax(BASE_SHARE * fabs(r->base), MAD_TIMES * r->fit.resid_mad), material);
    r->fires = r->fit.z >= GM_TREND_Z && r->rise > 0 && r->rise >= r->threshold;
    if (!r->fires) return;
    if (r->fit.model != GM_TREND_NONE && r->window_s < GM_TREND_SHORT_S) {
        r->trust = GM_TRUST_SUSPECTED;
    } else {
        r->trust = r->agrees ? GM_TRUST_CONFIRMED : GM_TRUST_LIKELY;
    }
}

/* How much of the series the chosen nuisance moves. */
static double nuisance_extent(const gm_trend_result *r) {
    switch (r->fit.model) {
    case GM_TREND_WARMUP: return r->fit.amplitude;
    case GM_TREND_STEP: return fabs(r->fit.step_height[0]);
    case GM_TREND_TWO_STEPS: return fmax(fabs(r->fit.step_height[0]), fabs(r->fit.step_height[1]));
    case GM_TREND_HARMONIC: return 2 * r->fit.amplitude;
    case GM_TREND_NONE:
    case GM_TREND_GROWTH:
    case GM_TREND_MODELS: return 0;
    }
    return 0;
}

static bool is_accelerating(const gm_trend_result *r) {
    double growth = r->fit.bic[GM_TREND_GROWTH];
    return growth < r->fit.bic[r->fit.model] && r->fit.bic[GM_TREND_NONE] - growth > DECISIVE_BIC;
}

static gm_trend_shape shape_of(const gm_trend_result *r, double material) {
    if (r->fires) return is_accelerating(r) ? GM_SHAPE_ACCELERATING : GM_SHAPE_LINEAR;
    if (r->fit.z <= -GM_TREND_Z && -r->rise >= r->threshold) return GM_SHAPE_DECLINING;
    if (nuisance_extent(r) < fmax(BASE_SHARE * fabs(r->base), material)) return GM_SHAPE_FLAT;
    switch (r->fit.model) {
    case GM_TREND_WARMUP: return GM_SHAPE_SATURATING;
    case GM_TREND_STEP:
    case GM_TREND_TWO_STEPS: return GM_SHAPE_STEP;
    case GM_TREND_HARMONIC: return GM_SHAPE_HARMONIC;
    case GM_TREND_NONE:
    case GM_TREND_GROWTH:
    case GM_TREND_MODELS: return GM_SHAPE_FLAT;
    }
    return GM_SHAPE_FLAT;
}

static bool is_plateau(const gm_trend_result *r) {
    return r->shape == GM_SHAPE_SATURATING && !isnan(r->fit.ceiling) &&
           r->fit.bic[GM_TREND_NONE] - r->fit.bic[GM_TREND_WARMUP] > DECISIVE_BIC && r->fit.tau_s < r->window_s / 2 &&
           r->third_slope[0] > 0 && r->third_slope[2] <= PLATEAU_SHARE * r->third_slope[0];
}

static void result_unknown(gm_trend_result *r) {
    *r = (gm_trend_result){
        .window_s = NAN,
        .base = NAN,
        .rise = NAN,
        .threshold = NAN,
        .theil_sen = NAN,
        .burst = NAN,
        .third_slope = {NAN, NAN, NAN},
        .mk = {.s = NAN, .variance = NAN, .z = NAN, .p = NAN, .correction = NAN},
    };
    gm_trend_fit_slope(NULL, NULL, NULL, 0, &r->fit);
}

static void test_points(const gm_points *points, const gm_trend_options *options, gm_trend_result *r) {
    envelope e;

    r->samples = points->n;
    if (points->n == 0) return;
    r->window_s = points->at[points->n - 1].t - points->at[0].t;
    envelope_make(&e, points, &options->block);
    r->blocks = e.n;
    if (e.n < GM_TREND_MIN_BLOCKS) return;
    r->tested = gm_trend_fit_slope(e.t, e.y, e.has_load ? e.load : NULL, e.n, &r->fit);
    if (!r->tested) return;
    size_t first = e.n / 10 > 3 ? e.n / 10 : 3;
    r->base = gm_stats_median(e.y, first);
    r->rise = r->fit.slope * r->window_s;
    second_opinion(&e, r);
    slopes_of_thirds(&e, r->third_slope);
    r->burst = burst_above(points, &e);
    if (isnan(r->base) || isnan(r->theil_sen) || isnan(r->mk.z) || isnan(r->burst)) {
        result_unknown(r); /* memory was out: half a test must not fire */
        return;
    }
    decide(r, options->material);
    r->shape = shape_of(r, options->material);
    r->plateau = is_plateau(r);
}

bool gm_trend_test(const double *t, const double *y, size_t n, const gm_trend_options *options,
                   gm_trend_result *result) {
    static const gm_trend_options defaults;
    gm_points points;

    if (!options) options = &defaults;
    result_unknown(result);
    if (gm_points_init(&points, t, y, options->load, n)) test_points(&points, options, result);
    result->dropped = points.dropped;
    gm_points_release(&points);
    return result->tested;
}

const char *gm_trend_model_name(gm_trend_model model) {
    static const char *const names[] = {"none", "warmup", "step", "two_steps", "harmonic", "growth"};
    return (unsigned)model < sizeof names / sizeof *names ? names[model] : "unknown";
}

const char *gm_trend_shape_name(gm_trend_shape shape) {
    static const char *const names[] = {"unknown", "flat",     "linear",       "saturating",
                                        "step",    "harmonic", "accelerating", "declining"};
    return (unsigned)shape < sizeof names / sizeof *names ? names[shape] : "unknown";
}
