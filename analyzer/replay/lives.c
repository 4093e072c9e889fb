/* What alerts are measured against: the lives of a container and what became of each: a kill at the memory limit,
 * memory that reached the limit without one, a leak by the analysis' verdict, or nothing. Read from the tables that the
 * analysis has written; before outcome.c. */
#include "analyzer/replay/replay_private.h"

/* Memory that cannot be dropped at 98 % of the limit is at the limit. */
static const char lives_sql[] =
    "SELECT l.life, l.from_ns, l.to_ns,"
    " (SELECT min (k.t_ns) FROM kill k WHERE k.container_id = l.container_id AND k.life = l.life AND k.class IN ('own_limit', 'ancestor', 'child')),"
    " (SELECT min (t.t_ns) FROM timeline t WHERE t.container_id = l.container_id AND t.life = l.life"
    "   AND coalesce (t.usage_bytes - t.inactive_file_bytes - t.active_file_bytes, t.working_set_bytes) >= 0.98 * t.limit_bytes),"
    " coalesce ((SELECT v.cause IN ('go_live_leak', 'goroutine_leak', 'native_leak', 'mmap_leak', 'thread_leak', 'tmpfs', 'slab', 'socket_buffers', 'kernel_stack')"
    "   AND v.severity IN ('medium', 'high', 'critical') FROM verdict v WHERE v.container_id = l.container_id AND v.life = l.life), 0),"
    " l.limit_bytes "
    "FROM life l WHERE l.container_id = ?1 ORDER BY l.life";

static gm_replay_life read_life(sqlite3_stmt *row) {
    gm_replay_life life = {.life = sqlite3_column_int(row, 0),
                           .from_ns = sqlite3_column_int64(row, 1),
                           .to_ns = sqlite3_column_int64(row, 2),
                           .target_ns = GM_UNKNOWN};
    int64_t kill = gm_column_int(row, 3), limit = gm_column_int(row, 4);
    if (kill != GM_UNKNOWN) life.against = GM_AGAINST_KILL;
    else if (limit != GM_UNKNOWN) life.against = GM_AGAINST_LIMIT;
    else if (sqlite3_column_int(row, 5)) life.against = GM_AGAINST_LEAK;
    if (life.against >= GM_AGAINST_LIMIT) life.target_ns = kill != GM_UNKNOWN ? kill : limit;
    life.target_ms = life.target_ns == GM_UNKNOWN ? GM_UNKNOWN : life.target_ns / 1000000;
    life.from_ms = life.from_ns / 1000000;
    life.to_ms = MAX(life.to_ns / 1000000, life.target_ms);
    return life;
}

static bool read_lives(gm_store *store, gm_arena *arena, gm_replay_container *c, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_store_prepare(store, lives_sql, error);
    g_autoptr(GArray) lives = g_array_new(FALSE, FALSE, sizeof(gm_replay_life));
    int step;
    if (!rows) return false;
    sqlite3_bind_int64(rows, 1, c->container_id);
    while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
        gm_replay_life life = read_life(rows);
        if (gm_column_int(rows, 6) != GM_UNKNOWN) c->limit_bytes = gm_column_int(rows, 6);
        g_array_append_val(lives, life);
    }
    c->n_lives = lives->len;
    c->lives = GM_ARENA_NEW(arena, gm_replay_life, lives->len + 1);
    if (lives->len) memcpy(c->lives, lives->data, lives->len * sizeof(gm_replay_life));
    return step == SQLITE_DONE || gm_store_error_set(store, error);
}

static const char *copy(gm_arena *arena, sqlite3_stmt *row, int column) {
    const char *text = gm_column_text(row, column);
    return text ? gm_arena_strndup(arena, text, strlen(text)) : NULL;
}

GArray *gm_replay_containers(gm_store *store, gm_arena *arena, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_store_prepare(
        store,
        "SELECT c.container_id, c.namespace, c.pod, c.container, v.cause, (SELECT max ((g.to_ns - g.from_ns) / 1e9 / g.cycles) FROM gc_summary g WHERE g.container_id = c.container_id "
        "AND g.cycles > 0) FROM container c LEFT JOIN verdict v ON v.container_id = c.container_id AND v.life IS NULL "
        "ORDER BY c.container_id",
        error);
    GArray *list = g_array_new(FALSE, FALSE, sizeof(gm_replay_container));
    int step = SQLITE_ERROR;
    while (rows && (step = sqlite3_step(rows)) == SQLITE_ROW) {
        gm_replay_container c = {.container_id = sqlite3_column_int64(rows, 0),
                                 .namespace_name = copy(arena, rows, 1),
                                 .pod = copy(arena, rows, 2),
                                 .container = copy(arena, rows, 3),
                                 .cause = copy(arena, rows, 4),
                                 .limit_bytes = GM_UNKNOWN,
                                 .gc_period_s = gm_column_double(rows, 5)};
        if (!read_lives(store, arena, &c, error)) break;
        g_array_append_val(list, c);
    }
    if (list->len == 1) g_array_index(list, gm_replay_container, 0).alone = true;
    if (step == SQLITE_DONE) return list;
    if (rows && step != SQLITE_ROW) gm_store_error_set(store, error);
    g_array_unref(list);
    return NULL;
}

bool gm_replay_belongs(const gm_prom_labels *labels, const void *container) {
    const gm_replay_container *c = container;
    const char *const own[] = {c->namespace_name, c->pod, c->container}, *const names[] = {"namespace", "pod",
                                                                                           "container"};
    for (int i = 0; i < 3; i++) {
        const char *value = gm_prom_label_value(labels, names[i]);
        if (*value && own[i] && strcmp(value, own[i]) != 0) return false;
    }
    return true;
}
