/* The data of a pane: what its values span, and the curves, stacks and points themselves. Called by
 * chart_pane.c, which then draws axes around it. Thinning: of all samples in one column of device pixels the
 * first, least, greatest and last are kept (M4: Jugel et al., "M4: A Visualization-Oriented Time Series Data
 * Aggregation", VLDB 2014), which draws the same picture as all of them; nothing is ever averaged, so a spike
 * of one sample stays visible. Points keep least and greatest. Stacks are painted from the top layer down,
 * each from zero up to its running sum: the layers below cover it. */
#include "chart_private.h"

#include <assert.h>
#include <math.h>

#define LINE_WIDTH       1.5
#define EDGE_WIDTH       0.7 /* a seam in the plot's colour between layers, for eyes that cannot use hue */
#define DOT_RADIUS       2.0
#define DENSE_DOT_RADIUS 1.5

typedef struct {
    double x, y;
    unsigned turn;
} sample;

typedef struct {
    GArray *points;
    double column;
    bool envelope; /* only least and greatest */
    bool open;
    double at;
    unsigned turn;
    sample first, low, high, last;
} sampler;

typedef struct {
    size_t begin, end;
} range;

/* Values over time, as a line or as the upper edge of a layer. */
typedef struct {
    gm_page *page;
    const gm_frame *frame;
    const gm_chart_series *series;
    const double *value;
    gm_ink ink;
    bool area;
    bool open;
    size_t run; /* where the open run's points begin */
    sampler sampler;
} tracer;

static void sampler_flush(sampler *s) {
    if (!s->open) return;
    sample kept[4] = {s->first, s->low, s->high, s->last};
    int begin = s->envelope ? 1 : 0, end = s->envelope ? 3 : 4;
    for (int i = begin + 1; i < end; i++) {
        for (int k = i; k > begin && kept[k].turn < kept[k - 1].turn; k--) {
            sample swap = kept[k];
            kept[k] = kept[k - 1];
            kept[k - 1] = swap;
        }
    }
    for (int i = begin; i < end; i++) {
        gm_xy point = {kept[i].x, kept[i].y};
        if (i == begin || kept[i].turn != kept[i - 1].turn) g_array_append_val(s->points, point);
    }
    s->open = false;
}

static void sampler_feed(sampler *s, double x, double y) {
    sample now = {x, y, s->turn++};
    double at = floor(x / s->column);
    if (s->open && at != s->at) sampler_flush(s);
    if (!s->open) {
        s->first = s->low = s->high = now;
        s->at = at;
        s->open = true;
    }
    if (y > s->low.y) s->low = now; /* y grows downwards: the least value */
    if (y < s->high.y) s->high = now;
    s->last = now;
}

/* The samples in view, with one neighbour on either side so that lines reach the edges. */
static range in_view(const gm_chart_series *series, const gm_time_scale *time, bool neighbours) {
    size_t low = 0, high = series->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (series->t_ns[middle] < time->from_ns) low = middle + 1;
        else high = middle;
    }
    range r = {low, low};
    while (r.end < series->n && series->t_ns[r.end] <= time->to_ns) r.end++;
    if (neighbours && r.begin > 0) r.begin--;
    if (neighbours && r.end < series->n) r.end++;
    return r;
}

static double y_of(const gm_frame *frame, double value) {
    return frame->plot.y + frame->plot.h * (1 - gm_scale_at(&frame->scale, gm_value_clamp(value)));
}

static void finish_area(tracer *t, size_t count) {
    GArray *points = t->page->out->points;
    double zero = y_of(t->frame, 0);
    if (count == 1) { /* a lone sample is as wide as a thin bar */
        gm_xy *only = &g_array_index(points, gm_xy, t->run), right = *only;
        only->x -= LINE_WIDTH;
        right.x += LINE_WIDTH;
        g_array_append_val(points, right);
        count = 2;
    }
    gm_xy foot[2] = {{g_array_index(points, gm_xy, points->len - 1).x, zero},
                     {g_array_index(points, gm_xy, t->run).x, zero}};
    g_array_append_vals(points, foot, 2);
    gm_shape *shape = gm_page_add(t->page, GM_SHAPE_POLYGON, t->ink);
    shape->first = t->run;
    shape->count = count + 2;
    shape->clip = t->frame->plot;
    gm_ink seam = gm_ink_make(GM_ROLE_EDGE, t->ink.pane, t->ink.series, t->page->theme->plot);
    shape = gm_page_add(t->page, GM_SHAPE_LINE, seam);
    shape->first = t->run;
    shape->count = count;
    shape->stroke = EDGE_WIDTH;
    shape->clip = t->frame->plot;
}

static void finish_line(tracer *t, size_t count) {
    gm_shape *shape = gm_page_add(t->page, count == 1 ? GM_SHAPE_DOTS : GM_SHAPE_LINE, t->ink);
    shape->first = t->run;
    shape->count = count;
    shape->stroke = count == 1 ? DOT_RADIUS : LINE_WIDTH;
}

static void close_run(tracer *t) {
    if (!t->open) return;
    t->open = false;
    sampler_flush(&t->sampler);
    size_t count = t->page->out->points->len - t->run;
    if (t->area) finish_area(t, count);
    else finish_line(t, count);
}

static void feed(tracer *t, int64_t t_ns, double value) {
    if (!t->open) t->run = t->page->out->points->len;
    t->open = true;
    sampler_feed(&t->sampler, gm_time_x(t->frame->time, t_ns), y_of(t->frame, value));
}

/* The value where the line from sample i-1 to i crosses an edge of the plot. */
static double crossing(const tracer *t, size_t i, int64_t edge_ns) {
    double before = gm_value_clamp(t->value[i - 1]), after = gm_value_clamp(t->value[i]);
    if (t->series->draw == GM_DRAW_STEP) return before;
    double t0 = (double)t->series->t_ns[i - 1], t1 = (double)t->series->t_ns[i];
    return t1 > t0 ? before + (after - before) * (((double)edge_ns - t0) / (t1 - t0)) : after;
}

static bool joined(const tracer *t, size_t i) {
    const gm_chart_series *s = t->series;
    if (!isfinite(t->value[i - 1]) || !isfinite(t->value[i])) return false;
    return s->gap_ns <= 0 || (double)s->t_ns[i] - (double)s->t_ns[i - 1] <= (double)s->gap_ns;
}

static void trace(tracer *t) {
    const gm_time_scale *time = t->frame->time;
    const int64_t *t_ns = t->series->t_ns;
    range r = in_view(t->series, time, true);
    t->sampler = (sampler){.points = t->page->out->points, .column = t->page->column};
    for (size_t i = r.begin; i < r.end; i++) {
        bool on = i > r.begin && joined(t, i);
        if (!on) close_run(t);
        if (!isfinite(t->value[i]) || t_ns[i] < time->from_ns) continue;
        if (on && !t->open) feed(t, time->from_ns, crossing(t, i, time->from_ns));
        if (t_ns[i] > time->to_ns) {
            if (on) feed(t, time->to_ns, crossing(t, i, time->to_ns));
            break;
        }
        if (on && t->series->draw == GM_DRAW_STEP) feed(t, t_ns[i], t->value[i - 1]);
        feed(t, t_ns[i], t->value[i]);
    }
    close_run(t);
}

static tracer tracer_make(gm_page *page, const gm_frame *frame, int index) {
    const gm_chart_series *series = &frame->pane->series[index];
    gm_ink ink = gm_ink_make(GM_ROLE_DATA, frame->index, index, gm_page_fill(page, series->fill));
    return (tracer){.page = page, .frame = frame, .series = series, .value = series->value, .ink = ink};
}

static void draw_points(tracer *t) {
    GArray *points = t->page->out->points;
    size_t first = points->len;
    range r = in_view(t->series, t->frame->time, false);
    t->sampler = (sampler){.points = points, .column = t->page->column, .envelope = true};
    for (size_t i = r.begin; i < r.end; i++) {
        if (!isfinite(t->value[i])) continue;
        sampler_feed(&t->sampler, gm_time_x(t->frame->time, t->series->t_ns[i]), y_of(t->frame, t->value[i]));
    }
    sampler_flush(&t->sampler);
    gm_shape *shape = gm_page_add(t->page, GM_SHAPE_DOTS, t->ink);
    shape->first = first;
    shape->count = points->len - first;
    shape->stroke = (double)shape->count * 1.5 > t->frame->plot.w ? DENSE_DOT_RADIUS : DOT_RADIUS;
}

void gm_series_draw_lines(gm_page *page, const gm_frame *frame) {
    for (size_t i = 0; i < frame->pane->n_series; i++) {
        tracer t = tracer_make(page, frame, (int)i);
        if (!frame->shown[i] || t.series->draw == GM_DRAW_AREA) continue;
        if (t.series->draw == GM_DRAW_POINTS) draw_points(&t);
        else trace(&t);
    }
}

static const gm_chart_series *first_area(const gm_chart_pane *pane) {
    for (size_t i = 0; i < pane->n_series; i++) {
        if (pane->series[i].draw == GM_DRAW_AREA) return &pane->series[i];
    }
    return NULL;
}

/* Only what lies on its side of zero takes part in a stack; unknown adds nothing. */
static double share(double value, int sign) {
    return isfinite(value) && value * sign > 0 ? gm_value_clamp(value) : 0;
}

/* sums[i] = the stack at sample i up to layer `top`; unknown where every layer is. */
static void stack_sums(const gm_chart_pane *pane, size_t top, int sign, double *sums) {
    const gm_chart_series *lead = first_area(pane);
    for (size_t i = 0; i < lead->n; i++) sums[i] = NAN;
    for (size_t k = 0; k < pane->n_series; k++) {
        const gm_chart_series *s = &pane->series[k];
        if (s->draw != GM_DRAW_AREA) continue;
        assert(s->n == lead->n);
        for (size_t i = 0; i < s->n; i++) {
            if (isfinite(s->value[i]) && isnan(sums[i])) sums[i] = 0;
            if (k <= top) sums[i] += share(s->value[i], sign);
        }
    }
}

static bool takes_part(const gm_frame *frame, size_t k, int sign) {
    const gm_chart_series *s = &frame->pane->series[k];
    range r = in_view(s, frame->time, true);
    if (s->draw != GM_DRAW_AREA) return false;
    for (size_t i = r.begin; i < r.end; i++) {
        if (share(s->value[i], sign) != 0) return true;
    }
    return false;
}

void gm_series_draw_areas(gm_page *page, const gm_frame *frame) {
    const gm_chart_series *lead = first_area(frame->pane);
    if (!lead || !lead->n) return;
    g_autofree double *sums = g_new(double, lead->n);
    for (int sign = 1; sign >= -1; sign -= 2) {
        for (size_t k = frame->pane->n_series; k-- > 0;) {
            if (!takes_part(frame, k, sign)) continue;
            stack_sums(frame->pane, k, sign, sums);
            tracer t = tracer_make(page, frame, (int)k);
            t.series = lead; /* its times and gaps hold for the stack */
            t.value = sums;
            t.area = true;
            trace(&t);
        }
    }
}

static void widen(gm_frame *frame, double value) {
    frame->lo = fmin(frame->lo, gm_value_clamp(value));
    frame->hi = fmax(frame->hi, gm_value_clamp(value));
}

static void extent_of_stack(gm_frame *frame) {
    const gm_chart_series *lead = first_area(frame->pane);
    if (!lead || !lead->n) return;
    g_autofree double *sums = g_new(double, lead->n);
    range r = in_view(lead, frame->time, false);
    for (int sign = 1; sign >= -1; sign -= 2) {
        stack_sums(frame->pane, frame->pane->n_series, sign, sums);
        for (size_t i = r.begin; i < r.end; i++) {
            if (isfinite(sums[i])) widen(frame, sums[i]);
        }
    }
}

/* Fills lo, hi, shown (caller's array) and any. A layer that is zero throughout is not worth a legend entry.
 */
void gm_series_extent(gm_frame *frame) {
    for (size_t k = 0; k < frame->pane->n_series; k++) {
        const gm_chart_series *s = &frame->pane->series[k];
        range r = in_view(s, frame->time, false);
        if (s->draw == GM_DRAW_STEP && r.begin > 0) r.begin--; /* still holds when the range begins */
        bool known = false;
        for (size_t i = r.begin; i < r.end; i++) {
            if (!isfinite(s->value[i])) continue;
            known = true;
            if (s->draw != GM_DRAW_AREA) widen(frame, s->value[i]);
        }
        frame->shown[k] = s->draw == GM_DRAW_AREA ? takes_part(frame, k, 1) || takes_part(frame, k, -1) : known;
        frame->any |= known;
    }
    extent_of_stack(frame);
}

/* The range of all samples of all panes; false when there is none. */
bool gm_series_times(const gm_chart *chart, int64_t *from_ns, int64_t *to_ns) {
    bool found = false;
    for (size_t p = 0; p < chart->n_panes; p++) {
        for (size_t k = 0; k < chart->panes[p].n_series; k++) {
            const gm_chart_series *s = &chart->panes[p].series[k];
            if (!s->n) continue;
            *from_ns = found ? MIN(*from_ns, s->t_ns[0]) : s->t_ns[0];
            *to_ns = found ? MAX(*to_ns, s->t_ns[s->n - 1]) : s->t_ns[s->n - 1];
            found = true;
        }
    }
    return found;
}
