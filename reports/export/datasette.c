/* metadata.json for Datasette: titles and descriptions of every table and column, from the schema's comments, and the
 * shipped queries. https://docs.datasette.io/en/stable/metadata.html
 *
 * Serve with: datasette incident.db --metadata metadata.json. The database is named "incident" there when its file is
 * incident.db, so the same descriptions stand under the incident's own name and under that one. */
#include "gomortem/export.h"
#include "gomortem/schema_doc.h"

#include <yajl/yajl_gen.h>

static void text(yajl_gen gen, const char *value) {
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    yajl_gen_string(gen, (const unsigned char *)valid, strlen(valid));
}

static void pair(yajl_gen gen, const char *key, const char *value) {
    text(gen, key);
    text(gen, value);
}

static void put_tables(yajl_gen gen, const GPtrArray *tables) {
    text(gen, "tables");
    yajl_gen_map_open(gen);
    for (guint i = 0; i < tables->len; i++) {
        const gm_doc_table *table = g_ptr_array_index(tables, i);
        text(gen, table->name);
        yajl_gen_map_open(gen);
        pair(gen, "description", table->comment);
        text(gen, "columns");
        yajl_gen_map_open(gen);
        for (guint k = 0; k < table->columns->len; k++) {
            const gm_doc_column *column = &g_array_index(table->columns, gm_doc_column, k);
            pair(gen, column->name, column->comment);
        }
        yajl_gen_map_close(gen);
        yajl_gen_map_close(gen);
    }
    yajl_gen_map_close(gen);
}

static void put_queries(yajl_gen gen) {
    text(gen, "queries");
    yajl_gen_map_open(gen);
    for (size_t i = 0; gm_queries[i].name; i++) {
        text(gen, gm_queries[i].name);
        yajl_gen_map_open(gen);
        pair(gen, "title", gm_queries[i].title);
        pair(gen, "sql", gm_queries[i].sql);
        yajl_gen_map_close(gen);
    }
    yajl_gen_map_close(gen);
}

static void put_database(yajl_gen gen, const char *name, const GPtrArray *tables) {
    text(gen, name);
    yajl_gen_map_open(gen);
    put_tables(gen, tables);
    put_queries(gen);
    yajl_gen_map_close(gen);
}

static void put_metadata(yajl_gen gen, const char *incident, const GPtrArray *tables) {
    yajl_gen_config(gen, yajl_gen_beautify, 1);
    yajl_gen_map_open(gen);
    pair(gen, "title", "gomortem: a memory incident");
    pair(gen, "description", incident);
    text(gen, "databases");
    yajl_gen_map_open(gen);
    put_database(gen, "incident", tables);
    if (strcmp(incident, "incident") != 0) put_database(gen, incident, tables);
    yajl_gen_map_close(gen);
    yajl_gen_map_close(gen);
}

static bool write_datasette(gm_store *store, const gm_export_options *options, FILE *out, GError **error) {
    (void)options;
    g_autoptr(GPtrArray) tables = gm_schema_doc_read(error);
    g_autoptr(sqlite3_stmt) name = tables ? gm_store_prepare(store, "SELECT name FROM incident", error) : NULL;
    if (!name) return false;
    if (sqlite3_step(name) != SQLITE_ROW) return gm_store_error_set(store, error);
    yajl_gen gen = yajl_gen_alloc(NULL);
    const unsigned char *bytes;
    size_t len;
    put_metadata(gen, gm_column_word(name, 0), tables);
    yajl_gen_get_buf(gen, &bytes, &len);
    bool ok = fwrite(bytes, 1, len, out) == len;
    yajl_gen_free(gen);
    if (!ok) g_set_error_literal(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "the metadata could not be written");
    return ok;
}

const gm_exporter gm_exporter_datasette = {
    .name = "datasette", .title = "metadata.json: descriptions and queries for Datasette", .write = write_datasette};
