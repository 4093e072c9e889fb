/* Writes a built timeline to its tables: life, gap, timeline_point, kill. The last step of a build. */
#include "analyzer/timeline/build.h"

#include "analyzer/thinned.h"

static bool write_lives(gm_build *build, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store, "INSERT INTO life VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    for (size_t i = 0; i < build->timeline->n_lives; i++) {
        const gm_life *life = &build->timeline->lives[i];
        sqlite3_bind_int(stmt, 2, life->life);
        sqlite3_bind_int64(stmt, 3, life->from_ns);
        sqlite3_bind_int64(stmt, 4, life->to_ns);
        gm_bind_text(stmt, 5, life->cut_by);
        gm_bind_text(stmt, 6, life->ended_by);
        gm_bind_int(stmt, 7, life->limit_bytes);
        if (!gm_store_write(build->store, stmt, error)) return false;
    }
    return true;
}

static bool write_gaps(gm_build *build, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(build->store, "INSERT INTO gap VALUES (?1, ?2, ?3, ?4)", error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    for (size_t i = 0; i < build->timeline->n_gaps; i++) {
        const gm_gap *gap = &build->timeline->gaps[i];
        sqlite3_bind_int(stmt, 2, gap->life);
        sqlite3_bind_int64(stmt, 3, gap->from_ns);
        sqlite3_bind_int64(stmt, 4, gap->to_ns);
        if (!gm_store_write(build->store, stmt, error)) return false;
    }
    return true;
}

/* Columns are named, so that the order of the table and of columns.def need not agree. */
static sqlite3_stmt *prepare_points(gm_build *build, GError **error) {
    g_autoptr(GString) sql = g_string_new("INSERT INTO timeline_point (container_id, life, t_ns");
    g_autoptr(GString) marks = g_string_new("?1, ?2, ?3");
    for (int i = 0; i < GM_COL_COUNT; i++) {
        g_string_append_printf(sql, ", %s", gm_column_name((gm_column)i));
        g_string_append_printf(marks, ", ?%d", i + 4);
    }
    g_string_append_printf(sql, ") VALUES (%s)", marks->str);
    return gm_store_prepare(build->store, sql->str, error);
}

static bool write_points(gm_build *build, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = prepare_points(build, error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    for (size_t i = 0; i < build->timeline->n_points; i++) {
        const gm_point *point = &build->timeline->points[i];
        sqlite3_bind_int(stmt, 2, point->life);
        sqlite3_bind_int64(stmt, 3, point->t_ns);
        for (int k = 0; k < GM_COL_COUNT; k++)
            if (point->value[k] != GM_UNKNOWN || (i > 0 && point[-1].value[k] != GM_UNKNOWN))
                gm_bind_int(stmt, k + 4, point->value[k]); /* it is NULL otherwise */
        if (!gm_store_write(build->store, stmt, error)) return false;
    }
    return true;
}

static char *source_list(unsigned sources) {
    GString *list = g_string_new("[");
    static const char *const names[] = {"kernel_log", "kernel_counter", "pod_status", "program_log"};
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (sources & (1u << i)) g_string_append_printf(list, "%s\"%s\"", list->len > 1 ? "," : "", names[i]);
    g_string_append_c(list, ']');
    return g_string_free(list, FALSE);
}

static bool write_kills(gm_build *build, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store, "INSERT INTO kill VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    for (size_t i = 0; i < build->timeline->n_kills; i++) {
        const gm_kill *kill = &build->timeline->kills[i];
        g_autofree char *sources = source_list(kill->sources);
        sqlite3_bind_int(stmt, 2, kill->life);
        sqlite3_bind_int(stmt, 3, kill->n);
        gm_bind_int(stmt, 4, kill->t_ns);
        gm_bind_int(stmt, 5, kill->uncertainty_ns);
        gm_bind_text(stmt, 6, kill->class_name);
        gm_bind_text(stmt, 7, sources);
        gm_bind_int(stmt, 8, kill->oom_kill_id);
        if (!gm_store_write(build->store, stmt, error)) return false;
    }
    return true;
}

/* What the analysis could not look at one by one; nothing in a record of usual length. */
static bool write_all_thinned(gm_build *build, GError **error) {
    const gm_timeline *timeline = build->timeline;
    if (timeline->all_cycles > (int64_t)timeline->n_cycles) {
        g_autofree char *text = g_strdup_printf(
            "of %" G_GINT64_FORMAT
            " collections %zu were looked at one by one, in even distances; counts, sums and peaks are those of all, quantiles and "
            "trends those of that part, and time under pressure may be missing",
            timeline->all_cycles, timeline->n_cycles);
        if (!gm_thinned_write(build->store, timeline->container_id, "collections", timeline->all_cycles,
                              (int64_t)timeline->n_cycles, text, error))
            return false;
    }
    for (int q = GM_Q_NONE + 1; q < GM_Q_COUNT; q++) {
        const gm_history *history = &timeline->history[q];
        if (history->all == 0) continue;
        const char *name = gm_quantity_name((gm_quantity)q);
        g_autofree char *text = g_strdup_printf(
            "of %" G_GINT64_FORMAT " samples of %s the lowest and the highest of every %.0f s were looked at",
            history->all, name, (double)history->apart_ns / 1e9);
        if (!gm_thinned_write(build->store, timeline->container_id, name, history->all, (int64_t)history->n, text,
                              error))
            return false;
    }
    return true;
}

bool gm_build_write(const gm_build *const_build, GError **error) {
    gm_build build = *const_build;
    return write_lives(&build, error) && write_gaps(&build, error) && write_points(&build, error) &&
           write_kills(&build, error) && write_all_thinned(&build, error);
}
