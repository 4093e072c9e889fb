/* The helpers of the chart tests; see chart_test.h. */
#include "chart_test.h"

#include <math.h>
#include <string.h>

static double fake_width(void *ctx, const char *text, double size, bool bold) {
    (void)ctx;
    return (double)g_utf8_strlen(text, -1) * size * (bold ? 0.66 : 0.6);
}

const gm_text_measure fake_measure = {fake_width, NULL};

void lay_out(const gm_chart *chart, double width, double height, gm_chart_geometry *geometry) {
    gm_chart_style style = {.width = width, .height = height};
    gm_chart_layout(chart, &style, &fake_measure, geometry);
    check_geometry(geometry);
}

static const gm_shape *shape_at(const gm_chart_geometry *geometry, guint i) {
    return &g_array_index(geometry->shapes, gm_shape, i);
}

size_t count_shapes(const gm_chart_geometry *geometry, gm_shape_kind kind, gm_chart_role role) {
    size_t count = 0;
    for (guint i = 0; i < geometry->shapes->len; i++)
        count += shape_at(geometry, i)->kind == kind && shape_at(geometry, i)->role == role;
    return count;
}

const gm_shape *nth_shape(const gm_chart_geometry *geometry, gm_shape_kind kind, gm_chart_role role, size_t n) {
    for (guint i = 0; i < geometry->shapes->len; i++) {
        const gm_shape *shape = shape_at(geometry, i);
        if (shape->kind == kind && shape->role == role && n-- == 0) return shape;
    }
    fail_msg("no shape of kind %d and role %d", kind, role);
    return NULL;
}

const gm_xy *shape_points(const gm_chart_geometry *geometry, const gm_shape *shape) {
    return &g_array_index(geometry->points, gm_xy, shape->first);
}

const gm_shape *find_text(const gm_chart_geometry *geometry, gm_chart_role role, const char *prefix) {
    for (guint i = 0; i < geometry->shapes->len; i++) {
        const gm_shape *shape = shape_at(geometry, i);
        if (shape->kind == GM_SHAPE_TEXT && shape->role == role && g_str_has_prefix(shape->text, prefix)) return shape;
    }
    return NULL;
}

static double channel(uint32_t color, int shift) {
    double c = (color >> shift & 255) / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t color) {
    return 0.2126 * channel(color, 24) + 0.7152 * channel(color, 16) + 0.0722 * channel(color, 8);
}

double contrast(uint32_t a, uint32_t b) {
    double x = luminance(a), y = luminance(b);
    return (MAX(x, y) + 0.05) / (MIN(x, y) + 0.05);
}

static bool inside(gm_rect in, gm_rect box) {
    return box.x >= in.x - NEAR && box.y >= in.y - NEAR && box.x + box.w <= in.x + in.w + NEAR &&
           box.y + box.h <= in.y + in.h + NEAR;
}

static bool apart(gm_rect a, gm_rect b) {
    return a.x + a.w <= b.x + NEAR || b.x + b.w <= a.x + NEAR || a.y + a.h <= b.y + NEAR || b.y + b.h <= a.y + NEAR;
}

/* The last opaque box painted before shape `index` that is under all of it. */
static uint32_t ground(const gm_chart_geometry *geometry, guint index) {
    const gm_shape *text = shape_at(geometry, index);
    for (guint i = index; i-- > 0;) {
        const gm_shape *shape = shape_at(geometry, i);
        if (shape->kind == GM_SHAPE_RECT && (shape->color & 255) == 255 && inside(shape->box, text->box))
            return shape->color;
    }
    fail_msg("nothing is painted under \"%s\"", text->text);
    return 0;
}

static void check_text(const gm_chart_geometry *geometry, guint index) {
    const gm_shape *text = shape_at(geometry, index);
    gm_rect page = {0, 0, geometry->width, geometry->height};
    assert_true(g_utf8_validate(text->text, -1, NULL));
    assert_true(*text->text && text->stroke >= 9 && text->box.w > 0);
    if (!inside(page, text->box)) fail_msg("\"%s\" leaves the page", text->text);
    assert_true(contrast(text->color, ground(geometry, index)) >= 4.5);
    for (guint i = 0; i < index; i++) {
        const gm_shape *other = shape_at(geometry, i);
        if (other->kind == GM_SHAPE_TEXT && !apart(other->box, text->box))
            fail_msg("\"%s\" and \"%s\" overlap", other->text, text->text);
    }
}

static const gm_shape *plot_of(const gm_chart_geometry *geometry, int pane) {
    for (guint i = 0; i < geometry->shapes->len; i++) {
        const gm_shape *shape = shape_at(geometry, i);
        if (shape->role == GM_ROLE_PLOT && shape->pane == pane) return shape;
    }
    fail_msg("pane %d has no plot", pane);
    return NULL;
}

static void check_points(const gm_chart_geometry *geometry, const gm_shape *shape) {
    assert_true(shape->first + shape->count <= geometry->points->len);
    const gm_xy *p = shape_points(geometry, shape);
    bool data = shape->role == GM_ROLE_DATA || shape->role == GM_ROLE_EDGE;
    gm_rect plot = data ? plot_of(geometry, shape->pane)->box : (gm_rect){0, 0, 0, 0};
    for (size_t i = 0; i < shape->count; i++) {
        assert_true(isfinite(p[i].x) && isfinite(p[i].y));
        if (data && shape->kind != GM_SHAPE_POLYGON) assert_true(p[i].x >= plot.x - 2 && p[i].x <= plot.x + plot.w + 2);
        if (data) assert_true(p[i].y >= plot.y - NEAR && p[i].y <= plot.y + plot.h + NEAR);
    }
}

static void check_plots(const gm_chart_geometry *geometry) {
    gm_rect page = {0, 0, geometry->width, geometry->height};
    size_t plots = count_shapes(geometry, GM_SHAPE_RECT, GM_ROLE_PLOT);
    for (size_t i = 0; i < plots; i++) {
        gm_rect box = nth_shape(geometry, GM_SHAPE_RECT, GM_ROLE_PLOT, i)->box;
        assert_true(inside(page, box) && box.w > 0 && box.h > 0);
        for (size_t k = 0; k < i; k++)
            assert_true(apart(box, nth_shape(geometry, GM_SHAPE_RECT, GM_ROLE_PLOT, k)->box));
    }
}

void check_geometry(const gm_chart_geometry *geometry) {
    for (guint i = 0; i < geometry->shapes->len; i++) {
        const gm_shape *shape = shape_at(geometry, i);
        if (shape->kind == GM_SHAPE_TEXT) check_text(geometry, i);
        else if (shape->kind == GM_SHAPE_RECT)
            assert_true(isfinite(shape->box.x + shape->box.y) && shape->box.w >= 0 && shape->box.h >= 0);
        else check_points(geometry, shape);
    }
    check_plots(geometry);
}

void check_any_size(const gm_chart *chart) {
    for (double width = 1; width < 9000; width *= 1.45) {
        for (double height = 1; height < 9000; height *= 1.45) {
            gm_chart_style style = {width, height, 1, (int)height % 2 ? GM_THEME_LIGHT : GM_THEME_DARK};
            gm_chart_geometry geometry;
            gm_chart_layout(chart, &style, &fake_measure, &geometry);
            check_geometry(&geometry);
            gm_chart_geometry_release(&geometry);
        }
    }
}

size_t counted_after(const gm_chart_geometry *geometry, gm_chart_role role) {
    const gm_shape *more = find_text(geometry, role, "+");
    return more ? (size_t)g_ascii_strtoull(more->text + 1, NULL, 10) : 0;
}
