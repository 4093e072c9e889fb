/* What the service's own functions allocated between heap profiles. Feeds alloc_site.
 *
 * A profile counts allocations since the process' start, so that the difference of two is what was allocated between
 * them, freed or not. A function whose difference exceeds its usual rate most did so in a burst; a high rate beside
 * flat live bytes is churn, which costs collections and is no leak. */
#include "analyzer/heap.h"

#include <math.h>

#define KEEP 100

static gm_alloc_site measure(const gm_heap *heap, const gm_heap_series *series, double *rates) {
    size_t n = heap->n_profiles;
    const gm_heap_profile *p = heap->profiles;
    gm_alloc_site site = {.function = series->function->name, .function_id = series->function->function_id};
    for (size_t i = 1; i < n; i++)
        rates[i - 1] = fmax(0, series->bytes[i] - series->bytes[i - 1]) / ((double)(p[i].t_ns - p[i - 1].t_ns) / 6e10);
    double usual = gm_stats_median(rates, n - 1), excess = -1;
    for (size_t i = 1; i < n; i++) {
        double minutes = (double)(p[i].t_ns - p[i - 1].t_ns) / 6e10, more = (rates[i - 1] - usual) * minutes;
        if (more <= excess) continue;
        excess = more;
        site.from_ns = p[i - 1].t_ns;
        site.to_ns = p[i].t_ns;
        site.bytes = llround(rates[i - 1] * minutes);
        site.usual_bytes = usual * minutes;
    }
    site.bytes_per_min = (series->bytes[n - 1] - series->bytes[0]) / ((double)(p[n - 1].t_ns - p[0].t_ns) / 6e10);
    return site;
}

static int by_excess(const void *a, const void *b) {
    const gm_alloc_site *x = a, *y = b;
    double more_x = (double)x->bytes - x->usual_bytes, more_y = (double)y->bytes - y->usual_bytes;
    if (more_x != more_y) return more_x > more_y ? -1 : 1;
    if (x->bytes_per_min != y->bytes_per_min) return x->bytes_per_min > y->bytes_per_min ? -1 : 1;
    return strcmp(x->function, y->function);
}

static GPtrArray *charge(gm_heap *heap) {
    gm_heap_series **of = GM_ARENA_NEW(heap->arena, gm_heap_series *, gm_frames_functions(heap->facts->frames) + 1);
    GPtrArray *order = g_ptr_array_new();
    for (guint i = 0; i < heap->stacks->len; i++) {
        const gm_heap_stack *stack = g_ptr_array_index(heap->stacks, i);
        if (!stack->blame) continue;
        gm_heap_series *series = of[stack->blame->index];
        if (!series) {
            series = of[stack->blame->index] = GM_ARENA_NEW(heap->arena, gm_heap_series, 1);
            series->function = stack->blame;
            series->bytes = GM_ARENA_NEW(heap->arena, double, heap->n_profiles);
            g_ptr_array_add(order, series);
        }
        for (size_t k = stack->from; k < stack->to; k++) series->bytes[k] += stack->allocated[k];
    }
    return order;
}

static bool write_allocs(const gm_heap *heap, GError **error) {
    gm_facts *facts = heap->facts;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        facts->store, "INSERT OR IGNORE INTO alloc_site VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", error);
    if (!stmt) return false;
    for (size_t i = 0; i < facts->n_allocs; i++) {
        const gm_alloc_site *site = &facts->allocs[i];
        sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
        sqlite3_bind_int(stmt, 2, facts->life->life);
        sqlite3_bind_int64(stmt, 3, site->function_id);
        sqlite3_bind_int64(stmt, 4, (int64_t)heap->n_profiles);
        gm_bind_double(stmt, 5, site->bytes_per_min);
        sqlite3_bind_int64(stmt, 6, site->from_ns);
        sqlite3_bind_int64(stmt, 7, site->to_ns);
        sqlite3_bind_int64(stmt, 8, site->bytes);
        sqlite3_bind_int64(stmt, 9, llround(site->usual_bytes));
        if (!gm_store_write(facts->store, stmt, error)) return false;
    }
    return true;
}

bool gm_heap_allocations(gm_heap *heap, GError **error) {
    if (heap->n_profiles < 2) return true;
    for (size_t i = 0; i < heap->n_profiles; i++)
        if (isnan(heap->profiles[i].alloc)) return true; /* one without counts would look like a fall and a burst */
    g_autoptr(GPtrArray) order = charge(heap);
    gm_alloc_site *sites = GM_ARENA_NEW(heap->facts->arena, gm_alloc_site, order->len + 1);
    g_autofree double *rates = g_new(double, heap->n_profiles);
    for (guint i = 0; i < order->len; i++) sites[i] = measure(heap, g_ptr_array_index(order, i), rates);
    qsort(sites, order->len, sizeof *sites, by_excess);
    heap->facts->allocs = sites;
    heap->facts->n_allocs = MIN(order->len, KEEP);
    return write_allocs(heap, error);
}
