/* Runs the statement of a fact table. Behind ndjson.c and csv.c, before reports/query. */
#include "reports/export/shared/fact_tables.h"

bool gm_fact_tables_check(const gm_export_options *options, GError **error) {
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; gm_fact_tables[i].name; i++) {
        if (!options->table || strcmp(gm_fact_tables[i].name, options->table) == 0) return true;
        g_string_append_printf(names, "%s%s", i ? ", " : "", gm_fact_tables[i].name);
    }
    g_set_error(error, GM_EXPORT_ERROR, GM_EXPORT_ERROR_USAGE, "there is no fact table \"%s\"; there are %s",
                options->table, names->str);
    return false;
}

bool gm_fact_table_write(gm_store *store, const gm_query *fact, gm_query_format format, FILE *out, GError **error) {
    gm_query_options options = {.format = format, .at_ns = GM_UNKNOWN};
    return gm_query_run(store, fact->sql, &options, out, error);
}
