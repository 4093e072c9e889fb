/* The wrappers' toolkit: CRI lines, split lines of several streams and owners, colours, texts of several lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gomortem/store.h"
#include "importer/logs/wrap.h"
#include "importer/text/span.h"

/* --- a wrap over an empty incident --- */
typedef struct {
    gm_member member;
    gm_store *store;
    gm_wrap *wrap;
} fixture;

static int begin(void **state) {
    fixture *f = calloc(1, sizeof *f);
    GError *error = NULL;
    int64_t id;
    f->store = gm_store_create(":memory:", false, &error);
    assert_non_null(f->store);
    gm_member_begin member = {.path = GM_SPAN("a.log"), .parent_id = GM_UNKNOWN, .mtime_ns = GM_UNKNOWN};
    assert_int_equal(gm_emit_member_begin(f->store, &member, &id), GM_OK);
    f->member = (gm_member){.path = member.path,
                            .mtime_ns = GM_UNKNOWN,
                            .path_ns = GM_UNKNOWN,
                            .arena = gm_arena_new(0),
                            .store = f->store,
                            .limits = &gm_limits_default};
    f->wrap = gm_wrap_new(&f->member);
    assert_non_null(f->wrap);
    *state = f;
    return 0;
}

static int end(void **state) {
    fixture *f = *state;
    gm_arena_free(f->member.arena);
    gm_store_free(f->store);
    free(f);
    return 0;
}

static int64_t count(fixture *f, const char *sql) {
    GError *error = NULL;
    sqlite3_stmt *stmt = gm_store_prepare(f->store, sql, &error);
    assert_non_null(stmt);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t value = gm_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return value;
}

static void part(fixture *f, gm_wrap_owner *owner, const char *text, char stream, bool last) {
    gm_log_line line;
    gm_wrap_line_init(&line, gm_span_of(text), 1, 1000);
    line.stream = stream;
    assert_int_equal(gm_wrap_part(f->wrap, owner, &line, last), GM_OK);
}

/* --- tests --- */
static void cri(void **state) {
    (void)state;
    static const struct {
        const char *text, *content;
        char stream;
        bool partial;
    } good[] = {
        {"2026-11-23T08:59:15.036130912Z stderr F text of it", "text of it", 'e', false},
        {"2026-11-23T08:59:15.1+08:00 stdout P part", "part", 'o', true},
        {"2026-11-23T08:59:15Z stderr P:x:y part", "part", 'e', true},
        {"2026-11-23T08:59:15Z stderr F ", "", 'e', false},
        {"2026-11-23T08:59:15Z stderr F", "", 'e', false},
    };
    static const char *const bad[] = {
        "2026-11-23T08:59:15Z stderr X text",     "2026-11-23T08:59:15Z stdlog F text",
        "2026-11-23T08:59:15Z F text here it is", "stderr F text without any time stamp",
        "2026-11-23T08:59:15Z stderr FULL text",  "2026-11-23T08:59:15Z text",
    };
    gm_cri_line line;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(gm_wrap_cri(gm_span_of(good[i].text), &line));
        assert_true(gm_span_equal(line.content, gm_span_of(good[i].content)));
        assert_int_equal(line.stream, good[i].stream);
        assert_int_equal(line.partial, good[i].partial);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) assert_false(gm_wrap_cri(gm_span_of(bad[i]), &line));
}

static void parts_alternate(void **state) {
    fixture *f = *state;
    gm_identity other = {.level = GM_LEVEL_CONTAINER, .container = GM_SPAN("other")};
    gm_wrap_owner *a = gm_wrap_default(f->wrap), *b = gm_wrap_owner_of(f->wrap, &other);
    part(f, a, "panic: from ", 'e', false);
    part(f, a, "panic: not ", 'o', false);
    part(f, b, "panic: ", 'e', false);
    part(f, a, "stderr", 'e', true);
    part(f, b, "of another", 'e', true);
    part(f, a, "mixed up", 'o', true);
    part(f, a, "panic: never ended", 'e', false);
    assert_int_equal(gm_wrap_end(f->wrap, GM_OK), GM_OK);
    assert_int_equal(count(f, "SELECT count (*) FROM event"), 4);
    assert_int_equal(count(f, "SELECT count (*) FROM event WHERE text IN ('panic: from stderr', 'panic: not mixed up',"
                              " 'panic: of another', 'panic: never ended')"),
                     4);
    assert_int_equal(count(f, "SELECT count (*) FROM event JOIN identity USING (identity_id)"
                              " WHERE container = 'other' AND text = 'panic: of another'"),
                     1);
}

static void several_lines(void **state) {
    fixture *f = *state;
    gm_log_line line;
    gm_wrap_line_init(&line, GM_SPAN("panic: one\r\n\npanic: two\n"), 1, 1000);
    assert_int_equal(gm_wrap_line(f->wrap, gm_wrap_default(f->wrap), &line), GM_OK);
    assert_int_equal(gm_wrap_end(f->wrap, GM_OK), GM_OK);
    assert_int_equal(count(f, "SELECT count (*) FROM event WHERE text IN ('panic: one', 'panic: two')"), 2);
}

static void owners(void **state) {
    fixture *f = *state;
    gm_identity nameless = {.level = GM_LEVEL_CONTAINER};
    assert_ptr_equal(gm_wrap_owner_of(f->wrap, &nameless), gm_wrap_default(f->wrap));
    gm_wrap_owner *made[200];
    char name[32];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 200; i++) {
            int len = snprintf(name, sizeof name, "c%d", i);
            gm_identity identity = {.level = GM_LEVEL_CONTAINER, .container = {name, (size_t)len}};
            gm_wrap_owner *owner = gm_wrap_owner_of(f->wrap, &identity);
            if (round == 0) made[i] = owner;
            assert_ptr_equal(owner, made[i]);
            if (i > 0) assert_ptr_not_equal(owner, made[i - 1]);
        }
    }
    /* whoever says nothing known leaves no trace */
    part(f, made[0], "hello", 0, true);
    part(f, made[1], "panic: x", 0, true);
    assert_false(gm_wrap_is_used(made[0]));
    assert_true(gm_wrap_is_used(made[1]));
    assert_int_equal(gm_wrap_end(f->wrap, GM_OK), GM_OK);
    assert_int_equal(count(f, "SELECT count (*) FROM identity"), 1);
}

static void colours(void **state) {
    fixture *f = *state;
    gm_span text = gm_wrap_plain(f->wrap, GM_SPAN("\x1b[2K\x1b[31;1mred\x1b[0m text\x1b["));
    assert_true(gm_span_equal(text, GM_SPAN("red text")));
    gm_span same = GM_SPAN("no colour");
    assert_ptr_equal(gm_wrap_plain(f->wrap, same).data, same.data);
    assert_int_equal(gm_wrap_end(f->wrap, GM_OK), GM_OK);
}

static void nested(void **state) {
    fixture *f = *state;
    gm_log_line line;
    gm_wrap_line_init(&line, GM_SPAN("2026-11-23T08:59:15Z stderr F panic: inside"), 1, 1000);
    assert_int_equal(gm_wrap_nested(f->wrap, gm_wrap_default(f->wrap), &line), GM_OK);
    gm_wrap_line_init(&line, GM_SPAN("<3>[ 12.500000] Out of memory: Killed process 5 (a) total-vm:1kB"), 2, 2000);
    line.stream = 'e';
    assert_int_equal(gm_wrap_nested(f->wrap, gm_wrap_default(f->wrap), &line), GM_OK);
    assert_int_equal(gm_wrap_end(f->wrap, GM_OK), GM_OK);
    assert_int_equal(count(f, "SELECT t_ns FROM event"), INT64_C(1795424355) * GM_NS_PER_S);
    assert_int_equal(count(f, "SELECT count (*) FROM oom_kill WHERE boot_s = 12.5 AND t_ns = 2000 AND pid = 5"), 1);
}

static void a_container_cannot_speak_for_the_kernel(void **state) {
    fixture *f = *state;
    part(f, gm_wrap_default(f->wrap), "Out of memory: Killed process 5 (a) total-vm:1kB, file-rss:0kB", 'e', true);
    assert_int_equal(gm_wrap_end(f->wrap, GM_OK), GM_OK);
    assert_int_equal(count(f, "SELECT count (*) FROM oom_kill"), 0);
}

#define WITH_WRAP(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cri),
        WITH_WRAP(parts_alternate),
        WITH_WRAP(several_lines),
        WITH_WRAP(owners),
        WITH_WRAP(colours),
        WITH_WRAP(nested),
        WITH_WRAP(a_container_cannot_speak_for_the_kernel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
