/* Processes in one log: restarts, two at the same time, gaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "importer/logs/gctrace_process.h"

typedef struct {
    int64_t n, ms, process;
    int64_t wall_ms; /* 0: no stamp */
} cycle;

static void check(const cycle *cycles, size_t count) {
    gm_member member = {.arena = gm_arena_new(0), .limits = &gm_limits_default};
    gm_gc_processes processes = {.seen = 0};
    gm_log *log = gm_log_new(&member);
    assert_non_null(log);
    for (size_t i = 0; i < count; i++) {
        gm_gc_moment moment = {cycles[i].n, cycles[i].ms, cycles[i].wall_ms ? cycles[i].wall_ms : GM_UNKNOWN};
        assert_int_equal(gm_gc_process_of(&processes, log, &moment), cycles[i].process);
    }
    gm_arena_free(member.arena);
}
#define CHECK(cycles) check((cycles), sizeof(cycles) / sizeof((cycles)[0]))

static void one(void **state) {
    (void)state;
    /* a gap, and a coarse clock that gives two cycles the same start */
    static const cycle cycles[] = {{48, 11683, 1, 0}, {49, 12776, 1, 0}, {96, 166100, 1, 0}, {97, 166100, 1, 0}};
    CHECK(cycles);
}

static void restarts(void **state) {
    (void)state;
    static const cycle counter_falls[] = {
        {7, 5000, 1, 0}, {8, 6000, 1, 0}, {1, 10, 2, 0}, {2, 20, 2, 0}, {1, 11, 3, 0}};
    static const cycle only_time_falls[] = {{1, 5000, 1, 0}, {2, 6000, 1, 0}, {3, 100, 2, 0}, {4, 200, 2, 0}};
    static const cycle same_number[] = {{1, 5, 1, 0}, {1, 6, 2, 0}, {1, 7, 3, 0}};
    CHECK(counter_falls);
    CHECK(only_time_falls);
    CHECK(same_number);
}

static void gap_after_restart(void **state) {
    (void)state;
    /* the line that the old process would have written next comes from the new one, behind a gap */
    cycle cycles[60];
    size_t count = 0;
    for (int64_t n = 1; n <= 30; n++) cycles[count++] = (cycle){n, n * 10, 1, 0};
    for (int64_t n = 1; n <= 29; n++) cycles[count++] = (cycle){n, n * 10, 2, 0};
    cycles[count++] = (cycle){31, 320, 2, 0};
    check(cycles, count);
}

static void two_at_once(void **state) {
    (void)state;
    static const cycle cycles[] = {{100, 9000, 1, 0}, {1, 5, 2, 0},   {101, 9100, 1, 0},
                                   {2, 90, 2, 0},     {3, 95, 2, 0},  {4, 99, 2, 0},
                                   {102, 9200, 1, 0}, {5, 200, 2, 0}, {103, 9300, 1, 0}};
    CHECK(cycles);
}

static void stamps_tell_two_apart(void **state) {
    (void)state;
    /* the worker is as old as an hour when its supervisor begins: no gap of one process */
    static const cycle apart[] = {
        {1, 1005, 1, 500001005}, {101, 3600000, 2, 500001500}, {2, 2005, 1, 500002005}, {102, 3601000, 2, 500002500}};
    /* lines are missing, one was on its way for long; then the wall clock is set, and the numbers go on */
    static const cycle gap[] = {
        {1, 1005, 1, 500001005}, {9, 61005, 1, 500091005}, {10, 62005, 1, 700092005}, {40, 90005, 1, 700120005}};
    CHECK(apart);
    CHECK(gap);
}

static void many(void **state) {
    (void)state;
    /* more restarts than are followed at once */
    cycle cycles[100];
    for (int64_t i = 0; i < 100; i++) cycles[i] = (cycle){5, 1000 - i, i + 1, 0};
    check(cycles, 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one),
        cmocka_unit_test(restarts),
        cmocka_unit_test(gap_after_restart),
        cmocka_unit_test(two_at_once),
        cmocka_unit_test(stamps_tell_two_apart),
        cmocka_unit_test(many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
