/* Tests of the incident file's life: created aside, renamed when whole, never half-done, the same bytes
 * twice. */
#include "store_test.h"

#include <math.h>
#include <sys/stat.h>

static gm_store *create(const char *path, bool force) {
    g_autoptr(GError) error = NULL;
    gm_store *store = gm_store_create(path, force, &error);
    if (!store) fail_msg("%s", error->message);
    return store;
}

static void commit(gm_store *store) {
    g_autoptr(GError) error = NULL;
    if (!gm_store_commit(store, &error)) fail_msg("%s", error->message);
}

static void write_file(const char *path, const char *text) {
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* A bit of everything, enough to fill and split pages. */
static void fill(gm_store *store) {
    begin_member(store, "metrics.prom");
    for (int series = 0; series < 20; series++) {
        g_autofree char *name = g_strdup_printf("metric_%d", series);
        int64_t id = some_series(store, name);
        for (int i = 0; i < 500; i++) {
            assert_int_equal(gm_emit_sample(store, id, (i * 7919 % 500) * GM_NS_PER_S, i + series), GM_OK);
        }
    }
    gm_emit_diagnostic(store, GM_SEVERITY_INFO, 1, 2, GM_SPAN("hello"));
    end_member(store);
}

static void a_commit_renames_the_file(void **state) {
    g_autofree char *path = in_scratch(state, "a.db");
    gm_store *store = create(path, false);
    assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    fill(store);
    commit(store);
    assert_names(state, "a.db ");
    assert_true(gm_store_is_incident(path));

    g_autoptr(gm_store) opened = gm_store_open(path, GM_STORE_READ, NULL);
    assert_rows(opened, "SELECT count (*) FROM sample", "10000\n");
}

static void a_store_that_is_not_committed_leaves_nothing(void **state) {
    g_autofree char *path = in_scratch(state, "a.db");
    gm_store *store = create(path, false);
    fill(store);
    gm_store_free(store);
    assert_names(state, "");
}

static void an_existing_file_is_kept(void **state) {
    g_autofree char *path = in_scratch(state, "a.db");
    g_autofree char *kept = NULL;
    g_autoptr(GError) error = NULL;
    write_file(path, "mine");
    assert_null(gm_store_create(path, false, &error));
    assert_true(g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_EXISTS));
    assert_non_null(strstr(error->message, path));
    assert_true(g_file_get_contents(path, &kept, NULL, NULL));
    assert_string_equal(kept, "mine");
    assert_names(state, "a.db ");
}

static void a_file_that_appears_meanwhile_is_kept(void **state) {
    g_autofree char *path = in_scratch(state, "a.db");
    g_autofree char *kept = NULL;
    g_autoptr(GError) error = NULL;
    gm_store *store = create(path, false);
    write_file(path, "mine");
    assert_false(gm_store_commit(store, &error));
    assert_true(g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_EXISTS));
    assert_true(g_file_get_contents(path, &kept, NULL, NULL));
    assert_string_equal(kept, "mine");
    assert_names(state, "a.db ");
}

static void force_replaces(void **state) {
    g_autofree char *path = in_scratch(state, "a.db");
    write_file(path, "mine");
    gm_store *store = create(path, true);
    assert_false(gm_store_is_incident(path)); /* not before it is whole */
    commit(store);
    assert_true(gm_store_is_incident(path));
    assert_names(state, "a.db ");
}

static void force_does_not_replace_a_directory(void **state) {
    g_autofree char *path = in_scratch(state, "a.db");
    g_autoptr(GError) error = NULL;
    assert_int_equal(g_mkdir(path, 0700), 0);
    assert_null(gm_store_create(path, true, &error));
    assert_true(g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_IO));
    assert_names(state, "a.db ");
}

/* SQLite would play an older file's journal back into the new one. */
static void leftover_journals_are_removed(void **state) {
    g_autofree char *path = in_scratch(state, "a.db");
    g_autofree char *journal = in_scratch(state, "a.db-journal");
    g_autofree char *wal = in_scratch(state, "a.db-wal");
    write_file(journal, "old");
    write_file(wal, "old");
    commit(create(path, false));
    assert_names(state, "a.db ");
}

static void a_missing_directory_is_an_io_error(void **state) {
    g_autofree char *path = in_scratch(state, "none/a.db");
    g_autoptr(GError) error = NULL;
    assert_null(gm_store_create(path, false, &error));
    assert_true(g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_IO));
}

static void odd_names_are_names(void **state) {
    static const char *const names[] = {"file:x?mode=memory", ":memory:x", "a b%41.db", "-f"};
    g_autofree char *before = g_get_current_dir();
    assert_int_equal(g_chdir(*state), 0);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        commit(create(names[i], false));
        assert_true(gm_store_is_incident(names[i]));
        g_autoptr(gm_store) opened = gm_store_open(names[i], GM_STORE_READ, NULL);
        assert_non_null(opened);
    }
    assert_int_equal(g_chdir(before), 0);
    assert_names(state, "-f :memory:x a b%41.db file:x?mode=memory ");
}

static void the_longest_name_works(void **state) {
    g_autofree char *name = g_strnfill(255, 'x');
    g_autofree char *path = in_scratch(state, name);
    commit(create(path, false));
    assert_true(gm_store_is_incident(path));
}

static void same_emits_give_the_same_bytes(void **state) {
    g_autofree char *a = in_scratch(state, "a.db"), *b = in_scratch(state, "b.db");
    g_autofree char *bytes_a = NULL, *bytes_b = NULL;
    gsize len_a, len_b;
    gm_store *one = create(a, false), *two = create(b, false); /* side by side */
    fill(one);
    fill(two);
    commit(one);
    commit(two);
    assert_true(g_file_get_contents(a, &bytes_a, &len_a, NULL));
    assert_true(g_file_get_contents(b, &bytes_b, &len_b, NULL));
    assert_int_equal(len_a, len_b);
    assert_memory_equal(bytes_a, bytes_b, len_a);
}

static void the_header_is_as_delivered(void **state) {
    g_autofree char *path = in_scratch(state, "a.db");
    g_autofree char *bytes = NULL;
    struct stat found;
    commit(create(path, false));
    assert_true(g_file_get_contents(path, &bytes, NULL, NULL));
    assert_memory_equal(bytes + 18, "\1\1", 2);     /* rollback journal, not WAL */
    assert_memory_equal(bytes + 60, "\0\0\0\1", 4); /* user_version */
    assert_memory_equal(bytes + 68, "GMRT", 4);     /* application_id */
    assert_int_equal(stat(path, &found), 0);
    mode_t mask = umask(0);
    umask(mask);
    assert_int_equal(found.st_mode & 0777, 0666 & ~mask);
}

static void the_vocabulary_is_filled_in(void **state) {
    (void)state;
    g_autoptr(gm_store) store = memory_store();
    g_autofree char *count = g_strdup_printf("%d|1|%d\n", GM_Q_COUNT - 1, GM_Q_COUNT - 1);
    assert_rows(store, "SELECT count (*), min (quantity_id), max (quantity_id) FROM quantity", count);
    g_autofree char *usage = g_strdup_printf("%d|bytes|gauge\n", GM_Q_MEM_USAGE);
    assert_rows(store, "SELECT quantity_id, unit, kind FROM quantity WHERE name = 'memory.usage'", usage);
    assert_string_equal(gm_quantity_name(GM_Q_MEM_USAGE), "memory.usage");
    assert_null(gm_quantity_name(GM_Q_NONE));
    assert_null(gm_quantity_name(GM_Q_COUNT));
}

static void the_schema_is_what_is_shipped(void **state) {
    (void)state;
    g_autoptr(gm_store) store = memory_store();
    g_autofree char *statements = rows_of(gm_store_db(store), "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"
                                                              " ORDER BY rowid");
    g_auto(GStrv) lines = g_strsplit(statements, "\n", -1);
    const char *at = gm_schema_sql();
    for (char **line = lines; *line; line++) { /* comments stay with their columns */
        const char *next = strstr(at, *line);
        if (!next) fail_msg("not in the schema text: %s", *line);
        at = next;
    }
    assert_rows(store, "SELECT sql LIKE '%-- compression taken off%' FROM sqlite_schema WHERE name = 'member'", "1\n");
}

static void one_statement_is_prepared(void **state) {
    (void)state;
    g_autoptr(gm_store) store = memory_store();
    static const char *const good[] = {"SELECT 1", "SELECT 1;", " SELECT 1 ; -- end\n", "SELECT ';'"};
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, good[i], NULL);
        assert_non_null(stmt);
    }
    static const char *const bad[] = {"",
                                      " -- nothing",
                                      "SELECT 1; SELECT 2",
                                      "SELECT 1; ; DROP TABLE life",
                                      "SELECT 1; nonsense",
                                      "SELEC 1",
                                      "SELECT \"no_such_column\""};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        if (gm_store_prepare(store, bad[i], &error)) fail_msg("prepared: %s", bad[i]);
        assert_true(g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_SQL));
        assert_true(strlen(error->message) > 0);
    }
}

static void unknown_values_are_null_both_ways(void **state) {
    (void)state;
    g_autoptr(gm_store) store = memory_store();
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, "SELECT ?1, ?2, ?3, ?4, ?5", NULL);
    gm_bind_int(stmt, 1, GM_UNKNOWN);
    gm_bind_double(stmt, 2, NAN);
    gm_bind_text(stmt, 3, NULL);
    gm_bind_span(stmt, 4, (gm_span){NULL, 0});
    gm_bind_span(stmt, 5, (gm_span){"a\xff\0b", 4});
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    for (int column = 0; column < 4; column++) assert_int_equal(sqlite3_column_type(stmt, column), SQLITE_NULL);
    assert_true(gm_column_int(stmt, 0) == GM_UNKNOWN);
    assert_true(isnan(gm_column_double(stmt, 1)));
    assert_null(gm_column_text(stmt, 2));
    assert_string_equal(gm_column_text(stmt, 4), "a\xef\xbf\xbd\xef\xbf\xbd"
                                                 "b");
    sqlite3_reset(stmt);
    gm_bind_int(stmt, 1, 0);
    gm_bind_double(stmt, 2, 0);
    gm_bind_text(stmt, 3, "");
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_int_equal(gm_column_int(stmt, 0), 0);
    assert_true(gm_column_double(stmt, 1) == 0);
    assert_string_equal(gm_column_text(stmt, 2), "");
}

/* A disk that fills up: the first failing emit and all later ones are fatal, and nothing is left. */
static void a_full_disk_is_kept_as_the_failure(void **state) {
    g_autofree char *path = in_scratch(state, "a.db");
    gm_store *store = create(path, false);
    assert_true(gm_store_exec(store, "PRAGMA max_page_count = 60", NULL)); /* SQLite's own way to be full */
    begin_member(store, "m");
    int64_t series = some_series(store, "s");
    gm_status status = GM_OK;
    for (int i = 0; i < 100000 && status == GM_OK; i++) status = gm_emit_sample(store, series, i, 1);
    assert_int_equal(status, GM_FATAL);
    assert_int_equal(gm_emit_sample(store, series, 0, 1), GM_FATAL);
    assert_int_equal(gm_emit_diagnostic(store, GM_SEVERITY_INFO, 1, 1, GM_SPAN("x")), GM_FATAL);
    g_autoptr(GError) error = NULL, again = NULL;
    assert_false(gm_store_error_set(store, &error));
    assert_true(g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_IO));
    assert_false(gm_store_commit(store, &again));
    assert_string_equal(again->message, error->message);
    assert_names(state, "");
}

#define FILE_TEST(test) cmocka_unit_test_setup_teardown(test, make_scratch, remove_scratch)

int main(void) {
    const struct CMUnitTest tests[] = {
        FILE_TEST(a_commit_renames_the_file),
        FILE_TEST(a_store_that_is_not_committed_leaves_nothing),
        FILE_TEST(an_existing_file_is_kept),
        FILE_TEST(a_file_that_appears_meanwhile_is_kept),
        FILE_TEST(force_replaces),
        FILE_TEST(force_does_not_replace_a_directory),
        FILE_TEST(leftover_journals_are_removed),
        FILE_TEST(a_missing_directory_is_an_io_error),
        FILE_TEST(odd_names_are_names),
        FILE_TEST(the_longest_name_works),
        FILE_TEST(same_emits_give_the_same_bytes),
        FILE_TEST(the_header_is_as_delivered),
        cmocka_unit_test(the_vocabulary_is_filled_in),
        cmocka_unit_test(the_schema_is_what_is_shipped),
        cmocka_unit_test(one_statement_is_prepared),
        cmocka_unit_test(unknown_values_are_null_both_ways),
        FILE_TEST(a_full_disk_is_kept_as_the_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
