/* Tests of how profiles and dumps are recognised: by what they are, and nothing else is taken for one. */
#include "pprof_test.h"

extern const gm_format gm_format_pprof, gm_format_pprof_text, gm_format_goroutine_dump, gm_format_log_plain;

static int bid(const gm_format *format, gm_span bytes) {
    gm_head head = {.path = GM_SPAN("pprof/heap.pb.gz"),
                    .name = GM_SPAN("heap.pb.gz"),
                    .head = bytes,
                    .complete = bytes.len < GM_HEAD_BYTES};
    return format->bid(&head);
}

/* Nobody of us wants it, whatever its name promises. */
static void assert_nobodys(gm_span bytes) {
    assert_int_equal(bid(&gm_format_pprof, bytes), 0);
    assert_int_equal(bid(&gm_format_pprof_text, bytes), 0);
    assert_int_equal(bid(&gm_format_goroutine_dump, bytes), 0);
}

static void other_members_are_left_alone(void **unused) {
    static const char *const texts[] = {
        "",
        "\n",
        "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\"}}",
        "[]",
        "<html><head><title>/debug/pprof/</title></head><body>goroutine 1 [running]:</body></html>\n",
        "404 page not found\n",
        "Could not enable CPU profiling: cpu profiling already in use\n",
        "gc 1 @0.002s 21%: 0.87+0.33+0.056 ms clock, 0.03+0.1/0.2/0.3+0.1 ms cpu, 4->4->0 MB, 5 MB goal, 2 P",
        "2026/11/23 09:36:24 starting\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:3 +0x1\n",
        "goroutine profile of the day\n",
        "heap profiles are fun\n",
        "level=info msg=\"heap profile: total 3\"\n",
        "# HELP go_goroutines Number\n# TYPE go_goroutines gauge\ngo_goroutines 7\n",
    };
    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) assert_nobodys(gm_span_of(texts[i]));
}

static void noise_is_left_alone(void **unused) {
    uint64_t state = 42;
    char noise[512];
    (void)unused;
    for (int round = 0; round < 2000; round++) {
        for (size_t i = 0; i < sizeof noise; i++) {
            state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
            noise[i] = (char)(state >> 56);
        }
        assert_nobodys((gm_span){noise, sizeof noise});
    }
    memset(noise, 0, sizeof noise);
    assert_nobodys((gm_span){noise, sizeof noise});
    static const char gzip[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff";
    assert_nobodys((gm_span){gzip, sizeof gzip - 1});
}

static char *profile_bytes(size_t *len) {
    g_autofree char *file = g_build_filename(GM_TESTDATA, "formats", "pprof", "heap.in", NULL);
    char *bytes = NULL;
    if (!g_file_get_contents(file, &bytes, len, NULL)) fail_msg("%s cannot be read", file);
    return bytes;
}

static void a_profile_is_known_by_its_first_fields(void **unused) {
    size_t len;
    g_autofree char *bytes = profile_bytes(&len);
    (void)unused;
    for (size_t n = 8; n <= len; n++) assert_int_equal(bid(&gm_format_pprof, (gm_span){bytes, n}), 95);
    assert_int_equal(bid(&gm_format_pprof, (gm_span){bytes, 3}), 0);
    assert_int_equal(bid(&gm_format_pprof_text, (gm_span){bytes, len}), 0);
    assert_int_equal(bid(&gm_format_goroutine_dump, (gm_span){bytes, len}), 0);
}

static void a_damaged_profile_is_known_with_less_confidence(void **unused) {
    size_t len;
    g_autofree char *bytes = profile_bytes(&len);
    (void)unused;
    bytes[len - 5] = (char)0xff;
    bytes[len - 30] = (char)0xff;
    int offer = bid(&gm_format_pprof, (gm_span){bytes, len});
    assert_true(offer > 0 && offer <= 95);
    bytes[0] = '{';
    assert_int_equal(bid(&gm_format_pprof, (gm_span){bytes, len}), 0);
}

static void text_is_known_by_its_first_line(void **unused) {
    static const char *const texts[] = {
        "heap profile: 1: 2 [3: 4] @ heap/1048576\n",
        "goroutine profile: total 3\n",
        "# a comment\n\nthreadcreate profile: total 3\n",
        "--- mutex:\ncycles/second=1\n",
        "heap_v2/524288\n  t*: 1: 2 [0: 0]\n",
    };
    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        assert_true(bid(&gm_format_pprof_text, gm_span_of(texts[i])) >= 90);
        assert_int_equal(bid(&gm_format_pprof, gm_span_of(texts[i])), 0);
        assert_int_equal(bid(&gm_format_goroutine_dump, gm_span_of(texts[i])), 0);
    }
}

static void dumps_are_known_by_their_first_goroutine(void **unused) {
    static const char *const texts[] = {
        "goroutine 1 [running]:\nmain.main()\n",
        "=== 2026-11-23T09:14:50Z\ngoroutine 7 [select, 3 minutes, locked to thread]:",
    };
    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        assert_true(bid(&gm_format_goroutine_dump, gm_span_of(texts[i])) >= 90);
        assert_int_equal(bid(&gm_format_pprof_text, gm_span_of(texts[i])), 0);
    }
}

/* They say why the program died, and the dump within is read all the same. */
static void crashes_are_read_as_logs(void **unused) {
    static const char *const texts[] = {
        "\n\nSIGQUIT: quit\nPC=0x46b3e1 m=0 sigcode=0\n\ngoroutine 0 gp=0x1 m=0 mp=0x2 [idle]:\n",
        "fatal error: all goroutines are asleep - deadlock!\r\n\r\ngoroutine 1 [chan receive]:\r\n",
    };
    (void)unused;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        gm_head head = {
            .path = GM_SPAN("crash"), .name = GM_SPAN("crash"), .head = gm_span_of(texts[i]), .complete = true};
        int offer;
        assert_ptr_equal(gm_format_choose(&head, &offer, NULL), &gm_format_log_plain);
        assert_true(offer >= 60);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_members_are_left_alone),
        cmocka_unit_test(noise_is_left_alone),
        cmocka_unit_test(a_profile_is_known_by_its_first_fields),
        cmocka_unit_test(a_damaged_profile_is_known_with_less_confidence),
        cmocka_unit_test(text_is_known_by_its_first_line),
        cmocka_unit_test(dumps_are_known_by_their_first_goroutine),
        cmocka_unit_test(crashes_are_read_as_logs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
