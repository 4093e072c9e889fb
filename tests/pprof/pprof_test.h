/* Shared by the tests of profiles: members imported from memory or from testdata, single values from the
 * result. */
#ifndef GM_TESTS_PPROF_TEST_H
#define GM_TESTS_PPROF_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>

#include "gomortem/format.h"
#include "gomortem/store.h"
#include "importer/import.h"

static inline gm_store *memory_store(void) {
    g_autoptr(GError) error = NULL;
    gm_store *store = gm_store_create(":memory:", false, &error);
    if (!store) fail_msg("%s", error->message);
    return store;
}

static inline void import_with(gm_store *store, const char *path, gm_span bytes, const gm_limits *limits) {
    gm_importer importer;
    gm_importer_init(&importer, store, limits, NULL);
    gm_status status = gm_importer_add(&importer, gm_span_of(path), bytes);
    gm_importer_release(&importer);
    if (status == GM_FATAL) fail_msg("%s: the import failed", path);
}

static inline void import_bytes(gm_store *store, const char *path, gm_span bytes) {
    import_with(store, path, bytes, &gm_limits_default);
}

static inline void import_file(gm_store *store, const char *path, const char *file) {
    g_autofree char *bytes = NULL;
    gsize len;
    if (!g_file_get_contents(file, &bytes, &len, NULL)) fail_msg("%s cannot be read", file);
    import_bytes(store, path, (gm_span){bytes, len});
}

/* The first column of the only row; GM_UNKNOWN for NULL. */
static inline int64_t value_of(gm_store *store, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline int64_t value_of(gm_store *store, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_autofree char *sql = g_strdup_vprintf(format, args);
    va_end(args);
    g_autoptr(GError) error = NULL;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, sql, &error);
    if (!stmt) fail_msg("%s: %s", sql, error->message);
    if (sqlite3_step(stmt) != SQLITE_ROW) fail_msg("%s: no row", sql);
    int64_t value = gm_column_int(stmt, 0);
    if (sqlite3_step(stmt) != SQLITE_DONE) fail_msg("%s: more than one row", sql);
    return value;
}

/* Paths of the files in a folder, sorted. */
static inline gint compare_paths(gconstpointer a, gconstpointer b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline GPtrArray *files_in(const char *folder) {
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) g_ptr_array_add(files, g_build_filename(folder, name, NULL));
    g_ptr_array_sort(files, compare_paths);
    return files;
}

#endif
