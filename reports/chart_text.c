/* Texts of charts: makes any bytes one safe line, fits a line into a width, words values. Every label of the
 * chart engine comes through here before it is placed; draw.c draws what it gets. Safe means valid UTF-8
 * without control, separator and bidirectional formatting characters (Unicode TR 36, 3.2: overrides could
 * make one name look like another); the joiners stay, as scripts need them. */
#include "chart_private.h"

#include <math.h>
#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6"
#define ROUNDING 0.01 /* room computed from this very width must hold it */
#define LONGEST  1024 /* bytes kept of either end of a monster */

double gm_font_line(gm_font font) {
    return font.size * 1.3;
}

double gm_page_width(const gm_page *page, const char *clean, gm_font font) {
    return page->measure->width(page->measure->ctx, clean, font.size, font.bold);
}

/* What stands for a character: itself, a space, or 0 for nothing. */
static gunichar safe_char(gunichar c) {
    if (c == 0x200c || c == 0x200d) return c; /* joiners */
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SPACE_SEPARATOR: return ' ';
    case G_UNICODE_FORMAT: return 0;
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED: return 0xfffd;
    default: return c;
    }
}

/* The two ends of a text too long to ever be shown, cut between characters. */
static char *shorten(const char *raw, size_t len) {
    const char *tail = raw + len - LONGEST;
    size_t head = LONGEST;
    while (head > 0 && ((unsigned char)raw[head] & 0xc0) == 0x80) head--;
    while (*tail && ((unsigned char)*tail & 0xc0) == 0x80) tail++;
    return g_strdup_printf("%.*s" ELLIPSIS "%s", (int)head, raw, tail);
}

char *gm_text_clean(const char *raw) {
    size_t len = raw ? strlen(raw) : 0;
    g_autofree char *bounded = len > 2 * LONGEST ? shorten(raw, len) : g_strdup(raw ? raw : "");
    g_autofree char *valid = g_utf8_make_valid(bounded, -1);
    g_autoptr(GString) clean = g_string_new(NULL);
    for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
        gunichar c = safe_char(g_utf8_get_char(p));
        bool repeated = c == ' ' && (clean->len == 0 || clean->str[clean->len - 1] == ' ');
        if (c && !repeated) g_string_append_unichar(clean, c);
    }
    if (clean->len && clean->str[clean->len - 1] == ' ') g_string_truncate(clean, clean->len - 1);
    return g_string_free(g_steal_pointer(&clean), FALSE);
}

/* A tail must not begin inside a character: marks and joiners belong to what is before them. */
static const char *tail_start(const char *p) {
    while (*p) {
        gunichar c = g_utf8_get_char(p);
        if (!g_unichar_ismark(c) && c != 0x200d && c != 0x200c) break;
        p = g_utf8_next_char(p);
    }
    return p;
}

/* text with `keep` of its `chars` characters left. */
static char *cut(const char *text, glong chars, glong keep, bool middle) {
    glong head = middle ? keep / 2 : keep;
    const char *head_end = g_utf8_offset_to_pointer(text, head);
    const char *tail = middle ? tail_start(g_utf8_offset_to_pointer(text, chars - (keep - head))) : "";
    return g_strdup_printf("%.*s" ELLIPSIS "%s", (int)(head_end - text), text, tail);
}

/* The longest cut that fits, by bisection: width does not fall when characters are kept. NULL if none does.
 */
static char *cut_to_fit(const gm_page *page, const char *text, gm_font font, double max_width, bool middle) {
    glong chars = g_utf8_strlen(text, -1), low = 0, high = chars - 1;
    char *best = NULL;
    while (low <= high) {
        glong keep = low + (high - low) / 2;
        char *tried = cut(text, chars, keep, middle);
        if (gm_page_width(page, tried, font) <= max_width) {
            g_free(best);
            best = tried;
            low = keep + 1;
        } else {
            g_free(tried);
            high = keep - 1;
        }
    }
    return best;
}

/* The longest "…/rest" that fits. Slashes inside type arguments or receivers are not path separators. */
static char *cut_path(const gm_page *page, const char *text, gm_font font, double max_width) {
    const char *end = text + strcspn(text, "[( ");
    const char *last = text;
    for (const char *p = text; p < end; p++) {
        if (*p != '/' || p == text) continue;
        g_autofree char *tried = g_strconcat(ELLIPSIS, p, NULL);
        if (gm_page_width(page, tried, font) <= max_width) return g_steal_pointer(&tried);
        last = p + 1;
    }
    return cut_to_fit(page, last, font, max_width, true);
}

gm_label gm_page_label(gm_page *page, const char *raw, gm_font font, double max_width, gm_elide elide) {
    g_autofree char *clean = gm_text_clean(raw);
    if (gm_page_width(page, clean, font) > max_width + ROUNDING) {
        char *shorter = elide == GM_ELIDE_SYMBOL ? cut_path(page, clean, font, max_width)
                                                 : cut_to_fit(page, clean, font, max_width, elide == GM_ELIDE_MIDDLE);
        g_free(clean);
        clean = shorter ? shorter : g_strdup("");
    }
    return (gm_label){.text = g_string_chunk_insert(page->out->texts, clean),
                      .width = *clean ? gm_page_width(page, clean, font) : 0};
}
