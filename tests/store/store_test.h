/* Shared by the store's tests: a scratch directory, rows as text, an incident with one member. */
#ifndef GM_TESTS_STORE_TEST_H
#define GM_TESTS_STORE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "gomortem/emit_records.h"
#include "gomortem/store.h"

/* All rows of a query, columns separated by '|', NULL as "-", one line a row. To be freed. */
static inline char *rows_of(sqlite3 *db, const char *sql) {
    GString *rows = g_string_new(NULL);
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int column = 0; column < sqlite3_column_count(stmt); column++) {
            const char *text = gm_column_text(stmt, column);
            g_string_append_printf(rows, "%s%s", column ? "|" : "", text ? text : "-");
        }
        g_string_append_c(rows, '\n');
    }
    if (sqlite3_finalize(stmt) != SQLITE_OK) fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    return g_string_free(rows, FALSE);
}

static inline void assert_rows_at(sqlite3 *db, const char *sql, const char *wanted, int line) {
    g_autofree char *rows = rows_of(db, sql);
    if (strcmp(rows, wanted) != 0) fail_msg("line %d: %s\nwanted:\n%sgot:\n%s", line, sql, wanted, rows);
}
#define assert_rows(store, sql, wanted) assert_rows_at(gm_store_db(store), sql, wanted, __LINE__)

static inline gm_store *memory_store(void) {
    g_autoptr(GError) error = NULL;
    gm_store *store = gm_store_create(":memory:", false, &error);
    if (!store) fail_msg("%s", error->message);
    return store;
}

static inline int64_t begin_member(gm_store *store, const char *path) {
    int64_t id;
    gm_member_begin begin = {gm_span_of(path), GM_UNKNOWN, GM_UNKNOWN};
    assert_int_equal(gm_emit_member_begin(store, &begin, &id), GM_OK);
    return id;
}

static inline void end_member(gm_store *store) {
    assert_int_equal(gm_emit_member_end(store, &(gm_member_end){.format = "test", .bid = 50, .bytes = 10}), GM_OK);
}

static inline int64_t some_identity(gm_store *store) {
    int64_t id;
    gm_identity identity = {.level = GM_LEVEL_POD, .ns = GM_SPAN("shop"), .pod = GM_SPAN("cart-1")};
    assert_int_equal(gm_emit_identity(store, &identity, &id), GM_OK);
    return id;
}

static inline int64_t some_series(gm_store *store, const char *name) {
    int64_t id;
    gm_series series = {some_identity(store), GM_Q_MEM_USAGE, "cgroup", gm_span_of(name), GM_SPAN("")};
    assert_int_equal(gm_emit_series(store, &series, &id), GM_OK);
    return id;
}

/* --- a directory of the test's own --- */
static inline int make_scratch(void **state) {
    *state = g_dir_make_tmp("gomortem-test-XXXXXX", NULL);
    return *state ? 0 : -1;
}

static inline int remove_scratch(void **state) {
    g_autofree char *path = *state;
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        g_remove(file);
    }
    return g_rmdir(path);
}

static inline char *in_scratch(void **state, const char *name) {
    return g_build_filename(*state, name, NULL);
}

static inline int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in the directory, sorted, each followed by a blank. */
static inline char *names_in(void **state) {
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(*state, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir))) g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    GString *all = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++) g_string_append_printf(all, "%s ", (char *)names->pdata[i]);
    return g_string_free(all, FALSE);
}

static inline void assert_names(void **state, const char *wanted) {
    g_autofree char *names = names_in(state);
    assert_string_equal(names, wanted);
}

#endif
