/* libFuzzer target for the rows of a query: as a table, as both kinds of CSV, as JSON and as lines of JSON.
 *
 * The input is cut at its NUL bytes into the cells of a few rows, which a real query answers; the first one names the
 * first column. What was written is read back: as many lines and cells as there were, each with its text, and no cell
 * that a spreadsheet would run. */
#include "oracle.h"

#include "reports/query/rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COLUMNS = 3, ROWS_MAX = 20 };

typedef struct {
    char *cells[ROWS_MAX * COLUMNS];
    int rows;
    char *name; /* of the first column */
    sqlite3 *db;
    sqlite3_stmt *stmt;
} question;

static void ask(question *q, const uint8_t *data, size_t size) {
    const char *at = (const char *)data, *end = at + size;
    int n = 0;
    q->name = g_strndup(at, size);
    while (at < end && n < ROWS_MAX * COLUMNS) {
        q->cells[n] = g_strndup(at, (gsize)(end - at));
        at += strlen(q->cells[n++]) + 1;
    }
    while (n == 0 || n % COLUMNS != 0) q->cells[n++] = g_strdup("");
    q->rows = n / COLUMNS;
    require(sqlite3_open(":memory:", &q->db) == SQLITE_OK);
    char *create = sqlite3_mprintf("CREATE TABLE t (\"%w\", \"b b\", \"c,c\")", *q->name ? q->name : "a");
    bool fine = sqlite3_exec(q->db, create, NULL, NULL, NULL) == SQLITE_OK;
    if (!fine)
        require(sqlite3_exec(q->db, "CREATE TABLE t (a, \"b b\", \"c,c\")", NULL, NULL, NULL) ==
                SQLITE_OK); /* a name that is taken */
    sqlite3_free(create);
    require(sqlite3_prepare_v2(q->db, "INSERT INTO t VALUES (?, ?, ?)", -1, &q->stmt, NULL) == SQLITE_OK);
    for (int row = 0; row < q->rows; row++) {
        for (int i = 0; i < COLUMNS; i++)
            sqlite3_bind_text(q->stmt, i + 1, q->cells[row * COLUMNS + i], -1, SQLITE_STATIC);
        require(sqlite3_step(q->stmt) == SQLITE_DONE);
        sqlite3_reset(q->stmt);
    }
    sqlite3_finalize(q->stmt);
    require(sqlite3_prepare_v2(q->db, "SELECT * FROM t", -1, &q->stmt, NULL) == SQLITE_OK);
}

static void release(question *q) {
    for (int i = 0; i < q->rows * COLUMNS; i++) g_free(q->cells[i]);
    g_free(q->name);
    sqlite3_finalize(q->stmt);
    sqlite3_close(q->db);
}

static char *written(question *q, gm_query_format format) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    require(out != NULL);
    sqlite3_reset(q->stmt);
    gm_rows *rows = gm_rows_new(format, q->stmt, out);
    while (sqlite3_step(q->stmt) == SQLITE_ROW) gm_rows_add(rows);
    require(gm_rows_end(rows));
    fclose(out);
    require(strlen(text) == size);
    return text;
}

static bool would_run(const char *text) {
    gunichar c = g_utf8_get_char_validated(text, -1);
    return *text && (strchr("=+-@\t\r\n", *text) || c == 0xff1d || c == 0xff0b || c == 0xff0d || c == 0xff20);
}

/* The same but for the first character of a command, which is U+FFFD then. */
static bool reads_as(const char *cell, const char *expected) {
    static const char stand_in[] = "\xef\xbf\xbd";
    while (*expected) {
        bool replaced = strchr(":#", *expected) && g_str_has_prefix(cell, stand_in);
        if (!replaced && *cell != *expected) return false;
        cell += replaced ? strlen(stand_in) : 1;
        expected++;
    }
    return *cell == '\0';
}

static void check_csv(question *q, bool exact) {
    char *text = written(q, exact ? GM_QUERY_CSV_EXACT : GM_QUERY_CSV);
    if (!exact) gm_oracle_no_command(text);
    const char *at = text;
    for (int n = 0; n < (q->rows + 1) * COLUMNS; n++) {
        bool ends, quoted;
        g_autofree char *cell = gm_oracle_cell(&at, &ends, &quoted);
        const char *expected = n >= COLUMNS ? q->cells[n - COLUMNS] : sqlite3_column_name(q->stmt, n);
        require(ends == (n % COLUMNS == COLUMNS - 1));
        bool guarded = !exact && would_run(expected);
        require(exact ? strcmp(cell, expected) == 0 : reads_as(guarded ? cell + 1 : cell, expected));
        require(!guarded || *cell == '\'');
        require(exact || !would_run(cell));
        require(!exact || *cell || quoted); /* an empty text is no NULL */
    }
    require(*at == '\0');
    free(text);
}

static void check_json(question *q) {
    char *text = written(q, GM_QUERY_JSON);
    gm_oracle_json json = gm_oracle_json_read(text);
    require((int)json.texts->len == q->rows * COLUMNS);
    for (guint i = 0; i < json.texts->len; i++) {
        g_autofree char *valid = g_utf8_make_valid(q->cells[i], -1);
        require(strcmp(json.texts->pdata[i], valid) == 0);
    }
    gm_oracle_json_release(&json);
    free(text);
}

static void check_lines(question *q) {
    char *text = written(q, GM_QUERY_NDJSON);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    require((int)g_strv_length(lines) == q->rows + 1 && !*lines[q->rows]);
    for (int i = 0; i < q->rows; i++) {
        gm_oracle_json json = gm_oracle_json_read(lines[i]);
        require(json.texts->len == COLUMNS);
        gm_oracle_json_release(&json);
    }
    free(text);
}

static void check_table(question *q) {
    char *text = written(q, GM_QUERY_TABLE);
    int lines = 0;
    gm_oracle_harmless(text, "\n");
    gm_oracle_no_command(text);
    for (const char *p = text; *p; p++) lines += *p == '\n';
    require(lines == q->rows + 2);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    question q = {.rows = 0};
    ask(&q, data, size);
    check_csv(&q, false);
    check_csv(&q, true);
    check_json(&q);
    check_lines(&q);
    check_table(&q);
    release(&q);
    return 0;
}
