/* Tests of what a profile is collected in: packed samples, tables, indices by id, totals. */
#include "pprof_test.h"

#include "importer/formats/pprof/samples.h"
#include "importer/formats/pprof/table.h"
#include "importer/formats/pprof/totals.h"

#define SAMPLES 3000
#define DEPTH   60
#define LIMIT   ((size_t)1 << 20)

/* Stacks as a program has them: each shares a part of its root with the one before. Returns the depth. */
static size_t next_stack(uint64_t *state, uint64_t *root_first, size_t depth) {
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
    size_t keep = (size_t)(*state >> 33) % (depth + 1), want = keep + (size_t)(*state >> 50) % (DEPTH - keep + 1);
    for (size_t i = keep; i < want; i++) root_first[i] = (*state >> (i % 40)) | (i % 7 == 0 ? UINT64_MAX << 50 : 0);
    return want;
}

static void leaf_first(const uint64_t *root_first, size_t depth, uint64_t *to) {
    for (size_t i = 0; i < depth; i++) to[i] = root_first[depth - 1 - i];
}

static const int64_t values[] = {0, -1, INT64_MAX, INT64_MIN};

static void fill(gm_pprof_samples *samples) {
    uint64_t state = 1, root_first[DEPTH], ids[DEPTH];
    size_t depth = 0;
    for (int i = 0; i < SAMPLES; i++) {
        depth = next_stack(&state, root_first, depth);
        leaf_first(root_first, depth, ids);
        gm_pprof_sample sample = {ids, depth, values, (size_t)i % 5, 0};
        assert_true(gm_pprof_samples_add(samples, &sample));
    }
}

static void samples_come_back_as_they_went_in(void **unused) {
    gm_arena *arena = gm_arena_new(0);
    gm_pprof_samples samples;
    gm_pprof_cursor cursor;
    gm_pprof_sample sample;
    (void)unused;
    assert_true(gm_pprof_samples_init(&samples, arena, LIMIT));
    fill(&samples);
    for (int pass = 0; pass < 4; pass++) {
        static const gm_pprof_pass passes[] = {GM_PPROF_WHOLE, GM_PPROF_VALUES_ONLY, GM_PPROF_WHOLE, GM_PPROF_LAST};
        uint64_t state = 1, root_first[DEPTH] = {0}, before[DEPTH] = {0};
        size_t depth = 0;
        gm_pprof_cursor_init(&cursor, &samples, passes[pass]);
        for (int i = 0; i < SAMPLES; i++) {
            memcpy(before, root_first, sizeof before);
            depth = next_stack(&state, root_first, depth);
            assert_true(gm_pprof_cursor_next(&cursor, &sample));
            assert_int_equal(sample.depth, depth);
            if (passes[pass] != GM_PPROF_VALUES_ONLY)
                assert_memory_equal(sample.location_ids, root_first, depth * sizeof *root_first);
            assert_memory_equal(before, root_first, sample.shared * sizeof *root_first);
            assert_int_equal(sample.value_count, i % 5);
            assert_memory_equal(sample.values, values, sample.value_count * sizeof *values);
        }
        assert_false(gm_pprof_cursor_next(&cursor, &sample));
    }
    gm_pprof_samples_release(&samples);
    gm_arena_free(arena);
}

static void samples_say_when_memory_is_out(void **unused) {
    gm_arena *arena = gm_arena_new(0);
    gm_pprof_samples samples;
    uint64_t ids[DEPTH];
    int64_t added = 0, read = 0;
    (void)unused;
    assert_true(gm_pprof_samples_init(&samples, arena, LIMIT));
    for (;; added++) {
        for (size_t i = 0; i < DEPTH; i++) ids[i] = (uint64_t)added * DEPTH + i + 1;
        if (!gm_pprof_samples_add(&samples, &(gm_pprof_sample){ids, DEPTH, values, 2, 0})) break;
    }
    gm_pprof_cursor cursor;
    gm_pprof_sample sample;
    for (gm_pprof_cursor_init(&cursor, &samples, GM_PPROF_WHOLE); gm_pprof_cursor_next(&cursor, &sample); read++)
        assert_int_equal(sample.location_ids[DEPTH - 1], read * DEPTH + 1);
    assert_true(added > 100);
    assert_int_equal(read, added);
    gm_pprof_samples_release(&samples);
    gm_arena_free(arena);
}

typedef struct {
    uint64_t id;
    int tag;
} item;

static void check_index(const uint64_t *ids, size_t n, uint64_t factor, int64_t wanted_bad) {
    gm_arena *arena = gm_arena_new(0);
    gm_pprof_table table;
    gm_pprof_index index;
    int64_t bad = 0;
    gm_pprof_table_init(&table, arena, sizeof(item));
    for (size_t i = 0; i < n; i++) *(item *)gm_pprof_table_add(&table) = (item){ids[i] * factor, (int)i};
    assert_true(gm_pprof_index_make(&index, &table, &bad));
    assert_int_equal(bad, wanted_bad);
    for (size_t i = 0; i < n; i++) {
        size_t first = 0;
        while (ids[first] != ids[i]) first++;
        uint32_t found = gm_pprof_index_find(&index, ids[i] * factor);
        assert_int_equal(found, ids[i] ? first : GM_PPROF_NONE);
    }
    assert_int_equal(gm_pprof_index_find(&index, 0), GM_PPROF_NONE);
    assert_int_equal(gm_pprof_index_find(&index, 77 * factor), GM_PPROF_NONE);
    assert_int_equal(gm_pprof_index_find(&index, UINT64_MAX), GM_PPROF_NONE);
    gm_arena_free(arena);
}

static void ids_are_found_dense_and_sparse(void **unused) {
    static const uint64_t ids[] = {3, 1, 2, 9, 2, 0, 5, 0};
    (void)unused;
    check_index(ids, 8, 1, 3);
    check_index(ids, 8, UINT64_C(1) << 58, 3);
    check_index(ids, 0, 1, 0);
}

static void tables_grow_and_start_again(void **unused) {
    gm_arena *arena = gm_arena_new(0);
    gm_pprof_table table;
    (void)unused;
    gm_pprof_table_init(&table, arena, sizeof(item));
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 20 * GM_PPROF_TABLE_CHUNK + 1; i++) {
            item *added = gm_pprof_table_add(&table);
            assert_int_equal(added->tag, 0); /* zeroed, the second time too */
            added->tag = i + 1;
        }
        for (uint32_t i = 0; i < table.count; i++) assert_int_equal(((item *)gm_pprof_table_at(&table, i))->tag, i + 1);
        gm_pprof_table_clear(&table);
    }
    gm_arena_free(arena);
}

static void totals_give_up_a_column_that_overflows(void **unused) {
    gm_pprof_totals totals = {.lost = {false}};
    int64_t sums[GM_VALUE_KINDS];
    int64_t first[GM_VALUE_KINDS] = {1, INT64_MAX, -5, GM_UNKNOWN, -INT64_MAX, 0};
    int64_t second[GM_VALUE_KINDS] = {2, 1, 3, GM_UNKNOWN, 1, GM_UNKNOWN};
    (void)unused;
    gm_pprof_totals_add(&totals, first);
    gm_pprof_totals_add(&totals, second);
    assert_int_equal(gm_pprof_totals_get(&totals, sums), 2);
    static const int64_t wanted[GM_VALUE_KINDS] = {3, GM_UNKNOWN, -2, GM_UNKNOWN, GM_UNKNOWN, 0};
    assert_memory_equal(sums, wanted, sizeof sums);
    gm_pprof_totals_mask(&totals, second);
    static const int64_t masked[GM_VALUE_KINDS] = {2, GM_UNKNOWN, 3, GM_UNKNOWN, GM_UNKNOWN, GM_UNKNOWN};
    assert_memory_equal(second, masked, sizeof second);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_come_back_as_they_went_in),      cmocka_unit_test(samples_say_when_memory_is_out),
        cmocka_unit_test(ids_are_found_dense_and_sparse),         cmocka_unit_test(tables_grow_and_start_again),
        cmocka_unit_test(totals_give_up_a_column_that_overflows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
