/* The PNG output: a valid file of the right size without anything that could differ between two runs. Needs a
 * font, any font; what the picture shows is checked on numbers in test_chart_layout.c. */
#include "chart_test.h"

#include <string.h>

static const gm_chart_bar bars[] = {{"total", 100 * MIB, "100%", GM_FILL_INK},
                                    {"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xff\x01", 60 * MIB, NULL, GM_FILL_GO_LIVE},
                                    {"rest", 40 * MIB, NULL, GM_FILL_UNEXPLAINED}};
static const gm_chart chart = {
    .kind = GM_CHART_WATERFALL, .title = "Title", .bars = bars, .n_bars = 3, .unit = GM_UNIT_BYTES};

static GByteArray *picture(gm_draw *draw, double scale) {
    gm_chart_style style = {640, 360, scale, GM_THEME_LIGHT};
    gm_text_measure measure = gm_draw_measure(draw);
    gm_chart_geometry geometry;
    GByteArray *png = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    gm_chart_layout(&chart, &style, &measure, &geometry);
    check_geometry(&geometry);
    assert_true(gm_draw_png(draw, &geometry, png, &error));
    assert_null(error);
    gm_chart_geometry_release(&geometry);
    return png;
}

static uint32_t big_endian(const guint8 *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void test_png_file(void **state) {
    static const char *const allowed[] = {"IHDR", "IDAT", "IEND", "bKGD", "pHYs", "sBIT"};
    gm_draw *draw = gm_draw_new(NULL, NULL);
    g_autoptr(GByteArray) png = picture(draw, 1.5);
    (void)state;
    assert_true(png->len > 1000 && memcmp(png->data, "\x89PNG\r\n\x1a\n", 8) == 0);
    assert_int_equal(big_endian(png->data + 16), 960);
    assert_int_equal(big_endian(png->data + 20), 540);
    for (guint at = 8; at + 8 <= png->len; at += 12 + big_endian(png->data + at)) {
        bool known = false; /* no time stamp, no software name */
        for (size_t i = 0; i < G_N_ELEMENTS(allowed); i++) known |= memcmp(png->data + at + 4, allowed[i], 4) == 0;
        assert_true(known);
    }
    gm_draw_free(draw);
}

static void check_equal(const GByteArray *a, const GByteArray *b) {
    assert_int_equal(a->len, b->len);
    assert_memory_equal(a->data, b->data, a->len);
}

static void test_png_is_reproducible(void **state) {
    gm_draw *draw = gm_draw_new(NULL, NULL), *other = gm_draw_new("DejaVu Sans", NULL);
    gm_text_measure measure = gm_draw_measure(draw);
    double width = measure.width(measure.ctx, "AVAT. fluid, 1.46 GiB", 10.3, false);
    g_autoptr(GByteArray) first = picture(draw, 1);
    g_autoptr(GByteArray) larger = picture(draw, 1.37); /* must leave no trace in the next one */
    assert_true(measure.width(measure.ctx, "AVAT. fluid, 1.46 GiB", 10.3, false) == width);
    g_autoptr(GByteArray) again = picture(draw, 1);
    g_autoptr(GByteArray) fresh = picture(other, 1);
    (void)state;
    check_equal(first, again);
    check_equal(first, fresh);
    assert_true(larger->len != first->len);
    gm_draw_free(draw);
    gm_draw_free(other);
}

static void test_measure_does_not_round(void **state) {
    gm_draw *draw = gm_draw_new(NULL, NULL);
    gm_text_measure measure = gm_draw_measure(draw);
    const char *text = "iiiiilllll.....iiiiilllll.....";
    double small = measure.width(measure.ctx, text, 9.3, false), large = measure.width(measure.ctx, text, 93, false);
    (void)state;
    assert_true(small > 0 && large / small > 9.9 && large / small < 10.1);
    gm_draw_free(draw);
}

static void test_impossible_picture_is_an_error(void **state) {
    gm_draw *draw = gm_draw_new(NULL, NULL);
    gm_chart_geometry geometry = {.width = 50000, .height = 10, .scale = 1}; /* cairo ends at 32767 */
    g_autoptr(GByteArray) png = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    (void)state;
    g_byte_array_append(png, (const guint8 *)"kept", 4);
    assert_false(gm_draw_png(draw, &geometry, png, &error));
    assert_int_equal(error->domain, GM_CHART_ERROR);
    assert_int_equal(png->len, 4);
    gm_draw_free(draw);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_png_file),
        cmocka_unit_test(test_png_is_reproducible),
        cmocka_unit_test(test_measure_does_not_round),
        cmocka_unit_test(test_impossible_picture_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
