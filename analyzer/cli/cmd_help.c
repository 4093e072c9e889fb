/* The command help: commands, topics, and the same as source of man pages (scdoc).
 * https://man.archlinux.org/man/scdoc.5 */
#include "analyzer/cli/describe.h"

#include "gomortem/topic.h"

#include <stdio.h>

static const char exit_codes[] =
    "Exit codes: 0 fine, 1 transient or internal error, 2 usage or unusable input, 3 findings at or above --fail-on,\n"
    "4 data was lost and --strict is set, 130 interrupted.\n";

static const gm_command *find_command(const char *name) {
    for (size_t i = 0; gm_commands[i].name; i++)
        if (strcmp(gm_commands[i].name, name) == 0) return &gm_commands[i];
    return NULL;
}

static void print_overview(void) {
    printf(
        "gomortem: what killed the Go service? Offline analysis of memory incidents.\n\nUsage: gomortem COMMAND [OPTIONS] ...\n\n");
    for (size_t i = 0; gm_commands[i].name; i++)
        printf("  %-10s %-15s %s\n", gm_commands[i].name, gm_commands[i].arguments, gm_commands[i].summary);
    printf("\nTopics of gomortem help TOPIC:\n");
    for (size_t i = 0; gm_topics[i].name; i++) printf("  %-26s %s\n", gm_topics[i].name, gm_topics[i].title);
    printf("\n%s", exit_codes);
}

/* --- man pages --- */

static void put_escaped(const char *text) {
    if (*text && strchr("-#|[].", *text))
        putchar('\\'); /* at the start of a line they begin a list, a heading, a table */
    for (; *text; text++) {
        if (strchr("\\*_~+", *text)) putchar('\\');
        putchar(*text);
    }
}

/* Prose as it is; indented lines and what follows a line with a colon keep their shape. */
static void put_prose(const char *text) {
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    bool literal = false;
    for (size_t i = 0; lines[i]; i++) {
        bool indented = lines[i][0] == ' ';
        if (indented != literal && (indented || *lines[i])) {
            printf(indented ? "\n```\n" : "```\n\n");
            literal = indented;
        }
        literal ? (void)fputs(lines[i], stdout) : put_escaped(lines[i]);
        putchar('\n');
    }
    if (literal) printf("```\n");
}

static void put_option(const GOptionEntry *entry) {
    if (entry->short_name) printf("*-%c*, ", entry->short_name);
    printf("*--%s*", entry->long_name);
    if (entry->arg_description) {
        printf(" ");
        put_escaped(entry->arg_description);
    }
    printf("\n\t");
    put_escaped(entry->description);
    printf("\n\n");
}

static void put_man_page(const char *command, const char *arguments, const char *summary, const GOptionEntry *entries,
                         void *data) {
    const gm_command *row = data;
    printf("gomortem-%s(1)\n\n# NAME\n\ngomortem-%s - ", command, command);
    put_escaped(row->summary);
    printf("\n\n# SYNOPSIS\n\n*gomortem %s* [OPTIONS] ", command);
    put_escaped(arguments);
    printf("\n\n# DESCRIPTION\n\n");
    put_prose(summary);
    printf("\n# OPTIONS\n\n");
    for (; entries->long_name; entries++) put_option(entries);
    printf("*-h*, *--help*\n\tPrint the options\n\n# EXIT STATUS\n\n");
    put_escaped(exit_codes);
    printf("\n# SEE ALSO\n\n*gomortem*(1)\n");
}

static void put_main_page(void) {
    printf(
        "gomortem(1)\n\n# NAME\n\ngomortem - what killed the Go service? Offline analysis of memory incidents\n\n# SYNOPSIS\n\n*gomortem* COMMAND [OPTIONS] ...\n\n"
        "# DESCRIPTION\n\ngomortem reads whatever was saved of a memory incident in a container into one SQLite file, says what caused the memory to go up and what did "
        "not, and proves every number with SQL. Results go to standard output, the rest to standard error.\n\n# COMMANDS\n\n");
    for (size_t i = 0; gm_commands[i].name; i++) {
        printf("*gomortem %s* ", gm_commands[i].name);
        put_escaped(gm_commands[i].arguments);
        printf("\n\t");
        put_escaped(gm_commands[i].summary);
        printf("\n\n");
    }
    printf("# EXIT STATUS\n\n");
    put_escaped(exit_codes);
    for (size_t i = 0; gm_topics[i].name; i++) {
        g_autofree char *title = g_ascii_strup(gm_topics[i].name, -1);
        printf("\n# TOPIC ");
        put_escaped(title);
        printf("\n\n");
        put_prose(gm_topics[i].text);
    }
}

static int print_man_page(const char *name) {
    const gm_command *command = name ? find_command(name) : NULL;
    if (name && !command) return gm_cli_usage("there is no command \"%s\"; gomortem help lists them", name);
    command ? gm_cli_describe(command, put_man_page, (void *)command) : put_main_page();
    return GM_EXIT_OK;
}

static int print_command(const gm_command *command) {
    g_autofree char *name = g_strdup(command->name);
    char option[] = "--help-all", *argv[] = {name, option, NULL};
    return command->run(2, argv);
}

int gm_cmd_help(int argc, char **argv) {
    gboolean man = FALSE, names = FALSE;
    const GOptionEntry entries[] = {
        {"man", 0, 0, G_OPTION_ARG_NONE, &man, "Print the source of the man page (scdoc)", NULL},
        {"names", 0, 0, G_OPTION_ARG_NONE, &names, "Print the names of the commands alone", NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    if (!gm_cli_options(&argc, &argv, "[COMMAND|TOPIC]", "Prints the commands, a command's options, or a topic.",
                        entries))
        return GM_EXIT_USAGE;
    for (size_t i = 0; names && gm_commands[i].name; i++) puts(gm_commands[i].name);
    if (names) return GM_EXIT_OK;
    if (man) return print_man_page(argc > 1 ? argv[1] : NULL);
    const gm_command *command = argc > 1 ? find_command(argv[1]) : NULL;
    if (command && command->run != gm_cmd_help) return print_command(command);
    for (size_t i = 0; argc > 1 && gm_topics[i].name; i++) {
        if (strcmp(gm_topics[i].name, argv[1]) != 0) continue;
        fputs(gm_topics[i].text, stdout);
        return GM_EXIT_OK;
    }
    if (argc > 1 && !command)
        return gm_cli_usage("there is no command and no topic \"%s\"; gomortem help lists them", argv[1]);
    print_overview();
    return GM_EXIT_OK;
}
