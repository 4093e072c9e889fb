/* The pacer's formulas and the replay against steady states that were computed by hand; sizes in MiB. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyzer/whatif/pacer.h"
#include "analyzer/whatif/sim.h"

#include <math.h>

#define MIB   1048576.0
#define NODES 200

typedef struct {
    gm_sim_node nodes[NODES];
    gm_sim_beside beside[NODES];
    gm_sim_demand demand;
} load;

/* A demand of so many seconds: live heap at its start and what it gains a second, allocation a second, memory beside
 * it. */
static load *make(double live, double gain, double rate, double beside, double end_s) {
    static load l;
    l = (load){.demand = {.n_nodes = NODES,
                          .n_beside = NODES,
                          .end_s = end_s,
                          .known_s = end_s,
                          .procs = 2,
                          .nonheap = 10 * MIB,
                          .go_minor = 22}};
    for (int i = 0; i < NODES; i++) {
        double t_s = end_s * i / (NODES - 1);
        l.nodes[i] = (gm_sim_node){
            .t_s = t_s, .alloc = rate * t_s * MIB, .live = (live + gain * t_s) * MIB, .mark_s = 0.1, .cpu_s = 0.05};
        l.beside[i] = (gm_sim_beside){t_s, beside * MIB};
    }
    l.demand.nodes = l.nodes;
    l.demand.beside = l.beside;
    return &l;
}

static gm_sim_result replay(load *l, int gogc, double memlimit, double limit) {
    gm_sim_setting setting = {gogc, memlimit * MIB, limit * MIB, 0.05};
    gm_sim_result result;
    gm_sim_run(&l->demand, &setting, &result);
    return result;
}

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) fail_msg("%g is not within %g of %g", value, tolerance, expected);
}

static double goal(int go_minor, int gogc, double memlimit, double live, double stacks, double globals) {
    gm_pacer pacer = {go_minor, gogc, memlimit * MIB};
    gm_pacer_heap heap = {live * MIB, stacks * MIB, globals * MIB, 10 * MIB};
    return gm_pacer_goal_of(&pacer, &heap).bytes / MIB;
}

static void goals_by_version(void **state) {
    (void)state;
    near(goal(17, 100, NAN, 100, 20, 10), 200, 1e-9); /* stacks and globals count from 1.18 on */
    near(goal(18, 100, NAN, 100, 20, 10), 230, 1e-9);
    near(goal(22, 50, NAN, 100, 20, 10), 165, 1e-9);
    near(goal(22, 50, NAN, 0.5, 0, 0), 2, 1e-9); /* 4 MiB x GOGC / 100 at least */
    near(goal(22, 400, NAN, 0.5, 0, 0), 16, 1e-9);
    assert_true(isinf(goal(22, -1, NAN, 100, 0, 0)));
}

static void memory_limits_by_version(void **state) {
    (void)state;
    near(goal(18, 100, 150, 100, 0, 0), 200, 1e-9);   /* it does not know GOMEMLIMIT */
    near(goal(19, 100, 150, 100, 0, 0), 139, 1e-9);   /* 150 - 10 - 1 */
    near(goal(22, 100, 150, 100, 0, 0), 135.8, 1e-9); /* 140 less 3 % */
    near(goal(0, 100, 150, 100, 0, 0), 135.8, 1e-9);  /* unknown: as a recent one */
    near(goal(22, 25, 150, 100, 0, 0), 125, 1e-9);    /* GOGC is the smaller */
    near(goal(22, -1, 150, 100, 0, 0), 135.8, 1e-9);  /* off, and still limited */
    near(goal(22, 100, 105, 100, 0, 0), 100, 1e-9);   /* no room: the live heap itself */
    near(goal(22, 100, 25, 10, 0, 0), 14, 1e-9);      /* small: 15 less a whole MiB of headroom */
}

static void triggers(void **state) {
    (void)state;
    gm_pacer new_one = {22, 100, NAN}, old_one = {17, 100, NAN};
    near(gm_pacer_trigger(&new_one, 100 * MIB, 200 * MIB, 0) / MIB, 196, 1e-9);              /* 4 MiB below the goal */
    near(gm_pacer_trigger(&new_one, 10 * MIB, 20 * MIB, 0) / MIB, 19.53125, 1e-9);           /* 61/64 of the way */
    near(gm_pacer_trigger(&new_one, 100 * MIB, 200 * MIB, 10 * MIB) / MIB, 190, 1e-9);       /* the runway */
    near(gm_pacer_trigger(&new_one, 100 * MIB, 200 * MIB, 500 * MIB) / MIB, 170.3125, 1e-9); /* 45/64 at least */
    near(gm_pacer_trigger(&old_one, 100 * MIB, 200 * MIB, 0) / MIB, 195.3125, 1e-9);
    near(gm_pacer_trigger(&old_one, 100 * MIB, 200 * MIB, 500 * MIB) / MIB, 160, 1e-9);
    assert_true(isinf(gm_pacer_trigger(&new_one, 1, INFINITY, 0)));
    near(gm_pacer_trigger(&new_one, 100, 100, 0), 100, 0); /* due at once */
}

/* 100 MiB live, 10 MiB/s: triggered at 196, 1 MiB is allocated while marking; a cycle takes 97 MiB, 9.7 s. */
static void steady_state(void **state) {
    (void)state;
    gm_sim_result r = replay(make(100, 0, 10, 20, 970), 100, NAN, 300);
    near(r.cycles, 100, 1);
    near(r.peak_heap / MIB, 197, 0.1);
    near(r.peak / MIB, 217, 0.1);
    near(r.bound / MIB, 240, 0.1); /* 1.1 x 200 + 20 */
    near(r.cpu_s, 0.05 * r.cycles, 1e-6);
    assert_true(isnan(r.killed_s) && r.thrash_s == 0 && !r.held);
    near(replay(make(100, 0, 10, 20, 970), 50, NAN, 300).cycles, 970 / 4.866,
         2); /* triggered at 147.66: half the garbage, twice the cycles */
    near(replay(make(100, 0, 10, 20, 970), 200, NAN, 400).cycles, 970 / 19.7, 1);
}

static void a_memory_limit_holds_the_heap(void **state) {
    (void)state;
    gm_sim_result r = replay(make(100, 0, 10, 20, 970), 400, 170, 200);
    near(r.peak_heap / MIB, 152.2, 1.5); /* (170 - 10) x 0.97, less 4 MiB, and 1 MiB while marking */
    assert_true(r.held && isnan(r.killed_s));
    near(r.bound / MIB, 155.2 + 20, 0.1);
    assert_true(replay(make(100, 0, 10, 20, 970), 400, NAN, 200).killed_s > 0);
}

static void nothing_allocated_is_collected_every_two_minutes(void **state) {
    (void)state;
    near(replay(make(100, 0, 0, 20, 1205), 100, NAN, 300).cycles, 10, 0);
    near(replay(make(100, 0, 0.01, 20, 1205), 1000, NAN, 2000).cycles, 10, 0);
    near(replay(make(100, 0, 0.01, 20, 1205), -1, NAN, 300).cycles, 0, 0);
}

/* 100 MiB and 10 MiB/s beside 20 MiB reach 300 MiB in 18 s; 5 % off they do so 15 to 36 MiB earlier or later. */
static void off_is_killed_in_time(void **state) {
    (void)state;
    gm_sim_result r = replay(make(100, 0, 10, 20, 970), -1, NAN, 300);
    near(r.cycles, 0, 0);
    near(r.killed_s, 18, 0.1);
    near(r.earliest_s, 18 - (300 - 300 / 1.05) / 10, 0.1);
    near(r.latest_s, 18 + (300 / 0.95 - 300) / 10, 0.1);
    assert_true(isinf(r.bound));
}

/* The live heap rises 1 MiB/s from 50: from 90 s on 2 x live + 20 is more than 300 MiB, from 174 s on 1.25 x live + 20
 * is. The heap gets there 14 and 5.6 s later, and one cycle at most behind. */
static void a_leak_is_only_delayed(void **state) {
    (void)state;
    double by_100 = replay(make(50, 1, 10, 20, 400), 100, NAN, 300).killed_s,
           by_25 = replay(make(50, 1, 10, 20, 400), 25, NAN, 300).killed_s;
    near(by_100, 111, 8);
    near(by_25, 182.5, 4);
    assert_true(replay(make(50, 1, 10, 20, 400), 100, 200, 300).killed_s < 400);
}

static void no_room_is_thrash(void **state) {
    (void)state;
    gm_sim_result r = replay(make(100, 0, 10, 20, 100), 100, 105, 300);
    near(r.thrash_s, 100, 2);
    near(r.cycles, 1000, 20); /* back to back, 0.1 s each */
    load *l = make(100, 0, 10, 20, 100);
    l->demand.rest_s = 0.1; /* as the record of a program that allocates ten times a second */
    near(replay(l, 100, 105, 300).cycles, 500, 20);
    near(replay(make(1, 0, 10, 20, 100), 100, 11, 300).thrash_s, 0, 0); /* a tiny heap does no harm */
}

/* 0.2 s of CPU in 0.1 s on two Ps: the bucket of two seconds fills, assists stop, and marks take 0.2 / (0.25 x 2) s. */
static void the_limiter_stretches_marks(void **state) {
    (void)state;
    load *l = make(100, 0, 10, 20, 100);
    for (int i = 0; i < NODES; i++) l->nodes[i].cpu_s = 0.2;
    gm_sim_result r = replay(l, 100, 105, 300);
    assert_true(r.limiter_s > 1);
    assert_true(r.cycles < 900);
}

static void the_program_asks(void **state) {
    (void)state;
    load *l = make(100, 0, 0.001, 20, 199);
    for (int i = 10; i < NODES; i += 10) l->nodes[i].forced = true;
    near(replay(l, 100, NAN, 300).cycles, 19, 1);
}

static void what_is_resident(void **state) {
    (void)state;
    gm_sim_resident resident;
    gm_sim_resident_init(&resident);
    gm_sim_resident_add(&resident, 10, 500);
    near(gm_sim_resident_at(&resident, 100, 50), 500, 0);
    for (int i = 0; i < 3; i++) gm_sim_resident_add(&resident, 110 + i, 60);
    near(gm_sim_resident_at(&resident, 120, 50), 500, 0); /* not yet returned */
    near(gm_sim_resident_at(&resident, 400, 50), 60, 0);  /* returned: the last three heaps stay */
    near(gm_sim_resident_at(&resident, 500, 70), 70, 0);
}

/* Many cycles a second over a day are skipped over, not left out. */
static void long_and_busy(void **state) {
    (void)state;
    gm_sim_result r = replay(make(10, 0, 100, 20, 86400), 100, NAN, 300);
    double each = (0.953125 * 10 + 100 * 0.1) / 100; /* 61/64 of 10 MiB, and what is allocated while marking */
    assert_true(r.cycles > 0.5 * 86400 / each && r.cycles < 2 * 86400 / each);
    near(r.peak / MIB, r.peak_heap / MIB + 20, 0.1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goals_by_version),
        cmocka_unit_test(memory_limits_by_version),
        cmocka_unit_test(triggers),
        cmocka_unit_test(steady_state),
        cmocka_unit_test(a_memory_limit_holds_the_heap),
        cmocka_unit_test(nothing_allocated_is_collected_every_two_minutes),
        cmocka_unit_test(off_is_killed_in_time),
        cmocka_unit_test(a_leak_is_only_delayed),
        cmocka_unit_test(no_room_is_thrash),
        cmocka_unit_test(the_limiter_stretches_marks),
        cmocka_unit_test(the_program_asks),
        cmocka_unit_test(what_is_resident),
        cmocka_unit_test(long_and_busy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
