/* Writing a sheet: its rows into SQLite (sheet.h).
 *
 * A full sheet is one statement, which is prepared when the first one comes; of another the rows go one by one. */
#include "importer/store/sheet.h"

/* The values of a stack that the profile has already: slower, for it asks whether there is a row. */
enum { VALUES_AGAIN = GM_SHEET_KINDS, STATEMENTS };

/* clang-format off */
#define VALUES "alloc_objects, alloc_bytes, inuse_objects, inuse_bytes, count, nanoseconds)"
#define ADD_UP(column) #column " = coalesce (" #column " + excluded." #column ", excluded." #column ", " #column ")"
#define ADD_VALUES_UP                                                                                        \
    " DO UPDATE SET " ADD_UP(alloc_objects) ", " ADD_UP(alloc_bytes) ", " ADD_UP(inuse_objects) ", "         \
    ADD_UP(inuse_bytes) ", " ADD_UP(count) ", " ADD_UP(nanoseconds)

static const struct {
    const char *insert;
    const char *columns; /* n: number, r: real, t: text */
    const char *conflict;
} statements[STATEMENTS] = {
    [GM_SHEET_SAMPLES] = {"sample (series_id, t_ns, value)", "nnr", ""},
    [GM_SHEET_FUNCTIONS] = {"function (name, file)", "tt", ""},
    [GM_SHEET_LOCATIONS] = {"location (function_id, line)", "nn", ""},
    [GM_SHEET_STACKS] = {"stack (frames)", "t", ""},
    [GM_SHEET_VALUES] = {"profile_sample (profile_id, stack_id, " VALUES, "nnnnnnnn", ""},
    [GM_SHEET_FLAT] = {"profile_function (profile_id, function_id, " VALUES, "nnnnnnnn",
                       " ON CONFLICT (profile_id, function_id)" ADD_VALUES_UP},
    [VALUES_AGAIN] = {"profile_sample (profile_id, stack_id, " VALUES, "nnnnnnnn",
                      " ON CONFLICT (profile_id, stack_id)" ADD_VALUES_UP},
};
/* clang-format on */

static int table_of(const gm_sheet *sheet) {
    return sheet->kind == GM_SHEET_VALUES && !sheet->news ? VALUES_AGAIN : (int)sheet->kind;
}

bool gm_sheet_adds_up(const gm_sheet *sheet) {
    return *statements[table_of(sheet)].conflict != '\0';
}

/* Where no row can be refused, "OR FAIL" spares SQLite a copy of each page for the case that a later row is. */
static sqlite3_stmt *prepare(gm_sheets *sheets, int table, int rows) {
    sqlite3_stmt *stmt = NULL;
    g_autoptr(GString) sql = g_string_new(*statements[table].conflict ? "INSERT INTO " : "INSERT OR FAIL INTO ");
    g_string_append_printf(sql, "%s VALUES ", statements[table].insert);
    for (int row = 0; row < rows; row++) {
        g_string_append(sql, row ? ", (?" : "(?");
        for (const char *column = statements[table].columns + 1; *column; column++) g_string_append(sql, ", ?");
        g_string_append_c(sql, ')');
    }
    g_string_append(sql, statements[table].conflict);
    sqlite3_prepare_v3(sheets->store->db, sql->str, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
    return stmt;
}

void gm_sheet_statements_free(gm_sheets *sheets) {
    for (int table = 0; table < STATEMENTS; table++) {
        sqlite3_finalize(sheets->many[table]);
        sqlite3_finalize(sheets->one[table]);
    }
}

static void bind_cell(const gm_sheet *sheet, sqlite3_stmt *stmt, int parameter, char kind, gm_cell cell) {
    if (kind == 'n') {
        gm_bind_int(stmt, parameter, cell.number);
    } else if (kind == 'r') {
        sqlite3_bind_double(stmt, parameter, cell.real);
    } else if (cell.text.begin == UINT32_MAX) {
        sqlite3_bind_null(stmt, parameter);
    } else {
        sqlite3_bind_text64(stmt, parameter, sheet->text->str + cell.text.begin, cell.text.len, SQLITE_STATIC,
                            SQLITE_UTF8);
    }
}

static int run(const gm_sheet *sheet, sqlite3_stmt *stmt, const char *columns, int rows) {
    int parameter = 0;
    for (int row = sheet->written; row < sheet->written + rows; row++)
        for (int column = 0; columns[column]; column++)
            bind_cell(sheet, stmt, ++parameter, columns[column], sheet->cells[row * GM_SHEET_COLUMNS + column]);
    int code = sqlite3_step(stmt);
    sqlite3_reset(stmt);
    return code;
}

int gm_sheet_write(gm_sheets *sheets, gm_sheet *sheet) {
    int table = table_of(sheet);
    bool whole = !sheet->singly && sheet->written == 0 && sheet->rows == GM_SHEET_ROWS;
    int rows = whole ? GM_SHEET_ROWS : 1, code = SQLITE_DONE;
    sqlite3_stmt **stmt = whole ? &sheets->many[table] : &sheets->one[table];
    if (!*stmt) *stmt = prepare(sheets, table, rows);
    if (!*stmt) return SQLITE_ERROR;
    while (sheet->written < sheet->rows && code == SQLITE_DONE) {
        code = run(sheet, *stmt, statements[table].columns, rows);
        if (code == SQLITE_DONE) sheet->written += rows;
    }
    return code;
}
