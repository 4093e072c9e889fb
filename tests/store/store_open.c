/* Tests of opening incidents: what is not one, or not as we made it, is refused with a sentence. */
#include "store_test.h"

#include <sys/stat.h>

/* An incident in the scratch directory with one member, one series and one sample. To be freed. */
static char *make_incident(void **state, const char *name) {
    char *path = in_scratch(state, name);
    gm_store *store = gm_store_create(path, true, NULL);
    assert_non_null(store);
    begin_member(store, "m");
    gm_emit_sample(store, some_series(store, "s"), 5, 1.5);
    end_member(store);
    assert_true(gm_store_commit(store, NULL));
    return path;
}

/* Somebody else's hands on the file. */
static void tamper(const char *path, const char *sql) {
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void assert_refused(const char *path, int code, const char *part_of_sentence) {
    for (int mode = GM_STORE_READ; mode <= GM_STORE_ANALYZE; mode++) {
        g_autoptr(GError) error = NULL;
        if (gm_store_open(path, (gm_store_mode)mode, &error)) fail_msg("opened, wanted: %s", part_of_sentence);
        if (!strstr(error->message, part_of_sentence)) fail_msg("unexpected: %s", error->message);
        assert_non_null(strstr(error->message, path));
        assert_true(g_error_matches(error, GM_STORE_ERROR, code));
    }
}

static void what_is_no_incident_is_refused(void **state) {
    g_autofree char *path = in_scratch(state, "x");
    assert_refused(path, GM_STORE_ERROR_IO, "No such file");
    assert_refused(*state, GM_STORE_ERROR_FORMAT, "not an SQLite database");

    assert_true(g_file_set_contents(path, "", 0, NULL));
    assert_refused(path, GM_STORE_ERROR_FORMAT, "not an SQLite database");
    g_autofree char *zeros = g_malloc0(4096);
    assert_true(g_file_set_contents(path, zeros, 4096, NULL));
    assert_refused(path, GM_STORE_ERROR_FORMAT, "not an SQLite database");
    assert_false(gm_store_is_incident(path));

    g_unlink(path);
    tamper(path, "CREATE TABLE x (a)");
    assert_refused(path, GM_STORE_ERROR_FORMAT, "another program");
    assert_false(gm_store_is_incident(path));
}

static void a_fifo_does_not_hang(void **state) {
    g_autofree char *path = in_scratch(state, "x");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(path, GM_STORE_ERROR_FORMAT, "not an SQLite database");
    assert_false(gm_store_is_incident(path));
}

static void other_schema_versions_are_refused(void **state) {
    g_autofree char *path = make_incident(state, "x");
    tamper(path, "PRAGMA user_version = 2");
    assert_refused(path, GM_STORE_ERROR_FORMAT, "made by a newer gomortem: it has schema 2");
    assert_true(gm_store_is_incident(path));
    tamper(path, "PRAGMA user_version = 0");
    assert_refused(path, GM_STORE_ERROR_FORMAT, "has schema 0, this gomortem knows schema 1 only");
}

static void anything_planted_is_refused(void **state) {
    static const char *const plants[][2] = {
        {"CREATE TRIGGER spy AFTER INSERT ON finding BEGIN DELETE FROM sample; END", "trigger spy"},
        {"CREATE VIEW extra AS SELECT 1", "view extra does not belong there"},
        {"CREATE TABLE extra (a)", "table extra"},
        {"CREATE INDEX extra ON sample (value)", "index extra"},
        {"CREATE VIRTUAL TABLE extra USING fts5 (a)", "table extra"},
        {"ANALYZE", "table sqlite_stat1"},
        {"DROP VIEW findings", "view findings is missing"},
        {"DROP VIEW findings; CREATE VIEW findings AS SELECT 1 AS namespace", "view findings was changed"},
        {"DROP TABLE trend", "table trend"},
        {"DROP INDEX goroutine_profile", "index goroutine_profile"},
        {"ALTER TABLE finding ADD COLUMN extra TEXT", "table finding"},
        {"DROP VIEW clocks", "view clocks is missing"},
        {"DROP VIEW findings; CREATE TABLE findings (a)", "findings"},
        {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace (sql, 'finding f', 'verdict f')"
         " WHERE name = 'findings'",
         "view findings"},
        {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = NULL WHERE name = 'findings'", ""},
        {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'nonsense' WHERE name = 'findings'", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(plants); i++) {
        g_autofree char *path = make_incident(state, "x");
        tamper(path, plants[i][0]);
        assert_refused(path, GM_STORE_ERROR_FORMAT, plants[i][1]);
    }
}

static void wal_mode_is_refused(void **state) {
    g_autofree char *path = make_incident(state, "x");
    tamper(path, "PRAGMA journal_mode = WAL");
    assert_refused(path, GM_STORE_ERROR_FORMAT, "WAL mode");
    tamper(path, "PRAGMA journal_mode = DELETE");
    g_autoptr(gm_store) store = gm_store_open(path, GM_STORE_READ, NULL);
    assert_non_null(store);
}

static void a_file_that_is_cut_is_refused(void **state) {
    g_autofree char *path = make_incident(state, "x");
    g_autofree char *bytes = NULL;
    gsize len;
    assert_true(g_file_get_contents(path, &bytes, &len, NULL));
    for (gsize keep = 0; keep < len; keep += keep < 200 ? 50 : 4000) {
        assert_int_equal(truncate(path, (off_t)keep), 0);
        assert_refused(path, GM_STORE_ERROR_FORMAT, "");
        assert_true(g_file_set_contents(path, bytes, (gssize)len, NULL));
    }
    assert_int_equal(truncate(path, (off_t)len - 1), 0);
    assert_refused(path, GM_STORE_ERROR_FORMAT, "cut short");
}

static void reading_changes_nothing(void **state) {
    g_autofree char *path = make_incident(state, "x");
    g_autofree char *before = NULL, *after = NULL;
    gsize len_before, len_after;
    assert_true(g_file_get_contents(path, &before, &len_before, NULL));
    assert_int_equal(g_chmod(path, 0400), 0);
    gm_store *store = gm_store_open(path, GM_STORE_READ, NULL);
    assert_rows(store, "SELECT t_ns, value FROM samples", "5|1.5\n");
    gm_store_free(store);
    assert_true(g_file_get_contents(path, &after, &len_after, NULL));
    assert_int_equal(len_before, len_after);
    assert_memory_equal(before, after, len_before);
    assert_names(state, "x ");
}

static void analysis_is_kept(void **state) {
    g_autofree char *path = make_incident(state, "x");
    gm_store *store = gm_store_open(path, GM_STORE_ANALYZE, NULL);
    assert_true(gm_store_exec(store, "INSERT INTO gap VALUES (1, 1, 2, 3)", NULL));
    gm_store_free(store);
    g_autoptr(gm_store) again = gm_store_open(path, GM_STORE_READ, NULL);
    assert_rows(again, "SELECT * FROM gap", "1|1|2|3\n");
    assert_names(state, "x ");
}

/* An analysis that was killed leaves its journal: reading says so, analysing again puts things right. */
static void an_interrupted_analysis_is_explained_and_undone(void **state) {
    g_autofree char *path = make_incident(state, "x"), *copy = in_scratch(state, "copy");
    g_autofree char *journal = in_scratch(state, "x-journal"), *journal_copy = in_scratch(state, "copy-journal");
    g_autofree char *bytes = NULL;
    gsize len;
    gm_store *store = gm_store_open(path, GM_STORE_ANALYZE, NULL);
    assert_true(gm_store_exec(store, "BEGIN; INSERT INTO gap VALUES (1, 1, 2, 3)", NULL));
    assert_int_equal(sqlite3_db_cacheflush(gm_store_db(store)), SQLITE_OK);
    assert_true(g_file_get_contents(path, &bytes, &len, NULL)); /* as a kill would leave it */
    assert_true(g_file_set_contents(copy, bytes, (gssize)len, NULL));
    g_autofree char *journal_bytes = NULL;
    assert_true(g_file_get_contents(journal, &journal_bytes, &len, NULL));
    assert_true(g_file_set_contents(journal_copy, journal_bytes, (gssize)len, NULL));
    gm_store_free(store);

    g_autoptr(GError) error = NULL;
    assert_null(gm_store_open(copy, GM_STORE_READ, &error));
    assert_true(g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_IO));
    assert_non_null(strstr(error->message, "interrupted"));
    g_autoptr(gm_store) healed = gm_store_open(copy, GM_STORE_ANALYZE, NULL);
    assert_non_null(healed);
    assert_rows(healed, "SELECT count (*) FROM gap", "0\n");
}

#define FILE_TEST(test) cmocka_unit_test_setup_teardown(test, make_scratch, remove_scratch)

int main(void) {
    const struct CMUnitTest tests[] = {
        FILE_TEST(what_is_no_incident_is_refused),
        FILE_TEST(a_fifo_does_not_hang),
        FILE_TEST(other_schema_versions_are_refused),
        FILE_TEST(anything_planted_is_refused),
        FILE_TEST(wal_mode_is_refused),
        FILE_TEST(a_file_that_is_cut_is_refused),
        FILE_TEST(reading_changes_nothing),
        FILE_TEST(analysis_is_kept),
        FILE_TEST(an_interrupted_analysis_is_explained_and_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
