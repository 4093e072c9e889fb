/* Tests of the stack that was emitted last: whatever came before it, its text and its fingerprint are its own. */
#include "store_test.h"

#include "importer/store/last_stack.h"

enum { STACKS = 20000, DEPTH = 300 };

static uint64_t state = 1;

static uint64_t draw(uint64_t below) {
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (state >> 33) % below;
}

static int64_t any_id(void) {
    int64_t id = (int64_t)(((uint64_t)1 << draw(64)) + draw(1000));
    return draw(20) ? (id > 0 ? id : 0) : -id;
}

/* Keeps a part from the root on, as the stacks of a program do. The root is the array's last. */
static size_t next_stack(int64_t *ids, size_t depth) {
    size_t keep = draw(depth + 1), want = keep + (draw(50) ? draw(8) : draw(DEPTH - keep + 1));
    if (want > DEPTH) want = DEPTH;
    for (size_t i = keep; i < want; i++) ids[DEPTH - 1 - i] = any_id();
    return want;
}

static char *json_of(const int64_t *ids, size_t n) {
    GString *text = g_string_new("[");
    for (size_t i = 0; i < n; i++) g_string_append_printf(text, i ? ",%" G_GINT64_FORMAT : "%" G_GINT64_FORMAT, ids[i]);
    return g_string_free(g_string_append_c(text, ']'), FALSE);
}

static void assert_json(gm_last_stack *last, const int64_t *ids, size_t n) {
    g_autofree char *wanted = json_of(ids, n);
    gm_span text = gm_last_stack_json(last);
    assert_int_equal(text.len, strlen(wanted));
    assert_memory_equal(text.data, wanted, text.len);
}

static void what_came_before_does_not_show(void **unused) {
    (void)unused;
    int64_t ids[DEPTH];
    size_t depth = 0;
    gm_last_stack *last = gm_last_stack_new();
    for (int i = 0; i < STACKS; i++) {
        depth = next_stack(ids, depth);
        const int64_t *stack = ids + DEPTH - depth;
        gm_fingerprint key = gm_last_stack_set(last, stack, depth);
        gm_last_stack *alone = gm_last_stack_new();
        gm_fingerprint wanted = gm_last_stack_set(alone, stack, depth);
        assert_true(key.a == wanted.a && key.b == wanted.b);
        if (draw(3)) assert_json(last, stack, depth); /* not of all is the text wanted */
        if (draw(9) == 0) assert_json(last, stack, depth);
        gm_last_stack_free(alone);
    }
    gm_last_stack_free(last);
}

static void a_part_of_a_stack_is_another(void **unused) {
    (void)unused;
    const int64_t ids[] = {7, 8, 9};
    gm_last_stack *last = gm_last_stack_new();
    gm_fingerprint whole = gm_last_stack_set(last, ids, 3), root = gm_last_stack_set(last, ids + 1, 2);
    assert_json(last, ids + 1, 2);
    gm_fingerprint leaf = gm_last_stack_set(last, ids, 2), none = gm_last_stack_set(last, NULL, 0);
    assert_json(last, ids, 0);
    const uint64_t keys[] = {whole.a, root.a, leaf.a, none.a};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++) assert_true(keys[i] != keys[k]);
    gm_last_stack_free(last);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_before_does_not_show),
        cmocka_unit_test(a_part_of_a_stack_is_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
