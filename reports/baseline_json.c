/* Reads a JSON result of this tool as the baseline of a comparison. SQLite takes the text apart: it knows JSON, limits
 * its depth, and every value is asked for by its name and type. After the command line, before baseline.c. */
#include "gomortem/baseline.h"

#include <math.h>

typedef struct {
    sqlite3 *db;
    const char *text;
    size_t n;
    gm_model *model;
} gm_result_reader;

bool gm_baseline_is_json(const char *text, size_t n) {
    static const char *const marks[] = {"\"schema_version\"", "\"tool\"", "\"gomortem\""};
    const size_t head = MIN(n, 400);
    size_t i = 0;
    while (i < n && g_ascii_isspace(text[i])) i++;
    bool fits = i < n && text[i] == '{';
    for (size_t k = 0; fits && k < G_N_ELEMENTS(marks); k++) fits = g_strstr_len(text, (gssize)head, marks[k]) != NULL;
    return fits;
}

static sqlite3_stmt *ask(const gm_result_reader *r, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(r->db, sql, -1, &stmt, NULL) != SQLITE_OK) return NULL;
    sqlite3_bind_text64(stmt, 1, r->text, r->n, SQLITE_STATIC, SQLITE_UTF8);
    return stmt;
}

static const char *keep(const gm_result_reader *r, sqlite3_stmt *stmt, int column) {
    const char *text = sqlite3_column_type(stmt, column) == SQLITE_TEXT ? gm_column_text(stmt, column) : NULL;
    return text ? gm_arena_strndup(r->model->arena, text, strlen(text)) : NULL;
}

static double number(sqlite3_stmt *stmt, int column) {
    int type = sqlite3_column_type(stmt, column);
    return type == SQLITE_INTEGER || type == SQLITE_FLOAT ? sqlite3_column_double(stmt, column) : NAN;
}

static bool read_incident(const gm_result_reader *r) {
    g_autoptr(sqlite3_stmt) stmt = ask(r, "SELECT json_extract (?1, '$.incident.id'), json_extract (?1, '$.incident.name'), json_array_length (?1, '$.containers') "
                                          "WHERE json_valid (?1) AND json_extract (?1, '$.tool.name') = 'gomortem' AND json_extract (?1, '$.schema_version') = 1 "
                                          "AND json_type (?1, '$.containers') = 'array'");
    if (!stmt || sqlite3_step(stmt) != SQLITE_ROW) return false;
    r->model->incident_id = keep(r, stmt, 0);
    r->model->name = keep(r, stmt, 1);
    r->model->n_containers = (size_t)sqlite3_column_int64(stmt, 2);
    r->model->containers = GM_ARENA_NEW(r->model->arena, gm_model_container, r->model->n_containers + 1);
    return r->model->incident_id && r->model->name;
}

static bool read_containers(const gm_result_reader *r) {
    g_autoptr(sqlite3_stmt) stmt =
        ask(r, "SELECT json_extract (value, '$.namespace'), json_extract (value, '$.pod'), json_extract (value, '$.container'), "
               "json_extract (value, '$.verdict.cause'), json_extract (value, '$.verdict.severity'), json_extract (value, '$.verdict.site'), "
               "json_extract (value, '$.measures.growth_bytes_per_min'), json_extract (value, '$.measures.peak_bytes'), json_extract (value, '$.measures.gc_cpu_pct') "
               "FROM json_each (?1, '$.containers') WHERE type = 'object' ORDER BY key");
    size_t n = 0;
    int code = SQLITE_ERROR;
    while (stmt && n < r->model->n_containers && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_model_container *c = &r->model->containers[n++];
        c->namespace_name = keep(r, stmt, 0), c->pod = keep(r, stmt, 1), c->container = keep(r, stmt, 2);
        c->verdict.cause = keep(r, stmt, 3), c->verdict.severity = keep(r, stmt, 4), c->verdict.site = keep(r, stmt, 5);
        c->measures = (gm_model_measures){number(stmt, 6), number(stmt, 7), number(stmt, 8)};
        if (!c->verdict.cause || gm_model_severity_rank(c->verdict.severity) < 0) return false;
    }
    return n == r->model->n_containers;
}

static bool read_findings(const gm_result_reader *r) {
    g_autoptr(sqlite3_stmt) stmt = ask(r, "SELECT c.key, json_extract (f.value, '$.rule'), json_extract (f.value, '$.outcome'), json_extract (f.value, '$.severity') "
                                          "FROM json_each (?1, '$.containers') c, json_each (c.value, '$.findings') f WHERE f.type = 'object' ORDER BY c.key, f.key");
    g_autoptr(GArray) findings = g_array_new(FALSE, FALSE, sizeof(gm_model_finding));
    int code = SQLITE_ERROR;
    while (stmt && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_model_finding f = {.rule = keep(r, stmt, 1), .outcome = keep(r, stmt, 2), .severity = keep(r, stmt, 3)};
        if (!f.rule || !f.outcome || gm_model_severity_rank(f.severity) < 0) return false;
        r->model->containers[sqlite3_column_int64(stmt, 0)].n_findings++;
        g_array_append_val(findings, f);
    }
    gm_model_finding *all = GM_ARENA_NEW(r->model->arena, gm_model_finding, findings->len + 1);
    if (findings->len) memcpy(all, findings->data, findings->len * sizeof *all);
    for (size_t i = 0; i < r->model->n_containers; all += r->model->containers[i++].n_findings) r->model->containers[i].findings = all;
    return code == SQLITE_DONE;
}

gm_model *gm_baseline_read_json(const char *text, size_t n, GError **error) {
    g_autoptr(gm_model) model = g_new0(gm_model, 1);
    gm_result_reader r = {.text = text, .n = n, .model = model};
    model->arena = gm_arena_new(0);
    bool ok = sqlite3_open(":memory:", &r.db) == SQLITE_OK && read_incident(&r) && read_containers(&r) && read_findings(&r);
    sqlite3_close(r.db);
    if (ok) return g_steal_pointer(&model);
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_FORMAT, "the baseline is not a JSON result of version 1");
    return NULL;
}
