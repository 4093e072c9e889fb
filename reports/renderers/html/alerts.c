/* The section on alerts: what each built-in rule would have told of the container, as a table with a strip of its
 * firings over time, and the rule that is proposed, to be copied. From the replay in the model. */
#include "reports/renderers/html/html.h"

#include <math.h>

#define STRIP_WIDTH  160
#define STRIP_HEIGHT 14
#define MAX_FIRINGS  200 /* drawn in one strip */

static double place(const gm_model_container *c, int64_t t_ns) {
    int64_t from = c->points[0].t_ns, to = c->points[c->n_points - 1].t_ns;
    double share = to > from ? (double)(t_ns - from) / (double)(to - from) : 0;
    return fmin(fmax(share, 0), 1) * STRIP_WIDTH;
}

/* Usage as a curve, firings as bars over it, kills as lines. */
static void put_strip(gm_html *page, const gm_model_container *c, const char *rule) {
    const gm_alerts *alerts = page->model->alerts;
    int drawn = 0;
    gm_html_put(page, "<td>");
    if (c->n_points >= 2) {
        gm_html_put(
            page,
            "<svg class=\"strip\" viewBox=\"0 0 %d %d\" aria-hidden=\"true\"><rect class=\"base\" width=\"%d\" height=\"%d\"/>",
            STRIP_WIDTH, STRIP_HEIGHT, STRIP_WIDTH, STRIP_HEIGHT);
        for (size_t i = 0; i < alerts->n_firings && drawn < MAX_FIRINGS; i++) {
            const gm_alert_firing *f = &alerts->firings[i];
            if (f->container_id != c->container_id || strcmp(f->rule, rule) != 0) continue;
            double from = place(c, f->fired_ns),
                   to = f->resolved_ns == GM_UNKNOWN ? STRIP_WIDTH : place(c, f->resolved_ns);
            gm_html_put(page, "<rect class=\"on\" x=\"%.1f\" width=\"%.1f\" height=\"%d\"/>", from,
                        fmax(to - from, 0.7), STRIP_HEIGHT);
            drawn++;
        }
        for (size_t i = 0; i < c->n_kills; i++)
            if (c->kills[i].t_ns != GM_UNKNOWN)
                gm_html_put(page, "<path class=\"end\" d=\"M%.1f 0V%d\"/>", place(c, c->kills[i].t_ns), STRIP_HEIGHT);
        gm_html_put(page, "</svg>");
    }
    gm_html_put(page, "</td>");
}

static const char *outcome_words(const gm_alert_outcome *o) {
    static const char *const words[][2] = {
        {"fired", "fired"}, {"missed", "missed"}, {"false_alarm", "false alarm"},
        {"early", "early"}, {"quiet", "quiet"},   {"not_evaluated", "not evaluated"}};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (strcmp(words[i][0], o->outcome) == 0) return words[i][1];
    return "";
}

static void put_row(gm_html *page, const gm_model_container *c, const gm_alert_rule *rule, const gm_alert_outcome *o) {
    char lead[GM_HUMAN_SIZE];
    gm_html_put(page, "<tr><td>");
    gm_html_esc(page, rule->title);
    gm_html_put(page, "</td>");
    put_strip(page, c, rule->rule);
    gm_html_put(page, "<td class=\"nowrap\">%s", outcome_words(o));
    if (o->ends > 1)
        gm_html_put(page, " <span class=\"soft\">%lld of %lld</span>", (long long)o->caught, (long long)o->ends);
    if (o->reason) {
        gm_html_put(page, "<br><span class=\"soft\">");
        gm_html_esc(page, o->reason);
        gm_html_put(page, "</span>");
    }
    gm_html_put(page, "</td><td class=\"nowrap\">");
    if (o->fired_ns != GM_UNKNOWN) gm_html_time(page, o->fired_ns);
    else gm_html_put(page, "&ndash;");
    gm_html_put(page, "</td><td class=\"num\">%s</td><td>%s</td>",
                isnan(o->lead_s) ? "&ndash;" : gm_human_duration(lead, o->lead_s),
                o->in_time == GM_UNKNOWN ? "&ndash;"
                : o->in_time             ? "yes"
                                         : "no");
    gm_html_count_cell(page, o->false_alarms);
    gm_html_number_cell(page, o->flaps_per_day, "count");
    gm_html_put(page, "</tr>\n");
}

static void put_proposal(gm_html *page, const gm_alert_proposal *p) {
    gm_html_put(page, "<h3>%s</h3>\n<p>", p->expression ? "The rule that would have caught it" : "No rule is proposed");
    gm_html_esc(page, p->reason);
    gm_html_put(page, ".</p>\n");
    if (!p->expression) return;
    g_autoptr(GString) yaml = g_string_new(NULL);
    gm_alert_yaml(p, 0, yaml);
    gm_html_put(page, "<pre>");
    gm_html_whole(page, yaml->str);
    gm_html_put(
        page,
        "</pre>\n<p class=\"soft\"><code>gomortem export DB rules</code> writes it as a rules file, <code>rules_test</code> a unit test for it from the recorded series.</p>\n");
}

static void put_expressions(gm_html *page) {
    const gm_alerts *alerts = page->model->alerts;
    gm_html_put(page, "<details><summary>The rules in PromQL</summary><div class=\"wide\"><table><tbody>\n");
    for (size_t i = 0; i < alerts->n_rules; i++) {
        gm_html_put(page, "<tr>");
        gm_html_tag(page, "td", alerts->rules[i].rule);
        gm_html_put(page, "<td class=\"num\">for %.0f s</td><td><code>", alerts->rules[i].for_s);
        gm_html_esc(page, alerts->rules[i].expression);
        gm_html_put(page, "</code></td></tr>\n");
    }
    gm_html_put(page, "</tbody></table></div></details>\n");
}

void gm_html_alerts(gm_html *page, const gm_model_container *c) {
    const gm_alerts *alerts = page->model->alerts;
    size_t shown = 0;
    if (!alerts || alerts->n_rules == 0) return;
    gm_html_section(
        page, c, "alerts", "Would an alert have told?",
        "Built-in rules as Prometheus would have evaluated them over the recorded series. Lead: from the first firing of the last episode to the end; in time: at least ten minutes. "
        "In the strips: firing, and kills as lines.");
    gm_html_put(
        page,
        "<div class=\"wide\"><table><thead><tr><th>Rule</th><th>Over time</th><th>Outcome</th><th>Fired</th><th class=\"num\">Lead</th><th>In time</th><th class=\"num\">False alarms</th>"
        "<th class=\"num\">Flaps a day</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < alerts->n_outcomes; i++) {
        const gm_alert_outcome *o = &alerts->outcomes[i];
        if (o->container_id != c->container_id || o->life) continue;
        for (size_t r = 0; r < alerts->n_rules && shown < gm_html_most(page, alerts->n_rules); r++)
            if (strcmp(alerts->rules[r].rule, o->rule) == 0) {
                put_row(page, c, &alerts->rules[r], o);
                shown++;
            }
    }
    gm_html_put(page, "</tbody></table></div>\n");
    put_expressions(page);
    for (size_t i = 0; i < alerts->n_proposals; i++)
        if (alerts->proposals[i].container_id == c->container_id) put_proposal(page, &alerts->proposals[i]);
    gm_html_put(page, "</section>\n");
}
