/* The same history in four encodings gives the same series and samples, also when the incident holds all
 * four; selecting, limits and damage. */
#include "metrics_test.h"

#define WHO "namespace=\"shop\",pod=\"cart-0\",container=\"cart\""

static const char range_json[] =
    "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
    "{\"metric\":{\"__name__\":\"container_memory_rss\",\"container\":\"cart\",\"id\":\"/"
    "a\\\"b\",\"namespace\":\"shop\","
    "\"pod\":\"cart-0\"},\"values\":[[1795424362.272,\"1e6\"],[1795424377.272,\"2000000\"]]},"
    "{\"metric\":{\"__name__\":\"go_goroutines\",\"container\":\"cart\",\"instance\":\"10.0.0.1:80\",\"job\":"
    "\"cart\","
    "\"namespace\":\"shop\",\"pod\":\"cart-0\"},\"values\":[[1795424362.5,\"9\"],[1795424377.5,\"NaN\"]]}]}}";

static const char open_metrics[] = "# TYPE container_memory_rss gauge\n"
                                   "container_memory_rss{" WHO ",id=\"/a\\\"b\"} 1e+06 1795424362.272\n"
                                   "container_memory_rss{" WHO ",id=\"/a\\\"b\"} 2e+06 1795424377.272\n"
                                   "# TYPE go_goroutines gauge\n"
                                   "go_goroutines{" WHO ",job=\"cart\",instance=\"10.0.0.1:80\"} 9 1795424362.500\n"
                                   "go_goroutines{" WHO ",job=\"cart\",instance=\"10.0.0.1:80\"} NaN 1795424377.500\n"
                                   "# EOF\n";

static const char dump[] = "{__name__=\"container_memory_rss\", container=\"cart\", id=\"/a\\\"b\", "
                           "namespace=\"shop\", pod=\"cart-0\"} 1e+06 "
                           "1795424362272\n"
                           "{__name__=\"container_memory_rss\", container=\"cart\", id=\"/a\\\"b\", "
                           "namespace=\"shop\", pod=\"cart-0\"} 2e+06 "
                           "1795424377272\n"
                           "{__name__=\"go_goroutines\", container=\"cart\", instance=\"10.0.0.1:80\", "
                           "job=\"cart\", namespace=\"shop\", "
                           "pod=\"cart-0\"} 9 1795424362500\n"
                           "{__name__=\"go_goroutines\", container=\"cart\", instance=\"10.0.0.1:80\", "
                           "job=\"cart\", namespace=\"shop\", "
                           "pod=\"cart-0\"} NaN 1795424377500\n";

static const char vm_export[] =
    "{\"metric\":{\"__name__\":\"container_memory_rss\",\"pod\":\"cart-0\",\"namespace\":\"shop\",\"id\":\"/"
    "a\\\"b\","
    "\"container\":\"cart\"},\"values\":[1000000,2000000.0],\"timestamps\":[1795424362272,1795424377272]}\n"
    "{\"metric\":{\"__name__\":\"go_goroutines\",\"pod\":\"cart-0\",\"namespace\":\"shop\",\"job\":\"cart\","
    "\"instance\":\"10.0.0.1:80\",\"container\":\"cart\"},\"values\":[9,null],\"timestamps\":[1795424362500,"
    "1795424377500]}\n";

static const struct {
    const char *path, *text, *format;
} encodings[] = {{"range.json", range_json, "prom_json"},
                 {"metrics.om.txt", open_metrics, "prom_text"},
                 {"dump.txt", dump, "prom_dump"},
                 {"export.jsonl", vm_export, "vm_export"}};

static const char all_sql[] = "SELECT s.name, s.labels, s.source, q.name, i.namespace, i.pod, i.container, t_ns, value"
                              " FROM series s LEFT JOIN sample USING (series_id) JOIN identity i USING (identity_id)"
                              " LEFT JOIN quantity q USING (quantity_id) ORDER BY s.name, t_ns";
static const char all_rows[] =
    "container_memory_rss|{\"id\":\"/"
    "a\\\"b\"}|prometheus|memory.anon|shop|cart-0|cart|1795424362272000000|1000000.0\n"
    "container_memory_rss|{\"id\":\"/"
    "a\\\"b\"}|prometheus|memory.anon|shop|cart-0|cart|1795424377272000000|2000000.0\n"
    "go_goroutines|{\"instance\":\"10.0.0.1:80\",\"job\":\"cart\"}|prometheus|go.goroutines|shop|cart-0|cart|"
    "1795424362500000000|9.0\n";

static void test_each_encoding(void **state) {
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(encodings); i++) {
        g_autoptr(gm_store) store = import_text(encodings[i].path, encodings[i].text);
        g_autofree char *member = g_strdup_printf("%s|3|0|1\n", encodings[i].format);
        assert_rows(store, "SELECT format, records, rejected, left_out FROM member", member);
        assert_rows(store, all_sql, all_rows);
        assert_rows(store, "SELECT count (*) FROM diagnostic", "0\n");
    }
}

static void test_all_encodings_in_one(void **state) {
    (void)state;
    GError *error = NULL;
    gm_importer importer;
    g_autoptr(gm_store) store = gm_store_create(":memory:", false, &error);
    gm_importer_init(&importer, store, &gm_limits_default, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(encodings); i++)
        assert_int_equal(gm_importer_add(&importer, gm_span_of(encodings[i].path), gm_span_of(encodings[i].text)),
                         GM_OK);
    gm_importer_release(&importer);
    assert_rows(store, all_sql, all_rows);
    assert_rows(store, "SELECT records, left_out FROM member ORDER BY member_id", "3|1\n0|4\n0|4\n0|4\n");
}

static void test_a_new_id_keeps_the_identity(void **state) {
    (void)state;
    static const char text[] = "# TYPE container_memory_rss gauge\n"
                               "container_memory_rss{" WHO ",id=\"/pods/one\"} 1 1795424362272\n"
                               "container_memory_rss{" WHO ",id=\"/pods/two\"} 2 1795424377272\n";
    g_autoptr(gm_store) store = import_text("x.prom", text);
    assert_rows(store, "SELECT count (DISTINCT identity_id), count (*) FROM series", "1|2\n");
    assert_rows(store, "SELECT namespace, pod, container, cgroup FROM identity ORDER BY identity_id",
                "shop|cart-0|cart|-\nshop|cart-0|cart|/pods/one\nshop|cart-0|cart|/pods/two\n");
}

static void test_selected_only(void **state) {
    (void)state;
    static const char text[] = "# TYPE go_goroutines gauge\n"
                               "go_goroutines{" WHO "} 1 1795424362272\n"
                               "go_goroutines{namespace=\"shop\",pod=\"till-0\",container=\"till\"} 2 1795424362272\n"
                               "go_info{namespace=\"shop\",pod=\"till-0\",container=\"till\",version=\"go1.22\"} 1\n";
    g_autoptr(gm_store) store = import_with("x.prom", gm_span_of(text), NULL, "shop/cart-*");
    assert_rows(store, "SELECT pod, value FROM sample JOIN series USING (series_id) JOIN identity USING (identity_id)",
                "cart-0|1.0\n");
    assert_rows(store, "SELECT records, rejected, left_out FROM member", "1|0|2\n");
    assert_rows(store, "SELECT count (*) FROM setting", "0\n");
}

static void test_limit_of_series(void **state) {
    (void)state;
    gm_limits limits = gm_limits_default;
    GString *text = g_string_new("# TYPE go_goroutines gauge\n");
    limits.series = 5;
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < 3; k++)
            g_string_append_printf(text, "go_goroutines{" WHO ",n=\"%d\"} %d %d\n", i, k, 1795424362 + k);
    g_autoptr(gm_store) store = import_with("x.prom", (gm_span){text->str, text->len}, &limits, NULL);
    assert_rows(store, "SELECT records, rejected, left_out FROM member", "15|9|0\n");
    assert_rows(store, "SELECT count (*) FROM series", "5\n");
    assert_rows(store, "SELECT severity, text FROM diagnostic",
                "error|the incident's limit of 5 series is reached; --max-series raises it\n");
    g_string_free(text, TRUE);
}

static void test_little_memory(void **state) {
    (void)state;
    gm_limits limits = gm_limits_default;
    GString *text = g_string_new("# TYPE go_goroutines gauge\n");
    limits.arena_bytes = 256 << 10;
    for (int i = 0; i < 20000; i++) g_string_append_printf(text, "go_goroutines{n=\"%d\"} 1 1795424362\n", i);
    g_autoptr(gm_store) store = import_with("x.prom", (gm_span){text->str, text->len}, &limits, NULL);
    assert_rows(store, "SELECT records + rejected, records > 500, rejected > 500 FROM member", "20000|1|1\n");
    assert_rows(store, "SELECT records = (SELECT count (*) FROM sample) FROM member", "1\n");
    assert_rows(store, "SELECT DISTINCT severity FROM diagnostic WHERE severity = 'error'", "error\n");
    g_string_free(text, TRUE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_encoding),   cmocka_unit_test(test_all_encodings_in_one),
        cmocka_unit_test(test_selected_only),   cmocka_unit_test(test_a_new_id_keeps_the_identity),
        cmocka_unit_test(test_limit_of_series), cmocka_unit_test(test_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
