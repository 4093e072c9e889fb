/* Tests of the emit functions: each writes the row it should, shares ids, counts for the open member. */
#include "store_test.h"

#include <math.h>

/* An incident with one open member, id 1. */
static gm_store *importing(void) {
    gm_store *store = memory_store();
    assert_int_equal(begin_member(store, "m"), 1);
    return store;
}

#define ACCOUNT "SELECT records, rejected, left_out, first_ns, last_ns FROM member WHERE member_id = 1"

/* --- members and diagnostics --- */
static void a_member_is_written_when_it_ends(void **state) {
    (void)state;
    g_autoptr(gm_store) store = memory_store();
    int64_t id;
    gm_member_begin begin = {GM_SPAN("dir/a\xff"
                                     "b"),
                             GM_UNKNOWN, 77};
    gm_member_end end = {
        .format = "prom_text", .bid = 90, .encoding = "gzip", .sha256 = "ab", .bytes = 5, .time_source = "name"};
    assert_int_equal(gm_emit_member_begin(store, &begin, &id), GM_OK);
    gm_emit_rejected(store, 3);
    gm_emit_left_out(store, GM_LEFT_OUTSIDE, 3);
    gm_emit_left_out(store, GM_LEFT_NO_VALUE, 1);
    assert_int_equal(gm_emit_member_end(store, &end), GM_OK);
    assert_rows(store,
                "SELECT parent_id, path, format, bid, encoding, sha256, bytes, records, rejected, left_out,"
                " first_ns, last_ns, mtime_ns, time_source FROM member",
                "-|dir/a\xef\xbf\xbd"
                "b|prom_text|90|gzip|ab|5|0|3|4|-|-|77|name\n");
    assert_rows(store, "SELECT * FROM left_out", "1|no_value|1\n1|outside_vocabulary|3\n");
}

static void an_unrecognised_member_has_no_format(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    assert_int_equal(gm_emit_member_end(store, &(gm_member_end){.bytes = 9}), GM_OK);
    assert_rows(store, "SELECT format, bid, encoding, sha256, bytes, time_source FROM member", "-|-|-|-|9|-\n");
}

static void members_nest(void **state) {
    (void)state;
    g_autoptr(gm_store) store = memory_store();
    int64_t outer = begin_member(store, "a.tar"), inner;
    gm_emit_rejected(store, 1);
    gm_member_begin begin = {GM_SPAN("a.tar/b"), outer, GM_UNKNOWN};
    assert_int_equal(gm_emit_member_begin(store, &begin, &inner), GM_OK);
    gm_emit_rejected(store, 10);
    gm_emit_diagnostic(store, GM_SEVERITY_INFO, 1, 2, GM_SPAN("inner"));
    end_member(store);
    gm_emit_rejected(store, 1);
    gm_emit_diagnostic(store, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, GM_SPAN("outer"));
    end_member(store);
    gm_emit_diagnostic(store, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN, GM_SPAN("bundle"));
    assert_rows(store, "SELECT member_id, parent_id, path, rejected FROM member ORDER BY member_id",
                "1|-|a.tar|2\n2|1|a.tar/b|10\n");
    assert_rows(store, "SELECT member_id, severity, line, byte_offset, text FROM diagnostic ORDER BY diagnostic_id",
                "2|info|1|2|inner\n1|error|-|-|outer\n-|warning|-|-|bundle\n");
}

static void diagnostics_are_cut_short_by_severity(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    for (int i = 0; i < 250; i++) {
        assert_int_equal(gm_emit_diagnostic(store, GM_SEVERITY_WARNING, i, GM_UNKNOWN, GM_SPAN("w")), GM_OK);
    }
    for (int i = 0; i < 100; i++) gm_emit_diagnostic(store, GM_SEVERITY_ERROR, i, GM_UNKNOWN, GM_SPAN("e"));
    end_member(store);
    assert_rows(store, "SELECT severity, count (*), max (line) FROM diagnostic WHERE line IS NOT NULL GROUP BY 1",
                "error|100|99\nwarning|100|99\n");
    assert_rows(store, "SELECT member_id, severity, text FROM diagnostic WHERE line IS NULL",
                "1|warning|150 more of severity warning are not listed\n");
    begin_member(store, "next"); /* counts from zero again */
    gm_emit_diagnostic(store, GM_SEVERITY_WARNING, 1, GM_UNKNOWN, GM_SPAN("x"));
    end_member(store);
    assert_rows(store, "SELECT text FROM diagnostic WHERE member_id = 2", "x\n");
}

static void the_bundles_diagnostics_are_cut_short_too(void **state) {
    (void)state;
    g_autoptr(gm_store) store = memory_store();
    for (int i = 0; i < 101; i++) gm_emit_diagnostic(store, GM_SEVERITY_INFO, i, GM_UNKNOWN, GM_SPAN("i"));
    assert_true(gm_store_set_mode(store, GM_STORE_READ, NULL));
    assert_rows(store, "SELECT count (*), sum (text LIKE '1 more%') FROM diagnostic", "101|1\n");
}

/* --- who --- */
static void identities_are_shared(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    gm_identity full = {GM_LEVEL_CONTAINER, GM_SPAN("ns"),  GM_SPAN("pod"),       GM_SPAN("app"),
                        GM_SPAN("uid"),     GM_SPAN("abc"), GM_SPAN("/kubepods"), GM_SPAN("hint")};
    gm_identity hint = {.level = GM_LEVEL_UNNAMED, .hint = GM_SPAN("x")};
    gm_identity node = {.level = GM_LEVEL_NODE, .hint = GM_SPAN("x")};
    gm_identity pod = {.level = GM_LEVEL_UNNAMED, .pod = GM_SPAN("x")};
    const gm_identity *const all[] = {&full, &hint, &node, &pod};
    int64_t ids[4], id;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(gm_emit_identity(store, all[i], &ids[i]), GM_OK);
        assert_int_equal(ids[i], i + 1);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(gm_emit_identity(store, all[i], &id), GM_OK);
        assert_int_equal(id, ids[i]);
    }
    assert_rows(store, "SELECT * FROM identity",
                "1|-|container|ns|pod|app|uid|abc|/kubepods|hint|-\n"
                "2|-|unnamed|-|-|-|-|-|-|x|-\n3|-|node|-|-|-|-|-|-|x|-\n4|-|unnamed|-|x|-|-|-|-|-|-\n");
    end_member(store);
    assert_rows(store, ACCOUNT, "0|0|0|-|-\n");
}

/* --- samples --- */
static void series_are_shared(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t who = some_identity(store), id;
    const gm_series all[] = {
        {who, GM_Q_MEM_USAGE, "prometheus", GM_SPAN("m"), GM_SPAN("{\"a\":\"1\"}")},
        {who, GM_Q_MEM_USAGE, "prometheus", GM_SPAN("m"), GM_SPAN("{\"a\":\"2\"}")},
        {who, GM_Q_MEM_USAGE, "prometheus", GM_SPAN("m"), GM_SPAN("")},
        {who, GM_Q_MEM_USAGE, "kubelet", GM_SPAN("m"), GM_SPAN("")},
        {who, GM_Q_NONE, "kubelet", GM_SPAN("m"), GM_SPAN("")},
        {who + 1, GM_Q_NONE, "kubelet", GM_SPAN("m"), GM_SPAN("")},
    };
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
            assert_int_equal(gm_emit_series(store, &all[i], &id), GM_OK);
            assert_int_equal(id, i + 1);
        }
    }
    const gm_series braces = {who, GM_Q_MEM_USAGE, "prometheus", GM_SPAN("m"), GM_SPAN("{}")};
    assert_int_equal(gm_emit_series(store, &braces, &id), GM_OK);
    assert_int_equal(id, 3);
    g_autofree char *wanted = g_strdup_printf("1|1|%d|prometheus|m|{\"a\":\"1\"}\n2|1|%d|prometheus|m|{\"a\":\"2\"}\n"
                                              "3|1|%d|prometheus|m|{}\n4|1|%d|kubelet|m|{}\n"
                                              "5|1|-|kubelet|m|{}\n6|2|-|kubelet|m|{}\n",
                                              GM_Q_MEM_USAGE, GM_Q_MEM_USAGE, GM_Q_MEM_USAGE, GM_Q_MEM_USAGE);
    assert_rows(store, "SELECT * FROM series", wanted);
}

static void samples_are_kept_once(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t a = some_series(store, "a"), b = some_series(store, "b");
    const struct {
        int64_t series, t;
        double value;
    } samples[] = {{a, 50, 1.5},      {a, 10, 2},        {b, 50, -0.25}, {a, 50, 9},         {a, 60, NAN},
                   {a, 61, INFINITY}, {b, 5, -INFINITY}, {b, -3, 0},     {b, GM_UNKNOWN, 1}, {b, 70, 1e300}};
    for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
        assert_int_equal(gm_emit_sample(store, samples[i].series, samples[i].t, samples[i].value), GM_OK);
    }
    end_member(store);
    assert_rows(store, "SELECT * FROM sample", "1|10|2.0\n1|50|1.5\n2|-3|0.0\n2|50|-0.25\n2|70|1.0e+300\n");
    assert_rows(store, ACCOUNT, "5|1|4|-3|70\n");
}

static void samples_seen_before_are_left_out_of_later_members(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t series = some_series(store, "a");
    gm_emit_sample(store, series, 10, 1);
    end_member(store);
    begin_member(store, "copy");
    gm_emit_sample(store, series, 10, 2);
    gm_emit_sample(store, series, 20, 2);
    gm_emit_sample(store, series, 10, 1);
    gm_emit_sample(store, series, 30, NAN);
    end_member(store);
    assert_rows(store, "SELECT member_id, records, left_out, first_ns FROM member", "1|1|0|10\n2|1|3|20\n");
    assert_rows(store, "SELECT value FROM sample", "1.0\n2.0\n");
    assert_rows(store, "SELECT * FROM left_out", "2|disagreeing_duplicate|1\n2|duplicate|1\n2|no_value|1\n");
}

/* Scrapes come time by time, more of them than are gathered at once; the first value of a time wins. */
static void samples_in_any_order_are_all_kept(void **state) {
    (void)state;
    enum { SERIES = 700, TIMES = 200 };
    g_autoptr(gm_store) store = importing();
    int64_t ids[SERIES];
    for (int i = 0; i < SERIES; i++) {
        g_autofree char *name = g_strdup_printf("s%d", i);
        ids[i] = some_series(store, name);
    }
    for (int t = TIMES; t-- > 0;) {
        for (int i = 0; i < SERIES; i++) assert_int_equal(gm_emit_sample(store, ids[i], t, i * 1000 + t), GM_OK);
        assert_int_equal(gm_emit_sample(store, ids[5], t, -1), GM_OK);         /* soon after the first */
        assert_int_equal(gm_emit_sample(store, ids[6], TIMES - 1, -1), GM_OK); /* long after it */
    }
    end_member(store);
    assert_rows(store, "SELECT count (*), sum (value = (series_id - 1) * 1000 + t_ns), min (value) FROM sample",
                "140000|140000|0.0\n");
    assert_rows(store, ACCOUNT, "140000|0|400|0|199\n");
}

/* A nested member must not get what its archive's member emitted before it. */
static void pending_samples_stay_with_their_member(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t series = some_series(store, "a");
    gm_emit_sample(store, series, 1, 1);
    begin_member(store, "inner");
    gm_emit_sample(store, series, 2, 1);
    gm_emit_sample(store, series, 3, 1);
    end_member(store);
    gm_emit_sample(store, series, 1, 5);
    end_member(store);
    assert_rows(store, "SELECT records, left_out, first_ns, last_ns FROM member", "1|1|1|1\n2|0|2|3\n");
}

/* --- GC cycles and the other records --- */
static gm_gc_cycle some_cycle(int64_t identity) {
    return (gm_gc_cycle){.identity_id = identity,
                         .process = 2,
                         .line = 3,
                         .n = 4,
                         .log_ns = 5,
                         .start_s = 6.5,
                         .total_pct = 7,
                         .clock_sweep_ms = 8,
                         .clock_mark_ms = 9,
                         .clock_term_ms = 10,
                         .cpu_sweep_ms = 11,
                         .cpu_assist_ms = 12,
                         .cpu_background_ms = 13,
                         .cpu_idle_ms = 14,
                         .cpu_term_ms = 15,
                         .heap_start_mib = 16,
                         .heap_end_mib = 17,
                         .heap_live_mib = 18,
                         .heap_goal_mib = 19,
                         .stacks_mib = 20,
                         .globals_mib = 21,
                         .procs = 22,
                         .forced = true,
                         .periodic = false};
}

static void gc_cycles_are_rows(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    gm_gc_cycle cycle = some_cycle(some_identity(store));
    assert_int_equal(gm_emit_gc_cycle(store, &cycle), GM_OK);
    cycle.line = cycle.log_ns = cycle.heap_goal_mib = cycle.stacks_mib = cycle.globals_mib = GM_UNKNOWN;
    cycle.forced = false, cycle.periodic = true;
    assert_int_equal(gm_emit_gc_cycle(store, &cycle), GM_OK);
    end_member(store);
    assert_rows(store, "SELECT * FROM gc_cycle",
                "1|1|1|2|3|4|5|6.5|7|8.0|9.0|10.0|11.0|12.0|13.0|14.0|15.0|16|17|18|19|20|21|22|1|0\n"
                "2|1|1|2|-|4|-|6.5|7|8.0|9.0|10.0|11.0|12.0|13.0|14.0|15.0|16|17|18|-|-|-|22|0|1\n");
    assert_rows(store,
                "SELECT n, start_s, clock_mark_ms, cpu_idle_ms, heap_live_mib, procs, forced, process, line"
                " FROM gc LIMIT 1",
                "4|6.5|9.0|14.0|18|22|1|2|3\n");
    assert_rows(store, ACCOUNT, "2|0|0|5|5\n");
}

static void a_record_that_breaks_the_schema_is_reported(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    gm_gc_cycle cycle = some_cycle(some_identity(store));
    cycle.start_s = NAN;
    assert_int_equal(gm_emit_gc_cycle(store, &cycle), GM_OK);
    gm_profile profile = {.identity_id = GM_UNKNOWN, .kind = GM_SPAN("heap")};
    int64_t id = 99;
    assert_int_equal(gm_emit_profile(store, &profile, &id), GM_DAMAGED);
    assert_int_equal(id, 0);
    end_member(store);
    assert_rows(store, "SELECT severity, text FROM diagnostic",
                "warning|record refused: NOT NULL constraint failed: gc_cycle.start_s\n"
                "warning|record refused: NOT NULL constraint failed: profile.identity_id\n");
    assert_rows(store, ACCOUNT, "0|2|0|-|-\n");
}

static void mappings_are_rows(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    gm_mapping full = {some_identity(store), 10, "go_heap", GM_SPAN("[anon]"), 1, 2, 3, 4, 5, 6, 7, 8};
    gm_mapping bare = {1,          GM_UNKNOWN, "file",     GM_SPAN(""), 1,          2,
                       GM_UNKNOWN, GM_UNKNOWN, GM_UNKNOWN, GM_UNKNOWN,  GM_UNKNOWN, GM_UNKNOWN};
    assert_int_equal(gm_emit_mapping(store, &full), GM_OK);
    assert_int_equal(gm_emit_mapping(store, &bare), GM_OK);
    end_member(store);
    assert_rows(store, "SELECT * FROM mapping", "1|1|10|go_heap|[anon]|1|2|3|4|5|6|7|8\n1|1|-|file||1|2|-|-|-|-|-|-\n");
    assert_rows(store, ACCOUNT, "2|0|0|10|10\n");
}

static void oom_reports_are_rows(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    gm_oom_kill kill = {.identity_id = some_identity(store),
                        .line = 1,
                        .t_ns = 2,
                        .boot_s = 3.5,
                        .constraint = GM_SPAN("CONSTRAINT_MEMCG"),
                        .oom_cgroup = GM_SPAN("/a"),
                        .task_cgroup = GM_SPAN("/a/b"),
                        .invoked_by = GM_SPAN("x"),
                        .victim = GM_SPAN("y"),
                        .pid = 4,
                        .total_vm_bytes = 5,
                        .anon_rss_bytes = 6,
                        .file_rss_bytes = 7,
                        .shmem_rss_bytes = 8,
                        .pgtables_bytes = 9,
                        .oom_score_adj = -10,
                        .usage_bytes = 11,
                        .limit_bytes = 12,
                        .failcnt = 13,
                        .kmem_bytes = 14,
                        .swap_bytes = 15};
    gm_oom_task task = {1, 2, 3, 4, 5, 6, 7, 8, -9, GM_SPAN("cart")};
    int64_t id;
    assert_int_equal(gm_emit_oom_kill(store, &kill, &id), GM_OK);
    assert_int_equal(id, 1);
    kill.boot_s = NAN;
    kill.t_ns = GM_UNKNOWN;
    kill.victim = GM_SPAN("");
    assert_int_equal(gm_emit_oom_kill(store, &kill, &id), GM_OK);
    assert_int_equal(id, 2);
    assert_int_equal(gm_emit_oom_task(store, 1, &task), GM_OK);
    assert_int_equal(gm_emit_oom_stat(store, 1, GM_SPAN("/a"), GM_SPAN("anon"), 100), GM_OK);
    assert_int_equal(gm_emit_oom_stat(store, 1, GM_SPAN("/a"), GM_SPAN("anon"), 200), GM_OK); /* left out */
    assert_int_equal(gm_emit_oom_stat(store, 1, GM_SPAN("/b"), GM_SPAN("anon"), 300), GM_OK);
    end_member(store);
    assert_rows(store, "SELECT * FROM oom_kill",
                "1|1|1|1|2|3.5|CONSTRAINT_MEMCG|/a|/a/b|x|y|4|5|6|7|8|9|-10|11|12|13|14|15\n"
                "2|1|1|1|-|-|CONSTRAINT_MEMCG|/a|/a/b|x|-|4|5|6|7|8|9|-10|11|12|13|14|15\n");
    assert_rows(store,
                "SELECT oom_kill_id, pid, name, total_vm_bytes, rss_bytes, rss_anon_bytes, rss_file_bytes,"
                " rss_shmem_bytes, pgtables_bytes, swap_bytes, oom_score_adj FROM oom_task",
                "1|1|cart|2|3|4|5|6|7|8|-9\n");
    assert_rows(store, "SELECT * FROM oom_stat", "1|/a|anon|100\n1|/b|anon|300\n");
    assert_rows(store, ACCOUNT, "5|0|1|2|2\n");
}

static void events_and_settings_are_rows(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    gm_event event = {some_identity(store), 10, 137, 2, "terminated", GM_SPAN("OOMKilled"), GM_SPAN("text")};
    gm_event bare = {1, GM_UNKNOWN, GM_UNKNOWN, GM_UNKNOWN, "started", GM_SPAN(""), GM_SPAN("")};
    gm_setting limit = {1, 30, "limits.memory", GM_SPAN("1Gi"), 1073741824};
    gm_setting image = {1, GM_UNKNOWN, "image", GM_SPAN("cart:1\0"), NAN};
    assert_int_equal(gm_emit_event(store, &event), GM_OK);
    assert_int_equal(gm_emit_event(store, &bare), GM_OK);
    assert_int_equal(gm_emit_setting(store, &limit), GM_OK);
    assert_int_equal(gm_emit_setting(store, &image), GM_OK);
    end_member(store);
    assert_rows(store, "SELECT * FROM event", "1|1|1|10|terminated|OOMKilled|137|2|text\n2|1|1|-|started|-|-|-|-\n");
    assert_rows(store, "SELECT * FROM setting",
                "1|1|30|limits.memory|1Gi|1073741824.0\n1|1|-|image|cart:1\xef\xbf\xbd|-\n");
    assert_rows(store, ACCOUNT, "4|0|0|10|30\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_is_written_when_it_ends),
        cmocka_unit_test(an_unrecognised_member_has_no_format),
        cmocka_unit_test(members_nest),
        cmocka_unit_test(diagnostics_are_cut_short_by_severity),
        cmocka_unit_test(the_bundles_diagnostics_are_cut_short_too),
        cmocka_unit_test(identities_are_shared),
        cmocka_unit_test(series_are_shared),
        cmocka_unit_test(samples_are_kept_once),
        cmocka_unit_test(samples_seen_before_are_left_out_of_later_members),
        cmocka_unit_test(samples_in_any_order_are_all_kept),
        cmocka_unit_test(pending_samples_stay_with_their_member),
        cmocka_unit_test(gc_cycles_are_rows),
        cmocka_unit_test(a_record_that_breaks_the_schema_is_reported),
        cmocka_unit_test(mappings_are_rows),
        cmocka_unit_test(oom_reports_are_rows),
        cmocka_unit_test(events_and_settings_are_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
