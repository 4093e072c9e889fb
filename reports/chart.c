/* The chart engine's entry: takes a chart and a style, sets up the page (fonts that follow the size,
 * background, title), lets chart_pane.c, chart_bars.c, chart_flame.c or chart_card.c fill the body, and leaves a
 * display list for draw.c. Also the few functions through which every shape gets into that list. Knows no drawing
 * library: text widths come from the caller's measure, so that all of it is tested on numbers. */
#include "chart_private.h"

#include <string.h>

#define MIN_WIDTH           160.0
#define MIN_HEIGHT          100.0
#define MAX_SIDE            8000.0
#define MAX_PIXELS          64e6
#define TITLE_MIN_HEIGHT    140.0 /* below that the data needs the room more */
#define SUBTITLE_MIN_HEIGHT 220.0

gm_ink gm_ink_make(gm_chart_role role, int pane, int series, uint32_t color) {
    return (gm_ink){.role = role, .pane = pane, .series = series, .color = color};
}

uint32_t gm_page_fill(const gm_page *page, gm_chart_fill fill) {
    return gm_chart_fill_color(page->theme_id, fill);
}

uint32_t gm_color_alpha(uint32_t color, double alpha) {
    return (color & 0xffffff00u) | (uint32_t)(alpha * 255 + 0.5);
}

gm_shape *gm_page_add(gm_page *page, gm_shape_kind kind, gm_ink ink) {
    GArray *shapes = page->out->shapes;
    gm_shape shape = {.kind = kind, .role = ink.role, .pane = ink.pane, .series = ink.series, .color = ink.color};
    shape.first = page->out->points->len;
    g_array_append_val(shapes, shape);
    return &g_array_index(shapes, gm_shape, shapes->len - 1);
}

void gm_page_rect(gm_page *page, gm_ink ink, gm_rect box) {
    gm_page_add(page, GM_SHAPE_RECT, ink)->box = box;
}

gm_shape *gm_page_line(gm_page *page, gm_ink ink, gm_xy from, gm_xy to, double stroke) {
    gm_shape *shape = gm_page_add(page, GM_SHAPE_LINE, ink);
    shape->count = 2;
    shape->stroke = stroke;
    g_array_append_val(page->out->points, from);
    g_array_append_val(page->out->points, to);
    return shape;
}

void gm_page_text(gm_page *page, gm_ink ink, gm_label label, gm_font font, gm_xy at) {
    if (!*label.text) return;
    gm_shape *shape = gm_page_add(page, GM_SHAPE_TEXT, ink);
    shape->box = (gm_rect){at.x, at.y, label.width, gm_font_line(font)};
    shape->stroke = font.size;
    shape->bold = font.bold;
    shape->text = label.text;
}

/* A quiet remark in the middle of an area: "no data". */
void gm_page_note(gm_page *page, gm_rect in, int pane, const char *text) {
    gm_label label = gm_page_label(page, text, page->text, in.w, GM_ELIDE_END);
    gm_xy at = {in.x + (in.w - label.width) / 2, in.y + (in.h - gm_font_line(page->text)) / 2};
    gm_page_text(page, gm_ink_make(GM_ROLE_NOTE, pane, -1, page->theme->muted), label, page->text, at);
}

void gm_chart_geometry_release(gm_chart_geometry *geometry) {
    g_clear_pointer(&geometry->shapes, g_array_unref);
    g_clear_pointer(&geometry->points, g_array_unref);
    g_clear_pointer(&geometry->texts, g_string_chunk_free);
}

static double side(double length, double least) {
    return length > least ? MIN(length, MAX_SIDE) : least; /* a NaN is least, too */
}

static void geometry_init(gm_chart_geometry *out, const gm_chart_style *style) {
    memset(out, 0, sizeof *out);
    out->width = side(style->width, MIN_WIDTH);
    out->height = side(style->height, MIN_HEIGHT);
    out->scale = style->scale > 0 ? CLAMP(style->scale, 0.5, 4.0) : 1;
    while (out->scale > 0.5 && out->width * out->height * out->scale * out->scale > MAX_PIXELS) out->scale -= 0.5;
    out->scale = MAX(out->scale, 0.5);
    out->shapes = g_array_new(FALSE, FALSE, sizeof(gm_shape));
    out->points = g_array_new(FALSE, FALSE, sizeof(gm_xy));
    out->texts = g_string_chunk_new(4096);
}

static void page_init(gm_page *page, const gm_chart_style *style) {
    const gm_chart_geometry *out = page->out;
    double extent = MIN(out->width + out->height, 3 * MIN(out->width, out->height));
    double base = CLAMP(8.6 + extent / 600, 9.0, 16.0);
    double margin = base;
    page->theme_id = style->theme;
    page->theme = gm_theme_get(style->theme);
    page->text = (gm_font){base, false};
    page->strong = (gm_font){base, true};
    page->small = (gm_font){MAX(9.0, base * 0.9), false};
    page->title = (gm_font){base * 1.45, true};
    page->column = 1 / out->scale;
    page->body = (gm_rect){margin, margin, out->width - 2 * margin, out->height - 2 * margin};
}

/* One line across the page; the body shrinks by it. */
static void head_line(gm_page *page, const char *text, gm_font font, gm_ink ink) {
    gm_label label = gm_page_label(page, text, font, page->body.w, GM_ELIDE_END);
    if (!*label.text) return;
    gm_page_text(page, ink, label, font, (gm_xy){page->body.x, page->body.y});
    page->body.y += gm_font_line(font);
    page->body.h -= gm_font_line(font);
}

static void draw_head(gm_page *page) {
    double height = page->out->height, top = page->body.y;
    gm_page_rect(page, gm_ink_make(GM_ROLE_PAGE, -1, -1, page->theme->page), (gm_rect){0, 0, page->out->width, height});
    if (height >= TITLE_MIN_HEIGHT)
        head_line(page, page->chart->title, page->title, gm_ink_make(GM_ROLE_TITLE, -1, -1, page->theme->ink));
    if (height >= SUBTITLE_MIN_HEIGHT)
        head_line(page, page->chart->subtitle, page->text, gm_ink_make(GM_ROLE_SUBTITLE, -1, -1, page->theme->muted));
    if (page->body.y > top) {
        page->body.y += page->text.size * 0.6;
        page->body.h -= page->text.size * 0.6;
    }
}

void gm_chart_layout(const gm_chart *chart, const gm_chart_style *style, const gm_text_measure *measure,
                     gm_chart_geometry *out) {
    gm_page page = {.chart = chart, .measure = measure, .out = out};
    geometry_init(out, style);
    page_init(&page, style);
    draw_head(&page);
    switch (chart->kind) {
    case GM_CHART_TIME: gm_panes_layout(&page); break;
    case GM_CHART_FLAME: gm_flame_layout(&page); break;
    case GM_CHART_CARD: gm_card_layout(&page); break;
    default: gm_bars_layout(&page);
    }
}
