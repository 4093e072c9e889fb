/* Metric captures of third parties, where they are present: GOMORTEM_SAMPLES names their folder, and without
 * it the test skips. Expected are the member's counts, which were worked out from the files by hand or by
 * other programs, and single values that can be read in them. */
#include "metrics_test.h"

static const char *folder(void) {
    const char *path = g_getenv("GOMORTEM_SAMPLES");
    if (path && g_file_test(path, G_FILE_TEST_IS_DIR)) return path;
    print_message("GOMORTEM_SAMPLES names no folder: nothing is checked\n");
    skip();
    return NULL;
}

/* Reads a sample as if it lay in a directory that tells its time; before and after are put around its bytes.
 */
static gm_store *import_sample(const char *name, const char *before, const char *after) {
    g_autofree char *file = g_build_filename(folder(), name, NULL);
    g_autofree char *path = g_strconcat("20260101T000000Z/", name, NULL);
    g_autofree char *bytes = NULL;
    if (!g_file_get_contents(file, &bytes, NULL, NULL)) fail_msg("%s cannot be read", file);
    g_autofree char *whole = g_strconcat(before, bytes, after, NULL);
    return import_text(path, whole);
}

static void test_counts(void **state) {
    (void)state;
    static const struct {
        const char *name, *counts; /* format, records, rejected, left out */
    } cases[] = {
        {"kubelet-stats-summary-k8s1.31.json", "kubelet_summary|312|0|71\n"},
        {"kubelet-stats-summary-old.json", "kubelet_summary|168|0|30\n"},
        {"memstats-expvar-kubo5530.json", "expvar|24|0|3\n"},
        {"memstats-text-MADV_FREE-issue39779.txt", "expvar|18|0|0\n"},
        {"metrics-server-podmetricslist-1065.json", "metrics_server|2|0|0\n"},
        {"otlp-metrics-example.json", "otlp_json|0|0|4\n"},
        {"prom-exposition-kubelet-cadvisor-k8s1.15.prom", "prom_text|1494|0|2085\n"},
        {"prom-promtool-dump-openmetrics-roundtrip-test.prom", "prom_text|0|0|14\n"},
        {"prom-promtool-dump-openmetrics-test.prom", "prom_text|0|0|10\n"},
        {"prom-promtool-dump-test-1.prom", "prom_dump|0|0|15\n"},
        {"prom-promtool-metrics-test.prom", "prom_text|3|0|25\n"},
        {"prom-query_range-matrix-thanos-issue2890.json", "prom_json|0|0|448\n"},
        {"prom-query_range-matrix-vm.json", "prom_json|0|0|2\n"},
    };
    folder();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(gm_store) store = import_sample(cases[i].name, "", "");
        g_autofree char *found = rows_of(store, "SELECT format, records, rejected, left_out FROM member");
        if (strcmp(found, cases[i].counts) != 0)
            fail_msg("%s\nwanted %sgot    %s", cases[i].name, cases[i].counts, found);
    }
}

static void test_kubelet_of_1_15(void **state) {
    (void)state;
    folder();
    g_autoptr(gm_store) store = import_sample("prom-exposition-kubelet-cadvisor-k8s1.15.prom", "", "");
    /* limits of 0 are not stored; those of pause containers have no quantity */
    assert_rows(store,
                "SELECT count (*) FROM sample JOIN series USING (series_id) JOIN quantity q USING (quantity_id)"
                " WHERE q.name = 'memory.limit' AND value <= 0",
                "0\n");
    assert_rows(store, "SELECT DISTINCT container FROM identity WHERE level = 'container' AND container IN ('', 'POD')",
                "");
    assert_rows(store, "SELECT count (*) FROM identity WHERE level = 'node' AND cgroup IS NULL", "1\n");
}

static void test_limit_of_the_summary(void **state) {
    (void)state;
    folder();
    g_autoptr(gm_store) store = import_sample("kubelet-stats-summary-k8s1.31.json", "", "");
    assert_rows(store,
                "SELECT value, t_ns FROM sample JOIN series USING (series_id) JOIN quantity q USING (quantity_id)"
                " JOIN identity USING (identity_id) WHERE q.name = 'memory.limit' AND container = 'kindnet-cni'"
                " ORDER BY t_ns LIMIT 1",
                "52428800.0|1762283723000000000\n");
}

/* The sample is the inner part of an answer. */
static void test_docker_api(void **state) {
    (void)state;
    folder();
    g_autoptr(gm_store) store = import_sample("docker-api-stats-memory_stats-gopsutil107.json",
                                              "{\"read\":\"2026-01-01T00:00:00Z\",\"name\":\"/x\",", "}");
    assert_rows(store, "SELECT format FROM member", "docker_stats\n");
    assert_rows(store,
                "SELECT s.name, q.name, value FROM sample JOIN series s USING (series_id) JOIN quantity q"
                " USING (quantity_id) WHERE q.name IN ('memory.anon', 'memory.usage') ORDER BY 2",
                "memory_stats.stats.total_rss|memory.anon|6537216.0\nmemory_stats.usage|memory.usage|6537216.0\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_kubelet_of_1_15),
        cmocka_unit_test(test_limit_of_the_summary),
        cmocka_unit_test(test_docker_api),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
