/* Tests of the emit functions of profiles, and of the limits on everything that is shared. */
#include "store_test.h"

static gm_store *importing(void) {
    gm_store *store = memory_store();
    begin_member(store, "m");
    some_identity(store);
    return store;
}

static int64_t function(gm_store *store, gm_span name, gm_span file) {
    int64_t id;
    assert_int_equal(gm_emit_function(store, name, file, &id), GM_OK);
    return id;
}

static int64_t location(gm_store *store, int64_t function_id, int64_t line) {
    int64_t id;
    assert_int_equal(gm_emit_location(store, function_id, line, &id), GM_OK);
    return id;
}

static int64_t stack(gm_store *store, const int64_t *ids, size_t n) {
    int64_t id;
    assert_int_equal(gm_emit_stack(store, ids, n, &id), GM_OK);
    return id;
}

static int64_t heap_profile(gm_store *store) {
    int64_t id;
    gm_profile profile = {.identity_id = 1,
                          .t_ns = 100,
                          .duration_ns = GM_UNKNOWN,
                          .period = 524288,
                          .kind = GM_SPAN("heap"),
                          .value_types = GM_SPAN("[\"inuse_space/bytes\"]"),
                          .binary = GM_SPAN("/bin/x"),
                          .totals = {1, 2, 3, 4, GM_UNKNOWN, GM_UNKNOWN}};
    assert_int_equal(gm_emit_profile(store, &profile, &id), GM_OK);
    return id;
}

static void functions_are_shared(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t a = function(store, GM_SPAN("main.main"), GM_SPAN("main.go"));
    int64_t b = function(store, GM_SPAN("main.main"), GM_SPAN("other.go"));
    int64_t c = function(store, GM_SPAN("main.main"), GM_SPAN(""));
    int64_t d = function(store, GM_SPAN(""), GM_SPAN(""));
    assert_int_equal(function(store, GM_SPAN("main.main"), GM_SPAN("main.go")), a);
    assert_int_equal(function(store, GM_SPAN("main.main"), GM_SPAN("other.go")), b);
    assert_int_equal(function(store, GM_SPAN("main.main"), (gm_span){NULL, 0}), c);
    assert_int_equal(function(store, (gm_span){NULL, 0}, (gm_span){NULL, 0}), d);
    end_member(store);
    assert_rows(store, "SELECT * FROM function", "1|main.main|main.go\n2|main.main|other.go\n3|main.main|-\n4||-\n");
}

static void names_that_are_repaired_to_the_same_are_the_same(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t a = function(store, GM_SPAN("f\xff"), GM_SPAN("x.go"));
    assert_int_equal(function(store, GM_SPAN("f\xfe"), GM_SPAN("x.go")), a);
    assert_int_equal(function(store, GM_SPAN("f\xef\xbf\xbd"), GM_SPAN("x.go")), a);
    end_member(store);
    assert_rows(store, "SELECT hex (name) FROM function", "66EFBFBD\n");
}

static void locations_and_stacks_are_shared(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t main_id = function(store, GM_SPAN("main.main"), GM_SPAN("main.go"));
    int64_t leaf_id = function(store, GM_SPAN("main.leaf"), GM_SPAN("leaf.go"));
    int64_t frames[] = {location(store, leaf_id, 7), location(store, main_id, 9), location(store, main_id, GM_UNKNOWN)};
    assert_int_equal(location(store, leaf_id, 7), frames[0]);
    assert_int_equal(location(store, main_id, GM_UNKNOWN), frames[2]);
    assert_int_not_equal(location(store, main_id, 7), frames[0]);
    assert_int_equal(stack(store, frames, 3), 1);
    assert_int_equal(stack(store, frames, 2), 2);
    assert_int_equal(stack(store, frames + 1, 2), 3);
    assert_int_equal(stack(store, NULL, 0), 4);
    assert_int_equal(stack(store, frames, 3), 1);
    assert_int_equal(stack(store, frames, 0), 4);
    end_member(store);
    assert_rows(store, "SELECT * FROM location", "1|2|7\n2|1|9\n3|1|-\n4|1|7\n");
    assert_rows(store, "SELECT * FROM stack", "1|[1,2,3]\n2|[1,2]\n3|[2,3]\n4|[]\n");
    assert_rows(store, "SELECT * FROM stack_frame WHERE stack_id = 1 ORDER BY depth",
                "1|0|1|main.leaf|leaf.go|7\n1|1|2|main.main|main.go|9\n1|2|3|main.main|main.go|-\n");
}

static void frames_are_a_json_array_of_any_ids(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    const int64_t frames[] = {0, 9, 10, -1, INT64_MAX, INT64_MIN, 1234567890};
    stack(store, frames, 7);
    stack(store, frames, 0);
    stack(store, frames, 2);
    end_member(store);
    assert_rows(store, "SELECT frames, json_valid (frames) FROM stack ORDER BY stack_id",
                "[0,9,10,-1,9223372036854775807,-9223372036854775808,1234567890]|1\n[]|1\n[0,9]|1\n");
}

static void profiles_are_rows(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    assert_int_equal(heap_profile(store), 1);
    int64_t id;
    gm_profile other = {
        1,           200,         300,           GM_UNKNOWN, GM_SPAN("goroutine"),
        GM_SPAN(""), GM_SPAN(""), GM_SPAN("id"), true,       {GM_UNKNOWN, GM_UNKNOWN, GM_UNKNOWN, GM_UNKNOWN, 5, 6}};
    assert_int_equal(gm_emit_profile(store, &other, &id), GM_OK);
    assert_int_equal(id, 2);
    end_member(store);
    assert_rows(store, "SELECT * FROM profile",
                "1|1|1|heap|100|-|524288|[\"inuse_space/bytes\"]|/bin/x|-|0|1|2|3|4|-|-\n"
                "2|1|1|goroutine|200|300|-|[]|-|id|1|-|-|-|-|5|6\n");
    assert_rows(store, "SELECT records, first_ns, last_ns FROM member", "2|100|200\n");
}

static void values_of_a_stack_add_up(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t profile = heap_profile(store), one = stack(store, (int64_t[]){1}, 1), two = stack(store, (int64_t[]){2}, 1);
    const int64_t first[GM_VALUE_KINDS] = {1, 10, 100, GM_UNKNOWN, GM_UNKNOWN, 7};
    const int64_t second[GM_VALUE_KINDS] = {2, 20, -300, 5, GM_UNKNOWN, GM_UNKNOWN};
    assert_int_equal(gm_emit_profile_sample(store, profile, one, first), GM_OK);
    assert_int_equal(gm_emit_profile_sample(store, profile, two, second), GM_OK);
    assert_int_equal(gm_emit_profile_sample(store, profile, one, second), GM_OK);
    end_member(store);
    assert_rows(store, "SELECT * FROM profile_sample", "1|1|3|30|-200|5|-|7\n1|2|2|20|-300|5|-|-\n");
}

static void profiles_may_come_by_turns(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t a = heap_profile(store), b = heap_profile(store);
    int64_t stacks[] = {stack(store, (int64_t[]){1}, 1), stack(store, (int64_t[]){2}, 1)};
    const int64_t turns[][2] = {{a, 0}, {b, 1}, {a, 1}, {b, 1}, {b, 0}, {a, 0}};
    const int64_t values[GM_VALUE_KINDS] = {1, 2, 3, 4, 5, 6};
    for (size_t i = 0; i < G_N_ELEMENTS(turns); i++)
        assert_int_equal(gm_emit_profile_sample(store, turns[i][0], stacks[turns[i][1]], values), GM_OK);
    end_member(store);
    assert_rows(store, "SELECT profile_id, stack_id, alloc_objects, nanoseconds FROM profile_sample",
                "1|1|2|12\n1|2|1|6\n2|1|1|6\n2|2|2|12\n");
}

static void functions_have_what_their_leaves_have(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t leaf = function(store, GM_SPAN("leaf"), GM_SPAN("")),
            caller = function(store, GM_SPAN("caller"), GM_SPAN(""));
    int64_t frames[] = {location(store, leaf, 1), location(store, leaf, 2), location(store, caller, 3)};
    int64_t profile = heap_profile(store), other = heap_profile(store);
    int64_t stacks[] = {stack(store, frames, 3), stack(store, frames + 1, 2), stack(store, frames + 2, 1),
                        stack(store, frames, 0)};
    const int64_t values[GM_VALUE_KINDS] = {1, 10, INT64_MAX, GM_UNKNOWN, GM_UNKNOWN, 0};
    for (size_t i = 0; i < G_N_ELEMENTS(stacks); i++)
        assert_int_equal(gm_emit_profile_sample(store, profile, stacks[i], values), GM_OK);
    assert_int_equal(gm_emit_profile_sample(store, other, stacks[1], values), GM_OK);
    assert_int_equal(
        gm_emit_profile_sample(store, profile, stacks[2], (int64_t[GM_VALUE_KINDS]){5, 5, -5, 5, GM_UNKNOWN, 5}),
        GM_OK);
    end_member(store);
    assert_rows(
        store,
        "SELECT profile_id, f.name, alloc_objects, alloc_bytes, inuse_objects, inuse_bytes, count, nanoseconds"
        " FROM profile_function JOIN function f USING (function_id)",
        "1|leaf|2|20|-|-|-|0\n1|caller|6|15|9223372036854775802|5|-|5\n2|leaf|1|10|9223372036854775807|-|-|0\n");
}

static void a_sum_that_overflows_is_refused(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t profile = heap_profile(store), only = stack(store, (int64_t[]){1}, 1);
    const int64_t huge[GM_VALUE_KINDS] = {INT64_MAX, 1, 1, 1, 1, 1};
    assert_int_equal(gm_emit_profile_sample(store, profile, only, huge), GM_OK);
    assert_int_equal(gm_emit_profile_sample(store, profile, only, huge), GM_OK);
    end_member(store);
    assert_rows(store, "SELECT alloc_objects, alloc_bytes FROM profile_sample", "9223372036854775807|1\n");
    assert_rows(store, "SELECT records, rejected FROM member", "2|1\n");
}

/* Rows are written many at once, and by a thread once there are many; those that are refused must not take others with
 * them. */
static void many_stacks_are_all_there_but_what_is_refused(void **state) {
    enum { STACKS = 20000, EARLY = 300, LATE = 15000 };
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t profile = heap_profile(store);
    for (int64_t i = 1; i <= STACKS; i++) {
        int64_t values[GM_VALUE_KINDS] = {i, 1, 1, 1, 1, 1};
        int64_t id = stack(store, (int64_t[]){i, i + 1}, 2);
        assert_int_equal(id, i);
        bool bad = i == EARLY || i == LATE;
        if (bad) values[0] = INT64_MAX;
        assert_int_equal(gm_emit_profile_sample(store, profile, id, values), GM_OK);
        if (bad || i % 10 == 1) assert_int_equal(gm_emit_profile_sample(store, profile, id, values), GM_OK);
        if (i % 5000 == 0)
            assert_int_equal(gm_emit_diagnostic(store, GM_SEVERITY_INFO, i, GM_UNKNOWN, GM_SPAN("between")), GM_OK);
    }
    end_member(store);
    assert_rows(store, "SELECT count (*), sum (frames = '[' || stack_id || ',' || (stack_id + 1) || ']') FROM stack",
                "20000|20000\n");
    assert_rows(store,
                "SELECT count (*), sum (alloc_objects = stack_id), sum (alloc_objects = 2 * stack_id),"
                " sum (alloc_objects = 9223372036854775807) FROM profile_sample",
                "20000|17998|2000|2\n");
    assert_rows(store, "SELECT line, substr (text, 1, 14) FROM diagnostic ORDER BY diagnostic_id",
                "-|record refused\n5000|between\n10000|between\n15000|between\n-|record refused\n20000|between\n");
    assert_rows(store, "SELECT records, rejected FROM member", "22001|2\n");
}

static void goroutines_are_rows(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t profile = heap_profile(store), only = stack(store, (int64_t[]){1}, 1);
    gm_goroutine full = {profile, 42, 3, only, GM_SPAN("chan receive"), GM_SPAN("main.main"), true};
    gm_goroutine bare = {profile, GM_UNKNOWN, GM_UNKNOWN, only, GM_SPAN(""), GM_SPAN(""), false};
    assert_int_equal(gm_emit_goroutine(store, &full), GM_OK);
    assert_int_equal(gm_emit_goroutine(store, &bare), GM_OK);
    end_member(store);
    assert_rows(store, "SELECT profile_id, goid, state, wait_minutes, locked, stack_id, created_by FROM goroutine",
                "1|42|chan receive|3|1|1|main.main\n1|-|-|-|0|1|-\n");
    assert_rows(store, "SELECT records FROM member", "3\n");
}

static void limits_are_kept_and_reported_once_a_member(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t id;
    gm_limits limits = gm_limits_default;
    limits.series = 2;
    limits.stacks = 3;
    gm_emit_set_limits(store, &limits);
    for (int64_t line = 1; line <= 5; line++) {
        assert_int_equal(gm_emit_location(store, 1, line, &id), line <= 3 ? GM_OK : GM_DAMAGED);
        assert_int_equal(id, line <= 3 ? line : 0);
    }
    assert_int_equal(gm_emit_location(store, 1, 2, &id), GM_OK); /* known ones still come */
    assert_int_equal(id, 2);
    gm_series series = {1, GM_Q_NONE, "cgroup", GM_SPAN("a"), GM_SPAN("")};
    assert_int_equal(gm_emit_series(store, &series, &id), GM_OK);
    series.name = GM_SPAN("b");
    assert_int_equal(gm_emit_series(store, &series, &id), GM_OK);
    series.name = GM_SPAN("c");
    assert_int_equal(gm_emit_series(store, &series, &id), GM_DAMAGED);
    end_member(store);
    begin_member(store, "next");
    assert_int_equal(gm_emit_series(store, &series, &id), GM_DAMAGED);
    end_member(store);
    assert_rows(store, "SELECT member_id, severity, text FROM diagnostic",
                "1|error|the incident's limit of 3 locations is reached; --max-stacks raises it\n"
                "1|error|the incident's limit of 2 series is reached; --max-series raises it\n"
                "2|error|the incident's limit of 2 series is reached; --max-series raises it\n");
    assert_rows(store, "SELECT (SELECT count (*) FROM location), (SELECT count (*) FROM series)", "3|2\n");
}

/* A table of 128 entries is 2 KiB and may be three quarters full; the next one, twice as large, would lie there beside
 * it. */
static void tables_keep_to_their_memory(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    gm_limits limits = gm_limits_default;
    int64_t id;
    limits.table_bytes = 4096;
    gm_emit_set_limits(store, &limits);
    int kept = 0;
    while (kept < 1000 && gm_emit_location(store, 1, kept + 1, &id) == GM_OK) kept++;
    assert_int_equal(kept, 96);
    assert_int_equal(gm_emit_location(store, 1, 2, &id), GM_OK); /* known ones still come */
    end_member(store);
    assert_rows(store, "SELECT severity, text FROM diagnostic",
                "error|the incident's limit of 1073741824 bytes of memory is reached; --max-memory raises it\n");
}

/* Its last pages do not fit: the thread's failure must be the import's. */
static void a_failure_while_writing_ends_the_import(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    int64_t profile = heap_profile(store), id;
    const int64_t values[GM_VALUE_KINDS] = {1, 1, 1, 1, 1, 1};
    gm_status status = GM_OK;
    sqlite3_exec(gm_store_db(store), "PRAGMA max_page_count = 400", NULL, NULL, NULL);
    for (int64_t i = 1; i <= 100000 && status == GM_OK; i++) {
        status = gm_emit_stack(store, (int64_t[]){i, i + 1}, 2, &id);
        if (status == GM_OK) status = gm_emit_profile_sample(store, profile, id, values);
    }
    assert_int_equal(status, GM_FATAL);
    assert_int_equal(gm_emit_diagnostic(store, GM_SEVERITY_INFO, 1, 1, GM_SPAN("x")), GM_FATAL);
    GError *error = NULL;
    assert_false(gm_store_commit(g_steal_pointer(&store), &error));
    assert_non_null(strstr(error->message, "full"));
    g_error_free(error);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_shared),
        cmocka_unit_test(names_that_are_repaired_to_the_same_are_the_same),
        cmocka_unit_test(locations_and_stacks_are_shared),
        cmocka_unit_test(frames_are_a_json_array_of_any_ids),
        cmocka_unit_test(profiles_are_rows),
        cmocka_unit_test(values_of_a_stack_add_up),
        cmocka_unit_test(profiles_may_come_by_turns),
        cmocka_unit_test(functions_have_what_their_leaves_have),
        cmocka_unit_test(a_sum_that_overflows_is_refused),
        cmocka_unit_test(a_failure_while_writing_ends_the_import),
        cmocka_unit_test(many_stacks_are_all_there_but_what_is_refused),
        cmocka_unit_test(goroutines_are_rows),
        cmocka_unit_test(limits_are_kept_and_reported_once_a_member),
        cmocka_unit_test(tables_keep_to_their_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
