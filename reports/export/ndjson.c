/* The fact tables as one stream of JSON objects, one a line; the first member, "fact", names the table.
 * https://github.com/ndjson/ndjson-spec */
#include "reports/export/shared/fact_tables.h"

static bool put_fact(gm_store *store, const gm_query *fact, FILE *out, GError **error) {
    g_autofree char *named = g_strdup_printf("SELECT '%s' AS fact, f.* FROM (%s) f", fact->name, fact->sql);
    const gm_query with_name = {fact->name, fact->title, named};
    return gm_fact_table_write(store, &with_name, GM_QUERY_NDJSON, out, error);
}

static bool write_ndjson(gm_store *store, const gm_export_options *options, FILE *out, GError **error) {
    if (!gm_fact_tables_check(options, error)) return false;
    for (size_t i = 0; gm_fact_tables[i].name; i++) {
        bool wanted = !options->table || strcmp(gm_fact_tables[i].name, options->table) == 0;
        if (wanted && !put_fact(store, &gm_fact_tables[i], out, error)) return false;
    }
    return true;
}

const gm_exporter gm_exporter_ndjson = {
    .name = "ndjson", .title = "the fact tables, one JSON object a line", .write = write_ndjson};
