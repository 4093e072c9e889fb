/* Builds one container's timeline: histories, GC cycles, lives, points, kills, in that order.
 * Before it the importer filled its tables; after it analyzer/facts computes what rules look at. */
#include "analyzer/timeline/build.h"

#include <math.h>

static const char *keep_text(gm_build *build, sqlite3_stmt *stmt, int column) {
    const char *text = gm_column_text(stmt, column);
    return text ? gm_arena_strndup(build->arena, text, strlen(text)) : NULL;
}

static bool load_names(gm_build *build, GError **error) {
    gm_timeline *timeline = build->timeline;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        build->store, "SELECT namespace, pod, container FROM container WHERE container_id = ?1", error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, timeline->container_id);
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(build->store, error);
    timeline->namespace_name = keep_text(build, stmt, 0);
    timeline->pod = keep_text(build, stmt, 1);
    timeline->container = keep_text(build, stmt, 2);
    return true;
}

/* The program that most profiles were taken of; a deleted binary keeps its name. */
static bool load_program(gm_build *build, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        build->store,
        "SELECT p.binary FROM profile p JOIN identity i USING (identity_id) WHERE i.container_id = ?1 AND "
        "p.binary LIKE '%/%' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    int step = sqlite3_step(stmt);
    if (step != SQLITE_ROW) return step == SQLITE_DONE || gm_store_error_set(build->store, error);
    const char *name = strrchr(gm_column_text(stmt, 0), '/') + 1;
    const char *end = strstr(name, " (deleted)");
    if (*name)
        build->timeline->program = gm_arena_strndup(build->arena, name, end ? (size_t)(end - name) : strlen(name));
    return true;
}

gm_timeline *gm_timeline_build(gm_store *store, int64_t container_id, gm_arena *arena, GError **error) {
    gm_timeline *timeline = GM_ARENA_NEW(arena, gm_timeline, 1);
    timeline->container_id = container_id;
    timeline->from_ns = timeline->to_ns = GM_UNKNOWN;
    gm_build build = {store, arena, timeline};
    bool ok = load_names(&build, error) && load_program(&build, error) && gm_build_histories(&build, error) &&
              gm_build_cycles(&build, error) && gm_build_lives(&build, error) && gm_build_points(&build, error) &&
              gm_build_kills(&build, error) && gm_build_write(&build, error);
    gm_build_order_cycles(&build);
    return ok ? timeline : NULL;
}
