/* The command diff: two incidents side by side. Reads both, compares them (diff.h) into a store of its own, and renders
 * that; formats that know no second incident tell what is new or worse in B, as analyze B --baseline A does. */
#include "analyzer/cli/cli.h"

#include "gomortem/diff.h"
#include "gomortem/query.h"

#include <errno.h>
#include <stdio.h>

static char *output, *format, *fail_on, *rule_config, *picture_size, *theme;
static double dpi;
static gboolean force, strict;

static const GOptionEntry entries[] = {
    {"format", 0, 0, G_OPTION_ARG_STRING, &format,
     "text, json, html, markdown, png, csv, db, sarif, junit, github, github-summary or gitlab (default: text)",
     "FORMAT"},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
     "File to write, for png a folder (default: -, the standard output)", "PATH"},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &force, "Overwrite what exists", NULL},
    {"fail-on", 0, 0, G_OPTION_ARG_STRING, &fail_on,
     "Exit with 3 when something of this severity or above is new or worse in B", "SEVERITY"},
    {"strict", 0, 0, G_OPTION_ARG_NONE, &strict, "Exit with 4 when data of either was lost", NULL},
    {"rule-config", 0, 0, G_OPTION_ARG_FILENAME, &rule_config,
     "Thresholds, severities and suppressions (see gomortem rules --help)", "FILE"},
    {"size", 0, 0, G_OPTION_ARG_STRING, &picture_size,
     "Size of the PNG files in logical pixels (default: what suits each)", "WxH"},
    {"dpi", 0, 0, G_OPTION_ARG_DOUBLE, &dpi, "Resolution of the PNG files, 48 to 384 (default: 96)", "N"},
    {"theme", 0, 0, G_OPTION_ARG_STRING, &theme, "Colours of the PNG files: light or dark", "THEME"},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};

static const char summary[] =
    "Puts two incidents, or a bad run and a good one, side by side: what differs in settings, versions, limits, trends,\n"
    "buckets, allocation sites, goroutines, collector, deaths and findings, and which growth is new in B. A is the earlier\n"
    "or good one. A bundle is imported and analyzed to a temporary file; a database must have been analyzed.";

typedef struct {
    gm_cli_incident a, b;
    gm_diff_side *side_a, *side_b;
    gm_model *gate; /* of B, compared with A */
    gm_render_options pictures;
    GError *error;
} gm_diff_job;

static bool read_side(const char *path, gm_cli_incident *incident, gm_diff_side **side, GError **error) {
    const char *paths[] = {path, NULL};
    bool ok = gm_cli_open_to_read(paths, incident, error) && (*side = gm_diff_read(incident->store, error));
    if (!ok) g_prefix_error(error, "%s: ", path);
    return ok;
}

static gm_store *compare(const gm_diff_job *job, gm_diff_mode mode, const char *path, GError **error) {
    g_autoptr(gm_store) out = gm_store_create(path, force, error);
    return out && gm_diff_write(job->side_a, job->side_b, mode, gm_cli_thresholds(), out, error) ? g_steal_pointer(&out)
                                                                                                 : NULL;
}

static bool read_gate(gm_diff_job *job) {
    g_autoptr(gm_store) out = compare(job, GM_DIFF_GATE, ":memory:", &job->error);
    return out && (job->gate = gm_model_read(job->b.store, &job->error)) &&
           gm_model_compare(job->gate, out, &job->error);
}

/* The tables themselves, in a file of their own that gomortem query and sqlite3 open. */
static bool write_database(gm_diff_job *job) {
    g_autoptr(gm_store) out = compare(job, GM_DIFF_SIDES, output, &job->error);
    return out && gm_store_commit(g_steal_pointer(&out), &job->error);
}

static bool write_csv(gm_store *out, GError **error) {
    static const char sql[] =
        "SELECT namespace, pod, container, area, item, measure, a_value, b_value, a_text, b_text, unit, change, judgement, material, severity, rule, text "
        "FROM differences ORDER BY pair_id, difference_id";
    static const gm_query_options options = {.format = GM_QUERY_CSV, .at_ns = GM_UNKNOWN};
    bool to_file = output && strcmp(output, "-") != 0;
    FILE *file = to_file ? fopen(output, force ? "we" : "wxe") : stdout;
    if (!file) {
        g_set_error(error, GM_STORE_ERROR, errno == EEXIST ? GM_STORE_ERROR_EXISTS : GM_STORE_ERROR_IO,
                    errno == EEXIST ? "%s exists already; -f overwrites it" : "cannot write %s", output);
        return false;
    }
    bool ok = gm_query_run(out, sql, &options, file, error), whole = fflush(file) == 0 && !ferror(file);
    if (to_file) whole &= fclose(file) == 0;
    if (ok && !whole) g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot write the table");
    return ok && whole;
}

static bool write_formats(gm_diff_job *job, const gm_renderer *renderer) {
    if (renderer && !renderer->render_diff && !renderer->render_diff_files)
        return gm_cli_render(job->gate, format, output, force, &job->error);
    g_autoptr(gm_store) out = compare(job, GM_DIFF_SIDES, ":memory:", &job->error);
    if (!out) return false;
    if (!renderer) return gm_store_set_mode(out, GM_STORE_READ, &job->error) && write_csv(out, &job->error);
    g_autoptr(gm_model_diff) diff = gm_model_diff_read(out, &job->error);
    return diff && gm_cli_render_diff(diff, renderer, output, force, &job->pictures, &job->error);
}

static bool is_database(void) {
    return strcmp(format, "db") == 0;
}

static int check_usage(int argc, gm_diff_job *job, const gm_renderer **renderer) {
    int rank;
    if (!format) format = g_strdup("text");
    *renderer = gm_renderer_find(format);
    bool file = output && strcmp(output, "-") != 0;
    if (argc != 3) return gm_cli_usage("diff takes two incidents, A and B; gomortem help diff");
    if (!*renderer && strcmp(format, "csv") != 0 && !is_database())
        return gm_cli_usage("unknown format \"%s\"", format);
    if ((is_database() || (*renderer && !(*renderer)->render)) && !file)
        return gm_cli_usage("--format %s needs -o", format);
    if (!gm_cli_severity(fail_on, &rank))
        return gm_cli_usage("--fail-on takes info, low, medium, high or critical, not \"%s\"", fail_on);
    if (!gm_cli_pictures(picture_size, dpi, theme, &job->pictures))
        return gm_cli_usage("pictures take --size 160x100 to 8000x8000, --dpi 48 to 384 and --theme light or dark");
    return GM_EXIT_OK;
}

static void release(gm_diff_job *job) {
    gm_model_free(job->gate);
    gm_diff_side_free(job->side_a);
    gm_diff_side_free(job->side_b);
    gm_cli_close(&job->a);
    gm_cli_close(&job->b);
    g_clear_error(&job->error);
}

int gm_cmd_diff(int argc, char **argv) {
    const gm_renderer *renderer;
    gm_diff_job job = {0};
    if (!gm_cli_bundle_options(&argc, &argv, "A B", summary, entries)) return GM_EXIT_USAGE;
    int code = check_usage(argc, &job, &renderer);
    if (code) return code;
    bool ok = gm_cli_rule_config(rule_config, &job.error) && read_side(argv[1], &job.a, &job.side_a, &job.error) &&
              read_side(argv[2], &job.b, &job.side_b, &job.error) && read_gate(&job) &&
              (is_database() ? write_database(&job) : write_formats(&job, renderer));
    code = ok ? gm_cli_result(job.gate, fail_on, strict, job.a.data_lost || job.b.data_lost) : gm_cli_fail(job.error);
    release(&job);
    return code;
}
