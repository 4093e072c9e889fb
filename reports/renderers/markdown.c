/* Renderer markdown: a post-mortem document or a comment on a change, in the dialect of GitHub and GitLab. The verdict
 * first, then facts, evidence with its SQL in a fold, who grew, what was ruled out and what could not be checked. Texts
 * of the bundle are escaped so that they can neither open markup nor links, mention anybody, or end a table's cell. */
#include "gomortem/human.h"
#include "reports/renderers/markdown/markdown.h"

#include <math.h>

#define MAX_TEXT       600
#define MAX_ROWS       10
#define MAX_CONTAINERS 20

void gm_md_put(GString *out, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(out, format, arguments);
    va_end(arguments);
}

/* A letter that could hide, or turn the text around it. */
static bool harmful(gunichar c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200e && c <= 0x200f) || c == 0x61c ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void put_char(GString *out, gunichar c) {
    if (c == '\n' || c == '\t') g_string_append_c(out, ' ');
    else if (harmful(c)) g_string_append(out, "\xef\xbf\xbd");
    else if (c == '<') g_string_append(out, "&lt;");
    else if (c == '>') g_string_append(out, "&gt;");
    else if (c == '&') g_string_append(out, "&amp;");
    else if (c == '@') g_string_append(out, "&#64;"); /* no mention of a stranger */
    else if (c < 0x80 && strchr("\\`*_{}[]#|~", (int)c)) gm_md_put(out, "\\%c", (int)c);
    else g_string_append_unichar(out, c);
}

/* What would make a list, a rule or a heading of a line: "- ", "---", "=", "1. ". Answers where the rest begins. */
static const char *put_beginning(GString *out, const char *text) {
    text += strspn(text, " \t\n"); /* no code block either */
    size_t digits = strspn(text, "0123456789"), mark = digits + 1;
    bool number = digits > 0 && (text[digits] == '.' || text[digits] == ')');
    bool sign = *text == '-' || *text == '+' || *text == '=';
    if (!number && !sign) return text;
    if (sign) mark = 1;
    if (text[mark] && !strchr(" \t\n-=", text[mark])) return text;
    gm_md_put(out, "%.*s\\%c", (int)mark - 1, text, text[mark - 1]);
    return text + mark;
}

/* GitHub and GitLab make links of addresses that stand in a text. */
static bool begins_link(const char *from, const char *at) {
    bool scheme = g_str_has_prefix(at, "://");
    return scheme || (*at == '.' && at - from >= 3 && g_ascii_strncasecmp(at - 3, "www", 3) == 0);
}

/* One line of text. */
void gm_md_esc(GString *out, const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", text ? (gssize)MIN(strlen(text), 4 * MAX_TEXT) : 0);
    glong left = MAX_TEXT;
    const char *p = put_beginning(out, valid);
    for (; *p && left > 0; p = g_utf8_next_char(p), left--) {
        if (begins_link(valid, p)) g_string_append_c(out, '\\');
        put_char(out, g_utf8_get_char(p));
    }
    if (*p) g_string_append(out, "…");
}

/* A name in a code span; nothing is escaped in there, so what could end it is replaced. */
void gm_md_code(GString *out, const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", text ? (gssize)MIN(strlen(text), 4 * MAX_TEXT) : 0);
    glong left = MAX_TEXT;
    g_string_append(out, *valid ? "`" : "` "); /* two of them would begin another span */
    for (const char *p = valid; *p && left > 0; p = g_utf8_next_char(p), left--) {
        gunichar c = g_utf8_get_char(p);
        if (c == '`' || c == '|') g_string_append_c(out, '\'');
        else if (harmful(c)) g_string_append_c(out, ' ');
        else g_string_append_unichar(out, c);
    }
    g_string_append_c(out, '`');
}

static void put_name(GString *out, const gm_model_container *c) {
    const char *parts[] = {c->namespace_name, c->pod, c->container};
    bool any = false;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!parts[i] || !*parts[i]) continue;
        if (any) g_string_append_c(out, '/');
        gm_md_esc(out, parts[i]);
        any = true;
    }
    if (!any) g_string_append(out, "container without a name");
}

static void fact(GString *out, const char *name, const char *value) {
    gm_md_put(out, "| %s | ", name);
    gm_md_esc(out, value);
    g_string_append(out, " |\n");
}

static void put_facts(GString *out, const gm_model_container *c) {
    char text[GM_HUMAN_SIZE];
    const gm_model_verdict *v = &c->verdict;
    int64_t peak = GM_UNKNOWN;
    for (size_t i = 0; i < c->n_points; i++) peak = MAX(peak, c->points[i].value[GM_COL_USAGE]);
    g_string_append(out, "| | |\n|---|---|\n");
    fact(out, "Limit", gm_human(text, c->limit_bytes == GM_UNKNOWN ? NAN : (double)c->limit_bytes, "bytes"));
    fact(out, "Peak in the samples", gm_human(text, peak == GM_UNKNOWN ? NAN : (double)peak, "bytes"));
    gm_md_put(out, "| OOM kills | %zu in %zu %s |\n", c->n_kills, c->n_lives, c->n_lives == 1 ? "life" : "lives");
    if (v->from_ns != GM_UNKNOWN) fact(out, "Since", gm_human_time(text, v->from_ns));
    if (!isnan(v->bytes_per_min)) fact(out, "Rate", gm_human(text, v->bytes_per_min, "bytes/min"));
    if (v->eta_ns != GM_UNKNOWN) fact(out, "Limit reached about", gm_human_time(text, v->eta_ns));
    if (v->site) {
        g_string_append(out, "| Site | ");
        gm_md_code(out, v->site);
        g_string_append(out, " |\n");
    }
    g_string_append_c(out, '\n');
}

/* SQL as an indented block: no fence that a text could close. */
static void put_sql(GString *out, const char *sql) {
    g_autofree char *valid = g_utf8_make_valid(sql ? sql : "", -1);
    g_auto(GStrv) lines = g_strsplit(valid, "\n", -1);
    for (size_t i = 0; lines[i]; i++) {
        g_string_append(out, "    ");
        for (const char *p = lines[i]; *p; p = g_utf8_next_char(p))
            g_string_append_unichar(out, harmful(g_utf8_get_char(p)) ? ' ' : g_utf8_get_char(p));
        g_string_append_c(out, '\n');
    }
    g_string_append_c(out, '\n');
}

static void put_finding(GString *out, const gm_model_finding *f) {
    gm_md_put(out, "### ");
    gm_md_code(out, f->rule);
    gm_md_put(out, " (%s, life %d, confidence %.0f %%)\n\n",
              gm_model_severity_rank(f->severity) >= 0 ? f->severity : "info", f->life, 100 * f->confidence);
    gm_md_esc(out, f->summary);
    g_string_append(out, "\n\n");
    for (size_t i = 0; i < f->n_evidence; i++) {
        gm_md_put(out, "- %s", f->evidence[i].refutes ? "against it: " : "");
        gm_md_esc(out, f->evidence[i].text);
        g_string_append_c(out, '\n');
    }
    if (f->remedy) {
        g_string_append(out, "\n**What to do:** ");
        gm_md_esc(out, f->remedy);
        g_string_append_c(out, '\n');
    }
    if (f->n_evidence) g_string_append(out, "\n<details><summary>SQL</summary>\n\n");
    for (size_t i = 0; i < f->n_evidence; i++) put_sql(out, f->evidence[i].sql);
    if (f->n_evidence) g_string_append(out, "</details>\n");
    g_string_append_c(out, '\n');
}

static void put_findings(GString *out, const gm_model_container *c) {
    g_string_append(out, "## Findings\n\n");
    for (size_t i = 0; i < c->n_findings; i++)
        if (strcmp(c->findings[i].outcome, "fired") == 0 && gm_model_finding_leads(c, i))
            put_finding(out, &c->findings[i]);
    if (!c->verdict.would_change_my_mind) return;
    g_string_append(out, "**What would change this verdict:** ");
    gm_md_esc(out, c->verdict.would_change_my_mind);
    g_string_append(out, ".\n\n");
}

static void put_sites(GString *out, const gm_model_container *c) {
    char first[GM_HUMAN_SIZE], last[GM_HUMAN_SIZE], share[GM_HUMAN_SIZE];
    size_t shown = 0;
    for (size_t i = 0; i < c->n_sites && shown < MAX_ROWS; i++) {
        const gm_model_site *s = &c->sites[i];
        if (s->last_bytes <= s->first_bytes) continue;
        if (shown++ == 0)
            g_string_append(
                out, "## Who grew\n\n| Function | Life | First | Last | Share of growth |\n|---|--:|--:|--:|--:|\n");
        g_string_append(out, "| ");
        gm_md_code(out, s->function);
        gm_md_put(out, " | %d | %s | %s | %s |\n", s->life, gm_human(first, (double)s->first_bytes, "bytes"),
                  gm_human(last, (double)s->last_bytes, "bytes"), gm_human(share, s->share_pct, "%"));
    }
    if (shown) g_string_append_c(out, '\n');
}

static void put_checks(GString *out, const gm_model_container *c, const char *outcome, const char *title) {
    bool any = false;
    for (size_t i = 0; i < c->n_findings; i++) {
        const gm_model_finding *f = &c->findings[i];
        if (strcmp(f->outcome, outcome) != 0 || !gm_model_finding_leads(c, i)) continue;
        if (!any) gm_md_put(out, "<details><summary>%s</summary>\n\n| Cause | Why |\n|---|---|\n", title);
        any = true;
        g_string_append(out, "| ");
        gm_md_code(out, f->rule);
        g_string_append(out, " | ");
        gm_md_esc(out, f->summary);
        g_string_append(out, " |\n");
    }
    if (any) g_string_append(out, "\n</details>\n\n");
}

static void put_comparison(GString *out, const gm_model_comparison *comparison) {
    if (!comparison->status) return;
    gm_md_put(out, "## Against the baseline: %s\n\n", comparison->status);
    if (comparison->pair && comparison->n_changes) {
        g_string_append(out, "> ");
        gm_md_esc(out, comparison->pair->summary);
        g_string_append(out, "\n\n");
    }
    for (size_t i = 0; i < comparison->n_changes; i++) {
        gm_md_put(out, "- **%s**: ", comparison->changes[i].state);
        gm_md_esc(out, comparison->changes[i].text);
        g_string_append_c(out, '\n');
    }
    if (comparison->n_changes) g_string_append_c(out, '\n');
    if (comparison->pair && comparison->n_changes) gm_md_pair(out, comparison->pair, "Baseline", "This run", true);
}

static void put_container(GString *out, const gm_model_container *c) {
    const gm_model_verdict *v = &c->verdict;
    g_string_append(out, "# ");
    put_name(out, c);
    g_string_append(out, "\n\n**");
    gm_md_code(out, v->cause);
    g_string_append(out, "**, ");
    gm_md_esc(out, v->level);
    gm_md_put(out, ", confidence %.0f %%, severity %s\n\n> ", 100 * v->confidence,
              gm_model_severity_rank(v->severity) >= 0 ? v->severity : "info");
    gm_md_esc(out, v->summary);
    g_string_append(out, "\n\n");
    put_comparison(out, &c->comparison);
    put_facts(out, c);
    put_findings(out, c);
    put_sites(out, c);
    put_checks(out, c, "clean", "Ruled out");
    put_checks(out, c, "not_applicable", "Could not be checked");
    put_checks(out, c, "failed", "Checks that failed");
}

static bool render(const gm_model *model, const gm_render_options *options, GString *out, GError **error) {
    char from[GM_HUMAN_SIZE], to[GM_HUMAN_SIZE];
    (void)options;
    (void)error;
    for (size_t i = 0; i < model->n_containers && i < MAX_CONTAINERS; i++) put_container(out, &model->containers[i]);
    if (model->n_containers > MAX_CONTAINERS)
        gm_md_put(out, "%zu more containers are in the database, view `verdicts`.\n\n",
                  model->n_containers - MAX_CONTAINERS);
    g_string_append(out, "---\nIncident ");
    gm_md_esc(out, model->name);
    gm_md_put(out, ", %s to %s, %zu members, %lld diagnostics. Made by gomortem %s.\n",
              gm_human_time(from, model->from_ns), gm_human_time(to, model->to_ns), model->n_members,
              (long long)model->n_diagnostics, GM_VERSION);
    return true;
}

const gm_renderer gm_renderer_markdown = {.name = "markdown",
                                          .file_name = "report.md",
                                          .title = "A post-mortem document",
                                          .render = render,
                                          .render_diff = gm_md_diff};
