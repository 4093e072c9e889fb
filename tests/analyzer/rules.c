/* The rules' cases: testdata/rules/<rule>/<case>.sql fills an incident, the analyzer runs, and the rule must answer
 * what the case's first line says. Every evidence of every finding is run again and must yield its value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gomortem/analyzer.h"

#include <math.h>
#include <stdio.h>

static char *read_file(const char *folder, const char *name) {
    g_autofree char *path = g_build_filename(GM_TESTDATA, "rules", folder, name, NULL);
    char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL)) fail_msg("cannot read %s", path);
    return text;
}

static void run_sql(gm_store *store, const char *what, const char *sql) {
    g_autoptr(GError) error = NULL;
    if (!gm_store_exec(store, sql, &error)) fail_msg("%s: %s", what, error->message);
}

static char *outcome_of(gm_store *store, const char *rule) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, "SELECT outcome || ': ' || summary FROM finding WHERE rule = ?1 AND life = 1", NULL);
    assert_non_null(stmt);
    gm_bind_text(stmt, 1, rule);
    return sqlite3_step(stmt) == SQLITE_ROW ? g_strdup(gm_column_text(stmt, 0)) : g_strdup("no such finding");
}

static void check_evidence(gm_store *store, const char *name) {
    g_autoptr(sqlite3_stmt) all = gm_store_prepare(store, "SELECT sql, value FROM finding_evidence", NULL);
    assert_non_null(all);
    while (sqlite3_step(all) == SQLITE_ROW) {
        g_autoptr(sqlite3_stmt) one = gm_store_prepare(store, gm_column_text(all, 0), NULL);
        assert_non_null(one);
        double stored = gm_column_double(all, 1), again = sqlite3_step(one) == SQLITE_ROW ? gm_column_double(one, 0) : NAN;
        bool same = (isnan(stored) && isnan(again)) || fabs(stored - again) <= 1e-9 * fabs(stored);
        if (!same) fail_msg("%s: %s yields %g, not %g", name, gm_column_text(all, 0), again, stored);
    }
}

/* Lines "-- yields: VALUE SELECT ...": what the analysis must have written beside the rule's outcome. */
static void check_yields(gm_store *store, const char *rule, const char *name, const char *sql) {
    g_auto(GStrv) lines = g_strsplit(sql, "\n", -1);
    for (size_t i = 0; lines[i]; i++) {
        if (!g_str_has_prefix(lines[i], "-- yields: ")) continue;
        g_auto(GStrv) words = g_strsplit(lines[i] + strlen("-- yields: "), " ", 2);
        if (!words[0] || !words[1]) fail_msg("%s/%s: %s lacks a value or a query", rule, name, lines[i]);
        g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, words[1], NULL);
        if (!stmt || sqlite3_step(stmt) != SQLITE_ROW) fail_msg("%s/%s: %s gives no row", rule, name, words[1]);
        const char *text = gm_column_text(stmt, 0);
        if (strcmp(text ? text : "NULL", words[0]) != 0) fail_msg("%s/%s: %s yields %s, not %s", rule, name, words[1], text ? text : "NULL", words[0]);
    }
}

static size_t wrong; /* cases whose outcome is not the expected one: all are shown before the test fails */

static void check_case(const char *rule, const char *name, const char *prelude, const char *finish) {
    g_autofree char *sql = read_file(rule, name);
    if (!g_str_has_prefix(sql, "-- expect: ")) fail_msg("%s/%s does not say what to expect", rule, name);
    g_autofree char *expected = g_strndup(sql + strlen("-- expect: "), strcspn(sql + strlen("-- expect: "), " \n"));
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_store) store = gm_store_create(":memory:", true, &error);
    assert_non_null(store);
    run_sql(store, "prelude", prelude);
    run_sql(store, name, sql);
    run_sql(store, "finish", finish);
    run_sql(store, "drop", "DROP TABLE temp.measure; DROP TABLE temp.tick");
    if (!gm_store_set_mode(store, GM_STORE_ANALYZE, &error)) fail_msg("%s", error->message);
    gm_analyze_options options = {0};
    gm_thresholds_init(&options.thresholds);
    if (!gm_analyze(store, &options, &error)) fail_msg("%s/%s: %s", rule, name, error->message);
    g_autofree char *outcome = outcome_of(store, rule);
    printf("%s/%s: %s\n", rule, name, outcome);
    size_t n = strlen(expected);
    if (strncmp(outcome, expected, n) != 0 || outcome[n] != ':') {
        print_error("%s/%s: expected %s, got %s\n", rule, name, expected, outcome);
        wrong++;
    }
    check_evidence(store, name);
    check_yields(store, rule, name, sql);
}

static gint by_name(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *list_folder(const char *path) {
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; dir && (name = g_dir_read_name(dir));) g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, by_name);
    return names;
}

static void all_cases(void **state) {
    (void)state;
    g_autofree char *root = g_build_filename(GM_TESTDATA, "rules", NULL), *prelude = read_file("", "prelude.sql"), *finish = read_file("", "finish.sql");
    g_autoptr(GPtrArray) rules = list_folder(root);
    size_t cases = 0;
    for (guint i = 0; i < rules->len; i++) {
        const char *rule = g_ptr_array_index(rules, i);
        if (g_str_has_suffix(rule, ".sql")) continue;
        g_autofree char *folder = g_build_filename(root, rule, NULL);
        g_autoptr(GPtrArray) names = list_folder(folder);
        for (guint k = 0; k < names->len; k++, cases++) check_case(rule, g_ptr_array_index(names, k), prelude, finish);
    }
    assert_true(cases >= 16);
    assert_int_equal(wrong, 0);
}

/* --- each rule is whole: a card that says something, and cases for every answer ---------------------------------- */

static bool is_text(const char *text) {
    return text && strlen(text) >= 5;
}

static void cards_are_filled(void **state) {
    (void)state;
    static const char *const families[] = {"file", "kernel", "go", "native", "environment", "none", NULL};
    for (size_t i = 0; gm_rules[i]; i++) {
        const gm_rule *rule = gm_rules[i];
        const char *texts[] = {rule->title, rule->definition, rule->proves, rule->refutes, rule->remedy, rule->source};
        for (size_t k = 0; k < G_N_ELEMENTS(texts); k++)
            if (!is_text(texts[k])) fail_msg("%s: part %zu of the card is empty", rule->slug, k);
        if (!g_strv_contains(families, rule->family)) fail_msg("%s: there is no family %s", rule->slug, rule->family);
        for (size_t k = 0; k < i; k++)
            if (strcmp(rule->slug, gm_rules[k]->slug) == 0) fail_msg("%s is listed twice", rule->slug);
    }
}

static size_t count_cases(const char *rule, const GPtrArray *names, const char *outcome) {
    g_autofree char *first = g_strdup_printf("-- expect: %s\n", outcome);
    size_t n = 0;
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *sql = read_file(rule, g_ptr_array_index(names, i));
        n += g_str_has_prefix(sql, first);
    }
    return n;
}

/* Fires, clean, a near miss (clean too), and a missing input; only "too little recorded" needs no input. */
static void every_rule_has_its_cases(void **state) {
    (void)state;
    for (size_t i = 0; gm_rules[i]; i++) {
        const char *rule = gm_rules[i]->slug;
        g_autofree char *folder = g_build_filename(GM_TESTDATA, "rules", rule, NULL);
        g_autoptr(GPtrArray) names = list_folder(folder);
        size_t fired = count_cases(rule, names, "fired"), clean = count_cases(rule, names, "clean"), missing = count_cases(rule, names, "not_applicable");
        bool needs_input = strcmp(rule, "insufficient_evidence") != 0;
        if (fired < 1 || clean < 2 || (needs_input && missing < 1))
            fail_msg("%s has %zu cases that fire, %zu clean ones, %zu with a missing input; one, two and one are needed", rule, fired, clean, missing);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_cases), cmocka_unit_test(cards_are_filled), cmocka_unit_test(every_rule_has_its_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
