/* The command that works on many bundles: options, the list, the pool, then the overview of all lines. */
#include "analyzer/cli/batch.h"

#include "gomortem/overview.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

enum { MOST_WORKERS = 256 };

static char *output, *formats, *fail_on, *rule_config, *baseline, *manifest, *shard;
static gboolean force, strict, skip_existing, whole;
static int workers;

static const GOptionEntry entries[] = {
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
     "Folder for reports and the overview (default: none, lines only)", "DIR"},
    {"jobs", 'j', 0, G_OPTION_ARG_INT, &workers, "Processes at a time (default: one for each CPU)", "N"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &formats,
     "What to keep of each bundle: db and formats of report (default: db,html)", "LIST"},
    {"manifest", 0, 0, G_OPTION_ARG_FILENAME, &manifest,
     "Read bundles from a file, a path a line; - for the standard input", "FILE"},
    {"whole", 0, 0, G_OPTION_ARG_NONE, &whole, "A folder is one bundle (default: each of its entries is one)", NULL},
    {"shard", 0, 0, G_OPTION_ARG_STRING, &shard, "Take the bundles of one share of N only, chosen by their names",
     "I/N"},
    {"skip-existing", 0, 0, G_OPTION_ARG_NONE, &skip_existing,
     "Keep results of the same incident made with the same settings", NULL},
    {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &baseline, "Report what is new or worse than this good run",
     "DB|BUNDLE|JSON"},
    {"fail-on", 0, 0, G_OPTION_ARG_STRING, &fail_on, "Exit with 3 at findings of this severity or above", "SEVERITY"},
    {"strict", 0, 0, G_OPTION_ARG_NONE, &strict, "Exit with 4 when data was lost", NULL},
    {"rule-config", 0, 0, G_OPTION_ARG_FILENAME, &rule_config,
     "Thresholds, severities and suppressions (see gomortem rules --help)", "FILE"},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &force, "Overwrite what exists", NULL},
    {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};

static bool read_shard(gm_batch *batch) {
    char *end;
    batch->shard = batch->shards = 1;
    if (!shard) return true;
    batch->shard = g_ascii_strtoll(shard, &end, 10);
    if (*end != '/') return false;
    batch->shards = g_ascii_strtoll(end + 1, &end, 10);
    return *end == '\0' && batch->shard >= 1 && batch->shard <= batch->shards;
}

static bool formats_known(const char *list) {
    g_auto(GStrv) names = g_strsplit(list, ",", -1);
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], "db") != 0 && !gm_renderer_find(names[i])) return false;
    return true;
}

static int check_options(gm_batch *batch, int argc) {
    int rank;
    if (argc < 2 && !manifest) return gm_cli_usage("batch needs bundles or --manifest; gomortem help batch");
    if (!gm_cli_severity(fail_on, &rank))
        return gm_cli_usage("--fail-on takes info, low, medium, high or critical, not \"%s\"", fail_on);
    if (!read_shard(batch)) return gm_cli_usage("--shard takes I/N such as 2/8, not \"%s\"", shard);
    if (workers < 0 || workers > MOST_WORKERS) return gm_cli_usage("-j takes 1 to %d", MOST_WORKERS);
    if (!formats_known(batch->formats)) return gm_cli_usage("unknown format in \"%s\"", batch->formats);
    if (skip_existing && !output) return gm_cli_usage("--skip-existing needs -o");
    return GM_EXIT_OK;
}

static void hash_file(GChecksum *hash, const char *path) {
    g_autoptr(GMappedFile) file =
        path && g_file_test(path, G_FILE_TEST_IS_REGULAR) ? g_mapped_file_new(path, FALSE, NULL) : NULL;
    if (file && g_mapped_file_get_length(file))
        g_checksum_update(hash, (const guchar *)g_mapped_file_get_contents(file),
                          (gssize)g_mapped_file_get_length(file));
    g_checksum_update(hash, (const guchar *)"", 1);
}

static void hash_settings(gm_batch *batch) {
    g_autoptr(GChecksum) hash = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(hash, (const guchar *)GM_VERSION, sizeof GM_VERSION);
    g_checksum_update(hash, (const guchar *)batch->formats, (gssize)strlen(batch->formats) + 1);
    hash_file(hash, rule_config);
    hash_file(hash, baseline);
    if (baseline) g_checksum_update(hash, (const guchar *)gm_cli_baseline_id(), -1);
    g_strlcpy(batch->settings, g_checksum_get_string(hash), sizeof batch->settings);
}

/* Shards that share a folder must not overwrite one another's overview. */
static char *overview_path(const gm_batch *batch, const char *name, const char *suffix) {
    g_autofree char *file = batch->shards == 1 ? g_strdup_printf("%s%s", name, suffix)
                                               : g_strdup_printf("%s-%" G_GINT64_FORMAT "-of-%" G_GINT64_FORMAT "%s",
                                                                 name, batch->shard, batch->shards, suffix);
    return g_build_filename(batch->folder, file, NULL);
}

static bool open_folder(gm_batch *batch, GError **error) {
    if (!batch->folder) return (batch->scratch = g_dir_make_tmp("gomortem-XXXXXX", error)) != NULL;
    g_autofree char *overview = overview_path(batch, "overview", ".json");
    if (g_file_test(overview, G_FILE_TEST_EXISTS) && !batch->force && !batch->skip_existing) {
        g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_EXISTS,
                    "%s exists already; --skip-existing goes on with it, -f overwrites it", overview);
        return false;
    }
    batch->scratch = g_strdup(batch->folder);
    if (g_mkdir_with_parents(batch->folder, 0777) == 0) return true;
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot make the folder %s: %s", batch->folder,
                g_strerror(errno));
    return false;
}

static bool write_overview(const gm_batch *batch, const gm_batch_job *jobs, GError **error) {
    gm_overview *overview = gm_overview_new();
    g_autoptr(GString) json = g_string_new(NULL);
    g_autoptr(GString) html = g_string_new(NULL);
    g_autofree char *json_path = overview_path(batch, "overview", ".json"),
                    *html_path = overview_path(batch, "index", ".html");
    for (guint i = 0; i < batch->bundles->len; i++) gm_overview_add(overview, jobs[i].line);
    gm_overview_json(overview, json);
    gm_overview_html(overview, gm_batch_wants(batch, "html") ? "report.html" : "", html);
    gm_overview_free(overview);
    return g_file_set_contents(html_path, html->str, (gssize)html->len, error) &&
           g_file_set_contents(json_path, json->str, (gssize)json->len, error);
}

static int finish(const gm_batch *batch, const gm_batch_job *jobs, bool whole_run) {
    g_autoptr(GError) error = NULL;
    int code = GM_EXIT_OK;
    if (!whole_run) {
        fprintf(stderr, "gomortem: interrupted; --skip-existing goes on with what is done\n");
        return GM_EXIT_INTERRUPTED;
    }
    for (guint i = 0; i < batch->bundles->len; i++) code = gm_batch_worse(code, jobs[i].code);
    if (batch->folder && !write_overview(batch, jobs, &error)) code = gm_batch_worse(code, gm_cli_fail(error));
    return code;
}

static int run(gm_batch *batch) {
    gm_batch_job *jobs = g_new0(gm_batch_job, batch->bundles->len + 1);
    gm_batch_find_kept(batch);
    int code = finish(batch, jobs, gm_batch_run(batch, jobs));
    for (guint i = 0; i < batch->bundles->len; i++) g_free(jobs[i].line);
    g_free(jobs);
    if (!batch->folder) gm_batch_remove(batch->scratch);
    return code;
}

int gm_cmd_batch(int argc, char **argv) {
    if (!gm_cli_bundle_options(
            &argc, &argv, "PATH...",
            "Analyzes many bundles. Each gets a line of JSON on the standard output, in the order given; entries of a folder\n"
            "are bundles. One that fails costs its line only. -o keeps reports and an overview of what is alike.",
            entries))
        return GM_EXIT_USAGE;
    gm_batch batch = {.folder = output,
                      .formats = formats ? formats : "db,html",
                      .fail_on = fail_on,
                      .manifest = manifest,
                      .strict = strict,
                      .force = force,
                      .skip_existing = skip_existing,
                      .whole = whole,
                      .workers = workers ? workers : CLAMP((int)g_get_num_processors(), 1, MOST_WORKERS)};
    int code = check_options(&batch, argc);
    if (code) return code;
    g_autoptr(GError) error = NULL;
    batch.bundles = g_ptr_array_new_with_free_func(g_free);
    batch.kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    bool ok = gm_cli_rule_config(rule_config, &error) && gm_cli_baseline(baseline, &error) &&
              gm_batch_list(&batch, argv + 1, &error);
    if (ok) hash_settings(&batch);
    if (ok && batch.bundles->len == 0 && batch.shards == 1) code = gm_cli_usage("there is no bundle");
    else code = ok && open_folder(&batch, &error) ? run(&batch) : gm_cli_fail(error);
    g_ptr_array_unref(batch.bundles);
    g_hash_table_unref(batch.kept);
    g_free(batch.scratch);
    return code;
}
