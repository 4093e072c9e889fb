/* Icicles and summary cards on numbers: callees lie below and within their caller, what cannot be seen is counted,
 * words never leave the page or touch each other at any size. */
#include "chart_test.h"

#include <math.h>
#include <string.h>

static const gm_chart_flame calls[] = {
    {"all", 0, 0, 1, GM_FILL_FLAME_SAME},
    {"main.main", 1, 0, 0.75, GM_FILL_FLAME_OWN},
    {"example.com/acme/svc/store.(*Cache[go.shape.string]).Put", 2, 0.25, 0.5, GM_FILL_FLAME_OWN},
    {"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xff\x01</text>", 1, 0.75, 0.25, GM_FILL_FLAME_LIBRARY},
    {"too thin", 2, 0.9, 1e-7, GM_FILL_FLAME_RUNTIME},
};
static const gm_chart icicle = {
    .kind = GM_CHART_FLAME, .title = "Growth", .flames = calls, .n_flames = G_N_ELEMENTS(calls)};

static void test_callees_lie_below_and_within(void **state) {
    gm_chart_geometry geometry;
    (void)state;
    lay_out(&icicle, 1000, 300, &geometry);
    gm_rect all = nth_shape(&geometry, GM_SHAPE_RECT, GM_ROLE_DATA, 0)->box,
            main = nth_shape(&geometry, GM_SHAPE_RECT, GM_ROLE_DATA, 1)->box;
    gm_rect put = nth_shape(&geometry, GM_SHAPE_RECT, GM_ROLE_DATA, 2)->box;
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_RECT, GM_ROLE_DATA), 4); /* the thin one is no pixel wide */
    assert_true(main.y >= all.y + all.h && put.y >= main.y + main.h);
    assert_true(put.x > main.x && put.x + put.w <= main.x + main.w + 1);
    assert_true((main.w + 1) / (all.w + 1) > 0.749 && (main.w + 1) / (all.w + 1) < 0.751);
    assert_non_null(find_text(&geometry, GM_ROLE_FLAME_LABEL, "main.main"));
    gm_chart_geometry_release(&geometry);
}

static void test_deep_calls_are_counted(void **state) {
    enum { DEPTH = 200 };
    gm_chart_flame deep[DEPTH];
    gm_chart_geometry geometry;
    (void)state;
    for (int i = 0; i < DEPTH; i++) deep[i] = (gm_chart_flame){"call", i, 0, 1, GM_FILL_FLAME_OWN};
    gm_chart chart = {.kind = GM_CHART_FLAME, .flames = deep, .n_flames = DEPTH};
    lay_out(&chart, 600, 300, &geometry);
    size_t shown = count_shapes(&geometry, GM_SHAPE_RECT, GM_ROLE_DATA);
    assert_true(shown > 5 && shown < DEPTH);
    assert_int_equal(shown + counted_after(&geometry, GM_ROLE_NOTE), DEPTH);
    gm_chart_geometry_release(&geometry);
}

static void test_hostile_shares(void **state) {
    static const gm_chart_flame bad[] = {{"nan", 0, NAN, NAN, GM_FILL_FLAME_OWN},
                                         {"beyond", 0, 0.5, 7, GM_FILL_FLAME_OWN},
                                         {"below", -3, 0, 1, GM_FILL_FLAME_OWN},
                                         {NULL, 1, -5, 0.5, GM_FILL_FLAME_OWN}};
    gm_chart chart = {.kind = GM_CHART_FLAME, .flames = bad, .n_flames = G_N_ELEMENTS(bad)};
    gm_chart_geometry geometry;
    (void)state;
    lay_out(&chart, 500, 200, &geometry);
    for (size_t i = 0; i < count_shapes(&geometry, GM_SHAPE_RECT, GM_ROLE_DATA); i++) {
        gm_rect box = nth_shape(&geometry, GM_SHAPE_RECT, GM_ROLE_DATA, i)->box;
        assert_true(box.x >= 0 && box.x + box.w <= 500);
    }
    gm_chart_geometry_release(&geometry);
}

static void test_icicle_at_any_size(void **state) {
    (void)state;
    check_any_size(&icicle);
}

/* --- cards --- */

static const gm_chart_fact facts[] = {
    {"Limit", "256 MiB"},
    {"Peak usage", "255 MiB"},
    {"A label that is longer than any column could ever hold", "and so is its value, by far"}};
static const gm_chart_card card = {
    .kicker = "namespace/pod/container",
    .headline = "go_live_leak",
    .aside = "confirmed, confidence 97 %",
    .fill = GM_FILL_CRITICAL,
    .facts = facts,
    .n_facts = 3,
    .sentence =
        "The live Go heap leaks; it grows in one function, and this sentence goes on until it has filled three lines of the card and a good part of a fourth one "
        "that must not be there, because a card is read at a glance and nobody reads a novel in a chat, however well it is written and whatever it tells."};
static const int64_t times[] = {0, 60 * SECOND, 120 * SECOND};
static const double values[] = {10 * MIB, 20 * MIB, 30 * MIB};
static const gm_chart_series line = {"usage", GM_DRAW_LINE, GM_FILL_INK, times, values, 3, 0};
static const gm_chart_pane pane = {.title = "Memory", .unit = GM_UNIT_BYTES, .series = &line, .n_series = 1};
static const gm_chart summary = {.kind = GM_CHART_CARD, .card = &card, .panes = &pane, .n_panes = 1};

static void test_card_shows_words_and_chart(void **state) {
    gm_chart_geometry geometry;
    (void)state;
    lay_out(&summary, 1200, 630, &geometry);
    assert_non_null(find_text(&geometry, GM_ROLE_HEADLINE, "go_live_leak"));
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_TEXT, GM_ROLE_SENTENCE), 3);
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_TEXT, GM_ROLE_FACT), 6);
    assert_true(g_str_has_suffix(nth_shape(&geometry, GM_SHAPE_TEXT, GM_ROLE_SENTENCE, 2)->text, "\xe2\x80\xa6"));
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_RECT, GM_ROLE_PLOT), 1);
    gm_chart_geometry_release(&geometry);
}

static void test_card_at_the_usual_sizes(void **state) {
    static const double sizes[][2] = {{1200, 630}, {1200, 675}, {800, 418}, {600, 315}, {1080, 1080}, {2400, 1260}};
    gm_chart_geometry geometry;
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        lay_out(&summary, sizes[i][0], sizes[i][1], &geometry); /* checks overlap, edges and contrast */
        gm_chart_geometry_release(&geometry);
    }
}

static void test_empty_card(void **state) {
    static const gm_chart nothing = {.kind = GM_CHART_CARD};
    gm_chart_geometry geometry;
    (void)state;
    lay_out(&nothing, 1200, 630, &geometry);
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_TEXT, GM_ROLE_SENTENCE), 0);
    gm_chart_geometry_release(&geometry);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_callees_lie_below_and_within),
        cmocka_unit_test(test_deep_calls_are_counted),
        cmocka_unit_test(test_hostile_shares),
        cmocka_unit_test(test_icicle_at_any_size),
        cmocka_unit_test(test_card_shows_words_and_chart),
        cmocka_unit_test(test_card_at_the_usual_sizes),
        cmocka_unit_test(test_empty_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
