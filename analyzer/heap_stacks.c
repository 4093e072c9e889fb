/* Live bytes by single stack, and where their growth comes together. Feeds heap_stack and heap_accumulation.
 *
 * The accumulation point is found from the root: the child that holds at least 0.7 of its parent is followed, as
 * Eclipse MAT does (big_drop_ratio), until the growth spreads. With one profile the same is done with what is held. */
#include "analyzer/heap.h"

#include <math.h>

#define KEEP_STACKS 1000
#define DROP_RATIO  0.7
#define PATH_FRAMES 8
#define LEAST_TOTAL 1048576.0

typedef struct {
    const gm_heap_stack *stack;
    double weight; /* growth, or bytes held */
    double max;
} gm_grown;

static int by_change(const void *a, const void *b) {
    const gm_grown *x = a, *y = b;
    double change_x = fabs(x->weight), change_y = fabs(y->weight);
    if (change_x != change_y) return change_x > change_y ? -1 : 1;
    if (x->max != y->max) return x->max > y->max ? -1 : 1;
    return (x->stack->stack_id > y->stack->stack_id) - (x->stack->stack_id < y->stack->stack_id);
}

static gm_grown *weigh_stacks(const gm_heap *heap, bool by_growth) {
    gm_grown *grown = GM_ARENA_NEW(heap->arena, gm_grown, heap->stacks->len + 1);
    for (guint i = 0; i < heap->stacks->len; i++) {
        const gm_heap_stack *stack = g_ptr_array_index(heap->stacks, i);
        gm_heap_growth growth;
        gm_heap_edges(heap, stack->bytes, &growth);
        grown[i] = (gm_grown){stack, by_growth ? growth.last - growth.first : growth.last, growth.max};
    }
    return grown;
}

static void bind_stack(const gm_heap *heap, sqlite3_stmt *stmt, const gm_heap_stack *stack) {
    gm_heap_growth growth;
    gm_heap_measure(heap, stack->bytes, &growth);
    sqlite3_bind_int64(stmt, 1, heap->facts->timeline->container_id);
    sqlite3_bind_int(stmt, 2, heap->facts->life->life);
    sqlite3_bind_int64(stmt, 3, stack->stack_id);
    sqlite3_bind_int64(stmt, 4, (int64_t)heap->n_profiles);
    sqlite3_bind_int64(stmt, 5, llround(growth.first));
    sqlite3_bind_int64(stmt, 6, llround(growth.last));
    sqlite3_bind_int64(stmt, 7, llround(growth.max));
    gm_bind_double(stmt, 8, growth.slope_per_min);
    gm_bind_double(stmt, 9, growth.se);
    gm_bind_double(stmt, 10, growth.consistency_pct);
    sqlite3_bind_int(stmt, 11, growth.significant);
    gm_bind_int(stmt, 12, stack->blame ? stack->blame->function_id : GM_UNKNOWN);
    gm_bind_int(stmt, 13, stack->leaf ? stack->leaf->function_id : GM_UNKNOWN);
}

bool gm_heap_stacks(gm_heap *heap, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        heap->facts->store, "INSERT INTO heap_stack VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        error);
    if (!stmt) return false;
    gm_grown *grown = weigh_stacks(heap, heap->n_profiles > 1);
    qsort(grown, heap->stacks->len, sizeof *grown, by_change);
    for (guint i = 0; i < heap->stacks->len && i < KEEP_STACKS; i++) {
        if (grown[i].max == 0) continue; /* allocated and freed: nothing of it was ever seen live */
        bind_stack(heap, stmt, grown[i].stack);
        if (!gm_store_write(heap->facts->store, stmt, error)) return false;
    }
    return true;
}

/* --- the accumulation point --- */

typedef struct {
    const gm_heap *heap;
    gm_grown *set; /* the stacks below the place reached */
    size_t n;
    double *sums; /* by function index; zero between uses */
    double total, bytes;
    size_t depth;
    const gm_function *at;
    const gm_function *path[PATH_FRAMES]; /* the last ones, as a ring */
} gm_descent;

/* The frame at a depth from the root; NULL beyond the leaf. */
static const gm_function *frame_at(const gm_grown *grown, size_t depth) {
    const gm_stack *stack = grown->stack->stack;
    return depth < stack->n ? stack->frames[stack->n - 1 - depth] : NULL;
}

/* One level down; false when no child holds enough. */
static bool descend(gm_descent *descent) {
    const gm_function *best = NULL;
    for (size_t i = 0; i < descent->n; i++) {
        const gm_function *child = frame_at(&descent->set[i], descent->depth);
        if (child) descent->sums[child->index] += descent->set[i].weight;
    }
    for (size_t i = 0; i < descent->n; i++) {
        const gm_function *child = frame_at(&descent->set[i], descent->depth);
        if (child && (!best || descent->sums[child->index] > descent->sums[best->index])) best = child;
    }
    double bytes = best ? descent->sums[best->index] : 0;
    size_t kept = 0;
    bool enough = bytes > 0 && bytes >= DROP_RATIO * descent->bytes;
    for (size_t i = 0; i < descent->n; i++) {
        const gm_function *child = frame_at(&descent->set[i], descent->depth);
        if (child) descent->sums[child->index] = 0;
        if (enough && child == best) descent->set[kept++] = descent->set[i];
    }
    if (!enough) return false;
    descent->n = kept;
    descent->bytes = bytes;
    descent->at = best;
    descent->path[descent->depth++ % PATH_FRAMES] = best;
    return true;
}

static const gm_function *heaviest(gm_descent *descent, bool leaf) {
    const gm_function *best = NULL;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < descent->n; i++) {
            const gm_function *f = leaf ? descent->set[i].stack->leaf : descent->set[i].stack->blame;
            if (!f) continue;
            if (pass == 0) descent->sums[f->index] += descent->set[i].weight;
            else if (!best || descent->sums[f->index] > descent->sums[best->index]) best = f;
        }
    for (size_t i = 0; i < descent->n; i++) {
        const gm_function *f = leaf ? descent->set[i].stack->leaf : descent->set[i].stack->blame;
        if (f) descent->sums[f->index] = 0;
    }
    return best;
}

static const char *path_text(const gm_descent *descent) {
    g_autoptr(GString) text = g_string_new(NULL);
    size_t shown = MIN(descent->depth, PATH_FRAMES);
    for (size_t i = descent->depth - shown; i < descent->depth; i++)
        g_string_append_printf(text, "%s%s", text->len ? " > " : "", descent->path[i % PATH_FRAMES]->name);
    return gm_arena_strndup(descent->heap->facts->arena, text->str, text->len);
}

static bool write_accumulation(const gm_descent *descent, const gm_accumulation *a, const gm_function *leaf,
                               GError **error) {
    gm_facts *facts = descent->heap->facts;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        facts->store, "INSERT INTO heap_accumulation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int(stmt, 2, facts->life->life);
    gm_bind_text(stmt, 3, a->of_growth ? "growth" : "held");
    sqlite3_bind_int64(stmt, 4, descent->at->function_id);
    sqlite3_bind_int64(stmt, 5, (int64_t)descent->depth);
    gm_bind_text(stmt, 6, a->path);
    sqlite3_bind_int64(stmt, 7, llround(a->bytes));
    gm_bind_double(stmt, 8, a->share_pct);
    gm_bind_int(stmt, 9, a->blame_id);
    gm_bind_int(stmt, 10, leaf ? leaf->function_id : GM_UNKNOWN);
    return gm_store_write(facts->store, stmt, error);
}

bool gm_heap_accumulate(gm_heap *heap, GError **error) {
    gm_descent descent = {.heap = heap, .n = heap->stacks->len};
    bool of_growth = heap->n_profiles > 1;
    for (int attempt = 0; attempt < 2; attempt++, of_growth = false) {
        descent.set = weigh_stacks(heap, of_growth);
        descent.total = 0;
        for (size_t i = 0; i < descent.n; i++) descent.total += descent.set[i].weight;
        if (descent.total >= LEAST_TOTAL || !of_growth) break;
    }
    if (descent.total < LEAST_TOTAL) return true;
    descent.bytes = descent.total;
    descent.sums = GM_ARENA_NEW(heap->arena, double, gm_frames_functions(heap->facts->frames) + 1);
    while (descend(&descent)) {
    }
    if (!descent.at) return true;
    const gm_function *blame = heaviest(&descent, false), *leaf = heaviest(&descent, true);
    gm_accumulation *a = &heap->facts->accumulation;
    *a = (gm_accumulation){.function = descent.at->name,
                           .path = path_text(&descent),
                           .blame = blame ? blame->name : NULL,
                           .leaf = leaf ? leaf->name : NULL,
                           .blame_id = blame ? blame->function_id : GM_UNKNOWN,
                           .bytes = descent.bytes,
                           .share_pct = 100 * descent.bytes / descent.total,
                           .of_growth = of_growth};
    return write_accumulation(&descent, a, leaf, error);
}
