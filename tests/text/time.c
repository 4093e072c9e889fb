/* time.c and time_words.c. Expected values are written as date arithmetic of their own or come from date -u
 * +%s. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>

#include "importer/text/span.h"

#define NS(seconds, ns) (INT64_C(seconds) * GM_NS_PER_S + (ns))

static void test_civil(void **state) {
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day, expected = -719162; /* 0001-01-01; counted day by day from there */
    for (int year = 1; year <= 9999; year++) {
        bool leap = (year % 4 == 0) - (year % 100 == 0) + (year % 400 == 0);
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 && leap);
            for (int d = 1; d <= length; d++, expected++) {
                assert_true(gm_time_civil(year, month, d, &day));
                assert_int_equal(day, expected);
            }
            assert_false(gm_time_civil(year, month, length + 1, &day));
            assert_false(gm_time_civil(year, month, 0, &day));
        }
        assert_false(gm_time_civil(year, 0, 1, &day));
        assert_false(gm_time_civil(year, 13, 1, &day));
    }
    assert_true(gm_time_civil(1970, 1, 1, &day) && day == 0);
    assert_false(gm_time_civil(0, 1, 1, &day));
    assert_false(gm_time_civil(10000, 1, 1, &day));
    assert_false(gm_time_civil(INT32_MIN, INT32_MIN, INT32_MIN, &day));
    assert_false(gm_time_civil(INT32_MAX, INT32_MAX, INT32_MAX, &day));
}

static void rfc(const char *text, int64_t expected, const char *left, bool zone) {
    gm_span rest = gm_span_of(text);
    int64_t ns = 4711;
    bool has_zone = !zone;
    if (!gm_time_take_rfc3339(&rest, &ns, &has_zone)) fail_msg("%s is refused", text);
    if (ns != expected) fail_msg("%s gives %" PRId64, text, ns);
    assert_int_equal(rest.len, strlen(left));
    assert_memory_equal(rest.data, left, rest.len);
    assert_int_equal(has_zone, zone);
}

static void test_rfc3339(void **state) {
    (void)state;
    rfc("1970-01-01T00:00:00Z", 0, "", true);
    rfc("1969-12-31T23:59:59.999999999Z", -1, "", true);
    rfc("2026-11-23T09:14:50Z", NS(1795425290, 0), "", true);
    rfc("2019-04-01T17:58:33.598656444Z", NS(1554141513, 598656444), "", true);
    rfc("2026-11-23 08:41:30,287197+00:00", NS(1795423290, 287197000), "", true);
    rfc("2026-11-23T08:41:30.1Z stderr F x", NS(1795423290, 100000000), " stderr F x", true);
    rfc("2026-11-23T16:41:30.5+08:00", NS(1795423290, 500000000), "", true);
    rfc("2026-11-23T03:11:30-0530", NS(1795423290, 0), "", true);
    rfc("2026-11-23 08:41:30.000000001 +0000 UTC", NS(1795423290, 1), " UTC", true);
    rfc("2026-11-23t08:41:30z", NS(1795423290, 0), "", true);
    rfc("2026-11-23T08:41:30 text", NS(1795423290, 0), " text", false);
    rfc("2026-11-23T08:41:30, text", NS(1795423290, 0), ", text", false);
    rfc("2026-11-23T08:41:30.", NS(1795423290, 0), ".", false);
    rfc("2026-11-23T08:41:30.123456789876Z", NS(1795423290, 123456789), "", true);
    rfc("2026-11-23T08:41:30+05", NS(1795423290, 0), "+05", false);
    rfc("2026-11-23T08:41:30 -1 x", NS(1795423290, 0), " -1 x", false);
    rfc("2024-02-29T23:59:59Z", NS(1709251199, 0), "", true);
    rfc("2000-02-29T00:00:00Z", NS(951782400, 0), "", true);
    rfc("2016-12-31T23:59:60Z", NS(1483228800, 0), "", true);
    rfc("2262-04-11T23:47:16.854775807Z", INT64_MAX, "", true);
    rfc("1677-09-21T00:12:43.145224193Z", INT64_MIN + 1, "", true);
}

static void test_rfc3339_fractions(void **state) {
    (void)state;
    int64_t expected = 0, unit = 100000000;
    char text[64] = "2026-11-23T08:41:30.";
    for (int n = 1; n <= 15; n++, unit /= 10) {
        size_t len = strlen(text);
        text[len] = (char)('0' + n % 10);
        expected += unit * (n % 10);
        rfc(text, NS(1795423290, 0) + expected, "", false);
    }
}

static void test_rfc3339_refused(void **state) {
    (void)state;
    const char *refused[] = {
        "",
        "2026",
        "2026-11-23",
        "2026-11-23T",
        "2026-11-23T08:41",
        "2026-11-23T08:41:3",
        "2026-11-23T08:41:300",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T23:60:00Z",
        "2026-11-23T23:59:61Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2262-04-11T23:47:16.854775808Z",
        "2262-04-11T23:47:17Z",
        "1677-09-21T00:12:43.145224192Z",
        "1677-09-21T00:12:43Z",
        "2026/11/23T08:41:30Z",
        "26-11-23T08:41:30Z",
        "2026-1-23T08:41:30Z",
        "+2026-11-23T08:41:30Z",
        " 2026-11-23T08:41:30Z",
        "2026-11-23_08:41:30Z",
        "12026-11-23T08:41:30Z",
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        gm_span rest = gm_span_of(refused[i]);
        int64_t ns;
        bool zone;
        if (gm_time_take_rfc3339(&rest, &ns, &zone)) fail_msg("%s gives %" PRId64, refused[i], ns);
        assert_int_equal(rest.len, strlen(refused[i]));
    }
    int64_t ns = 4711;
    assert_false(gm_time_rfc3339(GM_SPAN("2026-11-23T08:41:30Z "), &ns));
    assert_false(gm_time_rfc3339(GM_SPAN("2026-11-23T08:41:30+24:00"), &ns));
    assert_false(gm_time_rfc3339(GM_SPAN("2026-11-23T08:41:30+01:60"), &ns));
    assert_int_equal(ns, 4711);
    assert_true(gm_time_rfc3339(GM_SPAN("2026-11-23T08:41:30+23:59"), &ns));
}

static void ctime_form(const char *text, int64_t expected, const char *left) {
    gm_span rest = gm_span_of(text);
    int64_t ns = 4711;
    if (!gm_time_take_ctime(&rest, &ns)) fail_msg("%s is refused", text);
    if (ns != expected) fail_msg("%s gives %" PRId64, text, ns);
    assert_int_equal(rest.len, strlen(left));
    assert_memory_equal(rest.data, left, rest.len);
}

static void test_ctime(void **state) {
    (void)state;
    ctime_form("Wed Jun 17 10:37:10 2020", NS(1592390230, 0), "");
    ctime_form("Wed Jun 17 10:37:10 2020] oom-kill", NS(1592390230, 0), "] oom-kill");
    ctime_form("Sun Jun  7 10:37:10 2020", NS(1591526230, 0), "");
    ctime_form("Sun Jun 07 10:37:10 2020", NS(1591526230, 0), "");
    ctime_form("Mon Nov 23 09:14:50 UTC 2026", NS(1795425290, 0), "");
    ctime_form("Mon Nov 23 10:14:50 CET 2026", NS(1795425290, 0), "");
    ctime_form("Mon Nov 23 04:14:50 EST 2026", NS(1795425290, 0), "");
    ctime_form("Mon Nov 23 10:14:50 +0100 2026", NS(1795425290, 0), "");
    ctime_form("Mon Nov 23 09:14:50 XYZT 2026", NS(1795425290, 0), "");
    ctime_form("Mon Nov 23 09:14:50 AM UTC 2026", NS(1795425290, 0), "");
    ctime_form("Mon Nov 23 12:14:50 AM UTC 2026", NS(1795392890, 0), "");
    ctime_form("Mon Nov 23 12:14:50 PM UTC 2026", NS(1795436090, 0), "");
    ctime_form("Mon 23 Nov 2026 09:14:50 AM UTC", NS(1795425290, 0), "");
    ctime_form("Mon, 23 Nov 2026 09:14:50 GMT", NS(1795425290, 0), "");
    ctime_form("Mon 23 Nov 09:14:50 UTC 2026", NS(1795425290, 0), "");
    ctime_form("Mon Nov 23 09:14:50.123456 2026", NS(1795425290, 123456000), "");
    const char *refused[] = {
        "",
        "Wed",
        "Wed Jun",
        "Wed Jun 17 10:37:10",
        "Wed Jun 31 10:37:10 2020",
        "Wed Jun 17 24:37:10 2020",
        "Xxx Jun 17 10:37:10 2020",
        "Wed Juni 17 10:37:10 2020",
        "Wed Jun 17 10:37:10 202",
        "Wed Jun 17 13:00:00 PM 2020",
        "Wed Jun 17 10:37:10 20200",
        "Wed Jun 17 10:37:10 ERROR text",
        "Jun 17 10:37:10 2020",
        "Wed Jun 17 2020",
        "Wed Jun 99999999999 10:37:10 2020",
        "Wed Jun 17 10:37:10 9999",
        "Wed Jun 0 10:37:10 2020",
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        gm_span rest = gm_span_of(refused[i]);
        int64_t ns;
        if (gm_time_take_ctime(&rest, &ns)) fail_msg("%s gives %" PRId64, refused[i], ns);
        assert_int_equal(rest.len, strlen(refused[i]));
    }
}

static void test_syslog(void **state) {
    (void)state;
    int64_t ns;
    gm_span rest = GM_SPAN("Nov 15 06:46:39 host kernel:");
    assert_true(gm_time_take_syslog(&rest, 2023, &ns));
    assert_int_equal(ns, NS(1700030799, 0));
    assert_true(gm_span_starts(rest, GM_SPAN(" host")));
    rest = GM_SPAN("Sep  1 18:36:54.050705 host");
    assert_true(gm_time_take_syslog(&rest, 2023, &ns));
    assert_int_equal(ns, NS(1693593414, 50705000));
    rest = GM_SPAN("Feb 29 00:00:00 x");
    assert_true(gm_time_take_syslog(&rest, 2024, &ns));
    assert_int_equal(ns, NS(1709164800, 0));
    rest = GM_SPAN("Feb 29 00:00:00 x");
    assert_false(gm_time_take_syslog(&rest, 2023, &ns));
    assert_int_equal(rest.len, 17);
    rest = GM_SPAN("Nov 15 06:46 x");
    assert_false(gm_time_take_syslog(&rest, 2023, &ns));
    rest = GM_SPAN("nov 15 06:46:39 x");
    assert_false(gm_time_take_syslog(&rest, 2023, &ns));
    rest = GM_SPAN("Nov 15 06:46:39 x");
    assert_false(gm_time_take_syslog(&rest, INT32_MIN, &ns));
}

static void seconds(const char *text, int64_t expected) {
    int64_t ns = 4711;
    if (!gm_time_seconds(gm_span_of(text), &ns)) fail_msg("%s is refused", text);
    if (ns != expected) fail_msg("%s gives %" PRId64, text, ns);
}

static void test_seconds(void **state) {
    (void)state;
    seconds("1795424362.272", NS(1795424362, 272000000));
    seconds("1435781430", NS(1435781430, 0));
    seconds("1435781430.781", NS(1435781430, 781000000));
    seconds("1435781430.000000001", NS(1435781430, 1));
    seconds("1435781430.0000000019", NS(1435781430, 1));
    seconds("1435781430.999999999999999999999999999999999999999999999999999999999999999999999999999999999999",
            NS(1435781430, 999999999));
    seconds("0", 0);
    seconds("0.0", 0);
    seconds("000000000000000000000000000000000000000000000000000000000000000000000000000000000000001", NS(1, 0));
    seconds("0.000000001", 1);
    seconds("0.0000000001", 0);
    seconds(".5", 500000000);
    seconds("5.", NS(5, 0));
    seconds("-1.5", -1500000000);
    seconds("1.795424362e+09", NS(1795424362, 0));
    seconds("1.795424362272e9", NS(1795424362, 272000000));
    seconds("1.7E9", NS(1700000000, 0));
    seconds("17954243622720e-4", NS(1795424362, 272000000));
    seconds("0e100", 0);
    seconds("1e-20", 0);
    seconds("9223372036.854775807", INT64_MAX);
    const char *refused[] = {"",
                             ".",
                             "-",
                             "+1",
                             " 1",
                             "1 ",
                             "1e",
                             "1e+",
                             "abc",
                             "1.5.5",
                             "NaN",
                             "Inf",
                             "0x10",
                             "9223372036.854775808",
                             "9223372037",
                             "99999999999999999999",
                             "1e10",
                             "1e100",
                             "1e9999999999999999999999",
                             "1e99999",
                             "--1",
                             "1.-5"};
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        int64_t ns = 4711;
        if (gm_time_seconds(gm_span_of(refused[i]), &ns)) fail_msg("%s gives %" PRId64, refused[i], ns);
        assert_int_equal(ns, 4711);
    }
}

static void test_digits(void **state) {
    (void)state;
    int64_t ns = 0;
    assert_true(gm_time_digits(GM_SPAN("1644509272337470000"), &ns));
    assert_int_equal(ns, INT64_C(1644509272337470000));
    assert_true(gm_time_digits(GM_SPAN("1644509272"), &ns));
    assert_int_equal(ns, NS(1644509272, 0));
    assert_true(gm_time_digits(GM_SPAN("1644509272337"), &ns));
    assert_int_equal(ns, NS(1644509272, 337000000));
    assert_true(gm_time_digits(GM_SPAN("1644509272337470"), &ns));
    assert_int_equal(ns, NS(1644509272, 337470000));
    ns = 4711;
    const char *refused[] = {
        "",           "164450927",           "16445092723",      "-644509272",          "164450927x",
        "9999999999", "9223372036854775808", "9999999999999999", "16445092723374700000"};
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        assert_false(gm_time_digits(gm_span_of(refused[i]), &ns));
        assert_int_equal(ns, 4711);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_civil),
        cmocka_unit_test(test_rfc3339),
        cmocka_unit_test(test_rfc3339_fractions),
        cmocka_unit_test(test_rfc3339_refused),
        cmocka_unit_test(test_ctime),
        cmocka_unit_test(test_syslog),
        cmocka_unit_test(test_seconds),
        cmocka_unit_test(test_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
