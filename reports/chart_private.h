/* What the files of the chart engine share. The flow: chart.c sets up a page and its frame, then
 * chart_pane.c (time charts; with chart_time.c, chart_series.c and chart_marks.c) or chart_bars.c fills the
 * body. chart_text.c fits every text, chart_scale.c every value axis, chart_palette.c names every colour. */
#ifndef GOMORTEM_CHART_PRIVATE_H
#define GOMORTEM_CHART_PRIVATE_H

#include "gomortem/chart.h"

typedef struct {
    uint32_t page, plot, grid, axis, ink, muted, chip;
} gm_theme;

typedef struct {
    double size;
    bool bold;
} gm_font;

/* SYMBOL keeps the end of a path-like name: "github.com/a/b/pkg.(*T).Do" -> "…/pkg.(*T).Do". */
typedef enum { GM_ELIDE_END, GM_ELIDE_MIDDLE, GM_ELIDE_SYMBOL } gm_elide;

typedef struct {
    const char *text; /* owned by the geometry */
    double width;
} gm_label;

typedef struct {
    gm_chart_role role;
    int pane, series;
    uint32_t color;
} gm_ink;

typedef struct {
    const gm_chart *chart;
    gm_chart_theme theme_id;
    const gm_theme *theme;
    const gm_text_measure *measure;
    gm_chart_geometry *out;
    gm_font title, strong, text, small;
    double column; /* a device pixel's width: at most one min and one max per column reach the picture */
    gm_rect body;  /* what the title leaves */
} gm_page;

typedef struct {
    double lo, hi, step;
    gm_chart_unit unit;
} gm_scale;

typedef struct {
    int64_t from_ns, to_ns; /* from < to, far from the ends of int64 */
    double x, w;
} gm_time_scale;

typedef struct {
    double x;
    bool major;
    char label[24]; /* "" on minor ticks */
    char date[24];  /* "" unless the date (or year) differs from the tick before */
} gm_time_tick;

typedef struct {
    GArray *ticks; /* gm_time_tick, by x */
    bool since_start;
    char start[24]; /* the date at the left edge, "" when the labels say it all */
} gm_time_axis;

/* One pane with its place. */
typedef struct {
    int index;
    const gm_chart_pane *pane;
    const gm_time_scale *time;
    double lo, hi;  /* of what is visible, 0 included */
    bool *shown;    /* per series: is there anything to see and to name */
    bool any;       /* one of them is */
    int head_lines; /* rows of title and legend */
    gm_rect area;   /* head, strip and plot */
    gm_rect plot;
    gm_scale scale;
} gm_frame;

/* The labels of events and spans above the first plot. */
typedef struct {
    GArray *marks; /* the placed ones */
    int rows;
    size_t hidden; /* labels that found no room */
} gm_strip;

/* chart.c: shapes. gm_page_add's result is valid until the next shape is added. */
gm_shape *gm_page_add(gm_page *page, gm_shape_kind kind, gm_ink ink);
void gm_page_rect(gm_page *page, gm_ink ink, gm_rect box);
gm_shape *gm_page_line(gm_page *page, gm_ink ink, gm_xy from, gm_xy to, double stroke);
void gm_page_text(gm_page *page, gm_ink ink, gm_label label, gm_font font, gm_xy at);
void gm_page_note(gm_page *page, gm_rect in, int pane, const char *text);
gm_ink gm_ink_make(gm_chart_role role, int pane, int series, uint32_t color);
uint32_t gm_page_fill(const gm_page *page, gm_chart_fill fill);
uint32_t gm_color_alpha(uint32_t color, double alpha);

/* chart_text.c. clean: malloc'ed, one safe line. label: cleaned, elided to max_width ("" if nothing fits). */
char *gm_text_clean(const char *raw);
gm_label gm_page_label(gm_page *page, const char *raw, gm_font font, double max_width, gm_elide elide);
double gm_page_width(const gm_page *page, const char *clean, gm_font font);
double gm_font_line(gm_font font);
const char *gm_tick_text(gm_chart_unit unit, double value, char out[GM_CHART_VALUE_MAX]);

/* chart_scale.c */
gm_scale gm_scale_fit(gm_chart_unit unit, double lo, double hi, int max_ticks);
double gm_scale_at(const gm_scale *scale, double value); /* 0 at lo, 1 at hi, kept within */
int gm_scale_first(const gm_scale *scale);               /* ticks are step * first .. step * last */
int gm_scale_last(const gm_scale *scale);
double gm_value_clamp(double value);

/* chart_time.c */
gm_time_scale gm_time_scale_make(int64_t from_ns, int64_t to_ns);
double gm_time_x(const gm_time_scale *time, int64_t t_ns);
bool gm_time_holds(const gm_time_scale *time, int64_t t_ns);
void gm_time_axis_init(gm_time_axis *axis, const gm_page *page, const gm_time_scale *time);
void gm_time_axis_release(gm_time_axis *axis);

/* chart_series.c */
bool gm_series_times(const gm_chart *chart, int64_t *from_ns, int64_t *to_ns);
void gm_series_extent(gm_frame *frame);
void gm_series_draw_areas(gm_page *page, const gm_frame *frame);
void gm_series_draw_lines(gm_page *page, const gm_frame *frame);

/* chart_marks.c */
void gm_strip_plan(gm_page *page, const gm_time_scale *time, int max_rows, gm_strip *strip);
void gm_strip_release(gm_strip *strip);
void gm_strip_draw(gm_page *page, const gm_strip *strip, const gm_frame *top);
void gm_marks_draw_spans(gm_page *page, const gm_frame *frame, bool edges); /* or the shade, below the data */
void gm_marks_draw_lines(gm_page *page, const gm_frame *frame);
void gm_marks_draw_limits(gm_page *page, const gm_frame *frame);

/* chart_legend.c: the rows of a pane's title and legend; returns how many were needed, at most max_lines. */
int gm_legend_lines(gm_page *page, const gm_frame *frame, int max_lines);
void gm_legend_draw(gm_page *page, const gm_frame *frame);

/* chart_pane.c, chart_bars.c, chart_flame.c, chart_card.c, chart_palette.c */
void gm_panes_layout(gm_page *page);
void gm_bars_layout(gm_page *page);
void gm_flame_layout(gm_page *page);
void gm_card_layout(gm_page *page);
const gm_theme *gm_theme_get(gm_chart_theme theme);

#endif
