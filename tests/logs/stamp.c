/* Stamps and headers of plain logs: what is taken off, what time it tells, and what is left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "importer/logs/stamp.h"
#include "importer/text/span.h"

#define UNKNOWN GM_UNKNOWN
#define S       INT64_C(1000000000)

typedef struct {
    const char *line, *text;
    int64_t t_ns;
    double boot_s; /* 0: none */
    const char *ident;
    bool kernel;
} sample;

/* 2026-11-23T09:36:24Z; the reference for stamps without year is two days later */
#define T      (INT64_C(1795426584) * S)
#define LATEST (T + 2 * 86400 * S)

static const sample samples[] = {
    {"2026-11-23T09:36:24Z text", "text", T, 0, "", false},
    {"2026-11-23T09:36:24.5Z\ttext", "text", T + S / 2, 0, "", false},
    {"2026-11-23T17:36:24,250+08:00 text", "text", T + S / 4, 0, "", false},
    {"2026-11-23 09:36:24 text", "text", T, 0, "", false},
    {"2026/11/23 09:36:24 text", "text", T, 0, "", false},
    {"2026/11/23 09:36:24.250000 text", "text", T + S / 4, 0, "", false},
    {"2026-11-23T09:36:24+0000 node kernel: [   12.500000] text", "text", T, 12.5, "kernel", true},
    {"2026-11-23T09:36:24+0000 node app[12]: text", "text", T, 0, "app", false},
    {"2026-11-23T09:36:24Z level: text", "level: text", T, 0, "", false},
    {"2026-11-23T09:36:24Z In(05) vcpu-5 - Guest: <6>[7.25] text", "text", T, 7.25, "", true},
    {"Nov 23 09:36:24 node app[12]: text", "text", T, 0, "app", false},
    {"Nov 23 09:36:24 app[12]: text", "text", T, 0, "app", false},
    {"Nov 23 09:36:24 node app: text", "text", T, 0, "app", false},
    {"Nov 23 09:36:24 node kernel: text", "text", T, 0, "kernel", true},
    {"Nov 23 09:36:24.250 text", "text", T + S / 4, 0, "", false},
    {"Nov 23 09:36:24 panic: text", "panic: text", T, 0, "", false},
    {"Nov 23 09:36:24 scvg1: text", "scvg1: text", T, 0, "", false},
    {"Nov 27 09:36:24 text", "text", T - 361 * 86400 * S, 0, "", false}, /* later than the latest: a year earlier */
    {"I1123 09:36:24.250000       1 main.go:12] text", "text", T + S / 4, 0, "", false},
    {"[   12.500000] text", "text", UNKNOWN, 12.5, "", true},
    {"[   12.500000]  indented", " indented", UNKNOWN, 12.5, "", true},
    {"[   12.500000][ T123] text", "text", UNKNOWN, 12.5, "", true},
    {"[   12.500000 <    0.000010>] text", "text", UNKNOWN, 12.5, "", true},
    {"<6>[   12.500000] text", "text", UNKNOWN, 12.5, "", true},
    {"<6>text", "text", UNKNOWN, 0, "", true},
    {"[Mon Nov 23 09:36:24 2026] text", "text", T, 0, "", true},
    {"kern  :warn  : [   12.500000] text", "text", UNKNOWN, 12.5, "", true},
    {"kern  :warn  : 2026-11-23T09:36:24,000000+00:00 text", "text", T, 0, "", true},
    {"6,3964,12500000,-;text", "text", UNKNOWN, 12.5, "", true},
    {"6,3964,12500000,-,caller=T1;text", "text", UNKNOWN, 12.5, "", true},
    {"{\"time\":\"2026-11-23T09:36:24Z\",\"msg\":\"x\"}", "{\"time\":\"2026-11-23T09:36:24Z\",\"msg\":\"x\"}", T, 0, "",
     false},
    {"{\"level\":\"info\",\"ts\":1795426584.5}", "{\"level\":\"info\",\"ts\":1795426584.5}", T + S / 2, 0, "", false},
    {"time=2026-11-23T09:36:24Z level=INFO", "time=2026-11-23T09:36:24Z level=INFO", T, 0, "", false},
    /* no stamps */
    {"[ 1234]     0  1234  5063909   119961    1661        0          -998 java", NULL, UNKNOWN, 0, "", false},
    {"[  pid  ]   uid  tgid total_vm", NULL, UNKNOWN, 0, "", false},
    {"gc 1 @0.004s 12%: 0.064+3.8+0.002 ms clock", NULL, UNKNOWN, 0, "", false},
    {"0.477s 7%: 0.026+0.33+0.056 ms clock", NULL, UNKNOWN, 0, "", false},
    {"2026-11-23T09:36:24Zulu", NULL, UNKNOWN, 0, "", false},
    {"2026-13-23T09:36:24Z text", NULL, UNKNOWN, 0, "", false},
    {"1234,5678", NULL, UNKNOWN, 0, "", false},
    {"kernel: text", NULL, UNKNOWN, 0, "", false},
    {"May be later", NULL, UNKNOWN, 0, "", false},
    {"{\"ts\":\"no time\"}", NULL, UNKNOWN, 0, "", false},
};

static void every_spelling(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        const sample *s = &samples[i];
        gm_span text = gm_span_of(s->line);
        gm_stamp stamp;
        gm_stamp_take(&text, LATEST, &stamp);
        print_message("case %zu\n", i);
        gm_span left = gm_span_of(s->text ? s->text : s->line);
        assert_int_equal(text.len, left.len);
        assert_memory_equal(text.data, left.data, left.len);
        assert_true(stamp.t_ns == s->t_ns);
        assert_true(s->boot_s == 0 ? isnan(stamp.boot_s) : stamp.boot_s == s->boot_s);
        assert_true(gm_span_equal(stamp.ident, gm_span_of(s->ident)));
        assert_int_equal(stamp.kernel, s->kernel);
        if (!s->text) assert_false(stamp.stamped || stamp.dated);
    }
}

static void beginnings(void **state) {
    (void)state;
    /* a stamp that breaks off must not be read beyond its end; a sanitizer watches the copies */
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        for (size_t len = 0; len <= strlen(samples[i].line); len++) {
            char *copy = malloc(len ? len : 1);
            memcpy(copy, samples[i].line, len);
            gm_span text = {copy, len};
            gm_stamp stamp;
            gm_stamp_take(&text, GM_UNKNOWN, &stamp);
            assert_true(text.len <= len);
            free(copy);
        }
    }
}

static void year_unknown(void **state) {
    (void)state;
    gm_span text = GM_SPAN("Nov 23 09:36:24 node app[12]: text");
    gm_stamp stamp;
    gm_stamp_take(&text, GM_UNKNOWN, &stamp);
    assert_true(stamp.dated && stamp.t_ns == GM_UNKNOWN);
    assert_true(gm_span_equal(text, GM_SPAN("text")));
    text = GM_SPAN("Feb 29 00:00:00 text");
    gm_stamp_take(&text, LATEST, &stamp); /* 2026 and 2025 have none */
    assert_true(stamp.t_ns == INT64_C(1709164800) * S);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling),
        cmocka_unit_test(beginnings),
        cmocka_unit_test(year_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
