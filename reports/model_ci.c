/* Reads what a pipeline needs of each container: the numbers that runs are compared by, and the members to point at.
 * After model.c has listed the containers; before the comparison with a baseline and the CI renderers. */
#include "reports/model_ci.h"

static const char *const measures_sql =
    "SELECT coalesce ((SELECT max (CASE WHEN fires THEN slope_per_min ELSE 0 END) FROM trend WHERE container_id = ?1 AND series = 'anon_bytes' AND shape <> 'too_short'),"
    " (SELECT max (CASE WHEN fires THEN slope_per_min ELSE 0 END) FROM trend WHERE container_id = ?1 AND series = 'usage_bytes' AND shape <> 'too_short')),"
    " (SELECT max (usage_bytes) FROM timeline WHERE container_id = ?1),"
    " (SELECT max (gc_quota_share_pct) FROM gc_summary WHERE container_id = ?1)";

/* The member with most rows of the kind. Samples do not keep theirs: it is the largest member, of those with nothing
 * else if there are any; one that calls itself memory comes first. */
static const char *const member_sql[GM_SOURCES] = {
    [GM_SOURCE_SAMPLES] =
        "SELECT path FROM member WHERE records > 0 AND ?1 > 0 ORDER BY member_id IN (SELECT member_id FROM profile UNION SELECT member_id FROM gc_cycle "
        "UNION SELECT member_id FROM oom_kill UNION SELECT member_id FROM event UNION SELECT member_id FROM setting UNION SELECT member_id FROM mapping), "
        "instr (lower (path), 'memory') > 0 DESC, records DESC, path LIMIT 1",
    [GM_SOURCE_PROFILES] =
        "SELECT m.path FROM profile p JOIN identity i USING (identity_id) JOIN member m ON m.member_id = p.member_id "
        "WHERE i.container_id = ?1 AND p.kind = 'heap' ORDER BY p.t_ns DESC, m.path LIMIT 1",
    [GM_SOURCE_GOROUTINES] =
        "SELECT m.path FROM profile p JOIN identity i USING (identity_id) JOIN member m ON m.member_id = p.member_id "
        "WHERE i.container_id = ?1 AND p.kind = 'goroutine' ORDER BY p.t_ns DESC, m.path LIMIT 1",
    [GM_SOURCE_COLLECTIONS] =
        "SELECT m.path FROM gc_cycle g JOIN identity i USING (identity_id) JOIN member m ON m.member_id = g.member_id "
        "WHERE i.container_id = ?1 GROUP BY m.member_id ORDER BY count (*) DESC, m.path LIMIT 1",
    [GM_SOURCE_KERNEL] =
        "SELECT m.path FROM oom_kill o JOIN identity i USING (identity_id) JOIN member m ON m.member_id = o.member_id "
        "WHERE i.container_id = ?1 GROUP BY m.member_id ORDER BY count (*) DESC, m.path LIMIT 1",
};

static bool is_of_incident(gm_model_source source) {
    return source == GM_SOURCE_SAMPLES; /* the same for all containers, and dear */
}

static bool step_row(gm_store *store, sqlite3_stmt *stmt, int64_t container_id, bool *found, GError **error) {
    sqlite3_reset(stmt);
    sqlite3_bind_int64(stmt, 1, container_id);
    int code = sqlite3_step(stmt);
    *found = code == SQLITE_ROW;
    return *found || code == SQLITE_DONE || gm_store_error_set(store, error);
}

static bool read_measures(gm_store *store, gm_model *model, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, measures_sql, error);
    bool found, ok = stmt != NULL;
    for (size_t i = 0; ok && i < model->n_containers; i++) {
        gm_model_container *c = &model->containers[i];
        ok = step_row(store, stmt, c->container_id, &found, error);
        if (ok)
            c->measures =
                (gm_model_measures){gm_column_double(stmt, 0), gm_column_double(stmt, 1), gm_column_double(stmt, 2)};
    }
    return ok;
}

static bool read_members(gm_store *store, gm_model *model, gm_model_source source, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, member_sql[source], error);
    bool found, ok = stmt != NULL;
    for (size_t i = 0; ok && i < model->n_containers; i++) {
        if (i > 0 && is_of_incident(source)) {
            model->containers[i].member_of[source] = model->containers[0].member_of[source];
            continue;
        }
        ok = step_row(store, stmt, model->containers[i].container_id, &found, error);
        const char *path = ok && found ? gm_column_text(stmt, 0) : NULL;
        if (path) model->containers[i].member_of[source] = gm_arena_strndup(model->arena, path, strlen(path));
    }
    return ok;
}

bool gm_model_read_ci(gm_store *store, gm_model *model, GError **error) {
    bool ok = read_measures(store, model, error);
    for (int source = 0; ok && source < GM_SOURCES; source++)
        ok = read_members(store, model, (gm_model_source)source, error);
    return ok;
}
