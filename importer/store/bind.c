/* Columns out of and parameters into SQLite statements, with the project's unknown values.
 *
 * Used by every stage beside sqlite3_step. GM_UNKNOWN, NAN and NULL pointers are SQL's NULL in both
 * directions. */
#include "importer/store/store_private.h"

#include <math.h>

int64_t gm_column_int(sqlite3_stmt *stmt, int column) {
    if (sqlite3_column_type(stmt, column) == SQLITE_NULL) return GM_UNKNOWN;
    return sqlite3_column_int64(stmt, column);
}

double gm_column_double(sqlite3_stmt *stmt, int column) {
    if (sqlite3_column_type(stmt, column) == SQLITE_NULL) return NAN;
    return sqlite3_column_double(stmt, column);
}

/* A number as text is made in memory; where there is none the answer must not pass for NULL. */
const char *gm_column_text(sqlite3_stmt *stmt, int column) {
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    if (!text && sqlite3_errcode(sqlite3_db_handle(stmt)) == SQLITE_NOMEM)
        gm_store_note(sqlite3_db_handle(stmt), SQLITE_NOMEM);
    return text;
}

/* Without memory the parameter would stay NULL and the row be written so. */
static void bind_copy(sqlite3_stmt *stmt, int index, const char *text, size_t len) {
    int code = sqlite3_bind_text64(stmt, index, text, len, SQLITE_TRANSIENT, SQLITE_UTF8);
    if (code != SQLITE_OK) gm_store_note(sqlite3_db_handle(stmt), code);
}

const char *gm_column_word(sqlite3_stmt *stmt, int column) {
    const char *text = gm_column_text(stmt, column);
    return text ? text : "";
}

void gm_bind_int(sqlite3_stmt *stmt, int index, int64_t value) {
    if (value == GM_UNKNOWN) {
        sqlite3_bind_null(stmt, index);
    } else {
        sqlite3_bind_int64(stmt, index, value);
    }
}

void gm_bind_double(sqlite3_stmt *stmt, int index, double value) {
    sqlite3_bind_double(stmt, index, value); /* SQLite itself makes NaN NULL */
}

void gm_bind_text(sqlite3_stmt *stmt, int index, const char *text) {
    gm_bind_span(stmt, index, gm_span_of(text));
}

void gm_bind_span(sqlite3_stmt *stmt, int index, gm_span span) {
    if (!span.data) {
        sqlite3_bind_null(stmt, index);
    } else if (gm_text_valid(span)) {
        bind_copy(stmt, index, span.data, span.len);
    } else {
        GString *repaired = g_string_sized_new(span.len + 16);
        gm_text_repair(repaired, span);
        bind_copy(stmt, index, repaired->str, repaired->len);
        g_string_free(repaired, TRUE);
    }
}
