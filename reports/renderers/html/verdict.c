/* The first screen of a container: the verdict in prose, the strip of facts; and before it, the overview when an
 * incident holds several containers. */
#include "reports/renderers/html/html.h"

#include <math.h>

#define MAX_ROWS 300

/* "50 containers: 3 critical, 47 info." */
static void put_counts(gm_html *page) {
    static const char *const severities[] = {"critical", "high", "medium", "low", "info"};
    const gm_model *model = page->model;
    const char *before = ": ";
    gm_html_put(page, "<p class=\"prose\">%zu containers", model->n_containers);
    for (size_t s = 0; s < G_N_ELEMENTS(severities); s++) {
        size_t n = 0;
        for (size_t i = 0; i < model->n_containers; i++)
            n += g_strcmp0(model->containers[i].verdict.severity, severities[s]) == 0;
        if (n == 0) continue;
        gm_html_put(page, "%s%zu %s", before, n, severities[s]);
        before = ", ";
    }
    gm_html_put(page, ".</p>\n");
}

void gm_html_overview(gm_html *page, size_t sections) {
    const gm_model *model = page->model;
    size_t shown = MIN(model->n_containers, gm_html_most(page, MAX_ROWS));
    gm_html_section(page, NULL, "containers", "Containers", "The worst first. Each cause leads to its section.");
    put_counts(page);
    gm_html_put(
        page,
        "<div class=\"wide\"><table><thead><tr><th>Container</th><th>Cause</th><th>Severity</th><th class=\"num\">Confidence</th>"
        "<th class=\"num\">OOM kills</th><th class=\"num\">Limit</th><th class=\"num\">Peak</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < shown; i++) {
        const gm_model_container *c = &model->containers[i];
        size_t at;
        gm_html_put(page, "<tr><td>");
        if (i < sections) gm_html_put(page, "<a href=\"#c%lld\">", (long long)c->container_id);
        gm_html_name(page, c);
        gm_html_put(page, "%s</td><td>", i < sections ? "</a>" : "");
        gm_html_esc(page, c->verdict.cause);
        gm_html_put(page, "</td><td><span class=\"tag %s\">%s</span></td>", gm_html_severity(c->verdict.severity),
                    gm_html_severity(c->verdict.severity));
        gm_html_put(page, "<td class=\"num\">%.0f %%</td><td class=\"num\">%zu</td>", 100 * c->verdict.confidence,
                    c->n_kills);
        gm_html_bytes_cell(page, c->limit_bytes);
        gm_html_bytes_cell(page, gm_picture_peak(c, &at));
        gm_html_put(page, "</tr>\n");
    }
    gm_html_put(page, "</tbody></table></div>");
    if (shown < model->n_containers)
        gm_html_put(page, "<p class=\"soft\">%zu more containers are in the database, view verdicts.</p>",
                    model->n_containers - shown);
    if (sections < model->n_containers)
        gm_html_put(page, "<p class=\"soft\">The %zu worst have sections of their own below.</p>", sections);
    gm_html_put(page, "</section>\n");
}

static void fact(gm_html *page, const char *name, const char *value, const char *more) {
    gm_html_put(page, "<div><dt>%s</dt><dd>", name);
    gm_html_esc(page, value);
    if (more) {
        gm_html_put(page, "<small>");
        gm_html_esc(page, more);
        gm_html_put(page, "</small>");
    }
    gm_html_put(page, "</dd></div>");
}

static void time_fact(gm_html *page, const char *name, int64_t t_ns) {
    char clock[GM_HUMAN_SIZE], whole[GM_HUMAN_SIZE];
    gm_human_time(whole, t_ns);
    if (strlen(whole) > 10) whole[10] = '\0'; /* the date */
    g_autofree char *more = g_strdup_printf("%s UTC", whole);
    fact(page, name, gm_human_clock(clock, t_ns), more);
}

static void put_eta(gm_html *page, const gm_model_verdict *v) {
    char from[GM_HUMAN_SIZE], to[GM_HUMAN_SIZE], at[GM_HUMAN_SIZE];
    if (v->eta_ns == GM_UNKNOWN) return;
    bool range = v->eta_from_ns != GM_UNKNOWN && v->eta_to_ns != GM_UNKNOWN;
    g_autofree char *more =
        range ? g_strdup_printf("%s to %s", gm_human_clock(from, v->eta_from_ns), gm_human_clock(to, v->eta_to_ns))
              : NULL;
    fact(page, "Limit reached", gm_human_clock(at, v->eta_ns), more);
}

static void put_facts(gm_html *page, const gm_model_container *c) {
    char text[GM_HUMAN_SIZE], lives[GM_HUMAN_SIZE];
    const gm_model_verdict *v = &c->verdict;
    size_t at;
    int64_t peak = gm_picture_peak(c, &at);
    bool both = peak != GM_UNKNOWN && c->limit_bytes != GM_UNKNOWN && c->limit_bytes > 0;
    g_autofree char *share =
        both ? g_strdup_printf("%.0f %% of the limit", 100 * (double)peak / (double)c->limit_bytes) : NULL;
    g_autofree char *runs =
        g_strdup_printf("in %s %s", gm_human(lives, (double)c->n_lives, "count"), c->n_lives == 1 ? "life" : "lives");
    gm_html_put(page, "<dl class=\"facts\">");
    fact(page, "Limit", c->limit_bytes == GM_UNKNOWN ? "unknown" : gm_human(text, (double)c->limit_bytes, "bytes"),
         NULL);
    fact(page, "Peak in the samples", peak == GM_UNKNOWN ? "unknown" : gm_human(text, (double)peak, "bytes"), share);
    fact(page, "OOM kills", gm_human(text, (double)c->n_kills, "count"), runs);
    if (v->from_ns != GM_UNKNOWN) time_fact(page, "Since", v->from_ns);
    if (!isnan(v->bytes_per_min)) fact(page, "Rate", gm_human(text, v->bytes_per_min, "bytes/min"), NULL);
    put_eta(page, v);
    if (v->site) {
        gm_html_put(page, "<div class=\"site\"><dt>Site</dt><dd><code>");
        gm_html_esc(page, v->site);
        gm_html_put(page, "</code></dd></div>");
    }
    gm_html_put(page, "</dl>\n");
}

static void put_contributing(gm_html *page, const gm_model_container *c) {
    char text[GM_HUMAN_SIZE];
    const gm_model_verdict *v = &c->verdict;
    size_t beside = 0;
    for (size_t i = 0; i < c->n_findings; i++) beside += gm_model_finding_beside(c, i);
    if (v->n_contributing + beside == 0) return;
    gm_html_put(page, "<h3>%s</h3><ul class=\"plain\">", v->n_contributing ? "Also contributing" : "Also found");
    for (size_t i = 0; i < v->n_contributing; i++) {
        gm_html_put(page, "<li><b>");
        gm_html_esc(page, v->contributing[i].cause);
        gm_html_put(page, "</b> ");
        if (!isnan(v->contributing[i].share_pct))
            gm_html_put(page, "<span class=\"soft\">%s</span> ", gm_human(text, v->contributing[i].share_pct, "%"));
        gm_html_esc(page, v->contributing[i].text);
        gm_html_put(page, "</li>");
    }
    for (size_t i = 0; i < c->n_findings; i++) {
        if (!gm_model_finding_beside(c, i)) continue;
        gm_html_put(page, "<li><b>");
        gm_html_esc(page, c->findings[i].rule);
        gm_html_put(page, "</b> ");
        gm_html_esc(page, c->findings[i].summary);
        gm_html_put(page, "</li>");
    }
    gm_html_put(page, "</ul>\n");
}

void gm_html_verdict(gm_html *page, const gm_model_container *c) {
    const gm_model_verdict *v = &c->verdict;
    const char *severity = gm_html_severity(v->severity);
    gm_html_put(page, "<header class=\"verdict %s\"><h1>", severity);
    gm_html_name(page, c);
    gm_html_put(page, "</h1>\n<p class=\"cause\"><a class=\"tag %s\" href=\"#", severity);
    gm_html_id(page, c, v->cause);
    gm_html_put(page, "\">");
    gm_html_esc(page, v->cause);
    gm_html_put(page, "</a> <span class=\"soft\">");
    gm_html_esc(page, v->level);
    gm_html_put(page, ", confidence %.0f %%, severity %s</span></p>\n<p class=\"prose\">", 100 * v->confidence,
                severity);
    gm_html_prose(page, v->summary);
    gm_html_put(page, "</p>\n");
    put_facts(page, c);
    put_contributing(page, c);
    gm_html_put(page, "</header>\n");
}
