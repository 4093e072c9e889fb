/* The rules' cases: testdata/rules/<rule>/<case>.sql fills an incident, the analyzer runs, and the rule must answer
 * what the case's first line says. Every evidence of every finding is run again and must yield its value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/analyzer/sql_cases.h"

#include <math.h>
#include <stdio.h>

static char *outcome_of(gm_store *store, const char *rule) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "SELECT outcome || ': ' || summary FROM finding WHERE rule = ?1 AND life = 1", NULL);
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
        double stored = gm_column_double(all, 1),
               again = sqlite3_step(one) == SQLITE_ROW ? gm_column_double(one, 0) : NAN;
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
        if (strcmp(text ? text : "NULL", words[0]) != 0)
            fail_msg("%s/%s: %s yields %s, not %s", rule, name, words[1], text ? text : "NULL", words[0]);
    }
}

static size_t wrong; /* cases whose outcome is not the expected one: all are shown before the test fails */

static void check_case(const char *rule, const char *name, const char *prelude, const char *finish) {
    g_autofree char *sql = read_case("rules", rule, name);
    if (!g_str_has_prefix(sql, "-- expect: ")) fail_msg("%s/%s does not say what to expect", rule, name);
    g_autofree char *expected = g_strndup(sql + strlen("-- expect: "), strcspn(sql + strlen("-- expect: "), " \n"));
    g_autofree char *full_name = g_strdup_printf("%s/%s", rule, name);
    g_autoptr(gm_store) store = fill_case(full_name, prelude, sql, finish);
    run_sql(store, "drop",
            "DROP TABLE temp.measure; DROP TABLE temp.tick; DROP TABLE temp.usual; DROP TABLE temp.cycle");
    analyze_case(store, full_name);
    g_autofree char *outcome = outcome_of(store, rule);
    printf("%s: %s\n", full_name, outcome);
    size_t n = strlen(expected);
    if (strncmp(outcome, expected, n) != 0 || outcome[n] != ':') {
        print_error("%s: expected %s, got %s\n", full_name, expected, outcome);
        wrong++;
    }
    check_evidence(store, name);
    check_yields(store, rule, name, sql);
}

static void all_cases(void **state) {
    (void)state;
    size_t cases = for_each_case("rules", check_case);
    assert_true(cases >= 16);
    assert_int_equal(wrong, 0);
}

/* --- each rule is whole: a card that says something, and cases for every answer --- */

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
        g_autofree char *sql = read_case("rules", rule, g_ptr_array_index(names, i));
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
        size_t fired = count_cases(rule, names, "fired"), clean = count_cases(rule, names, "clean"),
               missing = count_cases(rule, names, "not_applicable");
        bool needs_input = strcmp(rule, "insufficient_evidence") != 0;
        if (fired < 1 || clean < 2 || (needs_input && missing < 1))
            fail_msg(
                "%s has %zu cases that fire, %zu clean ones, %zu with a missing input; one, two and one are needed",
                rule, fired, clean, missing);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_cases), cmocka_unit_test(cards_are_filled),
                                       cmocka_unit_test(every_rule_has_its_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
