/* Where a nuisance sits best: warm-up time, step places, period, growth time.
 *
 * Between blocks.c and nuisance.c. Each search lays a grid over the one or two non-linear parameters and
 * takes the point that leaves the least sum of squares beside {1, t, load}. Those columns are made
 * orthonormal once; then one more column explains (v.y)^2 / v.v, and for steps all products follow from
 * suffix sums, so that the pairs of places cost a handful of operations each (Frisch-Waugh-Lovell theorem).
 */
#include "stats_private.h"

#include <math.h>
#include <string.h>

#define TAU_STEPS      60
#define TAU_MIN        0.02
#define TAU_MAX        1.0
#define GROWTH_STEPS   30
#define GROWTH_TAU_MIN 0.1
#define PERIOD_STEPS   80
#define PERIOD_MIN     0.25
#define PERIOD_MAX     2.0
#define STEP_EDGE      3 /* blocks on either side of a step; fewer are outliers, not a level */

typedef struct {
    gm_column q[3]; /* orthonormal: 1, t, load as far as they are independent */
    size_t k;
    gm_column y; /* what they leave of the series */
} base_space;

static void base_add(base_space *base, const double *v, size_t n) {
    double *q = base->q[base->k];

    memcpy(q, v, n * sizeof *v);
    if (!gm_ls_orthogonalise((const gm_column *)base->q, base->k, q, n)) return;
    double norm = sqrt(gm_ls_dot(q, q, n));
    if (!(norm > 0)) return;
    for (size_t i = 0; i < n; i++) q[i] /= norm;
    base->k++;
}

static void base_init(base_space *base, const gm_unit_series *u, bool with_line) {
    gm_column one;

    base->k = 0;
    for (size_t i = 0; i < u->n; i++) one[i] = 1;
    base_add(base, one, u->n);
    if (with_line) base_add(base, u->x, u->n);
    if (u->has_load) base_add(base, u->load, u->n);
    memcpy(base->y, u->y, u->n * sizeof *u->y);
    gm_ls_orthogonalise((const gm_column *)base->q, base->k, base->y, u->n);
}

/* The i-th of count points from low to high, equally spaced in the logarithm. */
static double log_grid(double low, double high, size_t i, size_t count) {
    return low * pow(high / low, (double)i / (double)(count - 1));
}

static void curve_column(const gm_unit_series *u, gm_trend_model model, double tau, double *v) {
    for (size_t i = 0; i < u->n; i++) {
        v[i] = model == GM_TREND_GROWTH ? exp((u->x[i] - 1) / tau) : exp(-u->x[i] / tau);
    }
}

/* Warm-up needs a falling exponential under the series (B < 0), growth a rising one. */
static void search_curve(const gm_unit_series *u, const base_space *base, gm_nuisance *best) {
    bool growth = best->model == GM_TREND_GROWTH;
    size_t count = growth ? GROWTH_STEPS : TAU_STEPS;
    double most = 0;

    for (size_t i = 0; i < count; i++) {
        double tau = log_grid(growth ? GROWTH_TAU_MIN : TAU_MIN, TAU_MAX, i, count);
        gm_column v;
        curve_column(u, best->model, tau, v);
        if (!gm_ls_orthogonalise((const gm_column *)base->q, base->k, v, u->n)) continue;
        double along = gm_ls_dot(v, base->y, u->n);
        double gain = along * along / gm_ls_dot(v, v, u->n);
        if ((growth ? along : -along) > 0 && gain > most) {
            most = gain;
            best->tau = tau;
            best->found = true;
        }
    }
}

/* What two columns explain together; 0 when they are one. */
static double gain_of_pair(double aa, double bb, double ab, double ay, double by) {
    double determinant = aa * bb - ab * ab;
    if (!(determinant > 1e-9 * aa * bb)) return 0;
    return (ay * ay * bb - 2 * ay * by * ab + by * by * aa) / determinant;
}

static void sine_columns(const gm_unit_series *u, double period, double *sine, double *cosine) {
    const double turn = 6.283185307179586;
    for (size_t i = 0; i < u->n; i++) {
        sine[i] = sin(turn * u->x[i] / period);
        cosine[i] = cos(turn * u->x[i] / period);
    }
}

static void search_harmonic(const gm_unit_series *u, const base_space *base, gm_nuisance *best) {
    size_t n = u->n;
    double most = 0;

    for (size_t i = 0; i < PERIOD_STEPS; i++) {
        double period = log_grid(PERIOD_MIN, PERIOD_MAX, i, PERIOD_STEPS);
        gm_column a, b;
        sine_columns(u, period, a, b);
        if (!gm_ls_orthogonalise((const gm_column *)base->q, base->k, a, n)) continue;
        if (!gm_ls_orthogonalise((const gm_column *)base->q, base->k, b, n)) continue;
        double gain = gain_of_pair(gm_ls_dot(a, a, n), gm_ls_dot(b, b, n), gm_ls_dot(a, b, n), gm_ls_dot(a, base->y, n),
                                   gm_ls_dot(b, base->y, n));
        if (gain > most) {
            most = gain;
            best->period = period;
            best->found = true;
        }
    }
}

typedef struct {
    double q[3][GM_LS_ROWS]; /* [j][p]: q[j] . (step at p), the suffix sums */
    double y[GM_LS_ROWS], norm2[GM_LS_ROWS];
} step_products;

static void step_products_init(step_products *s, const base_space *base, size_t n) {
    for (size_t j = 0; j < base->k; j++) {
        double sum = 0;
        for (size_t p = n; p-- > 0;) s->q[j][p] = sum += base->q[j][p];
    }
    double sum = 0;
    for (size_t p = n; p-- > 0;) {
        s->y[p] = sum += base->y[p];
        s->norm2[p] = (double)(n - p);
        for (size_t j = 0; j < base->k; j++) s->norm2[p] -= s->q[j][p] * s->q[j][p];
    }
}

static void search_step(const gm_unit_series *u, const base_space *base, gm_nuisance *best) {
    step_products s;
    double most = 0;

    step_products_init(&s, base, u->n);
    for (size_t p = STEP_EDGE; p + STEP_EDGE <= u->n; p++) {
        double gain = s.norm2[p] > 1e-9 ? s.y[p] * s.y[p] / s.norm2[p] : 0;
        if (gain > most) {
            most = gain;
            best->place[0] = p;
            best->found = true;
        }
    }
}

static void search_two_steps(const gm_unit_series *u, const base_space *base, gm_nuisance *best) {
    step_products s;
    double most = 0;

    step_products_init(&s, base, u->n);
    for (size_t a = STEP_EDGE; a + 2 * STEP_EDGE <= u->n; a++) {
        for (size_t b = a + STEP_EDGE; b + STEP_EDGE <= u->n; b++) {
            double both = (double)(u->n - b);
            for (size_t j = 0; j < base->k; j++) both -= s.q[j][a] * s.q[j][b];
            double gain = gain_of_pair(s.norm2[a], s.norm2[b], both, s.y[a], s.y[b]);
            if (gain > most) {
                most = gain;
                best->place[0] = a;
                best->place[1] = b;
                best->found = true;
            }
        }
    }
}

gm_nuisance gm_nuisance_search(const gm_unit_series *u, gm_trend_model model, bool with_line) {
    gm_nuisance best = {.model = model, .with_line = with_line};
    base_space base;

    base_init(&base, u, with_line);
    switch (model) {
    case GM_TREND_WARMUP:
    case GM_TREND_GROWTH: search_curve(u, &base, &best); break;
    case GM_TREND_STEP: search_step(u, &base, &best); break;
    case GM_TREND_TWO_STEPS: search_two_steps(u, &base, &best); break;
    case GM_TREND_HARMONIC: search_harmonic(u, &base, &best); break;
    case GM_TREND_NONE:
    case GM_TREND_MODELS: best.found = true; break;
    }
    return best;
}

static void step_column(const gm_unit_series *u, size_t place, double *v) {
    for (size_t i = 0; i < u->n; i++) v[i] = i >= place;
}

size_t gm_nuisance_columns(const gm_unit_series *u, const gm_nuisance *nuisance, gm_column *out) {
    switch (nuisance->model) {
    case GM_TREND_WARMUP:
    case GM_TREND_GROWTH: curve_column(u, nuisance->model, nuisance->tau, out[0]); return 1;
    case GM_TREND_STEP: step_column(u, nuisance->place[0], out[0]); return 1;
    case GM_TREND_TWO_STEPS:
        step_column(u, nuisance->place[0], out[0]);
        step_column(u, nuisance->place[1], out[1]);
        return 2;
    case GM_TREND_HARMONIC: sine_columns(u, nuisance->period, out[0], out[1]); return 2;
    case GM_TREND_NONE:
    case GM_TREND_MODELS: return 0;
    }
    return 0;
}
