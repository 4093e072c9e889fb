/* The fact tables as CSV: one file a table in a folder, or one table to the output. For databases, so texts are as
 * they are (gomortem query --format csv is for spreadsheets). https://www.rfc-editor.org/rfc/rfc4180 */
#include "reports/export/shared/fact_tables.h"

#include <errno.h>
#include <glib/gstdio.h>

static bool put_file(gm_store *store, const gm_query *fact, const gm_export_options *options, GError **error) {
    g_autofree char *name = g_strdup_printf("%s.csv", fact->name),
                    *path = g_build_filename(options->folder, name, NULL);
    if (!options->force && g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_EXISTS, "%s exists already; -f overwrites it", path);
        return false;
    }
    FILE *out = g_fopen(path, "w");
    bool ok = out && gm_fact_table_write(store, fact, GM_QUERY_CSV_EXACT, out, error);
    bool closed = out && fclose(out) == 0;
    if ((!out || (ok && !closed)) && error && !*error)
        g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot write %s: %s", path, g_strerror(errno));
    return ok && closed;
}

static bool write_csv(gm_store *store, const gm_export_options *options, FILE *out, GError **error) {
    if (!gm_fact_tables_check(options, error)) return false;
    if (options->folder && g_mkdir_with_parents(options->folder, 0777) != 0) {
        g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot make the folder %s: %s", options->folder,
                    g_strerror(errno));
        return false;
    }
    for (size_t i = 0; gm_fact_tables[i].name; i++) {
        if (options->table && strcmp(gm_fact_tables[i].name, options->table) != 0) continue;
        bool ok = options->folder ? put_file(store, &gm_fact_tables[i], options, error)
                                  : gm_fact_table_write(store, &gm_fact_tables[i], GM_QUERY_CSV_EXACT, out, error);
        if (!ok) return false;
    }
    return true;
}

const gm_exporter gm_exporter_csv = {.name = "csv",
                                     .title = "the fact tables, one file a table in a folder (-o DIR), or --table NAME",
                                     .folder = true,
                                     .write = write_csv};
