/* Tests of what SQL may do on an opened incident: reading reads, analysis writes its own tables, no more. */
#include "store_test.h"

#include "importer/store/store_private.h"

static gm_store *store_in(gm_store_mode mode) {
    gm_store *store = memory_store();
    begin_member(store, "m");
    some_series(store, "s");
    end_member(store);
    assert_true(gm_store_set_mode(store, mode, NULL));
    return store;
}

/* True when the statement can be prepared and run to its end. */
static bool runs(gm_store *store, const char *sql) {
    return sqlite3_exec(gm_store_db(store), sql, NULL, NULL, NULL) == SQLITE_OK;
}

static void assert_all_denied(gm_store *store, const char *const *statements) {
    for (; *statements; statements++) {
        if (runs(store, *statements)) fail_msg("allowed: %s", *statements);
        const char *why = sqlite3_errmsg(gm_store_db(store));
        static const char *const reasons[] = {"not authorized",   "authorization denied", "prohibited",
                                              "no such function", "may not be modified",  "vtable constructor failed"};
        bool denied = false;
        for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++) denied = denied || strstr(why, reasons[i]);
        if (!denied) fail_msg("fails for another reason: %s: %s", *statements, why);
    }
}

static void assert_all_allowed(gm_store *store, const char *const *statements) {
    for (; *statements; statements++) {
        if (!runs(store, *statements)) fail_msg("%s: %s", *statements, sqlite3_errmsg(gm_store_db(store)));
    }
}

static const char *const never_allowed[] = {
    "INSERT INTO member (path) VALUES ('x')",
    "UPDATE identity SET container_id = NULL",
    "DELETE FROM sample",
    "INSERT OR REPLACE INTO incident VALUES ('a', 'b', 'c', 1, 'd', NULL, NULL)",
    "INSERT INTO quantity VALUES (999, 'a', 'b', 'gauge', 'c')",
    "CREATE TABLE x (a)",
    "CREATE TABLE main.x AS SELECT 1",
    "CREATE INDEX x ON sample (value)",
    "CREATE VIEW x AS SELECT 1",
    "CREATE TRIGGER x AFTER INSERT ON finding BEGIN SELECT 1; END",
    "CREATE TEMP TRIGGER x AFTER INSERT ON finding BEGIN SELECT 1; END",
    "CREATE VIRTUAL TABLE x USING fts5 (a)",
    "DROP TABLE finding",
    "DROP VIEW findings",
    "DROP INDEX goroutine_profile",
    "ALTER TABLE finding RENAME TO x",
    "ALTER TABLE finding ADD COLUMN x",
    "UPDATE sqlite_schema SET sql = ''",
    "DELETE FROM sqlite_schema",
    "ATTACH ':memory:' AS x",
    "ATTACH 'x.db' AS x",
    "DETACH main",
    "VACUUM",
    "VACUUM INTO 'x.db'",
    "ANALYZE",
    "REINDEX",
    "PRAGMA journal_mode = OFF",
    "PRAGMA user_version = 7",
    "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = ON",
    "PRAGMA trusted_schema = ON",
    "PRAGMA table_info (sample)",
    "SELECT * FROM pragma_table_info ('sample')",
    "SELECT * FROM dbstat",
    "SELECT load_extension ('x')",
    "SELECT fts3_tokenizer ('x', x'00')",
    "SELECT readfile ('x')",
    "SELECT random ()",
    NULL,
};

static const char *const reads[] = {
    "SELECT * FROM sample",
    "SELECT count (*), avg (value), max (t_ns) FROM sample",
    "SELECT * FROM sqlite_schema",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum (i) FROM n",
    "SELECT json_extract ('{\"a\":1}', '$.a'), '{\"a\":1}' ->> 'a', json_group_array (1)",
    "SELECT value FROM json_each ('[1,2]')",
    "SELECT fullkey FROM json_tree ('{\"a\":[1,2]}')",
    "SELECT sqrt (2), log10 (5), floor (1.5), pow (2, 3), round (2.5)",
    "SELECT lag (value) OVER (ORDER BY t_ns), row_number () OVER () FROM sample",
    "SELECT datetime (0, 'unixepoch'), strftime ('%s', 0), printf ('%d', 1), format ('%s', 1)",
    "SELECT coalesce (NULL, 1), iif (1, 2, 3), substr ('abc', 2), group_concat (1), 'a' LIKE 'A', 'a' GLOB "
    "'a'",
    "SELECT CURRENT_TIMESTAMP",
    "EXPLAIN QUERY PLAN SELECT * FROM sample",
    NULL,
};

static const char *const writes_of_analysis[] = {
    "BEGIN",
    "SAVEPOINT a",
    "INSERT INTO life VALUES (1, 1, 0, 1, 'first_record', NULL, NULL)",
    "UPDATE life SET ended_by = 'oom_kill' WHERE life = 1",
    "INSERT INTO life VALUES (1, 1, 0, 2, 'first_record', NULL, NULL) ON CONFLICT DO UPDATE SET to_ns = 2",
    "RELEASE a",
    "COMMIT",
    "CREATE TEMP TABLE grid (t_ns INTEGER PRIMARY KEY, value REAL)",
    "CREATE TABLE temp.other AS SELECT * FROM sample",
    "CREATE INDEX temp.by_value ON grid (value)",
    "INSERT INTO grid VALUES (1, 2)",
    "UPDATE grid SET value = 3",
    "CREATE TEMP VIEW seen AS SELECT * FROM grid",
    "SELECT * FROM seen",
    "CREATE VIEW temp.seen2 AS SELECT * FROM other",
    "DROP VIEW temp.seen2",
    "DELETE FROM grid",
    "DROP VIEW seen",
    "DROP INDEX by_value",
    "DROP TABLE grid",
    "DROP TABLE other",
    "DELETE FROM life",
    NULL,
};

static void reading_reads(void **state) {
    (void)state;
    g_autoptr(gm_store) store = store_in(GM_STORE_READ);
    assert_all_allowed(store, reads);
    assert_all_denied(store, never_allowed);
    static const char *const writes[] = {
        "BEGIN",
        "SAVEPOINT a",
        "INSERT INTO gap VALUES (1, 1, 2, 3)",
        "UPDATE life SET life = 2",
        "DELETE FROM gap",
        "CREATE TEMP TABLE x (a)",
        "CREATE TEMP VIEW x AS SELECT 1",
        NULL,
    };
    assert_all_denied(store, writes);
}

static void analysis_writes_its_own_tables(void **state) {
    (void)state;
    g_autoptr(gm_store) store = store_in(GM_STORE_ANALYZE);
    assert_all_allowed(store, reads);
    assert_all_allowed(store, writes_of_analysis);
    assert_all_denied(store, never_allowed);
}

static void every_view_can_be_read(void **state) {
    (void)state;
    g_autoptr(gm_store) store = store_in(GM_STORE_READ);
    g_autofree char *names =
        rows_of(gm_store_db(store), "SELECT name FROM sqlite_schema WHERE type IN ('view', 'table')");
    g_auto(GStrv) list = g_strsplit(names, "\n", -1);
    assert_true(g_strv_length(list) > 40);
    for (char **name = list; **name; name++) {
        g_autofree char *sql = g_strdup_printf("SELECT * FROM %s", *name);
        const char *const one[] = {sql, NULL};
        assert_all_allowed(store, one);
    }
}

/* The tables behind the heading of part 2, and only they, can be written by the analyzer. */
static void the_list_of_tables_is_the_schemas(void **state) {
    (void)state;
    const char *part2 = strstr(gm_schema_sql(), "-- Schema 1, part 2");
    size_t found = 0;
    for (const char *at = part2; (at = strstr(at, "CREATE TABLE ")); found++) {
        at += strlen("CREATE TABLE ");
        g_autofree char *name = g_strndup(at, strcspn(at, " ("));
        assert_non_null(gm_analysis_tables[found]);
        assert_string_equal(gm_analysis_tables[found], name);
    }
    assert_true(found > 10);
    assert_null(gm_analysis_tables[found]);
}

static void denied_statements_leave_the_data(void **state) {
    (void)state;
    g_autoptr(gm_store) store = store_in(GM_STORE_ANALYZE);
    assert_all_denied(store, never_allowed);
    assert_rows(store, "SELECT (SELECT count (*) FROM member), (SELECT count (*) FROM series)", "1|1\n");
}

static void modes_can_follow_each_other(void **state) {
    (void)state;
    static const char *const write[] = {"DELETE FROM life", NULL};
    g_autoptr(gm_store) store = store_in(GM_STORE_ANALYZE);
    assert_all_allowed(store, write);
    assert_true(gm_store_set_mode(store, GM_STORE_READ, NULL));
    assert_all_denied(store, write);
    assert_true(gm_store_set_mode(store, GM_STORE_ANALYZE, NULL));
    assert_all_allowed(store, write);
}

static void emitting_is_over(void **state) {
    (void)state;
    g_autoptr(gm_store) store = store_in(GM_STORE_ANALYZE);
    g_autoptr(GError) error = NULL;
    assert_int_equal(gm_emit_sample(store, 1, 1, 1), GM_FATAL);
    assert_false(gm_store_error_set(store, &error));
    assert_true(g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_SQL));
}

static void huge_statements_are_refused(void **state) {
    (void)state;
    g_autoptr(gm_store) store = store_in(GM_STORE_READ);
    g_autofree char *zeros = g_strnfill(2 << 20, ' ');
    g_autofree char *sql = g_strconcat("SELECT 1", zeros, NULL);
    assert_false(runs(store, sql));
    assert_false(runs(store, "SELECT length (zeroblob (1000000000))"));
    assert_true(runs(store, "SELECT length (zeroblob (1000000))"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_reads),
        cmocka_unit_test(analysis_writes_its_own_tables),
        cmocka_unit_test(every_view_can_be_read),
        cmocka_unit_test(the_list_of_tables_is_the_schemas),
        cmocka_unit_test(denied_statements_leave_the_data),
        cmocka_unit_test(modes_can_follow_each_other),
        cmocka_unit_test(emitting_is_over),
        cmocka_unit_test(huge_statements_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
