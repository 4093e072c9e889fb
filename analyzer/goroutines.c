/* Goroutines that share a signature, over a life's goroutine profiles and dumps. Feeds goroutine_group.
 *
 * A signature is the five frames below the runtime's own (parking, channel and poll internals), leaf first, so
 * that pprof profiles (which list them) and text dumps (which hide them) agree. Wait reasons come from text dumps;
 * for profiles they are read off the runtime's frames. Minutes are set by the collector: absent is not fresh. */
#include "analyzer/goroutines.h"
#include "analyzer/heap.h"
#include "analyzer/signatures.h"

#include <math.h>

#define SIGNATURE_FRAMES 5
#define KEEP_GROUPS      200
#define MOST_CAPTURES    1000 /* later ones are left out: as many are hours of dumps */
#define SAME_CAPTURE     (2 * GM_NS_PER_S)

typedef struct {
    const char *signature, *site, *state;
    const gm_stack *stack; /* one of them */
    double *count;
    int64_t max_wait_minutes, locked;
    int64_t state_count; /* goroutines behind the state that was seen most */
} gm_group;

typedef struct {
    int64_t profile_id, t_ns;
    size_t at;   /* the capture that it belongs to */
    bool counts; /* false: the same capture once more, looked at for its states only */
} gm_dump;

typedef struct {
    gm_facts *facts;
    gm_frames *frames;
    GArray *dumps;      /* gm_dump, in time order */
    GArray *times;      /* int64_t, of the captures */
    GHashTable *groups; /* signature -> gm_group */
    GHashTable *stacks; /* stack_id -> gm_group */
    GPtrArray *order;
} gm_dumps;

static bool load_dumps(gm_dumps *dumps, GError **error) {
    gm_facts *facts = dumps->facts;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        facts->store,
        "SELECT p.profile_id, p.t_ns FROM profile p JOIN identity i USING (identity_id) WHERE i.container_id = ?1 "
        "AND p.kind = 'goroutine' AND p.is_delta = 0 AND p.t_ns BETWEEN ?2 AND ?3 ORDER BY p.t_ns, p.profile_id",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int64(stmt, 2, gm_facts_from(facts));
    sqlite3_bind_int64(stmt, 3, facts->life->to_ns);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t t_ns = sqlite3_column_int64(stmt, 1);
        bool again =
            dumps->times->len && t_ns - g_array_index(dumps->times, int64_t, dumps->times->len - 1) < SAME_CAPTURE;
        if (!again && dumps->times->len == MOST_CAPTURES) break;
        if (!again) g_array_append_val(dumps->times, t_ns);
        gm_dump dump = {sqlite3_column_int64(stmt, 0), t_ns, dumps->times->len - 1, !again};
        g_array_append_val(dumps->dumps, dump);
    }
    return step == SQLITE_DONE || step == SQLITE_ROW || gm_store_error_set(facts->store, error);
}

static char *signature_of(const gm_stack *stack, gm_arena *arena) {
    g_autoptr(GString) text = g_string_new(NULL);
    size_t used = 0, i = 0;
    while (i + 1 < stack->n && (!stack->frames[i] || stack->frames[i]->code == GM_CODE_RUNTIME)) i++;
    for (; i < stack->n && used < SIGNATURE_FRAMES; i++) {
        const gm_function *function = stack->frames[i];
        if (!function || strcmp(function->name, "runtime.goexit") == 0) continue;
        g_string_append_printf(text, "%s%s", used ? " < " : "", function->name);
        used++;
    }
    if (used == 0) g_string_append(text, "(no frames)");
    return gm_arena_strndup(arena, text->str, text->len);
}

static gm_group *make_group(gm_dumps *dumps, const char *signature, const gm_stack *stack) {
    const gm_function *site = gm_stack_blame(stack);
    gm_group *group = GM_ARENA_NEW(dumps->facts->arena, gm_group, 1);
    *group = (gm_group){.signature = signature,
                        .site = site ? site->name : NULL,
                        .stack = stack,
                        .state = gm_wait_of(stack),
                        .max_wait_minutes = GM_UNKNOWN,
                        .locked = GM_UNKNOWN,
                        .count = GM_ARENA_NEW(dumps->facts->arena, double, dumps->times->len)};
    g_hash_table_insert(dumps->groups, (gpointer)signature, group);
    g_ptr_array_add(dumps->order, group);
    return group;
}

static gm_group *group_of(gm_dumps *dumps, int64_t stack_id) {
    gint64 id = stack_id;
    gm_group *group = g_hash_table_lookup(dumps->stacks, &id);
    if (group) return group;
    const gm_stack *stack = gm_frames_stack(dumps->frames, stack_id);
    const char *signature = signature_of(stack, dumps->facts->arena);
    group = g_hash_table_lookup(dumps->groups, signature);
    if (!group) group = make_group(dumps, signature, stack);
    gint64 *key = GM_ARENA_NEW(dumps->facts->arena, gint64, 1);
    *key = id;
    g_hash_table_insert(dumps->stacks, key, group);
    return group;
}

static bool count_stacks(gm_dumps *dumps, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        dumps->facts->store, "SELECT stack_id, count FROM profile_sample WHERE profile_id = ?1 AND count IS NOT NULL",
        error);
    if (!stmt) return false;
    for (guint i = 0; i < dumps->dumps->len; i++) {
        const gm_dump *dump = &g_array_index(dumps->dumps, gm_dump, i);
        if (!dump->counts) continue;
        sqlite3_bind_int64(stmt, 1, dump->profile_id);
        int step;
        while ((step = sqlite3_step(stmt)) == SQLITE_ROW)
            group_of(dumps, sqlite3_column_int64(stmt, 0))->count[dump->at] += sqlite3_column_double(stmt, 1);
        sqlite3_reset(stmt);
        if (step != SQLITE_DONE) return gm_store_error_set(dumps->facts->store, error);
    }
    return true;
}

/* The function that started them, when it is the service's own and no frame of the stack is. */
static void take_creator(gm_dumps *dumps, gm_group *group, const char *creator) {
    if (group->site || !creator || gm_code_of(creator, NULL) != GM_CODE_OWN) return;
    group->site = gm_arena_strndup(dumps->facts->arena, creator, strlen(creator));
}

static void take_state(gm_dumps *dumps, sqlite3_stmt *stmt, gm_group *group, bool first_of_dump) {
    const char *state = gm_column_text(stmt, 1);
    int64_t minutes = gm_column_int(stmt, 2), count = sqlite3_column_int64(stmt, 3),
            locked = sqlite3_column_int64(stmt, 4);
    if (minutes != GM_UNKNOWN) group->max_wait_minutes = MAX(group->max_wait_minutes, minutes);
    group->locked = first_of_dump || group->locked == GM_UNKNOWN ? locked : group->locked + locked;
    if (state && count > group->state_count) {
        group->state = gm_arena_strndup(dumps->facts->arena, state, strlen(state));
        group->state_count = count;
    }
    take_creator(dumps, group, gm_column_text(stmt, 5));
}

static bool add_states(gm_dumps *dumps, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        dumps->facts->store,
        "SELECT stack_id, state, max (wait_minutes), count (*), total (locked), max (created_by) FROM goroutine "
        "WHERE profile_id = ?1 GROUP BY stack_id, state ORDER BY stack_id, state",
        error);
    if (!stmt) return false;
    g_autoptr(GHashTable) met = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < dumps->dumps->len; i++) {
        sqlite3_bind_int64(stmt, 1, g_array_index(dumps->dumps, gm_dump, i).profile_id);
        g_hash_table_remove_all(met);
        int step;
        while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
            gm_group *group = group_of(dumps, sqlite3_column_int64(stmt, 0));
            take_state(dumps, stmt, group, g_hash_table_add(met, group));
        }
        sqlite3_reset(stmt);
        if (step != SQLITE_DONE) return gm_store_error_set(dumps->facts->store, error);
    }
    return true;
}

/* What the runtime's own profile of leaked goroutines proves (Go 1.26 and later). */
static bool count_proven(gm_dumps *dumps, GError **error) {
    gm_facts *facts = dumps->facts;
    facts->proven_leaked = NAN;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        facts->store,
        "SELECT p.count FROM profile p JOIN identity i USING (identity_id) WHERE i.container_id = ?1 AND p.kind = 'goroutineleak' "
        "AND p.t_ns BETWEEN ?2 AND ?3 ORDER BY p.t_ns DESC, p.profile_id LIMIT 1",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int64(stmt, 2, facts->life->from_ns);
    sqlite3_bind_int64(stmt, 3, facts->life->to_ns);
    int step = sqlite3_step(stmt);
    if (step == SQLITE_ROW) facts->proven_leaked = gm_column_double(stmt, 0);
    return step == SQLITE_ROW || step == SQLITE_DONE || gm_store_error_set(facts->store, error);
}

static double edge(const double *count, size_t n, bool last) {
    size_t tenth = MAX(n / 10, 1);
    return gm_stats_median(last ? count + n - tenth : count, tenth);
}

static void measure(const gm_dumps *dumps, const gm_group *group, double total_growth, gm_goroutines *out) {
    guint n = dumps->times->len;
    g_autofree double *t = g_new(double, n);
    double max = 0;
    int seen = 0;
    for (guint i = 0; i < n; i++) {
        t[i] = (double)(g_array_index(dumps->times, int64_t, i) - g_array_index(dumps->times, int64_t, 0)) / 6e10;
        max = fmax(max, group->count[i]);
        seen += group->count[i] > 0;
    }
    gm_stats_line line = {.slope = NAN};
    if (n >= 3) gm_stats_theil_sen(t, group->count, n, &line);
    double first = edge(group->count, n, false), last = edge(group->count, n, true);
    *out = (gm_goroutines){.signature = group->signature,
                           .site = group->site,
                           .state = group->state,
                           .first_count = llround(first),
                           .last_count = llround(last),
                           .max_count = llround(max),
                           .max_wait_minutes = group->max_wait_minutes,
                           .slope_per_min = line.slope,
                           .share_pct = total_growth > 0 ? 100 * (last - first) / total_growth : NAN,
                           .dumps = seen,
                           .consistency_pct = gm_rising_steps(group->count, n),
                           .locked = group->locked,
                           .pattern = gm_signature_of_goroutine(group->stack, group->state),
                           .can_leak = gm_wait_can_leak(group->state, group->max_wait_minutes)};
}

static int by_growth(const void *a, const void *b) {
    const gm_goroutines *x = a, *y = b;
    int64_t gx = x->last_count - x->first_count, gy = y->last_count - y->first_count;
    if (gx != gy) return gx > gy ? -1 : 1;
    if (x->max_count != y->max_count) return x->max_count > y->max_count ? -1 : 1;
    return strcmp(x->signature, y->signature);
}

static gm_goroutines *rank_groups(gm_dumps *dumps) {
    guint n = dumps->times->len;
    double *total = GM_ARENA_NEW(dumps->facts->arena, double, n);
    for (guint g = 0; g < dumps->order->len; g++)
        for (guint i = 0; i < n; i++) total[i] += ((gm_group *)g_ptr_array_index(dumps->order, g))->count[i];
    double growth = edge(total, n, true) - edge(total, n, false);
    gm_goroutines *groups = GM_ARENA_NEW(dumps->facts->arena, gm_goroutines, dumps->order->len + 1);
    for (guint g = 0; g < dumps->order->len; g++)
        measure(dumps, g_ptr_array_index(dumps->order, g), growth, &groups[g]);
    qsort(groups, dumps->order->len, sizeof *groups, by_growth);
    if (n >= 5) {
        gm_trend_options options = {.material = 20, .block = {GM_BLOCK_LOW, 0}};
        gm_facts_test(dumps->facts, GM_TREND_GOROUTINE_PROFILE, (const int64_t *)(void *)dumps->times->data, total, n,
                      &options);
    }
    return groups;
}

static bool write_groups(gm_facts *facts, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        facts->store,
        "INSERT INTO goroutine_group VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        error);
    if (!stmt) return false;
    for (size_t i = 0; i < facts->n_groups; i++) {
        const gm_goroutines *group = &facts->groups[i];
        sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
        sqlite3_bind_int(stmt, 2, facts->life->life);
        gm_bind_text(stmt, 3, group->signature);
        gm_bind_text(stmt, 4, group->site);
        gm_bind_text(stmt, 5, group->state);
        sqlite3_bind_int(stmt, 6, group->dumps);
        sqlite3_bind_int64(stmt, 7, group->first_count);
        sqlite3_bind_int64(stmt, 8, group->last_count);
        sqlite3_bind_int64(stmt, 9, group->max_count);
        gm_bind_double(stmt, 10, group->slope_per_min);
        gm_bind_double(stmt, 11, group->share_pct);
        gm_bind_int(stmt, 12, group->max_wait_minutes);
        gm_bind_text(stmt, 13, group->pattern ? group->pattern->slug : NULL);
        gm_bind_double(stmt, 14, group->consistency_pct);
        gm_bind_int(stmt, 15, group->locked);
        sqlite3_bind_int(stmt, 16, group->can_leak);
        if (!gm_store_write(facts->store, stmt, error)) return false;
    }
    return true;
}

static bool run(gm_dumps *dumps, GError **error) {
    gm_facts *facts = dumps->facts;
    if (!count_proven(dumps, error) || !load_dumps(dumps, error)) return false;
    facts->n_dumps = dumps->times->len;
    if (dumps->times->len == 0) return true;
    if (!count_stacks(dumps, error) || !add_states(dumps, error)) return false;
    facts->groups = rank_groups(dumps);
    facts->n_groups = MIN(dumps->order->len, KEEP_GROUPS);
    return write_groups(facts, error);
}

bool gm_facts_goroutines(gm_facts *facts, GError **error) {
    gm_dumps dumps = {.facts = facts,
                      .frames = facts->frames,
                      .dumps = g_array_new(FALSE, FALSE, sizeof(gm_dump)),
                      .times = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                      .groups = g_hash_table_new(g_str_hash, g_str_equal),
                      .stacks = g_hash_table_new(g_int64_hash, g_int64_equal),
                      .order = g_ptr_array_new()};
    bool ok = run(&dumps, error);
    g_array_unref(dumps.dumps);
    g_array_unref(dumps.times);
    g_hash_table_unref(dumps.groups);
    g_hash_table_unref(dumps.stacks);
    g_ptr_array_unref(dumps.order);
    return ok;
}
