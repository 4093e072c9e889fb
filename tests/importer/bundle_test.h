/* Helpers for the tests of bundles: archives made in memory, a walk whose members are written down as text.
 */
#ifndef GM_TESTS_IMPORTER_BUNDLE_TEST_H
#define GM_TESTS_IMPORTER_BUNDLE_TEST_H

#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "gomortem/store.h"
#include "importer/bundle.h"

/* --- making archives --- */
typedef struct {
    struct archive *archive;
    GByteArray *bytes;
} gm_packer;

static la_ssize_t gm_packer_write(struct archive *archive, void *context, const void *data, size_t len) {
    (void)archive;
    g_byte_array_append(context, data, (guint)len);
    return (la_ssize_t)len;
}

/* format: "gnutar", "zip", ...; filter: NULL or "gzip", ... */
static inline gm_packer gm_packer_new(const char *format, const char *filter, const char *options) {
    gm_packer packer = {archive_write_new(), g_byte_array_new()};
    assert_int_equal(archive_write_set_format_by_name(packer.archive, format), ARCHIVE_OK);
    if (filter) assert_int_equal(archive_write_add_filter_by_name(packer.archive, filter), ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(packer.archive, 1);
    if (options) assert_int_equal(archive_write_set_options(packer.archive, options), ARCHIVE_OK);
    archive_write_open(packer.archive, packer.bytes, NULL, gm_packer_write, NULL);
    return packer;
}

static inline void gm_packer_add_entry(gm_packer *packer, struct archive_entry *entry, gm_span data) {
    assert_int_equal(archive_write_header(packer->archive, entry), ARCHIVE_OK);
    if (data.len > 0) assert_int_equal(archive_write_data(packer->archive, data.data, data.len), data.len);
    archive_entry_free(entry);
}

static inline struct archive_entry *gm_packer_entry(const char *path, unsigned type, size_t size) {
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, path);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)size);
    archive_entry_set_mtime(entry, 1795424400, 0);
    return entry;
}

static inline void gm_packer_add(gm_packer *packer, const char *path, gm_span data) {
    gm_packer_add_entry(packer, gm_packer_entry(path, AE_IFREG, data.len), data);
}

static inline GByteArray *gm_packer_end(gm_packer *packer) {
    assert_int_equal(archive_write_close(packer->archive), ARCHIVE_OK);
    archive_write_free(packer->archive);
    return packer->bytes;
}

static inline gm_span gm_bytes(const GByteArray *array) {
    return (gm_span){(const char *)array->data, array->len};
}

/* One compressed stream. */
static inline GByteArray *gm_pack_raw(const char *filter, gm_span data) {
    gm_packer packer = gm_packer_new("raw", filter, NULL);
    gm_packer_add(&packer, "data", data);
    return gm_packer_end(&packer);
}

/* --- walking --- */
typedef struct {
    gm_store *store;
    gm_limits limits;
    gm_job job;
    gm_walk walk;
    GString *seen; /* path=content per member; long contents as their length */
} gm_test_walk;

static gm_status gm_test_take(void *context, const gm_bundle_member *member, gm_member_end *end) {
    gm_test_walk *test = context;
    char content[40];
    size_t len = 0;
    gm_span block;
    gm_status status;
    (void)end;
    while ((status = gm_reader_next(member->reader, &block)) == GM_OK) {
        if (len < sizeof content) memcpy(content + len, block.data, MIN(block.len, sizeof content - len));
        len += block.len;
    }
    g_string_append_printf(test->seen, "%.*s=", (int)member->path.len, member->path.data);
    if (len > sizeof content) {
        g_string_append_printf(test->seen, "%zu bytes", len);
    } else {
        g_string_append_len(test->seen, content, (gssize)len);
    }
    g_string_append(test->seen, status == GM_END ? "\n" : " (broken)\n");
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

static inline void gm_test_walk_init(gm_test_walk *test) {
    GError *error = NULL;
    *test = (gm_test_walk){.store = gm_store_create(":memory:", false, &error), .limits = gm_limits_default};
    assert_non_null(test->store);
    test->job = (gm_job){.store = test->store, .limits = &test->limits};
    gm_walk_init(&test->walk, &test->job);
    test->walk.take = gm_test_take;
    test->walk.context = test;
    test->seen = g_string_new(NULL);
}

static inline void gm_test_walk_release(gm_test_walk *test) {
    gm_walk_release(&test->walk);
    gm_job_release(&test->job);
    gm_store_free(test->store);
    g_string_free(test->seen, TRUE);
}

/* Walks a bundle that lies in memory. */
static inline gm_status gm_test_walk_bytes(gm_test_walk *test, gm_span bytes) {
    return gm_walk_stream(&test->walk, gm_reader_memory(&test->job, bytes), GM_SPAN("single"), GM_SPAN(""), GM_UNKNOWN);
}

/* Rows of a query, columns joined by '|', NULL as "-". */
static inline char *gm_test_rows(gm_store *store, const char *sql) {
    GError *error = NULL;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, sql, &error);
    if (!stmt) fail_msg("%s", error->message);
    GString *rows = g_string_new(NULL);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int column = 0; column < sqlite3_column_count(stmt); column++) {
            const char *text = gm_column_text(stmt, column);
            g_string_append_printf(rows, "%s%s", column > 0 ? "|" : "", text ? text : "-");
        }
        g_string_append_c(rows, '\n');
    }
    return g_string_free(rows, FALSE);
}

#define assert_rows(store, sql, expected) \
    do { \
        g_autofree char *rows_ = gm_test_rows((store), (sql)); \
        assert_string_equal(rows_, (expected)); \
    } while (0)

#define MEMBERS "SELECT path, format, encoding, bytes FROM member ORDER BY member_id"
#define COMPLAINTS \
    "SELECT path, severity, text FROM diagnostic LEFT JOIN member USING (member_id) ORDER BY diagnostic_id"

#endif
