/* The trend test and the forecast on series built here, checked on what must be true of them.
 *
 * Series come from integers or plain formulas with an LCG's noise. Nothing is timed and nothing is random. */
#include "near.h"

#include "gomortem/stats.h"

#define MIB     1048576.0
#define SAMPLES 480 /* 2 h of 15 s */

static uint64_t lcg_state;

static double noise(double amplitude) {
    lcg_state = lcg_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return amplitude * ((double)(lcg_state >> 33) / 1073741824.0 - 1);
}

/* --- the trend test on known series --- */
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

/* --- degenerate input --- */
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

/* --- time to reach a level --- */
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
