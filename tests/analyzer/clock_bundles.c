/* The clock rules against each other on captured incidents: what the better rules rest on is taken away in turn, and
 * the rule that is left must put every process where MemStats puts it, within the uncertainty that it states. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gomortem/analyzer.h"
#include "gomortem/importer.h"

#include <stdio.h>
#include <stdlib.h>

#define WITHOUT(quantity) \
    "DELETE FROM sample WHERE series_id IN (SELECT series_id FROM series s JOIN quantity q USING (quantity_id) WHERE q.name = '" quantity \
    "');"
#define NO_LAST   WITHOUT("go.last_gc_time")
#define NO_STAMPS NO_LAST "UPDATE gc_cycle SET log_ns = NULL;"
#define NO_STARTS \
    WITHOUT("process.start_time") WITHOUT("container.start_time") "DELETE FROM event WHERE kind = 'started';"

static const struct {
    const char *name, *sql;
} strips[] = {
    {"MemStats", NO_LAST},
    {"log stamps too", NO_STAMPS},
    {"process starts too", NO_STAMPS WITHOUT("process.start_time")},
    {"all starts too", NO_STAMPS NO_STARTS},
    {"counts, not starts", NO_STAMPS WITHOUT("process.start_time") WITHOUT("go.gc_count")},
    {"starts and counts", NO_STAMPS NO_STARTS WITHOUT("go.gc_count")},
};

typedef struct {
    char *rule;
    int64_t process, zero_ns, uncertainty_ns;
} placed;

static void clear_placed(gpointer data) {
    g_free(((placed *)data)->rule);
}

static GArray *place(const char *bundle, const char *sql) {
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_store) store = NULL;
    gm_import_result result;
    gm_import_options options = {
        .bundles = (const char *const[]){bundle, NULL}, .target = ":memory:", .limits = gm_limits_default};
    if (!gm_import(&options, &result, &store, &error)) fail_msg("%s: %s", bundle, error->message);
    if (sql && !gm_store_exec(store, sql, &error)) fail_msg("%s: %s", bundle, error->message);
    if (!gm_store_set_mode(store, GM_STORE_ANALYZE, &error)) fail_msg("%s: %s", bundle, error->message);
    gm_analyze_options analyze;
    gm_thresholds_init(&analyze.thresholds);
    if (!gm_analyze(store, &analyze, &error)) fail_msg("%s: %s", bundle, error->message);
    GArray *clocks = g_array_new(FALSE, FALSE, sizeof(placed));
    g_array_set_clear_func(clocks, clear_placed);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store,
        "SELECT rule, process, zero_ns, uncertainty_ns FROM clocks WHERE clock = 'runtime' ORDER BY path, process",
        NULL);
    assert_non_null(stmt);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        placed one = {g_strdup(gm_column_text(stmt, 0)), gm_column_int(stmt, 1), gm_column_int(stmt, 2),
                      gm_column_int(stmt, 3)};
        g_array_append_val(clocks, one);
    }
    return clocks;
}

/* Returns how many processes were placed. */
static int compare(const char *name, const char *without, const GArray *best, const GArray *left) {
    int found = 0;
    assert_int_equal(best->len, left->len);
    for (guint i = 0; i < best->len; i++) {
        const placed *a = &g_array_index(best, placed, i), *b = &g_array_index(left, placed, i);
        assert_string_equal(a->rule, "memstats_pair");
        if (strcmp(b->rule, "unplaced") == 0) continue;
        int64_t off = b->zero_ns - a->zero_ns, within = b->uncertainty_ns + a->uncertainty_ns;
        printf("%s without %s, process %d: %s is off by %.4f s, states %.4f s\n", name, without, (int)a->process,
               b->rule, (double)off / 1e9, (double)b->uncertainty_ns / 1e9);
        if (off > within || off < -within)
            fail_msg("%s without %s: %s is off by more than it states", name, without, b->rule);
        assert_string_not_equal(b->rule, "memstats_pair");
        found++;
    }
    return found;
}

static void each_rule_within_its_bounds(void **state) {
    (void)state;
    static const char *const names[] = {"heapleak", "gogc800", "smalllimit", "healthy"};
    int found[G_N_ELEMENTS(strips)] = {0}, all = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *file = g_strconcat(names[i], ".tar.gz", NULL),
                        *path = g_build_filename(GM_TESTDATA, "incidents", file, NULL);
        g_autoptr(GArray) best = place(path, NULL);
        all += (int)best->len;
        for (size_t k = 0; k < G_N_ELEMENTS(strips); k++) {
            g_autoptr(GArray) left = place(path, strips[k].sql);
            found[k] += compare(names[i], strips[k].name, best, left);
        }
    }
    assert_true(all >= 15);
    assert_int_equal(found[0], all); /* every line has a stamp */
    assert_int_equal(found[1], all); /* every process has its start time */
    assert_true(found[2] >= 10);
    assert_true(found[3] >= 4);
    assert_true(found[4] >= 10);
    assert_true(found[5] >= 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_rule_within_its_bounds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
