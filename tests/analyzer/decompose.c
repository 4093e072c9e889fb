/* The decomposition of one moment's usage into buckets: that it adds up for cgroup v1 and v2, and that what cannot
 * be known stays unknown. Values in MiB, so that a failure reads like a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyzer/timeline/decompose.h"

#include <math.h>

#define MIB 1048576.0

typedef struct {
    double v[GM_Q_COUNT];
    int64_t column[GM_COL_COUNT];
} moment;

static void start(moment *m) {
    for (int i = 0; i < GM_Q_COUNT; i++) m->v[i] = NAN;
}

static void set(moment *m, gm_quantity quantity, double mib) {
    m->v[quantity] = mib * MIB;
}

static void expect(const moment *m, gm_column column, double mib) {
    if (isnan(mib)) {
        if (m->column[column] != GM_UNKNOWN)
            fail_msg("%s: known, %g MiB", gm_column_name(column), (double)m->column[column] / MIB);
        return;
    }
    if (m->column[column] != llround(mib * MIB))
        fail_msg("%s: %g MiB instead of %g", gm_column_name(column), (double)m->column[column] / MIB, mib);
}

static void cgroup_v2(moment *m) {
    start(m);
    set(m, GM_Q_MEM_USAGE, 310);
    set(m, GM_Q_MEM_ANON, 200);
    set(m, GM_Q_MEM_FILE, 80);
    set(m, GM_Q_MEM_SHMEM, 10);
    set(m, GM_Q_MEM_INACTIVE_FILE, 50);
    set(m, GM_Q_MEM_ACTIVE_FILE, 20);
    set(m, GM_Q_MEM_KERNEL, 24);
    set(m, GM_Q_MEM_SLAB_RECLAIMABLE, 12);
    set(m, GM_Q_MEM_SLAB_UNRECLAIMABLE, 4);
    set(m, GM_Q_MEM_KERNEL_STACK, 3);
    set(m, GM_Q_MEM_PAGETABLES, 2);
    set(m, GM_Q_MEM_SOCK, 6);
}

static void memstats(moment *m) {
    set(m, GM_Q_GO_SYS, 180);
    set(m, GM_Q_GO_HEAP_RELEASED, 20);
    set(m, GM_Q_GO_HEAP_LIVE, 60);
    set(m, GM_Q_GO_HEAP_ALLOC, 90);
    set(m, GM_Q_GO_HEAP_INUSE, 100);
    set(m, GM_Q_GO_HEAP_IDLE, 50);
    set(m, GM_Q_GO_STACK_INUSE, 8);
}

static void v2_adds_up(void **state) {
    (void)state;
    moment m;
    cgroup_v2(&m);
    memstats(&m);
    gm_decompose(m.v, true, m.column);
    expect(&m, GM_COL_LAZYFREE, 0);
    expect(&m, GM_COL_KERNEL_OTHER, 3);
    expect(&m, GM_COL_GO_TOTAL, 160);
    expect(&m, GM_COL_GO_LIVE, 60);
    expect(&m, GM_COL_GO_GARBAGE, 30);
    expect(&m, GM_COL_GO_FRAG, 10);
    expect(&m, GM_COL_GO_IDLE, 30);
    expect(&m, GM_COL_GO_STACKS, 8);
    expect(&m, GM_COL_GO_META, 22);
    expect(&m, GM_COL_NATIVE, 40);
    expect(&m, GM_COL_UNEXPLAINED, 0);
    int64_t sum = 0;
    for (int i = 0; i < GM_COL_COUNT; i++)
        if (gm_column_kind_of((gm_column)i) == GM_COLUMN_BUCKET && m.column[i] != GM_UNKNOWN) sum += m.column[i];
    assert_int_equal(sum, m.column[GM_COL_USAGE]);
}

/* cgroup v1 counts socket buffers beside usage. */
static void v1_sockets_are_outside(void **state) {
    (void)state;
    moment m;
    cgroup_v2(&m);
    set(&m, GM_Q_MEM_USAGE, 304);
    gm_decompose(m.v, false, m.column);
    expect(&m, GM_COL_SOCK, 6);
    expect(&m, GM_COL_UNEXPLAINED, 0);
}

static void the_rest_is_shown(void **state) {
    (void)state;
    moment m;
    cgroup_v2(&m);
    set(&m, GM_Q_MEM_USAGE, 350);
    gm_decompose(m.v, true, m.column);
    expect(&m, GM_COL_UNEXPLAINED, 40);
    expect(&m, GM_COL_GO_LIVE, NAN);
    expect(&m, GM_COL_NATIVE, NAN);
    expect(&m, GM_COL_OTHER_PROCESSES, NAN);
}

/* The runtime counts memory that was never touched: the excess comes out of garbage, then idle, then live. */
static void untouched_memory(void **state) {
    (void)state;
    moment m;
    cgroup_v2(&m);
    memstats(&m);
    set(&m, GM_Q_MEM_ANON, 90); /* 70 less than the runtime's total */
    gm_decompose(m.v, true, m.column);
    expect(&m, GM_COL_GO_GARBAGE, 0);
    expect(&m, GM_COL_GO_IDLE, 0);
    expect(&m, GM_COL_GO_LIVE, 50);
    expect(&m, GM_COL_NATIVE, 0);
}

/* What is swapped out is still the process': neither untouched nor gone. */
static void swap_counts(void **state) {
    (void)state;
    moment m;
    cgroup_v2(&m);
    memstats(&m);
    set(&m, GM_Q_MEM_ANON, 90);
    set(&m, GM_Q_MEM_SWAP, 110);
    gm_decompose(m.v, true, m.column);
    expect(&m, GM_COL_GO_GARBAGE, 30);
    expect(&m, GM_COL_GO_LIVE, 60);
    expect(&m, GM_COL_NATIVE, 40);
}

static void lazily_freed(void **state) {
    (void)state;
    moment m;
    cgroup_v2(&m);
    memstats(&m);
    set(&m, GM_Q_MEM_INACTIVE_FILE, 90); /* 40 more than there are file pages */
    gm_decompose(m.v, true, m.column);
    expect(&m, GM_COL_LAZYFREE, 40);
    expect(&m, GM_COL_INACTIVE_FILE, 50);
    expect(&m, GM_COL_NATIVE, 0);
}

/* cAdvisor without the file lists: usage less working set is the inactive list, and a lower bound follows. */
static void lists_from_the_working_set(void **state) {
    (void)state;
    moment m;
    start(&m);
    set(&m, GM_Q_MEM_USAGE, 300);
    set(&m, GM_Q_MEM_WORKING_SET, 120);
    set(&m, GM_Q_MEM_ANON, 250);
    set(&m, GM_Q_MEM_FILE, 40);
    gm_decompose(m.v, true, m.column);
    expect(&m, GM_COL_LAZYFREE, 140);
    expect(&m, GM_COL_INACTIVE_FILE, 40);
    expect(&m, GM_COL_ACTIVE_FILE, NAN);
    expect(&m, GM_COL_SHMEM, NAN);
    set(&m, GM_Q_MEM_FILE, 200); /* the list fits into the file pages: nothing is known */
    gm_decompose(m.v, true, m.column);
    expect(&m, GM_COL_LAZYFREE, NAN);
}

static void other_processes(void **state) {
    (void)state;
    moment m;
    cgroup_v2(&m);
    memstats(&m);
    set(&m, GM_Q_PROC_RSS_ANON, 170);
    gm_decompose(m.v, true, m.column);
    expect(&m, GM_COL_OTHER_PROCESSES, 30);
    expect(&m, GM_COL_NATIVE, 10);
}

/* cAdvisor says 0 kernel memory on cgroup v2, whatever there is. */
static void kernel_zero_is_unknown(void **state) {
    (void)state;
    moment m;
    start(&m);
    set(&m, GM_Q_MEM_USAGE, 300);
    set(&m, GM_Q_MEM_ANON, 200);
    set(&m, GM_Q_MEM_FILE, 40);
    set(&m, GM_Q_MEM_KERNEL, 0);
    gm_decompose(m.v, true, m.column);
    expect(&m, GM_COL_KERNEL, NAN);
    expect(&m, GM_COL_UNEXPLAINED, 60);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(v2_adds_up),
        cmocka_unit_test(v1_sockets_are_outside),
        cmocka_unit_test(the_rest_is_shown),
        cmocka_unit_test(untouched_memory),
        cmocka_unit_test(swap_counts),
        cmocka_unit_test(lazily_freed),
        cmocka_unit_test(other_processes),
        cmocka_unit_test(lists_from_the_working_set),
        cmocka_unit_test(kernel_zero_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
