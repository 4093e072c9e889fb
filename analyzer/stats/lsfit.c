/* Straight lines: ordinary least squares with its standard error, Theil-Sen; and a small least squares
 * solver.
 *
 * The lines serve callers directly and trend.c; the solver serves nuisance.c. The solver is modified
 * Gram-Schmidt with one repetition (Bjorck, "Numerics of Gram-Schmidt orthogonalization", 1994), which keeps
 * collinear columns harmless. Theil-Sen: Sen, "Estimates of the regression coefficient based on Kendall's
 * tau", JASA 63 (1968). */
#include "stats_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEPENDENT 1e-8 /* of its length: what is left of a column that the others explain */

double gm_ls_dot(const double *a, const double *b, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

bool gm_ls_orthogonalise(const gm_column *q, size_t k, double *v, size_t n) {
    double before = gm_ls_dot(v, v, n);

    for (int pass = 0; pass < 2; pass++) {
        for (size_t j = 0; j < k; j++) {
            double along = gm_ls_dot(q[j], v, n);
            for (size_t i = 0; i < n; i++) v[i] -= along * q[j][i];
        }
    }
    return gm_ls_dot(v, v, n) > before * DEPENDENT * DEPENDENT;
}

void gm_ls_solve(const gm_column *x, size_t k, const double *y, size_t n, gm_ls *fit, double *resid) {
    gm_column q[GM_LS_COLS];
    double r[GM_LS_COLS][GM_LS_COLS] = {{0}}, along[GM_LS_COLS];

    *fit = (gm_ls){0};
    memcpy(resid, y, n * sizeof *y);
    for (size_t j = 0; j < k; j++) {
        memcpy(q[j], x[j], n * sizeof *y);
        bool apart = gm_ls_orthogonalise((const gm_column *)q, j, q[j], n);
        double norm2 = apart ? gm_ls_dot(q[j], q[j], n) : 0;
        double norm = sqrt(norm2);
        for (size_t i = 0; i < n; i++) q[j][i] = apart ? q[j][i] / norm : 0;
        for (size_t i = 0; i < j; i++) r[i][j] = gm_ls_dot(q[i], x[j], n);
        r[j][j] = norm;
        along[j] = gm_ls_dot(q[j], resid, n);
        for (size_t i = 0; i < n; i++) resid[i] -= along[j] * q[j][i];
        fit->norm2_last = norm2;
        if (!apart) fit->singular = true;
    }
    for (size_t j = k; j-- > 0;) {
        double rest = along[j];
        for (size_t i = j + 1; i < k; i++) rest -= r[j][i] * fit->coef[i];
        fit->coef[j] = r[j][j] > 0 ? rest / r[j][j] : 0;
    }
    fit->rss = gm_ls_dot(resid, resid, n);
}

/* --- lines --- */
static void line_unknown(gm_stats_line *line) {
    *line = (gm_stats_line){.slope = NAN, .intercept = NAN, .se = NAN};
}

bool gm_stats_ols(const double *t, const double *y, size_t n, gm_stats_line *line) {
    double t_mean = 0, y_mean = 0, tt = 0, ty = 0, rss = 0;
    size_t kept = 0;

    line_unknown(line);
    for (size_t i = 0; i < n; i++) {
        if (!gm_stats_usable(t[i]) || !gm_stats_usable(y[i])) continue;
        kept++;
        t_mean += (t[i] - t_mean) / (double)kept;
        y_mean += (y[i] - y_mean) / (double)kept;
    }
    for (size_t i = 0; i < n; i++) {
        if (!gm_stats_usable(t[i]) || !gm_stats_usable(y[i])) continue;
        tt += (t[i] - t_mean) * (t[i] - t_mean);
        ty += (t[i] - t_mean) * (y[i] - y_mean);
    }
    line->n = kept;
    if (kept < 2 || !(tt > 0)) return false;
    line->slope = ty / tt;
    line->intercept = y_mean - line->slope * t_mean;
    for (size_t i = 0; i < n; i++) {
        if (!gm_stats_usable(t[i]) || !gm_stats_usable(y[i])) continue;
        double off = (y[i] - y_mean) - line->slope * (t[i] - t_mean);
        rss += off * off;
    }
    if (kept > 2) line->se = sqrt(rss / (double)(kept - 2) / tt);
    return true;
}

static double median_pair_slope(const gm_block *at, size_t n, double *slopes) {
    size_t pairs = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            if (at[j].t > at[i].t) slopes[pairs++] = (at[j].y - at[i].y) / (at[j].t - at[i].t);
        }
    }
    return gm_stats_median_inplace(slopes, pairs);
}

static void theil_sen_of(const gm_block *at, size_t n, gm_stats_line *line) {
    double *slopes = malloc((n * (n - 1) / 2 + n) * sizeof *slopes);

    if (!slopes) return;
    line->slope = median_pair_slope(at, n, slopes);
    for (size_t i = 0; i < n; i++) slopes[i] = at[i].y - line->slope * at[i].t;
    line->intercept = gm_stats_median_inplace(slopes, n);
    free(slopes);
}

bool gm_stats_theil_sen(const double *t, const double *y, size_t n, gm_stats_line *line) {
    gm_points points;
    gm_block *at = NULL;
    size_t used = 0;

    line_unknown(line);
    if (gm_points_init(&points, t, y, NULL, n) && points.n >= 2) {
        at = malloc(GM_STATS_MAX_PAIRWISE * sizeof *at);
    }
    if (at && points.n > GM_STATS_MAX_PAIRWISE) {
        used = gm_blocks_reduce(&points, GM_STATS_MAX_PAIRWISE, GM_BLOCK_MEDIAN, at);
    } else if (at) {
        for (; used < points.n; used++) at[used] = (gm_block){.t = points.at[used].t, .y = points.at[used].y};
    }
    if (used >= 2) theil_sen_of(at, used, line);
    line->n = points.n;
    free(at);
    gm_points_release(&points);
    return !isnan(line->slope);
}
