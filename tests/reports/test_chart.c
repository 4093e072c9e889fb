/* The parts of the chart engine that need no page: value axes, the time axis, texts, values in words, the
 * palette. Numbers only; test_chart_layout.c checks whole charts. */
#include "chart_test.h"

#include "reports/chart_private.h"

#include <math.h>
#include <string.h>

static void page_open(gm_page *page, gm_chart_geometry *geometry) {
    *geometry = (gm_chart_geometry){.width = 900, .height = 500, .scale = 1, .texts = g_string_chunk_new(256)};
    *page = (gm_page){.measure = &fake_measure, .out = geometry, .theme = gm_theme_get(GM_THEME_LIGHT)};
    page->small = page->text = (gm_font){10, false};
}

static void test_byte_steps_are_powers_of_two(void **state) {
    (void)state;
    for (double hi = 3; hi < 1e19; hi *= 1.7) {
        for (int most = 2; most < 12; most++) {
            gm_scale scale = gm_scale_fit(GM_UNIT_BYTES, 0, hi, most);
            int exponent;
            assert_true(frexp(scale.step, &exponent) == 0.5);
            assert_true(gm_scale_last(&scale) <= most);
            assert_true(scale.step < 1.5 || hi / (scale.step / 2) > most); /* the smallest that keeps to it */
        }
    }
}

static void test_other_steps_are_round(void **state) {
    (void)state;
    for (double hi = 1e-6; hi < 1e15; hi *= 1.37) {
        gm_scale scale = gm_scale_fit(GM_UNIT_COUNT, -hi / 3, hi, 8);
        double lead = scale.step / pow(10, floor(log10(scale.step) + 1e-9));
        assert_true(fabs(lead - 1) < 1e-6 || fabs(lead - 2) < 1e-6 || fabs(lead - 5) < 1e-6);
        assert_true(gm_scale_last(&scale) - gm_scale_first(&scale) <= 8);
        assert_true(gm_scale_first(&scale) <= 0 && gm_scale_last(&scale) >= 1);
    }
}

static void test_scale_edges(void **state) {
    (void)state;
    gm_scale none = gm_scale_fit(GM_UNIT_BYTES, 0, 0, 5);
    assert_true(none.lo == 0 && none.hi == 1 && none.step == 1);
    gm_scale above = gm_scale_fit(GM_UNIT_COUNT, 50, 60, 5); /* zero is always in view */
    assert_true(above.lo == 0 && above.hi == 60);
    gm_scale huge = gm_scale_fit(GM_UNIT_COUNT, -1e308, 1e308, 5);
    assert_true(isfinite(huge.hi - huge.lo) && isfinite(huge.step) && huge.step > 0);
    assert_true(gm_scale_at(&huge, 0) == 0.5 && gm_scale_at(&huge, 1e308) == 1);
    gm_scale below = gm_scale_fit(GM_UNIT_BYTES, -300 * MIB, -20 * MIB, 4);
    assert_true(below.hi == 0 && gm_scale_first(&below) == -2 && below.step == 128 * MIB);
}

static void test_tick_texts_are_exact(void **state) {
    static const struct {
        gm_chart_unit unit;
        double value;
        const char *text;
    } cases[] = {{GM_UNIT_BYTES, 0, "0"},
                 {GM_UNIT_BYTES, 512, "512 B"},
                 {GM_UNIT_BYTES, 256 * MIB, "256 MiB"},
                 {GM_UNIT_BYTES, 1536 * MIB, "1.5 GiB"},
                 {GM_UNIT_BYTES, 1152 * MIB, "1152 MiB"}, /* 1.125 GiB would need a third decimal */
                 {GM_UNIT_BYTES, -64 * MIB, "-64 MiB"},
                 {GM_UNIT_COUNT, 1500, "1.5k"},
                 {GM_UNIT_COUNT, 0.05, "0.05"},
                 {GM_UNIT_COUNT, 2e6, "2M"},
                 {GM_UNIT_PERCENT, 0, "0%"},
                 {GM_UNIT_PERCENT, 12.5, "12.5%"},
                 {GM_UNIT_MS, 0.25, "250 \xc2\xb5s"},
                 {GM_UNIT_MS, 20, "20 ms"},
                 {GM_UNIT_MS, 1500, "1.5 s"}};
    char text[GM_CHART_VALUE_MAX];
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_string_equal(gm_tick_text(cases[i].unit, cases[i].value, text), cases[i].text);
}

static void test_value_texts(void **state) {
    static const struct {
        gm_chart_unit unit;
        double value;
        const char *text;
    } cases[] = {{GM_UNIT_BYTES, 0, "0 B"},
                 {GM_UNIT_BYTES, 1495 * MIB, "1.46 GiB"},
                 {GM_UNIT_BYTES, 1023.9 * 1024, "1 MiB"},
                 {GM_UNIT_BYTES, 412.4 * MIB, "412 MiB"},
                 {GM_UNIT_BYTES, -2048, "-2 KiB"},
                 {GM_UNIT_BYTES, 1e100, "8.67e+81 EiB"},
                 {GM_UNIT_COUNT, 12345, "12.3k"},
                 {GM_UNIT_COUNT, 999.6, "1k"},
                 {GM_UNIT_PERCENT, 85.04, "85%"},
                 {GM_UNIT_MS, 0, "0 ms"},
                 {GM_UNIT_MS, 0.0425, "42.5 \xc2\xb5s"},
                 {GM_UNIT_MS, 1234, "1.23 s"},
                 {GM_UNIT_COUNT, NAN, "unknown"},
                 {GM_UNIT_COUNT, -INFINITY, "unknown"}};
    char text[GM_CHART_VALUE_MAX];
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_string_equal(gm_chart_value_text(cases[i].unit, cases[i].value, text), cases[i].text);
}

static gm_time_scale time_of(int64_t from_s, int64_t to_s, double width) {
    gm_time_scale time = gm_time_scale_make(from_s * SECOND, to_s * SECOND);
    time.x = 50;
    time.w = width;
    return time;
}

static const gm_time_tick *major(const gm_time_axis *axis, unsigned n) {
    for (guint i = 0; i < axis->ticks->len; i++) {
        const gm_time_tick *tick = &g_array_index(axis->ticks, gm_time_tick, i);
        if (tick->major && n-- == 0) return tick;
    }
    return NULL;
}

static void axis_of(const gm_time_scale *time, gm_time_axis *axis) {
    gm_page page;
    gm_chart_geometry geometry;
    page_open(&page, &geometry);
    gm_time_axis_init(axis, &page, time);
    gm_chart_geometry_release(&geometry);
}

static void test_time_axis_rows(void **state) {
    /* 2024-05-02 is a Thursday; the axis is 800 px wide, a clock label 30 px, a date label 36 px */
    static const struct {
        int64_t from_s, to_s;
        const char *first, *second, *start;
    } cases[] = {
        {1714687200, 1714698000, "22:00", "22:15", "2024-05-02"},       /* 3 h */
        {1714687205, 1714687265, "22:00:05", "22:00:10", "2024-05-02"}, /* 1 min */
        {1714650000, 1714850000, "12:00", "18:00", "2024-05-02"},       /* 2.3 days */
        {1714650000, 1715650000, "3 May", "4 May", "2024"},             /* 12 days */
        {1714650000, 1719650000, "6 May", "13 May", "2024"},            /* 8 weeks: Mondays */
        {1714650000, 1756650000, "Jun", "Jul", "2024"},                 /* 16 months */
        {1714650000, 2756650000, "2026", "2028", ""},                   /* 33 years */
        {-100, 100, "23:58:30", "23:59:00", "1969-12-31"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        gm_time_scale time = time_of(cases[i].from_s, cases[i].to_s, 800);
        gm_time_axis axis;
        axis_of(&time, &axis);
        assert_string_equal(major(&axis, 0)->label, cases[i].first);
        assert_string_equal(major(&axis, 1)->label, cases[i].second);
        assert_string_equal(axis.start, cases[i].start);
        gm_time_axis_release(&axis);
    }
}

static void test_time_axis_names_a_new_date_once(void **state) {
    gm_time_scale time = time_of(1714687200, 1714698000, 800); /* over midnight */
    gm_time_axis axis;
    size_t dates = 0;
    (void)state;
    axis_of(&time, &axis);
    for (guint i = 0; i < axis.ticks->len; i++) {
        const gm_time_tick *tick = &g_array_index(axis.ticks, gm_time_tick, i);
        if (!tick->date[0]) continue;
        assert_string_equal(tick->label, "00:00");
        assert_string_equal(tick->date, "2024-05-03");
        assert_true(fabs(tick->x - (50 + 800 * 7200.0 / 10800)) < NEAR);
        dates++;
    }
    assert_int_equal(dates, 1);
    gm_time_axis_release(&axis);
}

static void test_time_axis_at_any_range(void **state) {
    (void)state;
    for (double span = 1e6; span < 9e18; span *= 1.9) {
        for (double width = 100; width < 3000; width *= 1.7) {
            gm_time_scale time = gm_time_scale_make(1714687212345678901 - (int64_t)(span / 2),
                                                    1714687212345678901 + (int64_t)(span / 2));
            gm_time_axis axis;
            double last = -INFINITY;
            time.w = width;
            axis_of(&time, &axis);
            assert_true(major(&axis, 0) != NULL || width < 400);
            for (guint i = 0; i < axis.ticks->len; i++) {
                const gm_time_tick *tick = &g_array_index(axis.ticks, gm_time_tick, i);
                assert_true(tick->x >= 0 && tick->x <= width);
                if (!tick->major) continue;
                double half = (double)strlen(tick->label) * 6 / 2; /* the fake measure at size 10 */
                assert_true(tick->x - half > last);
                last = tick->x + half;
            }
            gm_time_axis_release(&axis);
        }
    }
}

static void test_time_scale_extremes(void **state) {
    gm_time_scale all = gm_time_scale_make(INT64_MIN, INT64_MAX);
    gm_time_scale moment = gm_time_scale_make(INT64_MAX, INT64_MAX);
    (void)state;
    all.w = 100;
    assert_true(gm_time_x(&all, INT64_MIN) == 0 && gm_time_x(&all, INT64_MAX) == 100 && gm_time_x(&all, 0) == 50);
    assert_true(moment.from_ns < moment.to_ns);
}

static void test_clean_text(void **state) {
    static const struct {
        const char *raw, *clean;
    } cases[] = {{NULL, ""},
                 {"", ""},
                 {" \t two\n\nwords\x7f ", "two words"},
                 {"a\xff\xc0z", "a\xef\xbf\xbd\xef\xbf\xbdz"},
                 {"user\xe2\x80\xaetxt.exe", "usertxt.exe"}, /* right-to-left override */
                 {"a\xe2\x80\xa8"
                  "b",
                  "a b"},                                                                          /* line separator */
                 {"\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae", "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae"}, /* joiner stays */
                 {"\xee\x80\x80", "\xef\xbf\xbd"}};                                                /* private use */
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *clean = gm_text_clean(cases[i].raw);
        assert_string_equal(clean, cases[i].clean);
    }
}

static void test_endless_text_keeps_both_ends(void **state) {
    g_autofree char *middle = g_strnfill(5000000, 'x');
    g_autofree char *raw = g_strconcat("begin-\xc3\xa9\xc3\xa9", middle, "\xc3\xa9\xc3\xa9-end", NULL);
    g_autofree char *clean = gm_text_clean(raw);
    (void)state;
    assert_true(strlen(clean) < 3000 && g_utf8_validate(clean, -1, NULL));
    assert_true(g_str_has_prefix(clean, "begin-") && g_str_has_suffix(clean, "-end"));
}

static void check_label(const char *raw, int chars, gm_elide elide, const char *expected) {
    gm_page page;
    gm_chart_geometry geometry;
    page_open(&page, &geometry);
    gm_label label = gm_page_label(&page, raw, page.text, chars * 6, elide);
    assert_string_equal(label.text, expected);
    assert_true(label.width <= chars * 6 + 0.01);
    gm_chart_geometry_release(&geometry);
}

static void test_elision(void **state) {
    static const char symbol[] = "github.com/acme/shop/session.(*Store).Put";
    (void)state;
    check_label("fits", 4, GM_ELIDE_END, "fits");
    check_label("too long", 5, GM_ELIDE_END, "too \xe2\x80\xa6");
    check_label("too long", 5, GM_ELIDE_MIDDLE, "to\xe2\x80\xa6ng");
    check_label("too long", 0, GM_ELIDE_END, "");
    check_label(symbol, 41, GM_ELIDE_SYMBOL, symbol);
    check_label(symbol, 34, GM_ELIDE_SYMBOL, "\xe2\x80\xa6/acme/shop/session.(*Store).Put");
    check_label(symbol, 22, GM_ELIDE_SYMBOL, "\xe2\x80\xa6/session.(*Store).Put");
    check_label(symbol, 13, GM_ELIDE_SYMBOL,
                "sessio\xe2\x80\xa6"
                "e).Put");
    /* slashes of type arguments are no path */
    check_label("aaa/b.F[x/y.T]", 12, GM_ELIDE_SYMBOL, "\xe2\x80\xa6/b.F[x/y.T]");
    check_label("b.F[x/y.T]", 8, GM_ELIDE_SYMBOL, "b.F\xe2\x80\xa6y.T]");
    /* the cut does not separate a mark from its letter */
    check_label("abcde\xcc\x81", 3, GM_ELIDE_MIDDLE, "a\xe2\x80\xa6");
}

static void test_palette_names(void **state) {
    (void)state;
    for (int i = 0; i < GM_FILL_COUNT; i++) {
        gm_chart_fill found = GM_FILL_COUNT;
        assert_true(gm_chart_fill_find(gm_chart_fill_name((gm_chart_fill)i), &found));
        assert_int_equal(found, i);
    }
    gm_chart_fill kept = GM_FILL_SOCK;
    assert_false(gm_chart_fill_find("no such bucket", &kept));
    assert_int_equal(kept, GM_FILL_SOCK);
}

/* Simulated colour blindness: Machado, Oliveira, Fernandes 2009, severity 1. Distance in CIELAB. */
static const double sights[4][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}};

static double lab_curve(double t) {
    return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

static void lab_of(uint32_t color, int sight, double lab[3]) {
    double linear[3], seen[3];
    for (int i = 0; i < 3; i++) {
        double c = (color >> (24 - 8 * i) & 255) / 255.0;
        linear[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
    }
    for (int i = 0; i < 3; i++) {
        const double *m = sights[sight][i];
        seen[i] = CLAMP(m[0] * linear[0] + m[1] * linear[1] + m[2] * linear[2], 0.0, 1.0);
    }
    double x = lab_curve((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.95047);
    double y = lab_curve(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]);
    double z = lab_curve((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.08883);
    lab[0] = 116 * y - 16;
    lab[1] = 500 * (x - y);
    lab[2] = 200 * (y - z);
}

static double distance(gm_chart_theme theme, int a, int b, int sight) {
    double p[3], q[3];
    lab_of(gm_chart_fill_color(theme, (gm_chart_fill)a), sight, p);
    lab_of(gm_chart_fill_color(theme, (gm_chart_fill)b), sight, q);
    return sqrt((p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1]) + (p[2] - q[2]) * (p[2] - q[2]));
}

static void test_palette_is_distinct(void **state) {
    (void)state;
    for (int theme = 0; theme < 2; theme++) {
        for (int i = 0; i < GM_FILL_INK; i++) {
            for (int sight = 0; sight < 4 && i + 1 < GM_FILL_INK; sight++)
                assert_true(distance((gm_chart_theme)theme, i, i + 1, sight) > 15);
            for (int k = i + 1; k < GM_FILL_INK; k++) assert_true(distance((gm_chart_theme)theme, i, k, 0) > 15);
        }
    }
}

static void test_palette_contrast(void **state) {
    (void)state;
    for (int t = 0; t < 2; t++) {
        const gm_theme *theme = gm_theme_get((gm_chart_theme)t);
        for (int i = GM_FILL_INK; i < GM_FILL_FLAME_OWN; i++)
            assert_true(contrast(gm_chart_fill_color((gm_chart_theme)t, (gm_chart_fill)i), theme->plot) >= 3);
        for (int i = GM_FILL_FLAME_OWN; i < GM_FILL_COUNT; i++) /* grounds of text */
            assert_true(contrast(gm_chart_fill_color((gm_chart_theme)t, (gm_chart_fill)i), theme->ink) >= 4.5);
        uint32_t grounds[] = {theme->page, theme->plot, theme->chip};
        for (size_t i = 0; i < G_N_ELEMENTS(grounds); i++) {
            assert_true(contrast(theme->ink, grounds[i]) >= 7);
            assert_true(contrast(theme->muted, grounds[i]) >= 4.5);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_byte_steps_are_powers_of_two),
        cmocka_unit_test(test_other_steps_are_round),
        cmocka_unit_test(test_scale_edges),
        cmocka_unit_test(test_tick_texts_are_exact),
        cmocka_unit_test(test_value_texts),
        cmocka_unit_test(test_time_axis_rows),
        cmocka_unit_test(test_time_axis_names_a_new_date_once),
        cmocka_unit_test(test_time_axis_at_any_range),
        cmocka_unit_test(test_time_scale_extremes),
        cmocka_unit_test(test_clean_text),
        cmocka_unit_test(test_endless_text_keeps_both_ends),
        cmocka_unit_test(test_elision),
        cmocka_unit_test(test_palette_names),
        cmocka_unit_test(test_palette_is_distinct),
        cmocka_unit_test(test_palette_contrast),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
