/* Workload names behind pod names: what controllers make up goes, what people chose stays. */
#include "gomortem/workload.h"

#include <glib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void names(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"shop-7c9d8b6f4-x2v5q", "shop"}, /* replica set */
        {"shop-api-66f8dd9c4b-kzr7p", "shop-api"},
        {"shop-3924871234-x2v5q", "shop"}, /* an old hash */
        {"db-0", "db"},                    /* stateful set */
        {"db-12", "db"},
        {"agent-kzr7p", "agent"},            /* daemon set, job */
        {"report-28391040-9hq2m", "report"}, /* cron job */
        {"my-redis", "my-redis"},            /* a word of five letters */
        {"my-mysql", "my-mysql"},
        {"kube-proxy", "kube-proxy"},
        {"shop-v2-7c9d8b6f4-x2v5q", "shop-v2"},
        {"shop", "shop"},
        {"x2v5q", "x2v5q"}, /* never nothing */
        {"-x2v5q", "-x2v5q"},
        {"shop-", "shop-"},
        {"7c9d8b6f4-x2v5q", "7c9d8b6f4"},
        {"shop-X2V5Q", "shop-X2V5Q"},
        {"", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = gm_workload_name(rows[i][0]);
        assert_string_equal(name, rows[i][1]);
    }
    g_autofree char *nothing = gm_workload_name(NULL);
    assert_string_equal(nothing, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
