/* The what-if's cases: testdata/whatif/<action>/<case>.sql fills an incident, the analyzer runs, and the tables must
 * hold what the lines "-- yields: VALUE SELECT ..." say. Questions of the command are asked over the same incidents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gomortem/whatif.h"
#include "tests/analyzer/sql_cases.h"

#include <math.h>
#include <stdio.h>

static size_t wrong; /* lines that yield something else: all are shown before the test fails */

static void check_line(gm_store *store, const char *name, const char *line) {
    g_auto(GStrv) words = g_strsplit(line + strlen("-- yields: "), " ", 2);
    if (!words[0] || !words[1]) fail_msg("%s: %s lacks a value or a query", name, line);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, words[1], NULL);
    if (!stmt || sqlite3_step(stmt) != SQLITE_ROW) fail_msg("%s: %s gives no row", name, words[1]);
    const char *text = gm_column_text(stmt, 0);
    if (strcmp(text ? text : "NULL", words[0]) == 0) return;
    print_error("%s: %s yields %s, not %s\n", name, words[1], text ? text : "NULL", words[0]);
    wrong++;
}

static gm_store *analyzed(const char *group, const char *name, const char *prelude, const char *finish, char **sql) {
    g_autofree char *full = g_strdup_printf("%s/%s", group, name);
    *sql = read_case("whatif", group, name);
    gm_store *store = fill_case(full, prelude, *sql, finish);
    run_sql(store, "drop", "DROP TABLE temp.measure; DROP TABLE temp.tick");
    analyze_case(store, full);
    return store;
}

/* Each run of the grid, asked for by its setting, gives the same again. */
static void ask_again(gm_store *store, const char *name) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store,
        "SELECT gogc, memlimit_bytes, limit_bytes, peak_bytes, verdict FROM whatif WHERE status = 'validated' AND life = 1 AND n IN (1, 20, 40)",
        NULL);
    assert_non_null(stmt);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        gm_arena *arena = gm_arena_new(0);
        int gogc = sqlite3_column_int(stmt, 0);
        double memlimit = gm_column_double(stmt, 1), limit = gm_column_double(stmt, 2);
        gm_whatif_question question = {&gogc, 1, &memlimit, 1, &limit, isnan(limit) ? 0 : 1};
        gm_model_whatif_run *runs;
        size_t n;
        if (!gm_whatif_ask(store, arena, 1, &question, &runs, &n, NULL))
            fail_msg("%s: the question is not answered", name);
        assert_int_equal(n, 1);
        if (runs[0].peak_bytes != gm_column_int(stmt, 3) || strcmp(runs[0].verdict, gm_column_text(stmt, 4)) != 0)
            fail_msg("%s: GOGC=%d is %s at %lld bytes when asked, %s in the grid", name, gogc, runs[0].verdict,
                     (long long)runs[0].peak_bytes, gm_column_text(stmt, 4));
        gm_arena_free(arena);
    }
}

static void check_case(const char *group, const char *name, const char *prelude, const char *finish) {
    g_autofree char *sql = NULL;
    g_autoptr(gm_store) store = analyzed(group, name, prelude, finish, &sql);
    g_auto(GStrv) lines = g_strsplit(sql, "\n", -1);
    size_t checked = 0;
    for (size_t i = 0; lines[i]; i++) {
        if (!g_str_has_prefix(lines[i], "-- yields: ")) continue;
        check_line(store, name, lines[i]);
        checked++;
    }
    if (checked < 2) fail_msg("%s/%s checks nothing", group, name);
    ask_again(store, name);
}

static void all_cases(void **state) {
    (void)state;
    size_t cases = for_each_case("whatif", check_case);
    assert_true(cases >= 15);
    assert_int_equal(wrong, 0);
}

/* A second analysis replaces the first, byte for byte. */
static void repeats_itself(void **state) {
    (void)state;
    static const char *const dump =
        "SELECT group_concat(quote(gogc) || quote(memlimit_bytes) || verdict || quote(peak_bytes) || quote(gc_cpu_pct) || quote(killed_ns), ';') FROM "
        "(SELECT * FROM whatif ORDER BY life, n)";
    g_autofree char *prelude = read_case("whatif", "", "prelude.sql"), *finish = read_case("whatif", "", "finish.sql"),
                    *sql = NULL, *first = NULL;
    g_autoptr(gm_store) store = analyzed("no_setting_helps", "live_leak.sql", prelude, finish, &sql);
    for (int i = 0; i < 2; i++) {
        g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, dump, NULL);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        const char *text = gm_column_text(stmt, 0);
        assert_non_null(text);
        if (i == 0) first = g_strdup(text);
        else assert_string_equal(first, text);
        gm_analyze_options options;
        gm_thresholds_init(&options.thresholds);
        g_clear_pointer(&stmt, sqlite3_finalize);
        assert_true(gm_analyze(store, &options, NULL));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_cases), cmocka_unit_test(repeats_itself)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
