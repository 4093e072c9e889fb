/* Time charts, checked on the numbers of their geometry: thinning, stacks, gaps, legends, marks, limits,
 * panes. lay_out also checks the rules that hold for every chart (chart_test.h). No fonts, no pixels. */
#include "chart_test.h"

#include <math.h>
#include <string.h>

#define N 6
static const int64_t times[N] = {0, 10 * SECOND, 20 * SECOND, 30 * SECOND, 40 * SECOND, 50 * SECOND};

static gm_chart_series series_of(gm_chart_draw draw, const double *value, size_t n) {
    return (gm_chart_series){
        .name = "series", .draw = draw, .fill = GM_FILL_LINE_1, .t_ns = times, .value = value, .n = n};
}

static gm_chart_pane pane_of(const gm_chart_series *series, size_t n) {
    return (gm_chart_pane){.title = "pane", .unit = GM_UNIT_COUNT, .series = series, .n_series = n};
}

static gm_chart chart_of(const gm_chart_pane *panes, size_t n) {
    return (gm_chart){.title = "title", .subtitle = "subtitle", .to_ns = 50 * SECOND, .panes = panes, .n_panes = n};
}

static void lay_out_series(const gm_chart_series *series, size_t n, gm_chart_geometry *geometry) {
    gm_chart_pane pane = pane_of(series, n);
    gm_chart chart = chart_of(&pane, 1);
    lay_out(&chart, 900, 500, geometry);
}

static gm_rect plot_box(const gm_chart_geometry *geometry, size_t n) {
    return nth_shape(geometry, GM_SHAPE_RECT, GM_ROLE_PLOT, n)->box;
}

/* Where a value stands, from the ticks drawn at zero and at `other`. */
static double zero_y(const gm_chart_geometry *geometry) {
    const gm_shape *axis = nth_shape(geometry, GM_SHAPE_LINE, GM_ROLE_AXIS, 0);
    return shape_points(geometry, axis)->y;
}

static void test_thinning_keeps_least_and_greatest(void **state) {
    enum { MANY = 200000 };
    g_autofree int64_t *t = g_new(int64_t, MANY);
    g_autofree double *v = g_new(double, MANY);
    gm_chart_geometry geometry;
    (void)state;
    for (int i = 0; i < MANY; i++) {
        t[i] = i * (50 * SECOND / MANY);
        v[i] = 500 + 10 * sin(i * 0.7);
    }
    v[77777] = 1000;
    v[123456] = 0;
    gm_chart_series s = {.name = "s", .draw = GM_DRAW_LINE, .fill = GM_FILL_LINE_1, .t_ns = t, .value = v, .n = MANY};
    lay_out_series(&s, 1, &geometry);
    const gm_shape *line = nth_shape(&geometry, GM_SHAPE_LINE, GM_ROLE_DATA, 0);
    const gm_xy *p = shape_points(&geometry, line);
    gm_rect plot = plot_box(&geometry, 0);
    double top = INFINITY, bottom = -INFINITY, top_x = 0;
    g_autofree unsigned *columns = g_new0(unsigned, 1000);
    for (size_t i = 0; i < line->count; i++) {
        if (p[i].y < top) top_x = p[i].x;
        top = MIN(top, p[i].y);
        bottom = MAX(bottom, p[i].y);
        assert_true(++columns[(int)p[i].x] <= 4);
        assert_true(i == 0 || p[i].x >= p[i - 1].x);
    }
    assert_true(line->count > 2 * plot.w);
    assert_true(fabs(top_x - (plot.x + plot.w * 77777 / MANY)) < 0.01);
    assert_true(fabs(bottom - zero_y(&geometry)) < NEAR);
    assert_true(fabs((zero_y(&geometry) - top) - plot.h / 1.06) < 1e-3); /* 1000 under 6 % of head room */
    gm_chart_geometry_release(&geometry);
}

static void test_points_keep_the_envelope(void **state) {
    enum { MANY = 50000 };
    g_autofree int64_t *t = g_new(int64_t, MANY);
    g_autofree double *v = g_new(double, MANY);
    gm_chart_geometry geometry;
    (void)state;
    for (int i = 0; i < MANY; i++) {
        t[i] = i * (50 * SECOND / MANY);
        v[i] = i % 2 ? 10 : 90;
    }
    gm_chart_series s = {.name = "s", .draw = GM_DRAW_POINTS, .fill = GM_FILL_LINE_1, .t_ns = t, .value = v, .n = MANY};
    lay_out_series(&s, 1, &geometry);
    const gm_shape *dots = nth_shape(&geometry, GM_SHAPE_DOTS, GM_ROLE_DATA, 0);
    const gm_xy *p = shape_points(&geometry, dots);
    double high = p[0].y, low = p[1].y;
    g_autofree unsigned *columns = g_new0(unsigned, 1000);
    for (size_t i = 0; i < dots->count; i++) {
        assert_true(++columns[(int)p[i].x] <= 2);
        assert_true(p[i].y == high || p[i].y == low); /* nothing between: no averages */
    }
    assert_true(fabs((zero_y(&geometry) - MIN(high, low)) / (zero_y(&geometry) - MAX(high, low)) - 9) < NEAR);
    gm_chart_geometry_release(&geometry);
}

static void test_unknown_values_break_lines(void **state) {
    static const double v[N] = {1, 2, NAN, 4, INFINITY, 6};
    gm_chart_series s = series_of(GM_DRAW_LINE, v, N);
    gm_chart_geometry geometry;
    (void)state;
    lay_out_series(&s, 1, &geometry);
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_LINE, GM_ROLE_DATA), 1); /* 1-2 */
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_DOTS, GM_ROLE_DATA), 2); /* 4 and 6 stand alone */
    assert_int_equal(nth_shape(&geometry, GM_SHAPE_LINE, GM_ROLE_DATA, 0)->count, 2);
    gm_chart_geometry_release(&geometry);
}

static void test_long_gaps_break_lines(void **state) {
    static const int64_t t[N] = {0, 10 * SECOND, 20 * SECOND, 36 * SECOND, 41 * SECOND, 50 * SECOND};
    static const double v[N] = {1, 2, 3, 4, 5, 6};
    gm_chart_series s = series_of(GM_DRAW_LINE, v, N);
    gm_chart_geometry geometry;
    (void)state;
    s.t_ns = t;
    s.gap_ns = 15 * SECOND;
    lay_out_series(&s, 1, &geometry);
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_LINE, GM_ROLE_DATA), 2);
    gm_chart_geometry_release(&geometry);
}

static void test_lines_reach_the_edges(void **state) {
    static const double v[N] = {0, 100, 200, 300, 400, 500};
    gm_chart_series s = series_of(GM_DRAW_LINE, v, N);
    gm_chart_pane pane = pane_of(&s, 1);
    gm_chart chart = chart_of(&pane, 1);
    gm_chart_geometry geometry;
    (void)state;
    chart.from_ns = 15 * SECOND; /* between samples 1 and 2: the line comes in at 150 */
    chart.to_ns = 25 * SECOND;   /* and leaves at 250; the scale covers what is seen, 200 */
    lay_out(&chart, 900, 500, &geometry);
    const gm_shape *line = nth_shape(&geometry, GM_SHAPE_LINE, GM_ROLE_DATA, 0);
    const gm_xy *p = shape_points(&geometry, line);
    gm_rect plot = plot_box(&geometry, 0);
    assert_int_equal(line->count, 3);
    assert_true(fabs(p[0].x - plot.x) < NEAR && fabs(p[2].x - (plot.x + plot.w)) < NEAR);
    assert_true(fabs((plot.y + plot.h - p[0].y) / (plot.y + plot.h - p[1].y) - 0.75) < NEAR);
    assert_true(p[2].y == plot.y); /* above the scale: held at its edge */
    gm_chart_geometry_release(&geometry);
}

static void test_steps_are_square(void **state) {
    static const double v[N] = {5, 5, 9, 9, 2, 2};
    gm_chart_series s = series_of(GM_DRAW_STEP, v, N);
    gm_chart_geometry geometry;
    (void)state;
    lay_out_series(&s, 1, &geometry);
    const gm_shape *line = nth_shape(&geometry, GM_SHAPE_LINE, GM_ROLE_DATA, 0);
    const gm_xy *p = shape_points(&geometry, line);
    for (size_t i = 1; i < line->count; i++) assert_true(p[i].x == p[i - 1].x || p[i].y == p[i - 1].y);
    gm_chart_geometry_release(&geometry);
}

static void test_step_holds_into_the_range(void **state) {
    static const double v[N] = {7, 7, 7, 7, 7, 7};
    gm_chart_series s = series_of(GM_DRAW_STEP, v, N);
    gm_chart_pane pane = pane_of(&s, 1);
    gm_chart chart = chart_of(&pane, 1);
    gm_chart_geometry geometry;
    (void)state;
    chart.from_ns = 41 * SECOND; /* no sample inside */
    chart.to_ns = 49 * SECOND;
    lay_out(&chart, 900, 500, &geometry);
    assert_int_equal(nth_shape(&geometry, GM_SHAPE_LINE, GM_ROLE_DATA, 0)->count, 2);
    gm_chart_geometry_release(&geometry);
}

/* Heights of the layers at the first sample, in drawing order, as shares of `of`. */
static double foot_height(const gm_chart_geometry *geometry, size_t layer) {
    const gm_shape *area = nth_shape(geometry, GM_SHAPE_POLYGON, GM_ROLE_DATA, layer);
    return zero_y(geometry) - shape_points(geometry, area)->y;
}

static void test_stack_sums_up(void **state) {
    static const double a[2] = {100, 100}, b[2] = {200, 100}, c[2] = {0, 0};
    gm_chart_series s[3] = {series_of(GM_DRAW_AREA, a, 2), series_of(GM_DRAW_AREA, b, 2),
                            series_of(GM_DRAW_AREA, c, 2)};
    gm_chart_geometry geometry;
    (void)state;
    lay_out_series(s, 3, &geometry);
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_POLYGON, GM_ROLE_DATA), 2);         /* nothing to see of c */
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_TEXT, GM_ROLE_LEGEND), 2);          /* nor to name */
    assert_int_equal(nth_shape(&geometry, GM_SHAPE_POLYGON, GM_ROLE_DATA, 0)->series, 1); /* top layer first */
    assert_true(fabs(foot_height(&geometry, 0) / foot_height(&geometry, 1) - 3) < NEAR);
    gm_chart_geometry_release(&geometry);
}

static void test_stack_below_zero(void **state) {
    static const double a[2] = {100, 100}, b[2] = {-50, -50}, c[2] = {-50, 30};
    gm_chart_series s[3] = {series_of(GM_DRAW_AREA, a, 2), series_of(GM_DRAW_AREA, b, 2),
                            series_of(GM_DRAW_AREA, c, 2)};
    gm_chart_geometry geometry;
    (void)state;
    lay_out_series(s, 3, &geometry);
    /* above: c (its part) on a, a; below: c under b, b */
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_POLYGON, GM_ROLE_DATA), 4);
    assert_true(fabs(foot_height(&geometry, 2) / foot_height(&geometry, 1) + 1) < NEAR);   /* -100 : 100 */
    assert_true(fabs(foot_height(&geometry, 3) / foot_height(&geometry, 1) + 0.5) < NEAR); /* -50 : 100 */
    gm_chart_geometry_release(&geometry);
}

static void test_unknown_layer_leaves_the_others(void **state) {
    static const double a[N] = {10, 10, 10, 10, NAN, 10}, b[N] = {10, 10, NAN, 10, NAN, 10};
    gm_chart_series s[2] = {series_of(GM_DRAW_AREA, a, N), series_of(GM_DRAW_AREA, b, N)};
    gm_chart_geometry geometry;
    (void)state;
    lay_out_series(s, 2, &geometry);
    /* each layer breaks only where nothing is known: at sample 4, twice two runs */
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_POLYGON, GM_ROLE_DATA), 4);
    const gm_shape *top = nth_shape(&geometry, GM_SHAPE_POLYGON, GM_ROLE_DATA, 0);
    const gm_xy *p = shape_points(&geometry, top);
    double zero = zero_y(&geometry);
    assert_true(fabs((zero - p[1].y) / (zero - p[2].y) - 2) < NEAR); /* without b, a's height */
    gm_chart_geometry_release(&geometry);
}

static void test_lone_samples_are_seen(void **state) {
    static const double v[1] = {42};
    gm_chart_series s[2] = {series_of(GM_DRAW_AREA, v, 1), series_of(GM_DRAW_LINE, v, 1)};
    gm_chart_pane pane = pane_of(s, 2);
    gm_chart chart = chart_of(&pane, 1);
    gm_chart_geometry geometry;
    (void)state;
    chart.to_ns = 0; /* range from the data: one moment */
    lay_out(&chart, 900, 500, &geometry);
    const gm_shape *bar = nth_shape(&geometry, GM_SHAPE_POLYGON, GM_ROLE_DATA, 0);
    const gm_shape *dot = nth_shape(&geometry, GM_SHAPE_DOTS, GM_ROLE_DATA, 0);
    gm_rect plot = plot_box(&geometry, 0);
    assert_int_equal(bar->count, 4);
    assert_true(shape_points(&geometry, bar)[1].x - shape_points(&geometry, bar)[0].x >= 2);
    assert_true(fabs(shape_points(&geometry, dot)->x - (plot.x + plot.w / 2)) < NEAR);
    gm_chart_geometry_release(&geometry);
}

static void test_empty_charts_say_so(void **state) {
    static const double unknown[N] = {NAN, NAN, NAN, NAN, NAN, NAN};
    gm_chart_series s[3] = {series_of(GM_DRAW_AREA, NULL, 0), series_of(GM_DRAW_LINE, unknown, N),
                            series_of(GM_DRAW_POINTS, unknown, N)};
    gm_chart charts[] = {{.kind = GM_CHART_TIME}, {.kind = GM_CHART_WATERFALL}, {.kind = GM_CHART_BARS}};
    gm_chart_geometry geometry;
    (void)state;
    lay_out_series(s, 3, &geometry);
    assert_non_null(find_text(&geometry, GM_ROLE_NOTE, "no data"));
    assert_null(find_text(&geometry, GM_ROLE_TICK_Y, ""));
    assert_null(find_text(&geometry, GM_ROLE_LEGEND, ""));
    gm_chart_geometry_release(&geometry);
    for (size_t i = 0; i < G_N_ELEMENTS(charts); i++) {
        lay_out(&charts[i], 300, 200, &geometry);
        assert_non_null(find_text(&geometry, GM_ROLE_NOTE, "no data"));
        gm_chart_geometry_release(&geometry);
    }
}

static void test_extreme_values(void **state) {
    static const double values[][N] = {{0, 0, 0, 0, 0, 0},           {7, 7, 7, 7, 7, 7},
                                       {-5, -4, -3, -2, -1, -6},     {1e308, -1e308, 1e307, 0, 1, 2},
                                       {1e-300, 2e-300, 0, 0, 0, 0}, {9.3e18, 1, 2, 3, 4, 5}};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        for (int unit = GM_UNIT_BYTES; unit <= GM_UNIT_MS; unit++) {
            for (int draw = GM_DRAW_AREA; draw <= GM_DRAW_POINTS; draw++) {
                gm_chart_series s = series_of((gm_chart_draw)draw, values[i], N);
                gm_chart_pane pane = pane_of(&s, 1);
                gm_chart chart = chart_of(&pane, 1);
                gm_chart_geometry geometry;
                pane.unit = (gm_chart_unit)unit;
                lay_out(&chart, 480, 320, &geometry);
                assert_non_null(find_text(&geometry, GM_ROLE_TICK_Y, ""));
                gm_chart_geometry_release(&geometry);
            }
        }
    }
}

static void test_legend_wraps_and_counts(void **state) {
    enum { MANY = 40 };
    static const double v[N] = {1, 2, 3, 4, 5, 6};
    gm_chart_series s[MANY];
    gm_chart_pane pane = pane_of(s, MANY);
    gm_chart chart = chart_of(&pane, 1);
    (void)state;
    for (int i = 0; i < MANY; i++) {
        s[i] = series_of(GM_DRAW_LINE, v, N);
        s[i].name = i % 3 ? "name" : "a considerably longer name";
    }
    for (double width = 160; width < 2500; width *= 1.3) {
        for (double height = 100; height < 1500; height *= 1.5) {
            gm_chart_geometry geometry;
            lay_out(&chart, width, height, &geometry);
            size_t more = counted_after(&geometry, GM_ROLE_LEGEND);
            size_t texts = count_shapes(&geometry, GM_SHAPE_TEXT, GM_ROLE_LEGEND) - (more > 0);
            size_t swatches = count_shapes(&geometry, GM_SHAPE_LINE, GM_ROLE_SWATCH);
            assert_int_equal(texts, swatches);
            assert_true(texts + more == MANY || more == 0); /* a page too low has no legend at all */
            if (width > 900 && height > 450) assert_int_equal(texts, MANY);
            if (height > 160) assert_true(texts + more == MANY);
            gm_chart_geometry_release(&geometry);
        }
    }
}

static void test_short_legend_stands_beside_the_title(void **state) {
    static const double v[N] = {1, 2, 3, 4, 5, 6};
    gm_chart_series s[2] = {series_of(GM_DRAW_LINE, v, N), series_of(GM_DRAW_AREA, v, N)};
    gm_chart_geometry geometry;
    (void)state;
    lay_out_series(s, 2, &geometry);
    const gm_shape *title = nth_shape(&geometry, GM_SHAPE_TEXT, GM_ROLE_PANE_TITLE, 0);
    const gm_shape *entry = nth_shape(&geometry, GM_SHAPE_TEXT, GM_ROLE_LEGEND, 1);
    assert_true(title->box.y == entry->box.y && entry->box.x > title->box.x + title->box.w);
    gm_chart_geometry_release(&geometry);
}

static void lay_out_events(const gm_chart_event *events, size_t n, gm_xy size, gm_chart_geometry *geometry) {
    static const double v[N] = {1, 2, 3, 4, 5, 5}; /* a tick at the very top */
    gm_chart_series s = series_of(GM_DRAW_LINE, v, N);
    gm_chart_pane pane = pane_of(&s, 1);
    gm_chart chart = chart_of(&pane, 1);
    chart.events = events;
    chart.n_events = n;
    lay_out(&chart, size.x, size.y, geometry);
}

static void test_equal_events_merge(void **state) {
    static const gm_chart_event events[] = {{20 * SECOND, "OOM kill", GM_FILL_CRITICAL, 0},
                                            {21 * SECOND, "OOM kill", GM_FILL_CRITICAL, 0},
                                            {21 * SECOND, "restart", GM_FILL_INFO, 0},
                                            {22 * SECOND, "OOM kill", GM_FILL_CRITICAL, 0},
                                            {48 * SECOND, "OOM kill", GM_FILL_CRITICAL, 0},
                                            {60 * SECOND, "OOM kill", GM_FILL_CRITICAL, 0}}; /* out of range */
    gm_chart_geometry geometry;
    (void)state;
    lay_out_events(events, G_N_ELEMENTS(events), (gm_xy){900, 500}, &geometry);
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_TEXT, GM_ROLE_EVENT_LABEL), 3);
    assert_non_null(find_text(&geometry, GM_ROLE_EVENT_LABEL,
                              "OOM kill \xc3\x97"
                              "3"));
    assert_non_null(find_text(&geometry, GM_ROLE_EVENT_LABEL, "restart"));
    /* the last one stands left of its line, as there is no room to the right */
    gm_rect plot = plot_box(&geometry, 0);
    double x = plot.x + plot.w * 48 / 50;
    const gm_shape *last = NULL;
    for (size_t i = 0; i < 3; i++) {
        const gm_shape *label = nth_shape(&geometry, GM_SHAPE_TEXT, GM_ROLE_EVENT_LABEL, i);
        if (strcmp(label->text, "OOM kill") == 0) last = label;
    }
    assert_non_null(last);
    assert_true(last->box.x + last->box.w <= x && last->box.x + last->box.w > x - 10);
    gm_chart_geometry_release(&geometry);
}

static void test_crowded_events_are_counted(void **state) {
    enum { MANY = 200 };
    gm_chart_event events[MANY];
    char names[MANY][24];
    (void)state;
    for (int i = 0; i < MANY; i++) {
        g_snprintf(names[i], sizeof names[i], "event number %d", i);
        events[i] = (gm_chart_event){i * 50 * SECOND / MANY, names[i], GM_FILL_INFO, i == 117 ? 9 : 0};
    }
    for (double width = 160; width < 2000; width *= 1.4) {
        for (double height = 100; height < 1000; height *= 1.1) {
            gm_chart_geometry geometry;
            lay_out_events(events, MANY, (gm_xy){width, height}, &geometry);
            size_t labels = count_shapes(&geometry, GM_SHAPE_TEXT, GM_ROLE_EVENT_LABEL);
            if (height > 150) assert_int_equal(labels + counted_after(&geometry, GM_ROLE_NOTE), MANY);
            if (width > 500 && labels) assert_non_null(find_text(&geometry, GM_ROLE_EVENT_LABEL, "event number 117"));
            assert_true(labels >= 2 || height < 200);
            gm_chart_geometry_release(&geometry);
        }
    }
}

static void test_event_lines_are_one_per_column(void **state) {
    enum { MANY = 30000 };
    g_autofree gm_chart_event *events = g_new0(gm_chart_event, MANY);
    gm_chart_geometry geometry;
    (void)state;
    for (int i = 0; i < MANY; i++)
        events[i] = (gm_chart_event){i * (50 * SECOND / MANY), "tick", GM_FILL_INFO, i % 6000 == 0};
    lay_out_events(events, MANY, (gm_xy){900, 500}, &geometry);
    gm_rect plot = plot_box(&geometry, 0);
    size_t lines = count_shapes(&geometry, GM_SHAPE_LINE, GM_ROLE_EVENT), whole = 0;
    assert_true(lines <= 1000);
    for (size_t i = 0; i < lines; i++) { /* so many shrink, but for the heavy ones */
        const gm_xy *p = shape_points(&geometry, nth_shape(&geometry, GM_SHAPE_LINE, GM_ROLE_EVENT, i));
        whole += p[1].y - p[0].y > plot.h - NEAR;
    }
    assert_int_equal(whole, 5);
    gm_chart_geometry_release(&geometry);
}

static void lay_out_limits(const gm_chart_limit *limits, size_t n, gm_chart_geometry *geometry) {
    static const double v[N] = {10, 20, 30, 40, 50, 60};
    gm_chart_series s = series_of(GM_DRAW_LINE, v, N);
    gm_chart_pane pane = pane_of(&s, 1);
    gm_chart chart = chart_of(&pane, 1);
    pane.limits = limits;
    pane.n_limits = n;
    lay_out(&chart, 900, 500, geometry);
}

static void test_limit_lines(void **state) {
    static const gm_chart_limit limits[] = {{"limit", 120, GM_FILL_CRITICAL},
                                            {"soft limit", 118, GM_FILL_WARNING},
                                            {"bad", NAN, GM_FILL_WARNING},
                                            {"far", 4000, GM_FILL_WARNING}};
    gm_chart_geometry geometry;
    (void)state;
    lay_out_limits(limits, G_N_ELEMENTS(limits), &geometry);
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_LINE, GM_ROLE_LIMIT), 2);
    assert_int_equal(count_shapes(&geometry, GM_SHAPE_TEXT, GM_ROLE_LIMIT_LABEL), 3);
    assert_non_null(find_text(&geometry, GM_ROLE_LIMIT_LABEL, "limit 120"));
    assert_non_null(find_text(&geometry, GM_ROLE_LIMIT_LABEL, "far 4k \xe2\x86\x91"));
    const gm_shape *line = nth_shape(&geometry, GM_SHAPE_LINE, GM_ROLE_LIMIT, 0);
    gm_rect plot = plot_box(&geometry, 0);
    double height = plot.y + plot.h - shape_points(&geometry, line)->y;
    assert_true(line->dashed && fabs(height - plot.h / 1.06) < NEAR); /* the scale ends 6 % above the limit */
    gm_chart_geometry_release(&geometry);
}

static void test_spans_are_shaded_and_named(void **state) {
    static const double v[N] = {1, 2, 3, 4, 5, 6};
    static const gm_chart_span spans[] = {{-20 * SECOND, 25 * SECOND, "growth", GM_FILL_WARNING},
                                          {70 * SECOND, 80 * SECOND, "elsewhere", GM_FILL_INFO}};
    gm_chart_series s = series_of(GM_DRAW_LINE, v, N);
    gm_chart_pane panes[2] = {pane_of(&s, 1), pane_of(&s, 1)};
    gm_chart chart = chart_of(panes, 2);
    gm_chart_geometry geometry;
    (void)state;
    chart.spans = spans;
    chart.n_spans = 2;
    lay_out(&chart, 900, 500, &geometry);
    const gm_shape *shade = nth_shape(&geometry, GM_SHAPE_RECT, GM_ROLE_SPAN, 0);
    gm_rect plot = plot_box(&geometry, 0);
    assert_true(fabs(shade->box.x - plot.x) < NEAR && fabs(shade->box.w - plot.w / 2) < NEAR);
    assert_true((shade->color & 255) < 64 && shade->box.h == plot.h);
    assert_non_null(find_text(&geometry, GM_ROLE_EVENT_LABEL, "growth"));
    assert_null(find_text(&geometry, GM_ROLE_EVENT_LABEL, "elsewhere"));
    gm_chart_geometry_release(&geometry);
}

static void test_panes_share_time_and_height(void **state) {
    static const double v[N] = {1, 2, 3, 4, 5, 6}, w[N] = {1e9, 2e9, 3e9, 4e9, 5e9, 6e9};
    gm_chart_series s[2] = {series_of(GM_DRAW_LINE, v, N), series_of(GM_DRAW_LINE, w, N)};
    gm_chart_pane panes[3] = {pane_of(&s[0], 1), pane_of(&s[1], 1), pane_of(&s[0], 1)};
    gm_chart chart = chart_of(panes, 3);
    gm_chart_geometry geometry;
    (void)state;
    panes[0].weight = 3;
    lay_out(&chart, 900, 500, &geometry);
    gm_rect a = plot_box(&geometry, 0), b = plot_box(&geometry, 1), c = plot_box(&geometry, 2);
    assert_true(a.x == b.x && b.x == c.x && a.w == b.w && b.w == c.w);
    assert_true(fabs(a.h / b.h - 3) < NEAR && fabs(b.h - c.h) < NEAR && a.y < b.y && b.y < c.y);
    gm_chart_geometry_release(&geometry);
}

static void test_too_many_panes_are_counted(void **state) {
    enum { MANY = 30 };
    static const double v[N] = {1, 2, 3, 4, 5, 6};
    gm_chart_series s = series_of(GM_DRAW_LINE, v, N);
    gm_chart_pane panes[MANY];
    gm_chart chart = chart_of(panes, MANY);
    gm_chart_geometry geometry;
    (void)state;
    for (int i = 0; i < MANY; i++) panes[i] = pane_of(&s, 1);
    lay_out(&chart, 480, 320, &geometry);
    size_t plots = count_shapes(&geometry, GM_SHAPE_RECT, GM_ROLE_PLOT);
    assert_true(plots >= 4 && plots < MANY);
    assert_int_equal(plots + counted_after(&geometry, GM_ROLE_NOTE), MANY);
    gm_chart_geometry_release(&geometry);
}

/* Everything at once. */
static void test_everything_at_any_size(void **state) {
    static const double v[N] = {1e9, 2e9, NAN, 4e9, 3e9, 6e9}, w[N] = {-1, -2, 3, 4, 5, 6};
    static const gm_chart_event events[] = {{1 * SECOND, "deploy of a version with a long name", GM_FILL_INFO, 0},
                                            {45 * SECOND, "OOM kill", GM_FILL_CRITICAL, 2},
                                            {46 * SECOND, "restart", GM_FILL_WARNING, 1},
                                            {46 * SECOND, "\xff\x01\xe2\x80\xae", GM_FILL_WARNING, 1}};
    static const gm_chart_span spans[] = {{10 * SECOND, 45 * SECOND, "growth", GM_FILL_WARNING}};
    static const gm_chart_limit limits[] = {{"limit", 7e9, GM_FILL_CRITICAL}, {"GOMEMLIMIT", 6.9e9, GM_FILL_WARNING}};
    gm_chart_series s[4] = {series_of(GM_DRAW_AREA, v, N), series_of(GM_DRAW_AREA, v, N), series_of(GM_DRAW_STEP, v, N),
                            series_of(GM_DRAW_POINTS, w, N)};
    gm_chart_pane panes[3] = {pane_of(s, 3), pane_of(&s[3], 1), pane_of(NULL, 0)};
    gm_chart chart = chart_of(panes, 3);
    (void)state;
    s[1].name = "a name that is far too long for any legend to be shown in full, at least in most of them";
    panes[0].unit = GM_UNIT_BYTES;
    panes[0].limits = limits;
    panes[0].n_limits = 2;
    chart.events = events;
    chart.n_events = G_N_ELEMENTS(events);
    chart.spans = spans;
    chart.n_spans = 1;
    check_any_size(&chart);
}

static void test_style_is_bounded(void **state) {
    static const gm_chart_style styles[] = {
        {NAN, NAN, NAN, GM_THEME_LIGHT}, {-5, 0, -1, GM_THEME_DARK}, {1e9, 1e9, 1e9, GM_THEME_LIGHT}};
    gm_chart chart = {.kind = GM_CHART_TIME, .title = "t"};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(styles); i++) {
        gm_chart_geometry geometry;
        gm_chart_layout(&chart, &styles[i], &fake_measure, &geometry);
        assert_true(geometry.width >= 160 && geometry.width <= 8000);
        assert_true(geometry.height >= 100 && geometry.height <= 8000);
        assert_true(geometry.scale >= 0.5 && geometry.scale <= 4);
        assert_true(geometry.width * geometry.height * geometry.scale * geometry.scale <= 64e6);
        gm_chart_geometry_release(&geometry);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thinning_keeps_least_and_greatest),
        cmocka_unit_test(test_points_keep_the_envelope),
        cmocka_unit_test(test_unknown_values_break_lines),
        cmocka_unit_test(test_long_gaps_break_lines),
        cmocka_unit_test(test_lines_reach_the_edges),
        cmocka_unit_test(test_steps_are_square),
        cmocka_unit_test(test_step_holds_into_the_range),
        cmocka_unit_test(test_stack_sums_up),
        cmocka_unit_test(test_stack_below_zero),
        cmocka_unit_test(test_unknown_layer_leaves_the_others),
        cmocka_unit_test(test_lone_samples_are_seen),
        cmocka_unit_test(test_empty_charts_say_so),
        cmocka_unit_test(test_extreme_values),
        cmocka_unit_test(test_legend_wraps_and_counts),
        cmocka_unit_test(test_short_legend_stands_beside_the_title),
        cmocka_unit_test(test_equal_events_merge),
        cmocka_unit_test(test_crowded_events_are_counted),
        cmocka_unit_test(test_event_lines_are_one_per_column),
        cmocka_unit_test(test_limit_lines),
        cmocka_unit_test(test_spans_are_shaded_and_named),
        cmocka_unit_test(test_panes_share_time_and_height),
        cmocka_unit_test(test_too_many_panes_are_counted),
        cmocka_unit_test(test_everything_at_any_size),
        cmocka_unit_test(test_style_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
