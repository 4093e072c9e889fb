/* Torn gctrace lines: every line is cut between any two of the runtime's write calls, records of several shapes are
 * put in between, and the line must come back. The cuts are written out here, not taken from the parser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "importer/logs/gctrace_torn.h"

/* '|' stands where one write call ends and the next begins, as strace shows them. */
static const char *const written[] = {
    "gc |7| @|12.345|s |3|%: |0.21|+|1.9|+|0.40| ms clock, |0.42|+|0.31|/|0.52|/|0.07|+|0.80| ms cpu, |14|->|15|->|2| "
    "MB, |16| MB goal, |8| MB stacks, |9| MB globals, |2| P| (forced)",
    "gc |4294967295| @|0.001|s |3|%: |0|+|0|+|0| ms clock, |0|+|0|/|0|/|0|+|0| ms cpu, |4|->|5|->|2| MB, "
    "|17592186044415| MB goal, |48| P",
    "gc |7| @|12.345|s |3|%: |0.21|+|1.9|+|0.11|+|0.83|+|0.40| ms clock, |0.42|+|1.9|+|0|+|0.31|/|0.52|/|0.07|+|0.80| "
    "ms cpu, |4|->|5|->|2| MB, |6| MB goal, |2| P",
};

/* Records as Go programs write them; none can be taken for numbers of the line. */
static const char *const records[] = {
    "2026/11/23 09:36:24 {\"level\":\"info\"}",
    "2026-11-23T09:36:24.123Z INFO started",
    "09:36:24 with the clock only",
    "{\"level\":\"info\",\"msg\":\"one\"}",
    "I1123 09:36:24.619632       1 main.go:12] klog",
    "[GIN] 2026/11/23 - 09:36:24 | 200 |",
    "level=info msg=served",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
enum { LONGEST = 400 };

typedef struct {
    char text[LONGEST];
    size_t cuts[64], count;
} pieces;

static void split(const char *from, pieces *p) {
    size_t len = 0;
    p->count = 0;
    for (; *from; from++) {
        if (*from == '|') {
            p->cuts[p->count++] = len;
        } else {
            p->text[len++] = *from;
        }
    }
    p->text[len] = '\0';
}

static void check_same(const gm_gctrace *a, const gm_gctrace *b) {
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->start_ms, b->start_ms);
    assert_int_equal(a->clocks, b->clocks);
    assert_memory_equal(a->clock, b->clock, sizeof a->clock);
    assert_memory_equal(a->cpu, b->cpu, sizeof a->cpu);
    assert_memory_equal(a->heap, b->heap, sizeof a->heap);
    assert_int_equal(a->goal, b->goal);
    assert_int_equal(a->procs, b->procs);
    assert_int_equal(a->forced, b->forced);
}

/* Begins with text[..cut] and a record glued to it. */
static void begin(gm_torn *torn, const char *text, size_t cut, const char *record) {
    char line[2 * LONGEST];
    gm_gctrace cycle;
    int len = snprintf(line, sizeof line, "%.*s%s", (int)cut, text, record);
    gm_span span = {line, (size_t)len};
    gm_gctrace_match match = gm_gctrace_parse(span, &cycle);
    assert_false(match.whole);
    gm_torn_begin(torn, span, &match);
    assert_int_equal(torn->count, 1);
}

static void torn_once(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(written); i++) {
        pieces p;
        gm_gctrace expected, found;
        split(written[i], &p);
        assert_true(gm_gctrace_parse(gm_span_of(p.text), &expected).whole);
        for (size_t c = 0; c < p.count; c++) {
            for (size_t r = 0; r < COUNT(records); r++) {
                gm_torn torn = {.count = 0};
                begin(&torn, p.text, p.cuts[c], records[r]);
                /* more records of other writers come before the rest */
                assert_int_equal(gm_torn_continue(&torn, gm_span_of("an unrelated record"), &found), GM_TORN_NOT_MINE);
                assert_int_equal(gm_torn_continue(&torn, gm_span_of(p.text + p.cuts[c]), &found), GM_TORN_WHOLE);
                check_same(&expected, &found);
                assert_int_equal(torn.count, 0);
            }
        }
    }
}

static void torn_twice(void **state) {
    (void)state;
    pieces p;
    gm_gctrace expected, found;
    split(written[0], &p);
    assert_true(gm_gctrace_parse(gm_span_of(p.text), &expected).whole);
    for (size_t a = 1; a < p.count; a++) {
        for (size_t b = a + 2; b < p.count; b++) {
            gm_torn torn = {.count = 0};
            char middle[2 * LONGEST];
            begin(&torn, p.text, p.cuts[a], records[0]);
            int len =
                snprintf(middle, sizeof middle, "%.*s%s", (int)(p.cuts[b] - p.cuts[a]), p.text + p.cuts[a], records[3]);
            assert_int_equal(gm_torn_continue(&torn, (gm_span){middle, (size_t)len}, &found), GM_TORN_PIECE);
            assert_int_equal(gm_torn_continue(&torn, gm_span_of(p.text + p.cuts[b]), &found), GM_TORN_WHOLE);
            check_same(&expected, &found);
        }
    }
}

static void glued_digits(void **state) {
    (void)state;
    pieces p;
    gm_gctrace found;
    gm_torn torn = {.count = 0};
    split(written[0], &p);
    size_t heap = (size_t)(strstr(p.text, "14->") - p.text);
    begin(&torn, p.text, heap + 2, "5 items without a date");
    assert_int_equal(gm_torn_continue(&torn, gm_span_of(p.text + heap + 2), &found), GM_TORN_AMBIGUOUS);
    assert_int_equal(torn.count, 0);
}

static void gives_up(void **state) {
    (void)state;
    pieces p;
    gm_gctrace found;
    gm_torn torn = {.count = 0};
    split(written[1], &p);
    begin(&torn, p.text, p.cuts[4], records[0]);
    for (int i = 0; i < GM_TORN_PATIENCE; i++) {
        assert_true(torn.lines_left > 0);
        assert_int_equal(gm_torn_continue(&torn, gm_span_of(records[0]), &found), GM_TORN_NOT_MINE);
    }
    assert_int_equal(torn.lines_left, 0);
    assert_int_equal(gm_torn_give_up(&torn, &found), GM_TORN_PIECE);

    /* everything was there but the line feed */
    begin(&torn, p.text, strlen(p.text), records[0]);
    assert_int_equal(gm_torn_give_up(&torn, &found), GM_TORN_WHOLE);
    assert_int_equal(found.procs, 48);

    /* too little to tell from prose */
    begin(&torn, "gc 7", 4, " cats");
    assert_int_equal(gm_torn_give_up(&torn, &found), GM_TORN_NOT_MINE);
}

static void wrapped_by_a_terminal(void **state) {
    (void)state;
    pieces p;
    gm_gctrace expected, found;
    split(written[0], &p);
    assert_true(gm_gctrace_parse(gm_span_of(p.text), &expected).whole);
    /* a terminal breaks anywhere, numbers too; the first bytes must tell what it is */
    for (size_t cut = 6; cut + 10 < strlen(p.text); cut++) {
        gm_torn torn = {.count = 0};
        begin(&torn, p.text, cut, "");
        assert_int_equal(gm_torn_continue(&torn, gm_span_of(p.text + cut), &found), GM_TORN_WHOLE);
        check_same(&expected, &found);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(torn_once),
        cmocka_unit_test(torn_twice),
        cmocka_unit_test(glued_digits),
        cmocka_unit_test(gives_up),
        cmocka_unit_test(wrapped_by_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
