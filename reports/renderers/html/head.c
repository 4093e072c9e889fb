/* The head of the html page: the security policy with the hashes of our own style and scripts, the style sheet with the
 * colours that the charts used, and the scripts at the end. Nothing is requested: no url appears anywhere. */
#include "reports/assets.h"
#include "reports/renderers/html/html.h"

static const char *asset(const char *name) {
    for (size_t i = 0; gm_assets[i].name; i++)
        if (strcmp(gm_assets[i].name, name) == 0) return gm_assets[i].text;
    return "";
}

static char *hash_of(const char *text) {
    guint8 digest[32];
    gsize length = sizeof digest;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text));
    g_checksum_get_digest(sum, digest, &length);
    return g_base64_encode(digest, length);
}

/* The palette under the names that the script asks for. */
static void put_palette(GString *css, const char *before, gm_chart_theme theme, const char *after) {
    g_string_append(css, before);
    for (int fill = 0; fill < GM_FILL_COUNT; fill++)
        g_string_append_printf(css, "--f-%s:#%06x;", gm_chart_fill_name((gm_chart_fill)fill),
                               gm_chart_fill_color(theme, (gm_chart_fill)fill) >> 8);
    g_string_append(css, after);
}

static GString *style_of(const gm_html *page) {
    GString *css = g_string_new(asset("report.css"));
    put_palette(css, ":root{", GM_THEME_LIGHT, "}\n");
    put_palette(css, "@media (prefers-color-scheme:dark){:root:not([data-theme=light]){", GM_THEME_DARK, "}}\n");
    put_palette(css, ":root[data-theme=dark]{", GM_THEME_DARK, "}\n");
    put_palette(css, "@media print{:root,:root[data-theme=dark],:root:not([data-theme=light]){", GM_THEME_LIGHT,
                "}}\n");
    for (int fill = 0; fill < GM_FILL_COUNT; fill++) {
        const char *name = gm_chart_fill_name((gm_chart_fill)fill);
        g_string_append_printf(css, ".f-%s{background:var(--f-%s);fill:var(--f-%s)}\n", name, name, name);
    }
    gm_svg_colours_style(&page->colours, css);
    return css;
}

GString *gm_html_finish(gm_html *page) {
    g_autoptr(GString) css = style_of(page);
    const char *scripts[] = {asset("dygraph.min.js"), asset("report.js")};
    g_autofree char *style_hash = hash_of(css->str), *first = hash_of(scripts[0]), *second = hash_of(scripts[1]);
    gm_html whole = *page;
    whole.out = g_string_sized_new(page->out->len + css->len + (256 << 10));
    gm_html_put(
        &whole,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; img-src data:; style-src 'sha256-%s'; script-src 'sha256-%s' 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"referrer\" content=\"no-referrer\">"
        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
        style_hash, first, second);
    gm_html_esc(&whole, page->model->name);
    gm_html_put(&whole, " &ndash; gomortem</title>\n<style>%s</style></head>\n<body>\n", css->str);
    g_string_append_len(whole.out, page->out->str, (gssize)page->out->len);
    gm_html_put(&whole, "<script>%s</script>\n<script>%s</script>\n</body></html>\n", scripts[0], scripts[1]);
    return whole.out;
}
