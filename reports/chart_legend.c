/* The head of a pane: its title and, behind it and on further rows, one swatch and name per series. Called by
 * chart_pane.c twice, to learn the rows and to draw. What has no room is counted: "+3 more". */
#include "chart_private.h"

typedef struct {
    int series;
    gm_label label;
} entry;

typedef struct {
    gm_page *page;
    const gm_frame *frame;
    bool drawing;
    double x, right;
    int line, max_lines;
} flow;

static double swatch_width(const gm_page *page) {
    return page->text.size * 0.85;
}

static double entry_width(const gm_page *page, gm_label label) {
    return swatch_width(page) + page->text.size * 0.45 + label.width;
}

static double gap(const gm_page *page) {
    return page->text.size * 1.25;
}

static gm_xy line_at(const flow *f) {
    return (gm_xy){f->x, f->frame->area.y + f->line * gm_font_line(f->page->text)};
}

static void draw_swatch(flow *f, const gm_chart_series *series, int index) {
    gm_page *page = f->page;
    gm_ink ink = gm_ink_make(GM_ROLE_SWATCH, f->frame->index, index, gm_page_fill(page, series->fill));
    double size = swatch_width(page), middle = line_at(f).y + gm_font_line(page->text) / 2;
    if (series->draw == GM_DRAW_AREA) {
        gm_page_rect(page, ink, (gm_rect){f->x, middle - size / 2, size, size});
    } else if (series->draw == GM_DRAW_POINTS) {
        gm_xy centre = {f->x + size / 2, middle};
        gm_shape *dot = gm_page_add(page, GM_SHAPE_DOTS, ink);
        dot->count = 1;
        dot->stroke = size * 0.28;
        g_array_append_val(page->out->points, centre);
    } else {
        gm_page_line(page, ink, (gm_xy){f->x, middle}, (gm_xy){f->x + size, middle}, 2.2);
    }
}

static void put_text(flow *f, gm_chart_role role, int series, gm_label label, gm_font font) {
    uint32_t color = role == GM_ROLE_PANE_TITLE ? f->page->theme->ink : f->page->theme->muted;
    if (f->drawing) gm_page_text(f->page, gm_ink_make(role, f->frame->index, series, color), label, font, line_at(f));
    f->x += label.width;
}

static void put_entry(flow *f, const entry *e) {
    if (f->drawing) draw_swatch(f, &f->frame->pane->series[e->series], e->series);
    f->x += entry_width(f->page, e->label) - e->label.width;
    put_text(f, GM_ROLE_LEGEND, e->series, e->label, f->page->text);
    f->x += gap(f->page);
}

static gm_label more_label(const flow *f, unsigned count) {
    char text[32];
    g_snprintf(text, sizeof text, "+%u more", count);
    return gm_page_label(f->page, text, f->page->text, f->page->body.w, GM_ELIDE_END);
}

static bool rest_fits(const flow *f, const GArray *entries, unsigned from) {
    double x = f->x - gap(f->page);
    for (unsigned i = from; i < entries->len; i++)
        x += gap(f->page) + entry_width(f->page, g_array_index(entries, entry, i).label);
    return x <= f->right;
}

static void put_entries(flow *f, const GArray *entries) {
    for (unsigned i = 0; i < entries->len; i++) {
        const entry *e = &g_array_index(entries, entry, i);
        double width = entry_width(f->page, e->label);
        if (f->line + 1 < f->max_lines && f->x + width > f->right && f->x > f->page->body.x) {
            f->line++;
            f->x = f->page->body.x;
        }
        if (f->line + 1 == f->max_lines && !rest_fits(f, entries, i)) {
            double after = more_label(f, entries->len - i - 1).width + gap(f->page);
            if (f->x + width + after > f->right) {
                gm_label more = more_label(f, entries->len - i);
                if (f->x + more.width <= f->right) put_text(f, GM_ROLE_LEGEND, -1, more, f->page->text);
                return;
            }
        }
        put_entry(f, e);
    }
}

static GArray *entries_of(gm_page *page, const gm_frame *frame) {
    GArray *entries = g_array_new(FALSE, FALSE, sizeof(entry));
    double widest = page->body.w * 0.45;
    for (size_t i = 0; i < frame->pane->n_series; i++) {
        entry e = {(int)i, gm_page_label(page, frame->pane->series[i].name, page->text, widest, GM_ELIDE_MIDDLE)};
        if (frame->shown[i] && *e.label.text) g_array_append_val(entries, e);
    }
    return entries;
}

static int run(gm_page *page, const gm_frame *frame, int max_lines, bool drawing) {
    g_autoptr(GArray) entries = entries_of(page, frame);
    flow f = {page, frame, drawing, page->body.x, page->body.x + page->body.w, 0, max_lines};
    double title_width = page->body.w * (entries->len ? 0.55 : 1);
    gm_label title = gm_page_label(page, frame->pane->title, page->strong, title_width, GM_ELIDE_END);
    if (max_lines == 0 || (!*title.text && !entries->len)) return 0;
    put_text(&f, GM_ROLE_PANE_TITLE, -1, title, page->strong);
    if (*title.text) f.x += gap(page);
    put_entries(&f, entries);
    return f.line + 1;
}

int gm_legend_lines(gm_page *page, const gm_frame *frame, int max_lines) {
    return run(page, frame, max_lines, false);
}

void gm_legend_draw(gm_page *page, const gm_frame *frame) {
    run(page, frame, frame->head_lines, true);
}
