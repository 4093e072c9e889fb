/* What the files of the statistics library share: clean points, selection, small least squares, searches.
 *
 * Flow: points.c drops and sorts, blocks.c reduces to an envelope, search.c places nuisances, nuisance.c fits
 * and chooses, rank.c gives the second opinion, trend.c decides, eta.c looks forward. */
#ifndef GM_STATS_PRIVATE_H
#define GM_STATS_PRIVATE_H

#include "gomortem/stats.h"

#define GM_LS_ROWS     GM_STATS_MAX_BLOCKS
#define GM_LS_COLS     6    /* 1, load, two nuisance columns, t, and one to spare */
#define GM_NOISE_FLOOR 1e-9 /* of the range of a series: below this, residuals are rounding */

/* --- points.c --- */
typedef struct {
    double t, y, load; /* load may be NaN */
} gm_point;

typedef struct {
    gm_point *at; /* ascending in t, then y; free() it */
    size_t n, dropped;
} gm_points;

bool gm_stats_usable(double value); /* finite and not huge */
bool gm_points_init(gm_points *points, const double *t, const double *y, const double *load, size_t n);
void gm_points_release(gm_points *points);

/* --- quantile.c: these reorder v, which must be finite --- */
double gm_stats_quantile_inplace(double *v, size_t n, double q);
double gm_stats_median_inplace(double *v, size_t n);
double *gm_stats_usable_copy(const double *y, size_t n, size_t *kept); /* NULL when none is left or memory is out */

/* --- blocks.c: m blocks of equal duration into out[m]; the answer is how many hold points. load: median --- */
typedef struct {
    double t, y, load;
    size_t count;
} gm_block;

size_t gm_blocks_reduce(const gm_points *points, size_t m, gm_block_mode mode, gm_block *out);
/* The number of blocks that the options allow for these points; 0 stands for one block per point. */
size_t gm_blocks_plan(const gm_points *points, const gm_block_options *options);
/* plan + reduce; out has GM_STATS_MAX_BLOCKS places. */
size_t gm_blocks_make(const gm_points *points, const gm_block_options *options, gm_block *out);

/* --- lsfit.c --- */
typedef double gm_column[GM_LS_ROWS];

typedef struct {
    double coef[GM_LS_COLS], rss;
    double norm2_last; /* squared length of the last column beside the others: SE^2 = sigma^2 / norm2_last */
    bool singular;     /* a column depends on those before it; its coefficient is 0 */
} gm_ls;

/* Makes v orthogonal to the k orthonormal columns q; false when nothing (or rounding) is left of it. */
bool gm_ls_orthogonalise(const gm_column *q, size_t k, double *v, size_t n);
double gm_ls_dot(const double *a, const double *b, size_t n);
void gm_ls_solve(const gm_column *x, size_t k, const double *y, size_t n, gm_ls *fit, double *resid);

/* --- search.c: a series in unit scale, and where the nuisances sit best --- */
typedef struct {
    size_t n;
    bool has_load;
    gm_column x, y, load;        /* x in [0, 1]; y centred, largest deviation 1; load likewise */
    double t0, span, mid, scale; /* t = t0 + span x; value = mid + scale y */
    double load_mid, load_scale;
} gm_unit_series;

typedef struct {
    gm_trend_model model;
    bool found;
    bool with_line;  /* false: the curve stands in the line's place */
    double tau;      /* unit time: warm-up, growth */
    double period;   /* unit time: harmonic */
    size_t place[2]; /* first index after a step */
} gm_nuisance;

gm_nuisance gm_nuisance_search(const gm_unit_series *u, gm_trend_model model, bool with_line);
/* Writes the nuisance's columns; the answer is how many (0..2). */
size_t gm_nuisance_columns(const gm_unit_series *u, const gm_nuisance *nuisance, gm_column *out);

/* --- changepoint.c --- */
double gm_stats_diff_sigma(const double *y, size_t n); /* noise from first differences; blind to levels */

#endif
