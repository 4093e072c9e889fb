/* Findings of the html page: what fired, each with its evidence, the SQL that yields it and a remedy; what was checked
 * and is fine; what could not be checked, and which input was missing. */
#include "reports/renderers/html/html.h"

static void put_evidence(gm_html *page, const gm_model_evidence *e) {
    gm_html_put(page, "<li%s>%s", e->refutes ? " class=\"against\"" : "", e->refutes ? "<b>Against it:</b> " : "");
    gm_html_esc(page, e->text);
    gm_html_put(page, "<details><summary>SQL</summary><pre>");
    gm_html_esc(page, e->sql);
    gm_html_put(page, "</pre></details></li>\n");
}

static void put_finding(gm_html *page, const gm_model_container *c, const gm_model_finding *f) {
    char share[GM_HUMAN_SIZE];
    const char *severity = gm_html_severity(f->severity);
    gm_html_put(page, "<article class=\"finding %s\" id=\"", severity);
    gm_html_id(page, c, f->rule);
    gm_html_put(page, "\"><h3><span class=\"tag %s\">%s</span> <a href=\"#", severity, severity);
    gm_html_id(page, c, f->rule);
    gm_html_put(page, "\">");
    gm_html_esc(page, f->rule);
    gm_html_put(page, "</a> <span class=\"soft\">life %d, confidence %.0f %%", f->life, 100 * f->confidence);
    if (f->share_pct == f->share_pct)
        gm_html_put(page, ", explains %s of the growth", gm_human(share, f->share_pct, "%"));
    gm_html_put(page, "</span></h3>\n<p>");
    gm_html_esc(page, f->summary);
    gm_html_put(page, "</p><ul class=\"evidence\">");
    for (size_t i = 0; i < f->n_evidence; i++) put_evidence(page, &f->evidence[i]);
    gm_html_put(page, "</ul>");
    if (f->remedy) {
        gm_html_put(page, "<p class=\"remedy\"><b>What to do</b> ");
        gm_html_esc(page, f->remedy);
        gm_html_put(page, "</p>");
    }
    gm_html_put(page, "</article>\n");
}

static bool is(const gm_model_finding *f, const char *outcome) {
    return strcmp(f->outcome, outcome) == 0;
}

void gm_html_findings(gm_html *page, const gm_model_container *c) {
    gm_html_section(page, c, "findings", "Findings", NULL);
    size_t shown = 0;
    for (size_t i = 0; i < c->n_findings; i++) {
        const gm_model_finding *f = &c->findings[i];
        bool quiet_life =
            strcmp(f->rule, "none") == 0 && strcmp(c->verdict.cause, "none") != 0; /* of a life that is not the story */
        if (!is(f, "fired") || !gm_model_finding_leads(c, i) || quiet_life) continue;
        put_finding(page, c, f);
        shown++;
    }
    if (!shown) gm_html_put(page, "<p>No rule fired.</p>");
    if (c->verdict.would_change_my_mind) {
        gm_html_put(page, "<p><b>What would change this verdict</b> ");
        gm_html_esc(page, c->verdict.would_change_my_mind);
        gm_html_put(page, ".</p>\n");
    }
    gm_html_put(page, "</section>\n");
}

/* The verdict's own words why a cause is out come first; a rule that is clean says the same in its summary. */
static const char *why_not(const gm_model_container *c, const gm_model_finding *f) {
    for (size_t i = 0; i < c->verdict.n_ruled_out; i++)
        if (strcmp(c->verdict.ruled_out[i].cause, f->rule) == 0) return c->verdict.ruled_out[i].text;
    return f->summary;
}

static size_t count_of(const gm_model_container *c, const char *outcome) {
    size_t n = 0;
    for (size_t i = 0; i < c->n_findings; i++) n += is(&c->findings[i], outcome) && gm_model_finding_leads(c, i);
    return n;
}

static void put_table(gm_html *page, const gm_model_container *c, const char *outcome, const char *head, bool words) {
    gm_html_put(page,
                "<div class=\"wide\"><table class=\"pairs\"><thead><tr><th>Cause</th><th>%s</th></tr></thead><tbody>\n",
                head);
    for (size_t i = 0; i < c->n_findings; i++) {
        const gm_model_finding *f = &c->findings[i];
        if (!is(f, outcome) || !gm_model_finding_leads(c, i)) continue;
        gm_html_put(page, "<tr id=\"");
        gm_html_id(page, c, f->rule);
        gm_html_put(page, "\">");
        gm_html_tag(page, "td", f->rule);
        gm_html_tag(page, "td", words ? why_not(c, f) : f->summary);
        gm_html_put(page, "</tr>\n");
    }
    gm_html_put(page, "</tbody></table></div>\n");
}

void gm_html_checks(gm_html *page, const gm_model_container *c) {
    if (count_of(c, "clean")) {
        gm_html_section(page, c, "ruled-out", "Ruled out", "Checked against the record, and not the cause.");
        put_table(page, c, "clean", "Why not", true);
        gm_html_put(page, "</section>\n");
    }
    if (count_of(c, "not_applicable")) {
        gm_html_section(page, c, "not-checked", "Could not be checked",
                        "An input is missing. This is not the same as healthy.");
        put_table(page, c, "not_applicable", "What is missing", false);
        gm_html_put(page, "</section>\n");
    }
    if (count_of(c, "failed")) {
        gm_html_section(page, c, "failed", "Checks that failed",
                        "The check itself went wrong; nothing is known about these causes.");
        put_table(page, c, "failed", "What went wrong", false);
        gm_html_put(page, "</section>\n");
    }
}
