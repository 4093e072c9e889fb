/* Reads one analyzed incident into the model, in one pass and through the public views where they serve.
 * After the analyzer; before the renderers, which see nothing but the model. */
#include "gomortem/model.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    gm_store *store;
    gm_model *model;
    GError **error;
} gm_reading;

static const char *text_of(gm_reading *reading, sqlite3_stmt *stmt, int column) {
    const char *text = gm_column_text(stmt, column);
    return text ? gm_arena_strndup(reading->model->arena, text, strlen(text)) : NULL;
}

/* Runs sql with up to two numbers bound and hands each row to read, which fills one element of the array. */
static bool read_rows(gm_reading *reading, const char *sql, int64_t id, size_t size,
                      void (*read)(gm_reading *reading, sqlite3_stmt *stmt, void *element), void *array, size_t *n) {
    *n = 0;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(reading->store, sql, reading->error);
    if (!stmt) return false;
    if (sqlite3_bind_parameter_count(stmt) > 0) sqlite3_bind_int64(stmt, 1, id);
    g_autoptr(GByteArray) rows = g_byte_array_new();
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        g_byte_array_set_size(rows, rows->len + (guint)size);
        void *element = rows->data + rows->len - size;
        memset(element, 0, size);
        read(reading, stmt, element);
        ++*n;
    }
    if (step != SQLITE_DONE) return gm_store_error_set(reading->store, reading->error);
    void *copy = gm_arena_alloc(reading->model->arena, rows->len ? rows->len : 1);
    if (rows->len) memcpy(copy, rows->data, rows->len);
    *(void **)array = copy;
    return true;
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
        if (same && (other->confidence > mine->confidence || (other->confidence == mine->confidence && i < index))) return false;
    }
    return true;
}

/* --- rows -------------------------------------------------------------------------------------------------- */

static void read_evidence(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    gm_model_evidence *e = element;
    *e = (gm_model_evidence){sqlite3_column_int(stmt, 0) != 0, text_of(reading, stmt, 1), text_of(reading, stmt, 2), text_of(reading, stmt, 3),
                             gm_column_double(stmt, 4)};
}

static void read_finding(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    gm_model_finding *f = element;
    *f = (gm_model_finding){.rule = text_of(reading, stmt, 0), .outcome = text_of(reading, stmt, 1), .severity = text_of(reading, stmt, 2),
                            .summary = text_of(reading, stmt, 3), .remedy = text_of(reading, stmt, 4), .life = sqlite3_column_int(stmt, 5),
                            .confidence = sqlite3_column_double(stmt, 6), .share_pct = gm_column_double(stmt, 7)};
    read_rows(reading, "SELECT refutes, text, unit, sql, value FROM evidence WHERE finding = ?1 ORDER BY evidence_id", sqlite3_column_int64(stmt, 8),
              sizeof(gm_model_evidence), read_evidence, &f->evidence, &f->n_evidence);
}

static void read_cause(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_cause *)element = (gm_model_cause){text_of(reading, stmt, 0), text_of(reading, stmt, 1), gm_column_double(stmt, 2)};
}

static void read_life(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_life *)element = (gm_model_life){sqlite3_column_int(stmt, 0), sqlite3_column_int64(stmt, 1), sqlite3_column_int64(stmt, 2),
                                                gm_column_int(stmt, 3), text_of(reading, stmt, 4)};
}

static void read_point(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    (void)reading;
    gm_model_point *p = element;
    p->t_ns = sqlite3_column_int64(stmt, 0);
    p->life = sqlite3_column_int(stmt, 1);
    for (int i = 0; i < GM_COL_COUNT; i++) p->value[i] = gm_column_int(stmt, 2 + i);
}

static void read_gc(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    (void)reading;
    gm_model_gc *g = element;
    *g = (gm_model_gc){.life = sqlite3_column_int(stmt, 0), .t_ns = gm_column_int(stmt, 1), .n = sqlite3_column_int64(stmt, 2),
                       .start_mib = sqlite3_column_int64(stmt, 3), .end_mib = sqlite3_column_int64(stmt, 4), .live_mib = sqlite3_column_int64(stmt, 5),
                       .goal_mib = gm_column_int(stmt, 6), .procs = sqlite3_column_int64(stmt, 7), .forced = sqlite3_column_int(stmt, 8) != 0};
    for (int i = 0; i < 3; i++) g->clock_ms[i] = sqlite3_column_double(stmt, 9 + i);
}

static void read_kill(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_kill *)element = (gm_model_kill){gm_column_int(stmt, 0), text_of(reading, stmt, 1), text_of(reading, stmt, 2), text_of(reading, stmt, 3),
                                                gm_column_int(stmt, 4), sqlite3_column_int(stmt, 5)};
}

static void read_site(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_site *)element = (gm_model_site){sqlite3_column_int(stmt, 0), text_of(reading, stmt, 1), sqlite3_column_int64(stmt, 2),
                                                sqlite3_column_int64(stmt, 3), gm_column_double(stmt, 4), gm_column_double(stmt, 5),
                                                sqlite3_column_int(stmt, 6) != 0};
}

static void read_group(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_goroutines *)element = (gm_model_goroutines){sqlite3_column_int(stmt, 0), text_of(reading, stmt, 1), text_of(reading, stmt, 2),
                                                            sqlite3_column_int64(stmt, 3), sqlite3_column_int64(stmt, 4), gm_column_int(stmt, 5)};
}

static void read_member(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_member *)element = (gm_model_member){text_of(reading, stmt, 0), text_of(reading, stmt, 1), text_of(reading, stmt, 2),
                                                    sqlite3_column_int64(stmt, 3), sqlite3_column_int64(stmt, 4), sqlite3_column_int64(stmt, 5),
                                                    sqlite3_column_int64(stmt, 6), sqlite3_column_int64(stmt, 7), gm_column_int(stmt, 8), gm_column_int(stmt, 9)};
}

static void read_diagnostic(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_diagnostic *)element = (gm_model_diagnostic){text_of(reading, stmt, 0), text_of(reading, stmt, 1), text_of(reading, stmt, 2), gm_column_int(stmt, 3)};
}

static void read_setting(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_setting *)element = (gm_model_setting){text_of(reading, stmt, 0), text_of(reading, stmt, 1)};
}

/* --- a container --------------------------------------------------------------------------------------------- */

static void read_verdict_row(gm_reading *reading, sqlite3_stmt *stmt, gm_model_verdict *v) {
    *v = (gm_model_verdict){.cause = text_of(reading, stmt, 0), .family = text_of(reading, stmt, 1), .level = text_of(reading, stmt, 2),
                            .severity = text_of(reading, stmt, 3), .summary = text_of(reading, stmt, 4), .site = text_of(reading, stmt, 5),
                            .would_change_my_mind = text_of(reading, stmt, 6), .confidence = sqlite3_column_double(stmt, 7),
                            .bytes_per_min = gm_column_double(stmt, 8), .from_ns = gm_column_int(stmt, 9), .to_ns = gm_column_int(stmt, 10),
                            .eta_ns = gm_column_int(stmt, 11), .eta_from_ns = gm_column_int(stmt, 12), .eta_to_ns = gm_column_int(stmt, 13)};
}

static bool read_verdict(gm_reading *reading, gm_model_container *c) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(reading->store,
                         "SELECT cause, family, level, severity, summary, site, would_change_my_mind, confidence, bytes_per_min, from_ns, to_ns, "
                         "eta_ns, eta_from_ns, eta_to_ns, verdict_id FROM verdicts WHERE container_id = ?1 AND life IS NULL",
                         reading->error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, c->container_id);
    if (sqlite3_step(stmt) != SQLITE_ROW) {
        g_set_error(reading->error, GM_STORE_ERROR, GM_STORE_ERROR_FORMAT, "the incident was not analyzed yet: run gomortem analyze on it first");
        return false;
    }
    read_verdict_row(reading, stmt, &c->verdict);
    int64_t id = sqlite3_column_int64(stmt, 14);
    gm_model_verdict *v = &c->verdict;
    return read_rows(reading, "SELECT cause, text, share_pct FROM verdict_cause WHERE verdict_id = ?1 AND role = 'contributing' ORDER BY share_pct DESC, cause",
                     id, sizeof(gm_model_cause), read_cause, &v->contributing, &v->n_contributing) &&
           read_rows(reading, "SELECT cause, text, share_pct FROM verdict_cause WHERE verdict_id = ?1 AND role = 'ruled_out' ORDER BY cause", id,
                     sizeof(gm_model_cause), read_cause, &v->ruled_out, &v->n_ruled_out);
}

static bool read_points(gm_reading *reading, gm_model_container *c) {
    g_autoptr(GString) sql = g_string_new("SELECT t_ns, life");
    for (int i = 0; i < GM_COL_COUNT; i++) g_string_append_printf(sql, ", %s", gm_column_name((gm_column)i));
    g_string_append(sql, " FROM timeline WHERE container_id = ?1 ORDER BY t_ns");
    return read_rows(reading, sql->str, c->container_id, sizeof(gm_model_point), read_point, &c->points, &c->n_points);
}

static bool read_container(gm_reading *reading, gm_model_container *c) {
    int64_t id = c->container_id;
    c->limit_bytes = GM_UNKNOWN;
    bool ok = read_verdict(reading, c) && read_points(reading, c) &&
              read_rows(reading,
                        "SELECT rule, outcome, severity, summary, remedy, life, confidence, share_pct, finding_id FROM findings WHERE container_id = ?1 "
                        "ORDER BY instr ('critical high     medium   low      info', severity), rule, confidence DESC, life",
                        id, sizeof(gm_model_finding), read_finding, &c->findings, &c->n_findings) &&
              read_rows(reading, "SELECT life, from_ns, to_ns, limit_bytes, ended_by FROM life WHERE container_id = ?1 ORDER BY life", id,
                        sizeof(gm_model_life), read_life, &c->lives, &c->n_lives) &&
              read_rows(reading,
                        "SELECT life, t_ns, n, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, procs, forced, clock_sweep_ms, "
                        "clock_mark_ms, clock_term_ms FROM gc WHERE container_id = ?1 AND t_ns IS NOT NULL ORDER BY t_ns, n",
                        id, sizeof(gm_model_gc), read_gc, &c->cycles, &c->n_cycles) &&
              read_rows(reading, "SELECT t_ns, class, sources, victim, anon_rss_bytes, life FROM oom_kills WHERE container_id = ?1 ORDER BY n", id,
                        sizeof(gm_model_kill), read_kill, &c->kills, &c->n_kills) &&
              read_rows(reading,
                        "SELECT life, function, first_bytes, last_bytes, slope_bytes_per_min, share_pct, significant FROM heap_growth "
                        "WHERE container_id = ?1 AND role = 'blame' ORDER BY last_bytes - first_bytes DESC, function, life LIMIT 20",
                        id, sizeof(gm_model_site), read_site, &c->sites, &c->n_sites) &&
              read_rows(reading,
                        "SELECT life, signature, state, first_count, count, max_wait_minutes FROM goroutine_groups WHERE container_id = ?1 "
                        "ORDER BY growth DESC, count DESC, signature, life LIMIT 20",
                        id, sizeof(gm_model_goroutines), read_group, &c->groups, &c->n_groups);
    for (size_t i = 0; ok && i < c->n_lives; i++)
        if (c->lives[i].limit_bytes != GM_UNKNOWN) c->limit_bytes = c->lives[i].limit_bytes;
    return ok;
}

static void read_name(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    gm_model_container *c = element;
    c->container_id = sqlite3_column_int64(stmt, 0);
    c->namespace_name = text_of(reading, stmt, 1);
    c->pod = text_of(reading, stmt, 2);
    c->container = text_of(reading, stmt, 3);
}

static int by_severity(const void *a, const void *b) {
    const gm_model_container *x = a, *y = b;
    int rank = gm_model_severity_rank(y->verdict.severity) - gm_model_severity_rank(x->verdict.severity);
    if (rank) return rank;
    int order = g_strcmp0(x->namespace_name, y->namespace_name);
    if (!order) order = g_strcmp0(x->pod, y->pod);
    return order ? order : g_strcmp0(x->container, y->container);
}

/* --- the incident ------------------------------------------------------------------------------------------- */

static bool read_incident(gm_reading *reading) {
    gm_model *model = reading->model;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        reading->store, "SELECT incident_id, name, tool_version, from_ns, to_ns, (SELECT count(*) FROM diagnostic) FROM incident", reading->error);
    if (!stmt) return false;
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(reading->store, reading->error);
    model->incident_id = text_of(reading, stmt, 0);
    model->name = text_of(reading, stmt, 1);
    model->tool_version = text_of(reading, stmt, 2);
    model->from_ns = gm_column_int(stmt, 3);
    model->to_ns = gm_column_int(stmt, 4);
    model->n_diagnostics = sqlite3_column_int64(stmt, 5);
    return true;
}

static bool read_all(gm_reading *reading) {
    gm_model *m = reading->model;
    bool ok = read_incident(reading) &&
              read_rows(reading, "SELECT container_id, namespace, pod, container FROM container ORDER BY container_id", 0, sizeof(gm_model_container),
                        read_name, &m->containers, &m->n_containers) &&
              read_rows(reading,
                        "SELECT path, format, sha256, bytes, records, rejected, left_out, diagnostics, first_ns, last_ns FROM import_log ORDER BY path, member_id",
                        0, sizeof(gm_model_member), read_member, &m->members, &m->n_members) &&
              read_rows(reading,
                        "SELECT m.path, d.severity, d.text, d.line FROM diagnostic d LEFT JOIN member m USING (member_id) ORDER BY d.diagnostic_id LIMIT 200", 0,
                        sizeof(gm_model_diagnostic), read_diagnostic, &m->diagnostics, &m->n_listed_diagnostics) &&
              read_rows(reading, "SELECT DISTINCT name, value FROM setting ORDER BY name, value LIMIT 100", 0, sizeof(gm_model_setting), read_setting,
                        &m->settings, &m->n_settings);
    for (size_t i = 0; ok && i < m->n_containers; i++) ok = read_container(reading, &m->containers[i]);
    if (ok) qsort(m->containers, m->n_containers, sizeof *m->containers, by_severity);
    return ok;
}

gm_model *gm_model_read(gm_store *store, GError **error) {
    g_autoptr(gm_model) model = g_new0(gm_model, 1);
    model->arena = gm_arena_new(0);
    gm_reading reading = {store, model, error};
    return read_all(&reading) ? g_steal_pointer(&model) : NULL;
}

void gm_model_free(gm_model *model) {
    if (!model) return;
    gm_arena_free(model->arena);
    g_free(model);
}
