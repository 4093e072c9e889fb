/* libFuzzer target for what makes a stranger's text harmless: for HTML, XML, Markdown, JSON and charts.
 *
 * The text is escaped and read back by the small readers of oracle.h: no markup is left in it, nothing has power over
 * a terminal or the direction of writing, and every plain letter comes back as it was. */
#include "oracle.h"

#include "reports/chart_private.h"
#include "reports/json_out.h"
#include "reports/plain.h"
#include "reports/renderers/html/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HTML_LONGEST = 1500 };

static void check_markup(const char *text, const char *escaped, glong longest) {
    require(!strpbrk(escaped, "<>\""));
    g_autofree char *back = gm_oracle_unescape(escaped);
    gm_oracle_harmless(back, "\n\t");
    gm_oracle_same(text, back, longest);
}

static void check_html(const char *text) {
    g_autoptr(GString) out = g_string_new(NULL), prose = g_string_new(NULL);
    gm_html page = {.out = out};
    gm_html_esc(&page, text);
    require(!strchr(out->str, '\''));
    check_markup(text, out->str, HTML_LONGEST);
    page.out = prose;
    gm_html_prose(&page, text);
    g_autoptr(GPtrArray) tags = gm_oracle_tags(prose->str, NULL);
    for (guint i = 0; i < tags->len; i++)
        require(strcmp(tags->pdata[i], "time") == 0 || strcmp(tags->pdata[i], "/time") == 0);
    require(tags->len % 2 == 0);
}

static void check_id(const char *text) {
    g_autoptr(GString) out = g_string_new(NULL);
    gm_html page = {.out = out};
    gm_html_id(&page, NULL, text);
    require(out->len == strlen(text) &&
            strspn(out->str, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == out->len);
}

static void check_plain(const char *text) {
    g_autofree char *plain = gm_plain(text);
    g_autoptr(GString) xml = g_string_new(NULL), markdown = g_string_new(NULL);
    gm_oracle_harmless(plain, "");
    gm_oracle_same(text, plain, G_MAXLONG);
    gm_plain_xml(xml, text);
    require(!strchr(xml->str, '\''));
    check_markup(text, xml->str, G_MAXLONG);
    gm_plain_markdown(markdown, text);
    check_markup(text, markdown->str, G_MAXLONG);
    for (const char *p = markdown->str; *p; p++)
        require(!strchr("!\"$()*+.:<>@[\\]^_`{|}~", *p)); /* & # ; of the references stay */
    g_autofree char *back = gm_oracle_unescape(markdown->str);
    require(strcmp(back, plain) == 0);
}

static void check_json(const char *text) {
    gm_json_out o;
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    gm_json_out_init(&o, true);
    gm_json_out_open_map(&o, NULL);
    gm_json_out_text(&o, "text", text);
    gm_json_out_close_map(&o);
    gm_json_out_finish(&o, out);
    gm_oracle_json json = gm_oracle_json_read(out->str);
    require(strcmp(json.shape->str, "{\"text\"s}") == 0 && strcmp(json.texts->pdata[0], valid) == 0);
    require(strchr(out->str, '\n') == out->str + out->len - 1); /* a line of NDJSON is one line */
    gm_oracle_json_release(&json);
}

static void check_chart(const char *text) {
    g_autofree char *clean = gm_text_clean(text);
    gm_oracle_harmless(clean, "");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autofree char *text = g_strndup((const char *)data, size);
    check_html(text);
    check_id(text);
    check_plain(text);
    check_json(text);
    check_chart(text);
    return 0;
}
