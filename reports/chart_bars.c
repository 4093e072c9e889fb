/* Horizontal bars: a waterfall from a total down to its parts, or plain bars in the caller's order. Takes the
 * page that chart.c prepared and fills its body: label, bar, value and note per row, a value axis below.
 * Labels stand left of the bars, or above them where the page is narrow and the names are long. Rows that the
 * height cannot hold are summed up in a last one. */
#include "chart_private.h"

#include <math.h>

#define SIDE_SHARE  0.40 /* of the width, for labels left of the bars */
#define VALUE_SHARE 0.35
#define NARROW      620.0
#define MOST_TICKS  8
#define NO_INDEX    -1

typedef struct {
    gm_chart_bar bar;
    int index;       /* in the chart, or NO_INDEX for the sum of the rest */
    double from, to; /* where the bar begins and ends, in values */
    gm_label label, value, note;
    double text_width; /* of value and note */
} bar_row;

typedef struct {
    gm_page *page;
    bar_row *rows;
    size_t n;
    bool above; /* labels above the bars */
    double axis_height, row_height;
    gm_scale scale;
    gm_rect plot;
    char rest_text[32]; /* the label of the last row when it sums up the rest */
} bars;

static double row_least(const bars *b) {
    return gm_font_line(b->page->text) * (b->above ? 2.3 : 1.35);
}

static gm_chart_bar rest_of(bars *b, size_t from) {
    const gm_chart *chart = b->page->chart;
    gm_chart_bar rest = {.label = b->rest_text, .fill = GM_FILL_UNEXPLAINED};
    for (size_t i = from; i < chart->n_bars; i++) {
        if (isfinite(chart->bars[i].value)) rest.value += gm_value_clamp(chart->bars[i].value);
    }
    g_snprintf(b->rest_text, sizeof b->rest_text, "+%zu more", chart->n_bars - from);
    return rest;
}

static void choose_rows(bars *b) {
    const gm_chart *chart = b->page->chart;
    size_t most = (size_t)MAX(1, (b->page->body.h - b->axis_height) / row_least(b));
    b->n = MIN(chart->n_bars, most);
    b->rows = g_new0(bar_row, b->n);
    for (size_t i = 0; i < b->n; i++) {
        bool rest = i + 1 == b->n && b->n < chart->n_bars;
        b->rows[i].bar = rest ? rest_of(b, i) : chart->bars[i];
        b->rows[i].index = rest ? NO_INDEX : (int)i;
    }
}

/* A waterfall's total stands on zero, every part hangs at the end of the one before. */
static void place_values(bars *b) {
    bool waterfall = b->page->chart->kind == GM_CHART_WATERFALL;
    double at = 0;
    for (size_t i = 0; i < b->n; i++) {
        bar_row *r = &b->rows[i];
        double value = isfinite(r->bar.value) ? gm_value_clamp(r->bar.value) : 0;
        r->from = waterfall && i > 0 ? at : 0;
        r->to = waterfall && i > 0 ? at - value : value;
        at = r->to;
    }
}

/* An unknown total: the parts step down from their sum. */
static void place_unknown_total(bars *b) {
    double sum = 0;
    for (size_t i = 1; i < b->n; i++) sum += b->rows[i].from - b->rows[i].to;
    for (size_t i = 1; i < b->n; i++) {
        b->rows[i].from += sum;
        b->rows[i].to += sum;
    }
}

static void word_values(bars *b) {
    gm_page *page = b->page;
    double most = page->body.w * VALUE_SHARE, space = page->text.size * 0.7;
    for (size_t i = 0; i < b->n; i++) {
        bar_row *r = &b->rows[i];
        char number[GM_CHART_VALUE_MAX], text[GM_CHART_VALUE_MAX + 1];
        gm_chart_value_text(page->chart->unit, r->bar.value, number);
        bool plus = page->chart->show_sign && isfinite(r->bar.value) && r->bar.value > 0;
        g_snprintf(text, sizeof text, "%s%s", plus ? "+" : "", number);
        r->value = gm_page_label(page, text, page->strong, most, GM_ELIDE_END);
        r->note = gm_page_label(page, r->bar.note, page->text, most - r->value.width - space, GM_ELIDE_END);
        r->text_width = r->value.width + (*r->note.text ? space + r->note.width : 0);
    }
}

static double label_space(const bars *b) {
    return b->page->text.size * 0.8;
}

/* Beside the bars, or above them where the page is narrow and the names are long. */
static void choose_side(bars *b) {
    gm_page *page = b->page;
    for (size_t i = 0; i < page->chart->n_bars && page->body.w < NARROW; i++) {
        gm_label label = gm_page_label(page, page->chart->bars[i].label, page->text, page->body.w, GM_ELIDE_SYMBOL);
        b->above |= label.width > page->body.w * SIDE_SHARE;
    }
}

static double side_width(bars *b) {
    gm_page *page = b->page;
    double widest = 0, most = page->body.w * SIDE_SHARE;
    for (size_t i = 0; i < b->n; i++)
        widest = MAX(widest, gm_page_label(page, b->rows[i].bar.label, page->text, most, GM_ELIDE_SYMBOL).width);
    return b->above ? 0 : widest + label_space(b);
}

static void fit_labels(bars *b, double side) {
    double room = b->above ? b->page->body.w : side - label_space(b);
    for (size_t i = 0; i < b->n; i++)
        b->rows[i].label = gm_page_label(b->page, b->rows[i].bar.label, b->page->text, room, GM_ELIDE_SYMBOL);
}

static void fit_scale(bars *b) {
    double lo = 0, hi = 0;
    for (size_t i = 0; i < b->n; i++) {
        lo = fmin(lo, fmin(b->rows[i].from, b->rows[i].to));
        hi = fmax(hi, fmax(b->rows[i].from, b->rows[i].to));
    }
    b->scale = gm_scale_fit(b->page->chart->unit, lo, hi, MOST_TICKS);
}

/* As wide as the texts behind the bars allow: each needs its room only where its own bar ends. */
static void place_plot(bars *b, double side) {
    gm_page *page = b->page;
    double row_most = gm_font_line(page->text) * 3.4, gap = page->text.size * 0.5;
    double room = page->body.w - side, width = room;
    for (size_t i = 0; i < b->n; i++) {
        const bar_row *r = &b->rows[i];
        double end = gm_scale_at(&b->scale, MAX(r->from, r->to));
        width = MIN(width, (room - r->text_width - gap) / MAX(end, 1e-6));
    }
    b->row_height = MIN((page->body.h - b->axis_height) / (double)b->n, row_most);
    b->plot = (gm_rect){page->body.x + side, page->body.y, width, b->row_height * (double)b->n};
}

static double x_of(const bars *b, double value) {
    return b->plot.x + b->plot.w * gm_scale_at(&b->scale, value);
}

static double widest_tick(const bars *b) {
    double widest = 0;
    for (int i = gm_scale_first(&b->scale); i <= gm_scale_last(&b->scale); i++) {
        char text[GM_CHART_VALUE_MAX];
        gm_tick_text(b->scale.unit, b->scale.step * i, text);
        widest = MAX(widest, gm_page_width(b->page, text, b->page->small));
    }
    return widest;
}

static double tick_distance(const bars *b) {
    return b->plot.w * b->scale.step / (b->scale.hi - b->scale.lo);
}

/* As many ticks as their labels leave room for. */
static void thin_ticks(bars *b) {
    for (int ticks = MOST_TICKS; ticks > 1; ticks--) {
        b->scale = gm_scale_fit(b->scale.unit, b->scale.lo, b->scale.hi, ticks);
        if (tick_distance(b) >= widest_tick(b) + b->page->small.size) break;
    }
}

static double bar_height(const bars *b) {
    double line = gm_font_line(b->page->text);
    return b->above ? line * 0.8 : MIN(b->row_height * 0.72, line * 1.7);
}

static double bar_top(const bars *b, size_t i) {
    double top = b->plot.y + b->row_height * (double)i;
    if (!b->above) return top + (b->row_height - bar_height(b)) / 2;
    return top + gm_font_line(b->page->text) * 1.5 - bar_height(b) / 2; /* its value is one line high */
}

/* Lines keep off the labels: where these stand above the bars, each bar gets its own piece. */
static void draw_tick_line(bars *b, gm_ink ink, double x) {
    double bottom = b->plot.y + b->plot.h;
    if (!b->above) {
        gm_page_line(b->page, ink, (gm_xy){x, b->plot.y}, (gm_xy){x, bottom}, 1);
        return;
    }
    for (size_t i = 0; i < b->n; i++) {
        double top = bar_top(b, i);
        gm_page_line(b->page, ink, (gm_xy){x, top}, (gm_xy){x, top + bar_height(b)}, 1);
    }
}

static void draw_axis(bars *b) {
    gm_page *page = b->page;
    double bottom = b->plot.y + b->plot.h, y = bottom + page->small.size * 0.4, clear = 0;
    gm_ink grid = gm_ink_make(GM_ROLE_GRID, -1, -1, page->theme->grid);
    gm_ink zero = gm_ink_make(GM_ROLE_AXIS, -1, -1, page->theme->axis);
    gm_ink ink = gm_ink_make(GM_ROLE_TICK_X, -1, -1, page->theme->muted);
    for (int i = gm_scale_first(&b->scale); i <= gm_scale_last(&b->scale); i++) {
        char text[GM_CHART_VALUE_MAX];
        double x = x_of(b, b->scale.step * i);
        draw_tick_line(b, i == 0 ? zero : grid, x);
        gm_tick_text(b->scale.unit, b->scale.step * i, text);
        gm_label label = gm_page_label(page, text, page->small, page->body.w, GM_ELIDE_END);
        double left = x - label.width / 2;
        if (left < clear || left + label.width > page->out->width) continue;
        gm_page_text(page, ink, label, page->small, (gm_xy){left, y});
        clear = left + label.width + page->small.size * 0.5;
    }
}

static void draw_label(bars *b, size_t i) {
    gm_page *page = b->page;
    const bar_row *r = &b->rows[i];
    double line = gm_font_line(page->text), y = b->plot.y + b->row_height * (double)i;
    gm_xy at = {page->body.x, b->above ? y : y + (b->row_height - line) / 2};
    gm_page_text(page, gm_ink_make(GM_ROLE_BAR_LABEL, -1, r->index, page->theme->ink), r->label, page->text, at);
}

static void draw_bar(bars *b, size_t i) {
    gm_page *page = b->page;
    const bar_row *r = &b->rows[i];
    double left = x_of(b, MIN(r->from, r->to)), right = x_of(b, MAX(r->from, r->to));
    gm_rect box = {left, bar_top(b, i), MAX(right - left, 1), bar_height(b)};
    if (isfinite(r->bar.value))
        gm_page_rect(page, gm_ink_make(GM_ROLE_DATA, -1, r->index, gm_page_fill(page, r->bar.fill)), box);
    gm_xy at = {right + page->text.size * 0.5, box.y + (box.h - gm_font_line(page->text)) / 2};
    gm_rect ground = {at.x, at.y, MIN(at.x + r->text_width, b->plot.x + b->plot.w) - at.x, gm_font_line(page->text)};
    if (ground.w > 0) /* no grid line through the numbers */
        gm_page_rect(page, gm_ink_make(GM_ROLE_CHIP, -1, r->index, page->theme->plot), ground);
    gm_ink ink = gm_ink_make(GM_ROLE_BAR_VALUE, -1, r->index, page->theme->ink);
    gm_page_text(page, ink, r->value, page->strong, at);
    at.x += r->value.width + page->text.size * 0.7;
    ink.color = page->theme->muted;
    gm_page_text(page, ink, r->note, page->text, at);
}

/* From the end of one step of a waterfall to the beginning of the next. */
static void draw_connectors(bars *b) {
    gm_ink ink = gm_ink_make(GM_ROLE_CONNECTOR, -1, -1, b->page->theme->axis);
    for (size_t i = 0; i + 1 < b->n; i++) {
        double x = x_of(b, b->rows[i + 1].from);
        gm_xy from = {x, bar_top(b, i) + bar_height(b)}, to = {x, bar_top(b, i + 1)};
        gm_page_line(b->page, ink, from, to, 1)->dashed = true;
    }
}

static void draw_all(bars *b) {
    gm_page *page = b->page;
    gm_page_rect(page, gm_ink_make(GM_ROLE_PLOT, -1, -1, page->theme->plot), b->plot);
    draw_axis(b);
    for (size_t i = 0; i < b->n; i++) {
        draw_bar(b, i);
        draw_label(b, i);
    }
    if (page->chart->kind == GM_CHART_WATERFALL && !b->above) draw_connectors(b);
}

void gm_bars_layout(gm_page *page) {
    bars b = {.page = page, .axis_height = gm_font_line(page->small) + page->small.size * 0.4};
    if (!page->chart->n_bars) {
        gm_page_note(page, page->body, -1, "no data");
        return;
    }
    choose_side(&b);
    choose_rows(&b);
    place_values(&b);
    if (page->chart->kind == GM_CHART_WATERFALL && !isfinite(b.rows[0].bar.value)) place_unknown_total(&b);
    word_values(&b);
    double side = side_width(&b);
    fit_labels(&b, side);
    fit_scale(&b);
    place_plot(&b, side);
    thin_ticks(&b);
    draw_all(&b);
    g_free(b.rows);
}
