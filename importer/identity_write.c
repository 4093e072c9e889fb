/* Identity settling, the last step: rows.
 *
 * Comes behind identity.c. Container ids are given in the order of the names, so that they depend neither on
 * the order of the members nor on which source spoke first. Who could not be placed is said, once per
 * identity. */
#include "importer/identity_rows.h"

#include "gomortem/store.h"
#include "importer/identity_rules.h"

enum { UNPLACED_TOLD = 1000 };

static gint compare_spans(gm_span a, gm_span b) {
    size_t len = MIN(a.len, b.len);
    int order = len > 0 ? memcmp(a.data, b.data, len) : 0;
    if (order != 0) return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

static gint compare_containers(gconstpointer a, gconstpointer b, gpointer containers) {
    const gm_settled *left = &g_array_index((GArray *)containers, gm_settled, *(const guint *)a);
    const gm_settled *right = &g_array_index((GArray *)containers, gm_settled, *(const guint *)b);
    gint order = compare_spans(left->ns, right->ns);
    if (order == 0) order = compare_spans(left->pod, right->pod);
    return order != 0 ? order : compare_spans(left->container, right->container);
}

static void bind_optional(sqlite3_stmt *stmt, int index, gm_span text) {
    if (text.len > 0) {
        gm_bind_span(stmt, index, text);
    } else {
        sqlite3_bind_null(stmt, index);
    }
}

static bool run(gm_store *store, sqlite3_stmt *stmt, GError **error) {
    int code = sqlite3_step(stmt);
    sqlite3_reset(stmt);
    return code == SQLITE_DONE || gm_store_error_set(store, error);
}

/* ids[i] becomes the container_id of containers[i]. */
static bool write_containers(gm_store *store, const GArray *containers, int64_t *ids, GError **error) {
    g_autofree guint *order = g_new0(guint, containers->len + 1);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store, "INSERT INTO container (container_id, namespace, pod, container, pod_uid) VALUES (?, ?, ?, ?, ?)",
        error);
    if (!stmt) return false;
    for (guint i = 0; i < containers->len; i++) order[i] = i;
    g_qsort_with_data(order, (gint)containers->len, sizeof *order, compare_containers, (gpointer)containers);
    for (guint i = 0; i < containers->len; i++) {
        const gm_settled *row = &g_array_index(containers, gm_settled, order[i]);
        ids[order[i]] = i + 1;
        gm_bind_int(stmt, 1, i + 1);
        bind_optional(stmt, 2, row->ns);
        bind_optional(stmt, 3, row->pod);
        bind_optional(stmt, 4, row->container);
        bind_optional(stmt, 5, row->pod_uid);
        if (!run(store, stmt, error)) return false;
    }
    return true;
}

static bool write_claims(gm_store *store, const GArray *claims, const int64_t *ids, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "UPDATE identity SET container_id = ?, rule = ? WHERE identity_id = ?", error);
    if (!stmt) return false;
    for (guint i = 0; i < claims->len; i++) {
        const gm_claim *claim = &g_array_index(claims, gm_claim, i);
        if (claim->container < 0) continue;
        gm_bind_int(stmt, 1, ids[claim->container]);
        gm_bind_text(stmt, 2, claim->rule);
        gm_bind_int(stmt, 3, claim->id);
        if (!run(store, stmt, error)) return false;
    }
    return true;
}

/* The most telling thing that is known about it. */
static gm_span call_it(const gm_claim *claim) {
    const gm_identity *said = &claim->said;
    const gm_span names[] = {claim->cgroup_count > 0 ? claim->cgroups[0] : (gm_span){NULL, 0}, said->hint,
                             said->runtime_id, said->container, said->pod};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (names[i].len > 0) return names[i];
    }
    return GM_SPAN("a source without any name");
}

static bool write_unplaced(gm_store *store, const GArray *claims, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "INSERT INTO diagnostic (member_id, severity, text) VALUES (?, 'info', ?)", error);
    if (!stmt) return false;
    guint told = 0;
    for (guint i = 0; i < claims->len && told <= UNPLACED_TOLD; i++) {
        const gm_claim *claim = &g_array_index(claims, gm_claim, i);
        bool is_container = claim->said.level == GM_LEVEL_CONTAINER || claim->said.level == GM_LEVEL_UNNAMED;
        if (claim->container >= 0 || claim->left_out || !is_container) continue;
        gm_span name = told++ < UNPLACED_TOLD ? call_it(claim) : GM_SPAN("and more, which are not listed");
        g_autofree char *text =
            g_strdup_printf("not assigned to a container: %.*s", (int)MIN(name.len, 1000), name.data);
        gm_bind_int(stmt, 1, told <= UNPLACED_TOLD ? claim->member_id : GM_UNKNOWN);
        gm_bind_span(stmt, 2, gm_span_of(text));
        if (!run(store, stmt, error)) return false;
    }
    return true;
}

bool gm_identity_write(gm_store *store, const GArray *claims, const GArray *containers, GError **error) {
    g_autofree int64_t *ids = g_new0(int64_t, containers->len + 1);
    return write_containers(store, containers, ids, error) && write_claims(store, claims, ids, error) &&
           write_unplaced(store, claims, error);
}
