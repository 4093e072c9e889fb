/* The command completion: what bash, zsh and fish need to complete commands, options and names. Made from the option
 * tables (describe.c) and from the tables of rules, exports, queries and topics. */
#include "analyzer/cli/describe.h"

#include "gomortem/export.h"
#include "gomortem/rule.h"
#include "gomortem/topic.h"

#include <stdio.h>

enum { SHELL_BASH, SHELL_ZSH, SHELL_FISH, SHELLS };
static const char *const shells[SHELLS] = {"bash", "zsh", "fish"};

/* The words that a command takes beside files, one blank between them. */
static char *words_of(const char *command) {
    GString *words = g_string_new(NULL);
    for (size_t i = 0; strcmp(command, "explain") == 0 && gm_rules[i]; i++)
        g_string_append_printf(words, " %s", gm_rules[i]->slug);
    for (size_t i = 0; strcmp(command, "export") == 0 && gm_exporters[i]; i++)
        g_string_append_printf(words, " %s", gm_exporters[i]->name);
    for (size_t i = 0; strcmp(command, "query") == 0 && gm_queries[i].name; i++)
        g_string_append_printf(words, " %s", gm_queries[i].name);
    for (size_t i = 0; strcmp(command, "completion") == 0 && i < SHELLS; i++)
        g_string_append_printf(words, " %s", shells[i]);
    bool help = strcmp(command, "help") == 0;
    for (size_t i = 0; help && gm_commands[i].name; i++) g_string_append_printf(words, " %s", gm_commands[i].name);
    for (size_t i = 0; help && gm_topics[i].name; i++) g_string_append_printf(words, " %s", gm_topics[i].name);
    return g_strstrip(g_string_free(words, FALSE));
}

/* --- bash --- */
static void put_bash(const char *command, const char *arguments, const char *summary, const GOptionEntry *entries,
                     void *data) {
    (void)arguments, (void)summary, (void)data;
    g_autofree char *words = words_of(command);
    printf("    %s) options='--help", command);
    for (; entries->long_name; entries++) {
        printf(" --%s", entries->long_name);
        if (entries->short_name) printf(" -%c", entries->short_name);
    }
    printf("' words='%s' ;;\n", words);
}

static void print_bash(void) {
    printf("# bash completion of gomortem; source it, or put it into the completions folder of bash-completion.\n"
           "_gomortem() {\n    local cur=${COMP_WORDS[COMP_CWORD]} options='' words=''\n    COMPREPLY=()\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        COMPREPLY=($(compgen -W '");
    for (size_t i = 0; gm_commands[i].name; i++) printf("%s%s", i ? " " : "", gm_commands[i].name);
    printf("' -- \"$cur\"))\n        return\n    fi\n    case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; gm_commands[i].name; i++) gm_cli_describe(&gm_commands[i], put_bash, NULL);
    printf("    esac\n    case $cur in\n    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")) ;;\n"
           "    *) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n    esac\n}\n"
           "complete -o default -F _gomortem gomortem\n");
}

/* --- zsh --- */

/* Within single quotes; brackets and colons mean something to _arguments. */
static void put_zsh_text(const char *text) {
    for (; *text; text++) {
        if (strchr("[]:\\", *text)) putchar('\\');
        *text == '\'' ? (void)fputs("'\\''", stdout) : (void)putchar(*text);
    }
}

static void put_zsh(const char *command, const char *arguments, const char *summary, const GOptionEntry *entries,
                    void *data) {
    (void)arguments, (void)summary, (void)data;
    g_autofree char *words = words_of(command);
    printf("    %s) _arguments", command);
    for (; entries->long_name; entries++) {
        const char *value = entries->arg_description;
        for (int part = 0; part < 2; part++) { /* the short name is an option of its own */
            if (part == 1 && !entries->short_name) continue;
            part ? (void)printf(" \\\n        '-%c[", entries->short_name)
                 : (void)printf(" \\\n        '--%s%s[", entries->long_name, value ? "=" : "");
            put_zsh_text(entries->description);
            printf("]");
            if (value) {
                printf(":");
                put_zsh_text(value);
                printf(":_files");
            }
            printf("'");
        }
    }
    if (*words) printf(" \\\n        '*:word:{ _values word %s; _files }' ;;\n", words);
    else printf(" \\\n        '*:file:_files' ;;\n");
}

static void print_zsh(void) {
    printf("#compdef gomortem\n_gomortem() {\n    local -a commands\n    commands=(\n");
    for (size_t i = 0; gm_commands[i].name; i++) {
        printf("        '%s:", gm_commands[i].name);
        put_zsh_text(gm_commands[i].summary);
        printf("'\n");
    }
    printf("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        return\n    fi\n"
           "    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $command in\n");
    for (size_t i = 0; gm_commands[i].name; i++) gm_cli_describe(&gm_commands[i], put_zsh, NULL);
    printf(
        "    esac\n}\nif [ \"$funcstack[1]\" = _gomortem ]; then _gomortem \"$@\"; else compdef _gomortem gomortem; fi\n");
}

/* --- fish --- */
static void put_fish_text(const char *text) {
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\') putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

static void put_fish(const char *command, const char *arguments, const char *summary, const GOptionEntry *entries,
                     void *data) {
    (void)arguments, (void)summary, (void)data;
    g_autofree char *words = words_of(command);
    for (; entries->long_name; entries++) {
        printf("complete -c gomortem -n '__fish_seen_subcommand_from %s' -l %s", command, entries->long_name);
        if (entries->short_name) printf(" -s %c", entries->short_name);
        printf("%s -d ", entries->arg_description ? " -r" : "");
        put_fish_text(entries->description);
        printf("\n");
    }
    if (*words) printf("complete -c gomortem -n '__fish_seen_subcommand_from %s' -a '%s'\n", command, words);
}

static void print_fish(void) {
    printf("# fish completion of gomortem\n");
    for (size_t i = 0; gm_commands[i].name; i++) {
        printf("complete -c gomortem -f -n __fish_use_subcommand -a %s -d ", gm_commands[i].name);
        put_fish_text(gm_commands[i].summary);
        printf("\n");
    }
    for (size_t i = 0; gm_commands[i].name; i++) gm_cli_describe(&gm_commands[i], put_fish, NULL);
}

int gm_cmd_completion(int argc, char **argv) {
    static void (*const print[SHELLS])(void) = {print_bash, print_zsh, print_fish};
    static const char help[] = "Prints what completes gomortem's commands and options in a shell:\n"
                               "  source <(gomortem completion bash)\n  gomortem completion fish | source";
    if (!gm_cli_options(&argc, &argv, "bash|zsh|fish", help, NULL)) return GM_EXIT_USAGE;
    for (int i = 0; argc == 2 && i < SHELLS; i++) {
        if (strcmp(argv[1], shells[i]) != 0) continue;
        print[i]();
        return GM_EXIT_OK;
    }
    return gm_cli_usage("completion takes bash, zsh or fish");
}
