/* The statistics library against independently computed answers: series, lines, ranks, blocks, nuisance fits.
 *
 * expected.h holds inputs and answers from expected.py. test_trend.c tests what is built on these parts. */
#include "expected.h"
#include "near.h"

#include <stdlib.h>

#define SAMPLES 480 /* 2 h of 15 s */

/* --- one series, lines, ranks, change points --- */
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

/* --- blocks --- */
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

/* --- nuisance-adjusted slope --- */
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
