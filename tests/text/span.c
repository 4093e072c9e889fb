/* span.c: what is consumed, what is refused, and that a refusal leaves the rest untouched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "importer/text/span.h"

static void same(gm_span s, const char *expected) {
    assert_int_equal(s.len, strlen(expected));
    if (s.len > 0) assert_memory_equal(s.data, expected, s.len);
}

static void test_trim(void **state) {
    (void)state;
    same(gm_span_trim(GM_SPAN(" \t\r\na b\n\r ")), "a b");
    same(gm_span_trim(GM_SPAN(" \n ")), "");
    same(gm_span_trim((gm_span){NULL, 0}), "");
    same(gm_span_trim(GM_SPAN("\vx\f")), "\vx\f");
    same(gm_span_trim_front(GM_SPAN(" \t\r\na b\n ")), "a b\n ");
    same(gm_span_trim_front(GM_SPAN(" \n")), "");
    same(gm_span_trim_front((gm_span){NULL, 0}), "");
}

static void test_starts_ends_find(void **state) {
    (void)state;
    gm_span s = GM_SPAN("abcabd");
    assert_true(gm_span_starts(s, GM_SPAN("abc")));
    assert_false(gm_span_starts(s, GM_SPAN("abd")));
    assert_true(gm_span_starts(s, GM_SPAN("")));
    assert_false(gm_span_starts(GM_SPAN("ab"), GM_SPAN("abc")));
    assert_true(gm_span_ends(s, GM_SPAN("abd")));
    assert_false(gm_span_ends(s, GM_SPAN("abc")));
    assert_false(gm_span_ends(GM_SPAN("d"), GM_SPAN("abd")));
    assert_int_equal(gm_span_find(s, GM_SPAN("abd")), 3);
    assert_int_equal(gm_span_find(s, GM_SPAN("abx")), -1);
    assert_int_equal(gm_span_find(s, GM_SPAN("")), 0);
    assert_int_equal(gm_span_find((gm_span){NULL, 0}, GM_SPAN("a")), -1);
    assert_int_equal(gm_span_find_byte(s, 'd'), 5);
    assert_int_equal(gm_span_find_byte(s, 'x'), -1);
    assert_int_equal(gm_span_find_byte((gm_span){NULL, 0}, 'x'), -1);
    assert_int_equal(gm_span_find_byte(GM_SPAN("a\xff"), '\xff'), 1);
}

static void test_from_first(void **state) {
    (void)state;
    same(gm_span_from(GM_SPAN("abc"), 1), "bc");
    same(gm_span_from(GM_SPAN("abc"), 3), "");
    same(gm_span_from(GM_SPAN("abc"), SIZE_MAX), "");
    same(gm_span_from((gm_span){NULL, 0}, 5), "");
    same(gm_span_first(GM_SPAN("abc"), 2), "ab");
    same(gm_span_first(GM_SPAN("abc"), 9), "abc");
}

static void test_cut(void **state) {
    (void)state;
    gm_span rest = GM_SPAN("a,,b,"), part;
    const char *expected[] = {"a", "", "b", ""};
    for (size_t i = 0; i < 4; i++) {
        assert_true(gm_span_cut(&rest, ',', &part));
        same(part, expected[i]);
    }
    assert_false(gm_span_cut(&rest, ',', &part));
    rest = GM_SPAN("");
    assert_true(gm_span_cut(&rest, ',', &part));
    same(part, "");
    assert_false(gm_span_cut(&rest, ',', &part));
    rest = (gm_span){NULL, 0};
    assert_false(gm_span_cut(&rest, ',', &part));
}

static void test_word(void **state) {
    (void)state;
    gm_span rest = GM_SPAN("  one\t two "), word;
    assert_true(gm_span_word(&rest, &word));
    same(word, "one");
    assert_true(gm_span_word(&rest, &word));
    same(word, "two");
    assert_false(gm_span_word(&rest, &word));
    same(rest, " ");
}

static void test_take(void **state) {
    (void)state;
    gm_span rest = GM_SPAN("gc 12");
    assert_false(gm_span_take(&rest, GM_SPAN("gd")));
    assert_true(gm_span_take(&rest, GM_SPAN("gc")));
    assert_false(gm_span_take_byte(&rest, '1'));
    assert_true(gm_span_take_byte(&rest, ' '));
    same(rest, "12");
    rest = GM_SPAN("");
    assert_false(gm_span_take_byte(&rest, '\0'));
}

static void take_int(const char *text, bool ok, int64_t expected, const char *left) {
    gm_span rest = gm_span_of(text);
    int64_t value = 4711;
    assert_int_equal(gm_span_take_int(&rest, &value), ok);
    assert_int_equal(value, ok ? expected : 4711);
    same(rest, left);
}

static void test_take_int(void **state) {
    (void)state;
    take_int("12MB", true, 12, "MB");
    take_int("-307200", true, -307200, "");
    take_int("9223372036854775807", true, INT64_MAX, "");
    take_int("9223372036854775808", false, 0, "9223372036854775808");
    take_int("-9223372036854775808", true, INT64_MIN, "");
    take_int("-9223372036854775809", false, 0, "-9223372036854775809");
    take_int("99999999999999999999999", false, 0, "99999999999999999999999");
    take_int("0000000000000000000000000000007", true, 7, "");
    take_int("+1", false, 0, "+1");
    take_int("-", false, 0, "-");
    take_int("", false, 0, "");
    take_int(" 1", false, 0, " 1");
}

static void test_take_uint_hex(void **state) {
    (void)state;
    uint64_t value = 0;
    gm_span rest = GM_SPAN("18446744073709551615 ");
    assert_true(gm_span_take_uint(&rest, &value));
    assert_true(value == UINT64_MAX);
    same(rest, " ");
    rest = GM_SPAN("18446744073709551616");
    assert_false(gm_span_take_uint(&rest, &value));
    assert_int_equal(rest.len, 20);
    rest = GM_SPAN("-1");
    assert_false(gm_span_take_uint(&rest, &value));
    rest = GM_SPAN("c000A00000-");
    assert_true(gm_span_take_hex(&rest, &value));
    assert_true(value == 0xc000a00000);
    same(rest, "-");
    rest = GM_SPAN("ffffffffffffffff");
    assert_true(gm_span_take_hex(&rest, &value));
    assert_true(value == UINT64_MAX);
    rest = GM_SPAN("10000000000000000");
    assert_false(gm_span_take_hex(&rest, &value));
    rest = GM_SPAN("g");
    assert_false(gm_span_take_hex(&rest, &value));
}

static void test_int(void **state) {
    (void)state;
    int64_t value = 4711;
    assert_true(gm_span_int(GM_SPAN("-42"), &value));
    assert_int_equal(value, -42);
    assert_false(gm_span_int(GM_SPAN("42 "), &value));
    assert_false(gm_span_int(GM_SPAN(""), &value));
    assert_false(gm_span_int(GM_SPAN("4.2"), &value));
    assert_int_equal(value, -42);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trim),       cmocka_unit_test(test_starts_ends_find),
        cmocka_unit_test(test_from_first), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_word),       cmocka_unit_test(test_take),
        cmocka_unit_test(test_take_int),   cmocka_unit_test(test_take_uint_hex),
        cmocka_unit_test(test_int),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
