/* The command line: a table of commands, and what they share. Only this folder prints errors and exits. */
#ifndef GM_CLI_H
#define GM_CLI_H

#include "gomortem/importer.h"
#include "gomortem/renderer.h"
#include "gomortem/thresholds.h"

enum {
    GM_EXIT_OK = 0,
    GM_EXIT_TRANSIENT = 1,
    GM_EXIT_USAGE = 2,
    GM_EXIT_FINDINGS = 3,
    GM_EXIT_DATA_LOST = 4,
    GM_EXIT_INTERRUPTED = 130
};

typedef struct {
    const char *name, *arguments, *summary;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
} gm_command;

extern const gm_command gm_commands[]; /* name NULL at the end */

int gm_cmd_run(int argc, char **argv);
int gm_cmd_import(int argc, char **argv);
int gm_cmd_analyze(int argc, char **argv);
int gm_cmd_report(int argc, char **argv);
int gm_cmd_batch(int argc, char **argv);
int gm_cmd_query(int argc, char **argv);
int gm_cmd_diff(int argc, char **argv);
int gm_cmd_export(int argc, char **argv);
int gm_cmd_alerts(int argc, char **argv);
int gm_cmd_whatif(int argc, char **argv);
int gm_cmd_formats(int argc, char **argv);
int gm_cmd_rules(int argc, char **argv);
int gm_cmd_explain(int argc, char **argv);
int gm_cmd_schema(int argc, char **argv);
int gm_cmd_completion(int argc, char **argv);
int gm_cmd_version(int argc, char **argv);
int gm_cmd_help(int argc, char **argv);

/* Parses options; on false the usage error was printed. rest: what is no option, NULL-terminated, the caller's. */
bool gm_cli_options(int *argc, char ***argv, const char *arguments, const char *summary, const GOptionEntry *entries);

/* The same for a command that takes bundles: the options of limits.def come with it, and its memory is bound. */
bool gm_cli_bundle_options(int *argc, char ***argv, const char *arguments, const char *summary,
                           const GOptionEntry *entries);
const gm_limits *gm_cli_limits(void); /* those in force */

/* Prints one sentence on stderr and answers the exit code that fits the error. */
int gm_cli_fail(const GError *error);
int gm_cli_code_of(const GError *error); /* without printing */
int gm_cli_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Imports bundles into target. Sets *data_lost. */
bool gm_cli_import(const char *const *bundles, const char *target, bool force, const char *const *select,
                   bool *data_lost, GError **error);
/* Opens an incident for analysis; bundles are imported to a temporary file first, which is removed by gm_cli_close. */
typedef struct {
    gm_store *store;
    char *temporary; /* NULL: the incident itself was named */
    bool data_lost;
} gm_cli_incident;
bool gm_cli_open(const char *const *paths, gm_cli_incident *incident, GError **error);
/* The same, analyzed if it was a bundle, and then open for reading only. */
bool gm_cli_open_to_read(const char *const *paths, gm_cli_incident *incident, GError **error);
void gm_cli_close(gm_cli_incident *incident);
/* Reads the rule configuration that gm_cli_analyze uses from then on; NULL: none. */
bool gm_cli_rule_config(const char *path, GError **error);
bool gm_cli_analyze(gm_store *store, GError **error);

const gm_thresholds *gm_cli_thresholds(void); /* those in force */
/* Reads the good run that gm_cli_model compares with from then on; NULL: none. */
bool gm_cli_baseline(const char *path, GError **error);
const char *gm_cli_baseline_id(void); /* of its incident; NULL: none */
/* The analyzed incident, compared if there is a baseline. */
gm_model *gm_cli_model(gm_store *store, GError **error);

/* Set by SIGINT and SIGTERM. */
extern volatile bool gm_cli_interrupted;
void gm_cli_catch_interrupts(void);
void gm_cli_stop_queries(sqlite3 *db); /* they fail once there was a signal */

/* Writes to a file name, or to stdout for "-" and NULL. */
bool gm_cli_write(const GString *text, const char *path, bool force, GError **error);
/* Renders to the same. */
bool gm_cli_render(const gm_model *model, const char *format, const char *path, bool force, GError **error);
/* The same of a comparison; path is a folder for formats of several files. */
bool gm_cli_render_diff(const gm_model_diff *diff, const gm_renderer *renderer, const char *path, bool force,
                        const gm_render_options *pictures, GError **error);
/* Renders several formats into a folder, made when missing. pictures: size, dpi and theme of PNG files. */
bool gm_cli_report(const gm_model *model, const char *formats, const char *folder, bool force,
                   const gm_render_options *pictures, GError **error);
/* "1200x630", "light" or "dark"; NULL keeps the default. False: not understood. */
bool gm_cli_pictures(const char *size, double dpi, const char *theme, gm_render_options *pictures);

/* Exit code by severity and losses; fail_on NULL: never 3. With a baseline only what is new or worse counts. */
bool gm_cli_severity(const char *name, int *rank);
int gm_cli_worst(const gm_model *model); /* highest severity that counts, -1: none */
int gm_cli_code(int worst, const char *fail_on, bool strict, bool data_lost);
int gm_cli_result(const gm_model *model, const char *fail_on, bool strict, bool data_lost);

#endif
