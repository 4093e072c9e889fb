/* Deaths: what several sources say about one kill is one kill, and each death gets the class that its sources prove. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gomortem/analyzer.h"

#include <math.h>

#define ID       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define AT(tick) "(SELECT t_ns FROM tick WHERE i = " #tick ")"
#define KERNEL(tick, constraint, oom, task) \
    "INSERT INTO oom_kill (member_id, identity_id, t_ns, constraint_name, oom_cgroup, task_cgroup) SELECT 1, 1, t_ns, '" constraint \
    "', '" oom "', '" task "' FROM tick WHERE i = " #tick ";"
#define TERMINATED(tick, reason, code, restarts) \
    "INSERT INTO event (member_id, identity_id, t_ns, kind, reason, exit_code, count) SELECT 1, 1, t_ns, 'terminated', '" reason \
    "', " #code ", " #restarts " FROM tick WHERE i = " #tick ";"
#define STARTED(tick) \
    "INSERT INTO event (member_id, identity_id, t_ns, kind) SELECT 1, 1, t_ns, 'started' FROM tick WHERE i = " #tick ";"
/* A second series of the counter, two seconds behind the first. */
#define COUNTER(series, lag_ns, value) \
    "INSERT INTO series (series_id, identity_id, quantity_id, source, name, labels) SELECT " #series \
    ", 1, quantity_id, 'cgroup', 'k" #series \
    "', '{}' FROM quantity WHERE name = 'memory.oom_kill'; INSERT INTO sample SELECT " #series ", t_ns + " #lag_ns \
    ", " value " FROM tick;"

static char *read_part(const char *name) {
    g_autofree char *path = g_build_filename(GM_TESTDATA, "rules", name, NULL);
    char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL)) fail_msg("cannot read %s", path);
    return text;
}

static void run(gm_store *store, const char *sql) {
    g_autoptr(GError) error = NULL;
    if (!gm_store_exec(store, sql, &error)) fail_msg("%s: %s", sql, error->message);
}

/* Two hours of flat usage and what sql adds, analyzed. */
static gm_store *analyzed(const char *sql) {
    g_autoptr(GError) error = NULL;
    gm_store *store = gm_store_create(":memory:", true, &error);
    assert_non_null(store);
    g_autofree char *prelude = read_part("prelude.sql"), *finish = read_part("finish.sql");
    run(store, prelude);
    run(store,
        "INSERT INTO measure SELECT 'memory.usage', i, 1e8 + i % 7 * 1e5 FROM tick; INSERT INTO measure SELECT 'memory.limit', i, 2e8 FROM tick");
    run(store, sql);
    run(store, finish);
    run(store, "DROP TABLE temp.measure; DROP TABLE temp.tick");
    assert_true(gm_store_set_mode(store, GM_STORE_ANALYZE, &error));
    if (!gm_analyze_configured(store, NULL, &error)) fail_msg("%s", error->message);
    return store;
}

static void expect(const char *sql, const char *query, const char *wanted) {
    g_autoptr(gm_store) store = analyzed(sql);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, query, NULL);
    assert_non_null(stmt);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    const char *answer = gm_column_text(stmt, 0);
    if (g_strcmp0(answer, wanted) != 0) fail_msg("%s\ngives %s, not %s", sql, answer ? answer : "NULL", wanted);
}

static const char kills[] = "SELECT count(*) FROM oom_kills";
static const char classes[] = "SELECT group_concat(class) FROM (SELECT class FROM kill ORDER BY n)";

static void sources_agree(void **state) {
    (void)state;
    const char *all = KERNEL(479, "CONSTRAINT_MEMCG", "/pod/" ID, "/pod/" ID) TERMINATED(479, "OOMKilled", 137, 0)
        COUNTER(900, 1000, "i >= 479");
    expect(all, kills, "1");
    expect(all, "SELECT sources FROM kill", "[\"kernel_log\",\"kernel_counter\",\"pod_status\"]");
    expect(all, "SELECT ended_by FROM life", "oom_kill");
}

#define COPY(member, pid, tick, boot) \
    "INSERT OR IGNORE INTO member (member_id, path) VALUES (" #member ", 'copy" #member \
    "'); INSERT INTO oom_kill (member_id, " \
    "identity_id, t_ns, boot_s, pid, constraint_name, oom_cgroup, task_cgroup) SELECT " #member ", 1, t_ns, " #boot \
    ", " #pid ", 'CONSTRAINT_MEMCG', '/pod/" ID "', '/pod/" ID "' FROM tick WHERE i = " #tick ";"

/* A report that lies in two members is one kill; two processes are two. */
static void copies_of_a_report(void **state) {
    (void)state;
    expect(COPY(1, 7, 479, NULL) COPY(2, 7, 479, 100.5), kills, "1");
    expect(COPY(1, 7, 479, 100.5) COPY(2, 7, 400, 100.6), kills, "1");
    expect(COPY(1, 7, 479, NULL) COPY(1, 8, 479, NULL), kills, "2");
    expect(COPY(1, 7, 100, NULL) COPY(1, 7, 479, NULL), kills, "2");
}

static void counters(void **state) {
    (void)state;
    expect(COUNTER(900, 0, "i >= 200"), kills, "1");
    expect(COUNTER(900, 0, "i >= 200") COUNTER(901, 2000000000, "i >= 200"), kills, "1");
    expect(COUNTER(900, 0, "CASE WHEN i < 100 THEN 0 WHEN i < 200 THEN 1 WHEN i < 300 THEN 0 ELSE 1 END"), kills, "2");
    expect(COUNTER(900, 0, "5"), kills, "0");
    expect(COUNTER(900, 0, "i >= 200 + (i >= 300)"), kills, "1");
    expect(COUNTER(900, 0, "(i >= 200) + (i >= 300)"), kills, "2");
}

static void restarts(void **state) {
    (void)state;
    expect(STARTED(10) TERMINATED(9, "OOMKilled", 137, 3), kills, "3");
    expect(STARTED(10) TERMINATED(9, "OOMKilled", 137, 3) TERMINATED(5, "Error", 1, 3), kills, "1");
    expect(STARTED(10) TERMINATED(9, "OOMKilled", 137, 3) KERNEL(9, "CONSTRAINT_MEMCG", "/pod/" ID, "/pod/" ID), kills,
           "3");
    expect(STARTED(10) TERMINATED(9, "OOMKilled", 137, 2000000000), kills, "1000");
}

static void by_class(void **state) {
    (void)state;
    expect(KERNEL(479, "CONSTRAINT_MEMCG", "/pod/" ID, "/pod/" ID), classes, "own_limit");
    expect(KERNEL(479, "CONSTRAINT_MEMCG", "/pod/" ID, "/pod/" ID "/worker"), classes, "own_limit");
    expect(KERNEL(479, "CONSTRAINT_MEMCG", "/pod", "/pod/" ID), classes, "ancestor");
    expect(KERNEL(479, "CONSTRAINT_NONE", "/", "/pod/" ID), classes, "node");
    expect(KERNEL(200, "CONSTRAINT_MEMCG", "/pod/" ID, "/pod/" ID), classes, "child");
    expect(TERMINATED(479, "Error", 137, 1), classes, "sigkill");
    expect(TERMINATED(479, "Error", 137, 1), kills, "0");
    expect(TERMINATED(479, "Error", 1, 1), "SELECT count(*) FROM kill", "0");
    expect("INSERT INTO event (member_id, identity_id, t_ns, kind) VALUES (1, 1, " AT(0) ", 'evicted');", classes,
           "eviction");
    expect("INSERT INTO event (member_id, identity_id, t_ns, kind, reason) VALUES (1, 1, " AT(
               479) ", 'go_fatal', 'out of memory');",
           classes, "go_throw");
    expect("INSERT INTO event (member_id, identity_id, t_ns, kind, reason) VALUES (1, 1, " AT(
               479) ", 'go_fatal', 'panic');",
           "SELECT count(*) FROM kill", "0");
}

/* Only the kernel's report: there is a life, and nothing is claimed about the cause. */
static void nothing_else(void **state) {
    (void)state;
    const char *only = "DELETE FROM measure;" KERNEL(479, "CONSTRAINT_MEMCG", "/pod/" ID, "/pod/" ID);
    expect(only, "SELECT count(*) FROM life", "1");
    expect(only, kills, "1");
    expect(only, "SELECT confidence < 0.4 FROM verdict WHERE life IS NULL", "1");
}

static const char rising[] =
    "DELETE FROM measure; INSERT INTO measure SELECT 'memory.usage', i, 1e8 + i * 1e5 + i % 7 * 1e4 FROM tick;"
    "INSERT INTO measure SELECT 'memory.anon', i, 9e7 + i * 1e5 + i % 7 * 1e4 FROM tick;"
    "INSERT INTO measure SELECT 'memory.limit', i, 2e8 FROM tick;"
    "INSERT INTO measure SELECT 'go.heap_alloc', i, 6e7 + i * 1e5 + i % 7 * 1e4 FROM tick;"
    "INSERT INTO measure SELECT 'go.sys', i, 9e7 + i * 1e5 FROM tick; INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;";

/* 100 kB in 15 s leave 52 MB of headroom for 130 min: beyond an hour, within a day. */
static void forecast(void **state) {
    (void)state;
    const char *of_anon =
        "SELECT CAST(reach_1h_p < 0.01 AS TEXT) || (reach_24h_p > 0.99) || (reach_7d_p > 0.99) FROM trend WHERE series = 'anon_bytes'";
    expect(rising, of_anon, "111");
    expect(rising, "SELECT cause FROM verdict WHERE life = 1", "go_live_leak");
    expect(
        rising,
        "SELECT (eta_ns - (SELECT to_ns FROM life)) / 60000000000 BETWEEN 110 AND 150 FROM verdict WHERE life IS NULL",
        "1");
    expect(rising, "SELECT summary LIKE '%At this rate the limit of %' FROM verdict WHERE life = 1", "1");
    expect(
        rising,
        "SELECT count(*) FROM finding JOIN finding_evidence USING (finding_id) WHERE rule = 'go_live_leak' AND text LIKE 'chance that the limit%'",
        "3");
    expect("", "SELECT count(*) FROM trend WHERE reach_24h_p IS NOT NULL", "0");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sources_agree), cmocka_unit_test(copies_of_a_report),
                                       cmocka_unit_test(counters),      cmocka_unit_test(restarts),
                                       cmocka_unit_test(by_class),      cmocka_unit_test(nothing_else),
                                       cmocka_unit_test(forecast)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
