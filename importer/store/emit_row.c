/* The common part of all emit functions: prepared statements, binding, writing, counting.
 *
 * Comes between emit*.c, which know the tables, and SQLite. A record that breaks one of the schema's
 * constraints is the input's fault and becomes a diagnostic; every other error of SQLite ends the import. */
#include "importer/store/emit_row.h"
#include "importer/store/sheet.h"

static sqlite3_stmt *prepare(gm_store *store, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK) {
        gm_store_fail(store);
    }
    return stmt;
}

bool gm_row_begin(gm_row *row, gm_store *store, gm_row_kind kind, const char *sql) {
    if (store->failure) return false;
    if (!store->import) {
        g_set_error(&store->failure, GM_STORE_ERROR, GM_STORE_ERROR_SQL, "the incident is not open for import");
        return false;
    }
    if (gm_sheets_settle(store) != GM_OK) return false;
    sqlite3_stmt **stmt = &store->import->statements[kind];
    if (!*stmt) *stmt = prepare(store, sql);
    *row = (gm_row){store, *stmt, 0};
    return *stmt != NULL;
}

void gm_row_int(gm_row *row, int64_t value) {
    gm_bind_int(row->stmt, ++row->column, value);
}

void gm_row_ints(gm_row *row, const int64_t *values, size_t n) {
    for (size_t i = 0; i < n; i++) gm_row_int(row, values[i]);
}

void gm_row_real(gm_row *row, double value) {
    sqlite3_bind_double(row->stmt, ++row->column, value);
}

void gm_row_word(gm_row *row, const char *text) {
    if (text) {
        gm_row_text(row, gm_span_of(text));
    } else {
        sqlite3_bind_null(row->stmt, ++row->column);
    }
}

void gm_row_text(gm_row *row, gm_span text) {
    row->column++;
    if (!text.data) text = GM_SPAN("");
    if (gm_text_valid(text)) {
        sqlite3_bind_text64(row->stmt, row->column, text.data, text.len, SQLITE_STATIC, SQLITE_UTF8);
    } else {
        gm_bind_span(row->stmt, row->column, text);
    }
}

void gm_row_optional(gm_row *row, gm_span text) {
    if (text.len) {
        gm_row_text(row, text);
    } else {
        sqlite3_bind_null(row->stmt, ++row->column);
    }
}

void gm_row_member(gm_row *row) {
    gm_row_int(row, row->store->import->member->id);
}

gm_status gm_row_refuse(gm_store *store) {
    g_autofree char *text = g_strdup_printf("record refused: %s", sqlite3_errmsg(store->db));
    gm_emit_rejected(store, 1);
    gm_status status = gm_emit_diagnostic(store, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN, gm_span_of(text));
    return status == GM_OK ? GM_DAMAGED : status;
}

gm_status gm_row_write(gm_row *row) {
    int code = sqlite3_step(row->stmt);
    if (code == SQLITE_DONE) {
        sqlite3_reset(row->stmt);
        return GM_OK;
    }
    gm_store *store = row->store;
    sqlite3_reset(row->stmt); /* keeps the connection's error */
    if (code == SQLITE_CONSTRAINT || code == SQLITE_TOOBIG || code == SQLITE_MISMATCH) return gm_row_refuse(store);
    return gm_store_fail(store);
}

void gm_member_count(gm_open_member *member, int64_t t_ns) {
    member->records++;
    if (t_ns == GM_UNKNOWN) return;
    if (member->first_ns == GM_UNKNOWN || t_ns < member->first_ns) member->first_ns = t_ns;
    if (t_ns > member->last_ns) member->last_ns = t_ns; /* GM_UNKNOWN is less than every time */
}

gm_status gm_row_record(gm_row *row, int64_t t_ns) {
    gm_status status = gm_row_write(row);
    if (status == GM_OK) gm_member_count(row->store->import->member, t_ns);
    return status == GM_DAMAGED ? GM_OK : status;
}

gm_status gm_row_record_id(gm_row *row, int64_t t_ns, int64_t *id) {
    *id = 0;
    gm_status status = gm_row_write(row);
    if (status != GM_OK) return status;
    *id = sqlite3_last_insert_rowid(row->store->db);
    gm_member_count(row->store->import->member, t_ns);
    return GM_OK;
}
