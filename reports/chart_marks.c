/* Marks on a time chart: events (vertical lines), spans (shaded) and limits (dashed horizontal lines) with
 * their labels. gm_strip_plan places the labels of events and spans in rows above the first plot without any
 * overlap: the heaviest first, each in the lowest free row, to the right of its line or else to the left;
 * equal neighbours are first merged into one ("OOM kill ×3"), and what finds no room is counted. Called by
 * chart_pane.c. */
#include "chart_private.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#define MARK_WIDTH  1.2
#define BOX_GAP     3.0
#define SHADE_ALPHA 0.10
#define EDGE_ALPHA  0.8
#define BAND        2.0
#define LINE_ROOM   10.0 /* pixels of width per full line, on average */
#define SHORT_LINE  6.0

typedef struct {
    const char *raw;
    gm_chart_fill fill;
    int weight;
    double x; /* of the first one's line */
    unsigned count, order;
    gm_label label;
    int row;
    gm_rect box; /* x and w; y and h follow from the row */
} mark;

typedef struct {
    gm_page *page;
    const gm_time_scale *time;
    GArray *found;  /* mark, merged */
    GArray *placed; /* mark */
    int max_rows;
} plan;

typedef struct {
    double x;
    gm_chart_fill fill;
    int weight;
    unsigned key; /* column of pixels and fill */
} event_line;

static double chip_pad(const gm_page *page) {
    return page->small.size * 0.35;
}

static double strip_row_height(const gm_page *page) {
    return gm_font_line(page->small) + BOX_GAP;
}

static int by_time(const void *a, const void *b) {
    const gm_chart_event *const *s = a, *const *t = b;
    if ((*s)->t_ns != (*t)->t_ns) return (*s)->t_ns > (*t)->t_ns ? 1 : -1;
    return (*s > *t) - (*s < *t); /* one array: its order */
}

static int by_weight(const void *a, const void *b) {
    const mark *s = a, *t = b;
    if (s->weight != t->weight) return s->weight < t->weight ? 1 : -1;
    if (s->x != t->x) return s->x > t->x ? 1 : -1;
    return (s->order > t->order) - (s->order < t->order);
}

static void find(plan *p, const char *raw, gm_chart_fill fill, int weight, double x) {
    mark m = {.raw = raw, .fill = fill, .weight = weight, .x = x, .count = 1, .order = p->found->len};
    g_array_append_val(p->found, m);
}

/* Equal labels so close that their texts would collide become one. */
static void find_events(plan *p) {
    const gm_chart *chart = p->page->chart;
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    g_autoptr(GHashTable) last = g_hash_table_new(g_str_hash, g_str_equal); /* label -> 1 + index in found */
    for (size_t i = 0; i < chart->n_events; i++) {
        const gm_chart_event *e = &chart->events[i];
        if (gm_time_holds(p->time, e->t_ns) && e->label && *e->label) g_ptr_array_add(sorted, (gpointer)e);
    }
    g_ptr_array_sort(sorted, by_time);
    for (unsigned i = 0; i < sorted->len; i++) {
        const gm_chart_event *e = g_ptr_array_index(sorted, i);
        double x = gm_time_x(p->time, e->t_ns);
        guint index = GPOINTER_TO_UINT(g_hash_table_lookup(last, e->label));
        mark *m = index ? &g_array_index(p->found, mark, index - 1) : NULL;
        if (m && m->fill == e->fill && x - m->x < 9 * p->page->small.size) {
            m->count++;
            m->weight = MAX(m->weight, e->weight);
            continue;
        }
        find(p, e->label, e->fill, e->weight, x);
        g_hash_table_insert(last, (gpointer)e->label, GUINT_TO_POINTER(p->found->len));
    }
}

static void find_spans(plan *p) {
    for (size_t i = 0; i < p->page->chart->n_spans; i++) {
        const gm_chart_span *s = &p->page->chart->spans[i];
        if (!s->label || !*s->label || s->to_ns < p->time->from_ns || s->from_ns > p->time->to_ns) continue;
        find(p, s->label, s->fill, 0, gm_time_x(p->time, s->from_ns));
    }
}

static bool is_free(const plan *p, int row, double left, double right) {
    for (unsigned i = 0; i < p->placed->len; i++) {
        const mark *other = &g_array_index(p->placed, mark, i);
        if (other->row != row) continue;
        if (left < other->box.x + other->box.w + BOX_GAP && other->box.x < right + BOX_GAP) return false;
    }
    return true;
}

/* The count must survive when the text does not. */
static gm_label mark_label(gm_page *page, const mark *m, double max_width) {
    char count[24] = "";
    if (m->count > 1) g_snprintf(count, sizeof count, " \xc3\x97%u", m->count);
    double room = max_width - gm_page_width(page, count, page->small);
    gm_label label = gm_page_label(page, m->raw, page->small, room, GM_ELIDE_END);
    if (m->count == 1 || !*label.text) return label;
    g_autofree char *both = g_strconcat(label.text, count, NULL);
    return gm_page_label(page, both, page->small, max_width, GM_ELIDE_END);
}

static bool try_side(plan *p, mark *m, bool to_left) {
    double left = to_left ? m->x - m->box.w : m->x;
    if (left < p->time->x || left + m->box.w > p->time->x + p->time->w) return false;
    for (int row = 0; row < p->max_rows; row++) {
        if (!is_free(p, row, left, left + m->box.w)) continue;
        m->row = row;
        m->box.x = left;
        return true;
    }
    return false;
}

static bool place(plan *p, mark *m) {
    bool any = false;
    for (int row = 0; row < p->max_rows && !any; row++) any = is_free(p, row, m->x, m->x);
    if (!any) return false; /* do not measure what cannot fit: there may be many thousands */
    m->label = mark_label(p->page, m, p->time->w * 0.4);
    m->box.w = m->label.width + 2 * chip_pad(p->page) + MARK_WIDTH;
    return *m->label.text && (try_side(p, m, false) || try_side(p, m, true));
}

void gm_strip_plan(gm_page *page, const gm_time_scale *time, int max_rows, gm_strip *strip) {
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(mark));
    plan p = {page, time, found, g_array_new(FALSE, FALSE, sizeof(mark)), max_rows};
    find_spans(&p);
    find_events(&p);
    g_array_sort(found, by_weight);
    *strip = (gm_strip){.marks = p.placed};
    for (unsigned i = 0; i < found->len; i++) {
        mark *m = &g_array_index(found, mark, i);
        if (place(&p, m)) {
            g_array_append_val(p.placed, *m);
            strip->rows = MAX(strip->rows, m->row + 1);
        } else {
            strip->hidden += m->count;
        }
    }
}

void gm_strip_release(gm_strip *strip) {
    g_clear_pointer(&strip->marks, g_array_unref);
}

/* A text on its own ground, so that it can be read on anything. */
static void draw_chip(gm_page *page, gm_ink ink, gm_label label, gm_rect box) {
    gm_page_rect(page, gm_ink_make(GM_ROLE_CHIP, ink.pane, ink.series, page->theme->chip), box);
    gm_xy at = {box.x + (box.w - label.width) / 2, box.y + (box.h - gm_font_line(page->small)) / 2};
    gm_page_text(page, ink, label, page->small, at);
}

static void draw_mark(gm_page *page, const mark *m, double bottom) {
    bool to_left = m->box.x < m->x;
    gm_rect box = {m->box.x, bottom - (m->row + 1) * strip_row_height(page), m->box.w, gm_font_line(page->small)};
    draw_chip(page, gm_ink_make(GM_ROLE_EVENT_LABEL, -1, (int)m->order, page->theme->ink), m->label, box);
    gm_rect flag = {to_left ? m->x - 2 : m->x, box.y, 2, box.h};
    gm_page_rect(page, gm_ink_make(GM_ROLE_EVENT, -1, -1, gm_page_fill(page, m->fill)), flag);
}

/* The labels above the top plot, with the lines that lead down to it behind them. */
void gm_strip_draw(gm_page *page, const gm_strip *strip, const gm_frame *top) {
    double bottom = top->plot.y;
    for (unsigned i = 0; i < strip->marks->len; i++) {
        const mark *m = &g_array_index(strip->marks, mark, i);
        gm_ink ink = gm_ink_make(GM_ROLE_EVENT, -1, -1, gm_page_fill(page, m->fill));
        double from = bottom - m->row * strip_row_height(page) - BOX_GAP;
        gm_page_line(page, ink, (gm_xy){m->x, from}, (gm_xy){m->x, bottom}, MARK_WIDTH);
    }
    for (unsigned i = 0; i < strip->marks->len; i++) draw_mark(page, &g_array_index(strip->marks, mark, i), bottom);
    if (!strip->rows || !strip->hidden) return;
    char text[32];
    double right = top->plot.x - page->small.size * 0.6, room = right - page->body.x;
    g_snprintf(text, sizeof text, "+%zu more", strip->hidden);
    if (gm_page_width(page, text, page->small) > room) g_snprintf(text, sizeof text, "+%zu", strip->hidden);
    gm_label label = gm_page_label(page, text, page->small, room, GM_ELIDE_END);
    gm_xy at = {right - label.width, bottom - strip->rows * strip_row_height(page)};
    gm_page_text(page, gm_ink_make(GM_ROLE_NOTE, -1, -1, page->theme->muted), label, page->small, at);
}

/* The shade lies below the data so that it cannot change their colours; the edges and a band at the top
 * above. */
void gm_marks_draw_spans(gm_page *page, const gm_frame *frame, bool edges) {
    const gm_rect *plot = &frame->plot;
    for (size_t i = 0; i < page->chart->n_spans; i++) {
        const gm_chart_span *s = &page->chart->spans[i];
        if (s->to_ns < frame->time->from_ns || s->from_ns > frame->time->to_ns || s->to_ns < s->from_ns) continue;
        double left = gm_time_x(frame->time, s->from_ns), right = gm_time_x(frame->time, s->to_ns);
        double width = MAX(right - left, 1);
        gm_ink ink = gm_ink_make(GM_ROLE_SPAN, frame->index, (int)i, gm_page_fill(page, s->fill));
        if (!edges) {
            ink.color = gm_color_alpha(ink.color, SHADE_ALPHA);
            gm_page_rect(page, ink, (gm_rect){left, plot->y, width, plot->h});
            continue;
        }
        if (frame->index == 0) gm_page_rect(page, ink, (gm_rect){left, plot->y, width, MIN(BAND, plot->h)});
        ink.color = gm_color_alpha(ink.color, EDGE_ALPHA);
        gm_page_line(page, ink, (gm_xy){left, plot->y}, (gm_xy){left, plot->y + plot->h}, 1);
        gm_page_line(page, ink, (gm_xy){right, plot->y}, (gm_xy){right, plot->y + plot->h}, 1);
    }
}

static int by_falling_weight(const void *a, const void *b) {
    const event_line *s = a, *t = b;
    if (s->weight != t->weight) return s->weight < t->weight ? 1 : -1;
    return (s->key > t->key) - (s->key < t->key);
}

/* One line per column of pixels and colour, however many events fall into it. */
static GArray *event_lines(const gm_page *page, const gm_time_scale *time) {
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(event_line));
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal); /* key -> 1 + index in lines */
    for (size_t i = 0; i < page->chart->n_events; i++) {
        const gm_chart_event *e = &page->chart->events[i];
        if (!gm_time_holds(time, e->t_ns)) continue;
        double x = gm_time_x(time, e->t_ns);
        event_line line = {x, e->fill, e->weight, (unsigned)(x / page->column) * GM_FILL_COUNT + (unsigned)e->fill};
        guint index = GPOINTER_TO_UINT(g_hash_table_lookup(seen, GUINT_TO_POINTER(line.key)));
        if (index) {
            event_line *other = &g_array_index(lines, event_line, index - 1);
            other->weight = MAX(other->weight, line.weight);
            continue;
        }
        g_array_append_val(lines, line);
        g_hash_table_insert(seen, GUINT_TO_POINTER(line.key), GUINT_TO_POINTER(lines->len));
    }
    g_array_sort(lines, by_falling_weight);
    return lines;
}

/* So many lines would hide the data: the lightest kinds shrink to ticks at the upper edge. */
void gm_marks_draw_lines(gm_page *page, const gm_frame *frame) {
    g_autoptr(GArray) lines = event_lines(page, frame->time);
    const gm_rect *plot = &frame->plot;
    guint most = (guint)MAX(1, plot->w / LINE_ROOM);
    int bound = lines->len > most ? g_array_index(lines, event_line, most).weight : INT_MIN;
    for (guint i = 0; i < lines->len; i++) {
        const event_line *line = &g_array_index(lines, event_line, i);
        bool whole = lines->len <= most || line->weight > bound;
        gm_ink ink = gm_ink_make(GM_ROLE_EVENT, frame->index, -1, gm_page_fill(page, line->fill));
        gm_xy from = {line->x, plot->y}, to = {line->x, plot->y + (whole ? plot->h : MIN(SHORT_LINE, plot->h))};
        gm_page_line(page, ink, from, to, MARK_WIDTH);
    }
}

static gm_label limit_label(gm_page *page, const gm_frame *frame, const gm_chart_limit *limit, bool above) {
    char value[GM_CHART_VALUE_MAX];
    gm_chart_value_text(frame->pane->unit, limit->value, value);
    g_autofree char *text =
        g_strconcat(limit->label ? limit->label : "", " ", value, above ? " \xe2\x86\x91" : "", NULL);
    return gm_page_label(page, text, page->small, frame->plot.w * 0.6, GM_ELIDE_MIDDLE);
}

static bool overlaps(gm_rect a, gm_rect b) {
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static bool is_clear(gm_rect box, const GArray *taken) {
    for (unsigned i = 0; i < taken->len; i++) {
        if (overlaps(box, g_array_index(taken, gm_rect, i))) return false;
    }
    return true;
}

/* On its line, from the right end leftwards, where the labels before it left room. That of a limit beyond the
 * upper edge begins at the left, where memory that grows has not got to yet. */
static bool place_limit(const gm_rect *plot, double y, GArray *taken, gm_rect *box) {
    bool beyond = y < plot->y;
    double step = box->w + BOX_GAP, first = beyond ? BOX_GAP : plot->w - step;
    box->y = CLAMP(y - box->h / 2, plot->y, MAX(plot->y, plot->y + plot->h - box->h));
    for (double at = first; at >= 0 && at + box->w <= plot->w; at += beyond ? step : -step) {
        box->x = plot->x + at;
        if (!is_clear(*box, taken)) continue;
        g_array_append_val(taken, *box);
        return true;
    }
    return false;
}

static double limit_y(const gm_frame *frame, double value) {
    if (value > frame->scale.hi) return frame->plot.y - 1;
    return frame->plot.y + frame->plot.h * (1 - gm_scale_at(&frame->scale, value));
}

static void draw_limit_label(gm_page *page, const gm_frame *frame, int index, GArray *taken) {
    const gm_chart_limit *limit = &frame->pane->limits[index];
    gm_label label = limit_label(page, frame, limit, limit->value > frame->scale.hi);
    gm_rect box = {.w = label.width + 2 * chip_pad(page), .h = gm_font_line(page->small)};
    gm_ink ink = gm_ink_make(GM_ROLE_LIMIT_LABEL, frame->index, index, page->theme->ink);
    if (*label.text && box.h <= frame->plot.h && place_limit(&frame->plot, limit_y(frame, limit->value), taken, &box))
        draw_chip(page, ink, label, box);
}

void gm_marks_draw_limits(gm_page *page, const gm_frame *frame) {
    g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(gm_rect));
    double left = frame->plot.x, right = left + frame->plot.w;
    for (size_t i = 0; i < frame->pane->n_limits; i++) {
        const gm_chart_limit *limit = &frame->pane->limits[i];
        if (!(limit->value >= frame->scale.lo && limit->value <= frame->scale.hi)) continue;
        double y = limit_y(frame, limit->value);
        gm_ink ink = gm_ink_make(GM_ROLE_LIMIT, frame->index, (int)i, gm_page_fill(page, limit->fill));
        gm_page_line(page, ink, (gm_xy){left, y}, (gm_xy){right, y}, 1.4)->dashed = true;
    }
    for (size_t i = 0; i < frame->pane->n_limits; i++) {
        if (isfinite(frame->pane->limits[i].value)) draw_limit_label(page, frame, (int)i, taken);
    }
}
