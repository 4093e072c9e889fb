/* A summary card: who, what, one sentence and a few facts above a small time chart, to be read in a chat or a ticket at
 * a glance. Takes the page that chart.c prepared, writes the words and leaves the rest of the body to chart_pane.c. */
#include "chart_private.h"

#include <string.h>

#define MAX_LINES   3
#define LEAST_CHART 0.3 /* of the body: below that the chart is left out */

static double put_line(gm_page *page, gm_chart_role role, const char *text, gm_font font, uint32_t color,
                       gm_elide elide) {
    gm_label label = gm_page_label(page, text, font, page->body.w, elide);
    gm_page_text(page, gm_ink_make(role, -1, -1, color), label, font, (gm_xy){page->body.x, page->body.y});
    return label.width;
}

static void down(gm_page *page, double by) {
    page->body.y += by;
    page->body.h -= by;
}

/* The longest beginning of words that fits in one line; NULL-terminated words, answers how many. */
static size_t line_of(gm_page *page, char **words, gm_font font, GString *line) {
    size_t n = 0;
    g_string_truncate(line, 0);
    for (; words[n]; n++) {
        g_autofree char *tried = n ? g_strdup_printf("%s %s", line->str, words[n]) : g_strdup(words[n]);
        if (n && gm_page_width(page, tried, font) > page->body.w) break;
        g_string_assign(line, tried);
    }
    return n;
}

static void put_sentence(gm_page *page, const char *text, gm_font font) {
    g_autofree char *clean = gm_text_clean(text);
    g_auto(GStrv) words = g_strsplit(clean, " ", -1);
    g_autoptr(GString) line = g_string_new(NULL);
    size_t at = 0;
    for (int i = 0; i < MAX_LINES && words[at]; i++) {
        size_t n = line_of(page, words + at, font, line);
        at += n;
        if (i + 1 == MAX_LINES && words[at]) g_string_append(line, " \xe2\x80\xa6");
        put_line(page, GM_ROLE_SENTENCE, line->str, font, page->theme->ink, GM_ELIDE_END);
        down(page, gm_font_line(font));
    }
}

static void put_facts(gm_page *page, const gm_chart_card *card) {
    if (!card->n_facts) return;
    double column = page->body.w / (double)card->n_facts, room = column - page->text.size;
    gm_font value = {page->text.size * 1.35, true};
    for (size_t i = 0; i < card->n_facts; i++) {
        gm_xy at = {page->body.x + column * (double)i, page->body.y};
        gm_label label = gm_page_label(page, card->facts[i].label, page->small, room, GM_ELIDE_END);
        gm_page_text(page, gm_ink_make(GM_ROLE_FACT, -1, (int)i, page->theme->muted), label, page->small, at);
        at.y += gm_font_line(page->small);
        label = gm_page_label(page, card->facts[i].value, value, room, GM_ELIDE_SYMBOL);
        gm_page_text(page, gm_ink_make(GM_ROLE_FACT, -1, (int)i, page->theme->ink), label, value, at);
    }
    down(page, gm_font_line(page->small) + gm_font_line(value) + page->text.size * 0.8);
}

void gm_card_layout(gm_page *page) {
    static const gm_chart_card empty;
    const gm_chart_card *card = page->chart->card ? page->chart->card : &empty;
    double stripe = page->text.size * 0.8, base = CLAMP(page->out->height / 42, 9, 24);
    uint32_t accent = gm_page_fill(page, card->fill);
    gm_page_rect(page, gm_ink_make(GM_ROLE_SWATCH, -1, -1, accent), (gm_rect){0, 0, stripe, page->out->height});
    page->body.x += stripe + base;
    page->body.w -= stripe + 2 * base;
    down(page, base * 0.6);
    page->text = (gm_font){base, false};
    page->strong = (gm_font){base, true};
    page->small = (gm_font){MAX(base * 0.87, 9), false};
    double all = page->body.h;
    put_line(page, GM_ROLE_SUBTITLE, card->kicker, page->text, page->theme->muted, GM_ELIDE_SYMBOL);
    down(page, gm_font_line(page->text) + base * 0.3);
    gm_font head = {base * 2.1, true};
    double used = put_line(page, GM_ROLE_HEADLINE, card->headline, head, accent, GM_ELIDE_END) + base;
    gm_label aside = gm_page_label(page, card->aside, page->text, page->body.w - used, GM_ELIDE_END);
    gm_page_text(page, gm_ink_make(GM_ROLE_SUBTITLE, -1, -1, page->theme->muted), aside, page->text,
                 (gm_xy){page->body.x + used, page->body.y + head.size - page->text.size});
    down(page, gm_font_line(head) + base * 0.3);
    put_sentence(page, card->sentence, (gm_font){base * 1.35, false});
    down(page, base * 0.8);
    put_facts(page, card);
    page->text = page->small;
    page->strong.size = page->small.size;
    if (page->chart->n_panes && page->body.h > all * LEAST_CHART) gm_panes_layout(page);
}
