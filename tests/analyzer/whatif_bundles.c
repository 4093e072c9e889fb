/* The simulation of the recorded setting against the record, on real captures: largest heap, number of collections and
 * peak of memory within 10 %, for every life that allows it. The goals in the log are taken away first: the simulation
 * must not need them. Captures beside the project are used where they are there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gomortem/analyzer.h"
#include "gomortem/importer.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    size_t validated, failed, refused, lives;
    double worst;
} tally;

static gm_store *analyzed(const char *bundle, const char *sql) {
    g_autoptr(GError) error = NULL;
    gm_store *store = NULL;
    gm_import_result result;
    gm_import_options options = {
        .bundles = (const char *const[]){bundle, NULL}, .target = ":memory:", .limits = gm_limits_default};
    if (!gm_import(&options, &result, &store, &error)) fail_msg("%s: %s", bundle, error->message);
    if (sql && !gm_store_exec(store, sql, &error)) fail_msg("%s: %s", bundle, error->message);
    gm_analyze_options analyze;
    gm_thresholds_init(&analyze.thresholds);
    if (!gm_store_set_mode(store, GM_STORE_ANALYZE, &error) || !gm_analyze(store, &analyze, &error))
        fail_msg("%s: %s", bundle, error->message);
    return store;
}

/* Each check of a validated life holds within 10 %, or within what the log's whole MiB leave open. */
static void add(const char *name, gm_store *store, tally *t) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store,
        "SELECT life, status, coalesce (heap_error_pct, 0), coalesce (peak_error_pct, 0), coalesce (cycles_error_pct, 0), "
        "abs (recorded_heap_bytes - predicted_heap_bytes) <= 1048576, abs (recorded_peak - predicted_peak) <= 1048576, "
        "abs (recorded_cycles - predicted_cycles) <= cycles_slack + 1, reason, recorded_heap_bytes IS NOT NULL FROM whatif_input",
        NULL);
    assert_non_null(stmt);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *status = gm_column_text(stmt, 1);
        t->lives++;
        t->failed += strcmp(status, "failed") == 0;
        t->refused += strcmp(status, "refused") == 0;
        if (strcmp(status, "validated") != 0) {
            printf("%s life %d: %s: %s\n", name, sqlite3_column_int(stmt, 0), status, gm_column_text(stmt, 8));
            assert_non_null(gm_column_text(stmt, 8));
            continue;
        }
        t->validated++;
        assert_true(sqlite3_column_int(stmt, 9));
        for (int i = 0; i < 3; i++) {
            double error = sqlite3_column_double(stmt, 2 + i);
            bool rounded = sqlite3_column_int(stmt, 5 + i) != 0;
            if (error > 10 && !rounded)
                fail_msg("%s life %d: validated, and %g %% off", name, sqlite3_column_int(stmt, 0), error);
            if (!rounded) t->worst = fmax(t->worst, error);
        }
    }
}

static void walk(const char *folder, const char *sql, tally *t) {
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; dir && (name = g_dir_read_name(dir));)
        if (strstr(name, ".tar") || g_str_has_suffix(name, ".zip")) g_ptr_array_add(names, g_strdup(name));
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autoptr(gm_store) store = analyzed(path, sql);
        add(name, store, t);
    }
    printf("%s: %zu lives, %zu validated, %zu failed, %zu refused; at most %.1f %% off\n", folder, t->lives,
           t->validated, t->failed, t->refused, t->worst);
}

static void own_captures(void **state) {
    (void)state;
    tally t = {0};
    walk(GM_TESTDATA "/incidents", NULL, &t);
    assert_true(t.validated >= 10);
    assert_true(t.failed <= 2);
}

/* A GOGC that was inferred comes from the goals; where the environment says nothing, Go's default is taken without
 * them. */
static void goals_are_not_needed(void **state) {
    (void)state;
    tally with = {0}, without = {0};
    walk(GM_TESTDATA "/incidents", NULL, &with);
    walk(GM_TESTDATA "/incidents", "UPDATE gc_cycle SET heap_goal_mib = NULL", &without);
    assert_int_equal(with.validated, without.validated);
}

static void captures_beside_the_project(void **state) {
    (void)state;
    tally t = {0};
    const char *folder = GM_SOURCE_DIR "/../shared/incidents";
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        print_message("skipped: there is no %s\n", folder);
        skip();
    }
    walk(folder, NULL, &t);
    assert_true(t.validated >= 0.7 * (double)(t.lives - t.refused));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(own_captures), cmocka_unit_test(goals_are_not_needed),
                                       cmocka_unit_test(captures_beside_the_project)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
