/* The commands that print what is built in: formats, rules, explain, schema, version. */
#include "analyzer/cli/cli.h"

#include "gomortem/format.h"
#include "gomortem/rule.h"

#include <stdio.h>

int gm_cmd_formats(int argc, char **argv) {
    if (!gm_cli_options(&argc, &argv, "", "Lists the kinds of members that are understood and what they become.", NULL)) return GM_EXIT_USAGE;
    for (size_t i = 0; gm_formats[i]; i++) printf("%-18s %s\n%-18s %s\n", gm_formats[i]->name, gm_formats[i]->title, "", gm_formats[i]->takes);
    return GM_EXIT_OK;
}

int gm_cmd_rules(int argc, char **argv) {
    if (!gm_cli_options(&argc, &argv, "", "Lists the rules; explain SLUG prints a rule's card.", NULL)) return GM_EXIT_USAGE;
    for (size_t i = 0; gm_rules[i]; i++) printf("%-24s %-12s %s\n", gm_rules[i]->slug, gm_rules[i]->family, gm_rules[i]->title);
    return GM_EXIT_OK;
}

int gm_cmd_explain(int argc, char **argv) {
    if (!gm_cli_options(&argc, &argv, "SLUG", "Prints a rule's card.", NULL)) return GM_EXIT_USAGE;
    if (argc != 2) return gm_cli_usage("explain takes one rule; gomortem rules lists them");
    for (size_t i = 0; gm_rules[i]; i++) {
        const gm_rule *rule = gm_rules[i];
        if (strcmp(rule->slug, argv[1]) != 0) continue;
        printf("%s: %s (family %s)\n\n%s\n\nProven by\n  %s\n\nRefuted by\n  %s\n\nWhat to do\n  %s\n\nSource\n  %s\n", rule->slug, rule->title, rule->family,
               rule->definition, rule->proves, rule->refutes, rule->remedy, rule->source);
        return GM_EXIT_OK;
    }
    return gm_cli_usage("there is no rule \"%s\"; gomortem rules lists them", argv[1]);
}

int gm_cmd_schema(int argc, char **argv) {
    if (!gm_cli_options(&argc, &argv, "", "Prints the schema of the incident database with its comments.", NULL)) return GM_EXIT_USAGE;
    fputs(gm_schema_sql(), stdout);
    return GM_EXIT_OK;
}

int gm_cmd_version(int argc, char **argv) {
    (void)argc;
    (void)argv;
    printf("gomortem %s, database schema %d\n", GM_VERSION, GM_SCHEMA_VERSION);
    return GM_EXIT_OK;
}
