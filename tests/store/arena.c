/* Tests of the bump allocator: zeroing, alignment, limits, reset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <cmocka.h>

#include "gomortem/arena.h"

static bool all_zero(const char *bytes, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (bytes[i]) return false;
    }
    return true;
}

static void allocations_are_zeroed_aligned_and_apart(void **state) {
    (void)state;
    gm_arena *arena = gm_arena_new(0);
    char *made[400];
    for (size_t i = 0; i < 400; i++) {
        made[i] = gm_arena_alloc(arena, i * 7);
        assert_non_null(made[i]);
        assert_int_equal((uintptr_t)made[i] % alignof(max_align_t), 0);
        assert_true(all_zero(made[i], i * 7));
        memset(made[i], (int)(i % 255) + 1, i * 7);
        assert_non_null(gm_arena_strndup(arena, "odd", i % 4)); /* leaves the next one unaligned */
    }
    for (size_t i = 0; i < 400; i++) {
        for (size_t at = 0; at < i * 7; at++) assert_int_equal((unsigned char)made[i][at], i % 255 + 1);
    }
    gm_arena_free(arena);
}

static void large_requests_get_their_own_block(void **state) {
    (void)state;
    gm_arena *arena = gm_arena_new(0);
    for (size_t size = 1; size <= (size_t)8 << 20; size *= 4) {
        char *made = gm_arena_alloc(arena, size);
        assert_non_null(made);
        assert_true(all_zero(made, size));
        made[0] = made[size - 1] = 1;
    }
    gm_arena_free(arena);
}

static void limit_is_kept(void **state) {
    (void)state;
    gm_arena *arena = gm_arena_new(100);
    assert_non_null(gm_arena_alloc(arena, 64));
    assert_null(gm_arena_alloc(arena, 37));
    assert_non_null(gm_arena_alloc(arena, 36)); /* exactly to the limit */
    assert_int_equal(gm_arena_used(arena), 100);
    assert_null(gm_arena_alloc(arena, 0));
    assert_null(gm_arena_strndup(arena, "", 0));
    assert_null(gm_arena_span(arena, GM_SPAN("x")).data);
    gm_arena_reset(arena);
    assert_int_equal(gm_arena_used(arena), 0);
    assert_non_null(gm_arena_alloc(arena, 100));
    gm_arena_free(arena);
}

static void padding_counts(void **state) {
    (void)state;
    gm_arena *arena = gm_arena_new(64);
    assert_non_null(gm_arena_alloc(arena, 1));
    assert_non_null(gm_arena_alloc(arena, 1));
    assert_int_equal(gm_arena_used(arena), alignof(max_align_t) + 1);
    gm_arena_free(arena);
}

static void overflow_is_refused(void **state) {
    (void)state;
    gm_arena *arena = gm_arena_new(0);
    assert_null(gm_arena_alloc(arena, SIZE_MAX));
    assert_null(gm_arena_alloc(arena, SIZE_MAX - 8));
    assert_null(gm_arena_calloc(arena, SIZE_MAX / 8 + 1, 8));
    assert_null(gm_arena_calloc(arena, 2, SIZE_MAX));
    assert_null(gm_arena_strndup(arena, "x", SIZE_MAX));
    assert_int_equal(gm_arena_used(arena), 0);
    assert_non_null(gm_arena_calloc(arena, 0, 8));
    gm_arena_free(arena);
}

static void copies_are_terminated(void **state) {
    (void)state;
    gm_arena *arena = gm_arena_new(0);
    assert_string_equal(gm_arena_strndup(arena, "abcdef", 3), "abc");
    assert_string_equal(gm_arena_strndup(arena, NULL, 0), "");
    gm_span copy = gm_arena_span(arena, (gm_span){"a\0b", 3});
    assert_int_equal(copy.len, 3);
    assert_memory_equal(copy.data, "a\0b", 4);
    gm_arena_free(arena);
}

static void reset_zeroes_again(void **state) {
    (void)state;
    gm_arena *arena = gm_arena_new(0);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
            char *made = gm_arena_alloc(arena, 1000);
            assert_true(all_zero(made, 1000));
            memset(made, 0xff, 1000);
        }
        gm_arena_reset(arena);
    }
    gm_arena_free(arena);
    gm_arena_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocations_are_zeroed_aligned_and_apart),
        cmocka_unit_test(large_requests_get_their_own_block),
        cmocka_unit_test(limit_is_kept),
        cmocka_unit_test(padding_counts),
        cmocka_unit_test(overflow_is_refused),
        cmocka_unit_test(copies_are_terminated),
        cmocka_unit_test(reset_zeroes_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
