/* Puts a container's histories on one grid and splits usage into buckets, one life at a time.
 * The grid is that of the best series there is; other quantities take their nearest sample of the same life.
 * After the lives; what it yields is the table timeline_point and the basis of all trends. */
#include "analyzer/timeline/build.h"
#include "analyzer/timeline/decompose.h"

#include <math.h>

#define MAX_POINTS    20000 /* per container; beyond, extremes are kept */
#define MIN_TOLERANCE (20 * GM_NS_PER_S)
#define MAX_TOLERANCE (120 * GM_NS_PER_S)

static const gm_quantity grids[] = {
    GM_Q_MEM_USAGE, GM_Q_MEM_WORKING_SET, GM_Q_MEM_ANON,      GM_Q_PROC_RSS_ANON, GM_Q_PROC_RSS,
    GM_Q_GO_SYS,    GM_Q_GO_HEAP_INUSE,   GM_Q_GO_HEAP_ALLOC, GM_Q_GO_GOROUTINES,
};

/* The nearest sample to a time, in time order, never from another life. */
typedef struct {
    const gm_history *history;
    int64_t tolerance;
    size_t next;
} gm_cursor;

static double cursor_at(gm_cursor *cursor, int64_t t_ns, const gm_life *life) {
    const gm_history *h = cursor->history;
    while (cursor->next + 1 < h->n && llabs(h->t_ns[cursor->next + 1] - t_ns) <= llabs(h->t_ns[cursor->next] - t_ns))
        cursor->next++;
    if (cursor->next >= h->n) return NAN;
    int64_t found = h->t_ns[cursor->next];
    bool mine = found >= life->from_ns - GM_NS_PER_S && found <= life->to_ns + GM_NS_PER_S;
    return mine && llabs(found - t_ns) <= cursor->tolerance ? h->value[cursor->next] : NAN;
}

static void cursors_init(const gm_timeline *timeline, int64_t grid_step, gm_cursor cursors[GM_Q_COUNT]) {
    for (int q = 0; q < GM_Q_COUNT; q++) {
        const gm_history *history = &timeline->history[q];
        int64_t own = gm_history_step(history) * 3 / 4;
        int64_t tolerance = MAX(MAX(own, grid_step * 3 / 4), MIN_TOLERANCE);
        cursors[q] = (gm_cursor){history, MAX(MIN(tolerance, MAX_TOLERANCE), history->apart_ns), 0};
    }
}

/* Cycles in time order, for "the last collection before t". */
typedef struct {
    GPtrArray *cycles;
    guint next;
    const gm_gc_row *last;
} gm_live_cursor;

static gint cycle_order(gconstpointer a, gconstpointer b) {
    const gm_gc_row *x = *(const gm_gc_row *const *)a, *y = *(const gm_gc_row *const *)b;
    return (x->t_ns > y->t_ns) - (x->t_ns < y->t_ns);
}

static double live_at(gm_live_cursor *cursor, int64_t t_ns, const gm_life *life) {
    while (cursor->next < cursor->cycles->len) {
        const gm_gc_row *cycle = g_ptr_array_index(cursor->cycles, cursor->next);
        if (cycle->t_ns > t_ns) break;
        cursor->last = cycle;
        cursor->next++;
    }
    if (!cursor->last || cursor->last->life != life->life) return NAN;
    return (double)cursor->last->live_mib * 1048576.0;
}

static GPtrArray *placed_cycles(const gm_timeline *timeline) {
    GPtrArray *cycles = g_ptr_array_new();
    for (size_t i = 0; i < timeline->n_cycles; i++)
        if (timeline->cycles[i].life) g_ptr_array_add(cycles, &timeline->cycles[i]);
    g_ptr_array_sort(cycles, cycle_order);
    return cycles;
}

static const gm_life *life_at(const gm_timeline *timeline, int64_t t_ns) {
    for (size_t i = timeline->n_lives; i-- > 0;)
        if (t_ns >= timeline->lives[i].from_ns - GM_NS_PER_S)
            return t_ns <= timeline->lives[i].to_ns ? &timeline->lives[i] : NULL;
    return NULL;
}

/* Points as they come; of more than MAX_POINTS, of each run the one with the lowest and the one with the highest usage.
 */
typedef struct {
    GArray *kept;
    size_t all, at, run; /* how many will come; which one comes; in which run */
    gm_point low, high;
    size_t low_at, high_at;
} gm_thinning;

static size_t run_from(const gm_thinning *t, size_t run) {
    return t->all * run / (MAX_POINTS / 2);
}

static void put_point(gm_thinning *t, const gm_point *point) {
    if (t->all <= MAX_POINTS) {
        g_array_append_vals(t->kept, point, 1);
        return;
    }
    bool first = t->at == run_from(t, t->run);
    int64_t usage = point->value[GM_COL_USAGE];
    if (first || usage < t->low.value[GM_COL_USAGE]) t->low = *point, t->low_at = t->at;
    if (first || usage > t->high.value[GM_COL_USAGE]) t->high = *point, t->high_at = t->at;
    if (++t->at < run_from(t, t->run + 1)) return;
    g_array_append_vals(t->kept, t->low_at < t->high_at ? &t->low : &t->high, 1);
    if (t->low_at != t->high_at) g_array_append_vals(t->kept, t->low_at < t->high_at ? &t->high : &t->low, 1);
    t->run++;
}

static size_t count_points(const gm_timeline *timeline, const gm_history *grid) {
    size_t n = 0;
    for (size_t i = 0; i < grid->n; i++) n += life_at(timeline, grid->t_ns[i]) != NULL;
    return n;
}

/* The limit that the container's settings or the kernel's reports name, for histories that lack one. */
static bool limit_fallback(gm_build *build, double *limit, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        build->store,
        "SELECT value_num FROM setting JOIN identity i USING (identity_id) WHERE i.container_id = ?1 AND name = 'limits.memory' "
        "AND value_num > 0 UNION ALL SELECT o.limit_bytes FROM oom_kill o JOIN identity i USING (identity_id) "
        "WHERE i.container_id = ?1 AND o.limit_bytes > 0 AND o.limit_bytes < 1152921504606846976 LIMIT 1",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    int step = sqlite3_step(stmt);
    *limit = step == SQLITE_ROW ? gm_column_double(stmt, 0) : NAN;
    return step == SQLITE_ROW || step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

static void find_gaps(const gm_timeline *timeline, const gm_history *grid, int64_t step, GArray *gaps) {
    for (size_t i = 1; i < grid->n; i++) {
        if (grid->t_ns[i] - grid->t_ns[i - 1] <= MAX(3 * step, 2 * grid->apart_ns)) continue;
        const gm_life *life = life_at(timeline, grid->t_ns[i - 1]);
        if (!life || grid->t_ns[i] > life->to_ns) continue;
        gm_gap gap = {life->life, grid->t_ns[i - 1], grid->t_ns[i]};
        g_array_append_val(gaps, gap);
    }
}

/* Without any sample of memory the collector's own lines are the grid; several may bear one stamp. */
static gm_history grid_of_cycles(gm_build *build, const GPtrArray *cycles) {
    int64_t *t_ns = GM_ARENA_NEW(build->arena, int64_t, cycles->len);
    size_t n = 0;
    for (guint i = 0; i < cycles->len; i++) {
        int64_t at = ((const gm_gc_row *)g_ptr_array_index(cycles, i))->t_ns;
        if (n == 0 || at > t_ns[n - 1]) t_ns[n++] = at;
    }
    return (gm_history){.t_ns = t_ns, .n = n};
}

static gm_history choose_grid(gm_build *build, const GPtrArray *cycles) {
    for (size_t i = 0; i < G_N_ELEMENTS(grids); i++)
        if (build->timeline->history[grids[i]].n >= 2) return build->timeline->history[grids[i]];
    return grid_of_cycles(build, cycles);
}

bool gm_build_points(gm_build *build, GError **error) {
    gm_timeline *timeline = build->timeline;
    double limit;
    if (!limit_fallback(build, &limit, error)) return false;
    g_autoptr(GPtrArray) cycles = placed_cycles(timeline);
    gm_history grid = choose_grid(build, cycles);
    int64_t step = gm_history_step(&grid);
    gm_cursor *cursors = GM_ARENA_NEW(build->arena, gm_cursor, GM_Q_COUNT);
    cursors_init(timeline, step, cursors);
    gm_live_cursor live = {cycles, 0, NULL};
    GArray *points = g_array_new(FALSE, FALSE, sizeof(gm_point));
    gm_thinning thinning = {.kept = points, .all = count_points(timeline, &grid)};
    for (size_t i = 0; i < grid.n; i++) {
        const gm_life *life = life_at(timeline, grid.t_ns[i]);
        if (!life) continue;
        double value[GM_Q_COUNT];
        for (int q = 0; q < GM_Q_COUNT; q++) value[q] = cursor_at(&cursors[q], grid.t_ns[i], life);
        if (isnan(value[GM_Q_MEM_LIMIT])) value[GM_Q_MEM_LIMIT] = limit;
        double last_live = live_at(&live, grid.t_ns[i], life);
        if (isnan(value[GM_Q_GO_HEAP_LIVE])) value[GM_Q_GO_HEAP_LIVE] = last_live;
        gm_point point = {.t_ns = grid.t_ns[i], .life = life->life};
        gm_decompose(value, timeline->cgroup_v2, point.value);
        put_point(&thinning, &point);
    }
    GArray *gaps = g_array_new(FALSE, FALSE, sizeof(gm_gap));
    find_gaps(timeline, &grid, step, gaps);
    timeline->points = gm_build_keep(build, points, &timeline->n_points);
    timeline->gaps = gm_build_keep(build, gaps, &timeline->n_gaps);
    for (size_t i = 0; i < timeline->n_lives; i++) {
        timeline->lives[i].limit_bytes = isnan(limit) ? GM_UNKNOWN : llround(limit);
        for (size_t k = 0; k < timeline->n_points; k++)
            if (timeline->points[k].life == timeline->lives[i].life &&
                timeline->points[k].value[GM_COL_LIMIT] != GM_UNKNOWN)
                timeline->lives[i].limit_bytes = timeline->points[k].value[GM_COL_LIMIT];
    }
    return true;
}
