/* gomortem: picks the command and runs it. The table below is the list of commands, in the order of help. */
#include "analyzer/cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

const gm_command gm_commands[] = {
    {"run", "BUNDLE...", "import, analyze and report; prints the verdict", gm_cmd_run},
    {"import", "BUNDLE...", "turn bundles into one incident database", gm_cmd_import},
    {"analyze", "DB|BUNDLE...", "find the cause; prints the verdict in a chosen format", gm_cmd_analyze},
    {"report", "DB|BUNDLE", "write HTML, PNG, JSON and text reports", gm_cmd_report},
    {"batch", "PATH...", "analyze many bundles; a line of JSON each, and an overview", gm_cmd_batch},
    {"query", "DB SQL|NAME", "answer a question from the database", gm_cmd_query},
    {"export", "DB|BUNDLE KIND", "write profiles, metrics, facts, rules for other tools", gm_cmd_export},
    {"alerts", "DB|BUNDLE [RULES.yml]", "replay alert rules over the history: when each would have fired",
     gm_cmd_alerts},
    {"diff", "A B", "two incidents side by side: what differs, which growth is new", gm_cmd_diff},
    {"whatif", "DB|BUNDLE", "simulate other values of GOGC, GOMEMLIMIT and the limit", gm_cmd_whatif},
    {"formats", "", "list the kinds of members that are understood", gm_cmd_formats},
    {"rules", "", "list the rules and the causes they stand for", gm_cmd_rules},
    {"explain", "SLUG", "print a rule's card: definition, evidence, remedy, source", gm_cmd_explain},
    {"schema", "", "print the database's schema with its comments", gm_cmd_schema},
    {"completion", "bash|zsh|fish", "print what completes commands and options in a shell", gm_cmd_completion},
    {"version", "", "print the version", gm_cmd_version},
    {"help", "[COMMAND|TOPIC]", "print this, a command's options, or a topic", gm_cmd_help},
    {NULL, NULL, NULL, NULL},
};

/* What was printed must have arrived. Whoever has failed has said why. */
static int finish(int code) {
    bool arrived = fflush(stdout) == 0 && !ferror(stdout);
    if (arrived || code != GM_EXIT_OK) return code;
    fprintf(stderr, "gomortem: cannot write to the standard output: %s\n", g_strerror(errno ? errno : EIO));
    return GM_EXIT_TRANSIENT;
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like a full disk */
    gm_cli_catch_interrupts();
    if (argc < 2) return gm_cmd_help(argc, argv) ? GM_EXIT_TRANSIENT : GM_EXIT_USAGE;
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) name = "help";
    if (strcmp(name, "--version") == 0) name = "version";
    for (size_t i = 0; gm_commands[i].name; i++) {
        if (strcmp(gm_commands[i].name, name) != 0) continue;
        return finish(gm_commands[i].run(argc - 1, argv + 1));
    }
    return gm_cli_usage("unknown command \"%s\"; gomortem help lists them", name);
}
