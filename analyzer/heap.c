/* Loads the heap profiles of one life and has them measured: by function, by stack, by where growth comes together.
 *
 * Between the profile tables and the leak rules. Only levels are compared: a delta profile has none. A profile
 * shows the heap as of the last collection (runtime/mprof.go), up to two cycles old. Profiles of another process,
 * told by another binary or by allocations that fall, are not mixed: the longest run of one process is kept. */
#include "analyzer/heap.h"

#include "gomortem/limits.h"

#include <math.h>

#define DEFAULT_PERIOD 524288.0
#define SAME_CAPTURE   (2 * GM_NS_PER_S) /* the same capture in two encodings is one point in time */
#define MOST_VALUES    16000000          /* stacks times profiles: beyond, profiles are left out evenly */
#define MOST_PROFILES  128
#define LEAST_PROFILES 6
#define RESTART_FALL   0.9 /* allocations since the start never fall; sampling errors are smaller */

static bool another_process(const gm_heap_profile *a, const char *build_a, const gm_heap_profile *b,
                            const char *build_b) {
    if (build_a && build_b && strcmp(build_a, build_b) != 0) return true;
    return b->alloc < RESTART_FALL * a->alloc;
}

typedef struct {
    GArray *run, *best; /* gm_heap_profile */
    char *build_id;     /* of the run */
} gm_runs;

static void end_run(gm_runs *runs) {
    if (runs->run->len >= runs->best->len) {
        GArray *swap = runs->best;
        runs->best = runs->run;
        runs->run = swap;
    }
    g_array_set_size(runs->run, 0);
    g_clear_pointer(&runs->build_id, g_free);
}

static void add_profile(gm_runs *runs, const gm_heap_profile *profile, const char *build_id) {
    if (runs->run->len) {
        const gm_heap_profile *last = &g_array_index(runs->run, gm_heap_profile, runs->run->len - 1);
        if (profile->t_ns - last->t_ns < SAME_CAPTURE) return;
        if (another_process(last, runs->build_id, profile, build_id)) end_run(runs);
    }
    if (!runs->build_id) runs->build_id = g_strdup(build_id);
    g_array_append_val(runs->run, *profile);
}

static bool read_profiles(gm_heap *heap, gm_runs *runs, GError **error) {
    const gm_facts *facts = heap->facts;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        facts->store,
        "SELECT p.profile_id, p.t_ns, p.period, p.inuse_bytes, p.alloc_bytes, p.build_id FROM profile p "
        "JOIN identity i USING (identity_id) WHERE i.container_id = ?1 AND p.kind IN ('heap', 'allocs') "
        "AND p.is_delta = 0 AND p.inuse_bytes IS NOT NULL AND p.t_ns BETWEEN ?2 AND ?3 "
        "ORDER BY p.t_ns, p.kind DESC, p.profile_id",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int64(stmt, 2, gm_facts_from(facts));
    sqlite3_bind_int64(stmt, 3, facts->life->to_ns);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        double period = gm_column_double(stmt, 2);
        gm_heap_profile profile = {sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                                   period > 1 ? period : DEFAULT_PERIOD, sqlite3_column_double(stmt, 3),
                                   gm_column_double(stmt, 4)};
        add_profile(runs, &profile, gm_column_text(stmt, 5));
    }
    return step == SQLITE_DONE || gm_store_error_set(facts->store, error);
}

/* How many profiles fit into memory beside each other with as many stacks as the incident has. */
static size_t room_of(const gm_heap *heap) {
    size_t stacks = MIN(gm_frames_stacks(heap->facts->frames), (size_t)gm_limits_default.heap_stacks);
    return CLAMP(MOST_VALUES / MAX(stacks, 1), LEAST_PROFILES, MOST_PROFILES);
}

/* The first and the last always stay. */
static void keep_evenly(gm_heap *heap, const GArray *run, size_t room) {
    heap->n_profiles = MIN(run->len, room);
    heap->profiles = GM_ARENA_NEW(heap->arena, gm_heap_profile, heap->n_profiles + 1);
    for (size_t i = 0; i < heap->n_profiles; i++) {
        size_t from = heap->n_profiles > 1 ? i * (run->len - 1) / (heap->n_profiles - 1) : 0;
        heap->profiles[i] = g_array_index(run, gm_heap_profile, from);
    }
}

static bool load_profiles(gm_heap *heap, GError **error) {
    gm_runs runs = {g_array_new(FALSE, FALSE, sizeof(gm_heap_profile)),
                    g_array_new(FALSE, FALSE, sizeof(gm_heap_profile)), NULL};
    bool ok = read_profiles(heap, &runs, error);
    end_run(&runs);
    keep_evenly(heap, runs.best, room_of(heap));
    g_array_unref(runs.run);
    g_array_unref(runs.best);
    return ok;
}

static gm_heap_stack *stack_of(gm_heap *heap, int64_t stack_id) {
    gint64 id = stack_id;
    gm_heap_stack *stack = g_hash_table_lookup(heap->by_id, &id);
    if (stack) return stack;
    stack = GM_ARENA_NEW(heap->arena, gm_heap_stack, 1);
    stack->stack_id = stack_id;
    stack->stack = gm_frames_stack(heap->facts->frames, stack_id);
    stack->blame = gm_stack_blame(stack->stack);
    stack->leaf = gm_stack_leaf(stack->stack);
    stack->bytes = GM_ARENA_NEW(heap->arena, double, 2 * heap->n_profiles);
    stack->allocated = stack->bytes + heap->n_profiles;
    stack->from = heap->n_profiles;
    g_hash_table_insert(heap->by_id, &stack->stack_id, stack);
    g_ptr_array_add(heap->stacks, stack);
    return stack;
}

static bool load_stacks(gm_heap *heap, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(heap->facts->store,
                         "SELECT stack_id, inuse_bytes, alloc_bytes FROM profile_sample WHERE profile_id = ?1", error);
    if (!stmt) return false;
    for (size_t i = 0; i < heap->n_profiles; i++) {
        sqlite3_bind_int64(stmt, 1, heap->profiles[i].profile_id);
        int step;
        while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
            int64_t stack_id = sqlite3_column_int64(stmt, 0);
            if (heap->chosen && !heap->chosen[gm_frames_place(heap->facts->frames, stack_id)]) continue;
            gm_heap_stack *stack = stack_of(heap, stack_id);
            stack->from = MIN(stack->from, i);
            stack->to = i + 1;
            stack->bytes[i] = sqlite3_column_double(stmt, 1);
            stack->allocated[i] = sqlite3_column_double(stmt, 2);
        }
        sqlite3_reset(stmt);
        if (step != SQLITE_DONE) return gm_store_error_set(heap->facts->store, error);
    }
    return true;
}

bool gm_heap_load(gm_heap *heap, GError **error) {
    return load_profiles(heap, error) && gm_heap_choose(heap, error) && load_stacks(heap, error);
}

static void test_totals(gm_heap *heap) {
    size_t n = heap->n_profiles;
    if (n < 5) return;
    g_autofree int64_t *t_ns = g_new(int64_t, n);
    g_autofree double *total = g_new(double, n);
    for (size_t i = 0; i < n; i++) {
        t_ns[i] = heap->profiles[i].t_ns;
        total[i] = heap->profiles[i].inuse;
    }
    gm_trend_options options = {.material = heap->facts->material, .block = {GM_BLOCK_MEDIAN, 0}};
    gm_facts_test(heap->facts, GM_TREND_HEAP_PROFILE, t_ns, total, n, &options);
}

static bool measure_all(gm_heap *heap, GError **error) {
    gm_facts *facts = heap->facts;
    if (!gm_heap_load(heap, error)) return false;
    facts->n_heap_profiles = heap->n_profiles;
    if (heap->n_profiles == 0) return true;
    facts->last_profile_ns = heap->profiles[heap->n_profiles - 1].t_ns;
    test_totals(heap);
    return gm_heap_sites(heap, error) && gm_heap_stacks(heap, error) && gm_heap_accumulate(heap, error) &&
           gm_heap_captures(heap, error) && gm_heap_allocations(heap, error);
}

bool gm_facts_heap(gm_facts *facts, GError **error) {
    gm_heap heap = {.facts = facts,
                    .arena = gm_arena_new(0),
                    .stacks = g_ptr_array_new(),
                    .by_id = g_hash_table_new(g_int64_hash, g_int64_equal)};
    facts->last_profile_ns = GM_UNKNOWN;
    facts->capture_ratio = NAN;
    bool ok = measure_all(&heap, error);
    g_hash_table_unref(heap.by_id);
    g_ptr_array_unref(heap.stacks);
    gm_arena_free(heap.arena);
    return ok;
}
