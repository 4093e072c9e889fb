/* Reads one analyzed incident into facts, family by family over all containers, and the histories for the charts.
 * Before match.c; the store may be closed afterwards. */
#include "analyzer/diff/diff_private.h"

#include <math.h>

#define STRETCHES 400 /* of a history; each keeps its least and its greatest usage */

gm_diff_side *gm_diff_side_new(void) {
    gm_diff_side *side = g_new0(gm_diff_side, 1);
    side->arena = gm_arena_new(0);
    side->containers = g_ptr_array_new_with_free_func((GDestroyNotify)gm_diff_container_free);
    return side;
}

void gm_diff_side_free(gm_diff_side *side) {
    if (!side) return;
    g_ptr_array_unref(side->containers);
    gm_arena_free(side->arena);
    g_free(side);
}

const char *gm_diff_side_id(const gm_diff_side *side) {
    return side->incident_id;
}

gm_diff_container *gm_diff_container_new(gm_diff_side *side) {
    gm_diff_container *c = g_new0(gm_diff_container, 1);
    c->facts = g_array_new(FALSE, FALSE, sizeof(gm_diff_fact));
    c->seconds = NAN;
    c->n_members = 1;
    if (side) g_ptr_array_add(side->containers, c);
    return c;
}

void gm_diff_container_free(gm_diff_container *container) {
    g_array_unref(container->facts);
    g_free(container->workload);
    g_free(container);
}

static gint by_item(gconstpointer a, gconstpointer b) {
    const gm_diff_fact *x = a, *y = b;
    if (x->family != y->family) return x->family - y->family;
    int order = strcmp(x->item, y->item);
    return order ? order : (x->container_id > y->container_id) - (x->container_id < y->container_id);
}

void gm_diff_sort_facts(gm_diff_container *container) {
    g_array_sort(container->facts, by_item);
}

const gm_diff_fact *gm_diff_find(const gm_diff_container *container, int family, const char *item) {
    gm_diff_fact wanted = {.family = family, .item = item};
    guint from = 0, to = container ? container->facts->len : 0;
    while (from < to) {
        guint middle = from + (to - from) / 2;
        const gm_diff_fact *fact = &g_array_index(container->facts, gm_diff_fact, middle);
        int order = fact->family != wanted.family ? fact->family - wanted.family : strcmp(fact->item, item);
        if (order == 0) return fact;
        if (order < 0) from = middle + 1;
        else to = middle;
    }
    return NULL;
}

/* --- facts --- */

typedef struct {
    gm_store *store;
    gm_diff_side *side;
    GError **error;
} gm_diff_reader;

static const char *keep(const gm_diff_reader *r, sqlite3_stmt *stmt, int column) {
    const char *text = gm_column_text(stmt, column);
    return text ? gm_arena_strndup(r->side->arena, text, strlen(text)) : NULL;
}

static sqlite3_stmt *bind_container(sqlite3_stmt *stmt, const gm_diff_container *c) {
    sqlite3_reset(stmt);
    if (sqlite3_bind_parameter_count(stmt) > 0) sqlite3_bind_int64(stmt, 1, c->container_id);
    return stmt;
}

static bool read_facts(gm_diff_reader *r, int family, sqlite3_stmt *stmt, gm_diff_container *c) {
    int step;
    bind_container(stmt, c);
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_diff_fact fact = {.family = family,
                             .container_id = c->container_id,
                             .value = gm_column_double(stmt, 1),
                             .noise = gm_column_double(stmt, 2)};
        fact.item = keep(r, stmt, 0);
        fact.text = keep(r, stmt, 3);
        fact.unit = keep(r, stmt, 4);
        if (fact.item) g_array_append_val(c->facts, fact);
    }
    return step == SQLITE_DONE || gm_store_error_set(r->store, r->error);
}

static bool read_known(gm_diff_reader *r, int family) {
    const char *sql = gm_diff_families[family].known;
    if (!sql) return true;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(r->store, sql, r->error);
    for (guint i = 0; stmt && i < r->side->containers->len; i++) {
        gm_diff_container *c = r->side->containers->pdata[i];
        bind_container(stmt, c);
        int step = sqlite3_step(stmt);
        if (step != SQLITE_ROW && step != SQLITE_DONE) return gm_store_error_set(r->store, r->error);
        c->known[family] = step == SQLITE_ROW && sqlite3_column_int(stmt, 0) != 0;
    }
    return stmt != NULL;
}

static bool read_family(gm_diff_reader *r, int family) {
    if (!read_known(r, family)) return false;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(r->store, gm_diff_families[family].sql, r->error);
    bool ok = stmt != NULL;
    for (guint i = 0; ok && i < r->side->containers->len; i++)
        ok = read_facts(r, family, stmt, r->side->containers->pdata[i]);
    return ok;
}

/* --- histories --- */

/* SQLite takes the other columns from the row that holds the extreme: https://sqlite.org/lang_select.html#bareagg */
static const char points_sql[] =
    "SELECT t_ns - f, life, usage_bytes, anon_bytes, go_live_bytes, limit_bytes, goroutines FROM ("
    "SELECT t_ns, life, usage_bytes, anon_bytes, go_live_bytes, limit_bytes, goroutines, max (coalesce (usage_bytes, anon_bytes, go_live_bytes)), f FROM timeline, e WHERE container_id = ?1 "
    "GROUP BY life, (t_ns - f) / ((t - f) / ?2 + 1) UNION "
    "SELECT t_ns, life, usage_bytes, anon_bytes, go_live_bytes, limit_bytes, goroutines, min (coalesce (usage_bytes, anon_bytes, go_live_bytes)), f FROM timeline, e WHERE container_id = ?1 "
    "GROUP BY life, (t_ns - f) / ((t - f) / ?2 + 1)) GROUP BY t_ns ORDER BY t_ns LIMIT ?3";

static bool read_points(gm_diff_reader *r, gm_diff_container *c) {
    enum { MOST_POINTS = 4 * STRETCHES };
    g_autofree char *sql = g_strdup_printf(
        "WITH e AS (SELECT min (t_ns) AS f, max (t_ns) AS t FROM timeline WHERE container_id = ?1) %s", points_sql);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(r->store, sql, r->error);
    if (!stmt) return false;
    bind_container(stmt, c);
    sqlite3_bind_int(stmt, 2, STRETCHES);
    sqlite3_bind_int(stmt, 3, MOST_POINTS);
    g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(gm_diff_point));
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_diff_point point = {sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1), {0}};
        for (int i = 0; i < 5; i++) point.value[i] = gm_column_int(stmt, 2 + i);
        g_array_append_val(points, point);
    }
    c->n_points = points->len;
    c->points = GM_ARENA_NEW(r->side->arena, gm_diff_point, points->len + 1);
    if (points->len) memcpy(c->points, points->data, points->len * sizeof *c->points);
    return step == SQLITE_DONE || gm_store_error_set(r->store, r->error);
}

/* --- the side --- */

static bool read_containers(gm_diff_reader *r) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        r->store, "SELECT container_id, namespace, pod, container FROM container ORDER BY container_id", r->error);
    int step = SQLITE_ERROR;
    while (stmt && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_diff_container *c = gm_diff_container_new(r->side);
        c->container_id = sqlite3_column_int64(stmt, 0);
        c->namespace_name = keep(r, stmt, 1);
        c->pod = keep(r, stmt, 2);
        c->container = keep(r, stmt, 3);
    }
    return stmt && (step == SQLITE_DONE || gm_store_error_set(r->store, r->error));
}

static bool read_incident(gm_diff_reader *r) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        r->store,
        "SELECT incident_id, name, (SELECT count (*) FROM container) = (SELECT count (*) FROM verdict WHERE life IS NULL) FROM incident",
        r->error);
    if (!stmt) return false;
    bool found = sqlite3_step(stmt) == SQLITE_ROW;
    if (found) r->side->incident_id = keep(r, stmt, 0), r->side->name = keep(r, stmt, 1);
    if (found && sqlite3_column_int(stmt, 2)) return true;
    g_set_error(r->error, GM_STORE_ERROR, GM_STORE_ERROR_FORMAT,
                found ? "the incident was not analyzed yet: run gomortem analyze on it first" : "it holds no incident");
    return false;
}

gm_diff_side *gm_diff_read(gm_store *store, GError **error) {
    g_autoptr(gm_diff_side) side = gm_diff_side_new();
    gm_diff_reader r = {store, side, error};
    bool ok = read_incident(&r) && read_containers(&r);
    for (int family = 0; ok && family < GM_DIFF_FAMILIES; family++) ok = read_family(&r, family);
    for (guint i = 0; ok && i < side->containers->len; i++) {
        gm_diff_container *c = side->containers->pdata[i];
        gm_diff_sort_facts(c);
        const gm_diff_fact *length = gm_diff_find(c, GM_DIFF_FAMILY_LENGTH, "compared life");
        if (length) c->seconds = length->value;
        ok = read_points(&r, c);
    }
    return ok ? g_steal_pointer(&side) : NULL;
}
