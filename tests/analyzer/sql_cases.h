/* Cases as data for the analyzer's tests: testdata/<kind>/<group>/<case>.sql between prelude.sql and finish.sql of the
 * kind, which fill an incident. Included by programs that include cmocka first. */
#ifndef GM_TESTS_ANALYZER_SQL_CASES_H
#define GM_TESTS_ANALYZER_SQL_CASES_H

#include "gomortem/analyzer.h"

/* group "" is the kind's own folder. To be freed. */
static inline char *read_case(const char *kind, const char *group, const char *name) {
    g_autofree char *path = g_build_filename(GM_TESTDATA, kind, group, name, NULL);
    char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL)) fail_msg("cannot read %s", path);
    return text;
}

static inline void run_sql(gm_store *store, const char *what, const char *sql) {
    g_autoptr(GError) error = NULL;
    if (!gm_store_exec(store, sql, &error)) fail_msg("%s: %s", what, error->message);
}

static inline gint by_name(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static inline GPtrArray *list_folder(const char *path) {
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; dir && (name = g_dir_read_name(dir));) g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, by_name);
    return names;
}

/* An incident in memory, filled and still open for writing. */
static inline gm_store *fill_case(const char *name, const char *prelude, const char *sql, const char *finish) {
    g_autoptr(GError) error = NULL;
    gm_store *store = gm_store_create(":memory:", true, &error);
    assert_non_null(store);
    run_sql(store, "prelude", prelude);
    run_sql(store, name, sql);
    run_sql(store, "finish", finish);
    return store;
}

static inline void analyze_case(gm_store *store, const char *name) {
    g_autoptr(GError) error = NULL;
    gm_analyze_options options = {0};
    if (!gm_store_set_mode(store, GM_STORE_ANALYZE, &error)) fail_msg("%s", error->message);
    gm_thresholds_init(&options.thresholds);
    if (!gm_analyze(store, &options, &error)) fail_msg("%s: %s", name, error->message);
}

typedef void check_case_function(const char *group, const char *name, const char *prelude, const char *finish);

/* Every case of a kind in the order of the names; how many there were. */
static inline size_t for_each_case(const char *kind, check_case_function *check) {
    g_autofree char *root = g_build_filename(GM_TESTDATA, kind, NULL), *prelude = read_case(kind, "", "prelude.sql"),
                    *finish = read_case(kind, "", "finish.sql");
    g_autoptr(GPtrArray) groups = list_folder(root);
    size_t cases = 0;
    for (guint i = 0; i < groups->len; i++) {
        const char *group = g_ptr_array_index(groups, i);
        if (g_str_has_suffix(group, ".sql")) continue;
        g_autofree char *folder = g_build_filename(root, group, NULL);
        g_autoptr(GPtrArray) names = list_folder(folder);
        for (guint k = 0; k < names->len; k++, cases++) check(group, g_ptr_array_index(names, k), prelude, finish);
    }
    return cases;
}

#endif
