/* The rule configuration: what is accepted, what is refused and on which line, and what it does to an incident. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gomortem/analyzer.h"

#include <math.h>

static void accepted(void **state) {
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_rule_config) config = gm_rule_config_parse(
        "# a comment\n; another\n\n[thresholds]\n trend.z = 4.5 \n[rule page_cache]\nenabled = false\n"
        "[suppress]\nrule = *\nreason = a known one\nexpires = 2024-12-31\n",
        "rules.ini", &error);
    assert_non_null(config);
    assert_true(gm_rule_config_thresholds(config)->value[GM_TH_TREND_Z] == 4.5);
    assert_true(gm_rule_config_thresholds(config)->value[GM_TH_TREND_MIN_CYCLES] == 20);
    assert_false(gm_rule_config_enabled(config, "page_cache"));
    assert_true(gm_rule_config_enabled(config, "tmpfs"));
    assert_true(gm_rule_config_enabled(NULL, "page_cache"));
}

static void refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *line, *word;
    } cases[] = {
        {"trend.z = 4\n", "line 1", "before the first section"},
        {"[thresholds]\ntrend.zz = 4\n", "line 2", "trend.zz"},
        {"[thresholds]\ntrend.z = four\n", "line 2", "four"},
        {"[thresholds]\ntrend.z = -1\n", "line 2", "-1"},
        {"[thresholds]\ntrend.z = nan\n", "line 2", "nan"},
        {"[thresholds]\ntrend.z\n", "line 2", "neither"},
        {"[threshold]\n", "line 1", "threshold"},
        {"[thresholds\n", "line 1", "]"},
        {"[]\n", "line 1", "section"},
        {"[rule no_such]\n", "line 1", "no_such"},
        {"[rule tmpfs]\nenabled = yes\n", "line 2", "yes"},
        {"[rule tmpfs]\nseverity = fatal\n", "line 2", "fatal"},
        {"[rule tmpfs]\ncolour = red\n", "line 2", "colour"},
        {"[suppress]\nrule = tmpfs\n", "needs", "reason"},
        {"[suppress]\nreason = because\n\n[thresholds]\n", "needs", "rule"},
        {"[suppress]\nrule = no_such\n", "line 2", "no_such"},
        {"[suppress]\nrule = tmpfs\nreason = r\nexpires = soon\n", "line 4", "soon"},
        {"[suppress]\nrule = tmpfs\nreason = r\nexpires = 2024-13-01\n", "line 4", "2024-13-01"},
        {"[suppress]\nrule = tmpfs\nuntil = 2024-12-01\n", "line 3", "until"},
        {"[thresholds]\n\xff = 1\n", "line 0", "UTF-8"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(gm_rule_config) config = gm_rule_config_parse(cases[i].text, "rules.ini", &error);
        if (config || !error) fail_msg("accepted: %s", cases[i].text);
        if (!strstr(error->message, cases[i].line) || !strstr(error->message, cases[i].word))
            fail_msg("%s: %s", cases[i].text, error->message);
    }
}

static char *read_case(const char *name) {
    g_autofree char *path = g_build_filename(GM_TESTDATA, "rules", name, NULL);
    char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL)) fail_msg("cannot read %s", path);
    return text;
}

/* Analyzes the page cache case (its record ends on 2024-05-02) and answers "outcome severity summary" of a rule. */
static char *analyze(const char *text, const char *rule) {
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_rule_config) config = gm_rule_config_parse(text, "rules.ini", &error);
    assert_non_null(config);
    g_autoptr(gm_store) store = gm_store_create(":memory:", true, &error);
    assert_non_null(store);
    static const char *const parts[] = {"prelude.sql", "page_cache/fires.sql", "finish.sql"};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *sql = read_case(parts[i]);
        assert_true(gm_store_exec(store, sql, &error));
    }
    assert_true(gm_store_exec(store, "DROP TABLE temp.measure; DROP TABLE temp.tick", &error));
    assert_true(gm_store_set_mode(store, GM_STORE_ANALYZE, &error));
    assert_true(gm_analyze_configured(store, config, &error));
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store, "SELECT outcome || ' ' || severity || ' ' || summary FROM finding WHERE rule = ?1", &error);
    assert_non_null(stmt);
    gm_bind_text(stmt, 1, rule);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    return g_strdup(gm_column_text(stmt, 0));
}

static void expect(const char *text, const char *start, const char *word) {
    g_autofree char *answer = analyze(text, "page_cache");
    if (!g_str_has_prefix(answer, start) || !strstr(answer, word)) fail_msg("%s gives: %s", text, answer);
}

static void in_force(void **state) {
    (void)state;
    expect("", "fired info", "page cache");
    expect("[rule page_cache]\nseverity = high\n", "fired high", "page cache");
    expect("[rule page_cache]\nenabled = false\n", "not_applicable info", "switched off");
    expect("[thresholds]\nmaterial.bytes = 1e12\n", "clean info", "");
    const char *suppressed =
        "[rule page_cache]\nseverity = high\n[suppress]\nrule = page_cache\nreason = known writer\n";
    expect(suppressed, "fired info", "(suppressed: known writer)");
    const char *suffixes[][2] = {{"container = shop/app-*\n", "fired info"}, {"container = shop/*/app\n", "fired info"},
                                 {"container = other\n", "fired high"},      {"expires = 2024-05-03\n", "fired info"},
                                 {"expires = 2024-05-02\n", "fired info"},   {"expires = 2024-05-01\n", "fired high"}};
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *text = g_strconcat(suppressed, suffixes[i][0], NULL);
        expect(text, suffixes[i][1], "page cache");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(accepted), cmocka_unit_test(refused),
                                       cmocka_unit_test(in_force)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
