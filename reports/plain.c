/* Names from a stranger's cluster must stay names: here they lose every power that a terminal, a CI log, XML or
 * Markdown would give them. Before the CI renderers and the overview of a batch. */
#include "reports/plain.h"

#include <stdbool.h>
#include <string.h>

char *gm_plain_name(const char *namespace_name, const char *pod, const char *container) {
    const char *parts[] = {namespace_name, pod, container};
    GString *name = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        if (parts[i] && *parts[i]) g_string_append_printf(name, "%s%s", name->len ? "/" : "", parts[i]);
    if (name->len == 0) g_string_append(name, "container without a name");
    return g_string_free(name, FALSE);
}

static bool has_power(gunichar c) {
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;
    if (c == 0x200e || c == 0x200f || c == 0x61c || c == 0xfeff) return true;      /* marks of direction, byte order */
    if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)) return true; /* embeddings, overrides, isolates */
    return c == 0xfffe || c == 0xffff;                                             /* not allowed in XML */
}

char *gm_plain(const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
    GString *plain = g_string_new(NULL);
    for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029) c = ' ';
        g_string_append_unichar(plain, has_power(c) ? 0xfffd : c);
    }
    return g_string_free(plain, FALSE);
}

/* Only names begin so: none of our own lines does. */
void gm_plain_commands(GString *out, gsize offset) {
    bool at_start = true;
    for (gsize i = offset; i < out->len; i++) {
        const char *at = out->str + i;
        bool command =
            (at_start && g_str_has_prefix(at, "::")) || g_str_has_prefix(at, "##[") || g_str_has_prefix(at, "##vso[");
        at_start = *at == '\n' || (at_start && g_ascii_isspace(*at));
        if (!command) continue;
        g_string_erase(out, (gssize)i, 1);
        g_string_insert_unichar(out, (gssize)i, 0xfffd);
    }
}

/* Puts text with the characters of special written as numeric references. */
static void put_escaped(GString *out, const char *text, const char *special) {
    g_autofree char *plain = gm_plain(text);
    for (const char *p = plain; *p; p++) {
        if (strchr(special, *p)) g_string_append_printf(out, "&#%d;", *p);
        else g_string_append_c(out, *p);
    }
}

void gm_plain_xml(GString *out, const char *text) {
    put_escaped(out, text, "&<>\"'");
}

void gm_plain_markdown(GString *out, const char *text) {
    put_escaped(out, text, "!\"#$&()*+.:<>@[\\]^_`{|}~");
}
