/* Reads the proposed alert rules that the analysis stored. Before rules.c, which writes the rules file, and
 * rules_test.c, which writes its unit test. */
#include "reports/export/shared/proposals.h"

#include "reports/plain.h"

static const char proposals_sql[] =
    "SELECT c.container_id, c.namespace, c.container, coalesce (v.cause, 'unknown'), p.outcome, p.reason, p.alert, p.expression, p.summary, p.description, p.runbook, p.for_s, p.step_s "
    "FROM container c JOIN verdict v ON v.container_id = c.container_id AND v.life IS NULL JOIN alert_proposal p ON p.container_id = c.container_id "
    "WHERE (?1 IS NULL OR coalesce (c.namespace, '') || '/' || coalesce (c.pod, '') || '/' || coalesce (c.container, '') GLOB ?1) "
    "AND c.container_id = (SELECT o.container_id FROM container o JOIN verdict w ON w.container_id = o.container_id AND w.life IS NULL JOIN alert_proposal q ON q.container_id = o.container_id"
    "  WHERE o.namespace IS c.namespace AND o.container IS c.container"
    "  AND (?1 IS NULL OR coalesce (o.namespace, '') || '/' || coalesce (o.pod, '') || '/' || coalesce (o.container, '') GLOB ?1)"
    "  ORDER BY q.outcome = 'proposed' DESC, CASE w.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END, o.container_id LIMIT 1) "
    "ORDER BY c.namespace, c.container";

static const char *text(gm_proposal *p, sqlite3_stmt *row, int column) {
    const char *value = gm_column_text(row, column);
    if (!value) return NULL;
    g_ptr_array_add(p->texts, column == 7 ? g_strdup(value) : gm_plain(value)); /* the expression has lines */
    return g_ptr_array_index(p->texts, p->texts->len - 1);
}

/* For names: what YAML takes without quotes. */
static char *plain_word(const char *name) {
    return name && *name
               ? g_strcanon(g_strdup(name), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.", '_')
               : g_strdup("_");
}

static void free_proposal(gpointer data) {
    gm_proposal *p = data;
    g_free(p->title);
    g_ptr_array_unref(p->texts);
    g_free(p);
}

static gm_proposal *read_proposal(sqlite3_stmt *row) {
    gm_proposal *p = g_new0(gm_proposal, 1);
    p->texts = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *ns = plain_word(gm_column_text(row, 1)), *container = plain_word(gm_column_text(row, 2));
    p->title = g_strdup_printf("%s-%s", ns, container);
    p->row.container_id = sqlite3_column_int64(row, 0);
    const char **places[] = {&p->row.cause,      &p->row.outcome, &p->row.reason,      &p->row.alert,
                             &p->row.expression, &p->row.summary, &p->row.description, &p->row.runbook};
    for (int i = 0; i < (int)G_N_ELEMENTS(places); i++) *places[i] = text(p, row, 3 + i);
    p->row.for_s = gm_column_double(row, 11);
    p->row.step_s = gm_column_double(row, 12);
    return p;
}

GPtrArray *gm_proposals_read(gm_store *store, const gm_export_options *options, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_store_prepare(store, proposals_sql, error);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_proposal);
    int step = SQLITE_DONE;
    if (!rows) return NULL;
    gm_bind_text(rows, 1, options->container);
    while ((step = sqlite3_step(rows)) == SQLITE_ROW) g_ptr_array_add(list, read_proposal(rows));
    if (step != SQLITE_DONE) gm_store_error_set(store, error);
    else if (list->len == 0)
        g_set_error_literal(error, GM_EXPORT_ERROR, GM_EXPORT_ERROR_NOTHING,
                            "there is no analyzed container to propose rules for");
    return *error ? NULL : g_steal_pointer(&list);
}
