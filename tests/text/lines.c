/* lines.c: the same lines whatever the size of the blocks, with every line end and length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "importer/text/lines.h"
#include "tests/text/fake_member.h"

static const size_t chunks[] = {1, 2, 3, 5, 7, 64, 1 << 20};
#define CHUNKS (sizeof(chunks) / sizeof(chunks[0]))

typedef struct {
    const char *text;
    int64_t offset;
    bool cut, unfinished;
} expected_line;

static void check(gm_fake_member *fake, const expected_line *expected, size_t count) {
    gm_lines lines;
    gm_line line;
    gm_lines_init(&lines, &fake->member);
    for (size_t i = 0; i < count; i++) {
        assert_true(gm_lines_next(&lines, &line));
        assert_int_equal(line.text.len, strlen(expected[i].text));
        if (line.text.len > 0) assert_memory_equal(line.text.data, expected[i].text, line.text.len);
        assert_int_equal(line.number, i + 1);
        assert_int_equal(line.offset, expected[i].offset);
        assert_int_equal(line.cut, expected[i].cut);
        assert_int_equal(line.unfinished, expected[i].unfinished);
    }
    assert_false(gm_lines_next(&lines, &line));
    assert_false(gm_lines_next(&lines, &line));
    assert_int_equal(gm_lines_status(&lines), fake->reader.end == GM_END ? GM_OK : fake->reader.end);
}

static void check_all(gm_span bytes, const expected_line *expected, size_t count) {
    for (size_t i = 0; i < CHUNKS; i++) {
        gm_fake_member fake;
        gm_fake_member_init(&fake, bytes, chunks[i]);
        check(&fake, expected, count);
        assert_int_equal(fake.reader.diags, 0);
        gm_fake_member_release(&fake);
    }
}

static void test_line_ends(void **state) {
    (void)state;
    const expected_line expected[] = {{"one", 0, false, false},     {"", 4, false, false},
                                      {"two", 5, false, false},     {"", 10, false, false},
                                      {"a\rb\r", 12, false, false}, {"last", 18, false, true}};
    check_all(GM_SPAN("one\n\ntwo\r\n\r\na\rb\r\r\nlast"), expected, 6);
}

static void test_ends(void **state) {
    (void)state;
    check_all(GM_SPAN(""), NULL, 0);
    check_all(GM_SPAN("\n"), (expected_line[]){{"", 0, false, false}}, 1);
    check_all(GM_SPAN("x\n"), (expected_line[]){{"x", 0, false, false}}, 1);
    check_all(GM_SPAN("x\r"), (expected_line[]){{"x", 0, false, true}}, 1);
    check_all(GM_SPAN("\r\n\r"), (expected_line[]){{"", 0, false, false}, {"", 2, false, true}}, 2);
}

static void test_cut(void **state) {
    (void)state;
    for (size_t i = 0; i < CHUNKS; i++) {
        gm_fake_member fake;
        gm_fake_member_init(&fake, GM_SPAN("1234567890\n12345678\r\n123456789\nab\n12345678901234567890"), chunks[i]);
        fake.limits.line_bytes = 8;
        check(&fake,
              (expected_line[]){{"12345678", 0, true, false},
                                {"12345678", 11, false, false},
                                {"12345678", 21, true, false},
                                {"ab", 31, false, false},
                                {"12345678", 34, true, true}},
              5);
        assert_int_equal(fake.reader.diags, 1);
        assert_string_equal(
            fake.reader.text,
            "3 lines are longer than 8 bytes, or than the memory left for them, and were cut, this is the first; --max-line-bytes raises it");
        gm_fake_member_release(&fake);
    }
}

/* A line of a usual length that lies in two blocks is whole even when all other memory is used up. */
static void test_no_memory_left(void **state) {
    (void)state;
    gm_fake_member fake;
    gm_fake_member_init(&fake, GM_SPAN("go_goroutines 1\ngo_threads 2\n"), 7);
    gm_lines lines;
    gm_line line;
    gm_lines_init(&lines, &fake.member);
    for (size_t size = 1 << 20; size > 0; size /= 2)
        while (gm_arena_alloc(fake.member.arena, size)) continue;
    assert_true(gm_lines_next(&lines, &line) && gm_span_equal(line.text, GM_SPAN("go_goroutines 1")) && !line.cut);
    assert_true(gm_lines_next(&lines, &line) && gm_span_equal(line.text, GM_SPAN("go_threads 2")) && !line.cut);
    assert_int_equal(fake.reader.diags, 0);
    gm_fake_member_release(&fake);
}

/* A line far beyond the limit costs no more memory than the limit. */
static void test_huge_line(void **state) {
    (void)state;
    size_t len = 8 << 20;
    char *bytes = malloc(len);
    assert_non_null(bytes);
    memset(bytes, 'x', len);
    bytes[len - 2] = '\n';
    gm_fake_member fake;
    gm_fake_member_init(&fake, (gm_span){bytes, len}, 1000);
    gm_lines lines;
    gm_line line;
    gm_lines_init(&lines, &fake.member);
    assert_true(gm_lines_next(&lines, &line));
    assert_true(line.cut && !line.unfinished && line.text.len == fake.limits.line_bytes);
    assert_true(gm_lines_next(&lines, &line));
    assert_true(!line.cut && line.unfinished && line.text.len == 1 && line.offset == (int64_t)len - 1);
    assert_false(gm_lines_next(&lines, &line));
    assert_in_range(gm_arena_used(fake.member.arena), 1, 4 * fake.limits.line_bytes);
    gm_fake_member_release(&fake);
    free(bytes);
}

/* Lines that grow: what was carried before does not leak into the next. */
static void test_carry(void **state) {
    (void)state;
    static char bytes[200 * 201 / 2 + 200];
    size_t len = 0;
    for (int n = 0; n < 200; n++) {
        memset(bytes + len, 'a' + n % 26, (size_t)n);
        len += (size_t)n;
        bytes[len++] = '\n';
    }
    for (size_t chunk = 1; chunk < 300; chunk += 7) {
        gm_fake_member fake;
        gm_fake_member_init(&fake, (gm_span){bytes, len}, chunk);
        gm_lines lines;
        gm_line line;
        gm_lines_init(&lines, &fake.member);
        for (int n = 0; n < 200; n++) {
            assert_true(gm_lines_next(&lines, &line));
            assert_int_equal(line.text.len, n);
            for (size_t i = 0; i < line.text.len; i++) assert_int_equal(line.text.data[i], 'a' + n % 26);
        }
        assert_false(gm_lines_next(&lines, &line));
        gm_fake_member_release(&fake);
    }
}

static void test_no_memory(void **state) {
    (void)state;
    gm_fake_member fake;
    gm_fake_member_init(&fake, GM_SPAN("abcdef\nx\n"), 4);
    gm_arena_free(fake.member.arena);
    fake.member.arena = gm_arena_new(16);
    check(&fake, (expected_line[]){{"", 0, true, false}, {"", 7, true, false}}, 2);
    gm_fake_member_release(&fake);
}

static void test_damage(void **state) {
    (void)state;
    for (size_t i = 0; i < CHUNKS; i++) {
        gm_fake_member fake;
        gm_fake_member_init(&fake, GM_SPAN("one\ntw"), chunks[i]);
        fake.reader.end = GM_DAMAGED;
        check(&fake, (expected_line[]){{"one", 0, false, false}, {"tw", 4, false, true}}, 2);
        gm_fake_member_release(&fake);
        gm_fake_member_init(&fake, GM_SPAN("one\n"), chunks[i]);
        fake.reader.end = GM_FATAL;
        check(&fake, (expected_line[]){{"one", 0, false, false}}, 1);
        gm_fake_member_release(&fake);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_ends),      cmocka_unit_test(test_ends),      cmocka_unit_test(test_cut),
        cmocka_unit_test(test_no_memory_left), cmocka_unit_test(test_huge_line), cmocka_unit_test(test_carry),
        cmocka_unit_test(test_no_memory),      cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
