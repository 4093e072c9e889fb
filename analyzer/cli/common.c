/* What the commands share: errors, opening incidents, rendering. Between main.c and the stages. */
#include "analyzer/cli/cli.h"

#include "gomortem/analyzer.h"
#include "gomortem/renderer.h"
#include "gomortem/temporary.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

int gm_cli_usage(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "gomortem: ");
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    return GM_EXIT_USAGE;
}

int gm_cli_fail(const GError *error) {
    int code = gm_cli_code_of(error);
    fprintf(stderr, "gomortem: %s\n", code == GM_EXIT_INTERRUPTED ? "interrupted" : error->message);
    return code;
}

int gm_cli_code_of(const GError *error) {
    if (!error || gm_cli_interrupted) return GM_EXIT_INTERRUPTED;
    if (g_error_matches(error, GM_IMPORT_ERROR, GM_IMPORT_ERROR_UNUSABLE)) return GM_EXIT_USAGE;
    if (g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_EXISTS) ||
        g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_FORMAT))
        return GM_EXIT_USAGE;
    if (error->domain == G_OPTION_ERROR || g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
        g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_EXIST))
        return GM_EXIT_USAGE;
    return GM_EXIT_TRANSIENT;
}

bool gm_cli_import(const char *const *bundles, const char *target, bool force, const char *const *select,
                   bool *data_lost, GError **error) {
    gm_import_options options = {.bundles = bundles,
                                 .target = target,
                                 .force = force,
                                 .select = select,
                                 .limits = *gm_cli_limits(),
                                 .interrupted = &gm_cli_interrupted};
    gm_import_result result;
    if (!gm_import(&options, &result, NULL, error)) return false;
    *data_lost = result.data_lost;
    return true;
}

static char *temporary_name(GError **error) {
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "gomortem-XXXXXX.db", NULL);
    int fd = g_mkstemp(path);
    if (fd < 0) {
        g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot make a temporary file in %s: %s", g_get_tmp_dir(),
                    g_strerror(errno));
        return NULL;
    }
    close(fd);
    gm_temporary_made(path);
    return g_steal_pointer(&path);
}

bool gm_cli_open(const char *const *paths, gm_cli_incident *incident, GError **error) {
    *incident = (gm_cli_incident){0};
    if (paths[0] && !paths[1] && gm_store_is_incident(paths[0])) {
        incident->store = gm_store_open(paths[0], GM_STORE_ANALYZE, error);
        return incident->store != NULL;
    }
    incident->temporary = temporary_name(error);
    if (!incident->temporary || !gm_cli_import(paths, incident->temporary, true, NULL, &incident->data_lost, error))
        return false;
    if (gm_cli_interrupted) return false; /* behind its last look */
    incident->store = gm_store_open(incident->temporary, GM_STORE_ANALYZE, error);
    return incident->store != NULL;
}

void gm_cli_close(gm_cli_incident *incident) {
    gm_store_free(incident->store);
    if (incident->temporary) {
        g_unlink(incident->temporary);
        gm_temporary_gone(incident->temporary);
    }
    g_free(incident->temporary);
    *incident = (gm_cli_incident){0};
}

static bool open_for_reading(const char *path, gm_cli_incident *incident, GError **error) {
    incident->store = gm_store_open(path, GM_STORE_READ, error);
    if (incident->store) gm_cli_stop_queries(gm_store_db(incident->store));
    return incident->store != NULL;
}

bool gm_cli_open_to_read(const char *const *paths, gm_cli_incident *incident, GError **error) {
    *incident = (gm_cli_incident){0};
    if (paths[0] && !paths[1] && gm_store_is_incident(paths[0])) return open_for_reading(paths[0], incident, error);
    if (!gm_cli_open(paths, incident, error) || !gm_cli_analyze(incident->store, error)) return false;
    g_clear_pointer(&incident->store, gm_store_free);
    return open_for_reading(incident->temporary, incident, error);
}

static gm_rule_config *rule_config; /* of --rule-config, for every incident of this call */

bool gm_cli_rule_config(const char *path, GError **error) {
    g_clear_pointer(&rule_config, gm_rule_config_free);
    rule_config = path ? gm_rule_config_read(path, error) : NULL;
    return !path || rule_config;
}

const gm_thresholds *gm_cli_thresholds(void) {
    static gm_thresholds defaults;
    gm_thresholds_init(&defaults);
    return rule_config ? gm_rule_config_thresholds(rule_config) : &defaults;
}

bool gm_cli_analyze(gm_store *store, GError **error) {
    gm_cli_stop_queries(gm_store_db(store));
    return gm_analyze_configured(store, rule_config, error);
}

static bool to_stdout(const char *path) {
    return !path || strcmp(path, "-") == 0;
}

bool gm_cli_write(const GString *text, const char *path, bool force, GError **error) {
    if (to_stdout(path)) {
        bool ok = fwrite(text->str, 1, text->len, stdout) == text->len && fflush(stdout) == 0;
        if (!ok)
            g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot write to the standard output: %s",
                        g_strerror(errno));
        return ok;
    }
    if (!force && g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_EXISTS, "%s exists already; -f overwrites it", path);
        return false;
    }
    return g_file_set_contents(path, text->str, (gssize)text->len, error);
}

static bool make_folder(const char *folder, GError **error) {
    if (g_mkdir_with_parents(folder, 0777) == 0) return true;
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot make the folder %s: %s", folder, g_strerror(errno));
    return false;
}

static gm_render_options render_options(const char *path) {
    bool terminal = to_stdout(path) && isatty(STDOUT_FILENO);
    const char *no_colour = g_getenv("NO_COLOR"), *columns = g_getenv("COLUMNS");
    struct winsize size = {0};
    int width = columns                                                    ? (int)g_ascii_strtoll(columns, NULL, 10)
                : terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col
                                                                           : 0;
    return (gm_render_options){.colour = terminal && !(no_colour && *no_colour), .width = terminal ? width : 0};
}

bool gm_cli_render(const gm_model *model, const char *format, const char *path, bool force, GError **error) {
    const gm_renderer *renderer = gm_renderer_find(format);
    if (!renderer || !renderer->render) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "unknown format \"%s\"", format);
        return false;
    }
    gm_render_options options = render_options(path);
    g_autoptr(GString) out = g_string_new(NULL);
    return renderer->render(model, &options, out, error) && gm_cli_write(out, path, force, error);
}

bool gm_cli_render_diff(const gm_model_diff *diff, const gm_renderer *renderer, const char *path, bool force,
                        const gm_render_options *pictures, GError **error) {
    if (renderer->render_diff_files)
        return make_folder(path, error) && renderer->render_diff_files(diff, pictures, path, error);
    gm_render_options options = render_options(path);
    g_autoptr(GString) out = g_string_new(NULL);
    return renderer->render_diff(diff, &options, out, error) && gm_cli_write(out, path, force, error);
}

bool gm_cli_pictures(const char *size, double dpi, const char *theme, gm_render_options *pictures) {
    char *end;
    *pictures =
        (gm_render_options){.dpi = dpi, .theme = g_strcmp0(theme, "dark") == 0 ? GM_THEME_DARK : GM_THEME_LIGHT};
    if (theme && strcmp(theme, "light") != 0 && strcmp(theme, "dark") != 0) return false;
    if (dpi != 0 && !(dpi >= 48 && dpi <= 384)) return false;
    if (!size) return true;
    pictures->picture_width = (double)g_ascii_strtoull(size, &end, 10);
    if (*end != 'x') return false;
    pictures->picture_height = (double)g_ascii_strtoull(end + 1, &end, 10);
    return *end == '\0' && pictures->picture_width >= 160 && pictures->picture_width <= 8000 &&
           pictures->picture_height >= 100 && pictures->picture_height <= 8000;
}

static bool report_one(const gm_model *model, const char *format, const char *folder, bool force,
                       const gm_render_options *pictures, GError **error) {
    const gm_renderer *renderer = gm_renderer_find(format);
    if (renderer && renderer->render_files) return renderer->render_files(model, pictures, folder, error);
    g_autofree char *path = renderer ? g_build_filename(folder, renderer->file_name, NULL) : NULL;
    return gm_cli_render(model, format, path, force, error);
}

bool gm_cli_report(const gm_model *model, const char *formats, const char *folder, bool force,
                   const gm_render_options *pictures, GError **error) {
    if (!make_folder(folder, error)) return false;
    g_auto(GStrv) names = g_strsplit(formats, ",", -1);
    for (size_t i = 0; names[i]; i++)
        if (!report_one(model, names[i], folder, force, pictures, error)) return false;
    return true;
}

bool gm_cli_severity(const char *name, int *rank) {
    *rank = name ? gm_model_severity_rank(name) : -1;
    return !name || *rank >= 0;
}

static int worst_of(const gm_model_container *c) {
    int worst = -1;
    for (size_t i = 0; i < c->comparison.n_changes; i++)
        if (strcmp(c->comparison.changes[i].state, "better") != 0)
            worst = MAX(worst, gm_model_severity_rank(c->comparison.changes[i].severity));
    if (c->comparison.status) return worst;
    worst = gm_model_severity_rank(c->verdict.severity);
    for (size_t i = 0; i < c->n_findings; i++)
        if (strcmp(c->findings[i].outcome, "fired") == 0)
            worst = MAX(worst, gm_model_severity_rank(c->findings[i].severity));
    return worst;
}

int gm_cli_worst(const gm_model *model) {
    int worst = -1;
    for (size_t i = 0; i < model->n_containers; i++) worst = MAX(worst, worst_of(&model->containers[i]));
    return worst;
}

int gm_cli_code(int worst, const char *fail_on, bool strict, bool data_lost) {
    int rank;
    if (strict && data_lost) return GM_EXIT_DATA_LOST;
    return fail_on && gm_cli_severity(fail_on, &rank) && worst >= rank ? GM_EXIT_FINDINGS : GM_EXIT_OK;
}

int gm_cli_result(const gm_model *model, const char *fail_on, bool strict, bool data_lost) {
    return gm_cli_code(gm_cli_worst(model), fail_on, strict, data_lost);
}
