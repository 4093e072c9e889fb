/* The command that replays alert rules: the stored replay of the built-in ones, or a user's rule file. Options, then
 * one call. Nothing is written to the incident. */
#include "analyzer/cli/cli.h"

#include "gomortem/model_alerts.h"
#include "gomortem/replay.h"

#define MAX_RULE_FILE (1u << 20)

static char *format, *output;
static gboolean force, lives;
static gint prometheus = 3;
static double step, reaction = 10;

static bool read_rules(const char *path, char **text, gsize *len, GError **error) {
    if (!g_file_get_contents(path, text, len, error)) return false;
    if (*len <= MAX_RULE_FILE) return true;
    g_set_error(error, GM_REPLAY_ERROR, GM_REPLAY_ERROR_RULES, "%s is larger than %u MiB", path, MAX_RULE_FILE >> 20);
    return false;
}

static bool is_analyzed(gm_store *store, GError **error) {
    g_autoptr(sqlite3_stmt) row = gm_store_prepare(store, "SELECT 1 FROM alert_rule", error);
    if (!row || sqlite3_step(row) == SQLITE_ROW) return row != NULL;
    g_set_error_literal(error, GM_STORE_ERROR, GM_STORE_ERROR_FORMAT,
                        "the incident was not analyzed yet: run gomortem analyze on it first");
    return false;
}

/* The stored replay serves where nothing is asked that it was not made with. */
static gm_alerts *replay(gm_store *store, const char *rules, GError **error) {
    gm_replay_options options = GM_REPLAY_DEFAULTS;
    bool usual = prometheus == options.version && step == 0 && reaction * 60 == options.reaction_s;
    if (!rules && usual) return gm_model_alerts_read(store, true, error);
    options = (gm_replay_options){
        .version = prometheus, .step_s = step, .reaction_s = reaction * 60, .interrupted = &gm_cli_interrupted};
    g_autofree char *text = NULL;
    gsize len = 0;
    if (rules && !read_rules(rules, &text, &len, error)) return NULL;
    return gm_replay_rules(store, (gm_span){text, len}, &options, error);
}

static int run(const char *path, const char *rules) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    const char *paths[] = {path, NULL};
    gm_cli_incident incident;
    gm_alerts *alerts = gm_cli_open_to_read(paths, &incident, &error) && is_analyzed(incident.store, &error)
                            ? replay(incident.store, rules, &error)
                            : NULL;
    if (alerts && alerts->apart_s > 0)
        g_printerr("gomortem: so many samples that of each series those were taken that stand %g s apart or more\n",
                   alerts->apart_s);
    if (alerts) gm_alerts_render(alerts, format ? format : "text", lives, text);
    bool ok = alerts && gm_cli_write(text, output, force, &error) && !gm_cli_interrupted;
    int code = ok                                                                 ? GM_EXIT_OK
               : error && error->domain == GM_REPLAY_ERROR && !gm_cli_interrupted ? gm_cli_usage("%s", error->message)
                                                                                  : gm_cli_fail(error);
    gm_alerts_free(alerts);
    gm_cli_close(&incident);
    return code;
}

int gm_cmd_alerts(int argc, char **argv) {
    const GOptionEntry entries[] = {
        {"format", 0, 0, G_OPTION_ARG_STRING, &format, "text, markdown or json (default: text)", "FORMAT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "File to write (default: -, the standard output)", "PATH"},
        {"force", 'f', 0, G_OPTION_ARG_NONE, &force, "Overwrite what exists", NULL},
        {"lives", 0, 0, G_OPTION_ARG_NONE, &lives, "A row for each life of a container, not only for the whole", NULL},
        {"prometheus", 0, 0, G_OPTION_ARG_INT, &prometheus,
         "Windows of Prometheus 2 (closed on the left) or 3 (open; the default)", "2|3"},
        {"step", 0, 0, G_OPTION_ARG_DOUBLE, &step,
         "Seconds between evaluations (default: the group's interval, else 15; 30 for histories beyond a day, 60 beyond a week, 300 beyond a month)",
         "SECONDS"},
        {"reaction", 0, 0, G_OPTION_ARG_DOUBLE, &reaction,
         "Minutes that somebody needs between the alert and the end (default: 10)", "MINUTES"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    if (!gm_cli_bundle_options(
            &argc, &argv, "DB|BUNDLE [RULES.yml]",
            "Replays alert rules over the recorded history, as Prometheus would have evaluated them: when each\nwould have fired, how long before the end, what was a false alarm, what flapped. Without RULES.yml\nthe built-in rules. `gomortem help promql` tells what a rule may say. Nothing is written to the database.",
            entries))
        return GM_EXIT_USAGE;
    if (argc < 2 || argc > 3) return gm_cli_usage("alerts takes a database and at most one rule file");
    if (prometheus != 2 && prometheus != 3) return gm_cli_usage("--prometheus takes 2 or 3");
    if (step != 0 && !(step >= 1 && step <= 86400)) return gm_cli_usage("--step takes 1 to 86400 seconds");
    if (!(reaction >= 0 && reaction <= 100000)) return gm_cli_usage("--reaction takes minutes, 0 or more");
    if (format && !g_strv_contains((const char *const[]){"text", "markdown", "json", NULL}, format))
        return gm_cli_usage("--format takes text, markdown or json, not \"%s\"", format);
    return run(argv[1], argc > 2 ? argv[2] : NULL);
}
