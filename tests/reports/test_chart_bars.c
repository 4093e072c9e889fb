/* Waterfalls and bars, checked on the numbers of their geometry: where bars begin and end, what stands beside
 * them, what happens to unknown values, surplus rows and long names. No fonts, no pixels. */
#include "chart_test.h"

#include <math.h>

static const gm_shape *bar_of(const gm_chart_geometry *geometry, size_t n) {
    return nth_shape(geometry, GM_SHAPE_RECT, GM_ROLE_DATA, n);
}

static void test_waterfall_steps_down(void **state) {
    static const gm_chart_bar bars[] = {{"total", 100 * MIB, NULL, GM_FILL_INK},
                                        {"live", 60 * MIB, "60%", GM_FILL_GO_LIVE},
                                        {"gave back", -10 * MIB, NULL, GM_FILL_GO_IDLE},
                                        {"rest", 50 * MIB, NULL, GM_FILL_UNEXPLAINED}};
    gm_chart chart = {.kind = GM_CHART_WATERFALL, .bars = bars, .n_bars = 4, .unit = GM_UNIT_BYTES};
    gm_chart_geometry geometry;
    (void)state;
    lay_out(&chart, 900, 500, &geometry);
    gm_rect total = bar_of(&geometry, 0)->box, live = bar_of(&geometry, 1)->box;
    gm_rect back = bar_of(&geometry, 2)->box, rest = bar_of(&geometry, 3)->box;
    assert_true(fabs(live.x + live.w - (total.x + total.w)) < NEAR); /* hangs at the total's end */
    assert_true(fabs(live.w / total.w - 0.6) < NEAR);
    assert_true(fabs(back.x - live.x) < NEAR && fabs(back.w / total.w - 0.1) < NEAR);               /* up again */
    assert_true(fabs(rest.x + rest.w - (back.x + back.w)) < NEAR && fabs(rest.x - total.x) < NEAR); /* to zero */
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_LINE, GM_ROLE_CONNECTOR), 3);
    assert_non_null(find_text(&geometry, GM_ROLE_BAR_VALUE, "100 MiB"));
    assert_non_null(find_text(&geometry, GM_ROLE_BAR_VALUE, "-10 MiB"));
    assert_non_null(find_text(&geometry, GM_ROLE_BAR_VALUE, "60%"));
    gm_chart_geometry_release(&geometry);
}

static void test_waterfall_of_unknown_total(void **state) {
    static const gm_chart_bar bars[] = {{"total", NAN, NULL, GM_FILL_INK},
                                        {"live", 60 * MIB, NULL, GM_FILL_GO_LIVE},
                                        {"rest", 40 * MIB, NULL, GM_FILL_UNEXPLAINED}};
    gm_chart chart = {.kind = GM_CHART_WATERFALL, .bars = bars, .n_bars = 3, .unit = GM_UNIT_BYTES};
    gm_chart_geometry geometry;
    (void)state;
    lay_out(&chart, 900, 500, &geometry);
    gm_rect live = bar_of(&geometry, 0)->box, rest = bar_of(&geometry, 1)->box; /* no bar for the total */
    assert_true(fabs(rest.x + rest.w - live.x) < NEAR && fabs(live.w / rest.w - 1.5) < NEAR);
    assert_non_null(find_text(&geometry, GM_ROLE_BAR_VALUE, "unknown"));
    gm_chart_geometry_release(&geometry);
}

static void test_bars(void **state) {
    static const gm_chart_bar bars[] = {
        {"github.com/acme/shop/internal/session.(*Store).Put", 40 * MIB, "1 MiB/min", GM_FILL_GO_LIVE},
        {"runtime.malg", 10 * MIB, NULL, GM_FILL_GO_LIVE},
        {"gone", NAN, "not in the last profile", GM_FILL_GO_LIVE},
        {"shrunk", -20 * MIB, NULL, GM_FILL_GO_IDLE}};
    gm_chart chart = {.kind = GM_CHART_BARS, .bars = bars, .n_bars = 4, .unit = GM_UNIT_BYTES, .show_sign = true};
    gm_chart_geometry geometry;
    (void)state;
    for (double width = 160; width < 2000; width *= 1.2) {
        lay_out(&chart, width, 400, &geometry);
        assert_int_equal(count_shapes(&geometry, GM_SHAPE_RECT, GM_ROLE_DATA), 3);
        assert_true(fabs(bar_of(&geometry, 0)->box.w / bar_of(&geometry, 1)->box.w - 4) < NEAR);
        assert_true(fabs(bar_of(&geometry, 2)->box.x + bar_of(&geometry, 2)->box.w - bar_of(&geometry, 1)->box.x) <
                    NEAR);
        const gm_shape *name = nth_shape(&geometry, GM_SHAPE_TEXT, GM_ROLE_BAR_LABEL, 0);
        assert_true(g_str_has_suffix(name->text, width > 250 ? ".(*Store).Put" : "ut"));
        gm_chart_geometry_release(&geometry);
    }
    lay_out(&chart, 900, 400, &geometry);
    assert_non_null(find_text(&geometry, GM_ROLE_BAR_VALUE, "+40 MiB"));
    assert_non_null(find_text(&geometry, GM_ROLE_BAR_VALUE, "-20 MiB"));
    assert_non_null(find_text(&geometry, GM_ROLE_BAR_VALUE, "unknown"));
    gm_chart_geometry_release(&geometry);
}

static void test_surplus_bars_are_summed_up(void **state) {
    enum { MANY = 100 };
    gm_chart_bar bars[MANY];
    gm_chart chart = {.kind = GM_CHART_BARS, .bars = bars, .n_bars = MANY, .unit = GM_UNIT_COUNT};
    gm_chart_geometry geometry;
    (void)state;
    for (int i = 0; i < MANY; i++) bars[i] = (gm_chart_bar){"site", 3, NULL, GM_FILL_GO_LIVE};
    lay_out(&chart, 900, 300, &geometry);
    size_t rows = count_shapes(&geometry, GM_SHAPE_TEXT, GM_ROLE_BAR_LABEL);
    const gm_shape *label = find_text(&geometry, GM_ROLE_BAR_LABEL, "+");
    char expected[32];
    g_snprintf(expected, sizeof expected, "+%zu more", MANY - (rows - 1));
    assert_string_equal(label->text, expected);
    g_snprintf(expected, sizeof expected, "%zu", 3 * (MANY - (rows - 1)));
    assert_non_null(find_text(&geometry, GM_ROLE_BAR_VALUE, expected));
    gm_chart_geometry_release(&geometry);
}

static void test_bars_at_any_size(void **state) {
    static const gm_chart_bar bars[] = {
        {"github.com/acme/shop/internal/session.(*Store[go.shape.string]).Put", 1e9, "1 MiB/min", GM_FILL_INK},
        {"a", 4e8, "a note that is far too long to be shown anywhere but on a very wide page", GM_FILL_GO_LIVE},
        {"", NAN, "not in the last profile", GM_FILL_GO_LIVE},
        {"shrunk", -7e8, NULL, GM_FILL_GO_IDLE},
        {"nothing", 0, NULL, GM_FILL_GO_IDLE}};
    gm_chart chart = {.title = "title", .subtitle = "subtitle", .bars = bars, .unit = GM_UNIT_BYTES};
    (void)state;
    for (chart.n_bars = 1; chart.n_bars <= G_N_ELEMENTS(bars); chart.n_bars++) {
        chart.kind = GM_CHART_WATERFALL;
        check_any_size(&chart);
        chart.kind = GM_CHART_BARS;
        check_any_size(&chart);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waterfall_steps_down),
        cmocka_unit_test(test_waterfall_of_unknown_total),
        cmocka_unit_test(test_bars),
        cmocka_unit_test(test_surplus_bars_are_summed_up),
        cmocka_unit_test(test_bars_at_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
