/* Classes of mappings over the /proc captures of a life. Feeds mapping_growth and the native rules.
 *
 * maps and smaps of one moment are one capture; maps tells sizes only. Of several processes the one that was
 * captured most often is looked at. See /proc/PID/smaps in the kernel's filesystems/proc.rst. */
#include "analyzer/facts_private.h"
#include "analyzer/heap.h"

#include <math.h>

#define KEEP          200
#define MOST_CAPTURES 1000
#define ARENA_BYTES   67108864.0 /* glibc malloc/arena.c, HEAP_MAX: reserved as a whole, used from its start */
#define NEW_ARENA     0.25       /* of it: reserve that is added in a step; the guards of thread stacks are pages */

typedef struct {
    const char *class_name, *name;
    double *areas, *bytes, *rss; /* by capture; rss NAN where only maps is there */
} gm_class;

typedef struct {
    gm_facts *facts;
    gm_arena *arena;
    GArray *times; /* int64_t */
    GHashTable *by_key;
    GPtrArray *order;
} gm_mappings;

static int64_t chosen_identity(const gm_facts *facts, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        facts->store,
        "SELECT m.identity_id FROM mapping m JOIN identity i USING (identity_id) WHERE i.container_id = ?1 AND m.t_ns BETWEEN ?2 AND ?3 "
        "GROUP BY m.identity_id ORDER BY count(DISTINCT m.t_ns) DESC, m.identity_id LIMIT 1",
        error);
    if (!stmt) return GM_UNKNOWN;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int64(stmt, 2, facts->life->from_ns);
    sqlite3_bind_int64(stmt, 3, facts->life->to_ns);
    return sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : GM_UNKNOWN;
}

static bool bind_window(const gm_facts *facts, sqlite3_stmt *stmt, int64_t identity_id) {
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, identity_id);
    sqlite3_bind_int64(stmt, 2, facts->life->from_ns);
    sqlite3_bind_int64(stmt, 3, facts->life->to_ns);
    return true;
}

static bool load_times(gm_mappings *mappings, int64_t identity_id, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        mappings->facts->store,
        "SELECT DISTINCT t_ns FROM mapping WHERE identity_id = ?1 AND t_ns BETWEEN ?2 AND ?3 ORDER BY t_ns LIMIT ?4",
        error);
    if (!bind_window(mappings->facts, stmt, identity_id)) return false;
    sqlite3_bind_int(stmt, 4, MOST_CAPTURES);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t t_ns = sqlite3_column_int64(stmt, 0);
        g_array_append_val(mappings->times, t_ns);
    }
    return step == SQLITE_DONE || gm_store_error_set(mappings->facts->store, error);
}

static gm_class *class_of(gm_mappings *mappings, const char *class_name, const char *name) {
    g_autofree char *key = g_strdup_printf("%s\n%s", class_name, name);
    gm_class *found = g_hash_table_lookup(mappings->by_key, key);
    if (found) return found;
    guint n = mappings->times->len;
    gm_arena *kept = mappings->facts->arena;
    found = GM_ARENA_NEW(mappings->arena, gm_class, 1);
    *found = (gm_class){gm_arena_strndup(kept, class_name, strlen(class_name)),
                        gm_arena_strndup(kept, name, strlen(name)), GM_ARENA_NEW(mappings->arena, double, n),
                        GM_ARENA_NEW(mappings->arena, double, n), GM_ARENA_NEW(mappings->arena, double, n)};
    g_hash_table_insert(mappings->by_key, gm_arena_strndup(mappings->arena, key, strlen(key)), found);
    g_ptr_array_add(mappings->order, found);
    return found;
}

static bool load_classes(gm_mappings *mappings, int64_t identity_id, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        mappings->facts->store,
        "SELECT t_ns, class, name, max(areas), max(size_bytes), max(rss_bytes) FROM mapping WHERE identity_id = ?1 AND t_ns "
        "BETWEEN ?2 AND ?3 GROUP BY t_ns, class, name ORDER BY t_ns, class, name",
        error);
    if (!bind_window(mappings->facts, stmt, identity_id)) return false;
    guint at = 0;
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t t_ns = sqlite3_column_int64(stmt, 0);
        while (at + 1 < mappings->times->len && g_array_index(mappings->times, int64_t, at) < t_ns) at++;
        if (g_array_index(mappings->times, int64_t, at) < t_ns) continue;
        gm_class *one = class_of(mappings, gm_column_word(stmt, 1), gm_column_word(stmt, 2));
        one->areas[at] = sqlite3_column_double(stmt, 3);
        one->bytes[at] = sqlite3_column_double(stmt, 4);
        one->rss[at] = gm_column_double(stmt, 5);
    }
    return step == SQLITE_DONE || gm_store_error_set(mappings->facts->store, error);
}

static int64_t bytes_or_unknown(double value) {
    return isnan(value) ? GM_UNKNOWN : llround(value);
}

static gm_mapping_growth measure(const gm_class *one, guint n) {
    return (gm_mapping_growth){.class_name = one->class_name,
                               .name = one->name,
                               .captures = (int)n,
                               .first_areas = llround(one->areas[0]),
                               .last_areas = llround(one->areas[n - 1]),
                               .first_bytes = llround(one->bytes[0]),
                               .last_bytes = llround(one->bytes[n - 1]),
                               .first_rss = bytes_or_unknown(one->rss[0]),
                               .last_rss = bytes_or_unknown(one->rss[n - 1]),
                               .areas_consistency_pct = gm_rising_steps(one->areas, n),
                               .consistency_pct = gm_rising_steps(one->bytes, n)};
}

static double total_at(const gm_mappings *mappings, const char *class_name, guint at) {
    double sum = 0;
    for (guint i = 0; i < mappings->order->len; i++) {
        const gm_class *one = g_ptr_array_index(mappings->order, i);
        if (strcmp(one->class_name, class_name) == 0) sum += one->bytes[at];
    }
    return sum;
}

/* Writable memory that malloc's arenas gained from capture to capture: reserve turns into use, and a new arena brings
 * reserve and a first part in use that make up 64 MiB together. Over the whole record the two would cancel out. */
static double arena_growth(const gm_mappings *mappings) {
    double sum = 0;
    for (guint i = 1; i < mappings->times->len; i++) {
        double use = fmax(0, total_at(mappings, "anon_rw", i) - total_at(mappings, "anon_rw", i - 1));
        double reserve = total_at(mappings, "anon_other", i) - total_at(mappings, "anon_other", i - 1);
        if (reserve < 0) sum += fmin(use, -reserve);
        else if (reserve >= NEW_ARENA * ARENA_BYTES)
            sum += fmin(use, ceil(reserve / ARENA_BYTES) * ARENA_BYTES - reserve);
    }
    return sum;
}

static int by_growth(const void *a, const void *b) {
    const gm_mapping_growth *x = a, *y = b;
    int64_t gx = x->last_bytes - x->first_bytes, gy = y->last_bytes - y->first_bytes;
    if (gx != gy) return gx > gy ? -1 : 1;
    int by_class = strcmp(x->class_name, y->class_name);
    return by_class ? by_class : strcmp(x->name, y->name);
}

static bool write_growth(const gm_facts *facts, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        facts->store, "INSERT INTO mapping_growth VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        error);
    if (!stmt) return false;
    for (size_t i = 0; i < facts->n_mappings; i++) {
        const gm_mapping_growth *m = &facts->mappings[i];
        sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
        sqlite3_bind_int(stmt, 2, facts->life->life);
        gm_bind_text(stmt, 3, m->class_name);
        gm_bind_text(stmt, 4, m->name);
        const int64_t numbers[] = {m->captures,   m->first_areas, m->last_areas, m->first_bytes,
                                   m->last_bytes, m->first_rss,   m->last_rss};
        for (size_t k = 0; k < G_N_ELEMENTS(numbers); k++) gm_bind_int(stmt, 5 + (int)k, numbers[k]);
        gm_bind_double(stmt, 12, m->areas_consistency_pct);
        gm_bind_double(stmt, 13, m->consistency_pct);
        if (!gm_store_write(facts->store, stmt, error)) return false;
    }
    return true;
}

static bool run(gm_mappings *mappings, GError **error) {
    gm_facts *facts = mappings->facts;
    g_autoptr(GError) failed = NULL;
    int64_t identity_id = chosen_identity(facts, &failed);
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return false;
    }
    if (identity_id == GM_UNKNOWN) return true;
    if (!load_times(mappings, identity_id, error) || !load_classes(mappings, identity_id, error)) return false;
    gm_mapping_growth *growth = GM_ARENA_NEW(facts->arena, gm_mapping_growth, mappings->order->len + 1);
    for (guint i = 0; i < mappings->order->len; i++)
        growth[i] = measure(g_ptr_array_index(mappings->order, i), mappings->times->len);
    qsort(growth, mappings->order->len, sizeof *growth, by_growth);
    facts->mappings = growth;
    facts->n_mappings = MIN(mappings->order->len, KEEP);
    facts->n_mapping_captures = mappings->times->len;
    facts->arena_growth = arena_growth(mappings);
    return write_growth(facts, error);
}

bool gm_facts_mappings(gm_facts *facts, GError **error) {
    gm_mappings mappings = {facts, gm_arena_new(0), g_array_new(FALSE, FALSE, sizeof(int64_t)),
                            g_hash_table_new(g_str_hash, g_str_equal), g_ptr_array_new()};
    bool ok = run(&mappings, error);
    g_array_unref(mappings.times);
    g_hash_table_unref(mappings.by_key);
    g_ptr_array_unref(mappings.order);
    gm_arena_free(mappings.arena);
    return ok;
}
