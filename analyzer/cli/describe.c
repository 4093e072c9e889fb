/* Asks a command for its options without running it. Behind help --man and completion, so that both follow the option
 * tables: every command hands its table to gm_cli_options before it does anything, and that is where it is taken. */
#include "analyzer/cli/describe.h"

static gm_cli_describer describer;
static void *describer_data;

bool gm_cli_described(const char *command, const char *arguments, const char *summary, const GOptionEntry *entries) {
    static const GOptionEntry none[] = {{NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    if (!describer) return false;
    describer(command, arguments, summary, entries ? entries : none, describer_data);
    return true;
}

void gm_cli_describe(const gm_command *command, gm_cli_describer callback, void *data) {
    g_autofree char *name = g_strdup(command->name);
    char *argv[] = {name, NULL};
    describer = callback;
    describer_data = data;
    command->run(1, argv);
    describer = NULL;
}
