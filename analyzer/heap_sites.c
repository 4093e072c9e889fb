/* Live bytes by function: three readings of every stack. Feeds the table heap_site.
 *
 * flat: the leaf allocated it; cum: the function is on the stack; blame: the first frame of the service's own code.
 * A blamed site also says what kind of allocation most of it is and which known pattern it matches. */
#include "analyzer/heap.h"
#include "analyzer/signatures.h"

#include <math.h>

#define KEEP_SITES 200 /* per role: those that grew most */
#define MOST       0.5 /* of a site's bytes: what names its leaf and pattern */

static const char *const role_names[GM_ROLES] = {"flat", "cum", "blame"};

typedef struct {
    gm_heap *heap;
    gm_heap_series **of; /* by function index */
    GPtrArray *order;    /* gm_heap_series */
} gm_sites;

static void charge(gm_sites *sites, const gm_function *function, const gm_heap_stack *stack) {
    gm_heap *heap = sites->heap;
    gm_heap_series *series = sites->of[function->index];
    if (!series) {
        series = sites->of[function->index] = GM_ARENA_NEW(heap->arena, gm_heap_series, 1);
        series->function = function;
        series->bytes = GM_ARENA_NEW(heap->arena, double, heap->n_profiles);
        g_ptr_array_add(sites->order, series);
    }
    for (size_t i = stack->from; i < stack->to; i++) series->bytes[i] += stack->bytes[i];
}

/* seen: by function index, the last stack that held it: recursion counts once. */
static void charge_stack(gm_sites sites[GM_ROLES], const gm_heap_stack *stack, guint32 *seen, guint32 turn) {
    if (stack->stack->n && stack->stack->frames[0]) charge(&sites[GM_ROLE_FLAT], stack->stack->frames[0], stack);
    if (stack->blame) charge(&sites[GM_ROLE_BLAME], stack->blame, stack);
    for (size_t i = 0; i < stack->stack->n; i++) {
        const gm_function *function = stack->stack->frames[i];
        if (!function || seen[function->index] == turn) continue;
        seen[function->index] = turn;
        charge(&sites[GM_ROLE_CUM], function, stack);
    }
}

static bool holds_bytes(const gm_heap_stack *stack) {
    for (size_t i = stack->from; i < stack->to; i++)
        if (stack->bytes[i] != 0) return true;
    return false;
}

static double total_growth(const gm_heap *heap) {
    g_autofree double *totals = g_new(double, heap->n_profiles);
    for (size_t i = 0; i < heap->n_profiles; i++) totals[i] = heap->profiles[i].inuse;
    gm_heap_growth growth;
    gm_heap_edges(heap, totals, &growth);
    return growth.last - growth.first;
}

typedef struct {
    const gm_heap_series *series;
    double growth, max;
} gm_ranked;

static int by_growth(const void *a, const void *b) {
    const gm_ranked *x = a, *y = b;
    if (x->growth != y->growth) return x->growth > y->growth ? -1 : 1;
    if (x->max != y->max) return x->max > y->max ? -1 : 1;
    return strcmp(x->series->function->name, y->series->function->name);
}

static gm_site measure(const gm_heap *heap, const gm_heap_series *series, double total) {
    gm_heap_growth growth;
    gm_heap_measure(heap, series->bytes, &growth);
    const gm_function *function = series->function;
    return (gm_site){.function = function->name,
                     .file = function->file,
                     .function_id = function->function_id,
                     .first_bytes = llround(growth.first),
                     .last_bytes = llround(growth.last),
                     .max_bytes = llround(growth.max),
                     .usual_bytes = llround(growth.usual),
                     .max_ns = heap->profiles[growth.max_at].t_ns,
                     .slope_bytes_per_min = growth.slope_per_min,
                     .se_bytes = growth.se,
                     .consistency_pct = growth.consistency_pct,
                     .share_pct = total > 0 && heap->n_profiles > 1 ? 100 * (growth.last - growth.first) / total : NAN,
                     .significant = growth.significant};
}

static gm_site *rank(const gm_sites *sites, size_t *n) {
    const gm_heap *heap = sites->heap;
    g_autofree gm_ranked *ranked = g_new(gm_ranked, sites->order->len + 1);
    for (guint i = 0; i < sites->order->len; i++) {
        const gm_heap_series *series = g_ptr_array_index(sites->order, i);
        gm_heap_growth growth;
        gm_heap_edges(heap, series->bytes, &growth);
        double change = heap->n_profiles > 1 ? growth.last - growth.first : 0;
        ranked[i] = (gm_ranked){series, change, growth.max};
    }
    qsort(ranked, sites->order->len, sizeof *ranked, by_growth);
    *n = MIN(sites->order->len, KEEP_SITES);
    double total = total_growth(heap);
    gm_site *kept = GM_ARENA_NEW(heap->facts->arena, gm_site, *n + 1);
    for (size_t i = 0; i < *n; i++) kept[i] = measure(heap, ranked[i].series, total);
    return kept;
}

/* --- what kind of allocation a blamed site is --- */

typedef struct { /* a stack of a site and what it counts */
    const gm_heap_stack *stack;
    double weight;
} gm_weighed;

/* What a stack added; what it holds when the site did not grow or one profile is all there is. */
static double weigh(const gm_heap *heap, const gm_heap_stack *stack, bool by_level) {
    gm_heap_growth growth;
    gm_heap_edges(heap, stack->bytes, &growth);
    return by_level || heap->n_profiles == 1 ? growth.last : growth.last - growth.first;
}

static int by_weight(const void *a, const void *b) {
    const gm_weighed *x = a, *y = b;
    if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
    return (x->stack->stack_id > y->stack->stack_id) - (x->stack->stack_id < y->stack->stack_id);
}

static int64_t describe(const gm_heap *heap, gm_site *site) {
    g_autoptr(GArray) own = g_array_new(FALSE, FALSE, sizeof(gm_weighed));
    bool by_level = site->last_bytes <= site->first_bytes;
    double sum = 0;
    for (guint i = 0; i < heap->stacks->len; i++) {
        const gm_heap_stack *stack = g_ptr_array_index(heap->stacks, i);
        if (!stack->blame || stack->blame->function_id != site->function_id) continue;
        gm_weighed one = {stack, weigh(heap, stack, by_level)};
        if (one.weight <= 0) continue;
        sum += one.weight;
        g_array_append_val(own, one);
    }
    g_array_sort(own, by_weight);
    double leaf_weight = 0, pattern_weight = 0;
    int64_t leaf_id = GM_UNKNOWN;
    for (guint i = 0; i < own->len; i++) {
        const gm_weighed *one = &g_array_index(own, gm_weighed, i);
        const gm_signature *pattern = gm_signature_of_heap(one->stack->stack);
        if (!site->signature) site->signature = pattern;
        if (pattern && pattern == site->signature) pattern_weight += one->weight;
        if (!site->leaf && one->stack->leaf)
            site->leaf = one->stack->leaf->name, leaf_id = one->stack->leaf->function_id;
        if (one->stack->leaf && leaf_id == one->stack->leaf->function_id) leaf_weight += one->weight;
    }
    if (pattern_weight < MOST * sum) site->signature = NULL;
    if (leaf_weight < MOST * sum) site->leaf = NULL, leaf_id = GM_UNKNOWN;
    return leaf_id;
}

/* --- writing --- */

static void bind_site(const gm_heap *heap, sqlite3_stmt *stmt, gm_role role, const gm_site *site, int64_t leaf_id) {
    const gm_facts *facts = heap->facts;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int(stmt, 2, facts->life->life);
    sqlite3_bind_int64(stmt, 3, site->function_id);
    gm_bind_text(stmt, 4, role_names[role]);
    sqlite3_bind_int64(stmt, 5, (int64_t)heap->n_profiles);
    sqlite3_bind_int64(stmt, 6, site->first_bytes);
    sqlite3_bind_int64(stmt, 7, site->last_bytes);
    sqlite3_bind_int64(stmt, 8, site->max_bytes);
    gm_bind_double(stmt, 9, site->slope_bytes_per_min);
    gm_bind_double(stmt, 10, site->share_pct);
    sqlite3_bind_int(stmt, 11, site->significant);
    gm_bind_double(stmt, 12, site->se_bytes);
    gm_bind_double(stmt, 13, site->consistency_pct);
    gm_bind_int(stmt, 14, site->usual_bytes);
    gm_bind_int(stmt, 15, site->max_ns);
    gm_bind_int(stmt, 16, leaf_id);
    gm_bind_text(stmt, 17, site->signature ? site->signature->slug : NULL);
}

static bool write_sites(gm_heap *heap, gm_role role, gm_site *sites, size_t n, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(heap->facts->store,
                         "INSERT OR IGNORE INTO heap_site VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
                         "?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
                         error);
    if (!stmt) return false;
    for (size_t i = 0; i < n; i++) {
        /* Only the largest are shown with their kind: each costs a pass over the stacks. */
        int64_t leaf_id = role == GM_ROLE_BLAME && i < 10 ? describe(heap, &sites[i]) : GM_UNKNOWN;
        bind_site(heap, stmt, role, &sites[i], leaf_id);
        if (!gm_store_write(heap->facts->store, stmt, error)) return false;
    }
    return true;
}

static bool finish(gm_sites *sites, gm_role role, GError **error) {
    gm_facts *facts = sites->heap->facts;
    size_t n;
    gm_site *ranked = rank(sites, &n);
    if (role == GM_ROLE_FLAT) facts->flat = ranked, facts->n_flat = n;
    if (role == GM_ROLE_BLAME) facts->blame = ranked, facts->n_blame = n;
    return write_sites(sites->heap, role, ranked, n, error);
}

bool gm_heap_sites(gm_heap *heap, GError **error) {
    size_t functions = gm_frames_functions(heap->facts->frames);
    gm_sites sites[GM_ROLES];
    for (int role = 0; role < GM_ROLES; role++)
        sites[role] = (gm_sites){heap, GM_ARENA_NEW(heap->arena, gm_heap_series *, functions + 1), g_ptr_array_new()};
    guint32 *seen = GM_ARENA_NEW(heap->arena, guint32, functions + 1);
    for (guint i = 0; i < heap->stacks->len; i++) {
        const gm_heap_stack *stack = g_ptr_array_index(heap->stacks, i);
        if (holds_bytes(stack)) charge_stack(sites, stack, seen, i + 1);
    }
    bool ok = true;
    for (int role = 0; role < GM_ROLES; role++) {
        ok = ok && finish(&sites[role], (gm_role)role, error);
        g_ptr_array_unref(sites[role].order);
    }
    return ok;
}
