/* The schema reference as Markdown and as JSON. Behind doc.c. */
#include "gomortem/schema_doc.h"

#include <yajl/yajl_gen.h>

static void put_cell(GString *out, const char *text) {
    for (; *text; text++) {
        if (*text == '|' || *text == '*' || *text == '_') g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
}

static void put_markdown(const GPtrArray *tables, GString *out) {
    g_string_append_printf(
        out,
        "# Schema %d of the incident database\n\nThe views come last; they are the interface. Sizes are bytes, times nanoseconds since "
        "1970 UTC, unknown is NULL.\n",
        GM_SCHEMA_VERSION);
    for (guint i = 0; i < tables->len; i++) {
        const gm_doc_table *table = g_ptr_array_index(tables, i);
        g_string_append_printf(out, "\n## %s `%s`\n\n%s%s\n\n| column | type | meaning |\n|---|---|---|\n",
                               table->is_view ? "View" : "Table", table->name, table->comment,
                               g_str_has_suffix(table->comment, ".") ? "" : ".");
        for (guint k = 0; k < table->columns->len; k++) {
            const gm_doc_column *column = &g_array_index(table->columns, gm_doc_column, k);
            g_string_append_printf(out, "| `%s` | %s | ", column->name, column->type);
            put_cell(out, column->comment);
            g_string_append(out, " |\n");
        }
    }
}

static void put_text(yajl_gen gen, const char *text) {
    yajl_gen_string(gen, (const unsigned char *)text, strlen(text));
}

static void put_pair(yajl_gen gen, const char *key, const char *text) {
    put_text(gen, key);
    put_text(gen, text);
}

static void put_table(yajl_gen gen, const gm_doc_table *table) {
    yajl_gen_map_open(gen);
    put_pair(gen, "name", table->name);
    put_pair(gen, "kind", table->is_view ? "view" : "table");
    put_pair(gen, "comment", table->comment);
    put_text(gen, "columns");
    yajl_gen_array_open(gen);
    for (guint k = 0; k < table->columns->len; k++) {
        const gm_doc_column *column = &g_array_index(table->columns, gm_doc_column, k);
        yajl_gen_map_open(gen);
        put_pair(gen, "name", column->name);
        put_pair(gen, "type", column->type);
        put_pair(gen, "comment", column->comment);
        yajl_gen_map_close(gen);
    }
    yajl_gen_array_close(gen);
    yajl_gen_map_close(gen);
}

static void put_json(const GPtrArray *tables, GString *out) {
    yajl_gen gen = yajl_gen_alloc(NULL);
    const unsigned char *text;
    size_t len;
    yajl_gen_config(gen, yajl_gen_beautify, 1);
    yajl_gen_map_open(gen);
    put_text(gen, "schema_version");
    yajl_gen_integer(gen, GM_SCHEMA_VERSION);
    put_text(gen, "application_id");
    yajl_gen_integer(gen, GM_APPLICATION_ID);
    put_text(gen, "tables");
    yajl_gen_array_open(gen);
    for (guint i = 0; i < tables->len; i++) put_table(gen, g_ptr_array_index(tables, i));
    yajl_gen_array_close(gen);
    yajl_gen_map_close(gen);
    yajl_gen_get_buf(gen, &text, &len);
    g_string_append_len(out, (const char *)text, (gssize)len);
    yajl_gen_free(gen);
}

bool gm_schema_doc_write(const GPtrArray *tables, const char *format, GString *out) {
    bool markdown = strcmp(format, "markdown") == 0;
    if (!markdown && strcmp(format, "json") != 0) return false;
    markdown ? put_markdown(tables, out) : put_json(tables, out);
    return true;
}
