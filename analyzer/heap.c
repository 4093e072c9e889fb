/* Who grew: live bytes by function over a life's heap profiles. Feeds the table heap_site and the leak rules.
 *
 * Three readings per stack: flat (the leaf allocated it), cum (the function is somewhere on the stack) and blame
 * (the first frame of the service's own code). With three profiles or more the slope is Theil-Sen's; growth counts
 * when it exceeds three times the sampling error sqrt (R * (B1 + B2)), R = the profile's sampling period. */
#include "analyzer/facts_private.h"
#include "analyzer/frames.h"

#include <math.h>

#define DEFAULT_PERIOD 524288.0
#define LEAST_GROWTH 1048576.0
#define KEEP_SITES 200 /* per role: the largest */

typedef enum { ROLE_FLAT, ROLE_CUM, ROLE_BLAME, ROLES } gm_role;
static const char *const role_names[ROLES] = {"flat", "cum", "blame"};

typedef struct {
    int64_t profile_id, t_ns;
    double period, total;
} gm_heap_profile;

typedef struct { /* one function in one role: its bytes in every profile */
    const gm_function *function;
    double *bytes;
} gm_series_of;

typedef struct {
    gm_facts *facts;
    gm_frames *frames;
    GArray *profiles;
    GHashTable *sites[ROLES]; /* gm_function -> gm_series_of */
    GPtrArray *order[ROLES];  /* the same in order of appearance */
} gm_heap;

static bool load_profiles(gm_heap *heap, GError **error) {
    gm_facts *facts = heap->facts;
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(facts->store,
                         "SELECT p.profile_id, p.t_ns, p.period, p.inuse_bytes FROM profile p JOIN identity i USING (identity_id) "
                         "WHERE i.container_id = ?1 AND p.kind = 'heap' AND p.is_delta = 0 AND p.inuse_bytes IS NOT NULL "
                         "AND p.t_ns BETWEEN ?2 AND ?3 ORDER BY p.t_ns, p.profile_id",
                         error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int64(stmt, 2, gm_facts_from(facts));
    sqlite3_bind_int64(stmt, 3, facts->life->to_ns);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        double period = gm_column_double(stmt, 2);
        gm_heap_profile profile = {sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1), period > 1 ? period : DEFAULT_PERIOD,
                                   sqlite3_column_double(stmt, 3)};
        /* The same capture in two encodings is one point in time. */
        bool again = heap->profiles->len && g_array_index(heap->profiles, gm_heap_profile, heap->profiles->len - 1).t_ns > profile.t_ns - 2 * GM_NS_PER_S;
        if (!again) g_array_append_val(heap->profiles, profile);
    }
    return step == SQLITE_DONE || gm_store_error_set(facts->store, error);
}

static void charge(gm_heap *heap, gm_role role, const gm_function *function, guint profile, double bytes) {
    gm_series_of *series = g_hash_table_lookup(heap->sites[role], function);
    if (!series) {
        series = GM_ARENA_NEW(heap->facts->arena, gm_series_of, 1);
        series->function = function;
        series->bytes = GM_ARENA_NEW(heap->facts->arena, double, heap->profiles->len);
        g_hash_table_insert(heap->sites[role], (gpointer)function, series);
        g_ptr_array_add(heap->order[role], series);
    }
    series->bytes[profile] += bytes;
}

static void charge_stack(gm_heap *heap, const gm_stack *stack, guint profile, double bytes) {
    if (stack->n == 0) return;
    if (stack->frames[0]) charge(heap, ROLE_FLAT, stack->frames[0], profile, bytes);
    const gm_function *blame = gm_stack_blame(stack);
    if (blame) charge(heap, ROLE_BLAME, blame, profile, bytes);
    for (size_t i = 0; i < stack->n; i++) {
        bool seen = !stack->frames[i]; /* recursion counts once */
        for (size_t k = 0; k < i && !seen; k++) seen = stack->frames[k] == stack->frames[i];
        if (!seen) charge(heap, ROLE_CUM, stack->frames[i], profile, bytes);
    }
}

static bool charge_profiles(gm_heap *heap, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(heap->facts->store, "SELECT stack_id, inuse_bytes FROM profile_sample WHERE profile_id = ?1 AND inuse_bytes <> 0", error);
    if (!stmt) return false;
    for (guint i = 0; i < heap->profiles->len; i++) {
        sqlite3_bind_int64(stmt, 1, g_array_index(heap->profiles, gm_heap_profile, i).profile_id);
        int step;
        while ((step = sqlite3_step(stmt)) == SQLITE_ROW)
            charge_stack(heap, gm_frames_stack(heap->frames, sqlite3_column_int64(stmt, 0)), i, sqlite3_column_double(stmt, 1));
        sqlite3_reset(stmt);
        if (step != SQLITE_DONE) return gm_store_error_set(heap->facts->store, error);
    }
    return true;
}

static void measure(const gm_heap *heap, const gm_series_of *series, double total_growth, gm_site *site) {
    guint n = heap->profiles->len;
    g_autofree double *t = g_new(double, n);
    double max = 0;
    for (guint i = 0; i < n; i++) {
        t[i] = (double)(g_array_index(heap->profiles, gm_heap_profile, i).t_ns - g_array_index(heap->profiles, gm_heap_profile, 0).t_ns) / 6e10;
        max = fmax(max, series->bytes[i]);
    }
    gm_stats_line line = {.slope = NAN};
    if (n >= 3) gm_stats_theil_sen(t, series->bytes, n, &line);
    size_t tenth = MAX(n / 10, 1);
    double first = gm_stats_median(series->bytes, tenth), last = gm_stats_median(series->bytes + n - tenth, tenth);
    double period = g_array_index(heap->profiles, gm_heap_profile, 0).period;
    double noise = fmax(3 * sqrt(period * (first + last)), LEAST_GROWTH), fitted = n >= 3 ? line.slope * t[n - 1] : last - first;
    *site = (gm_site){.function = series->function->name, .file = series->function->file, .function_id = series->function->function_id,
                      .first_bytes = llround(first), .last_bytes = llround(last), .max_bytes = llround(max), .slope_bytes_per_min = line.slope,
                      .share_pct = total_growth > 0 ? 100 * (last - first) / total_growth : NAN,
                      .significant = n >= 2 && fitted > noise && last - first > noise};
}

static int by_growth(const void *a, const void *b) {
    const gm_site *x = a, *y = b;
    int64_t gx = x->last_bytes - x->first_bytes, gy = y->last_bytes - y->first_bytes;
    if (gx != gy) return gx > gy ? -1 : 1;
    if (x->max_bytes != y->max_bytes) return x->max_bytes > y->max_bytes ? -1 : 1;
    return strcmp(x->function, y->function);
}

static gm_site *rank_sites(gm_heap *heap, gm_role role, size_t *n) {
    guint count = heap->profiles->len;
    size_t tenth = MAX(count / 10, 1);
    double total = 0;
    for (size_t i = 0; i < tenth; i++)
        total += (g_array_index(heap->profiles, gm_heap_profile, count - 1 - i).total - g_array_index(heap->profiles, gm_heap_profile, i).total) / (double)tenth;
    gm_site *sites = GM_ARENA_NEW(heap->facts->arena, gm_site, heap->order[role]->len + 1);
    for (guint i = 0; i < heap->order[role]->len; i++) measure(heap, g_ptr_array_index(heap->order[role], i), total, &sites[i]);
    qsort(sites, heap->order[role]->len, sizeof *sites, by_growth);
    *n = MIN(heap->order[role]->len, KEEP_SITES);
    return sites;
}

static bool write_sites(gm_heap *heap, gm_role role, const gm_site *sites, size_t n, GError **error) {
    gm_facts *facts = heap->facts;
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(facts->store, "INSERT OR IGNORE INTO heap_site VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)", error);
    if (!stmt) return false;
    for (size_t i = 0; i < n; i++) {
        sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
        sqlite3_bind_int(stmt, 2, facts->life->life);
        sqlite3_bind_int64(stmt, 3, sites[i].function_id);
        gm_bind_text(stmt, 4, role_names[role]);
        sqlite3_bind_int64(stmt, 5, heap->profiles->len);
        sqlite3_bind_int64(stmt, 6, sites[i].first_bytes);
        sqlite3_bind_int64(stmt, 7, sites[i].last_bytes);
        sqlite3_bind_int64(stmt, 8, sites[i].max_bytes);
        gm_bind_double(stmt, 9, sites[i].slope_bytes_per_min);
        gm_bind_double(stmt, 10, sites[i].share_pct);
        sqlite3_bind_int(stmt, 11, sites[i].significant);
        if (!gm_facts_step(facts, stmt, error)) return false;
    }
    return true;
}

static void test_totals(gm_heap *heap) {
    guint n = heap->profiles->len;
    if (n < 5) return;
    g_autofree int64_t *t_ns = g_new(int64_t, n);
    g_autofree double *total = g_new(double, n);
    for (guint i = 0; i < n; i++) {
        t_ns[i] = g_array_index(heap->profiles, gm_heap_profile, i).t_ns;
        total[i] = g_array_index(heap->profiles, gm_heap_profile, i).total;
    }
    gm_trend_options options = {.material = heap->facts->material, .block = {GM_BLOCK_MEDIAN, 0}};
    gm_facts_test(heap->facts, GM_TREND_HEAP_PROFILE, t_ns, total, n, &options);
}

static bool run(gm_heap *heap, GError **error) {
    gm_facts *facts = heap->facts;
    if (!load_profiles(heap, error)) return false;
    facts->n_heap_profiles = heap->profiles->len;
    if (heap->profiles->len == 0) return true;
    if (!charge_profiles(heap, error)) return false;
    test_totals(heap);
    for (int role = 0; role < ROLES; role++) {
        size_t n;
        gm_site *sites = rank_sites(heap, (gm_role)role, &n);
        if (!write_sites(heap, (gm_role)role, sites, n, error)) return false;
        if (role == ROLE_FLAT) facts->flat = sites, facts->n_flat = n;
        if (role == ROLE_BLAME) facts->blame = sites, facts->n_blame = n;
    }
    return true;
}

bool gm_facts_heap(gm_facts *facts, GError **error) {
    gm_heap heap = {.facts = facts, .frames = facts->frames, .profiles = g_array_new(FALSE, FALSE, sizeof(gm_heap_profile))};
    for (int role = 0; role < ROLES; role++) {
        heap.sites[role] = g_hash_table_new(NULL, NULL);
        heap.order[role] = g_ptr_array_new();
    }
    bool ok = run(&heap, error);
    for (int role = 0; role < ROLES; role++) {
        g_hash_table_unref(heap.sites[role]);
        g_ptr_array_unref(heap.order[role]);
    }
    g_array_unref(heap.profiles);
    return ok;
}
