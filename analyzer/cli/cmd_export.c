/* The command that turns an incident into the shape that another tool reads. Options, then one call. */
#include "analyzer/cli/cli.h"

#include "gomortem/export.h"
#include "gomortem/temporary.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

static char *output, *profile, *container, *table;
static gboolean force;

static char *help_text(void) {
    GString *text =
        g_string_new("Turns an incident into the shape that another tool reads; it is opened for reading.\n\nKinds:\n");
    for (size_t i = 0; gm_exporters[i]; i++)
        g_string_append_printf(text, "  %-12s %s\n", gm_exporters[i]->name, gm_exporters[i]->title);
    g_string_append(text, "\nFact tables of ndjson and csv:\n");
    for (size_t i = 0; gm_fact_tables[i].name; i++)
        g_string_append_printf(text, "  %-12s %s\n", gm_fact_tables[i].name, gm_fact_tables[i].title);
    return g_string_free(g_string_truncate(text, text->len - 1), FALSE);
}

/* A file is written beside its name and renamed when whole. */
static bool write_file(gm_store *store, const gm_exporter *exporter, const gm_export_options *options, GError **error) {
    if (!force && g_file_test(output, G_FILE_TEST_EXISTS)) {
        g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_EXISTS, "%s exists already; -f overwrites it", output);
        return false;
    }
    g_autofree char *partial = g_strdup_printf("%s.partial", output);
    gm_temporary_made(partial);
    FILE *out = g_fopen(partial, "w");
    bool ok = out && exporter->write(store, options, out, error);
    bool written = out && !ferror(out);
    written = out && fclose(out) == 0 && written;
    bool renamed = ok && written && g_rename(partial, output) == 0;
    gm_temporary_gone(partial);
    if (renamed) return true;
    if (!*error)
        g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot write %s: %s", output, g_strerror(errno));
    if (out) g_unlink(partial);
    return false;
}

static bool write_out(gm_store *store, const gm_exporter *exporter, gm_export_options *options, GError **error) {
    bool to_stdout = !output || strcmp(output, "-") == 0, to_folder = exporter->folder && !table;
    if (to_folder) options->folder = output;
    if (!to_stdout && !to_folder) return write_file(store, exporter, options, error);
    if (!exporter->write(store, options, stdout, error)) return false;
    if (fflush(stdout) == 0 && !ferror(stdout)) return true;
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot write to the standard output: %s", g_strerror(errno));
    return false;
}

static void print_remarks(const GString *remarks) {
    g_auto(GStrv) lines = g_strsplit(remarks->str, "\n", -1);
    for (size_t i = 0; lines[i]; i++)
        if (*lines[i]) fprintf(stderr, "gomortem: %s\n", lines[i]);
}

static int run(const char *path, const gm_exporter *exporter) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) remarks = g_string_new(NULL);
    gm_export_options options = {
        .profile = profile, .container = container, .table = table, .force = force, .remarks = remarks};
    const char *paths[] = {path, NULL};
    gm_cli_incident incident;
    bool ok = gm_cli_open_to_read(paths, &incident, &error) && write_out(incident.store, exporter, &options, &error) &&
              !gm_cli_interrupted && gm_store_check(incident.store, &error);
    int code = ok                                                                 ? GM_EXIT_OK
               : error && error->domain == GM_EXPORT_ERROR && !gm_cli_interrupted ? gm_cli_usage("%s", error->message)
                                                                                  : gm_cli_fail(error);
    if (ok) print_remarks(remarks);
    gm_cli_close(&incident);
    return code;
}

int gm_cmd_export(int argc, char **argv) {
    const GOptionEntry entries[] = {
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
         "File to write, or folder for csv (default: -, the standard output)", "PATH"},
        {"force", 'f', 0, G_OPTION_ARG_NONE, &force, "Overwrite what exists", NULL},
        {"profile", 0, 0, G_OPTION_ARG_STRING, &profile,
         "pprof, folded, speedscope: first, last, diff, growth (default) or a profile_id", "WHICH"},
        {"container", 0, 0, G_OPTION_ARG_STRING, &container, "pprof, folded, speedscope, rules: containers by glob",
         "NAMESPACE/POD/CONTAINER"},
        {"table", 0, 0, G_OPTION_ARG_STRING, &table, "ndjson, csv: this fact table alone", "NAME"},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    g_autofree char *help = help_text();
    if (!gm_cli_bundle_options(&argc, &argv, "DB|BUNDLE KIND", help, entries)) return GM_EXIT_USAGE;
    if (argc != 3) return gm_cli_usage("export takes a database and a kind; gomortem help export names the kinds");
    const gm_exporter *exporter = gm_exporter_find(argv[2]);
    if (!exporter) return gm_cli_usage("there is no export \"%s\"; gomortem help export names the kinds", argv[2]);
    bool to_stdout = !output || strcmp(output, "-") == 0;
    if (exporter->folder && !table && to_stdout)
        return gm_cli_usage("%s is one file a table: give a folder with -o, or one table with --table", argv[2]);
    if (exporter->binary && to_stdout && isatty(STDOUT_FILENO))
        return gm_cli_usage("%s is not for a terminal; -o names a file", argv[2]);
    return run(argv[1], exporter);
}
