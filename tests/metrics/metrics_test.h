/* Shared by the tests of metrics: an incident in memory, members from text, rows as text. */
#ifndef GM_TESTS_METRICS_TEST_H
#define GM_TESTS_METRICS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>

#include "gomortem/store.h"
#include "importer/import.h"
#include "importer/select.h"

/* All rows of a query, columns separated by '|', NULL as "-", one line a row. To be freed. */
static inline char *rows_of(gm_store *store, const char *sql) {
    GString *rows = g_string_new(NULL);
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(gm_store_db(store), sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(gm_store_db(store)));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int column = 0; column < sqlite3_column_count(stmt); column++) {
            const char *text = gm_column_text(stmt, column);
            g_string_append_printf(rows, "%s%s", column ? "|" : "", text ? text : "-");
        }
        g_string_append_c(rows, '\n');
    }
    if (sqlite3_finalize(stmt) != SQLITE_OK) fail_msg("%s", sqlite3_errmsg(gm_store_db(store)));
    return g_string_free(rows, FALSE);
}

static inline void assert_rows_at(gm_store *store, const char *sql, const char *wanted, int line) {
    g_autofree char *rows = rows_of(store, sql);
    if (strcmp(rows, wanted) != 0) fail_msg("line %d: %s\nwanted:\n%sgot:\n%s", line, sql, wanted, rows);
}
#define assert_rows(store, sql, wanted) assert_rows_at(store, sql, wanted, __LINE__)

/* A new incident that holds one member, read under the given limits and globs (NULL: the defaults, all). */
static inline gm_store *import_with(const char *path, gm_span bytes, const gm_limits *limits, const char *glob) {
    GError *error = NULL;
    gm_store *store = gm_store_create(":memory:", false, &error);
    const char *const globs[] = {glob, NULL};
    gm_importer importer;
    if (!store) fail_msg("%s", error->message);
    g_autoptr(gm_select) select = gm_select_new(globs, &error);
    gm_importer_init(&importer, store, limits ? limits : &gm_limits_default, select);
    assert_int_not_equal(gm_importer_add(&importer, gm_span_of(path), bytes), GM_FATAL);
    assert_int_equal(gm_importer_finish(&importer), GM_OK);
    gm_importer_release(&importer);
    return store;
}

static inline gm_store *import_text(const char *path, const char *text) {
    return import_with(path, gm_span_of(text), NULL, NULL);
}

#endif
