/* The proposed alert rules as a Prometheus rules file.
 * https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 *
 * The replay found them: of a grid of rules the one that fires earliest, once in each life that ended, and in no
 * healthy one. A workload for which there is none gets a comment that says why. rules_test writes the unit test that
 * belongs to it. */
#include "reports/export/shared/proposals.h"

static void put_proposal(FILE *out, const gm_proposal *p) {
    g_autoptr(GString) rule = g_string_new(NULL);
    gm_alert_yaml(&p->row, 6, rule);
    fprintf(out, "  - name: gomortem-%s\n    interval: %.0fs\n    rules:\n      # cause here: %s; %s\n%s", p->title,
            p->row.step_s, p->row.cause, p->row.reason, rule->str);
}

static bool write_rules(gm_store *store, const gm_export_options *options, FILE *out, GError **error) {
    g_autoptr(GPtrArray) list = gm_proposals_read(store, options, error);
    guint proposed = 0;
    if (!list) return false;
    fputs("# Proposed by gomortem from one incident: check it against healthy days before it pages anybody.\n", out);
    for (guint i = 0; i < list->len; i++) {
        const gm_proposal *p = g_ptr_array_index(list, i);
        if (p->row.expression) proposed++;
        else fprintf(out, "# %s: no rule is proposed: %s\n", p->title, p->row.reason);
    }
    fputs(proposed ? "groups:\n" : "groups: []\n", out);
    for (guint i = 0; i < list->len; i++) {
        const gm_proposal *p = g_ptr_array_index(list, i);
        if (p->row.expression) put_proposal(out, p);
        else if (options->remarks)
            g_string_append_printf(options->remarks, "%s: no rule is proposed: %s\n", p->title, p->row.reason);
    }
    return true;
}

const gm_exporter gm_exporter_rules = {
    .name = "rules", .title = "Prometheus alert rules found by replaying this incident", .write = write_rules};
