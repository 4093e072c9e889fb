/* Tests of goroutine dumps line by line, as the logs hand them over. */
#include "pprof_test.h"

#include "importer/formats/goroutine_dump/header.h"
#include "importer/formats/goroutine_dump/parser.h"

typedef struct {
    const char *line;
    int64_t goid;
    const char *state;
    int64_t minutes;
    bool locked;
} header_case;

static void headers_are_read_in_all_their_forms(void **unused) {
    static const header_case cases[] = {
        {"goroutine 1 [running]:", 1, "running", GM_UNKNOWN, false},
        {"  goroutine 261218091 [select, 44 minutes]:\r", 261218091, "select", 44, false},
        {"goroutine 7 [running, locked to thread]:", 7, "running", GM_UNKNOWN, true},
        {"goroutine 7 [IO wait, 1 minutes, locked to thread]:", 7, "IO wait", 1, true},
        {"goroutine 7 gp=0xc0000061c0 m=nil [chan receive (nil chan), 2 minutes]:", 7, "chan receive (nil chan)", 2,
         false},
        {"goroutine 7 gp=0xc000006c40 m=3 mp=0xc000080008 [syscall (scan)]:", 7, "syscall", GM_UNKNOWN, false},
        {"goroutine 7 [chan send, 3 minutes, synctest bubble 4]:", 7, "chan send", 3, false},
        {"goroutine 7 [select, 5 minutes labels:{\"k\": \"a]:, 9 minutes\"}]:", 7, "select", 5, false},
        {"goroutine 7 [select] {\"k\": \"v\"}:", 7, "select", GM_UNKNOWN, false},
    };
    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        gm_goroutine_header header;
        if (!gm_goroutine_header_parse(gm_span_of(cases[i].line), &header)) fail_msg("refused: %s", cases[i].line);
        assert_int_equal(header.goid, cases[i].goid);
        assert_true(gm_span_equal(header.state, gm_span_of(cases[i].state)));
        assert_int_equal(header.wait_minutes, cases[i].minutes);
        assert_int_equal(header.locked, cases[i].locked);
    }
}

static void other_lines_are_no_headers(void **unused) {
    static const char *const lines[] = {
        "goroutine 1 [running]",
        "goroutine x [running]:",
        "goroutine -1 [running]:",
        "goroutine 1 []:",
        "goroutine 1 running:",
        "goroutine 1 [running:",
        "goroutine profile: total 7",
        "the goroutine 1 [running]:",
        "goroutine 1 said [hello]:",
        "goroutine 99999999999999999999 [running]:",
        "",
    };
    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
        if (gm_goroutine_dump_sniff(gm_span_of(lines[i]))) fail_msg("accepted: %s", lines[i]);
}

/* --- the parser --- */
typedef struct {
    gm_store *store;
    gm_member member;
    gm_goroutine_dump *dump;
    int64_t identity_id, t_ns;
    int owner_asked;
} fixture;

static gm_status owner(void *context, int64_t *identity_id) {
    fixture *f = context;
    f->owner_asked++;
    *identity_id = f->identity_id;
    return GM_OK;
}

static int set_up(void **state) {
    fixture *f = g_new0(fixture, 1);
    int64_t member_id;
    gm_identity identity = {.level = GM_LEVEL_UNNAMED, .hint = GM_SPAN("app.log")};
    f->store = memory_store();
    f->member = (gm_member){.store = f->store, .arena = gm_arena_new(0), .limits = &gm_limits_default};
    f->t_ns = GM_UNKNOWN;
    gm_emit_member_begin(f->store, &(gm_member_begin){GM_SPAN("app.log"), GM_UNKNOWN, GM_UNKNOWN}, &member_id);
    gm_emit_identity(f->store, &identity, &f->identity_id);
    f->dump = gm_goroutine_dump_new(&f->member, owner, f);
    *state = f;
    return f->dump ? 0 : -1;
}

static int tear_down(void **state) {
    fixture *f = *state;
    gm_arena_free(f->member.arena);
    gm_store_free(f->store);
    g_free(f);
    return 0;
}

static gm_status feed(fixture *f, const char *text) {
    return gm_goroutine_dump_line(f->dump, &(gm_goroutine_line){.text = gm_span_of(text), .t_ns = f->t_ns});
}

static void feed_goroutine(fixture *f, int goid, const char *state) {
    g_autofree char *header = g_strdup_printf("goroutine %d [%s]:", goid, state);
    assert_int_equal(feed(f, header), GM_END);
    assert_int_equal(feed(f, "main.work(0x1)"), GM_END);
    assert_int_equal(feed(f, "/src/main.go:9 +0x1"), GM_END); /* the wrapper ate the tab */
}

static void a_dump_within_a_log_is_found(void **state) {
    fixture *f = *state;
    f->t_ns = 5000;
    assert_int_equal(feed(f, "level=info msg=hello"), GM_OK);
    assert_int_equal(feed(f, "SIGQUIT: quit"), GM_OK);
    feed_goroutine(f, 1, "chan receive");
    assert_int_equal(feed(f, ""), GM_END);
    f->t_ns = 6000;
    feed_goroutine(f, 2, "select");
    assert_int_equal(f->owner_asked, 0);
    assert_int_equal(gm_goroutine_dump_end(f->dump), GM_OK);
    assert_int_equal(f->owner_asked, 1);
    assert_int_equal(value_of(f->store, "SELECT t_ns FROM profile WHERE kind = 'goroutine' AND count = 2"), 5000);
    assert_int_equal(gm_emit_member_end(f->store, &(gm_member_end){.format = "test"}), GM_OK); /* writes all */
    assert_int_equal(value_of(f->store, "SELECT count FROM profile_sample"), 2);
    assert_int_equal(value_of(f->store, "SELECT count (*) FROM goroutine"), 2);
}

static void other_lines_in_between_do_not_split_a_dump(void **state) {
    fixture *f = *state;
    feed_goroutine(f, 1, "chan receive");
    assert_int_equal(feed(f, "level=info msg=\"another thread: still writing\""), GM_OK);
    feed_goroutine(f, 2, "running");
    for (int i = 0; i < 20; i++) feed(f, "level=info msg=\"and: again\"");
    feed_goroutine(f, 3, "select");
    assert_int_equal(gm_goroutine_dump_end(f->dump), GM_OK);
    assert_int_equal(value_of(f->store, "SELECT count FROM profile"), 3);
}

static void traces_of_panics_are_no_levels(void **state) {
    fixture *f = *state;
    for (int i = 1; i <= 3; i++) {
        f->t_ns = i * 1000;
        assert_int_equal(feed(f, "http: panic serving 10.0.0.1:5: boom"), GM_OK);
        feed_goroutine(f, 100 + i, "running");
        assert_int_equal(feed(f, ""), GM_END);
        assert_int_equal(feed(f, "level=info msg=\"goes on: yes\""), GM_OK);
    }
    assert_int_equal(value_of(f->store, "SELECT count (*) FROM profile WHERE kind = 'traceback' AND count = 1"), 3);
    assert_int_equal(value_of(f->store, "SELECT count (*) FROM profile"), 3);
}

static void the_same_number_or_a_long_silence_begins_a_new_dump(void **state) {
    fixture *f = *state;
    f->t_ns = GM_NS_PER_S;
    feed_goroutine(f, 1, "select");
    feed_goroutine(f, 2, "select");
    f->t_ns += GM_NS_PER_S;
    feed_goroutine(f, 1, "select");
    f->t_ns += 3600 * GM_NS_PER_S;
    feed_goroutine(f, 7, "select");
    assert_int_equal(gm_goroutine_dump_end(f->dump), GM_OK);
    assert_int_equal(value_of(f->store, "SELECT count (*) FROM profile"), 3);
    assert_int_equal(value_of(f->store, "SELECT count FROM profile ORDER BY t_ns LIMIT 1"), 2);
    assert_int_equal(value_of(f->store, "SELECT max (t_ns) FROM profile"), 3602 * GM_NS_PER_S);
}

/* More than the first set of numbers holds, several times over, then small again. */
static void large_dumps_one_after_the_other(void **state) {
    fixture *f = *state;
    for (int round = 0; round < 3; round++) {
        f->t_ns = round;
        for (int goid = 1; goid <= 5000; goid++) feed_goroutine(f, goid, goid % 2 ? "select" : "IO wait");
    }
    feed_goroutine(f, 1, "select");
    feed_goroutine(f, 1, "select");
    assert_int_equal(gm_goroutine_dump_end(f->dump), GM_OK);
    assert_int_equal(value_of(f->store, "SELECT count (*) FROM profile WHERE count = 5000"), 3);
    assert_int_equal(value_of(f->store, "SELECT count (*) FROM profile WHERE count = 1"), 2);
    assert_int_equal(value_of(f->store, "SELECT count (*) FROM goroutine WHERE state = 'IO wait'"), 7500);
}

#define PARSER_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_read_in_all_their_forms),
        cmocka_unit_test(other_lines_are_no_headers),
        PARSER_TEST(a_dump_within_a_log_is_found),
        PARSER_TEST(other_lines_in_between_do_not_split_a_dump),
        PARSER_TEST(traces_of_panics_are_no_levels),
        PARSER_TEST(the_same_number_or_a_long_silence_begins_a_new_dump),
        PARSER_TEST(large_dumps_one_after_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
