/* Thinning keeps every extreme: a spike of one row survives, order holds, short histories stay whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reports/thin.h"

#include <math.h>

typedef struct {
    int64_t t_ns;
    double value;
} row;

static int64_t row_time(const void *at) {
    return ((const row *)at)->t_ns;
}

static double row_key(const void *at, int key) {
    (void)key;
    return ((const row *)at)->value;
}

static const gm_thin_kind kind = {sizeof(row), 1, row_time, row_key};

static GByteArray *thin(const row *rows, size_t n, size_t stretches) {
    gm_thin thinned;
    gm_thin_init(&thinned, &kind, rows[0].t_ns, rows[n - 1].t_ns, (int64_t)n, stretches);
    for (size_t i = 0; i < n; i++) gm_thin_add(&thinned, &rows[i]);
    return gm_thin_finish(&thinned);
}

static void test_spikes_survive(void **state) {
    enum { N = 100000 };
    g_autofree row *rows = g_new(row, N);
    (void)state;
    for (int i = 0; i < N; i++) rows[i] = (row){i * INT64_C(1000), 100};
    rows[31415].value = 999;
    rows[27182].value = -5;
    rows[N - 1].value = 77;
    g_autoptr(GByteArray) out = thin(rows, N, 200);
    const row *kept = (const row *)(void *)out->data;
    size_t n = out->len / sizeof(row);
    double low = INFINITY, high = -INFINITY;
    assert_true(n >= 200 && n <= 2 * 201);
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, kept[i].value);
        high = fmax(high, kept[i].value);
        if (i) assert_true(kept[i].t_ns > kept[i - 1].t_ns);
    }
    assert_true(low == -5 && high == 999);
}

static void test_short_history_is_whole(void **state) {
    row rows[] = {{5, 1}, {6, NAN}, {7, 3}};
    (void)state;
    g_autoptr(GByteArray) out = thin(rows, 3, 200);
    assert_int_equal(out->len, sizeof rows);
}

static void test_unknown_values_and_one_moment(void **state) {
    enum { N = 5000 };
    g_autofree row *rows = g_new(row, N);
    (void)state;
    for (int i = 0; i < N; i++) rows[i] = (row){i, NAN};
    g_autoptr(GByteArray) none = thin(rows, N, 10);
    assert_int_equal(none->len, 0);
    for (int i = 0; i < N; i++) rows[i] = (row){7, i};
    g_autoptr(GByteArray) all = thin(rows, N, 10); /* no time passes: nothing to cut */
    assert_int_equal(all->len, N * sizeof(row));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_spikes_survive),
                                       cmocka_unit_test(test_short_history_is_whole),
                                       cmocka_unit_test(test_unknown_values_and_one_moment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
