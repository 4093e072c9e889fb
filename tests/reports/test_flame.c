/* The flame graph's tree from profiles in a database: growth by stack, what is folded is counted, memory stays bounded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reports/flame.h"

#include <string.h>

static gm_store *store_of(const char *rows) {
    g_autoptr(GError) error = NULL;
    gm_store *store = gm_store_create(":memory:", false, &error);
    assert_non_null(store);
    static const char base[] =
        "INSERT INTO member (member_id, path) VALUES (1, 'm'); INSERT INTO container (container_id, pod) VALUES (1, 'p');"
        "INSERT INTO identity (identity_id, container_id, level) VALUES (1, 1, 'container');";
    if (!gm_store_exec(store, base, &error) || !gm_store_exec(store, rows, &error)) fail_msg("%s", error->message);
    return store;
}

static const char two_profiles[] =
    "INSERT INTO function VALUES (1, 'main.main', NULL), (2, 'shop.Put', NULL), (3, 'shop.Get', NULL), (4, 'fmt.Sprintf', NULL);"
    "INSERT INTO location VALUES (1, 1, 10), (2, 2, 20), (3, 3, 30), (4, 4, 40), (5, 2, 21);"
    "INSERT INTO stack VALUES (1, '[4,2,1]'), (2, '[3,1]'), (3, '[5,1]');"
    "INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, value_types, inuse_bytes) VALUES (1, 1, 1, 'heap', 100, '[]', 500), (2, 1, 1, 'heap', 200, '[]', 1300);"
    "INSERT INTO profile_sample (profile_id, stack_id, inuse_bytes) VALUES (1, 1, 100), (1, 2, 400), (2, 1, 900), (2, 2, 150), (2, 3, 250);";

static const gm_model_frame *frame(const gm_model_flame *flame, const char *name) {
    for (size_t i = 0; i < flame->n_frames; i++)
        if (strcmp(flame->frames[i].function, name) == 0) return &flame->frames[i];
    fail_msg("no frame %s", name);
    return NULL;
}

static void test_growth_by_stack(void **state) {
    g_autoptr(gm_store) store = store_of(two_profiles);
    gm_arena *arena = gm_arena_new(0);
    gm_model_flame flame;
    (void)state;
    assert_true(gm_flame_read(store, arena, 1, 100, &flame, NULL));
    assert_int_equal(flame.n_frames, 5);
    assert_int_equal(flame.n_stacks, 3);
    assert_int_equal(flame.from_ns, 100);
    assert_int_equal(flame.to_ns, 200);
    assert_int_equal(flame.frames[0].first_bytes, 500);
    assert_int_equal(flame.frames[0].last_bytes, 1300);
    assert_int_equal(flame.frames[0].grown_bytes, 800 + 250);           /* what shrank does not hide what grew */
    assert_int_equal(frame(&flame, "shop.Put")->last_bytes, 900 + 250); /* two lines of one function */
    assert_int_equal(frame(&flame, "shop.Get")->grown_bytes, 0);
    assert_int_equal(frame(&flame, "shop.Get")->last_bytes, 150);
    assert_int_equal(frame(&flame, "fmt.Sprintf")->depth, 3);
    assert_int_equal(flame.hidden_last_bytes, 0);
    gm_arena_free(arena);
}

static void test_the_smallest_are_folded_and_counted(void **state) {
    g_autoptr(gm_store) store = store_of(two_profiles);
    gm_arena *arena = gm_arena_new(0);
    gm_model_flame flame;
    (void)state;
    assert_true(gm_flame_read(store, arena, 1, 4, &flame, NULL));
    assert_int_equal(flame.n_frames, 4);
    assert_int_equal(flame.hidden_last_bytes, 150); /* shop.Get */
    assert_int_equal(frame(&flame, "main.main")->last_bytes, 1300);
    gm_arena_free(arena);
}

static void test_one_profile_has_no_growth(void **state) {
    g_autoptr(gm_store) store = store_of(
        "INSERT INTO function VALUES (1, 'f', NULL); INSERT INTO location VALUES (1, 1, 1); INSERT INTO stack VALUES (1, '[1]');"
        "INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, value_types, inuse_bytes) VALUES (1, 1, 1, 'heap', 100, '[]', 5);"
        "INSERT INTO profile_sample (profile_id, stack_id, inuse_bytes) VALUES (1, 1, 5);");
    gm_arena *arena = gm_arena_new(0);
    gm_model_flame flame;
    (void)state;
    assert_true(gm_flame_read(store, arena, 1, 100, &flame, NULL));
    assert_true(flame.from_ns == GM_UNKNOWN && flame.frames[0].grown_bytes == 0 && flame.frames[0].last_bytes == 5);
    assert_true(gm_flame_read(store, arena, 99, 100, &flame, NULL));
    assert_int_equal(flame.n_frames, 0);
    gm_arena_free(arena);
}

static void test_damaged_stacks(void **state) {
    g_autoptr(gm_store) store = store_of(
        "INSERT INTO function VALUES (1, 'f', NULL); INSERT INTO location VALUES (1, 1, 1);"
        "INSERT INTO stack VALUES (1, '[1,99999999999999999999,-7,\"x\"]'), (2, '[]'), (3, '');"
        "INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, value_types, inuse_bytes) VALUES (1, 1, 1, 'heap', NULL, '[]', 9);"
        "INSERT INTO profile_sample (profile_id, stack_id, inuse_bytes) VALUES (1, 1, 2), (1, 2, 3), (1, 3, 4);");
    gm_arena *arena = gm_arena_new(0);
    gm_model_flame flame;
    (void)state;
    assert_true(gm_flame_read(store, arena, 1, 100, &flame, NULL));
    assert_int_equal(flame.frames[0].last_bytes, 9);
    assert_int_equal(frame(&flame, "f")->last_bytes, 2);
    gm_arena_free(arena);
}

/* More nodes than the tree can hold: 1000 callers with 100 callees each. The bytes must add up all the same. */
static void test_a_tree_too_large(void **state) {
    g_autoptr(gm_store) store = store_of(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100) INSERT INTO function SELECT i, 'f' || i, NULL FROM n;"
        "INSERT INTO location SELECT function_id, function_id, 1 FROM function;"
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) INSERT INTO stack SELECT i + 1, '[' || (1 + i % 100) || ',' || (101 + i / 100) || ']' FROM n;"
        "INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, value_types, inuse_bytes) VALUES (1, 1, 1, 'heap', 100, '[]', 100000);"
        "INSERT INTO profile_sample (profile_id, stack_id, inuse_bytes) SELECT 1, stack_id, CASE stack_id WHEN 50000 THEN 100000 ELSE 1 END FROM stack;");
    gm_arena *arena = gm_arena_new(0);
    gm_model_flame flame;
    (void)state;
    assert_true(gm_flame_read(store, arena, 1, 1500, &flame, NULL));
    assert_true(flame.n_frames > 1 && flame.n_frames <= 1500);
    assert_int_equal(flame.n_stacks, 100000);
    assert_int_equal(flame.frames[0].last_bytes, 199999);
    int64_t below = 0;
    for (size_t i = 1; i < flame.n_frames; i++) {
        assert_true(flame.frames[i].parent < (int)i &&
                    flame.frames[i].last_bytes <= flame.frames[flame.frames[i].parent].last_bytes);
        if (flame.frames[i].parent == 0) below += flame.frames[i].last_bytes;
    }
    assert_true(below <= 199999 && below + flame.hidden_last_bytes >= 199999);
    bool spike = false;
    for (size_t i = 0; i < flame.n_frames; i++)
        spike = spike || (flame.frames[i].depth == 2 && flame.frames[i].last_bytes == 100000);
    assert_true(spike);
    gm_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_growth_by_stack),           cmocka_unit_test(test_the_smallest_are_folded_and_counted),
        cmocka_unit_test(test_one_profile_has_no_growth), cmocka_unit_test(test_damaged_stacks),
        cmocka_unit_test(test_a_tree_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
