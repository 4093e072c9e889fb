/* The display list of a chart: every rectangle, line and text with its place and colour, in painting order.
 * Made by gm_chart_layout, turned into a picture by gm_draw_png. Lengths are logical pixels, y grows
 * downwards. */
#ifndef GOMORTEM_CHART_GEOMETRY_H
#define GOMORTEM_CHART_GEOMETRY_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
typedef enum { GM_SHAPE_RECT, GM_SHAPE_POLYGON, GM_SHAPE_LINE, GM_SHAPE_DOTS, GM_SHAPE_TEXT } gm_shape_kind;
typedef enum {
    GM_ROLE_PAGE, GM_ROLE_PLOT, GM_ROLE_SPAN, GM_ROLE_DATA, GM_ROLE_EDGE, GM_ROLE_GRID, GM_ROLE_AXIS,
    GM_ROLE_LIMIT, GM_ROLE_EVENT, GM_ROLE_CHIP, GM_ROLE_SWATCH, GM_ROLE_CONNECTOR, GM_ROLE_TITLE,
    GM_ROLE_SUBTITLE, GM_ROLE_PANE_TITLE, GM_ROLE_LEGEND, GM_ROLE_TICK_X, GM_ROLE_TICK_Y, GM_ROLE_DATE,
    GM_ROLE_EVENT_LABEL, GM_ROLE_LIMIT_LABEL, GM_ROLE_BAR_LABEL, GM_ROLE_BAR_VALUE, GM_ROLE_NOTE,
    GM_ROLE_FLAME_LABEL, GM_ROLE_HEADLINE, GM_ROLE_SENTENCE, GM_ROLE_FACT
} gm_chart_role;

typedef struct { double x, y; } gm_xy;
typedef struct { double x, y, w, h; } gm_rect;
/* clang-format on */

typedef struct {
    gm_shape_kind kind;
    gm_chart_role role;
    int pane, series;    /* what it belongs to (series also counts bars); -1 = the whole chart */
    uint32_t color;      /* 0xRRGGBBAA */
    gm_rect box;         /* RECT and TEXT */
    gm_rect clip;        /* nothing is drawn outside; w = 0 means no clip */
    size_t first, count; /* POLYGON, LINE, DOTS: range in points */
    double stroke;       /* LINE: width; DOTS: radius; TEXT: font size, baseline at box.y + stroke */
    bool dashed, bold;
    const char *text; /* TEXT: valid UTF-8, one line; owned by the geometry */
} gm_shape;

/* The display list in painting order. Owned by the caller between gm_chart_layout and _release. */
typedef struct {
    double width, height, scale;
    GArray *shapes; /* gm_shape */
    GArray *points; /* gm_xy */
    GStringChunk *texts;
} gm_chart_geometry;

/* Also fine on a zeroed geometry. */
void gm_chart_geometry_release(gm_chart_geometry *geometry);

#endif
