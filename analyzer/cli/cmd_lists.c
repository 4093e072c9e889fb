/* The commands that print what is built in: formats, rules, explain, schema, version. */
#include "analyzer/cli/cli.h"
#include "analyzer/thresholds_used.h"

#include "gomortem/format.h"
#include "gomortem/rule.h"
#include "gomortem/schema_doc.h"

#include <stdio.h>

int gm_cmd_formats(int argc, char **argv) {
    if (!gm_cli_options(&argc, &argv, "", "Lists the kinds of members that are understood and what they become.", NULL))
        return GM_EXIT_USAGE;
    for (size_t i = 0; gm_formats[i]; i++)
        printf("%-18s %s\n%-18s %s\n", gm_formats[i]->name, gm_formats[i]->title, "", gm_formats[i]->takes);
    return GM_EXIT_OK;
}

static const char config_help[] =
    "Lists the rules; explain SLUG prints a rule's card.\n\n"
    "--rule-config FILE of run and analyze changes them. The file has sections:\n"
    "  [thresholds]          any key that --thresholds lists, e.g. trend.z = 4\n"
    "  [rule SLUG]           enabled = true|false, severity = info|low|medium|high|critical\n"
    "  [suppress]            rule = SLUG or *, container = NAMESPACE/POD/CONTAINER with * and ?,\n"
    "                        reason = TEXT (needed), expires = 2026-12-31 (last day, UTC)\n"
    "A suppressed finding is kept with its reason at severity info. There is no clock: expires is\n"
    "compared with the end of the incident's record. Unknown keys are refused with their line.";

static void print_threshold(const gm_threshold_row *row) {
    printf("  %-28s %12.10g %-8s %s\n", row->key, row->value, row->unit, row->source);
}

int gm_cmd_rules(int argc, char **argv) {
    gboolean thresholds = FALSE;
    const GOptionEntry entries[] = {
        {"thresholds", 't', 0, G_OPTION_ARG_NONE, &thresholds, "List the thresholds with defaults and sources", NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    if (!gm_cli_options(&argc, &argv, "", config_help, entries)) return GM_EXIT_USAGE;
    for (size_t i = 0; !thresholds && gm_rules[i]; i++)
        printf("%-24s %-12s %s\n", gm_rules[i]->slug, gm_rules[i]->family, gm_rules[i]->title);
    for (int i = 0; thresholds && i < GM_TH_COUNT; i++) print_threshold(&gm_threshold_table[i]);
    return GM_EXIT_OK;
}

static void print_thresholds_of(const char *rule) {
    const gm_thresholds_of_rule *row = gm_thresholds_used;
    while (row->rule && strcmp(row->rule, rule) != 0) row++;
    if (!row->rule || row->used[0] == GM_TH_COUNT) return;
    printf("\nThresholds (--rule-config changes them)\n");
    for (size_t i = 0; row->used[i] != GM_TH_COUNT; i++) print_threshold(&gm_threshold_table[row->used[i]]);
}

int gm_cmd_explain(int argc, char **argv) {
    if (!gm_cli_options(&argc, &argv, "SLUG", "Prints a rule's card.", NULL)) return GM_EXIT_USAGE;
    if (argc != 2) return gm_cli_usage("explain takes one rule; gomortem rules lists them");
    for (size_t i = 0; gm_rules[i]; i++) {
        const gm_rule *rule = gm_rules[i];
        if (strcmp(rule->slug, argv[1]) != 0) continue;
        printf("%s: %s (family %s%s)\n\n%s\n\nProven by\n  %s\n\nRefuted by\n  %s\n\nWhat to do\n  %s\n", rule->slug,
               rule->title, rule->family, rule->is_cause ? "" : ", never the cause itself", rule->definition,
               rule->proves, rule->refutes, rule->remedy);
        print_thresholds_of(rule->slug);
        printf("\nSource\n  %s\n", rule->source);
        return GM_EXIT_OK;
    }
    return gm_cli_usage("there is no rule \"%s\"; gomortem rules lists them", argv[1]);
}

int gm_cmd_schema(int argc, char **argv) {
    char *format = NULL;
    const GOptionEntry entries[] = {
        {"format", 0, 0, G_OPTION_ARG_STRING, &format, "sql, markdown or json (default: sql)", "FORMAT"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    if (!gm_cli_options(&argc, &argv, "", "Prints the schema of the incident database with its comments.", entries))
        return GM_EXIT_USAGE;
    g_autofree char *wanted = format ? format : g_strdup("sql");
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GPtrArray) tables = strcmp(wanted, "sql") != 0 ? gm_schema_doc_read(&error) : NULL;
    if (error) return gm_cli_fail(error);
    if (tables && !gm_schema_doc_write(tables, wanted, out))
        return gm_cli_usage("--format takes sql, markdown or json, not \"%s\"", wanted);
    fputs(tables ? out->str : gm_schema_sql(), stdout);
    return GM_EXIT_OK;
}

int gm_cmd_version(int argc, char **argv) {
    if (!gm_cli_options(&argc, &argv, "", "Prints the version of the program and of the database schema.", NULL))
        return GM_EXIT_USAGE;
    printf("gomortem %s, database schema %d\n", GM_VERSION, GM_SCHEMA_VERSION);
    return GM_EXIT_OK;
}
