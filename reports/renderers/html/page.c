/* The html page's toolbox: escaping, cells, headings, charts as SVG. Used by the other files of this folder. */
#include "reports/renderers/html/html.h"

#include <math.h>

#define MAX_BYTES (2u << 20) /* of a page */
#define MAX_TEXT  1500       /* longest text of a bundle shown; the rest is counted */

void gm_html_put(gm_html *page, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(page->out, format, arguments);
    va_end(arguments);
}

/* What would turn the text around it, or hide. */
static bool harmful(gunichar c) {
    bool control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
    return control || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f ||
           c == 0x61c;
}

static void put_char(GString *out, gunichar c) {
    switch (c) {
    case '&': g_string_append(out, "&amp;"); break;
    case '<': g_string_append(out, "&lt;"); break;
    case '>': g_string_append(out, "&gt;"); break;
    case '"': g_string_append(out, "&quot;"); break;
    case '\'': g_string_append(out, "&#39;"); break;
    default: g_string_append_unichar(out, harmful(c) ? 0xfffd : c);
    }
}

void gm_html_esc(gm_html *page, const char *text) {
    gsize length = text ? strlen(text) : 0;
    g_autofree char *valid =
        g_utf8_make_valid(text ? text : "", (gssize)MIN(length, 8 * MAX_TEXT)); /* a monster is not copied whole */
    const char *p = valid;
    for (glong left = MAX_TEXT; *p && left > 0; p = g_utf8_next_char(p), left--)
        put_char(page->out, g_utf8_get_char(p));
    if (*p) gm_html_put(page, "&hellip; (%zu bytes in all)", length);
}

void gm_html_whole(gm_html *page, const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    for (const char *p = valid; *p; p = g_utf8_next_char(p)) put_char(page->out, g_utf8_get_char(p));
}

/* 2026-11-23T09:34:28Z */
static bool is_time(const char *text) {
    static const char pattern[] = "dddd-dd-ddTdd:dd:ddZ";
    for (size_t i = 0; pattern[i]; i++)
        if (pattern[i] == 'd' ? !g_ascii_isdigit(text[i]) : text[i] != pattern[i]) return false;
    return true;
}

void gm_html_prose(gm_html *page, const char *text) {
    const size_t length = strlen("2026-11-23T09:34:28Z");
    const char *from = text ? text : "", *p = from;
    while (*p && (size_t)(p - from) < MAX_TEXT) {
        if (!is_time(p)) {
            p++;
            continue;
        }
        g_autofree char *before = g_strndup(from, (gsize)(p - from));
        gm_html_esc(page, before);
        gm_html_put(page, "<time>%.10s %.8s UTC</time>", p, p + 11);
        from = p += length;
    }
    gm_html_esc(page, from);
}

void gm_html_tag(gm_html *page, const char *tag, const char *text) {
    gm_html_put(page, "<%s>", tag);
    gm_html_esc(page, text);
    gm_html_put(page, "</%s>", tag);
}

void gm_html_number_cell(gm_html *page, double value, const char *unit) {
    char text[GM_HUMAN_SIZE];
    if (isnan(value)) gm_html_put(page, "<td class=\"num none\">&ndash;</td>");
    else gm_html_put(page, "<td class=\"num\">%s</td>", gm_human(text, value, unit));
}

void gm_html_bytes_cell(gm_html *page, int64_t bytes) {
    gm_html_number_cell(page, bytes == GM_UNKNOWN ? NAN : (double)bytes, "bytes");
}

void gm_html_count_cell(gm_html *page, int64_t count) {
    gm_html_number_cell(page, count == GM_UNKNOWN ? NAN : (double)count, "count");
}

void gm_html_time(gm_html *page, int64_t t_ns) {
    char text[GM_HUMAN_SIZE];
    if (t_ns == GM_UNKNOWN) gm_html_put(page, "unknown");
    else gm_html_put(page, "<time>%s</time>", gm_human_time(text, t_ns));
}

void gm_html_id(gm_html *page, const gm_model_container *c, const char *id) {
    g_autofree char *clean = g_strdup(id);
    g_strcanon(clean, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", '-');
    gm_html_put(page, "%s", clean);
    if (c && page->model->n_containers > 1) gm_html_put(page, "-c%lld", (long long)c->container_id);
}

void gm_html_section(gm_html *page, const gm_model_container *c, const char *id, const char *title, const char *note) {
    gm_html_put(page, "<section class=\"part\" id=\"");
    gm_html_id(page, c, id);
    gm_html_put(page, "\"><h2><a href=\"#");
    gm_html_id(page, c, id);
    gm_html_put(page, "\">%s</a></h2>\n", title);
    if (note) gm_html_put(page, "<p class=\"soft\">%s</p>\n", note);
}

void gm_html_name(gm_html *page, const gm_model_container *c) {
    const char *parts[] = {c->namespace_name, c->pod, c->container};
    bool any = false;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!parts[i] || !*parts[i]) continue;
        if (any) gm_html_put(page, "<span class=\"slash\">/</span>");
        gm_html_put(page, "<bdi>");
        gm_html_esc(page, parts[i]);
        gm_html_put(page, "</bdi>");
        any = true;
    }
    if (!any) gm_html_put(page, "container without a name");
}

const char *gm_html_severity(const char *severity) {
    return gm_model_severity_rank(severity) >= 0 ? severity : "info";
}

size_t gm_html_most(const gm_html *page, size_t all) {
    size_t most = (size_t)((double)all * page->detail);
    return MAX(most, 5);
}

void gm_html_picture(gm_html *page, const gm_model_container *c, gm_picture picture, const char *caption) {
    g_autoptr(gm_plate) plate = gm_plate_new(page->model, c, picture);
    if (!plate) return;
    gm_chart_style style = {
        .width = 1120, .height = plate->height, .scale = 0.5}; /* two pixels a column: half the points */
    gm_html_put(page, "<figure class=\"static %s\"><div class=\"wide\">", gm_picture_name(picture));
    gm_svg_write(&plate->chart, &style, &page->measure, plate->chart.title ? plate->chart.title : "chart",
                 &page->colours, page->out);
    gm_html_put(page, "</div>%s%s%s</figure>\n", caption ? "<figcaption>" : "", caption ? caption : "",
                caption ? "</figcaption>" : "");
}

bool gm_html_fit(gm_html_page_at *page_at, const void *what, GString *out, GError **error) {
    static const double details[] = {1, 0.5, 0.25, 0.1, 0.05};
    gm_draw *draw = gm_draw_new(NULL, error);
    if (!draw) return false;
    GString *page = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(details); i++) {
        if (page) g_string_free(page, TRUE);
        page = page_at(what, draw, details[i]);
        if (page->len <= MAX_BYTES) break;
    }
    g_string_append_len(out, page->str, (gssize)page->len);
    g_string_free(page, TRUE);
    gm_draw_free(draw);
    return true;
}
