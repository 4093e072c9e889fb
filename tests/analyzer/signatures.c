/* Known patterns and wait states: what a stack matches, and what it must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyzer/goroutines.h"
#include "analyzer/signatures.h"

#define MOST_FRAMES 8

/* A stack of these functions, leaf first, NULL at the end. */
static gm_stack stack_of(const char *const *names, gm_function functions[MOST_FRAMES],
                         const gm_function *frames[MOST_FRAMES]) {
    size_t n = 0;
    for (; names[n] && n < MOST_FRAMES; n++) {
        functions[n] = (gm_function){(int64_t)n, n, names[n], NULL, gm_code_of(names[n], NULL)};
        frames[n] = &functions[n];
    }
    return (gm_stack){frames, n};
}

#define STACK(name, ...) \
    gm_function name##_functions[MOST_FRAMES]; \
    const gm_function *name##_frames[MOST_FRAMES]; \
    gm_stack name = stack_of((const char *const[]){__VA_ARGS__, NULL}, name##_functions, name##_frames)

static void assert_pattern(const gm_signature *found, const char *expected) {
    if (!expected) assert_null(found);
    else if (!found || strcmp(found->slug, expected) != 0)
        fail_msg("%s, not %s", found ? found->slug : "none", expected);
}

static void goroutines_match_by_frame_and_state(void **state) {
    (void)state;
    STACK(loop, "runtime.gopark", "runtime.selectgo", "net/http.(*persistConn).readLoop");
    assert_pattern(gm_signature_of_goroutine(&loop, "select"), "http_body");
    assert_pattern(gm_signature_of_goroutine(&loop, "running"), NULL);
    STACK(rows, "runtime.gopark", "runtime.selectgo", "database/sql.(*Rows).awaitDone");
    assert_pattern(gm_signature_of_goroutine(&rows, "select"), "sql_rows");
    STACK(send, "runtime.gopark", "runtime.chansend1", "shop/fanout.query");
    assert_pattern(gm_signature_of_goroutine(&send, "chan send"), "chan_send");
    assert_pattern(gm_signature_of_goroutine(&send, "chan send (nil chan)"), "nil_chan");
    assert_pattern(gm_signature_of_goroutine(&send, NULL), NULL);
    STACK(handler, "runtime.gopark", "shop/api.Handle", "net/http.(*conn).serve");
    assert_pattern(gm_signature_of_goroutine(&handler, "chan receive"), "http_handler");
    assert_pattern(gm_signature_of_goroutine(&handler, "IO wait"), NULL);
    STACK(lock, "runtime.semacquire1", "sync.(*Mutex).lockSlow", "shop/cache.Put");
    assert_pattern(gm_signature_of_goroutine(&lock, "sync.Mutex.Lock"), "mutex");
    STACK(group, "runtime.gopark", "sync.(*WaitGroup).Wait", "shop/fanout.All");
    assert_pattern(gm_signature_of_goroutine(&group, "semacquire"), "wait_group");
}

static void heap_stacks_match_by_any_frame(void **state) {
    (void)state;
    STACK(map, "runtime.mapassign_faststr", "shop/cache.Put");
    assert_pattern(gm_signature_of_heap(&map), "map");
    STACK(swiss, "internal/runtime/maps.(*Map).growToTable", "shop/cache.Put");
    assert_pattern(gm_signature_of_heap(&swiss), "map");
    STACK(ticker, "time.NewTicker", "shop/poll.Start");
    assert_pattern(gm_signature_of_heap(&ticker), "ticker");
    STACK(after, "time.NewTimer", "time.After", "shop/poll.Wait");
    assert_pattern(gm_signature_of_heap(&after), "timer");
    STACK(cancel, "context.WithCancel", "shop/api.Handle");
    assert_pattern(gm_signature_of_heap(&cancel), "context");
    STACK(all, "io.ReadAll", "shop/upload.Handle");
    assert_pattern(gm_signature_of_heap(&all), "buffer");
    STACK(labels, "runtime.mapassign",
          "github.com/prometheus/client_golang/prometheus.(*metricMap).getOrCreateMetricWithLabelValues",
          "shop/api.Count");
    assert_pattern(gm_signature_of_heap(&labels), "metric_labels"); /* the more telling one, not the map inside */
    STACK(own, "shop/session.(*Store).Create", "main.main");
    assert_pattern(gm_signature_of_heap(&own), NULL);
}

/* Go 1.23 collects timers that nobody holds, unless GODEBUG or go.mod asks for the old ones. */
static void timers_are_gated_by_version(void **state) {
    (void)state;
    STACK(ticker, "time.NewTicker", "shop/poll.Start");
    const gm_signature *pattern = gm_signature_of_heap(&ticker);
    gm_facts facts = {.go_minor = 22};
    assert_true(gm_signature_trust(&facts, pattern) == 1);
    facts.go_minor = 24;
    assert_true(gm_signature_trust(&facts, pattern) < 0.5);
    facts.godebug = "asynctimerchan=1";
    assert_true(gm_signature_trust(&facts, pattern) == 1);
    STACK(map, "runtime.mapassign", "shop/cache.Put");
    facts.godebug = NULL;
    assert_true(gm_signature_trust(&facts, gm_signature_of_heap(&map)) == 1);
}

static void waits_of_profiles(void **state) {
    (void)state;
    STACK(send, "runtime.gopark", "runtime.chansend", "runtime.chansend1", "shop/fanout.query");
    assert_string_equal(gm_wait_of(&send), "chan send");
    STACK(io, "runtime.gopark", "runtime.netpollblock", "internal/poll.runtime_pollWait");
    assert_string_equal(gm_wait_of(&io), "IO wait");
    STACK(run, "shop/api.Handle", "net/http.(*conn).serve");
    assert_null(gm_wait_of(&run));
}

static void what_may_wait_for_ever(void **state) {
    (void)state;
    assert_true(gm_wait_can_leak("chan receive", GM_UNKNOWN));
    assert_true(gm_wait_can_leak("select (no cases)", 0));
    assert_true(gm_wait_can_leak("IO wait", 12));
    assert_false(gm_wait_can_leak("IO wait", 1));
    assert_false(gm_wait_can_leak("IO wait", GM_UNKNOWN));
    assert_false(gm_wait_can_leak("running", 12));
    assert_false(gm_wait_can_leak("runnable", GM_UNKNOWN));
    assert_false(gm_wait_can_leak(NULL, 12));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goroutines_match_by_frame_and_state),
        cmocka_unit_test(heap_stacks_match_by_any_frame),
        cmocka_unit_test(timers_are_gated_by_version),
        cmocka_unit_test(waits_of_profiles),
        cmocka_unit_test(what_may_wait_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
