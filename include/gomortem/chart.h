/* Charts in three steps: gm_chart says what to draw, gm_chart_layout works out where everything goes (plain
 * numbers and texts, no drawing library), gm_draw_png turns that into a picture. The same chart, style, fonts
 * and library versions give the same bytes. Lengths are logical pixels, y grows downwards; a picture has
 * width * scale by height * scale device pixels. Times are int64 ns UTC. Values are doubles in the pane's
 * unit; a NaN or infinite value is unknown: it breaks lines and is never taken for 0. All strings may hold
 * any bytes: bad UTF-8, control bytes and bidirectional overrides are made harmless, too long text is elided.
 */
#ifndef GOMORTEM_CHART_H
#define GOMORTEM_CHART_H

#include "gomortem/chart_geometry.h"
#include "gomortem/chart_palette.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
typedef enum { GM_UNIT_BYTES, GM_UNIT_COUNT, GM_UNIT_PERCENT, GM_UNIT_MS } gm_chart_unit;
typedef enum { GM_CHART_TIME, GM_CHART_WATERFALL, GM_CHART_BARS, GM_CHART_FLAME, GM_CHART_CARD } gm_chart_kind;
/* AREA stacks in series order on zero (negative values below it); STEP holds until the next sample. */
typedef enum { GM_DRAW_AREA, GM_DRAW_LINE, GM_DRAW_STEP, GM_DRAW_POINTS } gm_chart_draw;
/* clang-format on */

/* What to draw. The caller owns every array and string and keeps them until gm_chart_layout returns. */
typedef struct {
    const char *name; /* legend text */
    gm_chart_draw draw;
    gm_chart_fill fill;
    const int64_t *t_ns; /* ascending; all AREA series of a pane share one t_ns and n */
    const double *value;
    size_t n;
    int64_t gap_ns; /* samples further apart than this are not joined; 0 = always joined */
} gm_chart_series;

typedef struct {
    const char *label; /* "limit"; the value is added to it */
    double value;
    gm_chart_fill fill;
} gm_chart_limit; /* a level far above the data is told at the upper edge instead of squeezing the data */

typedef struct {
    const char *title;
    gm_chart_unit unit;
    double weight; /* share of the height, 0 = 1 */
    const gm_chart_series *series;
    size_t n_series;
    const gm_chart_limit *limits;
    size_t n_limits;
} gm_chart_pane;

typedef struct {
    int64_t t_ns;
    const char *label; /* equal neighbours become one label "OOM kill x3" */
    gm_chart_fill fill;
    int weight; /* when room is short the greater weight keeps its label; the others are counted */
} gm_chart_event;

typedef struct {
    int64_t from_ns, to_ns;
    const char *label; /* NULL = none */
    gm_chart_fill fill;
} gm_chart_span;

typedef struct {
    const char *label;
    double value;
    const char *note; /* printed after the value; NULL = none */
    gm_chart_fill fill;
} gm_chart_bar;

/* A call in an icicle: callees lie below their caller and within its width. */
typedef struct {
    const char *label;
    int depth;           /* 0 = the top row */
    double start, width; /* shares of the whole, 0..1 */
    gm_chart_fill fill;
} gm_chart_flame;

typedef struct {
    const char *label, *value;
} gm_chart_fact;

/* CARD: words and facts above a time chart, for chats and tickets. */
typedef struct {
    const char *kicker, *headline, *aside, *sentence;
    gm_chart_fill fill;
    const gm_chart_fact *facts;
    size_t n_facts;
} gm_chart_card;

typedef struct {
    gm_chart_kind kind;
    const char *title, *subtitle; /* NULL = none */
    int64_t from_ns, to_ns;       /* TIME: range shown; from >= to takes it from the data */
    bool since_start;             /* TIME: times are counted from a start at 0, not on the calendar */
    const gm_chart_pane *panes;
    size_t n_panes;
    const gm_chart_event *events;
    size_t n_events;
    const gm_chart_span *spans;
    size_t n_spans;
    const gm_chart_bar *bars; /* WATERFALL: bars[0] is the total, the rest step down from it */
    size_t n_bars;
    gm_chart_unit unit; /* of the bars */
    bool show_sign;     /* bars are changes: print + before gains */
    const gm_chart_flame *flames;
    size_t n_flames;
    const gm_chart_card *card;
} gm_chart;

typedef struct {
    double width, height; /* kept within 160x100 .. 8000x8000 */
    double scale;         /* device pixels per logical pixel, 0 = 1; kept within 0.5 .. 4 and 64 megapixels in all */
    gm_chart_theme theme;
} gm_chart_style;

/* The width of clean one-line text in logical pixels; must not shrink when text is appended. */
typedef struct {
    double (*width)(void *ctx, const char *text, double size, bool bold);
    void *ctx;
} gm_text_measure;

/* Fills *out, which needs no preparation and is released with gm_chart_geometry_release. Never fails: what
 * does not fit is elided, thinned out or counted. */
void gm_chart_layout(const gm_chart *chart, const gm_chart_style *style, const gm_text_measure *measure,
                     gm_chart_geometry *out);

/* A value as the charts print it, three digits and a unit: "1.46 GiB", "12.3k", "85%", "1.2 s". Returns out.
 */
#define GM_CHART_VALUE_MAX 32
const char *gm_chart_value_text(gm_chart_unit unit, double value, char out[GM_CHART_VALUE_MAX]);

/* The drawing library behind it. One gm_draw serves any number of charts of one thread, one by one. */
typedef struct gm_draw gm_draw;
/* font: a family name, NULL = "DejaVu Sans". NULL and *error (GM_CHART_ERROR) when cairo and pango cannot be loaded. */
gm_draw *gm_draw_new(const char *font, GError **error);
void gm_draw_free(gm_draw *draw);
gm_text_measure gm_draw_measure(gm_draw *draw); /* valid while draw lives */

/* Appends one PNG file to *png. False and *error (GM_CHART_ERROR) when the picture cannot be made. */
#define GM_CHART_ERROR (gm_chart_error_quark())
GQuark gm_chart_error_quark(void);
bool gm_draw_png(gm_draw *draw, const gm_chart_geometry *geometry, GByteArray *png, GError **error);

#endif
