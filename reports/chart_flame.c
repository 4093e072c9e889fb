/* An icicle: one row per depth, the root on top, every call as wide as its share of the whole. Takes the page that
 * chart.c prepared and fills its body. Calls narrower than a pixel are not drawn, texts only where a few letters
 * fit; rows that the height cannot hold are told in a note. The idea: Brendan Gregg, "Flame Graphs", CACM 59(6). */
#include "chart_private.h"

#include <math.h>

#define ROW_SHARE 1.6 /* of the font size */
#define GAP       1.0

typedef struct {
    gm_page *page;
    double row;
    int rows;
    size_t left_out;
} icicle;

static void draw_call(icicle *f, size_t index) {
    gm_page *page = f->page;
    const gm_chart_flame *flame = &page->chart->flames[index];
    double start = CLAMP(flame->start, 0, 1), width = CLAMP(flame->width, 0, 1 - start);
    gm_rect box = {page->body.x + start * page->body.w, page->body.y + flame->depth * f->row, width * page->body.w,
                   f->row - GAP};
    if (!isfinite(start) || !(box.w >= page->column)) return;
    if (flame->depth >= f->rows) {
        f->left_out++;
        return;
    }
    if (box.w > 3 * GAP) box.w -= GAP;
    gm_page_rect(page, gm_ink_make(GM_ROLE_DATA, -1, (int)index, gm_page_fill(page, flame->fill)), box);
    double pad = page->text.size * 0.35;
    if (box.w < page->text.size * 4) return;
    gm_label label = gm_page_label(page, flame->label, page->text, box.w - 2 * pad, GM_ELIDE_SYMBOL);
    gm_xy at = {box.x + pad, box.y + (box.h - gm_font_line(page->text)) / 2};
    gm_page_text(page, gm_ink_make(GM_ROLE_FLAME_LABEL, -1, (int)index, page->theme->ink), label, page->text, at);
}

void gm_flame_layout(gm_page *page) {
    icicle f = {.page = page, .row = page->text.size * ROW_SHARE};
    double line = gm_font_line(page->text);
    if (!page->chart->n_flames) {
        gm_page_note(page, page->body, -1, "no data");
        return;
    }
    int deepest = 0;
    for (size_t i = 0; i < page->chart->n_flames; i++) deepest = MAX(deepest, page->chart->flames[i].depth);
    bool all = (deepest + 1) * f.row <= page->body.h;
    f.rows = all ? deepest + 1 : MAX(1, (int)((page->body.h - line) / f.row));
    for (size_t i = 0; i < page->chart->n_flames; i++)
        if (page->chart->flames[i].depth >= 0) draw_call(&f, i);
    if (f.left_out == 0) return;
    char text[64];
    g_snprintf(text, sizeof text, "+%zu deeper calls", f.left_out);
    gm_label label = gm_page_label(page, text, page->text, page->body.w, GM_ELIDE_END);
    gm_xy at = {page->body.x + page->body.w - label.width, page->body.y + f.rows * f.row};
    gm_page_text(page, gm_ink_make(GM_ROLE_NOTE, -1, -1, page->theme->muted), label, page->text, at);
}
