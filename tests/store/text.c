/* Tests of text cleaning: what is valid stays as it is, the rest becomes U+FFFD byte by byte. */
#include "store_test.h"

#include "importer/store/store_private.h"

#define BAD "\xef\xbf\xbd"

static void valid_text_is_known(void **state) {
    (void)state;
    static const char *const valid[] = {"",
                                        "a",
                                        "12345678",
                                        "123456789abcdef",
                                        "\x7f",
                                        "\xc3\xa4",
                                        "1234567\xc3\xa4",
                                        "\xe2\x82\xac",
                                        "\xf0\x9f\x92\xa9",
                                        "\xed\x9f\xbf",
                                        "\xf4\x8f\xbf\xbf"};
    for (size_t i = 0; i < G_N_ELEMENTS(valid); i++) assert_true(gm_text_valid(gm_span_of(valid[i])));
    assert_true(gm_text_valid((gm_span){NULL, 0}));
}

static void bad_bytes_are_replaced(void **state) {
    (void)state;
    static const struct {
        gm_span text;
        const char *repaired;
    } cases[] = {
        {GM_SPAN("\0"), BAD},
        {GM_SPAN("a\0b"), "a" BAD "b"},
        {GM_SPAN("12345678\0"), "12345678" BAD},
        {GM_SPAN("\0"
                 "2345678"),
         BAD "2345678"},
        {GM_SPAN("\x80"), BAD},
        {GM_SPAN("1234567\xff"
                 "9"),
         "1234567" BAD "9"},
        {GM_SPAN("\xc3"), BAD},                         /* cut off */
        {GM_SPAN("a\xe2\x82"), "a" BAD BAD},            /* cut off */
        {GM_SPAN("\xc0\xaf"), BAD BAD},                 /* overlong */
        {GM_SPAN("\xed\xa0\x80"), BAD BAD BAD},         /* surrogate */
        {GM_SPAN("\xf4\x90\x80\x80"), BAD BAD BAD BAD}, /* beyond U+10FFFF */
        {GM_SPAN("\xc3\xa4\xc3(\xc3\xb6"), "\xc3\xa4" BAD "(\xc3\xb6"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) repaired = g_string_new(NULL);
        assert_false(gm_text_valid(cases[i].text));
        gm_text_repair(repaired, cases[i].text);
        assert_string_equal(repaired->str, cases[i].repaired);
        assert_int_equal(repaired->len, strlen(cases[i].repaired));
    }
}

/* The fast path looks at words: every byte value at every place of a word, in and behind it. */
static void every_byte_at_every_place(void **state) {
    (void)state;
    for (size_t len = 1; len <= 20; len++) {
        for (size_t at = 0; at < len; at++) {
            for (int byte = 0; byte < 256; byte++) {
                g_autofree char *text = g_strnfill(len, 'x');
                text[at] = (char)byte;
                assert_int_equal(gm_text_valid((gm_span){text, len}), byte > 0 && byte < 128);
            }
        }
    }
}

static void fingerprints_keep_fields_apart(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"ab", "c"},      {"a", "bc"},      {"abc", ""},      {"", "abc"},
                                           {"12345678", ""}, {"1234567", "8"}, {"", "12345678"}, {"a", ""},
                                           {"", "a"},        {"", ""}};
    gm_intern table = {0};
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        gm_fingerprint key = gm_fingerprint_start();
        gm_fingerprint_span(&key, gm_span_of(pairs[i][0]));
        gm_fingerprint_span(&key, gm_span_of(pairs[i][1]));
        assert_int_equal(gm_intern_find(&table, key), 0);
        assert_true(gm_intern_add(&table, key, (int64_t)i + 1));
        assert_int_equal(gm_intern_find(&table, key), i + 1);
    }
    gm_intern_release(&table);
}

static gm_fingerprint key_of(const int64_t *values, size_t n) {
    gm_fingerprint key = gm_fingerprint_start();
    for (size_t i = 0; i < n; i++) gm_fingerprint_int(&key, values[i]);
    return key;
}

/* Small neighbouring numbers, as stacks are made of: no two share an id, and all are found again. */
static void many_keys_are_kept_apart(void **state) {
    (void)state;
    enum { SIDE = 60 };
    gm_intern table = {0};
    int64_t next = 1;
    for (int64_t a = 0; a < SIDE; a++) {
        for (int64_t b = 0; b < SIDE; b++) {
            for (int64_t c = 0; c < SIDE; c++) {
                const int64_t values[] = {a, b, c};
                assert_int_equal(gm_intern_find(&table, key_of(values, 3)), 0);
                assert_true(gm_intern_add(&table, key_of(values, 3), next++));
            }
        }
    }
    assert_int_equal(table.count, SIDE * SIDE * SIDE);
    assert_true(table.count < table.capacity);
    const int64_t first[] = {0, 0, 0}, last[] = {SIDE - 1, SIDE - 1, SIDE - 1}, none[] = {SIDE, 0, 0};
    assert_int_equal(gm_intern_find(&table, key_of(first, 3)), 1);
    assert_int_equal(gm_intern_find(&table, key_of(last, 3)), SIDE * SIDE * SIDE);
    assert_int_equal(gm_intern_find(&table, key_of(none, 3)), 0);
    assert_int_equal(gm_intern_find(&table, key_of(first, 2)), 0); /* the length counts */
    gm_intern_release(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_text_is_known),       cmocka_unit_test(bad_bytes_are_replaced),
        cmocka_unit_test(every_byte_at_every_place), cmocka_unit_test(fingerprints_keep_fields_apart),
        cmocka_unit_test(many_keys_are_kept_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
