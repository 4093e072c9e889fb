/* number.c: the same bits as strtod in the C locale, whatever the locale is, and quantities with their
 * suffixes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "importer/text/span.h"

static uint64_t bits(double value) {
    uint64_t pattern;
    memcpy(&pattern, &value, sizeof(pattern));
    return pattern;
}

static void is_double(const char *text, double expected) {
    double value = 4711;
    assert_true(gm_span_double(gm_span_of(text), &value));
    if (bits(value) != bits(expected)) fail_msg("%s gives %a, not %a", text, value, expected);
}

static void not_double(gm_span text) {
    double value = 4711;
    if (gm_span_double(text, &value)) fail_msg("%.*s gives %a", (int)text.len, text.data ? text.data : "", value);
    assert_true(bits(value) == bits(4711));
}

static void test_double(void **state) {
    (void)state;
    is_double("0", 0.0);
    is_double("-0", -0.0);
    is_double("1.26839808e+08", 126839808.0);
    is_double("1.0267820369e+10", 10267820369.0);
    is_double("+17.5", 17.5);
    is_double(".5", 0.5);
    is_double("5.", 5.0);
    is_double("0x1p-2", 0.25);
    is_double("-0x1.8p1", -3.0);
    is_double("1e22", 1e22);
    is_double("1e23", 1e23);
    is_double("9007199254740993", 9007199254740992.0);
    is_double("9.2233720368547758e+18", 0x1p63);
    is_double("0.1", 0.1);
    is_double("123456789012345678901234567890", 123456789012345678901234567890.0);
    is_double("1.7976931348623157e308", 1.7976931348623157e308);
    is_double("4.9406564584124654e-324", 4.9406564584124654e-324);
    is_double("1e-400", 0.0);
    is_double("0e999999999999", 0.0);
    is_double("00000000000000000000000000000000000000001.5", 1.5);
    is_double("0.000000000000000000000000000000000000015", 1.5e-38);
    is_double("+Inf", INFINITY);
    is_double("-Inf", -INFINITY);
    is_double("infinity", INFINITY);
    double value = 0;
    assert_true(gm_span_double(GM_SPAN("NaN"), &value) && isnan(value));
}

static void test_not_double(void **state) {
    (void)state;
    not_double(GM_SPAN(""));
    not_double(GM_SPAN("-"));
    not_double(GM_SPAN("."));
    not_double(GM_SPAN(" 1"));
    not_double(GM_SPAN("1 "));
    not_double(GM_SPAN("- 1"));
    not_double(GM_SPAN("+-1"));
    not_double(GM_SPAN("--1"));
    not_double(GM_SPAN("1e"));
    not_double(GM_SPAN("1e+"));
    not_double(GM_SPAN("1_000"));
    not_double(GM_SPAN("1,5"));
    not_double(GM_SPAN("1e999"));
    not_double(GM_SPAN("-1e999"));
    not_double(GM_SPAN("1\0"));
    not_double(GM_SPAN("12x"));
    not_double(GM_SPAN("abc"));
    not_double((gm_span){NULL, 0});
    static char digits[5000];
    memset(digits, '7', sizeof(digits));
    not_double((gm_span){digits, sizeof(digits)});
    /* so many zeros that the exponent alone does not tell the size */
    static char zeros[2020];
    memset(zeros, '0', sizeof(zeros));
    zeros[1] = '.';
    memcpy(zeros + sizeof(zeros) - 7, "15e1200", 7);
    not_double((gm_span){zeros, sizeof(zeros)});
}

/* A fixed sequence that covers many lengths and exponents, compared with the C library. */
static void test_against_strtod(void **state) {
    (void)state;
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < 200000; i++) {
        char text[64];
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        uint64_t mantissa = x >> (x % 60);
        int exponent = (int)(x / 7 % 60) - 30;
        if (i % 3 == 0) snprintf(text, sizeof(text), "%llu.%03u", (unsigned long long)mantissa, (unsigned)(x % 1000));
        else if (i % 3 == 1) snprintf(text, sizeof(text), "%llue%d", (unsigned long long)mantissa, exponent);
        else snprintf(text, sizeof(text), "%.*g", (int)(x % 17) + 1, (double)mantissa * pow(10, exponent));
        is_double(text, strtod(text, NULL));
    }
}

static void test_locale(void **state) {
    (void)state;
    /* The comma must not matter. Not every machine has such a locale; POSIX only promises C. */
    const char *names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "C.UTF-8"};
    const char *set = NULL;
    for (size_t i = 0; i < 4 && !set; i++) set = setlocale(LC_ALL, names[i]);
    print_message("locale: %s\n", set ? set : "C only");
    is_double("3.141592653589793238462643", 3.141592653589793238462643);
    not_double(GM_SPAN("3,141592653589793238462643"));
    setlocale(LC_ALL, "C");
}

static void decimal(const char *text, double expected, const char *left) {
    gm_span rest = gm_span_of(text);
    double value = 4711;
    assert_true(gm_span_take_decimal(&rest, &value));
    assert_true(bits(value) == bits(expected));
    assert_int_equal(rest.len, strlen(left));
    assert_memory_equal(rest.data, left, rest.len);
}

static void test_take_decimal(void **state) {
    (void)state;
    decimal("0.14+2684", 0.14, "+2684");
    decimal("2684", 2684, "");
    decimal("12.", 12, ".");
    decimal("1.5.6", 1.5, ".6");
    decimal("2e5", 2, "e5");
    decimal("184467440737095516160 x", 184467440737095516160.0, " x");
    const char *refused[] = {"", ".5", "-1", "+1", "x", " 1"};
    for (size_t i = 0; i < 6; i++) {
        gm_span rest = gm_span_of(refused[i]);
        double value;
        assert_false(gm_span_take_decimal(&rest, &value));
        assert_int_equal(rest.len, strlen(refused[i]));
    }
}

static void is_bytes(const char *text, double expected) {
    double value = 4711;
    if (!gm_span_bytes(gm_span_of(text), &value)) fail_msg("%s is refused", text);
    if (bits(value) != bits(expected)) fail_msg("%s gives %.17g", text, value);
}

static void test_bytes(void **state) {
    (void)state;
    is_bytes("30Mi", 30.0 * 1048576);
    is_bytes("5M", 5e6);
    is_bytes("1Gi", 1073741824);
    is_bytes("1500m", 1.5);
    is_bytes("129e6", 129e6);
    is_bytes("129E6", 129e6);
    is_bytes("2e9", 2e9);
    is_bytes("12kB", 12000);
    is_bytes("12KiB", 12288);
    is_bytes("2.352MiB", 2.352 * 1048576);
    is_bytes("128974848", 128974848);
    is_bytes("0B", 0);
    is_bytes("0", 0);
    is_bytes("3GiB", 3221225472);
    is_bytes("1.5Gi", 1610612736);
    is_bytes("2Ti", 2199023255552);
    is_bytes("1P", 1e15);
    is_bytes("1E", 1e18);
    is_bytes("7Ei", 7 * 0x1p60);
    is_bytes("1500u", 0.0015);
    is_bytes("1000n", 0.000001);
    const char *refused[] = {"",   "Mi", "max",   "5 M",  "-1Mi", "5Mx", "5MiBx", "5iB",
                             "5b", "5g", "1e400", "0x10", "NaN",  "Inf", "5BB",   "5mi"};
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        double value;
        if (gm_span_bytes(gm_span_of(refused[i]), &value)) fail_msg("%s gives %g", refused[i], value);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_double), cmocka_unit_test(test_not_double),   cmocka_unit_test(test_against_strtod),
        cmocka_unit_test(test_locale), cmocka_unit_test(test_take_decimal), cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
