/* Logs of other people's machines, when they are at hand (GOMORTEM_SAMPLES names the folder; skipped otherwise).
 * What must come out is counted here with the plainest means, not with the parsers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gomortem/importer.h"
#include "gomortem/store.h"

static bool ends_like_a_cycle(const char *line) {
    return strstr(line, "gc ") && strstr(line, " ms cpu, ") &&
           (g_str_has_suffix(line, " P") || g_str_has_suffix(line, " P (forced)"));
}

static gm_store *import(const char *path) {
    const char *bundles[] = {path, NULL};
    gm_import_options options = {.bundles = bundles, .target = ":memory:", .limits = gm_limits_default};
    gm_import_result result;
    gm_store *store = NULL;
    GError *error = NULL;
    if (!gm_import(&options, &result, &store, &error)) fail_msg("%s: %s", path, error->message);
    assert_non_null(store);
    return store;
}

static int64_t query(gm_store *store, const char *sql) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, sql, NULL);
    assert_non_null(stmt);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    return gm_column_int(stmt, 0);
}

/* Every kill line is a row, on its line. Answers how many lines are cycles. */
static int64_t check_lines(const char *path, const char *text, gm_store *store) {
    int64_t cycles = 0;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (int i = 0; lines[i]; i++) {
        g_strchomp(lines[i]);
        cycles += ends_like_a_cycle(lines[i]);
        if (!strstr(lines[i], "Killed process ")) continue;
        g_autofree char *sql = g_strdup_printf("SELECT count (*) FROM oom_kill WHERE line = %d AND pid > 0", i + 1);
        if (query(store, sql) != 1) fail_msg("%s: the kill in line %d is missing", path, i + 1);
    }
    return cycles;
}

static void check(const char *path) {
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_autoptr(gm_store) store = import(path);
    int64_t expected = check_lines(path, text, store), cycles = query(store, "SELECT count (*) FROM gc_cycle");
    if (cycles != expected) fail_msg("%s: %d cycles, expected %d", path, (int)cycles, (int)expected);
    if (query(store, "SELECT count (*) FROM member WHERE format LIKE 'log\\_%' ESCAPE '\\'") != 1)
        fail_msg("%s is not read as a log", path);
    if (query(store, "SELECT count (*) FROM diagnostic WHERE severity = 'error'") != 0) fail_msg("%s: errors", path);
}

static bool is_log(const char *name) {
    return (g_str_has_prefix(name, "gctrace-") || g_str_has_prefix(name, "oom-") || g_str_has_prefix(name, "wrap-")) &&
           !g_str_has_suffix(name, ".source");
}

static void samples(void **state) {
    (void)state;
    const char *folder = g_getenv("GOMORTEM_SAMPLES"), *name;
    if (!folder) {
        print_message("GOMORTEM_SAMPLES is not set\n");
        skip();
    }
    int checked = 0;
    GDir *dir = g_dir_open(folder, 0, NULL);
    assert_non_null(dir);
    while ((name = g_dir_read_name(dir))) {
        if (!is_log(name)) continue;
        g_autofree char *path = g_build_filename(folder, name, NULL);
        check(path);
        checked++;
    }
    g_dir_close(dir);
    print_message("%d logs\n", checked);
    assert_true(checked > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(samples)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
