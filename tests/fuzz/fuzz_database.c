/* libFuzzer target for databases that somebody made up: the schema is ours, what stands in the tables is not.
 *
 * The first byte chooses what is done with it, the rest are changes of the database of a real incident: a table, a
 * column, a row or all of them, and a value of any type, also where the schema forbids it, which a file may do all the
 * same. The file is opened as any command opens it; reports, exports and queries may fail but not fall, and so may an
 * analysis of it. */
#include "gomortem/analyzer.h"
#include "gomortem/export.h"
#include "gomortem/importer.h"
#include "gomortem/renderer.h"

#include <glib/gstdio.h>
#include <math.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COLUMNS_MAX = 1000, CHANGES_MAX = 40, CHANGE_BYTES = 5, TEXT_MAX = 64 };

typedef struct {
    char *table, *name;
} column;

static struct {
    unsigned char *bytes; /* of the database, with a schema that forbids nothing */
    sqlite3_int64 size;
    column columns[COLUMNS_MAX];
    int n_columns;
    GPtrArray *schema; /* pairs: name, and the text that belongs there */
    char *path;
} base;

static void require(bool holds) {
    if (!holds) abort();
}

static void run(sqlite3 *db, const char *sql) {
    require(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

/* --- the incident --- */
static sqlite3 *open_copy(void) {
    sqlite3 *db;
    require(sqlite3_open(":memory:", &db) == SQLITE_OK);
    unsigned char *copy = sqlite3_malloc64((sqlite3_uint64)base.size);
    require(copy != NULL);
    memcpy(copy, base.bytes, (size_t)base.size);
    require(sqlite3_deserialize(db, "main", copy, base.size, base.size,
                                SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) == SQLITE_OK);
    run(db, "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF");
    return db;
}

static void take_bytes(sqlite3 *db) {
    sqlite3_free(base.bytes);
    base.bytes = sqlite3_serialize(db, "main", &base.size, 0);
    require(base.bytes != NULL);
}

static void remember_schema(sqlite3 *db) {
    sqlite3_stmt *stmt;
    base.schema = g_ptr_array_new();
    require(sqlite3_prepare_v2(db, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL", -1,
                               &stmt, NULL) == SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        for (int i = 0; i < 2; i++) g_ptr_array_add(base.schema, g_strdup((const char *)sqlite3_column_text(stmt, i)));
    sqlite3_finalize(stmt);
    require(
        sqlite3_prepare_v2(
            db,
            "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info (t.name) c WHERE t.type = 'table' ORDER BY t.name, c.cid",
            -1, &stmt, NULL) == SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW && base.n_columns < COLUMNS_MAX)
        base.columns[base.n_columns++] = (column){g_strdup((const char *)sqlite3_column_text(stmt, 0)),
                                                  g_strdup((const char *)sqlite3_column_text(stmt, 1))};
    sqlite3_finalize(stmt);
}

static void make_base(void) {
    static const char *const bundles[] = {GM_TESTDATA "/incidents/smalllimit.tar.gz", NULL};
    gm_import_options options = {.bundles = bundles,
                                 .target = g_strdup_printf("%s/gomortem-fuzz-%d.db", g_get_tmp_dir(), (int)getpid()),
                                 .force = true,
                                 .limits = gm_limits_default};
    gm_import_result result;
    base.path = (char *)options.target;
    require(gm_import(&options, &result, NULL, NULL));
    gm_store *store = gm_store_open(base.path, GM_STORE_ANALYZE, NULL);
    require(store && gm_analyze_configured(store, NULL, NULL));
    gm_store_free(store);
    sqlite3 *db;
    require(sqlite3_open(base.path, &db) == SQLITE_OK);
    run(db, "PRAGMA journal_mode = DELETE");
    remember_schema(db);
    run(db,
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = replace (replace (replace (sql, 'NOT NULL', ''), ') STRICT, ', ') '), ') STRICT', ')') WHERE type = 'table'");
    take_bytes(db);
    sqlite3_close(db);
    g_unlink(base.path);
}

/* --- the changes --- */
/* No further out than where the difference of two times is one: what is beyond wraps, in places that are not counted.
 */
static int64_t extreme(uint8_t which) {
    static const int64_t far = INT64_C(1) << 60;
    const int64_t numbers[] = {0,
                               1,
                               -1,
                               2,
                               127,
                               4096,
                               INT32_MAX,
                               INT32_MIN,
                               far,
                               -far,
                               GM_UNKNOWN,
                               INT64_C(1795424847993983322),
                               INT64_MAX / 1000000000,
                               INT64_C(1) << 40,
                               100,
                               -100};
    return numbers[which % G_N_ELEMENTS(numbers)];
}

static double strange(uint8_t which) {
    static const double numbers[] = {0,     -0.0, 1e308, -1e308,   5e-324,    1e18,
                                     -1e18, 0.5,  1e9,   INFINITY, -INFINITY, 9.3e18};
    return numbers[which % G_N_ELEMENTS(numbers)];
}

/* Answers how many bytes of the input stand for the value. */
static size_t bind_value(sqlite3_stmt *stmt, uint8_t kind, const uint8_t *data, size_t size) {
    size_t text = MIN(size, TEXT_MAX);
    const uint8_t *end = memchr(data, '\0', text);
    size_t len = end ? (size_t)(end - data) : text, used = end ? len + 1 : len;
    switch (kind % 5) {
    case 0: sqlite3_bind_null(stmt, 1); return 0;
    case 1: sqlite3_bind_int64(stmt, 1, extreme(kind / 5)); return 0;
    case 2: sqlite3_bind_double(stmt, 1, strange(kind / 5)); return 0;
    case 3: sqlite3_bind_text(stmt, 1, (const char *)data, (int)len, SQLITE_TRANSIENT); return used;
    default: sqlite3_bind_blob(stmt, 1, data, (int)len, SQLITE_TRANSIENT); return used;
    }
}

/* One change: which column (2 bytes), which row (1; 255: all), what (1), and its text. */
static size_t change(sqlite3 *db, const uint8_t *data, size_t size) {
    const column *at = &base.columns[(data[0] | data[1] << 8) % base.n_columns];
    g_autofree char *all = g_strdup_printf("UPDATE OR IGNORE \"%s\" SET \"%s\" = ?1", at->table, at->name);
    g_autofree char *one = g_strdup_printf(
        "%s WHERE rowid = (SELECT rowid FROM \"%s\" LIMIT 1 OFFSET (SELECT count (*) FROM \"%s\") * %d / 255)", all,
        at->table, at->table, data[2]);
    sqlite3_stmt *stmt = NULL;
    bool single = data[2] < 255 &&
                  sqlite3_prepare_v2(db, one, -1, &stmt, NULL) == SQLITE_OK; /* a table without rowid: all of it */
    if (!single) require(sqlite3_prepare_v2(db, all, -1, &stmt, NULL) == SQLITE_OK);
    size_t used = bind_value(stmt, data[3], data + 4, size - 4);
    sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    return 4 + used;
}

static void restore_schema(sqlite3 *db) {
    sqlite3_stmt *stmt;
    run(db, "PRAGMA writable_schema = ON");
    require(sqlite3_prepare_v2(db, "UPDATE sqlite_schema SET sql = ?2 WHERE name = ?1 AND type = 'table'", -1, &stmt,
                               NULL) == SQLITE_OK);
    for (guint i = 0; i < base.schema->len; i += 2) {
        sqlite3_bind_text(stmt, 1, base.schema->pdata[i], -1, SQLITE_STATIC);
        sqlite3_bind_text(stmt, 2, base.schema->pdata[i + 1], -1, SQLITE_STATIC);
        require(sqlite3_step(stmt) == SQLITE_DONE);
        sqlite3_reset(stmt);
    }
    sqlite3_finalize(stmt);
}

static void write_database(const uint8_t *data, size_t size) {
    sqlite3 *db = open_copy();
    for (int i = 0; i < CHANGES_MAX && size >= CHANGE_BYTES; i++) {
        size_t used = MIN(change(db, data, size), size);
        data += used;
        size -= used;
    }
    restore_schema(db);
    sqlite3_int64 len;
    unsigned char *bytes = sqlite3_serialize(db, "main", &len, 0);
    require(bytes &&
            g_file_set_contents_full(base.path, (const char *)bytes, len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    sqlite3_free(bytes);
    sqlite3_close(db);
}

/* --- what is done with it --- */
static void render(gm_store *store, bool page) {
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_model) model = gm_model_read(store, &error);
    require((model == NULL) == (error != NULL));
    for (size_t i = 0; model && gm_renderers[i]; i++) {
        bool is_page = strcmp(gm_renderers[i]->name, "html") == 0;
        g_autoptr(GString) out = g_string_new(NULL);
        gm_render_options options = {.width = 80};
        if (gm_renderers[i]->render && is_page == page) gm_renderers[i]->render(model, &options, out, NULL);
    }
}

static void export(gm_store *store, FILE *out) {
    for (size_t i = 0; gm_exporters[i]; i++) {
        gm_export_options options = {.table = gm_exporters[i]->folder ? "findings" : NULL};
        g_autoptr(GError) error = NULL;
        gm_exporters[i]->write(store, &options, out, &error);
    }
}

static void query(gm_store *store, FILE *out) {
    for (size_t i = 0; gm_queries[i].name; i++) {
        gm_query_options options = {.format = (gm_query_format)(i % 4), .at_ns = GM_UNKNOWN, .max_rows = 1000};
        g_autoptr(GError) error = NULL;
        gm_query_run(store, gm_queries[i].sql, &options, out, &error);
    }
}

static void use(uint8_t how, FILE *out) {
    enum { RENDER, PAGE, EXPORT, QUERY, ANALYZE, WAYS };
    g_autoptr(GError) error = NULL;
    bool analyze = how % WAYS == ANALYZE;
    gm_store *store = gm_store_open(base.path, analyze ? GM_STORE_ANALYZE : GM_STORE_READ, &error);
    require((store == NULL) == (error != NULL));
    if (!store) return;
    switch (how % WAYS) {
    case EXPORT: export(store, out); break;
    case QUERY: query(store, out); break;
    case ANALYZE: gm_analyze_configured(store, NULL, NULL); break;
    default: render(store, how % WAYS == PAGE);
    }
    gm_store_free(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    if (!base.bytes) make_base();
    FILE *out = fopen("/dev/null", "w");
    require(out != NULL);
    write_database(data + 1, size - 1);
    use(data[0], out);
    g_unlink(base.path);
    fclose(out);
    return 0;
}
