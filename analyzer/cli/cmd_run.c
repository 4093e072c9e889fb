/* The commands that do the work: run, import, analyze, report. Options, then calls into the stages. */
#include "analyzer/cli/cli.h"

#include <glib/gstdio.h>

static char *output, *formats, *format, *fail_on, *rule_config, *baseline, *picture_size, *theme;
static double dpi;
static gm_render_options pictures;
static gboolean force, strict;
static char **select_globs;

/* clang-format off */
#define OPTION_OUTPUT(what) {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, what, "PATH"}
#define OPTION_FORCE {"force", 'f', 0, G_OPTION_ARG_NONE, &force, "Overwrite what exists", NULL}
#define OPTION_SELECT {"select", 's', 0, G_OPTION_ARG_STRING_ARRAY, &select_globs, "Keep metrics of these containers only (globs)", "NAMESPACE/POD/CONTAINER"}
#define OPTION_FAIL_ON {"fail-on", 0, 0, G_OPTION_ARG_STRING, &fail_on, "Exit with 3 at findings of this severity or above", "SEVERITY"}
#define OPTION_STRICT {"strict", 0, 0, G_OPTION_ARG_NONE, &strict, "Exit with 4 when data was lost", NULL}
#define OPTION_PICTURES \
    {"size", 0, 0, G_OPTION_ARG_STRING, &picture_size, "Size of the PNG files in logical pixels (default: what suits each)", "WxH"}, \
    {"dpi", 0, 0, G_OPTION_ARG_DOUBLE, &dpi, "Resolution of the PNG files, 48 to 384 (default: 96)", "N"}, \
    {"theme", 0, 0, G_OPTION_ARG_STRING, &theme, "Colours of the PNG files: light or dark", "THEME"}
#define OPTION_RULES {"rule-config", 0, 0, G_OPTION_ARG_FILENAME, &rule_config, "Thresholds, severities and suppressions (see gomortem rules --help)", "FILE"}
#define OPTION_BASELINE {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &baseline, "Report what is new or worse than this good run", "DB|BUNDLE|JSON"}
#define OPTIONS_END {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}
/* clang-format on */

static int check_usage(int argc, char **argv, int at_most) {
    int rank;
    if (!gm_cli_pictures(picture_size, dpi, theme, &pictures))
        return gm_cli_usage("pictures take --size 160x100 to 8000x8000, --dpi 48 to 384 and --theme light or dark");
    if (argc < 2) return gm_cli_usage("%s needs a bundle; gomortem help %s", argv[0], argv[0]);
    if (at_most && argc - 1 > at_most) return gm_cli_usage("%s takes one path", argv[0]);
    if (!gm_cli_severity(fail_on, &rank))
        return gm_cli_usage("--fail-on takes info, low, medium, high or critical, not \"%s\"", fail_on);
    return GM_EXIT_OK;
}

/* incident.tar.gz -> incident */
static char *bundle_stem(const char *path) {
    static const char *const suffixes[] = {".gz",  ".xz",  ".zst", ".bz2",  ".lz4", ".tgz",
                                           ".txz", ".tar", ".zip", ".json", ".log"};
    char *stem = strcmp(path, "-") == 0 ? g_strdup("stdin") : g_strdup(path);
    while (strlen(stem) > 1 && g_str_has_suffix(stem, "/")) stem[strlen(stem) - 1] = '\0';
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++)
            if (g_str_has_suffix(stem, suffixes[i]) && strlen(stem) > strlen(suffixes[i]))
                stem[strlen(stem) - strlen(suffixes[i])] = '\0';
    return stem;
}

int gm_cmd_import(int argc, char **argv) {
    const GOptionEntry entries[] = {OPTION_OUTPUT("Database to write (default: the bundle's name with .db)"),
                                    OPTION_FORCE, OPTION_SELECT, OPTION_STRICT, OPTIONS_END};
    if (!gm_cli_bundle_options(
            &argc, &argv, "BUNDLE...",
            "Imports bundles (archives, directories, single members, - for stdin) into one incident database.",
            entries))
        return GM_EXIT_USAGE;
    int usage = check_usage(argc, argv, 0);
    if (usage) return usage;
    g_autofree char *stem = bundle_stem(argv[1]), *target = output ? g_strdup(output) : g_strdup_printf("%s.db", stem);
    g_autoptr(GError) error = NULL;
    bool lost = false;
    if (!gm_cli_import((const char *const *)argv + 1, target, force, (const char *const *)select_globs, &lost, &error))
        return gm_cli_fail(error);
    return lost && strict ? GM_EXIT_DATA_LOST : GM_EXIT_OK;
}

int gm_cmd_analyze(int argc, char **argv) {
    const GOptionEntry entries[] = {
        {"format", 0, 0, G_OPTION_ARG_STRING, &format,
         "text, json, html, markdown, sarif, junit, github, github-summary or gitlab (default: text)", "FORMAT"},
        OPTION_OUTPUT("File to write (default: -, the standard output)"),
        OPTION_FORCE,
        OPTION_FAIL_ON,
        OPTION_STRICT,
        OPTION_RULES,
        OPTION_BASELINE,
        OPTIONS_END};
    if (!gm_cli_bundle_options(
            &argc, &argv, "DB|BUNDLE...",
            "Finds the cause. A database keeps the result; a bundle is imported to a temporary file.", entries))
        return GM_EXIT_USAGE;
    int code = check_usage(argc, argv, 0);
    if (code) return code;
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_model) model = NULL;
    gm_cli_incident incident = {0};
    bool ok = gm_cli_rule_config(rule_config, &error) && gm_cli_baseline(baseline, &error) &&
              gm_cli_open((const char *const *)argv + 1, &incident, &error) && gm_cli_analyze(incident.store, &error) &&
              (model = gm_cli_model(incident.store, &error)) &&
              gm_cli_render(model, format ? format : "text", output, force, &error);
    code = ok ? gm_cli_result(model, fail_on, strict, incident.data_lost) : gm_cli_fail(error);
    gm_cli_close(&incident);
    return code;
}

int gm_cmd_report(int argc, char **argv) {
    const GOptionEntry entries[] = {
        {"format", 0, 0, G_OPTION_ARG_STRING, &formats,
         "Any of html,png,json,text,markdown,sarif,junit,github,github-summary,gitlab (default: html,png)", "LIST"},
        OPTION_OUTPUT("Folder to write to (default: the incident's name with .gomortem)"),
        OPTION_FORCE,
        OPTION_PICTURES,
        OPTIONS_END};
    if (!gm_cli_bundle_options(&argc, &argv, "DB|BUNDLE",
                               "Writes reports of an analyzed incident; a bundle is imported and analyzed first.",
                               entries))
        return GM_EXIT_USAGE;
    int code = check_usage(argc, argv, 1);
    if (code) return code;
    g_autofree char *stem = bundle_stem(argv[1]),
                    *folder = output ? g_strdup(output) : g_strdup_printf("%s.gomortem", stem);
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_model) model = NULL;
    gm_cli_incident incident;
    bool ok = gm_cli_open((const char *const *)argv + 1, &incident, &error) &&
              (!incident.temporary || gm_cli_analyze(incident.store, &error)) &&
              (model = gm_model_read(incident.store, &error)) &&
              gm_cli_report(model, formats ? formats : "html,png", folder, force, &pictures, &error);
    code = ok ? GM_EXIT_OK : gm_cli_fail(error);
    gm_cli_close(&incident);
    return code;
}

/* The whole job once the incident is imported. */
static int finish_run(const char *database, const char *folder, bool data_lost) {
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_model) model = NULL;
    g_autoptr(gm_store) store = gm_store_open(database, GM_STORE_ANALYZE, &error);
    bool ok = store && gm_cli_analyze(store, &error) && (model = gm_cli_model(store, &error)) &&
              gm_cli_report(model, formats ? formats : "html,png", folder, force, &pictures, &error) &&
              gm_cli_render(model, "text", "-", false, &error);
    return ok ? gm_cli_result(model, fail_on, strict, data_lost) : gm_cli_fail(error);
}

int gm_cmd_run(int argc, char **argv) {
    const GOptionEntry entries[] = {
        OPTION_OUTPUT("Folder to write to (default: the bundle's name with .gomortem)"),
        {"format", 0, 0, G_OPTION_ARG_STRING, &formats,
         "Any of html,png,json,text,markdown,sarif,junit,github,github-summary,gitlab (default: html,png)", "LIST"},
        OPTION_FORCE,
        OPTION_SELECT,
        OPTION_FAIL_ON,
        OPTION_STRICT,
        OPTION_RULES,
        OPTION_BASELINE,
        OPTION_PICTURES,
        OPTIONS_END};
    if (!gm_cli_bundle_options(
            &argc, &argv, "BUNDLE...",
            "Imports, analyzes and reports: writes incident.db, report.html and charts, prints the verdict.", entries))
        return GM_EXIT_USAGE;
    int usage = check_usage(argc, argv, 0);
    if (usage) return usage;
    g_autofree char *stem = bundle_stem(argv[1]),
                    *folder = output ? g_strdup(output) : g_strdup_printf("%s.gomortem", stem);
    g_autofree char *database = g_build_filename(folder, "incident.db", NULL);
    g_autoptr(GError) error = NULL;
    bool lost = false, made = !g_file_test(folder, G_FILE_TEST_EXISTS);
    if (!gm_cli_rule_config(rule_config, &error) || !gm_cli_baseline(baseline, &error)) return gm_cli_fail(error);
    if (g_mkdir_with_parents(folder, 0777) != 0) return gm_cli_usage("cannot make the folder %s", folder);
    if (!gm_cli_import((const char *const *)argv + 1, database, force, (const char *const *)select_globs, &lost,
                       &error)) {
        if (made) g_rmdir(folder);
        return gm_cli_fail(error);
    }
    return finish_run(database, folder, lost);
}
