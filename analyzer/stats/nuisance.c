/* The slope beside a nuisance: models fitted, one chosen, its slope with an honest standard error.
 *
 * After blocks.c and search.c, before trend.c. Each model is {1, t} plus load plus a warm-up curve, steps or
 * a sine. Exponential growth in the line's place is fitted too, but only to name the shape: it has no slope.
 * The choice is by BIC (Schwarz, "Estimating the dimension of a model", Ann. Statist. 6, 1978) over an
 * effective sample size n (1 - rho) / (1 + rho) and with 1.5 times the usual penalty, where places, times and
 * periods count as parameters. Residuals are taken as AR(1): the slope's standard error grows by sqrt((1 +
 * rho) / (1 - rho)), and the fitted parameters are taken off n_eff values. */
#include "stats_private.h"

#include <math.h>
#include <string.h>

#define RHO_MAX  0.95
#define PENALTY  1.5
#define SLIGHT   0.05  /* of the curve's rise: a smaller slope beside it is none, however sure */
#define CONSTANT 1e-12 /* of the magnitude: a smaller spread is none */

typedef struct {
    gm_nuisance nuisance;
    gm_ls ls;
    size_t columns, parameters;
    double rho;
    gm_column resid;
} candidate;

/* Centred and scaled to 1; the answer is the scale, 0 for a constant. */
static double to_unit(const double *v, size_t n, double *unit, double *mid) {
    double largest = 0, magnitude = 0;

    *mid = gm_stats_mean(v, n);
    for (size_t i = 0; i < n; i++) {
        unit[i] = v[i] - *mid;
        largest = fmax(largest, fabs(unit[i]));
        magnitude = fmax(magnitude, fabs(v[i]));
    }
    double scale = largest > magnitude * CONSTANT ? largest : 0;
    for (size_t i = 0; i < n; i++) unit[i] = scale > 0 ? unit[i] / scale : 0;
    return scale;
}

static bool all_usable(const double *v, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!gm_stats_usable(v[i])) return false;
    }
    return true;
}

static bool unit_init(gm_unit_series *u, const double *t, const double *y, const double *load, size_t n) {
    *u = (gm_unit_series){.n = n};
    if (n < 4 || n > GM_LS_ROWS || !all_usable(t, n) || !all_usable(y, n)) return false;
    if (load && !all_usable(load, n)) return false;
    u->t0 = t[0];
    u->span = t[n - 1] - t[0];
    if (!(u->span > 0)) return false;
    for (size_t i = 0; i < n; i++) u->x[i] = (t[i] - t[0]) / u->span;
    u->scale = to_unit(y, n, u->y, &u->mid);
    if (load) u->load_scale = to_unit(load, n, u->load, &u->load_mid);
    u->has_load = u->load_scale > 0;
    return true;
}

/* Columns: 1, load, the nuisance's, and the line last, so that norm2_last belongs to the slope. */
static void fit_candidate(const gm_unit_series *u, candidate *c) {
    gm_column x[GM_LS_COLS];
    size_t k = 1;

    for (size_t i = 0; i < u->n; i++) x[0][i] = 1;
    if (u->has_load) memcpy(x[k++], u->load, sizeof u->load);
    k += gm_nuisance_columns(u, &c->nuisance, &x[k]);
    if (c->nuisance.with_line) memcpy(x[k++], u->x, sizeof u->x);
    c->columns = k;
    gm_ls_solve((const gm_column *)x, k, u->y, u->n, &c->ls, c->resid);
    double floor_rss = GM_NOISE_FLOOR * GM_NOISE_FLOOR * (double)u->n;
    c->rho = 0;
    if (c->ls.rss > floor_rss) c->rho = fmin(RHO_MAX, fmax(0, gm_stats_autocorr1(c->resid, u->n)));
    c->ls.rss = fmax(c->ls.rss, floor_rss);
}

static bool try_model(const gm_unit_series *u, gm_trend_model model, candidate *c) {
    static const unsigned char parameters[GM_TREND_MODELS] = {
        [GM_TREND_NONE] = 2,      [GM_TREND_WARMUP] = 4,   [GM_TREND_STEP] = 4,
        [GM_TREND_TWO_STEPS] = 6, [GM_TREND_HARMONIC] = 5, [GM_TREND_GROWTH] = 3,
    };

    c->parameters = parameters[model] + (u->has_load ? 1u : 0u);
    if (u->n < c->parameters + 2) return false;
    c->nuisance = gm_nuisance_search(u, model, model != GM_TREND_GROWTH);
    if (c->nuisance.found) fit_candidate(u, c);
    return c->nuisance.found;
}

static double effective(size_t n, double rho) {
    return (double)n * (1 - rho) / (1 + rho);
}

/* One rho for all: BIC values over different sample sizes cannot be compared. The closest fit's residuals are
 * the nearest thing to noise; those of a wrong model hold the shape that it missed. */
static gm_trend_model choose(const candidate *c, const bool *tried, size_t n, gm_trend_fit *fit) {
    gm_trend_model closest = GM_TREND_NONE, chosen = GM_TREND_NONE;

    for (int m = 0; m < GM_TREND_MODELS; m++) {
        if (tried[m] && c[m].ls.rss < c[closest].ls.rss) closest = (gm_trend_model)m;
    }
    double n_eff = effective(n, c[closest].rho);
    for (int m = 0; m < GM_TREND_MODELS; m++) {
        fit->bic[m] = NAN;
        if (!tried[m]) continue;
        double penalty = PENALTY * (double)c[m].parameters * log(fmax(n_eff, 1));
        fit->bic[m] = n_eff * log(c[m].ls.rss / (double)n) + penalty;
        if (m != GM_TREND_GROWTH && fit->bic[m] < fit->bic[chosen]) chosen = (gm_trend_model)m;
    }
    return chosen;
}

static void report_slope(const gm_unit_series *u, const candidate *c, gm_trend_fit *fit) {
    /* The parameters, too, were fitted to n_eff values and not to n; fewer than three a parameter are a shape that
     * the model missed, and no noise. */
    double independent = fmax(effective(u->n, c->rho), 3.0 * (double)c->parameters);
    double lost =
        fmax(independent / (independent - (double)c->parameters), (double)u->n / (double)(u->n - c->parameters));
    double sigma2 = c->ls.rss / (double)u->n * lost;
    double coef = c->ls.coef[c->columns - 1];
    bool known = c->ls.norm2_last > 0;
    double se = known ? sqrt(sigma2 / c->ls.norm2_last) * sqrt((1 + c->rho) / (1 - c->rho)) : INFINITY;

    fit->slope = known ? coef * u->scale / u->span : 0;
    fit->se = known ? se * u->scale / u->span : INFINITY;
    fit->z = known ? coef / se : 0;
    fit->rho = c->rho;
    fit->n_eff = effective(u->n, c->rho);
    fit->resid_mad = gm_stats_mad(c->resid, u->n) * u->scale;
    fit->fit_first = u->mid + u->scale * (u->y[0] - c->resid[0]);
    fit->fit_last = u->mid + u->scale * (u->y[u->n - 1] - c->resid[u->n - 1]);
}

/* How far a warm-up's curve rises over the window. */
static double curve_rise(const candidate *c) {
    size_t curve = c->columns - (c->nuisance.with_line ? 2 : 1);
    return -c->ls.coef[curve] * (1 - exp(-1 / c->nuisance.tau));
}

/* Without a slope beside it, the warm-up's curve alone says where it ends. */
static void report_ceiling(const gm_unit_series *u, gm_trend_fit *fit) {
    candidate alone = {.nuisance = gm_nuisance_search(u, GM_TREND_WARMUP, false)};

    if (!alone.nuisance.found) return;
    fit_candidate(u, &alone);
    fit->tau_s = alone.nuisance.tau * u->span;
    fit->ceiling = u->mid + u->scale * alone.ls.coef[0];
    fit->amplitude = curve_rise(&alone) * u->scale;
}

static void report_nuisance(const gm_unit_series *u, const candidate *c, gm_trend_fit *fit) {
    const double *coef = &c->ls.coef[u->has_load ? 2 : 1];
    const gm_nuisance *nuisance = &c->nuisance;
    size_t steps = nuisance->model == GM_TREND_STEP ? 1 : nuisance->model == GM_TREND_TWO_STEPS ? 2 : 0;

    for (size_t i = 0; i < steps; i++) {
        size_t p = nuisance->place[i];
        fit->step_t[i] = u->t0 + u->span * (u->x[p - 1] + u->x[p]) / 2;
        fit->step_height[i] = coef[i] * u->scale;
    }
    if (nuisance->model == GM_TREND_HARMONIC) {
        fit->period_s = nuisance->period * u->span;
        fit->amplitude = hypot(coef[0], coef[1]) * u->scale;
    }
    if (nuisance->model == GM_TREND_WARMUP) {
        fit->tau_s = nuisance->tau * u->span;
        fit->amplitude = curve_rise(c) * u->scale;
        bool slight = fabs(fit->slope) * u->span <= SLIGHT * fit->amplitude;
        if (fabs(fit->z) < GM_TREND_Z || slight) report_ceiling(u, fit);
    }
}

static void report_load(const gm_unit_series *u, const candidate *chosen, const candidate *line, gm_trend_fit *fit) {
    gm_unit_series without = *u;
    candidate c = {.nuisance = line->nuisance};

    if (!u->has_load) return;
    without.has_load = false;
    fit_candidate(&without, &c);
    fit->load_coef = chosen->ls.coef[1] * u->scale / u->load_scale;
    fit->load_r2 = fmin(1, fmax(0, 1 - line->ls.rss / c.ls.rss));
}

static void fit_unknown(gm_trend_fit *fit) {
    *fit = (gm_trend_fit){
        .slope = NAN,
        .se = NAN,
        .z = NAN,
        .tau_s = NAN,
        .ceiling = NAN,
        .step_t = {NAN, NAN},
        .step_height = {NAN, NAN},
        .period_s = NAN,
        .amplitude = NAN,
        .resid_mad = NAN,
        .rho = NAN,
        .n_eff = NAN,
        .fit_first = NAN,
        .fit_last = NAN,
        .load_coef = NAN,
        .load_r2 = NAN,
    };
    for (int m = 0; m < GM_TREND_MODELS; m++) fit->bic[m] = NAN;
}

bool gm_trend_fit_slope(const double *t, const double *y, const double *load, size_t n, gm_trend_fit *fit) {
    gm_unit_series u;
    candidate c[GM_TREND_MODELS];
    bool tried[GM_TREND_MODELS];

    fit_unknown(fit);
    if (!unit_init(&u, t, y, load, n)) return false;
    for (int m = 0; m < GM_TREND_MODELS; m++) tried[m] = try_model(&u, (gm_trend_model)m, &c[m]);
    if (!tried[GM_TREND_NONE]) return false;
    fit->model = choose(c, tried, n, fit);
    report_slope(&u, &c[fit->model], fit);
    report_nuisance(&u, &c[fit->model], fit);
    report_load(&u, &c[fit->model], &c[GM_TREND_NONE], fit);
    if (!isnan(fit->resid_mad)) return true;
    fit_unknown(fit); /* memory was out */
    return false;
}
