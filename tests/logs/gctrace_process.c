/* Processes in one log: restarts, two at the same time, gaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "importer/logs/gctrace_process.h"

typedef struct {
    int64_t n, ms, process;
} cycle;

static void check(const cycle *cycles, size_t count) {
    gm_member member = {.arena = gm_arena_new(0), .limits = &gm_limits_default};
    gm_gc_processes processes = {.seen = 0};
    gm_log *log = gm_log_new(&member);
    assert_non_null(log);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(gm_gc_process_of(&processes, log, cycles[i].n, cycles[i].ms), cycles[i].process);
    gm_arena_free(member.arena);
}
#define CHECK(cycles) check((cycles), sizeof(cycles) / sizeof((cycles)[0]))

static void one(void **state) {
    (void)state;
    /* a gap, and a coarse clock that gives two cycles the same start */
    static const cycle cycles[] = {{48, 11683, 1}, {49, 12776, 1}, {96, 166100, 1}, {97, 166100, 1}};
    CHECK(cycles);
}

static void restarts(void **state) {
    (void)state;
    static const cycle counter_falls[] = {{7, 5000, 1}, {8, 6000, 1}, {1, 10, 2}, {2, 20, 2}, {1, 11, 3}};
    static const cycle only_time_falls[] = {{1, 5000, 1}, {2, 6000, 1}, {3, 100, 2}, {4, 200, 2}};
    static const cycle same_number[] = {{1, 5, 1}, {1, 6, 2}, {1, 7, 3}};
    CHECK(counter_falls);
    CHECK(only_time_falls);
    CHECK(same_number);
}

static void gap_after_restart(void **state) {
    (void)state;
    /* the line that the old process would have written next comes from the new one, behind a gap */
    cycle cycles[60];
    size_t count = 0;
    for (int64_t n = 1; n <= 30; n++) cycles[count++] = (cycle){n, n * 10, 1};
    for (int64_t n = 1; n <= 29; n++) cycles[count++] = (cycle){n, n * 10, 2};
    cycles[count++] = (cycle){31, 320, 2};
    check(cycles, count);
}

static void two_at_once(void **state) {
    (void)state;
    static const cycle cycles[] = {{100, 9000, 1}, {1, 5, 2}, {101, 9100, 1}, {2, 90, 2},  {3, 95, 2},
                                   {4, 99, 2},     {102, 9200, 1}, {5, 200, 2}, {103, 9300, 1}};
    CHECK(cycles);
}

static void many(void **state) {
    (void)state;
    /* more restarts than are followed at once */
    cycle cycles[100];
    for (int64_t i = 0; i < 100; i++) cycles[i] = (cycle){5, 1000 - i, i + 1};
    check(cycles, 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one),         cmocka_unit_test(restarts), cmocka_unit_test(gap_after_restart),
        cmocka_unit_test(two_at_once), cmocka_unit_test(many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
