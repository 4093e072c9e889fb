/* Reads one analyzed incident into the model, in one pass and through the public views where they serve.
 * After the analyzer; before the renderers, which see nothing but the model. */
#include "gomortem/model_alerts.h"
#include "reports/model_ci.h"
#include "reports/model_private.h"

#include <math.h>
#include <stdlib.h>

const char *gm_model_text(gm_reading *reading, sqlite3_stmt *stmt, int column) {
    const char *text = gm_column_text(stmt, column);
    return text ? gm_arena_strndup(reading->model->arena, text, strlen(text)) : NULL;
}

const char *gm_model_word(gm_reading *reading, sqlite3_stmt *stmt, int column) {
    const char *text = gm_model_text(reading, stmt, column);
    return text ? text : "";
}

void gm_model_keep(gm_reading *reading, GByteArray *rows, size_t size, void *array, size_t *n) {
    void *copy = gm_arena_alloc(reading->model->arena, rows->len ? rows->len : 1);
    if (rows->len) memcpy(copy, rows->data, rows->len);
    *(void **)array = copy;
    *n = rows->len / size;
    g_byte_array_unref(rows);
}

bool gm_model_rows(gm_reading *reading, const char *sql, int64_t id, size_t size, gm_row_reader read, void *array,
                   size_t *n) {
    *n = 0;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(reading->store, sql, reading->error);
    if (!stmt) return false;
    if (sqlite3_bind_parameter_count(stmt) > 0) sqlite3_bind_int64(stmt, 1, id);
    GByteArray *rows = g_byte_array_new();
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        g_byte_array_set_size(rows, rows->len + (guint)size);
        void *element = rows->data + rows->len - size;
        memset(element, 0, size);
        read(reading, stmt, element);
    }
    gm_model_keep(reading, rows, size, array, n);
    return step == SQLITE_DONE || gm_store_error_set(reading->store, reading->error);
}

int gm_model_severity_rank(const char *severity) {
    static const char *const names[] = {"info", "low", "medium", "high", "critical"};
    for (int i = 0; i < 5; i++)
        if (severity && strcmp(severity, names[i]) == 0) return i;
    return -1;
}

static int standing(const gm_model_finding *f) {
    static const char *const outcomes[] = {"not_applicable", "failed", "clean", "fired"};
    for (int i = 0; i < 4; i++)
        if (strcmp(f->outcome, outcomes[i]) == 0) return i * 10 + gm_model_severity_rank(f->severity);
    return -1;
}

bool gm_model_finding_leads(const gm_model_container *container, size_t index) {
    const gm_model_finding *mine = &container->findings[index];
    for (size_t i = 0; i < container->n_findings; i++) {
        const gm_model_finding *other = &container->findings[i];
        if (i == index || strcmp(other->rule, mine->rule) != 0) continue;
        if (standing(other) > standing(mine)) return false;
        bool same = standing(other) == standing(mine);
        if (same && (other->confidence > mine->confidence || (other->confidence == mine->confidence && i < index)))
            return false;
    }
    return true;
}

bool gm_model_finding_beside(const gm_model_container *container, size_t index) {
    const gm_model_finding *f = &container->findings[index];
    const gm_model_verdict *v = &container->verdict;
    if (strcmp(f->outcome, "fired") != 0 || gm_model_severity_rank(f->severity) <= 0 ||
        !gm_model_finding_leads(container, index))
        return false;
    for (size_t i = 0; i < v->n_contributing; i++)
        if (strcmp(v->contributing[i].cause, f->rule) == 0) return false;
    return strcmp(v->cause, f->rule) != 0;
}

/* --- rows --- */

static void read_cause(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_cause *)element =
        (gm_model_cause){gm_model_word(reading, stmt, 0), gm_model_word(reading, stmt, 1), gm_column_double(stmt, 2)};
}

static void read_member(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_member *)element = (gm_model_member){gm_model_word(reading, stmt, 0), gm_model_text(reading, stmt, 1),
                                                    gm_model_text(reading, stmt, 2), sqlite3_column_int64(stmt, 3),
                                                    sqlite3_column_int64(stmt, 4),   sqlite3_column_int64(stmt, 5),
                                                    sqlite3_column_int64(stmt, 6),   sqlite3_column_int64(stmt, 7),
                                                    gm_column_int(stmt, 8),          gm_column_int(stmt, 9)};
}

static void read_diagnostic(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_diagnostic *)element =
        (gm_model_diagnostic){gm_model_text(reading, stmt, 0), gm_model_word(reading, stmt, 1),
                              gm_model_word(reading, stmt, 2), gm_column_int(stmt, 3)};
}

static void read_setting(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_setting *)element = (gm_model_setting){gm_model_word(reading, stmt, 0), gm_model_text(reading, stmt, 1),
                                                      gm_model_text(reading, stmt, 2)};
}

static void read_clock(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_clock *)element = (gm_model_clock){gm_model_word(reading, stmt, 0), gm_model_word(reading, stmt, 1),
                                                  gm_model_word(reading, stmt, 2), sqlite3_column_int64(stmt, 3),
                                                  gm_column_int(stmt, 4),          gm_column_int(stmt, 5),
                                                  sqlite3_column_int64(stmt, 6)};
}

/* --- a container --- */

static void read_verdict_row(gm_reading *reading, sqlite3_stmt *stmt, gm_model_verdict *v) {
    *v = (gm_model_verdict){.cause = gm_model_word(reading, stmt, 0),
                            .family = gm_model_word(reading, stmt, 1),
                            .level = gm_model_word(reading, stmt, 2),
                            .severity = gm_model_word(reading, stmt, 3),
                            .summary = gm_model_word(reading, stmt, 4),
                            .site = gm_model_text(reading, stmt, 5),
                            .would_change_my_mind = gm_model_text(reading, stmt, 6),
                            .confidence = sqlite3_column_double(stmt, 7),
                            .bytes_per_min = gm_column_double(stmt, 8),
                            .from_ns = gm_column_int(stmt, 9),
                            .to_ns = gm_column_int(stmt, 10),
                            .eta_ns = gm_column_int(stmt, 11),
                            .eta_from_ns = gm_column_int(stmt, 12),
                            .eta_to_ns = gm_column_int(stmt, 13)};
}

static bool read_verdict(gm_reading *reading, gm_model_container *c) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        reading->store,
        "SELECT cause, family, level, severity, summary, site, would_change_my_mind, confidence, bytes_per_min, from_ns, to_ns, "
        "eta_ns, eta_from_ns, eta_to_ns, verdict_id FROM verdicts WHERE container_id = ?1 AND life IS NULL",
        reading->error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, c->container_id);
    if (sqlite3_step(stmt) != SQLITE_ROW) {
        if (!gm_store_check(reading->store, reading->error)) return false;
        g_set_error(reading->error, GM_STORE_ERROR, GM_STORE_ERROR_FORMAT,
                    "the incident was not analyzed yet: run gomortem analyze on it first");
        return false;
    }
    read_verdict_row(reading, stmt, &c->verdict);
    int64_t id = sqlite3_column_int64(stmt, 14);
    gm_model_verdict *v = &c->verdict;
    return gm_model_rows(
               reading,
               "SELECT cause, text, share_pct FROM verdict_cause WHERE verdict_id = ?1 AND role = 'contributing' ORDER BY share_pct DESC, cause",
               id, sizeof(gm_model_cause), read_cause, &v->contributing, &v->n_contributing) &&
           gm_model_rows(
               reading,
               "SELECT cause, text, share_pct FROM verdict_cause WHERE verdict_id = ?1 AND role = 'ruled_out' ORDER BY cause",
               id, sizeof(gm_model_cause), read_cause, &v->ruled_out, &v->n_ruled_out);
}

static void read_name(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    gm_model_container *c = element;
    c->container_id = sqlite3_column_int64(stmt, 0);
    c->namespace_name = gm_model_text(reading, stmt, 1);
    c->pod = gm_model_text(reading, stmt, 2);
    c->container = gm_model_text(reading, stmt, 3);
}

static int by_severity(const void *a, const void *b) {
    const gm_model_container *x = a, *y = b;
    int rank = gm_model_severity_rank(y->verdict.severity) - gm_model_severity_rank(x->verdict.severity);
    if (rank) return rank;
    int order = g_strcmp0(x->namespace_name, y->namespace_name);
    if (!order) order = g_strcmp0(x->pod, y->pod);
    return order ? order : g_strcmp0(x->container, y->container);
}

/* --- the incident --- */

static bool read_incident(gm_reading *reading) {
    gm_model *model = reading->model;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        reading->store,
        "SELECT incident_id, name, tool_version, from_ns, to_ns, (SELECT count(*) FROM diagnostic) + (SELECT count(*) FROM thinned) FROM incident",
        reading->error);
    if (!stmt) return false;
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(reading->store, reading->error);
    model->incident_id = gm_model_word(reading, stmt, 0);
    model->name = gm_model_word(reading, stmt, 1);
    model->tool_version = gm_model_text(reading, stmt, 2);
    model->from_ns = gm_column_int(stmt, 3);
    model->to_ns = gm_column_int(stmt, 4);
    model->n_diagnostics = sqlite3_column_int64(stmt, 5);
    return true;
}

static bool read_all(gm_reading *reading) {
    gm_model *m = reading->model;
    bool ok =
        read_incident(reading) &&
        gm_model_rows(reading, "SELECT container_id, namespace, pod, container FROM container ORDER BY container_id", 0,
                      sizeof(gm_model_container), read_name, &m->containers, &m->n_containers) &&
        gm_model_rows(
            reading,
            "SELECT path, format, sha256, bytes, records, rejected, left_out, diagnostics, first_ns, last_ns FROM import_log ORDER BY path, member_id",
            0, sizeof(gm_model_member), read_member, &m->members, &m->n_members) &&
        gm_model_rows(
            reading,
            "SELECT path, severity, text, line FROM (SELECT NULL AS path, 'warning' AS severity, coalesce (c.namespace || '/', '') || coalesce (c.pod || '/', '') || "
            "coalesce (c.container, '') || ': ' || t.text AS text, NULL AS line, 0 AS n, t.container_id AS id, t.what FROM thinned t JOIN container c USING (container_id) "
            "UNION ALL SELECT m.path, d.severity, d.text, d.line, 1, d.diagnostic_id, '' FROM diagnostic d LEFT JOIN member m USING (member_id)) "
            "ORDER BY n, id, what LIMIT 200",
            0, sizeof(gm_model_diagnostic), read_diagnostic, &m->diagnostics, &m->n_listed_diagnostics) &&
        gm_model_rows(
            reading,
            "SELECT name, value, min (path) FROM setting JOIN member USING (member_id) GROUP BY name, value ORDER BY name, value LIMIT 100",
            0, sizeof(gm_model_setting), read_setting, &m->settings, &m->n_settings) &&
        gm_model_rows(
            reading,
            "SELECT path, clock, rule, process, zero_ns, uncertainty_ns, pairs FROM clocks ORDER BY path, process, clock LIMIT 200",
            0, sizeof(gm_model_clock), read_clock, &m->clocks, &m->n_clocks);
    for (size_t i = 0; ok && i < m->n_containers; i++) ok = read_verdict(reading, &m->containers[i]);
    ok = ok && gm_model_read_ci(reading->store, m, reading->error);
    if (ok) qsort(m->containers, m->n_containers, sizeof *m->containers, by_severity);
    for (size_t i = 0; ok && i < m->n_containers; i++)
        ok = gm_model_container_read(reading, &m->containers[i], i < GM_MODEL_DETAILED);
    return ok && (m->alerts = gm_model_alerts_read(reading->store, true, reading->error)) != NULL &&
           gm_model_compare(m, reading->store, reading->error);
}

gm_model *gm_model_read(gm_store *store, GError **error) {
    g_autoptr(gm_model) model = g_new0(gm_model, 1);
    model->arena = gm_arena_new(0);
    gm_reading reading = {store, model, error};
    return read_all(&reading) && gm_store_check(store, error) ? g_steal_pointer(&model) : NULL;
}

void gm_model_free(gm_model *model) {
    if (!model) return;
    gm_alerts_free(model->alerts);
    gm_arena_free(model->arena);
    g_free(model);
}
