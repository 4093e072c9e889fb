/* utf16.c: the same text wherever the bytes are cut; halves of pairs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "importer/text/span.h"
#include "importer/text/utf16.h"

/* In two pieces, cut at every byte. */
static void check(gm_span wide, bool big_endian, const char *expected) {
    for (size_t cut = 0; cut <= wide.len; cut++) {
        gm_utf16 state = {.big_endian = big_endian};
        char text[256];
        assert_true(GM_UTF16_OUT(wide.len) * 2 <= sizeof text);
        size_t n = gm_utf16_decode(&state, gm_span_first(wide, cut), text);
        n += gm_utf16_decode(&state, gm_span_from(wide, cut), text + n);
        assert_int_equal(n, strlen(expected));
        assert_memory_equal(text, expected, n);
    }
}

static void all_lengths(void **state) {
    (void)state;
    /* "aé€😀z": the pair takes two units */
    static const char expected[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
    check(GM_SPAN("a\0\xE9\0\xAC\x20\x3D\xD8\x00\xDEz\0"), false, expected);
    check(GM_SPAN("\0a\0\xE9\x20\xAC\xD8\x3D\xDE\x00\0z"), true, expected);
}

static void halves(void **state) {
    (void)state;
    /* a low half alone, a high half before another unit, an odd byte at the end */
    check(GM_SPAN("\x00\xDC"
                  "a\0\x00\xD8"
                  "b\0x"),
          false,
          "\xEF\xBF\xBD"
          "a\xEF\xBF\xBD"
          "b");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_lengths), cmocka_unit_test(halves)};
    return cmocka_run_group_tests_name("utf16", tests, NULL, NULL);
}
