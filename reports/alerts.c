/* Prints a replay of alert rules: as text, Markdown or JSON. For the command alerts, which hands over the stored replay
 * of the built-in rules or that of a user's file. The JSON keeps reports/docs/alerts.schema.json. */
#include "gomortem/model_alerts.h"

#include "gomortem/human.h"
#include "reports/json_out.h"
#include "reports/plain.h"

#include <math.h>

typedef struct {
    const gm_alerts *alerts;
    GString *out;
    bool markdown, lives;
} page;

static void put(page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(page *p, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(p->out, format, arguments);
    va_end(arguments);
}

static void put_text(page *p, const char *text) {
    g_autofree char *plain = gm_plain(text ? text : "");
    if (p->markdown) gm_plain_markdown(p->out, plain);
    else g_string_append(p->out, plain);
}

/* A literal block; the fence is longer than any run of backquotes inside. */
static void put_block(page *p, const char *text) {
    g_autofree char *plain = gm_plain(text);
    if (p->markdown) put(p, "\n```````promql\n%s\n```````\n", plain);
    else put(p, "      %s\n", plain);
}

/* "missed 1 of 2", "false alarm" */
static void put_outcome(char text[GM_HUMAN_SIZE], const gm_alert_outcome *o) {
    g_autofree char *words = g_strdelimit(g_strdup(o->outcome), "_", ' ');
    if (o->life == 0 && o->ends > 1 && strcmp(o->outcome, "missed") == 0)
        g_snprintf(text, GM_HUMAN_SIZE, "missed %d of %d", (int)(o->ends - o->caught), (int)o->ends);
    else g_strlcpy(text, words, GM_HUMAN_SIZE);
}

/* --- tables --- */

static void put_row(page *p, const gm_alert_outcome *o) {
    char fired[GM_HUMAN_SIZE], lead[GM_HUMAN_SIZE], flaps[GM_HUMAN_SIZE], outcome[GM_HUMAN_SIZE], life[16] = "all";
    put_outcome(outcome, o);
    if (o->life) g_snprintf(life, sizeof(life), "%d", o->life);
    if (isnan(o->lead_s)) g_strlcpy(lead, "-", sizeof(lead));
    else gm_human_duration(lead, o->lead_s);
    const char *when = o->fired_ns == GM_UNKNOWN ? "-" : gm_human_time(fired, o->fired_ns);
    const char *in_time = o->in_time == GM_UNKNOWN ? "-" : o->in_time ? "yes" : "no";
    g_autofree char *per_day =
        isnan(o->flaps_per_day) ? g_strdup("-") : g_strdup(gm_human(flaps, o->flaps_per_day, "count"));
    g_autofree char *rule = gm_plain(o->rule);
    if (!p->markdown) {
        put(p, "    %-30.60s %-4s %-14s %-20s %-10s %-8s %5" G_GINT64_FORMAT "  %s\n", rule, life, outcome, when, lead,
            in_time, o->false_alarms, per_day);
        return;
    }
    put(p, "| ");
    put_text(p, o->rule);
    put(p, " | %s | %s | %s | %s | %s | %" G_GINT64_FORMAT " | %s |\n", life, outcome, when, lead, in_time,
        o->false_alarms, per_day);
}

static void put_head(page *p) {
    if (p->markdown)
        put(p,
            "| rule | life | outcome | fired | lead | in time | false alarms | flaps a day |\n|---|---|---|---|---|---|--:|--:|\n");
    else
        put(p, "    %-30s %-4s %-14s %-20s %-10s %-8s %5s  %s\n", "rule", "life", "outcome", "fired", "lead", "in time",
            "false", "flaps/day");
}

/* Reasons once each, behind the table. */
static void put_reasons(page *p, int64_t container_id) {
    g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (size_t i = 0; i < p->alerts->n_outcomes; i++) {
        const gm_alert_outcome *o = &p->alerts->outcomes[i];
        if (o->container_id != container_id || !o->reason || (o->life && !p->lives)) continue;
        g_autofree char *line = g_strdup_printf("%s: %s", o->rule, o->reason);
        if (g_hash_table_contains(told, line)) continue;
        put(p, p->markdown ? "- " : "    ");
        put_text(p, line);
        put(p, "\n");
        g_hash_table_add(told, g_steal_pointer(&line));
    }
}

static void put_proposal(page *p, const gm_alert_proposal *proposal) {
    put(p, p->markdown ? "\n**Proposed rule.** " : "\n    Proposed rule: ");
    put_text(p, proposal->reason);
    put(p, "\n");
    if (!proposal->expression) return;
    put_block(p, proposal->expression);
    put(p,
        p->markdown
            ? "\nIt holds for %.0f s before it fires. `gomortem export DB rules` writes it as a rules file, `rules_test` its unit test.\n"
            : "      for %.0f s; gomortem export DB rules writes it as a rules file, rules_test its unit test\n",
        proposal->for_s);
}

static void put_container(page *p, const gm_alert_outcome *first) {
    g_autofree char *name = gm_plain_name(first->namespace_name, first->pod, first->container);
    put(p, p->markdown ? "\n### " : "\n");
    put_text(p, name);
    put(p, p->markdown ? "\n\n" : "\n");
    put_head(p);
    for (const gm_alert_outcome *o = first;
         o < p->alerts->outcomes + p->alerts->n_outcomes && o->container_id == first->container_id; o++)
        if (o->life == 0 || p->lives) put_row(p, o);
    put(p, "\n");
    put_reasons(p, first->container_id);
    for (size_t i = 0; i < p->alerts->n_proposals; i++)
        if (p->alerts->proposals[i].container_id == first->container_id) put_proposal(p, &p->alerts->proposals[i]);
}

static void put_rules(page *p) {
    put(p, p->markdown ? "\n### Rules\n\n" : "\nRules\n");
    for (size_t i = 0; i < p->alerts->n_rules; i++) {
        const gm_alert_rule *r = &p->alerts->rules[i];
        put(p, p->markdown ? "**" : "    ");
        put_text(p, r->rule);
        put(p, p->markdown ? "** " : ": ");
        put_text(p, r->title);
        if (r->for_s > 0) put(p, ", for %.0f s", r->for_s);
        if (r->keep_firing_for_s > 0) put(p, ", keep firing for %.0f s", r->keep_firing_for_s);
        put(p, "\n");
        put_block(p, r->expression);
        if (p->markdown) put(p, "\n");
    }
}

static void render_page(page *p) {
    char reaction[GM_HUMAN_SIZE];
    gm_human_duration(reaction, p->alerts->reaction_s);
    put(p, p->markdown ? "## Alert replay\n\n" : "Alert replay\n");
    put(p,
        "What Prometheus %d would have made of these rules. Lead: from the first firing of the last episode before the end of a life to that end; in time: at least %s.\n",
        p->alerts->version, reaction);
    int64_t last = GM_UNKNOWN;
    for (size_t i = 0; i < p->alerts->n_outcomes; i++) {
        if (p->alerts->outcomes[i].container_id != last) put_container(p, &p->alerts->outcomes[i]);
        last = p->alerts->outcomes[i].container_id;
    }
    if (p->alerts->n_outcomes == 0) put(p, "\nThere is no container to replay them on.\n");
    put_rules(p);
}

/* --- JSON --- */

static void json_rule(gm_json_out *o, const gm_alert_rule *r) {
    gm_json_out_open_map(o, NULL);
    gm_json_out_text(o, "rule", r->rule);
    gm_json_out_text(o, "kind", r->kind);
    gm_json_out_text(o, "title", r->title);
    gm_json_out_text(o, "expression", r->expression);
    gm_json_out_double(o, "for_s", r->for_s);
    gm_json_out_double(o, "keep_firing_for_s", r->keep_firing_for_s);
    gm_json_out_close_map(o);
}

static void json_outcome(gm_json_out *o, const gm_alert_outcome *row) {
    gm_json_out_open_map(o, NULL);
    gm_json_out_text(o, "rule", row->rule);
    gm_json_out_int(o, "life", row->life ? row->life : GM_UNKNOWN);
    gm_json_out_text(o, "outcome", row->outcome);
    gm_json_out_text(o, "against", row->against);
    gm_json_out_time(o, "fired", row->fired_ns);
    gm_json_out_time(o, "target", row->target_ns);
    gm_json_out_double(o, "lead_s", row->lead_s);
    if (row->in_time == GM_UNKNOWN) gm_json_out_null(o, "in_time");
    else gm_json_out_bool(o, "in_time", row->in_time);
    gm_json_out_int(o, "ends", row->ends);
    gm_json_out_int(o, "caught", row->caught);
    gm_json_out_int(o, "episodes", row->episodes);
    gm_json_out_int(o, "false_alarms", row->false_alarms);
    gm_json_out_double(o, "flaps_per_day", row->flaps_per_day);
    gm_json_out_text(o, "reason", row->reason);
    gm_json_out_close_map(o);
}

static void json_firing(gm_json_out *o, const gm_alert_firing *f) {
    gm_json_out_open_map(o, NULL);
    gm_json_out_text(o, "rule", f->rule);
    gm_json_out_int(o, "life", f->life ? f->life : GM_UNKNOWN);
    gm_json_out_raw(o, "labels", f->labels);
    gm_json_out_time(o, "pending", f->pending_ns);
    gm_json_out_time(o, "fired", f->fired_ns);
    gm_json_out_time(o, "resolved", f->resolved_ns);
    gm_json_out_close_map(o);
}

static void json_proposal(gm_json_out *o, const gm_alert_proposal *p) {
    gm_json_out_open_map(o, "proposal");
    gm_json_out_text(o, "outcome", p->outcome);
    gm_json_out_text(o, "reason", p->reason);
    gm_json_out_text(o, "alert", p->alert);
    gm_json_out_text(o, "expression", p->expression);
    gm_json_out_double(o, "for_s", p->for_s);
    gm_json_out_double(o, "lead_s", p->lead_s);
    gm_json_out_int(o, "tried", p->tried);
    gm_json_out_close_map(o);
}

static void json_container(gm_json_out *o, const gm_alerts *alerts, const gm_alert_outcome *first) {
    bool proposed = false;
    gm_json_out_open_map(o, NULL);
    gm_json_out_text(o, "namespace", first->namespace_name);
    gm_json_out_text(o, "pod", first->pod);
    gm_json_out_text(o, "container", first->container);
    gm_json_out_open_list(o, "outcomes");
    for (const gm_alert_outcome *row = first;
         row < alerts->outcomes + alerts->n_outcomes && row->container_id == first->container_id; row++)
        json_outcome(o, row);
    gm_json_out_close_list(o);
    gm_json_out_open_list(o, "alerts");
    for (size_t i = 0; i < alerts->n_firings; i++)
        if (alerts->firings[i].container_id == first->container_id) json_firing(o, &alerts->firings[i]);
    gm_json_out_close_list(o);
    for (size_t i = 0; i < alerts->n_proposals && !proposed; i++)
        if ((proposed = alerts->proposals[i].container_id == first->container_id))
            json_proposal(o, &alerts->proposals[i]);
    if (!proposed) gm_json_out_null(o, "proposal");
    gm_json_out_close_map(o);
}

static void render_json(const gm_alerts *alerts, GString *out) {
    gm_json_out o;
    gm_json_out_init(&o, false);
    gm_json_out_open_map(&o, NULL);
    gm_json_out_int(&o, "schema_version", 1);
    gm_json_out_int(&o, "prometheus", alerts->version);
    gm_json_out_double(&o, "reaction_s", alerts->reaction_s);
    gm_json_out_open_list(&o, "rules");
    for (size_t i = 0; i < alerts->n_rules; i++) json_rule(&o, &alerts->rules[i]);
    gm_json_out_close_list(&o);
    gm_json_out_open_list(&o, "containers");
    int64_t last = GM_UNKNOWN;
    for (size_t i = 0; i < alerts->n_outcomes; i++) {
        if (alerts->outcomes[i].container_id != last) json_container(&o, alerts, &alerts->outcomes[i]);
        last = alerts->outcomes[i].container_id;
    }
    gm_json_out_close_list(&o);
    gm_json_out_close_map(&o);
    gm_json_out_finish(&o, out);
}

bool gm_alerts_render(const gm_alerts *alerts, const char *format, bool lives, GString *out) {
    gsize begin = out->len;
    page p = {alerts, out, strcmp(format, "markdown") == 0, lives};
    if (strcmp(format, "json") == 0) render_json(alerts, out);
    else if (p.markdown || strcmp(format, "text") == 0) render_page(&p);
    else return false;
    if (strcmp(format, "text") == 0) gm_plain_commands(out, begin);
    return true;
}
