/* Time charts: panes above each other over one time axis. Takes the page that chart.c prepared, decides who
 * gets how much height (titles, legends and event labels give way to the data when it is short), then draws
 * each pane's ground, data (chart_series.c), grid, marks (chart_marks.c) and labels, and the axis
 * (chart_time.c) below. */
#include "chart_private.h"

#include <math.h>
#include <string.h>

#define FAR_LIMIT  3.0 /* a limit more than this many times above the data must not squeeze it */
#define HEADROOM   0.06
#define MIN_PANE   36.0
#define PADDING_NS INT64_C(30000000000) /* around a single moment */

typedef struct {
    gm_page *page;
    gm_time_scale time;
    gm_time_axis axis;
    gm_frame *frames;
    size_t n_frames;
    gm_strip strip;
    double axis_height, pane_gap;
} panes;

/* What may be given up for the data, step by step. */
typedef struct {
    int strip_rows, head_lines;
    double least; /* of a pane's height, for its plot */
} concession;

static const concession concessions[] = {{4, 8, 0.6}, {3, 5, 0.55}, {3, 3, 0.5}, {2, 2, 0.5},
                                         {1, 2, 0.5}, {1, 1, 0.4},  {0, 1, 0.4}, {0, 0, 0}};

static void include_time(gm_time_scale *time, int64_t t_ns, bool *found) {
    time->from_ns = *found ? MIN(time->from_ns, t_ns) : t_ns;
    time->to_ns = *found ? MAX(time->to_ns, t_ns) : t_ns;
    *found = true;
}

static gm_time_scale time_range(const gm_chart *chart) {
    gm_time_scale time = {.from_ns = chart->from_ns, .to_ns = chart->to_ns};
    if (time.from_ns < time.to_ns) return gm_time_scale_make(time.from_ns, time.to_ns);
    bool found = gm_series_times(chart, &time.from_ns, &time.to_ns);
    for (size_t i = 0; i < chart->n_events && !found; i++) include_time(&time, chart->events[i].t_ns, &found);
    time = gm_time_scale_make(time.from_ns, time.to_ns);
    if (time.to_ns - time.from_ns < PADDING_NS / 30) {
        time.from_ns -= PADDING_NS;
        time.to_ns += PADDING_NS;
    }
    return time;
}

static void measure_frame(gm_frame *frame) {
    gm_series_extent(frame);
    double data = frame->hi;
    for (size_t i = 0; i < frame->pane->n_limits; i++) {
        double limit = frame->pane->limits[i].value;
        if (isfinite(limit) && (data <= 0 || limit <= FAR_LIMIT * data)) frame->hi = fmax(frame->hi, limit);
    }
    double room = (frame->hi - frame->lo) * HEADROOM;
    frame->hi += frame->hi > 0 ? room : 0;
    frame->lo -= frame->lo < 0 ? room : 0;
}

/* The widest label of any tick that any height could bring, so that the width does not depend on the heights.
 */
static double label_width(gm_page *page, const gm_frame *frame, int most_ticks) {
    double width = 0;
    for (int ticks = 2; ticks <= most_ticks; ticks++) {
        gm_scale scale = gm_scale_fit(frame->pane->unit, frame->lo, frame->hi, ticks);
        for (int i = gm_scale_first(&scale); i <= gm_scale_last(&scale); i++) {
            char text[GM_CHART_VALUE_MAX];
            gm_tick_text(scale.unit, scale.step * i, text);
            width = MAX(width, gm_page_width(page, text, page->small));
        }
    }
    return width;
}

static int tick_room(const gm_page *page, double height) {
    return MAX(2, (int)(height / (1.8 * gm_font_line(page->small))));
}

static void place_x(panes *p) {
    gm_page *page = p->page;
    double gutter = gm_page_width(page, "UTC", page->small);
    char uncounted[32]; /* the strip's count of labels without room stands here, too */
    g_snprintf(uncounted, sizeof uncounted, "+%zu", page->chart->n_events + page->chart->n_spans);
    if (page->chart->n_events) gutter = MAX(gutter, gm_page_width(page, uncounted, page->small));
    for (size_t i = 0; i < p->n_frames; i++) {
        int most = MIN(tick_room(page, page->body.h), 24);
        gutter = MAX(gutter, label_width(page, &p->frames[i], most));
    }
    gutter = MIN(gutter, page->body.w * 0.3) + page->small.size * 0.6;
    p->time.x = page->body.x + gutter;
    p->time.w = page->body.w - gutter;
    for (size_t i = 0; i < p->n_frames; i++) {
        p->frames[i].plot.x = p->time.x;
        p->frames[i].plot.w = p->time.w;
    }
}

static double weight_of(const gm_frame *frame) {
    return frame->pane->weight > 0 && isfinite(frame->pane->weight) ? frame->pane->weight : 1;
}

static double strip_height(const panes *p, int rows) {
    return rows ? rows * (gm_font_line(p->page->small) + 3) : 0;
}

/* Heads, strip and plots from top to bottom; the height that is left to the smallest plot, as a share of a
 * pane. */
static double stack_frames(panes *p, int strip_rows, int head_lines) {
    gm_page *page = p->page;
    double line = gm_font_line(page->text), head_gap = page->small.size * 0.35, weights = 0, least = INFINITY;
    double room = page->body.h - p->axis_height - p->pane_gap * (double)(p->n_frames - 1);
    double share = room / (double)p->n_frames;
    room -= strip_height(p, strip_rows);
    for (size_t i = 0; i < p->n_frames; i++) {
        p->frames[i].head_lines = gm_legend_lines(page, &p->frames[i], head_lines);
        room -= p->frames[i].head_lines * line + head_gap;
        weights += weight_of(&p->frames[i]);
    }
    double y = page->body.y;
    for (size_t i = 0; i < p->n_frames; i++) {
        gm_frame *f = &p->frames[i];
        double above = f->head_lines * line + head_gap + (i == 0 ? strip_height(p, strip_rows) : 0);
        f->plot.y = y + above;
        f->plot.h = MAX(room, 0) * weight_of(f) / weights;
        f->area = (gm_rect){page->body.x, y, page->body.w, above + f->plot.h};
        y += f->area.h + p->pane_gap;
        least = MIN(least, f->plot.h * weights / (weight_of(f) * (double)p->n_frames));
    }
    return least / share;
}

static void place_y(panes *p) {
    for (size_t i = 0; i < G_N_ELEMENTS(concessions); i++) {
        const concession *c = &concessions[i];
        gm_strip_release(&p->strip);
        gm_strip_plan(p->page, &p->time, c->strip_rows, &p->strip);
        if (stack_frames(p, p->strip.rows, c->head_lines) >= c->least) break;
    }
    for (size_t i = 0; i < p->n_frames; i++) {
        gm_frame *f = &p->frames[i];
        f->scale = gm_scale_fit(f->pane->unit, f->lo, f->hi, tick_room(p->page, f->plot.h));
        /* a plot too low for a label between zero and its top gets one at the top */
        double distance = f->plot.h * f->scale.step / (f->scale.hi - f->scale.lo);
        if (distance < gm_font_line(p->page->small)) f->scale.hi = f->scale.step * ceil(f->scale.hi / f->scale.step);
    }
}

static double tick_y(const gm_frame *frame, int tick) {
    return frame->plot.y + frame->plot.h * (1 - gm_scale_at(&frame->scale, frame->scale.step * tick));
}

static void draw_grid(panes *p, const gm_frame *frame) {
    const gm_rect *plot = &frame->plot;
    gm_ink grid = gm_ink_make(GM_ROLE_GRID, frame->index, -1, p->page->theme->grid);
    gm_ink zero = gm_ink_make(GM_ROLE_AXIS, frame->index, -1, p->page->theme->axis);
    for (int i = gm_scale_first(&frame->scale); i <= gm_scale_last(&frame->scale); i++) {
        double y = tick_y(frame, i);
        gm_page_line(p->page, i == 0 ? zero : grid, (gm_xy){plot->x, y}, (gm_xy){plot->x + plot->w, y}, 1);
    }
    for (unsigned i = 0; i < p->axis.ticks->len; i++) {
        const gm_time_tick *tick = &g_array_index(p->axis.ticks, gm_time_tick, i);
        if (!tick->major) continue;
        gm_page_line(p->page, grid, (gm_xy){tick->x, plot->y}, (gm_xy){tick->x, plot->y + plot->h}, 1);
    }
}

/* From zero outwards; a label that would touch the one before is left out, its line stays. */
static void draw_y_labels(panes *p, const gm_frame *frame) {
    gm_page *page = p->page;
    if (!frame->any && !frame->pane->n_limits) return; /* a made-up scale is not worth numbers */
    double line = gm_font_line(page->small), right = frame->plot.x - page->small.size * 0.6, last = INFINITY;
    gm_ink ink = gm_ink_make(GM_ROLE_TICK_Y, frame->index, -1, page->theme->muted);
    for (int i = gm_scale_first(&frame->scale); i <= gm_scale_last(&frame->scale); i++) {
        char text[GM_CHART_VALUE_MAX];
        double y = MAX(tick_y(frame, i) - line / 2, frame->plot.y - 2);
        if (y + line > last) continue;
        gm_tick_text(frame->scale.unit, frame->scale.step * i, text);
        gm_label label = gm_page_label(page, text, page->small, right - page->body.x, GM_ELIDE_END);
        gm_page_text(page, ink, label, page->small, (gm_xy){right - label.width, y});
        last = y;
    }
}

static void draw_frame(panes *p, const gm_frame *frame) {
    gm_page *page = p->page;
    gm_page_rect(page, gm_ink_make(GM_ROLE_PLOT, frame->index, -1, page->theme->plot), frame->plot);
    gm_marks_draw_spans(page, frame, false);
    gm_series_draw_areas(page, frame);
    gm_marks_draw_spans(page, frame, true);
    draw_grid(p, frame);
    gm_series_draw_lines(page, frame);
    gm_marks_draw_lines(page, frame);
    gm_marks_draw_limits(page, frame);
    if (!frame->any && frame->plot.h >= gm_font_line(page->text))
        gm_page_note(page, frame->plot, frame->index, "no data");
    draw_y_labels(p, frame);
    gm_legend_draw(page, frame);
}

/* A text centred on x (or beginning there) if it keeps clear of the one before and of the page's edge. */
static void axis_text(panes *p, gm_ink ink, const char *text, gm_xy at, double *clear) {
    gm_page *page = p->page;
    gm_label label = gm_page_label(page, text, page->small, page->body.w, GM_ELIDE_END);
    if (at.x < *clear || at.x + label.width > page->out->width - 2) return;
    gm_page_text(page, ink, label, page->small, at);
    *clear = at.x + label.width + page->small.size * 0.8;
}

static void draw_dates(panes *p, double y) {
    gm_page *page = p->page;
    if (p->axis.since_start) return;
    gm_ink ink = gm_ink_make(GM_ROLE_DATE, -1, -1, page->theme->muted);
    double clear = 0, first = INFINITY, start_width = gm_page_width(page, p->axis.start, page->small);
    gm_label zone = gm_page_label(page, "UTC", page->small, page->body.w, GM_ELIDE_END);
    double zone_x = p->time.x - page->small.size * 0.6 - zone.width;
    axis_text(p, ink, "UTC", (gm_xy){zone_x, y}, &clear);
    for (unsigned i = 0; i < p->axis.ticks->len && first == INFINITY; i++) {
        const gm_time_tick *tick = &g_array_index(p->axis.ticks, gm_time_tick, i);
        if (tick->date[0]) first = tick->x;
    }
    clear = p->time.x;
    if (p->time.x + start_width + page->small.size < first)
        axis_text(p, ink, p->axis.start, (gm_xy){p->time.x, y}, &clear);
    for (unsigned i = 0; i < p->axis.ticks->len; i++) {
        const gm_time_tick *tick = &g_array_index(p->axis.ticks, gm_time_tick, i);
        if (tick->date[0]) axis_text(p, ink, tick->date, (gm_xy){tick->x, y}, &clear);
    }
}

static void draw_time_axis(panes *p) {
    gm_page *page = p->page;
    const gm_rect *plot = &p->frames[p->n_frames - 1].plot;
    double bottom = plot->y + plot->h, clear = 0, labels_y = bottom + page->small.size * 0.5;
    gm_ink mark = gm_ink_make(GM_ROLE_AXIS, -1, -1, page->theme->axis);
    gm_ink ink = gm_ink_make(GM_ROLE_TICK_X, -1, -1, page->theme->muted);
    clear = plot->x - page->small.size * 0.5; /* the gutter belongs to the value labels */
    for (unsigned i = 0; i < p->axis.ticks->len; i++) {
        const gm_time_tick *tick = &g_array_index(p->axis.ticks, gm_time_tick, i);
        double length = tick->major ? 4 : 2.5;
        gm_page_line(page, mark, (gm_xy){tick->x, bottom}, (gm_xy){tick->x, bottom + length}, 1);
        if (!tick->major) continue;
        double width = gm_page_width(page, tick->label, page->small);
        axis_text(p, ink, tick->label, (gm_xy){tick->x - width / 2, labels_y}, &clear);
    }
    draw_dates(p, labels_y + gm_font_line(page->small));
}

static void draw_all(panes *p) {
    gm_time_axis_init(&p->axis, p->page, &p->time);
    for (size_t i = 0; i < p->n_frames; i++) draw_frame(p, &p->frames[i]);
    gm_strip_draw(p->page, &p->strip, &p->frames[0]);
    draw_time_axis(p);
    gm_time_axis_release(&p->axis);
}

/* More panes than the height can show: the first ones, and a line that counts the rest. */
static void bound_frames(panes *p) {
    gm_page *page = p->page;
    size_t most = (size_t)MAX(1, (page->body.h - p->axis_height - gm_font_line(page->small)) / MIN_PANE);
    p->n_frames = MIN(page->chart->n_panes, most);
    if (p->n_frames == page->chart->n_panes) return;
    char text[64];
    g_snprintf(text, sizeof text, "+%zu panes not shown", page->chart->n_panes - p->n_frames);
    gm_label label = gm_page_label(page, text, page->small, page->body.w, GM_ELIDE_END);
    page->body.h -= gm_font_line(page->small);
    gm_xy at = {page->body.x + page->body.w - label.width, page->body.y + page->body.h};
    gm_page_text(page, gm_ink_make(GM_ROLE_NOTE, -1, -1, page->theme->muted), label, page->small, at);
}

static void frames_init(panes *p) {
    p->frames = g_new0(gm_frame, p->n_frames);
    for (size_t i = 0; i < p->n_frames; i++) {
        gm_frame *f = &p->frames[i];
        f->index = (int)i;
        f->pane = &p->page->chart->panes[i];
        f->time = &p->time;
        f->shown = g_new0(bool, f->pane->n_series);
        measure_frame(f);
    }
}

void gm_panes_layout(gm_page *page) {
    panes p = {.page = page, .time = time_range(page->chart)};
    if (!page->chart->n_panes) {
        gm_page_note(page, page->body, -1, "no data");
        return;
    }
    p.axis_height = 2 * gm_font_line(page->small) + page->small.size * 0.5;
    p.pane_gap = page->text.size * 0.75;
    bound_frames(&p);
    frames_init(&p);
    place_x(&p);
    place_y(&p);
    draw_all(&p);
    for (size_t i = 0; i < p.n_frames; i++) g_free(p.frames[i].shown);
    g_free(p.frames);
    gm_strip_release(&p.strip);
}
