/* exposition.c, labels.c, table.c: keys and labels as written, their canonical JSON, times, and the table
 * that finds series by their text. */
#include "metrics_test.h"

#include <math.h>

#include "importer/metrics/exposition.h"

/* name, then labels as JSON; "refused" when the key cannot be read. */
static char *key_of(gm_arena *arena, const char *line) {
    gm_span rest = gm_span_of(line), key, name;
    gm_labels labels;
    if (!gm_exposition_take_key(&rest, &key) || !gm_exposition_read_key(key, arena, &name, &labels))
        return g_strdup("refused");
    gm_span json = gm_labels_json(&labels, arena);
    return g_strdup_printf("%.*s %.*s|%.*s", (int)name.len, name.data, (int)json.len, json.data, (int)rest.len,
                           rest.data);
}

static void test_keys(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"up 1", "up {}| 1"},
        {"up{} 1", "up {}| 1"},
        {"a:b_1{x=\"1\"} 2", "a:b_1 {\"x\":\"1\"}| 2"},
        {"up{z=\"1\",a=\"2\",} 3", "up {\"a\":\"2\",\"z\":\"1\"}| 3"},
        {"  up\t{ a = \"1\" , b=\"2\" } 3", "up {\"a\":\"1\",\"b\":\"2\"}| 3"},
        {"up{a=\"}\",b=\"{,=#\"} 3", "up {\"a\":\"}\",\"b\":\"{,=#\"}| 3"},
        {"up{a=\"q\\\"b\\\\c\\nd\\te\"} 3", "up {\"a\":\"q\\\"b\\\\c\\nd\\\\te\"}| 3"},
        {"up{a=\"\\\\\"} 3", "up {\"a\":\"\\\\\"}| 3"},
        {"up{a=\"\",b=\"x\"} 3", "up {\"b\":\"x\"}| 3"},
        {"up{a=\"1\",a=\"2\"} 3", "up {\"a\":\"1\"}| 3"},
        {"{\"my.metric\",\"la.bel\"=\"v\"} 1", "my.metric {\"la.bel\":\"v\"}| 1"},
        {"{__name__=\"up\", job=\"x\"} 1 5", "up {\"job\":\"x\"}| 1 5"},
        {"up{a=\"x\001y\"} 3", "up {\"a\":\"x\\u0001y\"}| 3"},
        {"", "refused"},
        {"up", "refused"},
        {"1up 1", "refused"},
        {"{} 1", "refused"},
        {"up{a=\"1\" 1", "refused"},
        {"up{a=\"1} 1", "refused"},
        {"up{a=\"1\\\"} 1", "refused"},
        {"up{a=1} 1", "refused"},
        {"up{a} 1", "refused"},
        {"up{=\"1\"} 1", "refused"},
        {"up{a=\"1\" b=\"2\"} 1", "refused"},
    };
    gm_arena *arena = gm_arena_new(0);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = key_of(arena, cases[i][0]);
        if (strcmp(found, cases[i][1]) != 0) fail_msg("%s\nwanted %s\ngot    %s", cases[i][0], cases[i][1], found);
    }
    gm_arena_free(arena);
}

static void test_too_many_labels(void **state) {
    (void)state;
    gm_arena *arena = gm_arena_new(0);
    GString *line = g_string_new("up{");
    for (int i = 0; i < GM_LABELS_MAX; i++) g_string_append_printf(line, "l%d=\"1\",", i);
    g_autofree char *fits = g_strconcat(line->str, "} 1", NULL), *more = g_strconcat(line->str, "x=\"1\"} 1", NULL);
    g_autofree char *kept = key_of(arena, fits), *refused = key_of(arena, more);
    assert_true(g_str_has_prefix(kept, "up {\"l0\":\"1\","));
    assert_string_equal(refused, "refused");
    g_string_free(line, TRUE);
    gm_arena_free(arena);
}

static void test_values(void **state) {
    (void)state;
    static const struct {
        const char *rest;
        bool reads;
        double value;
        const char *stamp;
    } cases[] = {{" 1", true, 1, ""},
                 {"\t1.5e3 ", true, 1500, ""},
                 {" 1 1795424362272", true, 1, "1795424362272"},
                 {" 1 1795424362.272 # {a=\"b\"} 1", true, 1, "1795424362.272"},
                 {" 1 # {a=\"b\"} 1 2", true, 1, ""},
                 {" +Inf", true, INFINITY, ""},
                 {" 0x10", true, 16, ""},
                 {"", false, 0, ""},
                 {" x", false, 0, ""},
                 {" 1 2 3", false, 0, ""}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        double value;
        gm_span stamp;
        bool reads = gm_exposition_read_value(gm_span_of(cases[i].rest), &value, &stamp);
        if (reads != cases[i].reads) fail_msg("\"%s\" is read: %d", cases[i].rest, reads);
        if (!reads) continue;
        assert_true(value == cases[i].value);
        assert_true(gm_span_equal(stamp, gm_span_of(cases[i].stamp)));
    }
}

static void test_stamps(void **state) {
    (void)state;
    int64_t t_ns;
    assert_true(gm_exposition_read_stamp(GM_SPAN("1795424362272"), &t_ns));
    assert_int_equal(t_ns, INT64_C(1795424362272000000));
    assert_true(gm_exposition_read_stamp(GM_SPAN("1795424362"), &t_ns));
    assert_int_equal(t_ns, INT64_C(1795424362000000000));
    assert_true(gm_exposition_read_stamp(GM_SPAN("1795424362.272"), &t_ns));
    assert_int_equal(t_ns, INT64_C(1795424362272000000));
    assert_true(gm_exposition_read_stamp(GM_SPAN("60.000"), &t_ns));
    assert_int_equal(t_ns, INT64_C(60000000000));
    assert_true(gm_exposition_read_stamp(GM_SPAN("100000000000"), &t_ns)); /* the border: 1973 in ms */
    assert_int_equal(t_ns, INT64_C(100000000000000000));
    assert_false(gm_exposition_read_stamp(GM_SPAN("99999999999"), &t_ns)); /* the year 5138 does not fit */
    assert_false(gm_exposition_read_stamp(GM_SPAN("9223372036854775807"), &t_ns));
    assert_false(gm_exposition_read_stamp(GM_SPAN("noon"), &t_ns));
}

static void test_table(void **state) {
    (void)state;
    enum { KEYS = 5000 };
    static int values[KEYS];
    char key[32];
    gm_table table;
    gm_arena *arena = gm_arena_new(0);
    gm_table_init(&table, arena);
    assert_null(gm_table_find(&table, GM_SPAN("k")));
    for (int i = 0; i < KEYS; i++) {
        snprintf(key, sizeof(key), "some_series{n=\"%d\"}", i);
        assert_true(gm_table_put(&table, gm_span_of(key), &values[i]));
        assert_false(gm_table_put(&table, gm_span_of(key), &values[0]));
    }
    for (int i = 0; i < KEYS; i++) {
        snprintf(key, sizeof(key), "some_series{n=\"%d\"}", i);
        const gm_table_entry *entry = gm_table_find(&table, gm_span_of(key));
        assert_non_null(entry);
        assert_ptr_equal(entry->value, &values[i]);
    }
    assert_null(gm_table_find(&table, GM_SPAN("some_series{n=\"5000\"}")));
    gm_arena_free(arena);
}

static void test_table_without_memory(void **state) {
    (void)state;
    int value = 0, put = 0;
    char key[32];
    gm_table table;
    gm_arena *arena = gm_arena_new(64 << 10);
    gm_table_init(&table, arena);
    for (int i = 0; i < 10000; i++) {
        snprintf(key, sizeof(key), "key %d", i);
        put += gm_table_put(&table, gm_span_of(key), &value);
    }
    assert_in_range(put, 100, 9999);
    for (int i = 0; i < put; i++) {
        snprintf(key, sizeof(key), "key %d", i);
        assert_non_null(gm_table_find(&table, gm_span_of(key)));
    }
    gm_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),   cmocka_unit_test(test_too_many_labels),
        cmocka_unit_test(test_values), cmocka_unit_test(test_stamps),
        cmocka_unit_test(test_table),  cmocka_unit_test(test_table_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
