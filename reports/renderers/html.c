/* Renderer html: one file that opens offline, makes no request and needs no script. The verdict comes first, the
 * charts and the evidence right below it, then what was ruled out and what was read.
 * Every text from the bundle goes through esc(); the content security policy allows nothing but our own style. */
#include "gomortem/human.h"
#include "gomortem/renderer.h"
#include "reports/assets.h"
#include "reports/pictures.h"

#include <math.h>

#define MAX_TEXT 2000   /* longest text of a bundle shown; the rest is counted */
#define MAX_MEMBERS 400
#define MAX_CONTAINERS 12 /* with sections of their own; the overview lists all */

static const char *asset(const char *name) {
    for (size_t i = 0; gm_assets[i].name; i++)
        if (strcmp(gm_assets[i].name, name) == 0) return gm_assets[i].text;
    return "";
}

static void esc(GString *out, const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
    glong left = MAX_TEXT;
    const char *p = valid;
    for (; *p && left > 0; p = g_utf8_next_char(p), left--) {
        gunichar c = g_utf8_get_char(p);
        bool control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
        bool direction = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069); /* would turn what follows around */
        if (c == '&') g_string_append(out, "&amp;");
        else if (c == '<') g_string_append(out, "&lt;");
        else if (c == '>') g_string_append(out, "&gt;");
        else if (c == '"') g_string_append(out, "&quot;");
        else if (c == '\'') g_string_append(out, "&#39;");
        else if (control || direction) g_string_append(out, "\357\277\275");
        else g_string_append_unichar(out, c);
    }
    if (*p) g_string_append_printf(out, "&hellip; (%ld characters more)", g_utf8_strlen(p, -1));
}

/* printf for our own markup; texts of the bundle go through esc. */
static void put(GString *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(GString *out, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(out, format, arguments);
    va_end(arguments);
}

static void tagged(GString *out, const char *tag, const char *text) {
    put(out, "<%s>", tag);
    esc(out, text);
    put(out, "</%s>", tag);
}

static void put_head(GString *out, const gm_model *model) {
    const char *style = asset("report.css");
    guint8 digest[32];
    gsize length = sizeof digest;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(sum, (const guchar *)style, (gssize)strlen(style));
    g_checksum_get_digest(sum, digest, &length);
    g_autofree char *hash = g_base64_encode(digest, length);
    put(out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; img-src data:; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"referrer\" content=\"no-referrer\">\n<title>",
        hash);
    esc(out, model->name);
    put(out, " - gomortem</title>\n<style>%s</style></head>\n<body>\n", style);
}

static void put_container_name(GString *out, const gm_model_container *c) {
    const char *parts[] = {c->namespace_name, c->pod, c->container};
    bool any = false;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!parts[i]) continue;
        if (any) g_string_append(out, " / ");
        esc(out, parts[i]);
        any = true;
    }
    if (!any) g_string_append(out, "container without a name");
}

static void fact(GString *out, const char *name, const char *value) {
    put(out, "<div><dt>%s</dt><dd>", name);
    esc(out, value);
    put(out, "</dd></div>");
}

static void put_facts(GString *out, const gm_model_container *c) {
    char text[GM_HUMAN_SIZE];
    int64_t peak = GM_UNKNOWN;
    for (size_t i = 0; i < c->n_points; i++) peak = MAX(peak, c->points[i].value[GM_COL_USAGE]);
    put(out, "<dl class=\"facts\">");
    fact(out, "Limit", c->limit_bytes == GM_UNKNOWN ? "unknown" : gm_human(text, (double)c->limit_bytes, "bytes"));
    fact(out, "Peak usage in the samples", peak == GM_UNKNOWN ? "unknown" : gm_human(text, (double)peak, "bytes"));
    fact(out, "OOM kills", gm_human(text, (double)c->n_kills, "count"));
    fact(out, "Lives", gm_human(text, (double)c->n_lives, "count"));
    fact(out, "Since", gm_human_time(text, c->verdict.from_ns));
    if (!isnan(c->verdict.bytes_per_min)) fact(out, "Rate", gm_human(text, c->verdict.bytes_per_min, "bytes/min"));
    if (c->verdict.eta_ns != GM_UNKNOWN) fact(out, "Limit reached about", gm_human_time(text, c->verdict.eta_ns));
    if (c->verdict.site) fact(out, "Site", c->verdict.site);
    put(out, "</dl>\n");
}

static void put_verdict(GString *out, const gm_model_container *c) {
    const gm_model_verdict *v = &c->verdict;
    const char *severity = gm_model_severity_rank(v->severity) >= 0 ? v->severity : "info";
    put(out, "<div class=\"verdict %s\"><p>", severity);
    esc(out, v->summary);
    put(out, "</p><div class=\"soft\"><span class=\"word %s\">", severity);
    esc(out, v->cause);
    put(out, "</span>, %s, confidence %.0f %%, severity %s</div></div>\n", gm_model_severity_rank(v->severity) >= 0 ? v->level : "", 100 * v->confidence, severity);
}

static bool put_pictures(GString *out, const gm_model_container *c, GError **error) {
    static const char *const captions[GM_PICTURES] = {
        "Cgroup usage by bucket. The line is usage; what lies between the stack and the line is not explained by any source.",
        "Heap sizes as the collector printed them; the goal is where the next collection starts.",
        "Live bytes by the first function of the service's own code, last tenth of the profiles against the first.",
    };
    for (int picture = 0; picture < GM_PICTURES; picture++) {
        gm_chart_style style = {.width = 1100, .height = gm_picture_height(c, (gm_picture)picture), .scale = 1, .theme = GM_THEME_LIGHT};
        g_autoptr(GByteArray) png = g_byte_array_new();
        GError *problem = NULL;
        bool drawn = gm_picture_draw(c, (gm_picture)picture, &style, png, &problem);
        if (problem) {
            g_propagate_error(error, problem);
            return false;
        }
        if (!drawn) continue;
        g_autofree char *base64 = g_base64_encode(png->data, png->len);
        put(out, "<figure><img width=\"%.0f\" height=\"%.0f\" alt=\"%s\" src=\"data:image/png;base64,%s\"><figcaption>%s</figcaption></figure>\n", style.width,
            style.height, captions[picture], base64, captions[picture]);
    }
    return true;
}

static void put_finding(GString *out, const gm_model_finding *f) {
    put(out, "<section id=\"");
    esc(out, f->rule);
    put(out, "\"><h3><span class=\"word %s\">", gm_model_severity_rank(f->severity) >= 0 ? f->severity : "info");
    esc(out, f->rule);
    put(out, "</span> <span class=\"soft\">life %d, confidence %.0f %%</span></h3><p>", f->life, 100 * f->confidence);
    esc(out, f->summary);
    put(out, "</p><ul>");
    for (size_t i = 0; i < f->n_evidence; i++) {
        put(out, "<li>");
        esc(out, f->evidence[i].text);
        put(out, "<details><summary class=\"soft\">SQL</summary><pre>");
        esc(out, f->evidence[i].sql);
        put(out, "</pre></details></li>");
    }
    put(out, "</ul>");
    if (f->remedy) {
        put(out, "<p><strong>What to do.</strong> ");
        esc(out, f->remedy);
        put(out, "</p>");
    }
    put(out, "</section>\n");
}

static void put_findings(GString *out, const gm_model_container *c) {
    put(out, "<h2>Findings</h2>\n");
    for (size_t i = 0; i < c->n_findings; i++) {
        const gm_model_finding *f = &c->findings[i];
        bool quiet_life = strcmp(f->rule, "none") == 0 && strcmp(c->verdict.cause, "none") != 0; /* of a life that is not the story */
        if (strcmp(f->outcome, "fired") == 0 && gm_model_finding_leads(c, i) && !quiet_life) put_finding(out, f);
    }
    put(out, "<h2>Looked at and not the cause</h2><div class=\"scroll\"><table><tr><th>Rule</th><th>Result</th><th>Why</th></tr>\n");
    for (size_t i = 0; i < c->n_findings; i++) {
        const gm_model_finding *f = &c->findings[i];
        if (strcmp(f->outcome, "fired") == 0 || !gm_model_finding_leads(c, i)) continue;
        put(out, "<tr>");
        tagged(out, "td", f->rule);
        tagged(out, "td", strcmp(f->outcome, "not_applicable") == 0 ? "could not be checked" : f->outcome);
        tagged(out, "td", f->summary);
        put(out, "</tr>\n");
    }
    put(out, "</table></div>\n");
    if (!c->verdict.would_change_my_mind) return;
    put(out, "<p><strong>What would change this verdict:</strong> ");
    esc(out, c->verdict.would_change_my_mind);
    put(out, ".</p>\n");
}

static void put_sites(GString *out, const gm_model_container *c) {
    char text[GM_HUMAN_SIZE];
    if (c->n_sites == 0) return;
    put(out, "<h2>Who grew</h2><div class=\"scroll\"><table><tr><th>Function</th><th class=\"number\">Life</th><th class=\"number\">First</th><th class=\"number\">Last</th>"
             "<th class=\"number\">Slope</th><th class=\"number\">Share of growth</th></tr>\n");
    for (size_t i = 0; i < c->n_sites && i < 10; i++) {
        const gm_model_site *s = &c->sites[i];
        put(out, "<tr>");
        tagged(out, "td", s->function);
        put(out, "<td class=\"number\">%d</td>", s->life);
        put(out, "<td class=\"number\">%s</td>", gm_human(text, (double)s->first_bytes, "bytes"));
        put(out, "<td class=\"number\">%s</td>", gm_human(text, (double)s->last_bytes, "bytes"));
        put(out, "<td class=\"number\">%s</td>", gm_human(text, s->slope_bytes_per_min, "bytes/min"));
        put(out, "<td class=\"number\">%s</td></tr>\n", gm_human(text, s->share_pct, "%"));
    }
    put(out, "</table></div>\n");
}

static void put_groups(GString *out, const gm_model_container *c) {
    if (c->n_groups == 0) return;
    put(out, "<h2>Goroutines</h2><div class=\"scroll\"><table><tr><th>Signature</th><th>State</th><th class=\"number\">First</th><th class=\"number\">Last</th></tr>\n");
    for (size_t i = 0; i < c->n_groups && i < 10; i++) {
        put(out, "<tr>");
        tagged(out, "td", c->groups[i].signature);
        tagged(out, "td", c->groups[i].state ? c->groups[i].state : "unknown");
        put(out, "<td class=\"number\">%lld</td><td class=\"number\">%lld</td></tr>\n", (long long)c->groups[i].first_count, (long long)c->groups[i].last_count);
    }
    put(out, "</table></div>\n");
}

static void put_overview(GString *out, const gm_model *model) {
    put(out, "<h2>Containers</h2><div class=\"scroll\"><table><tr><th>Container</th><th>Cause</th><th>Severity</th><th class=\"number\">Confidence</th><th class=\"number\">OOM kills</th></tr>\n");
    for (size_t i = 0; i < model->n_containers && i < MAX_MEMBERS; i++) {
        const gm_model_container *c = &model->containers[i];
        put(out, "<tr><td>");
        put_container_name(out, c);
        put(out, "</td>");
        tagged(out, "td", c->verdict.cause);
        tagged(out, "td", c->verdict.severity);
        put(out, "<td class=\"number\">%.0f %%</td><td class=\"number\">%zu</td></tr>\n", 100 * c->verdict.confidence, c->n_kills);
    }
    put(out, "</table></div>\n");
}

static void put_member(GString *out, const gm_model_member *m) {
    char text[GM_HUMAN_SIZE];
    put(out, "<tr>");
    tagged(out, "td", m->path);
    tagged(out, "td", m->format ? m->format : "not recognised");
    put(out, "<td class=\"number\">%s</td>", gm_human(text, (double)m->bytes, "bytes"));
    put(out, "<td class=\"number\">%lld</td><td class=\"number\">%lld</td><td class=\"number\">%lld</td></tr>\n", (long long)m->records, (long long)m->rejected,
        (long long)m->diagnostics);
}

static void put_members(GString *out, const gm_model *model) {
    put(out, "<h2>What was read</h2><details><summary>%zu members, %lld diagnostics</summary><div class=\"scroll\"><table><tr><th>Member</th><th>Format</th>"
             "<th class=\"number\">Size</th><th class=\"number\">Records</th><th class=\"number\">Rejected</th><th class=\"number\">Diagnostics</th></tr>\n",
        model->n_members, (long long)model->n_diagnostics);
    for (size_t i = 0; i < model->n_members && i < MAX_MEMBERS; i++) put_member(out, &model->members[i]);
    put(out, "</table></div>");
    if (model->n_members > MAX_MEMBERS) put(out, "<p class=\"soft\">%zu more members are in the database, view import_log.</p>", model->n_members - MAX_MEMBERS);
    put(out, "</details>\n");
    if (model->n_listed_diagnostics == 0) return;
    put(out, "<details><summary>Diagnostics</summary><ul>");
    for (size_t i = 0; i < model->n_listed_diagnostics; i++) {
        put(out, "<li>");
        esc(out, model->diagnostics[i].path ? model->diagnostics[i].path : "bundle");
        put(out, ": ");
        esc(out, model->diagnostics[i].text);
        put(out, "</li>\n");
    }
    put(out, "</ul></details>\n");
}

static void put_settings(GString *out, const gm_model *model) {
    if (model->n_settings == 0) return;
    put(out, "<h2>Settings found</h2><div class=\"scroll\"><table><tr><th>Setting</th><th>Value</th></tr>\n");
    for (size_t i = 0; i < model->n_settings; i++) {
        put(out, "<tr>");
        tagged(out, "td", model->settings[i].name);
        tagged(out, "td", model->settings[i].value);
        put(out, "</tr>\n");
    }
    put(out, "</table></div>\n");
}

static bool render(const gm_model *model, const gm_render_options *options, GString *out, GError **error) {
    (void)options;
    char from[GM_HUMAN_SIZE], to[GM_HUMAN_SIZE];
    put_head(out, model);
    for (size_t i = 0; i < model->n_containers && i < MAX_CONTAINERS; i++) {
        const gm_model_container *c = &model->containers[i];
        put(out, "<h1>");
        put_container_name(out, c);
        put(out, "</h1>\n");
        put_verdict(out, c);
        if (i == 0 && model->n_containers > 1) put_overview(out, model);
        put_facts(out, c);
        if (!put_pictures(out, c, error)) return false;
        put_findings(out, c);
        put_sites(out, c);
        put_groups(out, c);
    }
    put_settings(out, model);
    put_members(out, model);
    put(out, "<footer><p>Incident ");
    esc(out, model->name);
    put(out, ", %s to %s, id ", gm_human_time(from, model->from_ns), gm_human_time(to, model->to_ns));
    esc(out, model->incident_id);
    put(out, ". Made by gomortem %s.</p></footer>\n</body></html>\n", GM_VERSION);
    return true;
}

const gm_renderer gm_renderer_html = {.name = "html", .file_name = "report.html", .title = "One page, offline", .render = render};
