/* A proposed alert rule as Prometheus' YAML: for the export of rules and for the page, where it is copied from.
 * https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ */
#include "gomortem/model_alerts.h"

#include <string.h>

const char *gm_alert_severity(const gm_alert_proposal *proposal) {
    return proposal->alert && strcmp(proposal->alert, "MemoryReachesLimitSoon") == 0 ? "critical" : "warning";
}

void gm_yaml_quoted(GString *out, const char *text) {
    g_string_append_c(out, '\'');
    for (; text && *text; text++) {
        if (*text == '\'') g_string_append_c(out, '\'');
        g_string_append_c(out, (unsigned char)*text < ' ' ? ' ' : *text);
    }
    g_string_append_c(out, '\'');
}

static void line(GString *out, int indent, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void line(GString *out, int indent, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_string_append_printf(out, "%*s", indent, "");
    g_string_append_vprintf(out, format, arguments);
    g_string_append_c(out, '\n');
    va_end(arguments);
}

void gm_alert_yaml(const gm_alert_proposal *p, int indent, GString *out) {
    const struct {
        const char *name, *text;
    } annotations[] = {{"summary", p->summary}, {"description", p->description}, {"runbook", p->runbook}};
    g_auto(GStrv) lines = g_strsplit(p->expression, "\n", -1);
    line(out, indent, "- alert: %s", p->alert);
    line(out, indent, "  expr: |-");
    for (size_t i = 0; lines[i]; i++) line(out, indent, "    %s", lines[i]);
    line(out, indent, "  for: %.0fs", p->for_s);
    line(out, indent, "  labels:");
    line(out, indent, "    severity: %s", gm_alert_severity(p));
    line(out, indent, "  annotations:");
    for (size_t i = 0; i < G_N_ELEMENTS(annotations); i++) {
        g_autoptr(GString) quoted = g_string_new(NULL);
        gm_yaml_quoted(quoted, annotations[i].text);
        line(out, indent, "    %s: %s", annotations[i].name, quoted->str);
    }
}
