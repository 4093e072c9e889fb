/* The statistics library against independently computed answers, and the trend test against known series.
 *
 * expected.h holds inputs and answers from expected.py; the series below are built here, from integers or
 * plain formulas, and checked on what must be true of them. Nothing is timed and nothing is random. */
#include "expected.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MIB 1048576.0
#define SAMPLES 480 /* 2 h of 15 s */

/* --- comparison ----------------------------------------------------------------------------------------- */
static void near_relative(double got, double want, double tolerance, const char *what) {
    if (isnan(want) ? isnan(got) : fabs(got - want) <= tolerance * fmax(fabs(want), 1e-9)) return;
    fail_msg("%s: got %.17g, want %.17g", what, got, want);
}

static void near(double got, double want, const char *what) {
    near_relative(got, want, 1e-9, what);
}

static uint64_t lcg_state;

static double noise(double amplitude) {
    lcg_state = lcg_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return amplitude * ((double)(lcg_state >> 33) / 1073741824.0 - 1);
}

/* --- one series, lines, ranks, change points ------------------------------------------------------------ */
static void test_quantiles(void **state) {
    static const double at[] = {0, 0.05, 0.3, 0.5, 0.995, 1};
    (void)state;
    for (size_t i = 0; i < COUNT(at); i++) {
        near(gm_stats_quantile(plain_y, COUNT(plain_y), at[i]), plain_quantiles[i], "quantile");
    }
    near(gm_stats_median(plain_y, COUNT(plain_y)), plain_quantiles[3], "median");
    near(gm_stats_mean(plain_y, COUNT(plain_y)), plain_mean_mad_autocorr[0], "mean");
    near(gm_stats_mad(plain_y, COUNT(plain_y)), plain_mean_mad_autocorr[1], "mad");
    near(gm_stats_mad_scaled(plain_y, COUNT(plain_y)), 1.4826 * plain_mean_mad_autocorr[1], "scaled mad");
    near(gm_stats_autocorr1(plain_y, COUNT(plain_y)), plain_mean_mad_autocorr[2], "autocorrelation");
}

static void test_quantile_selects_what_sorting_gives(void **state) {
    double v[301];
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        for (int i = 0; i < 301; i++) {
            int value[] = {i, 300 - i, i % 7, i * 113 % 301};
            v[i] = value[kind];
        }
        for (int k = 0; k <= 300; k += 25) {
            double want = kind == 2 ? (k * 7 + 6) / 301 : k; /* 43 of each of the seven */
            assert_true(gm_stats_quantile(v, 301, k / 300.0) == want);
        }
    }
}

static void test_unusable_values_are_left_out(void **state) {
    const double y[] = {NAN, 4, INFINITY, 1, -INFINITY, 3, 1e300, 2, -1e101};
    (void)state;
    assert_true(gm_stats_median(y, COUNT(y)) == 2.5);
    assert_true(gm_stats_mean(y, COUNT(y)) == 2.5);
    assert_true(isnan(gm_stats_median(y, 1)));
    assert_true(isnan(gm_stats_median(NULL, 0)));
    assert_true(isnan(gm_stats_quantile(y, COUNT(y), 1.5)));
    assert_true(isnan(gm_stats_quantile(y, COUNT(y), NAN)));
    assert_true(isnan(gm_stats_autocorr1(y, 4)));
}

static void test_autocorr_of_constant_is_zero(void **state) {
    double y[50];
    (void)state;
    for (size_t i = 0; i < COUNT(y); i++) y[i] = 0.1;
    assert_true(gm_stats_autocorr1(y, COUNT(y)) == 0);
}

static void test_lines(void **state) {
    gm_stats_line line;
    (void)state;
    assert_true(gm_stats_ols(plain_t, plain_y, COUNT(plain_y), &line));
    near(line.slope, plain_ols[0], "ols slope");
    near(line.intercept, plain_ols[1], "ols intercept");
    near(line.se, plain_ols[2], "ols se");
    assert_true(gm_stats_theil_sen(plain_t, plain_y, COUNT(plain_y), &line));
    near(line.slope, plain_theil_sen[0], "theil-sen slope");
    near(line.intercept, plain_theil_sen[1], "theil-sen intercept");
    assert_int_equal(line.n, COUNT(plain_y));
}

static void test_lines_refuse(void **state) {
    const double same[] = {5, 5, 5}, two[] = {1, 2}, nan2[] = {NAN, 2}, y[] = {1, 2, 3};
    gm_stats_line line;
    (void)state;
    assert_false(gm_stats_ols(same, y, 3, &line));
    assert_true(isnan(line.slope));
    assert_false(gm_stats_theil_sen(same, y, 3, &line));
    assert_true(isnan(line.slope));
    assert_false(gm_stats_ols(nan2, y, 2, &line));
    assert_false(gm_stats_theil_sen(nan2, y, 2, &line));
    assert_false(gm_stats_ols(NULL, NULL, 0, &line));
    assert_true(gm_stats_ols(two, y, 2, &line));
    assert_true(line.slope == 1 && isnan(line.se));
}

/* A third of wild values moves least squares and must not move Theil-Sen; 5000 points exercise the reduction.
 */
static void test_theil_sen_is_robust(void **state) {
    enum { N = 5000 };
    double *t = malloc(2 * N * sizeof *t);
    gm_stats_line line;
    (void)state;
    assert_non_null(t);
    double *y = t + N;
    for (size_t i = 0; i < N; i++) {
        t[i] = 2.0 * (double)i;
        y[i] = 7 + 3 * t[i] + (i % 10 == 3 ? 1e6 : 0);
    }
    assert_true(gm_stats_theil_sen(t, y, N, &line));
    near_relative(line.slope, 3, 1e-3, "theil-sen of many");
    for (size_t i = 0; i < 100; i++) y[i] = 7 + 3 * t[i] + (i % 4 == 3 ? 1e6 : 0);
    assert_true(gm_stats_theil_sen(t, y, 100, &line));
    near(line.slope, 3, "theil-sen of few");
    near(line.intercept, 7, "theil-sen intercept of few");
    free(t);
}

static void check_mk(const double *y, size_t n, bool hamed_rao, const double *want) {
    gm_stats_mk mk;
    assert_true(gm_stats_mann_kendall(y, n, hamed_rao, &mk));
    near(mk.s, want[0], "S");
    near(mk.variance, want[1], "variance of S");
    near(mk.z, want[2], "z");
    near(mk.p, want[3], "p");
    near(mk.correction, want[4], "n/n*");
}

static void test_mann_kendall(void **state) {
    gm_stats_mk mk;
    double flat[40], many[3000];
    (void)state;
    check_mk(plain_y, COUNT(plain_y), false, plain_mk);
    check_mk(smooth_y, COUNT(smooth_y), false, smooth_mk_plain);
    check_mk(smooth_y, COUNT(smooth_y), true, smooth_mk_hamed_rao);
    for (size_t i = 0; i < COUNT(flat); i++) flat[i] = 3;
    assert_true(gm_stats_mann_kendall(flat, COUNT(flat), true, &mk));
    assert_true(mk.z == 0 && mk.p == 1);
    assert_false(gm_stats_mann_kendall(flat, 3, true, &mk));
    assert_true(isnan(mk.z));
    for (size_t i = 0; i < COUNT(many); i++) many[i] = (double)i;
    assert_true(gm_stats_mann_kendall(many, COUNT(many), true, &mk));
    assert_true(mk.s == 1000 * 999 / 2 && mk.p < 1e-9);
}

static void test_changepoints(void **state) {
    size_t places[8] = {0};
    double y[60];
    (void)state;
    assert_int_equal(gm_stats_changepoints(levels_y, COUNT(levels_y), places, 8), COUNT(levels_places));
    for (size_t i = 0; i < COUNT(levels_places); i++) assert_int_equal(places[i], levels_places[i]);
    places[1] = 99;
    assert_int_equal(gm_stats_changepoints(levels_y, COUNT(levels_y), places, 1), COUNT(levels_places));
    assert_int_equal(places[1], 99);
    for (size_t i = 0; i < 60; i++) y[i] = 1e12;
    assert_int_equal(gm_stats_changepoints(y, 60, places, 8), 0);
    for (size_t i = 30; i < 60; i++) y[i] = 2e12;
    assert_int_equal(gm_stats_changepoints(y, 60, places, 8), 1);
    assert_int_equal(places[0], 30);
    y[4] = NAN;
    assert_int_equal(gm_stats_changepoints(y, 60, places, 8), 0);
    assert_int_equal(gm_stats_changepoints(y, 11, places, 8), 0);
}

/* --- blocks --------------------------------------------------------------------------------------------- */
static void test_blocks(void **state) {
    double t[SAMPLES], y[SAMPLES];
    gm_blocks blocks;
    (void)state;
    for (size_t i = 0; i < SAMPLES; i++) {
        t[i] = 1.7e9 + 15.0 * (double)i;
        y[i] = (double)(i % 8);
    }
    assert_true(gm_stats_blocks(t, y, SAMPLES, NULL, &blocks));
    assert_int_equal(blocks.n, 60);
    for (size_t i = 0; i < 60; i++) {
        assert_int_equal(blocks.count[i], 8);
        near(blocks.t[i] - 1.7e9, 120.0 * (double)i + 52.5, "block time");
        near(blocks.y[i], 0.35, "5 % quantile of 0..7");
    }
    assert_true(gm_stats_blocks(t, y, SAMPLES, &(gm_block_options){GM_BLOCK_MEDIAN, 600}, &blocks));
    assert_int_equal(blocks.n, 12);
    assert_int_equal(blocks.count[3], 40);
    assert_true(blocks.y[3] == 3.5);
}

static void test_blocks_of_few_and_of_gaps(void **state) {
    double t[200], y[200];
    gm_blocks blocks;
    (void)state;
    for (size_t i = 0; i < 200; i++) {
        t[i] = 15.0 * (double)(199 - i) + (i < 100 ? 50000 : 0);
        y[i] = t[i];
    }
    y[7] = NAN;
    t[8] = INFINITY;
    assert_true(gm_stats_blocks(t + 150, y + 150, 50, NULL, &blocks));
    assert_int_equal(blocks.n, 50); /* one per sample, ascending whatever the order was */
    assert_true(blocks.t[0] == 0 && blocks.y[49] == 735);
    assert_true(gm_stats_blocks(t, y, 200, NULL, &blocks));
    assert_int_equal(blocks.dropped, 2);
    size_t held = 0;
    for (size_t i = 0; i < blocks.n; i++) {
        held += blocks.count[i];
        assert_true(blocks.count[i] > 0 && (i == 0 || blocks.t[i] > blocks.t[i - 1]));
    }
    assert_int_equal(held, 198);
    assert_true(blocks.n < 10); /* the gap's blocks are left out */
    assert_false(gm_stats_blocks(t, y, 0, NULL, &blocks));
    assert_false(gm_stats_blocks(&y[7], &y[7], 1, NULL, &blocks));
}

/* --- nuisance-adjusted slope ---------------------------------------------------------------------------- */
static void test_fits_against_brute_force(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(fits); i++) {
        const gm_trend_fit *want = &fits[i].fit;
        gm_trend_fit got;
        assert_true(gm_trend_fit_slope(fit_t, fits[i].y, fits[i].load, COUNT(fit_t), &got));
        if (got.model != want->model) {
            fail_msg("%s: %s", fits[i].name, gm_trend_model_name(got.model));
        }
        const double pairs[][2] = {
            {got.slope, want->slope},
            {got.se, want->se},
            {got.z, want->z},
            {got.tau_s, want->tau_s},
            {got.ceiling, want->ceiling},
            {got.period_s, want->period_s},
            {got.amplitude, want->amplitude},
            {got.resid_mad, want->resid_mad},
            {got.rho, want->rho},
            {got.fit_last, want->fit_last},
            {got.load_coef, want->load_coef},
            {got.load_r2, want->load_r2},
            {got.step_t[0], want->step_t[0]},
            {got.step_height[0], want->step_height[0]},
            {got.step_t[1], want->step_t[1]},
            {got.step_height[1], want->step_height[1]},
        };
        for (size_t k = 0; k < COUNT(pairs); k++) near_relative(pairs[k][0], pairs[k][1], 1e-8, fits[i].name);
        for (size_t k = 0; k < GM_TREND_MODELS; k++) {
            near_relative(got.bic[k], want->bic[k], 1e-8, gm_trend_model_name((gm_trend_model)k));
        }
    }
}

static void test_fit_refuses(void **state) {
    double t[61], y[61];
    gm_trend_fit fit;
    (void)state;
    for (size_t i = 0; i < 61; i++) t[i] = y[i] = (double)i;
    assert_false(gm_trend_fit_slope(t, y, NULL, 61, &fit));
    assert_false(gm_trend_fit_slope(t, y, NULL, 3, &fit));
    assert_true(isnan(fit.slope) && isnan(fit.z));
    assert_true(gm_trend_fit_slope(t, y, NULL, 60, &fit));
    near(fit.slope, 1, "exact line");
    assert_true(fit.z > 1e6 && isfinite(fit.z));
    assert_true(gm_trend_fit_slope(t, y, t, 60, &fit)); /* load is time itself: the slope cannot be told */
    assert_true(fit.z == 0 && isinf(fit.se));
    y[5] = NAN;
    assert_false(gm_trend_fit_slope(t, y, NULL, 60, &fit));
}

/* --- the trend test on known series --------------------------------------------------------------------- */
typedef struct {
    size_t n;
    double t[4 * SAMPLES], y[4 * SAMPLES], load[4 * SAMPLES];
} samples;

static samples flat_series(double hours) {
    samples s = {.n = (size_t)(hours * 240)};
    lcg_state = 12345;
    for (size_t i = 0; i < s.n; i++) {
        s.t[i] = 15.0 * (double)i;
        s.y[i] = 300 * MIB + noise(3 * MIB);
    }
    return s;
}

static void add_leak(samples *s, double mib_per_min) {
    for (size_t i = 0; i < s->n; i++) s->y[i] += mib_per_min * MIB / 60 * s->t[i];
}

static gm_trend_result tested(const samples *s) {
    gm_trend_options options = {.material = 16 * MIB};
    gm_trend_result r;
    assert_true(gm_trend_test(s->t, s->y, s->n, &options, &r));
    return r;
}

static void test_leak_is_confirmed(void **state) {
    samples s = flat_series(2);
    (void)state;
    add_leak(&s, 1);
    gm_trend_result r = tested(&s);
    assert_true(r.fires && r.agrees);
    assert_int_equal(r.trust, GM_TRUST_CONFIRMED);
    assert_int_equal(r.shape, GM_SHAPE_LINEAR);
    assert_int_equal(r.fit.model, GM_TREND_NONE);
    near_relative(r.fit.slope, MIB / 60, 0.05, "slope");
    near_relative(r.theil_sen, MIB / 60, 0.05, "theil-sen");
    for (int third = 0; third < 3; third++) near_relative(r.third_slope[third], MIB / 60, 0.2, "third");
    near_relative(r.rise, 120 * MIB, 0.05, "rise");
    near_relative(r.base, 300 * MIB, 0.05, "base");
    assert_int_equal(r.blocks, 60);
    assert_int_equal(r.samples, SAMPLES);
    assert_true(r.burst > 0 && r.burst < 8 * MIB);
}

static void test_immaterial_rise_is_flat(void **state) {
    samples s = flat_series(2);
    (void)state;
    add_leak(&s, 0.1); /* 12 MiB: clear, and under 16 MiB */
    gm_trend_result r = tested(&s);
    assert_true(r.fit.z > GM_TREND_Z);
    assert_false(r.fires);
    assert_int_equal(r.shape, GM_SHAPE_FLAT);
    assert_int_equal(r.trust, GM_TRUST_NONE);
    s = flat_series(2);
    r = tested(&s);
    assert_true(!r.fires && !r.agrees && r.shape == GM_SHAPE_FLAT);
}

static void test_decline(void **state) {
    samples s = flat_series(2);
    (void)state;
    add_leak(&s, -1);
    gm_trend_result r = tested(&s);
    assert_false(r.fires);
    assert_int_equal(r.shape, GM_SHAPE_DECLINING);
}

static void test_sawtooth_and_bursts_vanish(void **state) {
    samples s = flat_series(2), leaking;
    (void)state;
    for (size_t i = 0; i < s.n; i++) {
        s.y[i] += (double)(i % 6) * 30 * MIB; /* a GC every 90 s */
        if (i % 50 == 20) s.y[i] += 200 * MIB;
    }
    gm_trend_result r = tested(&s);
    assert_false(r.fires);
    assert_int_equal(r.shape, GM_SHAPE_FLAT);
    assert_true(r.burst > 200 * MIB);
    leaking = s;
    add_leak(&leaking, 1);
    r = tested(&leaking);
    assert_true(r.fires);
    near_relative(r.fit.slope, MIB / 60, 0.1, "slope under a sawtooth");
}

static void add_warmup(samples *s, double mib, double tau) {
    for (size_t i = 0; i < s->n; i++) s->y[i] += mib * MIB * (1 - exp(-s->t[i] / tau));
}

static void test_warmup_is_a_plateau(void **state) {
    samples s = flat_series(2);
    (void)state;
    add_warmup(&s, 150, 1200);
    gm_trend_result r = tested(&s);
    assert_false(r.fires);
    assert_int_equal(r.shape, GM_SHAPE_SATURATING);
    assert_true(r.plateau);
    near_relative(r.fit.tau_s, 1200, 0.1, "tau");
    near_relative(r.fit.ceiling, 447 * MIB, 0.02, "ceiling");
    assert_true(r.third_slope[0] > 10 * fabs(r.third_slope[2]));
    s = flat_series(2);
    add_warmup(&s, 150, 7000); /* not yet over: saturating or not, no plateau may be promised */
    r = tested(&s);
    assert_false(r.plateau);
}

static void test_leak_on_warmup(void **state) {
    samples s = flat_series(2);
    (void)state;
    add_warmup(&s, 150, 600);
    add_leak(&s, 1);
    gm_trend_result r = tested(&s);
    assert_true(r.fires && !r.plateau);
    assert_int_equal(r.fit.model, GM_TREND_WARMUP);
    assert_int_equal(r.trust, GM_TRUST_SUSPECTED); /* a nuisance in less than 6 h */
    assert_true(isnan(r.fit.ceiling));
    near_relative(r.fit.slope, MIB / 60, 0.15, "slope beside a warm-up");
    s = flat_series(7);
    add_warmup(&s, 150, 1800);
    add_leak(&s, 0.5);
    r = tested(&s);
    assert_true(r.fires && r.fit.model == GM_TREND_WARMUP);
    assert_int_equal(r.trust, GM_TRUST_CONFIRMED);
}

static void test_steps(void **state) {
    samples s = flat_series(2);
    (void)state;
    for (size_t i = 200; i < s.n; i++) s.y[i] += 60 * MIB;
    gm_trend_result r = tested(&s);
    assert_true(!r.fires && r.shape == GM_SHAPE_STEP && r.fit.model == GM_TREND_STEP);
    near_relative(r.fit.step_t[0], 3000, 0.03, "step time");
    near_relative(r.fit.step_height[0], 60 * MIB, 0.1, "step height");
    for (size_t i = 360; i < s.n; i++) s.y[i] += 50 * MIB;
    r = tested(&s);
    assert_true(!r.fires && r.shape == GM_SHAPE_STEP && r.fit.model == GM_TREND_TWO_STEPS);
    near_relative(r.fit.step_t[1], 5400, 0.03, "second step time");
}

static void test_harmonic(void **state) {
    samples s = flat_series(2);
    (void)state;
    for (size_t i = 0; i < s.n; i++) s.y[i] += 40 * MIB * sin(s.t[i] * 6.283185307179586 / 3000);
    gm_trend_result r = tested(&s);
    assert_true(!r.fires && r.shape == GM_SHAPE_HARMONIC);
    near_relative(r.fit.period_s, 3000, 0.03, "period");
    near_relative(r.fit.amplitude, 40 * MIB, 0.1, "amplitude");
}

static void test_accelerating(void **state) {
    samples s = flat_series(2);
    (void)state;
    for (size_t i = 0; i < s.n; i++) s.y[i] += 5 * MIB * exp(s.t[i] / 1800);
    gm_trend_result r = tested(&s);
    assert_true(r.fires);
    assert_int_equal(r.shape, GM_SHAPE_ACCELERATING);
    assert_true(r.third_slope[2] > 3 * r.third_slope[0]);
}

static void test_load_explains(void **state) {
    samples s = flat_series(2);
    gm_trend_options options = {.material = 16 * MIB, .load = s.load};
    gm_trend_result r;
    (void)state;
    for (size_t i = 0; i < s.n; i++) {
        s.load[i] = 100 + (double)i / 4 + 30 * sin((double)i / 20); /* requests per second, rising */
        s.y[i] += s.load[i] * MIB;
        if (i % 9 == 0) s.load[i] = NAN;
    }
    assert_true(tested(&s).fires);
    gm_trend_test(s.t, s.y, s.n, &options, &r);
    assert_false(r.fires);
    assert_false(r.agrees);
    assert_true(r.fit.load_r2 > 0.5);
    near_relative(r.fit.load_coef, MIB, 0.1, "bytes per request/s");
    add_leak(&s, 1);
    gm_trend_test(s.t, s.y, s.n, &options, &r);
    assert_true(r.fires);
    near_relative(r.fit.slope, MIB / 60, 0.1, "slope beside load");
    for (size_t i = 0; i < s.n; i++) s.load[i] = i < 300 ? NAN : 7;
    gm_trend_test(s.t, s.y, s.n, &options, &r);
    assert_true(isnan(r.fit.load_coef)); /* too little of it: as if there were none */
}

static void test_unsorted_and_damaged_samples(void **state) {
    samples s = flat_series(2), shuffled;
    gm_trend_result straight, r;
    (void)state;
    add_leak(&s, 0.5);
    straight = tested(&s);
    shuffled = s;
    for (size_t i = 0; i < s.n; i++) {
        size_t from = i * 113 % s.n; /* 113 and 480 have no common divisor */
        shuffled.t[i] = s.t[from];
        shuffled.y[i] = s.y[from];
    }
    r = tested(&shuffled);
    assert_memory_equal(&r.fit.slope, &straight.fit.slope, sizeof r.fit.slope);
    assert_memory_equal(&r.mk, &straight.mk, sizeof r.mk);
    for (size_t i = 0; i < s.n; i += 16) s.y[i] = i % 32 == 0 ? NAN : INFINITY;
    s.t[1] = -INFINITY;
    r = tested(&s);
    assert_int_equal(r.dropped, 31);
    assert_int_equal(r.samples, SAMPLES - 31);
    assert_true(r.fires);
    near_relative(r.fit.slope, straight.fit.slope, 0.1, "slope without the damaged");
}

static void test_units_and_origin_do_not_matter(void **state) {
    samples s = flat_series(2);
    (void)state;
    add_leak(&s, 0.5);
    gm_trend_result r = tested(&s);
    for (size_t i = 0; i < s.n; i++) {
        s.t[i] += 1.7e9;
        s.y[i] = s.y[i] * 4096;
    }
    gm_trend_result big = tested(&s);
    assert_int_equal(big.fires, r.fires);
    assert_int_equal(big.shape, r.shape);
    near_relative(big.fit.slope, r.fit.slope * 4096, 1e-6, "slope of terabytes at an epoch");
    near_relative(big.fit.z, r.fit.z, 1e-6, "z of terabytes at an epoch");
}

/* --- degenerate input ----------------------------------------------------------------------------------- */
static void check_sane(const gm_trend_result *r) {
    assert_true(r->shape >= GM_SHAPE_UNKNOWN && r->shape <= GM_SHAPE_DECLINING);
    assert_true(r->fit.model < GM_TREND_MODELS);
    assert_true((r->trust != GM_TRUST_NONE) == r->fires);
    assert_true(r->tested || (!r->fires && !r->plateau && r->shape == GM_SHAPE_UNKNOWN));
    assert_true(!r->tested || (!isnan(r->fit.slope) && !isnan(r->fit.z) && !isnan(r->fit.se)));
    gm_trend_eta eta = gm_trend_eta_to(r, NAN, 1e9);
    assert_true((eta.kind == GM_ETA_IN) == (eta.seconds > 0));
    assert_true(eta.kind != GM_ETA_IN || eta.earliest_s <= eta.seconds);
    assert_true(eta.kind != GM_ETA_IN || eta.seconds <= eta.latest_s);
}

static void test_constant_and_short(void **state) {
    static const double levels[] = {0, 0.1, 1e12, -5, 1e99};
    samples s = flat_series(2);
    gm_trend_result r;
    (void)state;
    for (size_t k = 0; k < COUNT(levels); k++) {
        for (size_t i = 0; i < s.n; i++) s.y[i] = levels[k];
        r = tested(&s);
        check_sane(&r);
        assert_true(!r.fires && r.fit.slope == 0 && r.fit.z == 0 && r.shape == GM_SHAPE_FLAT);
        for (size_t n = 0; n < 13; n++) {
            assert_int_equal(gm_trend_test(s.t, s.y, n, NULL, &r), n >= GM_TREND_MIN_BLOCKS);
            check_sane(&r);
        }
    }
    for (size_t i = 0; i < s.n; i++) s.t[i] = 77;
    assert_false(gm_trend_test(s.t, s.y, s.n, NULL, &r));
    check_sane(&r);
    assert_false(gm_trend_test(NULL, NULL, 0, NULL, &r));
    assert_true(isnan(r.fit.slope) && isnan(r.rise) && isnan(r.theil_sen));
}

static void test_hostile_values(void **state) {
    static const double odd[] = {NAN, INFINITY, -INFINITY, 1e308, -1e308, 1e100, 5e-324, 0, -0.0, 1e12, 1};
    samples s = {.n = 300};
    gm_trend_options options = {.material = NAN, .block = {GM_BLOCK_LOW, NAN}, .load = s.load};
    gm_trend_result r;
    (void)state;
    lcg_state = 1;
    for (int round = 0; round < 300; round++) {
        size_t n = (size_t)(fabs(noise(1)) * 299) + 1, step = (size_t)round % COUNT(odd) + 1;
        for (size_t i = 0; i < n; i++) {
            s.t[i] = i % (step + 3) == 1 ? odd[(i * step) % COUNT(odd)] : (double)i + noise(2);
            s.y[i] = i % (step + 1) == 0 ? odd[(i + step) % COUNT(odd)] : noise(1e9);
            s.load[i] = i % 3 == 0 ? odd[(i + 2 * step) % COUNT(odd)] : noise(10);
        }
        gm_trend_test(s.t, s.y, n, round % 2 ? &options : NULL, &r);
        check_sane(&r);
    }
}

/* --- time to reach a level ------------------------------------------------------------------------------ */
static void test_eta_of_a_leak(void **state) {
    samples s = flat_series(2);
    (void)state;
    add_leak(&s, 1);
    gm_trend_result r = tested(&s);
    double level = r.fit.fit_last + 60 * MIB;
    gm_trend_eta eta = gm_trend_eta_to(&r, NAN, level);
    assert_int_equal(eta.kind, GM_ETA_IN);
    near_relative(eta.seconds, 3600, 0.05, "an hour to go");
    near(eta.seconds, 60 * MIB / r.fit.slope, "central");
    near(eta.latest_s, 60 * MIB / (r.fit.slope - 3.5 * r.fit.se), "latest");
    near(eta.earliest_s, (60 * MIB - r.burst) / (r.fit.slope + 3.5 * r.fit.se), "earliest");
    assert_false(eta.low_trust);
    eta = gm_trend_eta_to(&r, level - 30 * MIB, level);
    near(eta.seconds, 30 * MIB / r.fit.slope, "from the given value");
    assert_true(gm_trend_reach_probability(&r, NAN, level, eta.seconds / 10) < 0.01);
    near(gm_trend_reach_probability(&r, NAN, level, 60 * MIB / r.fit.slope), 0.5, "even chance");
    assert_true(gm_trend_reach_probability(&r, NAN, level, 86400) > 0.99);
    assert_true(gm_trend_reach_probability(&r, NAN, level, 0) == 0);
    eta = gm_trend_eta_to(&r, level + 1, level);
    assert_int_equal(eta.kind, GM_ETA_REACHED);
    assert_true(eta.seconds == 0 && gm_trend_reach_probability(&r, level + 1, level, 60) == 1);
    assert_int_equal(gm_trend_eta_to(&r, NAN, NAN).kind, GM_ETA_UNKNOWN);
    assert_int_equal(gm_trend_eta_to(&r, NAN, INFINITY).kind, GM_ETA_UNKNOWN);
}

static void test_eta_refuses(void **state) {
    samples s = flat_series(2);
    gm_trend_options coarse = {.block.min_s = 400};
    (void)state;
    gm_trend_result r = tested(&s);
    assert_int_equal(gm_trend_eta_to(&r, NAN, 900 * MIB).kind, GM_ETA_WEAK);
    assert_true(isnan(gm_trend_eta_to(&r, NAN, 900 * MIB).seconds));
    assert_true(isnan(gm_trend_reach_probability(&r, NAN, 900 * MIB, 3600)));
    add_leak(&s, 1);
    assert_true(gm_trend_test(s.t, s.y, s.n, &coarse, &r));
    assert_true(r.fires && r.blocks == 18);
    assert_int_equal(gm_trend_eta_to(&r, NAN, 900 * MIB).kind, GM_ETA_FEW);
}

static void test_eta_of_a_plateau(void **state) {
    samples s = flat_series(2);
    (void)state;
    add_warmup(&s, 150, 1200); /* ceiling about 447 MiB */
    gm_trend_result r = tested(&s);
    gm_trend_eta eta = gm_trend_eta_to(&r, NAN, 600 * MIB);
    assert_int_equal(eta.kind, GM_ETA_NEVER);
    assert_true(isnan(eta.seconds));
    assert_true(gm_trend_reach_probability(&r, NAN, 600 * MIB, 1e9) == 0);
    add_leak(&s, 1);
    r = tested(&s);
    eta = gm_trend_eta_to(&r, NAN, 900 * MIB);
    assert_int_equal(eta.kind, GM_ETA_IN);
    assert_true(eta.low_trust);
}

static void test_eta_of_acceleration(void **state) {
    samples s = flat_series(2);
    (void)state;
    for (size_t i = 0; i < s.n; i++) s.y[i] += 5 * MIB * exp(s.t[i] / 1800);
    gm_trend_result r = tested(&s);
    gm_trend_eta eta = gm_trend_eta_to(&r, NAN, r.fit.fit_last + 60 * MIB);
    assert_int_equal(eta.kind, GM_ETA_IN);
    near(eta.seconds, 60 * MIB / r.third_slope[2], "from the last third's slope");
    assert_true(eta.low_trust && eta.latest_s >= eta.seconds);
}

static void test_names(void **state) {
    (void)state;
    assert_string_equal(gm_trend_model_name(GM_TREND_TWO_STEPS), "two_steps");
    assert_string_equal(gm_trend_shape_name(GM_SHAPE_ACCELERATING), "accelerating");
    assert_string_equal(gm_trend_shape_name((gm_trend_shape)99), "unknown");
    assert_string_equal(gm_trend_model_name(GM_TREND_MODELS), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_quantile_selects_what_sorting_gives),
        cmocka_unit_test(test_unusable_values_are_left_out),
        cmocka_unit_test(test_autocorr_of_constant_is_zero),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_lines_refuse),
        cmocka_unit_test(test_theil_sen_is_robust),
        cmocka_unit_test(test_mann_kendall),
        cmocka_unit_test(test_changepoints),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_blocks_of_few_and_of_gaps),
        cmocka_unit_test(test_fits_against_brute_force),
        cmocka_unit_test(test_fit_refuses),
        cmocka_unit_test(test_leak_is_confirmed),
        cmocka_unit_test(test_immaterial_rise_is_flat),
        cmocka_unit_test(test_decline),
        cmocka_unit_test(test_sawtooth_and_bursts_vanish),
        cmocka_unit_test(test_warmup_is_a_plateau),
        cmocka_unit_test(test_leak_on_warmup),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_harmonic),
        cmocka_unit_test(test_accelerating),
        cmocka_unit_test(test_load_explains),
        cmocka_unit_test(test_unsorted_and_damaged_samples),
        cmocka_unit_test(test_units_and_origin_do_not_matter),
        cmocka_unit_test(test_constant_and_short),
        cmocka_unit_test(test_hostile_values),
        cmocka_unit_test(test_eta_of_a_leak),
        cmocka_unit_test(test_eta_refuses),
        cmocka_unit_test(test_eta_of_a_plateau),
        cmocka_unit_test(test_eta_of_acceleration),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
