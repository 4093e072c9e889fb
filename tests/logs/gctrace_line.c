/* The grammar of gctrace lines: every version whole, every beginning of a line, what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "importer/logs/gctrace_line.h"

#define LINE_1_5 \
    "gc 7 @12.345s 3%: 0.21+1.9+0.11+0.83+0.40 ms clock, 0.42+1.9+0+0.31/0.52/0.07+0.80 ms cpu, 4->5->2 MB, " \
    "6 MB goal, 2 P"
#define LINE_1_6 "gc 7 @12.345s 3%: 0.21+1.9+0.40 ms clock, 0.42+0.31/0.52/0.07+0.80 ms cpu, 4->5->2 MB, 6 MB goal, 2 P"
#define LINE_1_18 \
    "gc 7 @12.345s 3%: 0.21+1.9+0.40 ms clock, 0.42+0.31/0.52/0.07+0.80 ms cpu, 4->5->2 MB, 6 MB goal, 8 MB stacks, " \
    "9 MB globals, 2 P"

static gm_gctrace parse_whole(const char *text) {
    gm_gctrace cycle;
    gm_gctrace_match match = gm_gctrace_parse(gm_span_of(text), &cycle);
    assert_true(match.whole);
    assert_false(match.complete);
    assert_false(match.ran_out);
    assert_int_equal(match.good, strlen(text) - strspn(text + strlen(text) - 1, " \r"));
    return cycle;
}

static void check_common(const gm_gctrace *c) {
    assert_int_equal(c->n, 7);
    assert_int_equal(c->start_ms, 12345);
    assert_int_equal(c->pct, 3);
    assert_int_equal(c->heap[0], 4);
    assert_int_equal(c->heap[1], 5);
    assert_int_equal(c->heap[2], 2);
    assert_int_equal(c->goal, 6);
    assert_int_equal(c->procs, 2);
}

static void every_version(void **state) {
    (void)state;
    gm_gctrace c = parse_whole(LINE_1_5);
    check_common(&c);
    assert_int_equal(c.clocks, 5);
    assert_int_equal(c.cpus, 7);
    assert_true(c.clock[3] == 0.83 && c.clock[4] == 0.40);
    assert_true(c.cpu[2] == 0 && c.cpu[3] == 0.31 && c.cpu[5] == 0.07 && c.cpu[6] == 0.80);
    assert_true(c.stacks == GM_UNKNOWN && c.globals == GM_UNKNOWN && !c.forced);

    c = parse_whole(LINE_1_6);
    check_common(&c);
    assert_int_equal(c.clocks, 3);
    assert_int_equal(c.cpus, 5);
    assert_true(c.clock[1] == 1.9 && c.cpu[1] == 0.31 && c.cpu[4] == 0.80);

    c = parse_whole(LINE_1_18);
    check_common(&c);
    assert_int_equal(c.stacks, 8);
    assert_int_equal(c.globals, 9);
    assert_true(parse_whole(LINE_1_18 " (forced)").forced);
}

/* Any beginning of a line follows the grammar to its end, and never counts as whole. */
static void every_beginning(void **state) {
    (void)state;
    static const char *const lines[] = {LINE_1_5, LINE_1_6, LINE_1_18 " (forced)"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        for (size_t len = 0; len < strlen(lines[i]); len++) {
            gm_gctrace cycle;
            gm_gctrace_match match = gm_gctrace_parse((gm_span){lines[i], len}, &cycle);
            assert_true(match.good <= len && match.number <= match.good);
            size_t end = (size_t)(strstr(lines[i], " P") - lines[i]) + 2;
            assert_int_equal(match.whole || match.complete, len >= end);
            assert_int_equal(match.ran_out, len < end);
        }
    }
}

static void foreign_behind(void **state) {
    (void)state;
    gm_gctrace cycle;
    gm_gctrace_match match = gm_gctrace_parse(gm_span_of("gc 130 @{\"level\":1}"), &cycle);
    assert_int_equal(match.good, 8);
    assert_int_equal(match.number, 8);
    assert_false(match.whole || match.complete || match.ran_out);
    match = gm_gctrace_parse(gm_span_of("gc 130 @0.477s 7{"), &cycle);
    assert_int_equal(match.good, 16);
    assert_int_equal(match.number, 15);
    match = gm_gctrace_parse(gm_span_of(LINE_1_18 "gc 8"), &cycle);
    assert_true(match.complete);
    assert_int_equal(match.good, strlen(LINE_1_18));
}

static void not_one(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "gc",
        "GC 7 @12.345s",
        "gc x",
        "gc 7 @12.34s 3%: ",
        "gc 99999999999999999999 @1.000s ",
        "gc 7 @12.345s 3%: 0.21+1.9 ms clock, 0.42+0.31/0.52/0.07+0.80 ms cpu, 4->5->2 MB, 6 MB goal, 2 P",
        "gc 7 @12.345s 3%: 0.21+1.9+1+1 ms clock, 0.42+0.31/0.52/0.07+0.80 ms cpu, 4->5->2 MB, 6 MB goal, 2 P",
        "gc 7 @12.345s 3%: 0.21+1.9+0.40 ms clock, 0.42+0.31+0.52/0.07+0.80 ms cpu, 4->5->2 MB, 6 MB goal, 2 P",
        "gc 7 @12.345s 3%: 0.21+1.9+0.40 ms clock, 0.42+0.31/0.52/0.07+0.80 ms cpu, 4->5 MB, 6 MB goal, 2 P",
        "gc 7 @12.345s 3%: -1+1.9+0.40 ms clock, 0.42+0.31/0.52/0.07+0.80 ms cpu, 4->5->2 MB, 6 MB goal, 2 P",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        gm_gctrace cycle;
        gm_gctrace_match match = gm_gctrace_parse(gm_span_of(texts[i]), &cycle);
        assert_false(match.whole || match.complete);
    }
}

static void old_lines(void **state) {
    (void)state;
    assert_true(gm_gctrace_is_old(gm_span_of("gc7(8): 0+0+195+0 us, 0 -> 0 MB, 21 (21-0) objects")));
    assert_false(gm_gctrace_is_old(gm_span_of("gc7(8) is what it prints")));
    assert_false(gm_gctrace_is_old(gm_span_of(LINE_1_18)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version), cmocka_unit_test(every_beginning), cmocka_unit_test(foreign_behind),
        cmocka_unit_test(not_one),       cmocka_unit_test(old_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
