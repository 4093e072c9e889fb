/* libFuzzer target for the renderers: a model full of a stranger's texts, as every text format writes it.
 *
 * The first byte chooses what is in the model, the rest is cut at its NUL bytes into the texts. The same model with
 * "x" in their place is rendered too: both outputs must have the same structure (tags, keys, lines, commands, marks of
 * Markdown), and no text may reach a terminal with power over it. With charts, which leave out labels that do not fit,
 * no tag may be new. */
#include "oracle.h"
#include "render_model.h"

#include "gomortem/renderer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *rendered(const gm_renderer *renderer, const gm_model *model, bool colour) {
    GString *out = g_string_new(NULL);
    gm_render_options options = {.colour = colour};
    require(renderer->render(model, &options, out, NULL));
    require(strlen(out->str) == out->len);
    return g_string_free(out, FALSE);
}

/* --- HTML and XML --- */
static void check_script(const char *text) {
    require(!strchr(text, '<'));
    gm_oracle_json json = gm_oracle_json_read(text);
    for (guint i = 0; i < json.texts->len; i++) gm_oracle_harmless(json.texts->pdata[i], "");
    gm_oracle_json_release(&json);
}

static bool is_time(const char *tag) {
    return strcmp(tag, "time") == 0 || strcmp(tag, "/time") == 0;
}

static bool has(const GPtrArray *tags, const char *tag) {
    for (guint i = 0; i < tags->len; i++)
        if (strcmp(tags->pdata[i], tag) == 0) return true;
    return false;
}

static void compare_tags(const char *hostile, const char *plain, const gm_render_case *c) {
    g_autoptr(GPtrArray) found = gm_oracle_tags(hostile, check_script), expected = gm_oracle_tags(plain, check_script);
    guint at = 0;
    for (guint i = 0; i < found->len; i++) {
        const char *tag = found->pdata[i];
        if (is_time(tag)) continue; /* points of time in prose are marked */
        if (c->charts || c->slugs) {
            require(has(expected, tag));
            continue;
        }
        while (at < expected->len && is_time(expected->pdata[at])) at++;
        require(at < expected->len && strcmp(tag, expected->pdata[at]) == 0);
        at++;
    }
}

/* --- JSON --- */
static void compare_json(const char *hostile, const char *plain, const gm_render_case *c) {
    gm_oracle_json found = gm_oracle_json_read(hostile), expected = gm_oracle_json_read(plain);
    require(c->slugs || strcmp(found.shape->str, expected.shape->str) == 0);
    gm_oracle_json_release(&found);
    gm_oracle_json_release(&expected);
}

/* --- workflow commands --- */
static void check_command(const char *line) {
    size_t name = strspn(line + 2, "abcdefghijklmnopqrstuvwxyz");
    require(g_str_has_prefix(line, "::") && g_str_has_prefix(line + 2 + name, " title="));
    const char *title = line + 2 + name + 7, *end = strstr(title, "::");
    require(end != NULL);
    for (const char *p = title; p < end; p++) require(*p != ':' && *p != ',' && *p != '\r');
    for (const char *p = title; *p; p++) require(*p != '%' || (g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])));
}

static void compare_commands(const char *hostile, const char *plain, const gm_render_case *c) {
    g_auto(GStrv) found = g_strsplit(hostile, "\n", -1), expected = g_strsplit(plain, "\n", -1);
    require(c->slugs || g_strv_length(found) == g_strv_length(expected));
    gm_oracle_harmless(hostile, "\n");
    for (size_t i = 0; found[i]; i++)
        if (*found[i]) check_command(found[i]);
}

/* --- Markdown --- */
/* Behind a code span that begins here, or NULL. */
static const char *behind_code(const char *at) {
    size_t ticks = strspn(at, "`");
    for (const char *p = at + ticks; (p = strchr(p, '`')); p += strspn(p, "`"))
        if (strspn(p, "`") == ticks) return p + ticks;
    return NULL;
}

static bool begins_link(const char *at) {
    return g_str_has_prefix(at, "://") || g_ascii_strncasecmp(at, "www.", 4) == 0;
}

/* Marks at the beginning of a line, or of what a list or a quotation holds. */
static const char *leading_marks(const char *line, GString *marks) {
    for (;;) {
        line += strspn(line, " ");
        size_t digits = strspn(line, "0123456789");
        bool list = (strchr("-+*", *line) && *line && (line[1] == ' ' || !line[1])) || *line == '>';
        bool number =
            digits > 0 && strchr(".)", line[digits]) && line[digits] && (line[digits + 1] == ' ' || !line[digits + 1]);
        bool rule = *line && strspn(line, "-= ") == strlen(line);
        if (!list && !number && !rule) return line;
        g_string_append_c(marks, number ? '1' : *line);
        line += number ? digits + 1 : rule ? strlen(line) : 1;
    }
}

static void inline_marks(const char *at, GString *marks) {
    while (*at) {
        const char *behind = *at == '`' ? behind_code(at) : NULL;
        const char *semicolon = *at == '&' ? strchr(at, ';') : NULL;
        if (behind) {
            g_string_append_c(marks, '`');
            at = behind;
        } else if (*at == '\\' && g_ascii_ispunct(at[1])) {
            at += 2;
        } else if (semicolon) {
            at = semicolon + 1;
        } else {
            if (strchr("*_[]<>|#`~&@", *at) || begins_link(at)) g_string_append_c(marks, *at);
            at++;
        }
    }
}

/* What gives a document its structure; consecutive lines of indented code are one. */
static char *markdown_marks(const char *text) {
    GString *marks = g_string_new(NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    bool code = false, blank = true;
    require(!strchr(text, '\r'));
    for (size_t i = 0; lines[i]; i++) {
        bool is_code = g_str_has_prefix(lines[i], "    ") && (blank || code);
        if (!is_code) inline_marks(leading_marks(lines[i], marks), marks);
        if (!is_code || !code) g_string_append_c(marks, is_code ? 'C' : '\n');
        code = is_code;
        blank = !*lines[i];
    }
    return g_string_free(marks, FALSE);
}

static void compare_markdown(const char *hostile, const char *plain, const gm_render_case *c) {
    g_autofree char *found = markdown_marks(hostile), *expected = markdown_marks(plain);
    gm_oracle_harmless(hostile, "\n");
    require(c->slugs || strcmp(found, expected) == 0);
}

/* --- the terminal --- */
static char *escapes_of(const char *text) {
    GString *escapes = g_string_new(NULL);
    for (; *text; text++) {
        if (*text != '\033') continue;
        size_t length = strcspn(text, "m");
        g_string_append_len(escapes, text, (gssize)length);
    }
    return g_string_free(escapes, FALSE);
}

static void compare_text(const char *hostile, const char *plain, const gm_render_case *c) {
    g_autofree char *found = escapes_of(hostile), *expected = escapes_of(plain);
    gm_oracle_harmless(hostile, c->colour ? "\n\033" : "\n");
    require(c->slugs || strcmp(found, expected) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct {
        const char *name;
        void (*compare)(const char *hostile, const char *plain, const gm_render_case *c);
    } formats[] = {{"html", compare_tags},
                   {"junit", compare_tags},
                   {"json", compare_json},
                   {"sarif", compare_json},
                   {"gitlab", compare_json},
                   {"github", compare_commands},
                   {"github-summary", compare_markdown},
                   {"markdown", compare_markdown},
                   {"text", compare_text}};
    if (size == 0) return 0;
    gm_render_case hostile = gm_render_case_of(data, size), plain = hostile;
    plain.plain = true;
    plain.slugs = false;
    gm_model *full = gm_render_model_new(&hostile), *empty = gm_render_model_new(&plain);
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (hostile.page != (formats[i].compare == compare_tags)) continue;
        const gm_renderer *renderer = gm_renderer_find(formats[i].name);
        g_autofree char *found = rendered(renderer, full, hostile.colour),
                        *expected = rendered(renderer, empty, hostile.colour);
        formats[i].compare(found, expected, &hostile);
    }
    gm_model_free(full);
    gm_model_free(empty);
    return 0;
}
