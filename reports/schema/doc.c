/* Reads the schema reference out of the shipped SQL. Before write.c (markdown, JSON) and the datasette export.
 *
 * Which tables and columns there are says SQLite itself, after running the schema in memory; the text is only read for
 * its comments. So a column cannot be forgotten, only be without comment. */
#include "gomortem/schema_doc.h"

#define COLUMN_INDENT 4

typedef struct {
    GHashTable *comments; /* "table", "table.column" or ".column" -> GString */
    GPtrArray *names;     /* tables and views in order */
    GPtrArray *last;      /* keys that a comment on the following lines belongs to */
    GString *above;       /* comment lines that wait for what they stand above */
    const char *table;    /* the one that is open */
    bool is_view, names_block;
} reader;

static void free_text(gpointer text) {
    g_string_free(text, TRUE);
}

static void add_comment(reader *r, const char *key, const char *text) {
    GString *comment = g_hash_table_lookup(r->comments, key);
    if (!comment) g_hash_table_insert(r->comments, g_strdup(key), comment = g_string_new(NULL));
    g_string_append_printf(comment, "%s%s", comment->len ? " " : "", text);
}

static void add_to_last(reader *r, const char *text) {
    for (guint i = 0; *text && i < r->last->len; i++) add_comment(r, g_ptr_array_index(r->last, i), text);
}

/* Splits "code -- comment"; a comment in a text literal is none. */
static char *take_comment(char *line) {
    bool quoted = false;
    for (char *at = line; *at; at++) {
        if (*at == '\'') quoted = !quoted;
        if (quoted || at[0] != '-' || at[1] != '-') continue;
        *at = '\0';
        return g_strstrip(at + 2);
    }
    return line + strlen(line);
}

/* The columns that a line of a table defines. */
static void find_columns(reader *r, const char *code) {
    static const char *const constraints[] = {"UNIQUE", "PRIMARY", "CHECK", "FOREIGN", "CONSTRAINT"};
    int depth = 0;
    bool start = true;
    for (const char *at = code; *at; at++) {
        depth += (*at == '(') - (*at == ')');
        if (*at == ',' && depth == 0) start = true;
        if (!start || !(g_ascii_isalpha(*at) || *at == '_')) continue;
        size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        g_autofree char *name = g_strndup(at, len);
        bool is_column = true;
        for (size_t i = 0; i < G_N_ELEMENTS(constraints); i++)
            is_column = is_column && strcmp(name, constraints[i]) != 0;
        if (is_column) g_ptr_array_add(r->last, g_strdup_printf("%s.%s", r->table, name));
        start = false;
        at += len - 1;
    }
}

static void open_table(reader *r, const char *code, const char *comment) {
    bool view = g_str_has_prefix(code, "CREATE VIEW ");
    const char *name = code + strlen(view ? "CREATE VIEW " : "CREATE TABLE ");
    g_ptr_array_add(r->names, g_strndup(name, strcspn(name, " (")));
    r->table = g_ptr_array_index(r->names, r->names->len - 1);
    r->is_view = view;
    g_ptr_array_add(r->last, g_strdup(r->table));
    add_to_last(r, *comment ? comment : r->above->str);
}

/* "name: text" of a block of names. */
static void read_name(reader *r, const char *comment) {
    const char *colon = strstr(comment, ": ");
    if (!colon || strcspn(comment, " ") < (size_t)(colon - comment)) {
        add_to_last(r, comment);
        return;
    }
    g_autofree char *name = g_strndup(comment, (gsize)(colon - comment));
    g_ptr_array_set_size(r->last, 0);
    g_ptr_array_add(r->last, g_strdup_printf("%s%s", strchr(name, '.') ? "" : ".", name));
    add_to_last(r, colon + 2);
}

static void read_comment_line(reader *r, size_t indent, const char *comment) {
    if (strcmp(comment, "Names:") == 0) r->names_block = true;
    else if (r->names_block) read_name(r, comment);
    else if (r->table && indent > COLUMN_INDENT) add_to_last(r, comment);
    else g_string_append_printf(r->above, "%s%s", r->above->len ? " " : "", comment);
}

static void read_line(reader *r, char *line) {
    size_t indent = strspn(line, " ");
    char *comment = take_comment(line), *code = g_strstrip(line);
    if (!*code && *comment) {
        read_comment_line(r, indent, comment);
        return;
    }
    r->names_block = false;
    g_ptr_array_set_size(r->last, 0);
    if (g_str_has_prefix(code, "CREATE TABLE ") || g_str_has_prefix(code, "CREATE VIEW ")) {
        open_table(r, code, comment);
    } else if (r->table && !r->is_view && *code != ')') {
        find_columns(r, code);
        add_to_last(r, r->above->str);
        add_to_last(r, comment);
    }
    g_string_truncate(r->above, 0);
    if (!*code || g_str_has_suffix(code, ";")) r->table = NULL;
}

static void read_text(reader *r) {
    *r = (reader){.comments = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_text),
                  .names = g_ptr_array_new_with_free_func(g_free),
                  .last = g_ptr_array_new_with_free_func(g_free),
                  .above = g_string_new(NULL)};
    g_auto(GStrv) lines = g_strsplit(gm_schema_sql(), "\n", -1);
    for (size_t i = 0; lines[i]; i++) read_line(r, lines[i]);
}

static void release_reader(reader *r) {
    g_hash_table_unref(r->comments);
    g_ptr_array_unref(r->names);
    g_ptr_array_unref(r->last);
    g_string_free(r->above, TRUE);
}

static const char *find_comment(const reader *r, const char *table, const char *column) {
    g_autofree char *key = g_strdup_printf("%s.%s", table, column);
    const GString *comment = g_hash_table_lookup(r->comments, key);
    return comment ? comment->str : NULL;
}

/* The best comment: the column's own, that of the column a view shows, that of the name. */
static const char *comment_of(const reader *r, const char *table, sqlite3_stmt *all, int column) {
    const char *name = sqlite3_column_name(all, column), *comment = find_comment(r, table, name);
    const char *shown = sqlite3_column_table_name(all, column), *origin = sqlite3_column_origin_name(all, column);
    if (!comment && shown && origin) comment = find_comment(r, shown, origin);
    if (!comment && origin) comment = find_comment(r, "", origin);
    if (!comment) comment = find_comment(r, "", name);
    return comment ? comment : "";
}

static void free_table(gpointer data) {
    gm_doc_table *table = data;
    for (guint i = 0; i < table->columns->len; i++) {
        gm_doc_column *column = &g_array_index(table->columns, gm_doc_column, i);
        g_free(column->name);
        g_free(column->type);
        g_free(column->comment);
    }
    g_array_unref(table->columns);
    g_free(table->name);
    g_free(table->comment);
    g_free(table);
}

static bool add_table(const reader *r, sqlite3 *db, const char *name, GPtrArray *tables) {
    g_autofree char *sql = g_strdup_printf("SELECT * FROM \"%s\"", name);
    g_autoptr(sqlite3_stmt) all = NULL, kind = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &all, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT type = 'view' FROM sqlite_schema WHERE name = ?", -1, &kind, NULL) != SQLITE_OK)
        return false;
    gm_bind_text(kind, 1, name);
    if (sqlite3_step(kind) != SQLITE_ROW) return false;
    const GString *comment = g_hash_table_lookup(r->comments, name);
    gm_doc_table *table = g_new0(gm_doc_table, 1);
    *table = (gm_doc_table){g_strdup(name), g_strdup(comment ? comment->str : ""), sqlite3_column_int(kind, 0) == 1,
                            g_array_new(FALSE, FALSE, sizeof(gm_doc_column))};
    for (int i = 0; i < sqlite3_column_count(all); i++) {
        const char *type = sqlite3_column_decltype(all, i);
        gm_doc_column column = {g_strdup(sqlite3_column_name(all, i)), g_strdup(type ? type : ""),
                                g_strdup(comment_of(r, name, all, i))};
        g_array_append_val(table->columns, column);
    }
    g_ptr_array_add(tables, table);
    return true;
}

GPtrArray *gm_schema_doc_read(GError **error) {
    reader r;
    sqlite3 *db = NULL;
    GPtrArray *tables = g_ptr_array_new_with_free_func(free_table);
    read_text(&r);
    bool ok =
        sqlite3_open(":memory:", &db) == SQLITE_OK && sqlite3_exec(db, gm_schema_sql(), NULL, NULL, NULL) == SQLITE_OK;
    for (guint i = 0; ok && i < r.names->len; i++) ok = add_table(&r, db, g_ptr_array_index(r.names, i), tables);
    if (!ok) {
        g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_SQL, "the schema could not be read: %s", sqlite3_errmsg(db));
        g_clear_pointer(&tables, g_ptr_array_unref);
    }
    sqlite3_close(db);
    release_reader(&r);
    return tables;
}
