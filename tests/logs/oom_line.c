/* The lines of kernel OOM reports, one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "importer/logs/oom.h"
#include "importer/text/span.h"

static gm_log_line line_of(const char *text) {
    return (gm_log_line){.text = gm_span_of(text), .number = 3, .t_ns = 5, .boot_s = NAN};
}

static void kinds(void **state) {
    (void)state;
    static const struct {
        const char *text;
        gm_oom_kind kind;
    } cases[] = {
        {"my app invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=0", GM_OOM_HEADER},
        {"Task in /a killed as a result of limit of /b", GM_OOM_WHO},
        {"memory: usage 980kB, limit 980kB, failcnt 4152239", GM_OOM_USAGE},
        {"memory+swap: usage 0kB, limit 18014398509481983kB, failcnt 0", GM_OOM_USAGE},
        {"swap: usage 0kB, limit 0kB, failcnt 0", GM_OOM_USAGE},
        {"kmem: usage 0kB, limit 0kB, failcnt 0", GM_OOM_USAGE},
        {"Memory cgroup stats for /a:", GM_OOM_STATS},
        {"Tasks state (memory values in pages):", GM_OOM_TITLE},
        {"[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name", GM_OOM_HEAD},
        {"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name", GM_OOM_HEAD},
        {"oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null)", GM_OOM_SUMMARY},
        {"Memory cgroup out of memory: Kill process 1 (a) score 2 or sacrifice child", GM_OOM_CHOICE},
        {"Memory cgroup out of memory: Killed process 1 (a) total-vm:1kB", GM_OOM_KILLED},
        {"Out of memory (oom_kill_allocating_task): Killed process 1 (a) total-vm:1kB", GM_OOM_KILLED},
        {"Killed process 1 (a) total-vm:1kB", GM_OOM_KILLED},
        {"Tasks in /a are going to be killed due to memory.oom.group set", GM_OOM_GROUP},
        {"Out of memory and no killable processes...", GM_OOM_NOBODY},
        {"oom_reaper: reaped process 1 (a), now anon-rss:0kB", GM_OOM_REAPER},
        {"memory: usage", GM_OOM_OTHER},
        {"the program invoked the oom-killer", GM_OOM_OTHER},
        {"[ 1234]     0  1234  5063909", GM_OOM_OTHER},
        {"Memory cgroup min protection 0kB", GM_OOM_OTHER},
        {"", GM_OOM_OTHER},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("case %zu\n", i);
        assert_int_equal(gm_oom_classify(gm_span_of(cases[i].text)), cases[i].kind);
    }
}

static void victims(void **state) {
    (void)state;
    static const struct {
        const char *text, *name;
        int64_t pid, anon, pgtables;
        bool told, memcg;
    } cases[] = {
        {"Killed process 13536 (memorymonster) total-vm:33558652kB, anon-rss:920kB, file-rss:452kB", "memorymonster",
         13536, 920 * 1024, GM_UNKNOWN, false, false},
        {"Out of memory: Killed process 15925 ((resolved)) total-vm:1kB, anon-rss:4kB, file-rss:3kB, shmem-rss:0kB",
         "(resolved)", 15925, 4096, GM_UNKNOWN, true, false},
        {"Memory cgroup out of memory: Killed process 7 (a) total-vm) total-vm:1kB, anon-rss:2kB, file-rss:0kB, "
         "shmem-rss:0kB, UID:0 pgtables:3kB oom_score_adj:-998",
         "a) total-vm", 7, 2048, 3072, true, true},
        {"Out of memory: Killed process 123, UID 48, (httpd).", "httpd", 123, GM_UNKNOWN, GM_UNKNOWN, true, false},
        {"Memory cgroup out of memory: Kill process 24572 (my (odd) app) score 0 or sacrifice child", "my (odd) app",
         24572, GM_UNKNOWN, GM_UNKNOWN, true, true},
        {"Killed process 9", "", 9, GM_UNKNOWN, GM_UNKNOWN, false, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_oom_victim found;
        bool told, memcg;
        gm_log_line line = line_of(cases[i].text);
        print_message("case %zu\n", i);
        assert_true(gm_oom_read_victim(&line, &found, &told, &memcg));
        assert_true(gm_span_equal(gm_oom_name_span(&found.name), gm_span_of(cases[i].name)));
        assert_int_equal(found.pid, cases[i].pid);
        assert_true(found.anon_rss == cases[i].anon && found.pgtables == cases[i].pgtables);
        assert_int_equal(told, cases[i].told);
        assert_int_equal(memcg, cases[i].memcg);
        assert_true(found.line == 3 && found.t_ns == 5);
    }
    gm_oom_victim none;
    bool told, memcg;
    gm_log_line line = line_of("Killed process of growing up (x)");
    assert_false(gm_oom_read_victim(&line, &none, &told, &memcg));
}

static void usages(void **state) {
    (void)state;
    gm_oom_usage usage;
    assert_true(gm_oom_read_usage(GM_SPAN("memory: usage 980kB, limit 1000kB, failcnt 41"), &usage));
    assert_true(usage.usage == 980 * 1024 && usage.limit == 1000 * 1024 && usage.failcnt == 41);
    /* every spelling of "unlimited", of old kernels too */
    assert_true(gm_oom_read_usage(GM_SPAN("kmem: usage 0kB, limit 9007199254740988kB, failcnt 0"), &usage));
    assert_true(usage.usage == 0 && usage.limit == GM_UNKNOWN);
    assert_true(gm_oom_read_usage(GM_SPAN("kmem: usage 1kB, limit 18014398509481983kB, failcnt 0"), &usage));
    assert_true(usage.limit == GM_UNKNOWN);
    assert_false(gm_oom_read_usage(GM_SPAN("memory: usage much, limit little"), &usage));
}

static void summaries(void **state) {
    (void)state;
    gm_oom_summary s;
    assert_true(gm_oom_read_summary(
        GM_SPAN("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0-1,oom_memcg=/a/b,"
                "task_memcg=/a/b/c,task=odd,pid=x,pid=17,uid=0"),
        &s));
    assert_true(gm_span_equal(s.constraint, GM_SPAN("CONSTRAINT_MEMCG")));
    assert_true(gm_span_equal(s.oom_cgroup, GM_SPAN("/a/b")));
    assert_true(gm_span_equal(s.task_cgroup, GM_SPAN("/a/b/c")));
    assert_true(gm_span_equal(s.task, GM_SPAN("odd,pid=x")));
    assert_int_equal(s.pid, 17);
    assert_true(gm_oom_read_summary(GM_SPAN("oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,"
                                            "mems_allowed=0,global_oom,task_memcg=/t,task=a,pid=1,uid=0"),
                                    &s));
    assert_int_equal(s.oom_cgroup.len, 0);
    assert_true(gm_span_equal(s.task_cgroup, GM_SPAN("/t")));
}

static void tables(void **state) {
    (void)state;
    gm_oom_table table;
    gm_oom_row row;
    assert_true(gm_oom_read_head(
        GM_SPAN("[ pid ]   uid  tgid total_vm      rss nr_ptes nr_pmds swapents oom_score_adj name"), &table));
    assert_true(
        gm_oom_read_row(GM_SPAN("[28438]     0 28438  10   20    3   4  5          -998 Web Content"), &table, &row));
    assert_true(row.pid == 28438 && row.total_vm == 40960 && row.rss == 81920 && row.pgtables == 7 * 4096);
    assert_true(row.swap == 5 * 4096 && row.score_adj == -998 && row.anon == GM_UNKNOWN);
    assert_true(gm_span_equal(gm_oom_name_span(&row.name), GM_SPAN("Web Content")));
    assert_false(gm_oom_read_row(GM_SPAN("[28438]     0 28438  10   20    3   4"), &table, &row));
    assert_false(gm_oom_read_row(GM_SPAN("[28438]     0 28438  10   20    3   x  5          -998 a"), &table, &row));
    assert_false(gm_oom_looks_like_row(GM_SPAN("[<ffffffff81720bf6>] dump_stack+0x45/0x56")));
    assert_false(gm_oom_read_head(GM_SPAN("[ pid ]   uid  tgid total_vm      rss"), &table));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds),     cmocka_unit_test(victims), cmocka_unit_test(usages),
        cmocka_unit_test(summaries), cmocka_unit_test(tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
