/* Growth between heap profiles: the sampling model, steady rises, the accumulation point, whose code a function is.
 * Incidents are made of SQL: a flat history gives the life, profiles and stacks are added to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyzer/frames.h"
#include "analyzer/heap.h"
#include "tests/analyzer/sql_cases.h"

#include <math.h>

#define MIB 1048576.0

static gm_store *new_incident(void) {
    g_autofree char *prelude = read_case("rules", "", "prelude.sql"), *finish = read_case("rules", "", "finish.sql");
    return fill_case("flat usage", prelude, "INSERT INTO measure SELECT 'memory.usage', i, 200*1048576 FROM tick",
                     finish);
}

/* One function and location per name, ids from 1; stacks as JSON, leaf first. */
static void add_functions(gm_store *store, const char *const *names) {
    for (size_t i = 0; names[i]; i++) {
        g_autofree char *sql = g_strdup_printf(
            "INSERT INTO function VALUES (%zu, '%s', '/src/x.go'); INSERT INTO location VALUES (%zu, %zu, 1)", i + 1,
            names[i], i + 1, i + 1);
        run_sql(store, "heap", sql);
    }
}

static void add_stack(gm_store *store, int id, const char *frames) {
    g_autofree char *sql = g_strdup_printf("INSERT INTO stack VALUES (%d, '%s')", id, frames);
    run_sql(store, "heap", sql);
}

/* A profile at a tick with the live bytes of stacks 1.. in MiB. */
static void add_profile(gm_store *store, int id, int tick, const double *mib, size_t n) {
    g_autoptr(GString) sql = g_string_new(NULL);
    double total = 0;
    for (size_t i = 0; i < n; i++) total += mib[i];
    g_string_append_printf(
        sql,
        "INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, period, value_types, inuse_bytes, alloc_bytes) "
        "SELECT %d, 1, 1, 'heap', t_ns, 524288, '[]', %.0f, %.0f FROM tick WHERE i = %d;",
        id, total * MIB, (total + 100.0 * id) * MIB, tick);
    for (size_t i = 0; i < n; i++)
        if (mib[i] > 0)
            g_string_append_printf(
                sql,
                "INSERT INTO profile_sample (profile_id, stack_id, inuse_bytes, alloc_bytes) VALUES (%d, %zu, %.0f, %.0f);",
                id, i + 1, mib[i] * MIB, mib[i] * MIB);
    run_sql(store, "heap", sql->str);
}

static void analyze(gm_store *store) {
    g_autoptr(GError) error = NULL;
    run_sql(store, "heap", "DROP TABLE temp.measure; DROP TABLE temp.tick");
    if (!gm_store_set_mode(store, GM_STORE_ANALYZE, &error)) fail_msg("%s", error->message);
    gm_analyze_options options;
    gm_thresholds_init(&options.thresholds);
    if (!gm_analyze(store, &options, &error)) fail_msg("%s", error->message);
}

static char *text_of(gm_store *store, const char *sql) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, sql, NULL);
    assert_non_null(stmt);
    return sqlite3_step(stmt) == SQLITE_ROW ? g_strdup(gm_column_text(stmt, 0)) : NULL;
}

static void assert_text(gm_store *store, const char *sql, const char *expected) {
    g_autofree char *found = text_of(store, sql);
    if (g_strcmp0(found, expected) != 0)
        fail_msg("%s: %s, not %s", sql, found ? found : "nothing", expected ? expected : "nothing");
}

static const char *const tree[] = {
    "runtime.goexit", "main.main", "shop/api.Serve", "shop/cache.Put", "runtime.mapassign_faststr",
    "shop/log.Write", NULL};

/* root > main > Serve > Put > mapassign grows; Write, beside Put, does not. */
static void growth_comes_together_where_it_stops_to_be_shared(void **state) {
    (void)state;
    g_autoptr(gm_store) store = new_incident();
    add_functions(store, tree);
    add_stack(store, 1, "[5,4,3,2,1]");
    add_stack(store, 2, "[6,3,2,1]");
    add_stack(store, 3, "[4,3,2,1]");
    for (int i = 0; i < 6; i++)
        add_profile(store, i + 1, 60 + 60 * i, (double[]){10 + 12.0 * i, 5 + 0.5 * (i % 2), 10 + 10.0 * i}, 3);
    analyze(store);
    assert_text(store, "SELECT f.name FROM heap_accumulation JOIN function f USING (function_id)", "shop/cache.Put");
    assert_text(store, "SELECT path FROM heap_accumulation",
                "runtime.goexit > main.main > shop/api.Serve > shop/cache.Put");
    assert_text(store, "SELECT measure || ' ' || depth FROM heap_accumulation", "growth 4");
    assert_text(
        store,
        "SELECT significant || ' ' || consistency_pct FROM heap_growth WHERE role = 'blame' AND function = 'shop/cache.Put'",
        "1 100.0");
    assert_text(store, "SELECT significant FROM heap_growth WHERE role = 'blame' AND function = 'shop/log.Write'", "0");
    assert_text(store, "SELECT signature FROM heap_growth WHERE role = 'blame' AND function = 'shop/cache.Put'", "map");
    assert_text(store, "SELECT sum(growth_bytes) / 1048576 FROM heap_stacks WHERE significant", "110");
}

/* Two places that share the growth evenly: the descent ends above both. */
static void an_even_split_has_no_single_place(void **state) {
    (void)state;
    g_autoptr(gm_store) store = new_incident();
    add_functions(store, tree);
    add_stack(store, 1, "[4,3,2,1]");
    add_stack(store, 2, "[6,3,2,1]");
    for (int i = 0; i < 4; i++) add_profile(store, i + 1, 60 + 90 * i, (double[]){10 + 20.0 * i, 10 + 20.0 * i}, 2);
    analyze(store);
    assert_text(store, "SELECT f.name FROM heap_accumulation JOIN function f USING (function_id)", "shop/api.Serve");
}

/* 40 MiB are known to 4.5 MiB, a growth by 6 MiB between two of them is noise; by 40 MiB it is not. */
static void growth_within_the_sampling_error_is_noise(void **state) {
    (void)state;
    g_autoptr(gm_store) store = new_incident();
    add_functions(store, tree);
    add_stack(store, 1, "[4,2,1]");
    add_stack(store, 2, "[6,2,1]");
    add_profile(store, 1, 60, (double[]){40, 40}, 2);
    add_profile(store, 2, 400, (double[]){46, 80}, 2);
    analyze(store);
    assert_text(store, "SELECT significant FROM heap_growth WHERE role = 'blame' AND function = 'shop/cache.Put'", "0");
    assert_text(store, "SELECT significant FROM heap_growth WHERE role = 'blame' AND function = 'shop/log.Write'", "1");
    assert_text(
        store,
        "SELECT round (se_bytes / 1048576, 2) FROM heap_growth WHERE role = 'blame' AND function = 'shop/cache.Put'",
        "6.56");
    assert_text(store,
                "SELECT slope_bytes_per_min FROM heap_growth WHERE role = 'blame' AND function = 'shop/log.Write'",
                NULL);
}

/* The same total growth, once steady and once up and down. */
static void a_rise_must_be_steady(void **state) {
    (void)state;
    g_autoptr(gm_store) store = new_incident();
    add_functions(store, tree);
    add_stack(store, 1, "[4,2,1]");
    add_stack(store, 2, "[6,2,1]");
    const double jumps[] = {10, 90, 20, 95, 15, 100};
    for (int i = 0; i < 6; i++) add_profile(store, i + 1, 60 + 60 * i, (double[]){10 + 18.0 * i, jumps[i]}, 2);
    analyze(store);
    assert_text(store, "SELECT significant FROM heap_growth WHERE role = 'blame' AND function = 'shop/cache.Put'", "1");
    assert_text(
        store,
        "SELECT significant || ' ' || consistency_pct FROM heap_growth WHERE role = 'blame' AND function = 'shop/log.Write'",
        "0 60.0");
}

/* Allocations since the start that fall are another process: its levels are not compared with these. */
static void profiles_of_two_processes_are_not_mixed(void **state) {
    (void)state;
    g_autoptr(gm_store) store = new_incident();
    add_functions(store, tree);
    add_stack(store, 1, "[4,2,1]");
    for (int i = 0; i < 3; i++) add_profile(store, 20 + i, 60 + 60 * i, (double[]){200}, 1);
    for (int i = 0; i < 4; i++) add_profile(store, 1 + i, 300 + 40 * i, (double[]){20 + i * 0.1}, 1);
    analyze(store);
    assert_text(store, "SELECT count(*) FROM heap_capture", "4");
    assert_text(store, "SELECT max_bytes / 1048576 FROM heap_growth WHERE role = 'flat'", "20");
}

/* One profile shows who holds memory, never who grew. */
static void one_profile_has_no_growth(void **state) {
    (void)state;
    g_autoptr(gm_store) store = new_incident();
    add_functions(store, tree);
    add_stack(store, 1, "[4,3,2,1]");
    add_stack(store, 2, "[6,3,2,1]");
    add_profile(store, 1, 200, (double[]){90, 10}, 2);
    analyze(store);
    assert_text(store, "SELECT sum(significant) FROM heap_site", "0");
    assert_text(store, "SELECT measure || ' ' || f.name FROM heap_accumulation JOIN function f USING (function_id)",
                "held shop/cache.Put");
}

/* Freed memory: 400 MiB allocated between two profiles by a function that holds nothing at either. */
static void a_burst_shows_in_the_allocations(void **state) {
    (void)state;
    g_autoptr(gm_store) store = new_incident();
    add_functions(store, tree);
    add_stack(store, 1, "[4,2,1]");
    for (int i = 0; i < 6; i++) add_profile(store, i + 1, 60 + 60 * i, (double[]){20}, 1);
    run_sql(
        store, "heap",
        "UPDATE profile_sample SET alloc_bytes = 1048576 * (20 + 50 * profile_id + CASE WHEN profile_id >= 4 THEN 400 ELSE 0 END)");
    analyze(store);
    assert_text(
        store,
        "SELECT f.name || ' ' || (bytes / 1048576) || ' ' || (usual_bytes / 1048576) FROM alloc_site JOIN function f USING (function_id)",
        "shop/cache.Put 450 50");
    assert_text(store, "SELECT (from_ns - 1714687200000000000) / 15000000000 FROM alloc_site", "180");
}

static void whose_code(void **state) {
    (void)state;
    struct {
        const char *name, *file;
        gm_code code;
    } cases[] = {
        {"main.main", "/go/src/github.com/acme/shop/cmd/shopd/main.go", GM_CODE_OWN},
        {"github.com/acme/shop/cache.(*LRU[go.shape.string,net/http.Header]).Put",
         "/go/src/github.com/acme/shop/cache/lru.go", GM_CODE_OWN},
        {"github.com/other/lib.Do", "/go/src/github.com/other/lib/lib.go", GM_CODE_DEPENDENCY}, /* the same GOPATH */
        {"github.com/distro/pkg.Run", "/usr/share/gocode/src/github.com/distro/pkg/run.go", GM_CODE_DEPENDENCY},
        {"github.com/mattn/go-sqlite3._Cfunc_sqlite3_step", "_cgo_gotypes.go", GM_CODE_DEPENDENCY},
        {"github.com/acme/shop/cache._Cfunc_free", "_cgo_gotypes.go", GM_CODE_OWN},
        {"net/http.(*Server).Serve", "/usr/lib/go/src/net/http/server.go", GM_CODE_STANDARD},
    };
    gm_function functions[G_N_ELEMENTS(cases)];
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        functions[i] =
            (gm_function){(int64_t)i, i, cases[i].name, cases[i].file, gm_code_of(cases[i].name, cases[i].file)};
    gm_modules_settle(functions, G_N_ELEMENTS(cases));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        if (functions[i].code != cases[i].code) fail_msg("%s: %d", cases[i].name, functions[i].code);
}

/* A module's checkout has any name; what is built in from elsewhere does not lie above main. */
static void whose_code_in_a_module(void **state) {
    (void)state;
    gm_function functions[] = {
        {1, 0, "main.main", "/src/cmd/api/main.go", GM_CODE_OWN},
        {2, 1, "example.com/acme/svc/internal/store.Put", "/src/internal/store/store.go", GM_CODE_OWN},
        {3, 2, "example.com/acme/svc.New", "/src/svc.go", GM_CODE_OWN},
        {4, 3, "example.com/acme/lib.Do", "/lib/do.go", GM_CODE_OWN},
    };
    gm_modules_settle(functions, G_N_ELEMENTS(functions));
    assert_int_equal(functions[1].code, GM_CODE_OWN);
    assert_int_equal(functions[2].code, GM_CODE_OWN);
    assert_int_equal(functions[3].code, GM_CODE_DEPENDENCY);
}

static void steps_that_rise(void **state) {
    (void)state;
    assert_true(isnan(gm_rising_steps((double[]){1, 2}, 2)));
    assert_float_equal(gm_rising_steps((double[]){1, 2, 3}, 3), 100, 1e-9);
    assert_float_equal(gm_rising_steps((double[]){1, 2, 2, 2, 2, 3}, 6), 40, 1e-9);
    double noisy[60]; /* neighbours go up and down, windows rise */
    for (int i = 0; i < 60; i++) noisy[i] = i + (i % 2 ? 8 : 0);
    assert_float_equal(gm_rising_steps(noisy, 60), 100, 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growth_comes_together_where_it_stops_to_be_shared),
        cmocka_unit_test(an_even_split_has_no_single_place),
        cmocka_unit_test(growth_within_the_sampling_error_is_noise),
        cmocka_unit_test(a_rise_must_be_steady),
        cmocka_unit_test(profiles_of_two_processes_are_not_mixed),
        cmocka_unit_test(one_profile_has_no_growth),
        cmocka_unit_test(a_burst_shows_in_the_allocations),
        cmocka_unit_test(whose_code),
        cmocka_unit_test(whose_code_in_a_module),
        cmocka_unit_test(steps_that_rise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
