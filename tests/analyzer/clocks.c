/* The clock graph's cases: testdata/clocks/<rule>/<case>.sql fills an incident, the analyzer runs, and the clocks must
 * be what the case's comments say:
 *   -- clock: PROCESS|boot|local RULE [TRUE_ZERO_NS MOST_UNCERTAINTY_S]   (the zero must be right within the stated
 * uncertainty)
 *   -- candidate: PROCESS RULE OUTCOME       -- drift: PROCESS LEAST_S MOST_S       -- kills: PLACED UNPLACED */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/analyzer/sql_cases.h"

#include <stdio.h>
#include <stdlib.h>

static void check_clock(gm_store *store, const char *name, char **words) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store, "SELECT rule, zero_ns, uncertainty_ns FROM clocks WHERE clock = ?1 AND process = ?2", NULL);
    assert_non_null(stmt);
    long process = strtol(words[0], NULL, 10);
    gm_bind_text(stmt, 1, process ? "runtime" : words[0]);
    sqlite3_bind_int64(stmt, 2, process);
    if (sqlite3_step(stmt) != SQLITE_ROW) fail_msg("%s: no clock of process %s", name, words[0]);
    const char *rule = gm_column_text(stmt, 0);
    double off = (double)(gm_column_int(stmt, 1) - strtoll(words[2] ? words[2] : "0", NULL, 10)) / 1e9,
           within = gm_column_double(stmt, 2) / 1e9;
    printf("%s: %s, off by %.4f s, stated %.4f s\n", name, rule, words[2] ? off : 0, words[2] ? within : 0);
    if (strcmp(rule, words[1]) != 0) fail_msg("%s: expected %s, got %s", name, words[1], rule);
    if (words[2] && (off > within || off < -within)) fail_msg("%s: off by %g s, more than %g s", name, off, within);
    if (words[2] && within > strtod(words[3], NULL))
        fail_msg("%s: uncertain by %g s, not %s s", name, within, words[3]);
    bool empty = sqlite3_column_type(stmt, 1) == SQLITE_NULL && sqlite3_column_type(stmt, 2) == SQLITE_NULL;
    assert_int_equal(empty, strcmp(rule, "unplaced") == 0);
}

static void check_candidate(gm_store *store, const char *name, char **words) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store,
        "SELECT outcome FROM clock_candidate JOIN clock USING (clock_id) WHERE process = ?1 AND clock_candidate.rule = ?2",
        NULL);
    assert_non_null(stmt);
    sqlite3_bind_int64(stmt, 1, strtol(words[0], NULL, 10));
    gm_bind_text(stmt, 2, words[1]);
    if (sqlite3_step(stmt) != SQLITE_ROW) fail_msg("%s: no candidate %s", name, words[1]);
    assert_string_equal(gm_column_text(stmt, 0), words[2]);
}

static void check_drift(gm_store *store, const char *name, char **words) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "SELECT drift_ns / 1e9 FROM clocks WHERE process = ?1", NULL);
    assert_non_null(stmt);
    sqlite3_bind_int64(stmt, 1, strtol(words[0], NULL, 10));
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    double drift = gm_column_double(stmt, 0);
    if (!(drift >= strtod(words[1], NULL) && drift <= strtod(words[2], NULL)))
        fail_msg("%s: drift of %g s", name, drift);
}

static void check_kills(gm_store *store, const char *name, char **words) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "SELECT count (t_ns), count (*) - count (t_ns) FROM kill", NULL);
    assert_non_null(stmt);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    bool same = sqlite3_column_int(stmt, 0) == strtol(words[0], NULL, 10) &&
                sqlite3_column_int(stmt, 1) == strtol(words[1], NULL, 10);
    if (!same) fail_msg("%s: %d kills placed, %d not", name, sqlite3_column_int(stmt, 0), sqlite3_column_int(stmt, 1));
}

static int check_lines(gm_store *store, const char *name, const char *sql) {
    static const struct {
        const char *word;
        void (*check)(gm_store *, const char *, char **);
    } kinds[] = {{"-- clock: ", check_clock},
                 {"-- candidate: ", check_candidate},
                 {"-- drift: ", check_drift},
                 {"-- kills: ", check_kills}};
    g_auto(GStrv) lines = g_strsplit(sql, "\n", -1);
    int checked = 0;
    for (size_t i = 0; lines[i]; i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
            if (!g_str_has_prefix(lines[i], kinds[k].word)) continue;
            g_auto(GStrv) words = g_strsplit(lines[i] + strlen(kinds[k].word), " ", 5);
            kinds[k].check(store, name, words);
            checked++;
        }
    }
    return checked;
}

/* What a view shows and what the table of cycles says must come from the same mapping. */
static void check_cycles(gm_store *store, const char *name) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store,
        "SELECT count(*) FROM gc g JOIN clock c ON c.member_id = g.member_id AND c.process = g.process "
        "AND c.clock = 'runtime' WHERE c.zero_ns IS NOT NULL AND abs (g.t_ns - c.zero_ns - g.start_s * 1e9) > 1000",
        NULL);
    assert_non_null(stmt);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    if (sqlite3_column_int(stmt, 0) != 0) fail_msg("%s: cycles do not follow their clock", name);
}

static void check_case(const char *rule, const char *file, const char *prelude, const char *finish) {
    g_autofree char *sql = read_case("clocks", rule, file), *name = g_strdup_printf("%s/%s", rule, file);
    g_autoptr(gm_store) store = fill_case(name, prelude, sql, finish);
    analyze_case(store, name);
    if (check_lines(store, name, sql) == 0) fail_msg("%s does not say what to expect", name);
    check_cycles(store, name);
}

static void all_cases(void **state) {
    (void)state;
    size_t cases = for_each_case("clocks", check_case);
    assert_true(cases >= 30);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
