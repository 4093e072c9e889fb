/* The only file that knows cairo and pango: measures texts for the layout and turns its display list into a
 * PNG. Decides nothing about places and colours; it only aligns straight lines and boxes with whole device
 * pixels. What could differ between two runs is pinned: grey antialiasing, no hinting, unrounded glyph
 * positions, a fixed language. Before it: gm_chart_layout. After it: the renderers that embed or write the
 * picture. PNG: https://www.w3.org/TR/png-3/ (cairo writes no time and no text chunks). */
#include "gomortem/chart.h"

#include "reports/draw_library.h"

#include <math.h>

#define DEFAULT_FONT "DejaVu Sans"

struct gm_draw {
    PangoFontMap *fonts;
    PangoContext *context;
    PangoLayout *layout;
    PangoFontDescription *regular, *bold;
};

typedef struct {
    gm_draw *draw;
    const gm_chart_geometry *geometry;
    cairo_t *cairo;
} canvas;

GQuark gm_chart_error_quark(void) {
    return g_quark_from_static_string("gm-chart-error");
}

static cairo_font_options_t *font_options(void) {
    cairo_font_options_t *options = gm_library.cairo_font_options_create();
    gm_library.cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    gm_library.cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    gm_library.cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    return options;
}

/* A font map of its own: the default one belongs to one thread. */
gm_draw *gm_draw_new(const char *font, GError **error) {
    if (!gm_library_load(error)) return NULL;
    gm_draw *draw = g_new0(gm_draw, 1);
    cairo_font_options_t *options = font_options();
    draw->fonts = gm_library.pango_cairo_font_map_new();
    draw->context = gm_library.pango_font_map_create_context(draw->fonts);
    gm_library.pango_cairo_context_set_font_options(draw->context, options);
    gm_library.pango_context_set_round_glyph_positions(draw->context, FALSE);
    gm_library.pango_context_set_language(draw->context, gm_library.pango_language_from_string("en"));
    draw->layout = gm_library.pango_layout_new(draw->context);
    gm_library.pango_layout_set_single_paragraph_mode(draw->layout, TRUE);
    draw->regular = gm_library.pango_font_description_new();
    gm_library.pango_font_description_set_family(draw->regular, font ? font : DEFAULT_FONT);
    draw->bold = gm_library.pango_font_description_copy(draw->regular);
    gm_library.pango_font_description_set_weight(draw->bold, PANGO_WEIGHT_BOLD);
    gm_library.cairo_font_options_destroy(options);
    return draw;
}

void gm_draw_free(gm_draw *draw) {
    if (!draw) return;
    gm_library.pango_font_description_free(draw->regular);
    gm_library.pango_font_description_free(draw->bold);
    gm_library.g_object_unref(draw->layout);
    gm_library.g_object_unref(draw->context);
    gm_library.g_object_unref(draw->fonts);
    g_free(draw);
}

static void set_text(gm_draw *draw, const char *text, double size, bool bold) {
    PangoFontDescription *font = bold ? draw->bold : draw->regular;
    gm_library.pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    gm_library.pango_layout_set_font_description(draw->layout, font);
    gm_library.pango_layout_set_text(draw->layout, text, -1);
}

static double measure(void *ctx, const char *text, double size, bool bold) {
    gm_draw *draw = ctx;
    PangoRectangle logical;
    set_text(draw, text, size, bold);
    gm_library.pango_layout_get_extents(draw->layout, NULL, &logical);
    return (double)logical.width / PANGO_SCALE;
}

gm_text_measure gm_draw_measure(gm_draw *draw) {
    return (gm_text_measure){measure, draw};
}

static void set_color(cairo_t *cairo, uint32_t color) {
    gm_library.cairo_set_source_rgba(cairo, (color >> 24) / 255.0, (color >> 16 & 255) / 255.0,
                                     (color >> 8 & 255) / 255.0, (color & 255) / 255.0);
}

/* The nearest border between device pixels, in logical pixels. */
static double snap(const canvas *c, double length) {
    return round(length * c->geometry->scale) / c->geometry->scale;
}

static void draw_rect(const canvas *c, const gm_shape *shape) {
    double left = snap(c, shape->box.x), top = snap(c, shape->box.y), pixel = 1 / c->geometry->scale;
    double right = snap(c, shape->box.x + shape->box.w), bottom = snap(c, shape->box.y + shape->box.h);
    gm_library.cairo_rectangle(c->cairo, left, top, fmax(right - left, pixel), fmax(bottom - top, pixel));
    gm_library.cairo_fill(c->cairo);
}

static const gm_xy *points_of(const canvas *c, const gm_shape *shape) {
    return &g_array_index(c->geometry->points, gm_xy, shape->first);
}

static void trace_path(const canvas *c, const gm_shape *shape) {
    const gm_xy *p = points_of(c, shape);
    for (size_t i = 0; i < shape->count; i++) gm_library.cairo_line_to(c->cairo, p[i].x, p[i].y);
}

/* A straight line is as many whole device pixels wide as comes near its stroke, and covers them exactly. */
static bool draw_straight(const canvas *c, const gm_shape *shape) {
    const gm_xy *p = points_of(c, shape);
    if (shape->role == GM_ROLE_DATA || shape->count != 2 || (p[0].x != p[1].x && p[0].y != p[1].y)) return false;
    double scale = c->geometry->scale, width = fmax(1, round(shape->stroke * scale)) / scale;
    bool upright = p[0].x == p[1].x;
    double at = snap(c, (upright ? p[0].x : p[0].y) - width / 2) + width / 2;
    gm_library.cairo_set_line_width(c->cairo, width);
    gm_library.cairo_move_to(c->cairo, upright ? at : p[0].x, upright ? p[0].y : at);
    gm_library.cairo_line_to(c->cairo, upright ? at : p[1].x, upright ? p[1].y : at);
    gm_library.cairo_stroke(c->cairo);
    return true;
}

static void draw_line(const canvas *c, const gm_shape *shape) {
    static const double dashes[] = {5, 3};
    if (!shape->count) return;
    gm_library.cairo_set_dash(c->cairo, dashes, shape->dashed ? 2 : 0, 0);
    if (!draw_straight(c, shape)) {
        gm_library.cairo_set_line_width(c->cairo, shape->stroke);
        trace_path(c, shape);
        gm_library.cairo_stroke(c->cairo);
    }
}

static void draw_polygon(const canvas *c, const gm_shape *shape) {
    trace_path(c, shape);
    gm_library.cairo_close_path(c->cairo);
    gm_library.cairo_fill(c->cairo);
}

static void draw_dots(const canvas *c, const gm_shape *shape) {
    const gm_xy *p = points_of(c, shape);
    for (size_t i = 0; i < shape->count; i++) {
        gm_library.cairo_new_sub_path(c->cairo);
        gm_library.cairo_arc(c->cairo, p[i].x, p[i].y, shape->stroke, 0, 2 * G_PI);
    }
    gm_library.cairo_fill(c->cairo);
}

/* On its baseline, so that texts in scripts with taller fonts stand level; a tower of marks is cut off. */
static void draw_text(const canvas *c, const gm_shape *shape) {
    double size = shape->stroke;
    gm_library.cairo_rectangle(c->cairo, shape->box.x - size, shape->box.y - size * 0.3, shape->box.w + 2 * size,
                               shape->box.h + size * 0.6);
    gm_library.cairo_clip(c->cairo);
    set_text(c->draw, shape->text, size, shape->bold);
    gm_library.cairo_move_to(c->cairo, shape->box.x, shape->box.y + size);
    gm_library.pango_cairo_show_layout_line(c->cairo, gm_library.pango_layout_get_line_readonly(c->draw->layout, 0));
    gm_library.cairo_new_path(c->cairo);
}

static void draw_shape(const canvas *c, const gm_shape *shape) {
    gm_library.cairo_save(c->cairo);
    if (shape->clip.w > 0) {
        gm_library.cairo_rectangle(c->cairo, shape->clip.x, shape->clip.y, shape->clip.w, shape->clip.h);
        gm_library.cairo_clip(c->cairo);
    }
    set_color(c->cairo, shape->color);
    switch (shape->kind) {
    case GM_SHAPE_RECT: draw_rect(c, shape); break;
    case GM_SHAPE_POLYGON: draw_polygon(c, shape); break;
    case GM_SHAPE_LINE: draw_line(c, shape); break;
    case GM_SHAPE_DOTS: draw_dots(c, shape); break;
    case GM_SHAPE_TEXT: draw_text(c, shape); break;
    }
    gm_library.cairo_restore(c->cairo);
}

static cairo_status_t take_bytes(void *closure, const unsigned char *data, unsigned int length) {
    g_byte_array_append(closure, data, length);
    return CAIRO_STATUS_SUCCESS;
}

static void draw_shapes(gm_draw *draw, const gm_chart_geometry *geometry, cairo_surface_t *surface) {
    canvas c = {draw, geometry, gm_library.cairo_create(surface)};
    gm_library.cairo_scale(c.cairo, geometry->scale, geometry->scale);
    gm_library.cairo_set_line_join(c.cairo, CAIRO_LINE_JOIN_ROUND);
    gm_library.pango_cairo_update_context(c.cairo, draw->context);
    for (guint i = 0; i < geometry->shapes->len; i++) draw_shape(&c, &g_array_index(geometry->shapes, gm_shape, i));
    gm_library.cairo_destroy(c.cairo);
    gm_library.pango_context_set_matrix(draw->context, NULL); /* the next measurement must not depend on this picture */
}

bool gm_draw_png(gm_draw *draw, const gm_chart_geometry *geometry, GByteArray *png, GError **error) {
    int width = (int)round(geometry->width * geometry->scale), height = (int)round(geometry->height * geometry->scale);
    cairo_surface_t *surface = gm_library.cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_status_t status = gm_library.cairo_surface_status(surface);
    guint before = png->len;
    if (status == CAIRO_STATUS_SUCCESS) {
        draw_shapes(draw, geometry, surface);
        status = gm_library.cairo_surface_write_to_png_stream(surface, take_bytes, png);
    }
    gm_library.cairo_surface_destroy(surface);
    if (status == CAIRO_STATUS_SUCCESS) return true;
    g_byte_array_set_size(png, before);
    g_set_error(error, GM_CHART_ERROR, (gint)status, "cannot draw a chart of %dx%d pixels: %s", width, height,
                gm_library.cairo_status_to_string(status));
    return false;
}
