/* gomortem: picks the command and runs it. The table below is the list of commands, in the order of help. */
#include "analyzer/cli/cli.h"

#include <stdio.h>
#include <signal.h>

const gm_command gm_commands[] = {
    {"run", "BUNDLE...", "import, analyze and report; prints the verdict", gm_cmd_run},
    {"import", "BUNDLE...", "turn bundles into one incident database", gm_cmd_import},
    {"analyze", "DB|BUNDLE...", "find the cause; prints the verdict in a chosen format", gm_cmd_analyze},
    {"report", "DB|BUNDLE", "write HTML, PNG, JSON and text reports", gm_cmd_report},
    {"batch", "PATH...", "analyze many bundles; a line of JSON each, and an overview", gm_cmd_batch},
    {"query", "DB SQL|NAME", "answer a question from the database", gm_cmd_query},
    {"export", "DB|BUNDLE KIND", "write profiles, metrics, facts, rules for other tools", gm_cmd_export},
    {"formats", "", "list the kinds of members that are understood", gm_cmd_formats},
    {"rules", "", "list the rules and the causes they stand for", gm_cmd_rules},
    {"explain", "SLUG", "print a rule's card: definition, evidence, remedy, source", gm_cmd_explain},
    {"schema", "", "print the database's schema with its comments", gm_cmd_schema},
    {"version", "", "print the version", gm_cmd_version},
    {"help", "[COMMAND]", "print this, or a command's options", gm_cmd_help},
    {NULL, NULL, NULL, NULL},
};

int gm_cmd_help(int argc, char **argv) {
    for (size_t i = 0; argc > 1 && gm_commands[i].name; i++) {
        if (strcmp(gm_commands[i].name, argv[1]) != 0 || gm_commands[i].run == gm_cmd_help) continue;
        char help[] = "--help";
        char *again[] = {argv[1], help, NULL};
        return gm_commands[i].run(2, again);
    }
    printf("gomortem: what killed the Go service? Offline analysis of memory incidents.\n\nUsage: gomortem COMMAND [OPTIONS] ...\n\n");
    for (size_t i = 0; gm_commands[i].name; i++) printf("  %-8s %-13s %s\n", gm_commands[i].name, gm_commands[i].arguments, gm_commands[i].summary);
    printf("\nExit codes: 0 fine, 1 transient or internal error, 2 usage or unusable input, 3 findings at or above --fail-on,\n"
           "4 data was lost and --strict is set, 130 interrupted.\n");
    return GM_EXIT_OK;
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    gm_cli_catch_interrupts();
    if (argc < 2) return gm_cmd_help(argc, argv) ? GM_EXIT_TRANSIENT : GM_EXIT_USAGE;
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) name = "help";
    if (strcmp(name, "--version") == 0) name = "version";
    for (size_t i = 0; gm_commands[i].name; i++) {
        if (strcmp(gm_commands[i].name, name) != 0) continue;
        int code = gm_commands[i].run(argc - 1, argv + 1);
        return fflush(stdout) == 0 ? code : GM_EXIT_TRANSIENT;
    }
    return gm_cli_usage("unknown command \"%s\"; gomortem help lists them", name);
}
