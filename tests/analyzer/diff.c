/* The comparison's cases: testdata/diff/<case>/a.sql and b.sql fill two incidents, both are analyzed and compared, and
 * the rows must be those of differences.rows (GM_UPDATE=1 writes them). Whatever the case: with the sides swapped every
 * judgement is the mirrored one, an incident does not differ from itself, and the SQL of each value yields it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gomortem/diff.h"
#include "tests/analyzer/sql_cases.h"

#include <math.h>
#include <stdio.h>

static const gm_thresholds *defaults(void) {
    static gm_thresholds thresholds;
    gm_thresholds_init(&thresholds);
    return &thresholds;
}

/* NULL without such a file: the side is as the prelude leaves it. */
static gm_store *open_side(const char *name, const char *file, const char *prelude, const char *finish) {
    g_autofree char *sql = read_case("diff", name, file), *what = g_strdup_printf("%s/%s", name, file);
    gm_store *store = fill_case(what, prelude, sql, finish);
    run_sql(store, "drop",
            "DROP TABLE temp.measure; DROP TABLE temp.tick; DROP TABLE temp.usual; DROP TABLE temp.cycle");
    analyze_case(store, what);
    return store;
}

static gm_diff_side *side_of(gm_store *store) {
    g_autoptr(GError) error = NULL;
    gm_diff_side *side = gm_diff_read(store, &error);
    if (!side) fail_msg("%s", error->message);
    return side;
}

static gm_store *compare(gm_store *a, gm_store *b, gm_diff_mode mode) {
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_diff_side) side_a = side_of(a), side_b = side_of(b);
    gm_store *out = gm_store_create(":memory:", true, &error);
    if (!out || !gm_diff_write(side_a, side_b, mode, defaults(), out, &error)) fail_msg("%s", error->message);
    return out;
}

static char *rows_of(gm_store *store, const char *sql) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, sql, NULL);
    assert_non_null(stmt);
    GString *rows = g_string_new(NULL);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt); i++)
            g_string_append_printf(rows, "%s%s", i ? "|" : "",
                                   gm_column_text(stmt, i) ? gm_column_text(stmt, i) : "NULL");
        g_string_append_c(rows, '\n');
    }
    return g_string_free(rows, FALSE);
}

/* --- what holds for any two incidents --- */

static void check_sql_of(gm_store *side, gm_store *out, const char *name, const char *columns) {
    g_autofree char *sql = g_strdup_printf("SELECT %s, area || ' ' || item FROM difference", columns);
    g_autoptr(sqlite3_stmt) all = gm_store_prepare(out, sql, NULL);
    assert_non_null(all);
    while (sqlite3_step(all) == SQLITE_ROW) {
        const char *query = gm_column_text(all, 0), *text = gm_column_text(all, 2);
        double value = gm_column_double(all, 1);
        if (!query) continue;
        g_autoptr(sqlite3_stmt) one = gm_store_prepare(side, query, NULL);
        if (!one || sqlite3_step(one) != SQLITE_ROW) fail_msg("%s: %s gives no row", name, query);
        bool words = strstr(query, "SELECT text FROM") != NULL;
        double again = gm_column_double(one, 0);
        bool same = words ? g_strcmp0(gm_column_text(one, 0), text) == 0
                          : (isnan(value) && isnan(again)) || fabs(value - again) <= 1e-9 * fabs(value);
        if (!same)
            fail_msg("%s: %s: %s yields %s, not %g %s", name, gm_column_text(all, 3), query, gm_column_text(one, 0),
                     value, text);
    }
}

static void check_identity(gm_store *side, const char *name) {
    g_autoptr(gm_store) out = compare(side, side, GM_DIFF_SIDES);
    g_autofree char *rows = rows_of(
        out,
        "SELECT area, item, measure, judgement FROM difference WHERE material OR rule IS NOT NULL OR judgement NOT IN ('same', 'unknown')");
    g_autofree char *status = rows_of(out, "SELECT DISTINCT status FROM comparison_pair WHERE status <> 'unchanged'");
    g_autofree char *unknown = rows_of(
        out,
        "SELECT area, item, measure FROM difference WHERE judgement = 'unknown' AND (a_value IS NOT b_value OR a_text IS NOT b_text)");
    if (*rows || *status || *unknown) fail_msg("%s differs from itself: %s%s%s", name, rows, status, unknown);
}

#define MIRRORED \
    "CASE judgement WHEN 'new' THEN 'gone' WHEN 'gone' THEN 'new' WHEN 'worse' THEN 'better' WHEN 'better' THEN 'worse' ELSE judgement END"

static void check_mirror(gm_store *out, gm_store *back, const char *name) {
    g_autofree char *there = rows_of(
        out,
        "SELECT a_pod, b_pod, area, item, measure, a_value, b_value, a_text, b_text, change, judgement, material, a_sql, b_sql FROM difference JOIN comparison_pair USING (pair_id) ORDER BY 1, 2, 3, 4, 5");
    g_autofree char *mirrored = rows_of(
        back, "SELECT b_pod, a_pod, area, item, measure, b_value, a_value, b_text, a_text, -change, " MIRRORED
              ", material, b_sql, a_sql FROM difference JOIN comparison_pair USING (pair_id) ORDER BY 1, 2, 3, 4, 5");
    g_autofree char *pairs = rows_of(
        out, "SELECT a_pod, b_pod, a_containers, b_containers, matched_by, windows FROM comparison_pair ORDER BY 1, 2");
    g_autofree char *pairs_back = rows_of(
        back,
        "SELECT b_pod, a_pod, b_containers, a_containers, matched_by, windows FROM comparison_pair ORDER BY 1, 2");
    /* -0.0 is 0 with a sign; both mean that nothing changed */
    g_autoptr(GString) one = g_string_new(there), other = g_string_new(mirrored);
    g_string_replace(one, "|-0.0|", "|0.0|", 0);
    g_string_replace(other, "|-0.0|", "|0.0|", 0);
    if (strcmp(one->str, other->str) != 0) fail_msg("%s is not mirrored:\n%s\n---\n%s", name, one->str, other->str);
    if (strcmp(pairs, pairs_back) != 0) fail_msg("%s: other pairs when swapped:\n%s---\n%s", name, pairs, pairs_back);
}

/* --- the cases --- */

static size_t wrong;

static void check_rows(gm_store *out, const char *name) {
    g_autofree char *path = g_build_filename(GM_TESTDATA, "diff", name, "differences.rows", NULL), *expected = NULL;
    g_autofree char *pairs = rows_of(
        out, "SELECT 'pair', a_pod, b_pod, matched_by, status, windows, summary FROM comparison_pair ORDER BY pair_id");
    g_autofree char *rows = rows_of(
        out,
        "SELECT pair_id, area, item, measure, judgement, material, severity, rule, text FROM difference WHERE judgement <> 'same' ORDER BY difference_id");
    g_autofree char *same = rows_of(out, "SELECT 'the same', count (*) FROM difference WHERE judgement = 'same'");
    g_autofree char *found = g_strconcat(pairs, rows, same, NULL);
    if (g_getenv("GM_UPDATE")) assert_true(g_file_set_contents(path, found, -1, NULL));
    if (!g_file_get_contents(path, &expected, NULL, NULL)) fail_msg("cannot read %s", path);
    if (strcmp(expected, found) == 0) return;
    print_error("%s: expected\n%s\nfound\n%s\n", name, expected, found);
    wrong++;
}

static void check_case(const char *name, const char *prelude, const char *finish) {
    g_autoptr(gm_store) a = open_side(name, "a.sql", prelude, finish), b = open_side(name, "b.sql", prelude, finish);
    g_autoptr(gm_store) out = compare(a, b, GM_DIFF_SIDES), back = compare(b, a, GM_DIFF_SIDES);
    check_identity(a, name);
    check_identity(b, name);
    check_mirror(out, back, name);
    check_sql_of(a, out, name, "a_sql, a_value, a_text");
    check_sql_of(b, out, name, "b_sql, b_value, b_text");
    check_rows(out, name);
}

static void all_cases(void **state) {
    (void)state;
    g_autofree char *root = g_build_filename(GM_TESTDATA, "diff", NULL),
                    *prelude = read_case("rules", "", "prelude.sql"), *finish = read_case("rules", "", "finish.sql");
    g_autoptr(GPtrArray) names = list_folder(root);
    for (guint i = 0; i < names->len; i++) check_case(g_ptr_array_index(names, i), prelude, finish);
    assert_true(names->len >= 7);
    assert_int_equal(wrong, 0);
}

/* A side that was never analyzed has nothing to compare. */
static void unanalyzed_is_refused(void **state) {
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autofree char *prelude = read_case("rules", "", "prelude.sql");
    g_autoptr(gm_store) store = fill_case("prelude", prelude, "", "");
    assert_null(gm_diff_read(store, &error));
    assert_non_null(strstr(error->message, "analyze"));
}

/* The baseline's mode words what a gate tells, and may write into the incident that is compared. */
static void a_baseline_lies_in_the_incident(void **state) {
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autofree char *prelude = read_case("rules", "", "prelude.sql"), *finish = read_case("rules", "", "finish.sql");
    g_autoptr(gm_store) a = open_side("leak", "a.sql", prelude, finish),
                        b = open_side("leak", "b.sql", prelude, finish);
    g_autoptr(gm_diff_side) side_a = side_of(a), side_b = side_of(b);
    if (!gm_diff_write(side_a, side_b, GM_DIFF_REGRESS, defaults(), b, &error)) fail_msg("%s", error->message);
    g_autofree char *rules = rows_of(
        b, "SELECT rule FROM differences WHERE rule IS NOT NULL AND judgement NOT IN ('better', 'gone') ORDER BY rule");
    assert_non_null(strstr(rules, "baseline_growth"));
    g_autofree char *text = rows_of(b, "SELECT text FROM differences WHERE rule = 'baseline_growth'");
    assert_non_null(strstr(text, "in the baseline it was flat"));
    analyze_case(b, "again");
    g_autofree char *left = rows_of(b, "SELECT count (*) FROM difference");
    assert_string_equal(left, "0\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_cases), cmocka_unit_test(unanalyzed_is_refused),
                                       cmocka_unit_test(a_baseline_lies_in_the_incident)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
