/* Small readers of what the reports write, independent of what writes it: XML and HTML, CSV, JSON, Markdown.
 *
 * Each answers what structure there is, so that a target can say: a stranger's text added nothing to it. */
#ifndef GM_TESTS_FUZZ_ORACLE_H
#define GM_TESTS_FUZZ_ORACLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <glib.h>
#include <yajl/yajl_parse.h>

static inline void require(bool holds) {
    if (!holds) abort();
}

/* --- texts --- */
/* May never reach a terminal or a page: controls, and what turns the direction of writing. */
static inline bool gm_oracle_has_power(gunichar c) {
    bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    return control || c == 0x200e || c == 0x200f || c == 0x61c || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

/* Valid UTF-8 and nothing with power but what is allowed. */
static inline void gm_oracle_harmless(const char *text, const char *allowed) {
    require(g_utf8_validate(text, -1, NULL));
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        require(!gm_oracle_has_power(c) || (c < 0x80 && strchr(allowed, (int)c)));
    }
}

/* No line that a CI system obeys when it stands in a log: "::word" at the start, "##[word]" and "##vso[word]" anywhere.
 */
static inline void gm_oracle_no_command(const char *text) {
    require(!strstr(text, "##[") && !strstr(text, "##vso["));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (int i = 0; lines[i]; i++) require(!g_str_has_prefix(g_strchug(lines[i]), "::"));
}

/* What was read back is the text, each letter itself or its stand-in: nothing that is plain is lost. */
static inline void gm_oracle_same(const char *text, const char *back, glong longest) {
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    const char *p = valid, *q = back;
    for (glong left = longest; *p && left > 0; p = g_utf8_next_char(p), q = g_utf8_next_char(q), left--) {
        gunichar c = g_utf8_get_char(p), d = g_utf8_get_char(q);
        bool stands_in = d == ' ' || d == 0xfffd;
        require(d == c || (stands_in && !g_unichar_isalnum(c) && !g_unichar_ispunct(c)));
    }
}

/* --- HTML and XML --- */
/* The text that a browser would read: &lt; &#64; &amp; &quot; &#39; and the like. */
static inline char *gm_oracle_unescape(const char *text) {
    static const struct {
        const char *name, *text;
    } names[] = {{"lt", "<"},    {"gt", ">"},    {"amp", "&"},
                 {"quot", "\""}, {"apos", "'"},  {"hellip", "\xe2\x80\xa6"},
                 {"ndash", "-"}, {"minus", "-"}, {"plusmn", "+-"}};
    GString *out = g_string_new(NULL);
    while (*text) {
        const char *end = *text == '&' ? strchr(text, ';') : NULL;
        if (*text != '&') {
            g_string_append_c(out, *text++);
            continue;
        }
        require(end != NULL); /* a bare & is never written */
        g_autofree char *name = g_strndup(text + 1, (gsize)(end - text - 1));
        bool known = false;
        if (*name == '#') {
            char *rest;
            gunichar c = (gunichar)(name[1] == 'x' ? g_ascii_strtoull(name + 2, &rest, 16)
                                                   : g_ascii_strtoull(name + 1, &rest, 10));
            require(*rest == '\0' && c > 0);
            g_string_append_unichar(out, c);
            known = true;
        }
        for (size_t i = 0; !known && i < G_N_ELEMENTS(names); i++) {
            if (strcmp(names[i].name, name) != 0) continue;
            g_string_append(out, names[i].text);
            known = true;
        }
        require(known);
        text = end + 1;
    }
    return g_string_free(out, FALSE);
}

/* Behind an attribute; its name is added to the tag. */
static inline const char *gm_oracle_attribute(const char *at, GString *tag) {
    size_t name = strcspn(at, " \t\n/>=\"'<");
    require(name > 0);
    g_string_append_c(tag, ' ');
    g_string_append_len(tag, at, (gssize)name);
    at += name;
    if (*at != '=') return at;
    require(at[1] == '"'); /* every value that we write is in double quotes */
    at += 2;
    const char *end = strchr(at, '"');
    require(end != NULL);
    g_autofree char *value = g_strndup(at, (gsize)(end - at)), *read = gm_oracle_unescape(value);
    require(!strchr(value, '<'));
    gm_oracle_harmless(read, "\n");
    return end + 1;
}

/* The tags in their order with the names of their attributes, as strings. Texts between them are checked: nothing with
 * power, no bare & or <. What is in script and style is passed over; scripts of JSON are given to check_script. */
static inline GPtrArray *gm_oracle_tags(const char *page, void (*check_script)(const char *json)) {
    GPtrArray *tags = g_ptr_array_new_with_free_func(g_free);
    while (*page) {
        const char *open = strchrnul(page, '<');
        g_autofree char *text = g_strndup(page, (gsize)(open - page)), *read = gm_oracle_unescape(text);
        gm_oracle_harmless(read, "\n\t");
        if (!*open) break;
        g_autoptr(GString) tag = g_string_new(NULL);
        size_t name = strcspn(open + 1, " \t\n>\"'<");
        if (name > 1 && open[name] == '/' && open[1] != '/') name--;
        g_string_append_len(tag, open + 1, (gssize)name);
        page = open + 1 + name;
        while (*page != '>' && *page != '/') {
            require(*page != '\0');
            page = *page == ' ' || *page == '\n' ? page + 1 : gm_oracle_attribute(page, tag);
        }
        page += *page == '/';
        require(*page == '>' || tag->str[0] == '?' || tag->str[0] == '!');
        page++;
        bool script = g_str_has_prefix(tag->str, "script"), style = g_str_has_prefix(tag->str, "style");
        if (script || style) {
            const char *end = strstr(page, script ? "</script" : "</style");
            require(end != NULL);
            g_autofree char *inside = g_strndup(page, (gsize)(end - page));
            if (script && strstr(open, "application/json") && strstr(open, "application/json") < page)
                check_script(inside);
            page = end;
        }
        g_ptr_array_add(tags, g_strdup(tag->str));
    }
    return tags;
}

/* --- JSON --- */
typedef struct {
    GString *shape;   /* brackets, keys and a letter for each kind of value */
    GPtrArray *texts; /* the strings that are values, in their order */
} gm_oracle_json;

static int gm_oracle_null(void *o) {
    g_string_append_c(((gm_oracle_json *)o)->shape, 's');
    return 1;
} /* a text that is unknown */
static int gm_oracle_bool(void *o, int value) {
    (void)value;
    g_string_append_c(((gm_oracle_json *)o)->shape, 'b');
    return 1;
}
static int gm_oracle_number(void *o, const char *text, size_t n) {
    (void)text;
    (void)n;
    g_string_append_c(((gm_oracle_json *)o)->shape, 'n');
    return 1;
}
static int gm_oracle_open_map(void *o) {
    g_string_append_c(((gm_oracle_json *)o)->shape, '{');
    return 1;
}
static int gm_oracle_close_map(void *o) {
    g_string_append_c(((gm_oracle_json *)o)->shape, '}');
    return 1;
}
static int gm_oracle_open_list(void *o) {
    g_string_append_c(((gm_oracle_json *)o)->shape, '[');
    return 1;
}
static int gm_oracle_close_list(void *o) {
    g_string_append_c(((gm_oracle_json *)o)->shape, ']');
    return 1;
}

static int gm_oracle_string(void *o, const unsigned char *text, size_t n) {
    gm_oracle_json *json = o;
    g_string_append_c(json->shape, 's');
    g_ptr_array_add(json->texts, g_strndup((const char *)text, n));
    return 1;
}

static int gm_oracle_key(void *o, const unsigned char *text, size_t n) {
    gm_oracle_json *json = o;
    g_string_append_c(json->shape, '"');
    g_string_append_len(json->shape, (const char *)text, (gssize)n);
    g_string_append_c(json->shape, '"');
    return 1;
}

/* It is one whole document and valid UTF-8. */
static inline gm_oracle_json gm_oracle_json_read(const char *text) {
    static const yajl_callbacks calls = {
        gm_oracle_null,
        gm_oracle_bool,
        NULL,
        NULL,
        gm_oracle_number,
        gm_oracle_string,
        gm_oracle_open_map,
        gm_oracle_key,
        gm_oracle_close_map,
        gm_oracle_open_list,
        gm_oracle_close_list,
    };
    gm_oracle_json json = {g_string_new(NULL), g_ptr_array_new_with_free_func(g_free)};
    yajl_handle parser = yajl_alloc(&calls, NULL, &json);
    require(parser != NULL && g_utf8_validate(text, -1, NULL));
    require(yajl_parse(parser, (const unsigned char *)text, strlen(text)) == yajl_status_ok);
    require(yajl_complete_parse(parser) == yajl_status_ok);
    yajl_free(parser);
    return json;
}

static inline void gm_oracle_json_release(gm_oracle_json *json) {
    g_string_free(json->shape, TRUE);
    g_ptr_array_unref(json->texts);
}

/* --- CSV --- */
/* The next cell of RFC 4180 with \n between lines; *ends: the line ends behind it. NULL at the end of the text. */
static inline char *gm_oracle_cell(const char **text, bool *ends, bool *quoted) {
    GString *cell = g_string_new(NULL);
    const char *at = *text;
    *quoted = *at == '"';
    if (*quoted) {
        for (at++;; at++) {
            require(*at != '\0');
            if (*at == '"' && *++at != '"') break;
            g_string_append_c(cell, *at);
        }
    } else {
        for (; *at && !strchr(",\n", *at); at++) {
            require(*at != '"' && *at != '\r');
            g_string_append_c(cell, *at);
        }
    }
    require(*at == ',' || *at == '\n');
    *ends = *at == '\n';
    *text = at + 1;
    return g_string_free(cell, FALSE);
}

#endif
