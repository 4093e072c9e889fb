/* json.c, json_tree.c, json_head.c: events and trees, the same whatever the size of the blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "importer/text/json.h"
#include "importer/text/span.h"
#include "tests/text/fake_member.h"

static const size_t chunks[] = {1, 2, 3, 7, 1 << 20};
#define CHUNKS (sizeof(chunks) / sizeof(chunks[0]))

/* Events as one string: "{0 k1:a n1:1 }0". */
typedef struct {
    char text[4096];
    size_t len;
    int stop_after; /* events; 0 = never */
    gm_status stop_with;
    int count;
} event_log;

static gm_status log_event(void *context, const gm_json_event *event) {
    static const char letters[] = "zftnsk{}[]"; /* as in gm_json_kind */
    event_log *log = context;
    bool text = event->kind == GM_JSON_NUMBER || event->kind == GM_JSON_STRING || event->kind == GM_JSON_KEY;
    assert_true(text || event->text.len == 0);
    int n = snprintf(log->text + log->len, sizeof(log->text) - log->len, "%s%c%d%s%.*s", log->len ? " " : "",
                     letters[event->kind], event->depth, text ? ":" : "", (int)event->text.len,
                     event->text.len ? event->text.data : "");
    if (log->len + (size_t)n < sizeof(log->text)) log->len += (size_t)n;
    return ++log->count == log->stop_after ? log->stop_with : GM_OK;
}

static void stream(gm_span bytes, gm_status status, const char *events, const char *diags) {
    for (size_t i = 0; i < CHUNKS; i++) {
        gm_fake_member fake;
        event_log log = {.len = 0};
        gm_fake_member_init(&fake, bytes, chunks[i]);
        assert_int_equal(gm_json_stream(&fake.member, log_event, &log), status);
        assert_string_equal(log.text, events);
        assert_string_equal(fake.reader.text, diags);
        gm_fake_member_release(&fake);
    }
}

static void test_values(void **state) {
    (void)state;
    stream(GM_SPAN("{\"a\":[null,true,false,-1.50e+7,\"x\"],\"b\":{}}"), GM_OK,
           "{0 k1:a [1 z2 t2 f2 n2:-1.50e+7 s2:x ]1 k1:b {1 }1 }0", "");
    stream(GM_SPAN(" \r\n\t[ 1 , \"\" ] \n"), GM_OK, "[0 n1:1 s1: ]0", "");
    stream(GM_SPAN("[\"a\\n\\\"\\u00e9\\ud83d\\ude00\\/\"]"), GM_OK, "[0 s1:a\n\"\xC3\xA9\xF0\x9F\x98\x80/ ]0", "");
    stream(GM_SPAN("[123456789012345678901234567890,1E400,0.10]"), GM_OK,
           "[0 n1:123456789012345678901234567890 n1:1E400 n1:0.10 ]0", "");
    stream(GM_SPAN("[\"\xFF\xFE\x80 ok\"]"), GM_OK, "[0 s1:\xFF\xFE\x80 ok ]0", "");
}

static void test_documents(void **state) {
    (void)state;
    stream(GM_SPAN("{\"a\":1}\n{\"a\":2}\n"), GM_OK, "{0 k1:a n1:1 }0 {0 k1:a n1:2 }0", "");
    stream(GM_SPAN("[1][2]{}"), GM_OK, "[0 n1:1 ]0 [0 n1:2 ]0 {0 }0", "");
    stream(GM_SPAN("\x1e{}\n\x1e[]\n"), GM_OK, "{0 }0 [0 ]0", "");
    stream(GM_SPAN("\xEF\xBB\xBF{}"), GM_OK, "{0 }0", "");
}

static void test_noise(void **state) {
    (void)state;
    stream(GM_SPAN("  % Total    % Received\r100  12\n{\"a\":1}"), GM_OK, "{0 k1:a n1:1 }0",
           "20 bytes that are not JSON were passed over; the first is here");
    stream(GM_SPAN("HTTP/1.1 200 OK\r\nx: [x]{y}\r\n\r\n[1]"), GM_OK, "[0 n1:1 ]0",
           "21 bytes that are not JSON were passed over; the first is here");
    stream(GM_SPAN("data: {}\n\ndata: []\n"), GM_OK, "{0 }0 [0 ]0",
           "10 bytes that are not JSON were passed over; the first is here");
    stream(GM_SPAN("{} {# {}"), GM_OK, "{0 }0 {0 }0", "2 bytes that are not JSON were passed over; the first is here");
    stream(GM_SPAN("{},{}"), GM_OK, "{0 }0 {0 }0", "1 bytes that are not JSON were passed over; the first is here");
    stream(GM_SPAN("{}\ncurl: (18) \"{x\" left"), GM_OK, "{0 }0",
           "17 bytes that are not JSON were passed over; the first is here");
    stream(GM_SPAN("{{{ \n [ \"a\" ]"), GM_OK, "[0 s1:a ]0",
           "3 bytes that are not JSON were passed over; the first is here");
}

static void test_damage(void **state) {
    (void)state;
    stream(GM_SPAN("{\"a\":[1,2"), GM_DAMAGED, "{0 k1:a [1 n2:1 n2:2", "JSON damaged: parse error: premature EOF");
    stream(GM_SPAN("{\"a\":"), GM_DAMAGED, "{0 k1:a", "JSON damaged: parse error: premature EOF");
    stream(GM_SPAN("[1]\n{\"a"), GM_DAMAGED, "[0 n1:1 ]0 {0", "JSON damaged: parse error: premature EOF");
    stream(GM_SPAN("[1]\n{"), GM_DAMAGED, "[0 n1:1 ]0 {0", "JSON damaged: parse error: premature EOF");
    stream(GM_SPAN("[1,}"), GM_DAMAGED, "[0 n1:1",
           "JSON damaged: parse error: unallowed token at this point in JSON text");
    stream(GM_SPAN("{\"a\":x}"), GM_DAMAGED, "{0 k1:a", "JSON damaged: lexical error: invalid char in json text.");
    stream(GM_SPAN("[\"a\nb\"]"), GM_DAMAGED, "[0", "JSON damaged: lexical error: invalid character inside string.");
    stream(GM_SPAN(""), GM_DAMAGED, "", "no JSON object or array in it");
    stream(GM_SPAN("null"), GM_DAMAGED, "",
           "4 bytes that are not JSON were passed over; the first is here|no JSON object or array in it");
}

static void test_offset(void **state) {
    (void)state;
    for (size_t i = 0; i < CHUNKS; i++) {
        gm_fake_member fake;
        event_log log = {.len = 0};
        gm_fake_member_init(&fake, GM_SPAN("noise {\"a\":1}\n more\n[1, 2, @, 4]"), chunks[i]);
        assert_int_equal(gm_json_stream(&fake.member, log_event, &log), GM_DAMAGED);
        assert_int_equal(fake.reader.diags, 2);
        assert_in_range(fake.reader.offset, 27, 28);
        gm_fake_member_release(&fake);
        gm_fake_member_init(&fake, GM_SPAN("{}  noise [1]"), chunks[i]);
        assert_int_equal(gm_json_stream(&fake.member, log_event, &log), GM_OK);
        assert_int_equal(fake.reader.offset, 4);
        gm_fake_member_release(&fake);
    }
}

static void test_handler_stops(void **state) {
    (void)state;
    const gm_status answers[] = {GM_END, GM_DAMAGED, GM_FATAL};
    for (size_t i = 0; i < 3; i++) {
        for (int after = 1; after <= 6; after++) {
            for (size_t c = 0; c < CHUNKS; c++) {
                gm_fake_member fake;
                event_log log = {.stop_after = after, .stop_with = answers[i]};
                gm_fake_member_init(&fake, GM_SPAN("{\"a\":[1]} {} x"), chunks[c]);
                assert_int_equal(gm_json_stream(&fake.member, log_event, &log), answers[i]);
                assert_int_equal(log.count, after);
                assert_int_equal(fake.reader.diags, 0);
                gm_fake_member_release(&fake);
            }
        }
    }
}

static void test_reader_breaks(void **state) {
    (void)state;
    const gm_status ends[] = {GM_DAMAGED, GM_FATAL};
    for (size_t i = 0; i < 2; i++) {
        gm_fake_member fake;
        event_log log = {.len = 0};
        gm_fake_member_init(&fake, GM_SPAN("{\"a\":1,"), 3);
        fake.reader.end = ends[i];
        assert_int_equal(gm_json_stream(&fake.member, log_event, &log), ends[i]);
        assert_string_equal(log.text, "{0 k1:a n1:1");
        assert_int_equal(fake.reader.diags, 0); /* whoever read has told already */
        gm_fake_member_release(&fake);
    }
}

static void test_depth(void **state) {
    (void)state;
    gm_fake_member fake;
    event_log log = {.len = 0};
    gm_fake_member_init(&fake, GM_SPAN("[[[{}]]]"), 100);
    fake.limits.json_depth = 4;
    assert_int_equal(gm_json_stream(&fake.member, log_event, &log), GM_OK);
    gm_fake_member_release(&fake);
    gm_fake_member_init(&fake, GM_SPAN("[[[{\"a\":[]}]]]"), 100);
    fake.limits.json_depth = 4;
    log = (event_log){.len = 0};
    assert_int_equal(gm_json_stream(&fake.member, log_event, &log), GM_DAMAGED);
    assert_string_equal(log.text, "[0 [1 [2 {3 k4:a");
    assert_string_equal(fake.reader.text, "JSON nested deeper than 4");
    gm_fake_member_release(&fake);
    assert_int_equal(gm_json_parse(GM_SPAN("[]"), 0, log_event, &log), GM_DAMAGED);
}

typedef struct {
    size_t longest;
} longest_text;

static gm_status find_longest(void *context, const gm_json_event *event) {
    longest_text *found = context;
    if (event->text.len > found->longest) found->longest = event->text.len;
    return GM_OK;
}

/* yajl collects a string over all blocks that it crosses: megabytes pass, more than arena_bytes does not. */
static void test_long_string(void **state) {
    (void)state;
    const size_t sizes[] = {1 << 20, 8 << 20};
    for (size_t i = 0; i < 2; i++) {
        char *bytes = malloc(sizes[i]);
        assert_non_null(bytes);
        memset(bytes, 'A', sizes[i]);
        bytes[0] = '[';
        bytes[1] = bytes[sizes[i] - 2] = '"';
        bytes[sizes[i] - 1] = ']';
        gm_fake_member fake;
        longest_text found = {0};
        gm_fake_member_init(&fake, (gm_span){bytes, sizes[i]}, 10000);
        fake.limits.arena_bytes = 4 << 20;
        gm_status status = gm_json_stream(&fake.member, find_longest, &found);
        if (i == 0) {
            assert_int_equal(status, GM_OK);
            assert_int_equal(found.longest, sizes[0] - 4);
        } else {
            assert_int_equal(status, GM_DAMAGED);
            assert_int_equal(found.longest, 0);
            assert_string_equal(fake.reader.text, "JSON needs more memory than a parser may use");
        }
        gm_fake_member_release(&fake);
        free(bytes);
    }
}

/* Every amount of memory ends in an answer. */
static void test_little_memory(void **state) {
    (void)state;
    int failed = 0;
    gm_span bytes = GM_SPAN("{\"k\\u0041\":[\"\\n\", {\"b\":1}, [[[[[]]]]]]} x {\"a\":tru}");
    for (size_t limit = 0; limit < 16000; limit += 8) {
        gm_fake_member fake;
        event_log log = {.len = 0};
        gm_fake_member_init(&fake, bytes, 3);
        fake.limits.arena_bytes = limit;
        assert_int_equal(gm_json_stream(&fake.member, log_event, &log), GM_DAMAGED);
        failed += strstr(fake.reader.text, "memory") != NULL;
        if (limit > 15000) assert_non_null(strstr(fake.reader.text, "invalid string in json text."));
        gm_fake_member_release(&fake);
    }
    assert_in_range(failed, 100, 1900);
}

static void parse(gm_span text, gm_status status, const char *events) {
    event_log log = {.len = 0};
    assert_int_equal(gm_json_parse(text, 16, log_event, &log), status);
    assert_string_equal(log.text, events);
}

static void test_parse(void **state) {
    (void)state;
    parse(GM_SPAN("{\"log\":\"gc 1\\n\"}"), GM_OK, "{0 k1:log s1:gc 1\n }0");
    parse(GM_SPAN("17"), GM_OK, "n0:17");
    parse(GM_SPAN("\"a\""), GM_OK, "s0:a");
    parse(GM_SPAN("{} []"), GM_OK, "{0 }0 [0 ]0");
    parse(GM_SPAN("{} x"), GM_DAMAGED, "{0 }0");
    parse(GM_SPAN("x {}"), GM_DAMAGED, "");
    parse(GM_SPAN("{\"a\":"), GM_DAMAGED, "{0 k1:a");
    parse(GM_SPAN("tru"), GM_DAMAGED, "");
    parse(GM_SPAN(""), GM_DAMAGED, "");
    parse((gm_span){NULL, 0}, GM_DAMAGED, "");
    event_log log = {.stop_after = 1, .stop_with = GM_END};
    assert_int_equal(gm_json_parse(GM_SPAN("{} x"), 16, log_event, &log), GM_END);
}

static void test_tree(void **state) {
    (void)state;
    gm_span pod = GM_SPAN("{\"kind\":\"Pod\",\"status\":{\"phase\":\"Running\",\"list\":[{\"n\":1},{\"n\":\"2\"},3.5],"
                          "\"none\":null,\"yes\":true,\"phase\":\"second\",\"\":7}}");
    for (size_t i = 0; i < CHUNKS; i++) {
        gm_fake_member fake;
        gm_fake_member_init(&fake, pod, chunks[i]);
        const gm_json *root = gm_json_read(&fake.member);
        assert_non_null(root);
        assert_null(root->next);
        assert_true(gm_span_equal(gm_json_text(gm_json_get(root, "kind")), GM_SPAN("Pod")));
        assert_true(gm_span_equal(gm_json_text(gm_json_at(root, "status.phase")), GM_SPAN("Running")));
        assert_int_equal(gm_json_at(root, "status.yes")->kind, GM_JSON_TRUE);
        assert_int_equal(gm_json_at(root, "status.none")->kind, GM_JSON_NULL);
        assert_null(gm_json_at(root, "status.missing.more"));
        assert_null(gm_json_at(root, "kind.more"));
        assert_ptr_equal(gm_json_at(root, "status.list"), gm_json_get(gm_json_get(root, "status"), "list"));
        int64_t sum = 0, number;
        int items = 0;
        GM_JSON_EACH(item, gm_json_at(root, "status.list")) {
            items++;
            if (gm_json_int(gm_json_get(item, "n"), &number)) sum += number;
            assert_false(gm_json_int(item, &number));
            assert_int_equal(item->key.len, 0);
        }
        assert_int_equal(items, 3);
        assert_int_equal(sum, 3);
        assert_true(gm_json_int(gm_json_at(root, "status."), &number));
        assert_int_equal(number, 7);
        assert_int_equal(fake.reader.diags, 0);
        gm_fake_member_release(&fake);
    }
}

static void test_tree_nothing(void **state) {
    (void)state;
    int64_t number;
    assert_null(gm_json_get(NULL, "a"));
    assert_null(gm_json_at(NULL, "a.b"));
    assert_int_equal(gm_json_text(NULL).len, 0);
    assert_false(gm_json_int(NULL, &number));
    GM_JSON_EACH(item, (const gm_json *)NULL) {
        fail();
    }
}

static void test_tree_documents(void **state) {
    (void)state;
    gm_arena *arena = gm_arena_new(0);
    const gm_json *first = gm_json_tree(arena, GM_SPAN("{\"a\":1} [2]"), 8);
    assert_non_null(first);
    assert_non_null(first->next);
    assert_int_equal(first->next->kind, GM_JSON_ARRAY);
    assert_null(first->next->next);
    first = gm_json_tree(arena, GM_SPAN("{\"a\":1} [2"), 8);
    assert_non_null(first);
    assert_null(first->next);
    assert_null(gm_json_tree(arena, GM_SPAN("{\"a\":[1,{}"), 8));
    assert_null(gm_json_tree(arena, GM_SPAN("{\"a\":[1,{}]"), 8));
    assert_null(gm_json_tree(arena, GM_SPAN("[[[]]]"), 2));
    assert_non_null(gm_json_tree(arena, GM_SPAN("[[[1]]]"), 3));
    assert_null(gm_json_tree(arena, GM_SPAN(""), 8));
    assert_null(gm_json_tree(arena, GM_SPAN("[]"), -5));
    gm_arena_free(arena);
}

static void test_tree_limits(void **state) {
    (void)state;
    gm_fake_member fake;
    gm_fake_member_init(&fake, GM_SPAN("[1,2,3,4,5,6,7,8,9]"), 8);
    fake.limits.document_bytes = 18;
    assert_null(gm_json_read(&fake.member));
    assert_string_equal(fake.reader.text, "JSON larger than 18 bytes");
    gm_fake_member_release(&fake);
    gm_fake_member_init(&fake, GM_SPAN("[1,2,3,4,5,6,7,8,9]"), 8);
    fake.limits.document_bytes = 19;
    assert_non_null(gm_json_read(&fake.member));
    gm_fake_member_release(&fake);
    for (size_t limit = 16; limit < 1600; limit += 16) {
        gm_fake_member_init(&fake, GM_SPAN("[1,2,3,4,5,6,7,8,{\"abc\":\"xyz\"}]"), 8);
        gm_arena_free(fake.member.arena);
        fake.member.arena = gm_arena_new(limit);
        const gm_json *root = gm_json_read(&fake.member);
        if (!root) assert_string_equal(fake.reader.text, "the JSON document needs more memory than a parser may use");
        if (limit < 200) assert_null(root);
        if (limit > 1500) assert_non_null(root);
        gm_fake_member_release(&fake);
    }
}

static bool has(const char *text, const char *key, const char *value) {
    gm_head head = {.head = gm_span_of(text)};
    return gm_head_has_json(&head, key, value);
}

static void test_head(void **state) {
    (void)state;
    const char *json[] = {"{", " \r\n\t[1", "\xEF\xBB\xBF{}", "[["};
    const char *other[] = {"", " ", "x{", "\"{\"", "gc 1", "\xEF\xBB"};
    for (size_t i = 0; i < 4; i++) assert_true(gm_head_is_json(&(gm_head){.head = gm_span_of(json[i])}));
    for (size_t i = 0; i < 6; i++) assert_false(gm_head_is_json(&(gm_head){.head = gm_span_of(other[i])}));
    assert_true(has("{\"kind\":\"Pod\"}", "kind", "Pod"));
    assert_true(has("{\"kind\" \n:\t \"Pod\"}", "kind", "Pod"));
    assert_true(has("{\"x\":{\"a\":1,\"kind\":\"Pod\"", "kind", "Pod"));
    assert_true(has("{\"kind\":12", "kind", NULL));
    assert_true(has("{\"kind\":\"List\",\"items\":[{\"kind\":\"Pod\"", "kind", "Pod"));
    assert_true(has("{\"kindkind\":1,\"kind\":2", "kind", NULL));
    assert_false(has("{\"kind\":\"PodList\"}", "kind", "Pod"));
    assert_false(has("{\"kind\":\"Pod", "kind", "Pod"));
    assert_false(has("{\"kind\"", "kind", NULL));
    assert_false(has("{\"a\":\"kind\"}", "kind", NULL));
    assert_false(has("{\"mankind\":1}", "kind", NULL));
    assert_false(has("kind\":1", "kind", NULL));
    assert_false(has("{\"log\":\"{\\\"kind\\\":\\\"Pod\\\"}\"}", "kind", "Pod"));
    assert_false(has("", "kind", NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_noise),         cmocka_unit_test(test_damage),
        cmocka_unit_test(test_offset),        cmocka_unit_test(test_handler_stops),
        cmocka_unit_test(test_reader_breaks), cmocka_unit_test(test_depth),
        cmocka_unit_test(test_long_string),   cmocka_unit_test(test_little_memory),
        cmocka_unit_test(test_parse),         cmocka_unit_test(test_tree),
        cmocka_unit_test(test_tree_nothing),  cmocka_unit_test(test_tree_documents),
        cmocka_unit_test(test_tree_limits),   cmocka_unit_test(test_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
