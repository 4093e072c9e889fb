/* vocabulary.c: the dictionaries are searchable and sound, names and labels mean what they should, and values
 * that say "none" are not stored. */
#include "metrics_test.h"

#include <math.h>

#include "importer/metrics/vocabulary.h"

static gm_labels labels_of(const char *name, const char *value) {
    gm_labels labels = {.n = 0};
    if (name) assert_true(gm_labels_add(&labels, gm_span_of(name), gm_span_of(value)));
    return labels;
}

static gm_meaning meaning_of(const char *metric, const char *label, const char *value) {
    gm_labels labels = labels_of(label, value);
    return gm_metric_meaning(gm_span_of(metric), &labels);
}

static void test_sorted_and_found(void **state) {
    (void)state;
    for (gm_dictionary d = 0; d < GM_DICTS; d++) {
        size_t n, found;
        const gm_alias *rows = gm_alias_rows(d, &n);
        assert_true(n > 0);
        for (size_t i = 0; i < n; i++) {
            if (i > 0 && strcmp(rows[i - 1].name.data, rows[i].name.data) > 0)
                fail_msg("%s stands behind %s", rows[i].name.data, rows[i - 1].name.data);
            assert_int_equal(strlen(rows[i].name.data), rows[i].name.len);
            assert_true(rows[i].quantity > GM_Q_NONE && rows[i].quantity < GM_Q_COUNT);
            assert_true(rows[i].divisor > 0);
            const gm_alias *first = gm_alias_find(d, rows[i].name, &found);
            assert_true(first && first <= &rows[i] && &rows[i] < first + found);
        }
    }
}

static void test_rows_of_a_name_differ(void **state) {
    (void)state;
    for (gm_dictionary d = 0; d < GM_DICTS; d++) {
        size_t n;
        const gm_alias *rows = gm_alias_rows(d, &n);
        for (size_t i = 1; i < n; i++)
            if (gm_span_equal(rows[i - 1].name, rows[i].name) && strcmp(rows[i - 1].when, rows[i].when) == 0)
                fail_msg("%s is there twice", rows[i].name.data);
    }
}

static void test_unknown_names(void **state) {
    (void)state;
    size_t n = 7;
    assert_null(gm_alias_find(GM_DICT_METRIC, GM_SPAN(""), &n));
    assert_int_equal(n, 0);
    assert_null(gm_alias_find(GM_DICT_METRIC, GM_SPAN("go_goroutine"), &n));
    assert_null(gm_alias_find(GM_DICT_METRIC, GM_SPAN("go_goroutines_"), &n));
    assert_null(gm_alias_find(GM_DICT_MEMSTATS, GM_SPAN("heapinuse"), &n));
    assert_null(gm_alias_find(GM_DICT_METRIC, GM_SPAN("zzz"), &n));
}

static void test_exporters_names(void **state) {
    (void)state;
    static const struct {
        const char *metric;
        gm_quantity quantity;
        bool of_cgroup;
    } cases[] = {
        {"container_memory_usage_bytes", GM_Q_MEM_USAGE, true},
        {"container_memory_rss", GM_Q_MEM_ANON, true},
        {"container_memory_cache", GM_Q_MEM_FILE, true},
        {"pod_memory_working_set_bytes", GM_Q_MEM_WORKING_SET, true},
        {"go_memstats_heap_inuse_bytes", GM_Q_GO_HEAP_INUSE, false},
        {"go_memory_classes_heap_objects_bytes", GM_Q_GO_HEAP_ALLOC, false},
        {"go_gc_duration_seconds_count", GM_Q_GO_GC_COUNT, false},
        {"go_gc_heap_live_bytes", GM_Q_GO_HEAP_LIVE, false},
        {"go.goroutine.count", GM_Q_GO_GOROUTINES, false},
        {"process_resident_memory_peak_bytes", GM_Q_PROC_PEAK_RSS, false},
        {"kube_pod_container_status_restarts_total", GM_Q_CONTAINER_RESTARTS, true},
        {"grpc_server_handled_total", GM_Q_LOAD_REQUESTS, false},
        {"prometheus_http_requests_total", GM_Q_LOAD_REQUESTS, false},
        {"http_requests_in_flight", GM_Q_LOAD_IN_FLIGHT, false},
        {"myapp_go_goroutines", GM_Q_GO_GOROUTINES, false},
        {"myapp_process_open_fds", GM_Q_PROC_OPEN_FDS, false},
        {"node_namespace_pod_container:container_memory_rss", GM_Q_MEM_ANON, true},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        gm_meaning meaning = meaning_of(cases[i].metric, NULL, NULL);
        if (!meaning.keep || meaning.quantity != cases[i].quantity || meaning.of_cgroup != cases[i].of_cgroup)
            fail_msg("%s: keep %d, quantity %d, of_cgroup %d", cases[i].metric, meaning.keep, (int)meaning.quantity,
                     meaning.of_cgroup);
    }
}

static void test_kept_without_quantity(void **state) {
    (void)state;
    static const char *const kept[] = {"container_memory_pgscan_total", "container_cpu_user_seconds_total",
                                       "go_memstats_lookups_total",     "process_max_fds",
                                       "go_sql_open_connections",       "orders_requests_total"};
    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
        gm_meaning meaning = meaning_of(kept[i], NULL, NULL);
        if (!meaning.keep || meaning.quantity != GM_Q_NONE) fail_msg("%s", kept[i]);
    }
}

static void test_left_out(void **state) {
    (void)state;
    static const char *const left[] = {"up",
                                       "node_memory_MemTotal_bytes",
                                       "container_network_receive_bytes_total",
                                       "promhttp_metric_handler_requests_in_flight",
                                       "go_memstats_alloc_bytes_created",
                                       "go_godebug_non_default_behavior_panicnil_events_total",
                                       "cargo_goroutines",
                                       "shop_orders_total",
                                       ""};
    for (size_t i = 0; i < G_N_ELEMENTS(left); i++)
        if (meaning_of(left[i], NULL, NULL).keep) fail_msg("%s", left[i]);
    assert_false(meaning_of("go_gc_duration_seconds", "quantile", "0.5").keep);
    assert_false(meaning_of("go_sched_latencies_seconds_bucket", "le", "0.5").keep);
    g_autofree char *endless = g_strnfill(5000, 'g');
    assert_false(meaning_of(endless, NULL, NULL).keep);
}

static void test_conditions(void **state) {
    (void)state;
    assert_int_equal(meaning_of("container_cpu_usage_seconds_total", NULL, NULL).quantity, GM_Q_CPU_USAGE);
    assert_int_equal(meaning_of("container_cpu_usage_seconds_total", "cpu", "total").quantity, GM_Q_CPU_USAGE);
    assert_int_equal(meaning_of("container_cpu_usage_seconds_total", "cpu", "").quantity, GM_Q_CPU_USAGE);
    gm_meaning one_cpu = meaning_of("container_cpu_usage_seconds_total", "cpu", "cpu03");
    assert_true(one_cpu.keep);
    assert_int_equal(one_cpu.quantity, GM_Q_NONE);

    gm_labels labels = labels_of("failure_type", "pgmajfault");
    assert_int_equal(gm_metric_meaning(GM_SPAN("container_memory_failures_total"), &labels).quantity, GM_Q_NONE);
    gm_labels_add(&labels, GM_SPAN("scope"), GM_SPAN("container"));
    assert_int_equal(gm_metric_meaning(GM_SPAN("container_memory_failures_total"), &labels).quantity,
                     GM_Q_MEM_PGMAJFAULT);
    assert_int_equal(meaning_of("go.memory.used", "go.memory.type", "stack").quantity, GM_Q_GO_STACK_INUSE);
    assert_int_equal(meaning_of("go.memory.used", "go.memory.type", "other").quantity, GM_Q_NONE);
    assert_true(meaning_of("process_runtime_go_gc_pause_total_ns", NULL, NULL).divisor == 1e9);
}

static void test_facts(void **state) {
    (void)state;
    gm_meaning info = meaning_of("go_info", "version", "go1.22.1");
    assert_false(info.keep);
    assert_non_null(info.fact);
    assert_int_equal(info.fact->kind, GM_FACT_LABEL);
    gm_meaning limits = meaning_of("kube_pod_container_resource_limits", "resource", "memory");
    assert_true(limits.keep);
    assert_int_equal(limits.quantity, GM_Q_MEM_LIMIT);
    assert_int_equal(limits.fact->kind, GM_FACT_VALUE);
    assert_null(meaning_of("go_goroutines", NULL, NULL).fact);
}

static void accepts(int line, gm_quantity quantity, double value, gm_quantity as, double stored) {
    gm_quantity q = quantity;
    double v = value;
    if (!gm_value_accept(&q, &v) || q != as || v != stored)
        fail_msg("line %d: %.17g became %.17g of quantity %d", line, value, v, (int)q);
}

static void refuses(int line, gm_quantity quantity, double value) {
    if (gm_value_accept(&quantity, &value)) fail_msg("line %d: %.17g is stored", line, value);
}
#define KEPT(quantity, value)    accepts(__LINE__, quantity, value, quantity, value)
#define REFUSED(quantity, value) refuses(__LINE__, quantity, value)

static void test_values(void **state) {
    (void)state;
    KEPT(GM_Q_MEM_LIMIT, 268435456);
    REFUSED(GM_Q_MEM_LIMIT, 0);                     /* cAdvisor: none */
    REFUSED(GM_Q_MEM_LIMIT, 9223372036854771712.0); /* cgroup v1: none */
    KEPT(GM_Q_MEM_USAGE, 0);
    KEPT(GM_Q_MEM_KERNEL, 0);
    KEPT(GM_Q_GO_MEMLIMIT, 2147483648.0);
    REFUSED(GM_Q_GO_MEMLIMIT, 9.223372036854776e+18);
    KEPT(GM_Q_GO_GOGC, 100);
    KEPT(GM_Q_GO_GOGC, 0);
    accepts(__LINE__, GM_Q_GO_GOGC, 1.8446744073709552e+19, GM_Q_GO_GOGC, -1);
    KEPT(GM_Q_GO_NEXT_GC, 4194304);
    accepts(__LINE__, GM_Q_GO_NEXT_GC, 1.8446744073709552e+19, GM_Q_GO_GOGC, -1);
    /* a stale marker does not say that the collector is off */
    gm_quantity quantity = GM_Q_GO_NEXT_GC;
    double stale = NAN;
    assert_true(gm_value_accept(&quantity, &stale));
    assert_int_equal(quantity, GM_Q_GO_NEXT_GC);
    KEPT(GM_Q_CONTAINER_START, 1795424347);
    REFUSED(GM_Q_CONTAINER_START, -62135596800.0);
    REFUSED(GM_Q_GO_LAST_GC, 0);
    REFUSED(GM_Q_CPU_QUOTA_US, -1);
    KEPT(GM_Q_NONE, 1.8446744073709552e+19);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sorted_and_found), cmocka_unit_test(test_rows_of_a_name_differ),
        cmocka_unit_test(test_unknown_names),    cmocka_unit_test(test_exporters_names),
        cmocka_unit_test(test_left_out),         cmocka_unit_test(test_kept_without_quantity),
        cmocka_unit_test(test_conditions),       cmocka_unit_test(test_facts),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
