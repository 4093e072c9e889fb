/* The command that answers what other settings would have done: the stored grid and advice, or settings that the user
 * names. Options, then one call. */
#include "analyzer/cli/cli.h"

#include "gomortem/whatif.h"
#include "gomortem/whatif_report.h"

#include <math.h>

#define MOST 64 /* values of one option */

static char *format, *output, *gogcs, *memlimits, *limits;
static gboolean force;

typedef struct {
    int gogc[MOST];
    double memlimit[MOST], limit[MOST];
    gm_whatif_question question;
} gm_asked;

static bool read_gogc(const char *text, int *value) {
    char *end;
    if (strcmp(text, "off") == 0) {
        *value = -1;
        return true;
    }
    gint64 number = g_ascii_strtoll(text, &end, 10);
    *value = (int)number;
    return end != text && !*end && number >= 1 && number <= 100000;
}

/* As Go reads GOMEMLIMIT: a number with B, KiB, MiB, GiB or TiB. */
static bool read_size(const char *text, double *value) {
    static const struct {
        const char *suffix;
        double factor;
    } units[] = {{"KiB", 1024.0},          {"MiB", 1048576.0}, {"GiB", 1073741824.0},
                 {"TiB", 1099511627776.0}, {"B", 1},           {"", 1}};
    char *end;
    gint64 number = g_ascii_strtoll(text, &end, 10);
    for (size_t i = 0; end != text && number > 0 && i < G_N_ELEMENTS(units); i++) {
        if (strcmp(end, units[i].suffix) != 0) continue;
        *value = (double)number * units[i].factor;
        return *value < 1e18;
    }
    return false;
}

static bool read_memlimit(const char *text, double *value) {
    if (strcmp(text, "none") != 0 && strcmp(text, "off") != 0) return read_size(text, value);
    *value = NAN;
    return true;
}

/* "25,100,off" into an array; 0: nothing was given, -1: not understood. */
static int read_list(const char *text, size_t size, bool (*read)(const char *text, void *value), void *array) {
    if (!text) return 0;
    g_auto(GStrv) parts = g_strsplit(text, ",", MOST + 1);
    int n = 0;
    for (; parts[n]; n++)
        if (n == MOST || !read(g_strstrip(parts[n]), (char *)array + (size_t)n * size)) return -1;
    return n ? n : -1;
}

static bool gogc_into(const char *text, void *value) {
    return read_gogc(text, value);
}

static bool memlimit_into(const char *text, void *value) {
    return read_memlimit(text, value);
}

static bool limit_into(const char *text, void *value) {
    return read_size(text, value);
}

static bool read_question(gm_asked *asked) {
    int gogc = read_list(gogcs, sizeof *asked->gogc, gogc_into, asked->gogc),
        memlimit = read_list(memlimits, sizeof *asked->memlimit, memlimit_into, asked->memlimit);
    int limit = read_list(limits, sizeof *asked->limit, limit_into, asked->limit);
    if (gogc < 0 || memlimit < 0 || limit < 0) return false;
    asked->question =
        (gm_whatif_question){asked->gogc, (size_t)gogc, asked->memlimit, (size_t)memlimit, asked->limit, (size_t)limit};
    return true;
}

static bool answer(gm_store *store, const gm_asked *asked, GString *text, GError **error) {
    g_autoptr(gm_model) model = gm_cli_model(store, error);
    bool any = gogcs || memlimits || limits;
    for (size_t i = 0; model && any && i < model->n_containers; i++) {
        gm_model_whatif *w = &model->containers[i].whatif;
        if (!gm_whatif_ask(store, model->arena, model->containers[i].container_id, &asked->question, &w->asked,
                           &w->n_asked, error))
            return false;
    }
    return model && gm_whatif_render(model, format ? format : "text", text);
}

static int run(const char *const *paths, const gm_asked *asked) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    gm_cli_incident incident;
    bool ok = gm_cli_open_to_read(paths, &incident, &error) && answer(incident.store, asked, text, &error) &&
              gm_cli_write(text, output, force, &error) && !gm_cli_interrupted;
    int code = ok ? GM_EXIT_OK : gm_cli_fail(error);
    gm_cli_close(&incident);
    return code;
}

int gm_cmd_whatif(int argc, char **argv) {
    const GOptionEntry entries[] = {
        {"gogc", 0, 0, G_OPTION_ARG_STRING, &gogcs,
         "Values of GOGC to simulate instead of the grid, \"off\" among them", "N,..."},
        {"memlimit", 0, 0, G_OPTION_ARG_STRING, &memlimits,
         "Values of GOMEMLIMIT as Go takes them, such as 450MiB, or \"none\"", "SIZE,..."},
        {"limit", 0, 0, G_OPTION_ARG_STRING, &limits, "Memory limits of the container, such as 512MiB", "SIZE,..."},
        {"format", 0, 0, G_OPTION_ARG_STRING, &format, "text, json, markdown or csv (default: text)", "FORMAT"},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "File to write (default: -, the standard output)", "FILE"},
        {"force", 'f', 0, G_OPTION_ARG_NONE, &force, "Overwrite what exists", NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    static const char *const formats[] = {"text", "json", "markdown", "csv", NULL};
    gm_asked asked;
    if (!gm_cli_bundle_options(
            &argc, &argv, "DB|BUNDLE",
            "Says what other settings of the Go runtime or another memory limit would have done, and recommends one. What is not named stays as it was. Nothing is written to the incident.",
            entries))
        return GM_EXIT_USAGE;
    if (argc < 2) return gm_cli_usage("whatif takes a database or a bundle");
    if (format && !g_strv_contains(formats, format))
        return gm_cli_usage("--format takes text, json, markdown or csv, not \"%s\"", format);
    if (!read_question(&asked))
        return gm_cli_usage(
            "--gogc takes numbers from 1 or off; --memlimit and --limit take sizes with B, KiB, MiB, GiB or TiB, and --memlimit takes none; %d values at most",
            MOST);
    return run((const char *const *)argv + 1, &asked);
}
