/* Robust statistics over arrays of doubles, and the calibrated trend test for memory series.
 * Plain C: no database, no GLib, no global state, nothing random; the same input gives the same bits. Times
 * are seconds (any origin), values in the caller's unit (bytes as a rule), slopes units per second. Samples
 * that are NaN, infinite or beyond GM_STATS_HUGE are left out. A double that could not be determined is NaN,
 * never 0; booleans and enums are always valid. Memory is malloc'ed for the duration of a call; when it is
 * out, the answer is NaN or false (0 change points). No function keeps or frees the caller's arrays. */
#ifndef GOMORTEM_STATS_H
#define GOMORTEM_STATS_H

#include <stdbool.h>
#include <stddef.h>

#define GM_STATS_HUGE         1e100   /* larger magnitudes are not samples */
#define GM_STATS_MAX_BLOCKS   60      /* an envelope has at most so many blocks */
#define GM_STATS_MAX_PAIRWISE 1000    /* Theil-Sen and Mann-Kendall reduce longer series to so many medians */
#define GM_TREND_Z            3.5     /* slope / SE that is significant; also the K of the ETA interval */
#define GM_TREND_MIN_BLOCKS   10      /* fewer blocks: not tested */
#define GM_TREND_ETA_BLOCKS   20      /* fewer blocks: no ETA */
#define GM_TREND_SHORT_S      21600.0 /* shorter windows with a nuisance model stay suspected */

/* --- one series --- */
double gm_stats_mean(const double *y, size_t n);
double gm_stats_quantile(const double *y, size_t n, double q); /* linear between order statistics (type 7) */
double gm_stats_median(const double *y, size_t n);
double gm_stats_mad(const double *y, size_t n);        /* median |y - median| */
double gm_stats_mad_scaled(const double *y, size_t n); /* x 1.4826: sigma of a normal */
double gm_stats_autocorr1(const double *y, size_t n);  /* lag 1; 0 when constant; NaN under 3 values */

/* --- lines --- */
typedef struct {
    double slope, intercept; /* value at t = 0 */
    double se;               /* of the slope; NaN for Theil-Sen and for fewer than 3 points */
    size_t n;                /* points used */
} gm_stats_line;
/* false, and NaN in the line, when fewer than 2 distinct times remain. */
bool gm_stats_ols(const double *t, const double *y, size_t n, gm_stats_line *line);
bool gm_stats_theil_sen(const double *t, const double *y, size_t n, gm_stats_line *line);

typedef struct {
    double s, variance, z, p; /* p is two-sided; z > 0 rises */
    double correction;        /* n / n*: 1 for the plain test */
} gm_stats_mk;
/* y in time order. false, and NaN, under 4 values. hamed_rao: variance corrected for autocorrelated ranks. */
bool gm_stats_mann_kendall(const double *y, size_t n, bool hamed_rao, gm_stats_mk *mk);

/* --- blocks and change points --- */
typedef enum { GM_BLOCK_LOW, GM_BLOCK_MEDIAN } gm_block_mode;

typedef struct {
    gm_block_mode mode; /* LOW: 5 % quantile, sawtooth and bursts vanish; MEDIAN for post-GC live heap */
    double min_s;       /* shortest block; at least 3 GC periods when they are known; 0: as many as allowed */
} gm_block_options;

typedef struct {
    size_t n, dropped;                                     /* blocks that hold samples; samples left out */
    double t[GM_STATS_MAX_BLOCKS], y[GM_STATS_MAX_BLOCKS]; /* mean time of its samples; their statistic */
    size_t count[GM_STATS_MAX_BLOCKS];
} gm_blocks;

/* Blocks of equal duration, or one per sample when few; any order. options NULL: all zero. false: no sample.
 */
bool gm_stats_blocks(const double *t, const double *y, size_t n, const gm_block_options *options, gm_blocks *blocks);

/* PELT, L2 cost, penalty 3 sigma^2 ln n, segments of 6 or more; 0 when a y is unusable. places[0..max): first
 * index of each new segment, ascending. The answer is how many there are, possibly more than max. */
size_t gm_stats_changepoints(const double *y, size_t n, size_t *places, size_t max);

/* --- slope beside a nuisance --- */
typedef enum {
    GM_TREND_NONE,      /* the line alone */
    GM_TREND_WARMUP,    /* + A - B exp(-t / tau) */
    GM_TREND_STEP,      /* + one level shift */
    GM_TREND_TWO_STEPS, /* + two level shifts */
    GM_TREND_HARMONIC,  /* + one sine */
    GM_TREND_GROWTH,    /* exp(t / tau) in the line's place: has a BIC, is never chosen for the slope */
    GM_TREND_MODELS,
} gm_trend_model;

typedef struct {
    double slope, se, z;         /* se inflated for AR(1) residuals */
    gm_trend_model model;        /* lowest BIC */
    double bic[GM_TREND_MODELS]; /* lower is better; NaN: not fitted */
    double tau_s, ceiling;       /* warm-up; the ceiling only when no slope is left beside it */
    double step_t[2], step_height[2];
    double period_s, amplitude;   /* sine: half of peak to peak; warm-up: its rise over the window */
    double resid_mad, rho, n_eff; /* of the chosen model's residuals */
    double fit_first, fit_last;   /* fitted value at the first and last point, load effect included */
    double load_coef, load_r2;    /* units per unit of load; partial R^2 beside the line; NaN: no load */
} gm_trend_fit;

/* Ascending t; all values usable; load NULL or n values; n in 4..GM_STATS_MAX_BLOCKS, else false. */
bool gm_trend_fit_slope(const double *t, const double *y, const double *load, size_t n, gm_trend_fit *fit);

/* --- the trend test --- */
typedef struct {
    double material; /* a smaller rise over the window is not worth a finding; same unit as y */
    gm_block_options block;
    const double *load; /* NULL or one value per sample, NaN allowed; used when 80 % of the blocks have one */
} gm_trend_options;

typedef enum {
    GM_SHAPE_UNKNOWN, /* not tested */
    GM_SHAPE_FLAT,
    GM_SHAPE_LINEAR,
    GM_SHAPE_SATURATING,
    GM_SHAPE_STEP,
    GM_SHAPE_HARMONIC,
    GM_SHAPE_ACCELERATING,
    GM_SHAPE_DECLINING,
} gm_trend_shape;

typedef enum { GM_TRUST_NONE, GM_TRUST_SUSPECTED, GM_TRUST_LIKELY, GM_TRUST_CONFIRMED } gm_trend_trust;

typedef struct {
    bool tested;          /* enough blocks over a positive time span */
    bool fires;           /* z >= 3.5 and rise >= threshold = max(5 % of base, 4 MAD, material) */
    bool agrees;          /* Theil-Sen rises and Mann-Kendall (Hamed-Rao) z >= 1.96 */
    bool plateau;         /* saturating, beats line by BIC > 6, tau < T/2, last third's slope <= 20 % of first's */
    gm_trend_trust trust; /* of a firing test */
    gm_trend_shape shape;
    gm_trend_fit fit;
    double window_s, base, rise, threshold; /* base: median of the first tenth; rise: slope x window */
    double theil_sen, third_slope[3];       /* over the blocks; in each third of the window (Theil-Sen) */
    gm_stats_mk mk;                         /* Hamed-Rao, over the blocks */
    double burst;                           /* 99.5 % quantile of sample - envelope */
    size_t blocks, samples, dropped;
} gm_trend_result;

/* The answer is result->tested; result is always filled. options NULL: all zero. */
bool gm_trend_test(const double *t, const double *y, size_t n, const gm_trend_options *options,
                   gm_trend_result *result);
const char *gm_trend_model_name(gm_trend_model model); /* "none", "warmup", ... */
const char *gm_trend_shape_name(gm_trend_shape shape);

/* --- time to reach a level --- */
typedef enum { GM_ETA_UNKNOWN, GM_ETA_FEW, GM_ETA_WEAK, GM_ETA_NEVER, GM_ETA_REACHED, GM_ETA_IN } gm_eta_kind;

typedef struct {
    gm_eta_kind kind; /* FEW: blocks, WEAK: z under 3.5; seconds are known only for IN and REACHED (0) */
    double seconds, earliest_s, latest_s; /* after the window's end; latest may be INFINITY */
    bool low_trust;                       /* not an "80 % interval": a nuisance or a curve is in the series */
} gm_trend_eta;

/* now: the value at the window's end, NaN for the fitted one. The earliest time allows for a burst on top. */
gm_trend_eta gm_trend_eta_to(const gm_trend_result *result, double now, double level);
/* Chance that the level is reached within horizon_s; NaN when no ETA is given, 0 for "never". */
double gm_trend_reach_probability(const gm_trend_result *result, double now, double level, double horizon_s);

#endif
