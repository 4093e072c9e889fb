/* Writes a chart's display list as SVG for the HTML page: sharp at any zoom, printable, readable without script. The
 * chart is laid out once per theme; both lists have the same shapes in the same order, so each shape gets a class
 * that stands for its pair of colours. No style attributes: the page's security policy forbids them.
 * SVG: https://www.w3.org/TR/SVG11/ */
#include "reports/svg.h"

#include <math.h>

typedef struct {
    const gm_chart_geometry *light, *dark;
    gm_svg_colours *colours;
    GString *out;
} writer;

void gm_svg_colours_init(gm_svg_colours *colours) {
    colours->pairs = g_array_new(FALSE, FALSE, 2 * sizeof(guint32));
}

void gm_svg_colours_release(gm_svg_colours *colours) {
    g_clear_pointer(&colours->pairs, g_array_unref);
}

static guint class_of(gm_svg_colours *colours, guint32 light, guint32 dark) {
    guint32 *pairs = (guint32 *)(void *)colours->pairs->data, pair[2] = {light, dark};
    for (guint i = 0; i < colours->pairs->len; i++)
        if (pairs[2 * i] == light && pairs[2 * i + 1] == dark) return i;
    g_array_append_vals(colours->pairs, pair, 1);
    return colours->pairs->len - 1;
}

static void put_theme(const gm_svg_colours *colours, GString *css, const char *before, int theme, const char *after) {
    const guint32 *pairs = (const guint32 *)(const void *)colours->pairs->data;
    g_string_append(css, before);
    for (guint i = 0; i < colours->pairs->len; i++)
        g_string_append_printf(css, "--k%u:#%08x;", i, pairs[2 * i + (guint)theme]);
    g_string_append(css, after);
}

void gm_svg_colours_style(const gm_svg_colours *colours, GString *css) {
    put_theme(colours, css, ":root{", 0, "}\n");
    put_theme(colours, css, "@media (prefers-color-scheme:dark){:root:not([data-theme=light]){", 1, "}}\n");
    put_theme(colours, css, ":root[data-theme=dark]{", 1, "}\n");
    put_theme(colours, css, "@media print{:root,:root[data-theme=dark],:root:not([data-theme=light]){", 0, "}}\n");
    for (guint i = 0; i < colours->pairs->len; i++)
        g_string_append_printf(css, ".k%u{fill:var(--k%u)}.l%u{stroke:var(--k%u)}\n", i, i, i, i);
}

/* One decimal is a tenth of a pixel; "12.0" is "12". */
static void put_number(GString *out, double value) {
    gint64 tenths = isfinite(value) ? (gint64)llround(CLAMP(value, -1e6, 1e6) * 10) : 0;
    if (tenths < 0) g_string_append_c(out, '-');
    gint64 whole = ABS(tenths) / 10, rest = ABS(tenths) % 10;
    g_string_append_printf(out, "%" G_GINT64_FORMAT, whole);
    if (rest) g_string_append_printf(out, ".%d", (int)rest);
}

static void put_attribute(GString *out, const char *name, double value) {
    g_string_append_printf(out, " %s=\"", name);
    put_number(out, value);
    g_string_append_c(out, '"');
}

static void put_text_escaped(GString *out, const char *text) {
    g_autofree char *escaped = g_markup_escape_text(text ? text : "", -1);
    g_string_append(out, escaped);
}

static void put_rect(writer *w, gm_rect box) {
    g_string_append(w->out, "<rect");
    put_attribute(w->out, "x", box.x);
    put_attribute(w->out, "y", box.y);
    put_attribute(w->out, "width", MAX(box.w, 0.1));
    put_attribute(w->out, "height", MAX(box.h, 0.1));
}

/* Relative steps in tenths: a path of a thousand points stays small. */
static void put_path(writer *w, const gm_shape *shape, bool closed) {
    const gm_xy *p = &g_array_index(w->light->points, gm_xy, shape->first);
    gint64 x = 0, y = 0;
    g_string_append(w->out, "<path d=\"");
    for (size_t i = 0; i < shape->count; i++) {
        gint64 at_x = (gint64)llround(p[i].x * 10), at_y = (gint64)llround(p[i].y * 10);
        if (i > 1 && at_x == x && at_y == y) continue;
        g_string_append(w->out, i == 0 ? "M" : "l");
        put_number(w->out, (double)(at_x - x) / 10);
        g_string_append_c(w->out, ' ');
        put_number(w->out, (double)(at_y - y) / 10);
        x = at_x;
        y = at_y;
    }
    g_string_append(w->out, closed ? "z\"" : "\"");
}

static void put_dots(writer *w, const gm_shape *shape) {
    g_string_append(w->out, "<path d=\"");
    for (size_t i = 0; i < shape->count; i++) {
        const gm_xy *p = &g_array_index(w->light->points, gm_xy, shape->first + i);
        g_string_append_c(w->out, 'M');
        put_number(w->out, p->x);
        g_string_append_c(w->out, ' ');
        put_number(w->out, p->y);
        g_string_append(w->out, "h0");
    }
    g_string_append(w->out, "\" stroke-linecap=\"round\"");
    put_attribute(w->out, "stroke-width", 2 * shape->stroke);
}

static void put_words(writer *w, const gm_shape *shape) {
    g_string_append(w->out, "<text");
    put_attribute(w->out, "x", shape->box.x);
    put_attribute(w->out, "y", shape->box.y + shape->stroke);
    put_attribute(w->out, "font-size", shape->stroke);
    if (shape->bold) g_string_append(w->out, " font-weight=\"600\"");
}

static void put_shape(writer *w, const gm_shape *shape, guint class_index) {
    bool stroked = shape->kind == GM_SHAPE_LINE || shape->kind == GM_SHAPE_DOTS;
    switch (shape->kind) {
    case GM_SHAPE_RECT: put_rect(w, shape->box); break;
    case GM_SHAPE_POLYGON: put_path(w, shape, true); break;
    case GM_SHAPE_DOTS: put_dots(w, shape); break;
    case GM_SHAPE_TEXT: put_words(w, shape); break;
    case GM_SHAPE_LINE:
        put_path(w, shape, false);
        put_attribute(w->out, "stroke-width", shape->stroke);
        if (shape->dashed) g_string_append(w->out, " stroke-dasharray=\"5 3\"");
        break;
    }
    g_string_append_printf(w->out, " class=\"%c%u\"", stroked ? 'l' : 'k', class_index);
    if (shape->kind != GM_SHAPE_TEXT) {
        g_string_append(w->out, "/>");
        return;
    }
    g_string_append_c(w->out, '>');
    put_text_escaped(w->out, shape->text);
    g_string_append(w->out, "</text>");
}

static void put_shapes(writer *w) {
    for (guint i = 0; i < w->light->shapes->len && i < w->dark->shapes->len; i++) {
        const gm_shape *light = &g_array_index(w->light->shapes, gm_shape, i),
                       *dark = &g_array_index(w->dark->shapes, gm_shape, i);
        if (light->role == GM_ROLE_PAGE ||
            (light->kind != GM_SHAPE_RECT && light->kind != GM_SHAPE_TEXT && light->count == 0))
            continue;
        put_shape(w, light, class_of(w->colours, light->color, dark->color));
    }
}

void gm_svg_write(const gm_chart *chart, const gm_chart_style *style, const gm_text_measure *measure, const char *label,
                  gm_svg_colours *colours, GString *out) {
    gm_chart_geometry light, dark;
    gm_chart_style themed = *style;
    themed.theme = GM_THEME_LIGHT;
    gm_chart_layout(chart, &themed, measure, &light);
    themed.theme = GM_THEME_DARK;
    gm_chart_layout(chart, &themed, measure, &dark);
    writer w = {&light, &dark, colours, out};
    g_string_append_printf(out, "<svg role=\"img\" viewBox=\"0 0 %d %d\" fill=\"none\" aria-label=\"", (int)light.width,
                           (int)light.height);
    put_text_escaped(out, label);
    g_string_append(out, "\">");
    put_shapes(&w);
    g_string_append(out, "</svg>\n");
    gm_chart_geometry_release(&light);
    gm_chart_geometry_release(&dark);
}
