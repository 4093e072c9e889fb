/* A command's name, arguments and options, taken from its own table. */
#ifndef GM_CLI_DESCRIBE_H
#define GM_CLI_DESCRIBE_H

#include "analyzer/cli/cli.h"

typedef void (*gm_cli_describer)(const char *command, const char *arguments, const char *summary,
                                 const GOptionEntry *entries, void *data);

void gm_cli_describe(const gm_command *command, gm_cli_describer callback, void *data);
/* For gm_cli_options: true when a description was asked for, so that the command must not run. */
bool gm_cli_described(const char *command, const char *arguments, const char *summary, const GOptionEntry *entries);

#endif
