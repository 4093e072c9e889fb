/* The lines of a batch: what became of each bundle, for jq, for a database, and for the overview. From the model; a
 * result that was kept by an earlier run is read back by SQLite, which knows JSON and its limits. */
#include "gomortem/overview.h"
#include "reports/json_out.h"
#include "gomortem/workload.h"

#include <math.h>

static const char *severity_of(int rank) {
    static const char *const names[] = {"info", "low", "medium", "high", "critical"};
    return rank < 0 ? NULL : names[MIN(rank, 4)];
}

/* What makes incidents alike: cause, service and site; never a number, a time or a pod. */
static char *signature_of(const gm_model_container *c, const char *workload) {
    g_autoptr(GString) text = g_string_new(c->verdict.cause);
    g_string_append_printf(text, " in %s%s%s", c->namespace_name ? c->namespace_name : "", c->namespace_name ? "/" : "",
                           *workload ? workload : "?");
    if (c->container && strcmp(c->container, workload) != 0) g_string_append_printf(text, "/%s", c->container);
    if (c->verdict.site) g_string_append_printf(text, " at %s", c->verdict.site);
    return g_strdup(text->str);
}

static void put_container(gm_json_out *o, const gm_model_container *c) {
    g_autofree char *workload = gm_workload_name(c->pod), *signature = signature_of(c, workload);
    gm_json_out_open_map(o, NULL);
    gm_json_out_text(o, "namespace", c->namespace_name);
    gm_json_out_text(o, "pod", c->pod);
    gm_json_out_text(o, "container", c->container);
    gm_json_out_text(o, "workload", workload);
    gm_json_out_text(o, "signature", signature);
    gm_json_out_text(o, "cause", c->verdict.cause);
    gm_json_out_text(o, "level", c->verdict.level);
    gm_json_out_double(o, "confidence", round(c->verdict.confidence * 1000) / 1000);
    gm_json_out_text(o, "severity", c->verdict.severity);
    gm_json_out_text(o, "site", c->verdict.site);
    gm_json_out_double(o, "bytes_per_min", c->verdict.bytes_per_min);
    gm_json_out_double(o, "peak_bytes", c->measures.peak_bytes);
    gm_json_out_int(o, "limit_bytes", c->limit_bytes);
    gm_json_out_int(o, "oom_kills", (int64_t)c->n_kills);
    gm_json_out_text(o, "baseline", c->comparison.status);
    gm_json_out_close_map(o);
}

void gm_line_result(const gm_model *model, const gm_line_facts *facts, GString *out) {
    gm_json_out o;
    gm_json_out_init(&o, true);
    gm_json_out_open_map(&o, NULL);
    gm_json_out_text(&o, "incident", model->incident_id);
    gm_json_out_text(&o, "name", model->name);
    gm_json_out_text(&o, "settings", facts->settings);
    gm_json_out_time(&o, "from", model->from_ns);
    gm_json_out_time(&o, "to", model->to_ns);
    gm_json_out_int(&o, "members", (int64_t)model->n_members);
    gm_json_out_int(&o, "diagnostics", model->n_diagnostics);
    gm_json_out_bool(&o, "data_lost", facts->data_lost);
    gm_json_out_text(&o, "severity", severity_of(facts->worst));
    gm_json_out_text(&o, "output", facts->output);
    gm_json_out_open_list(&o, "containers");
    for (size_t i = 0; i < model->n_containers; i++) put_container(&o, &model->containers[i]);
    gm_json_out_close_list(&o);
    gm_json_out_close_map(&o);
    gm_json_out_finish(&o, out);
    g_string_truncate(out, out->len - 1);
}

void gm_line_write(const char *bundle, const char *status, int code, const char *error, const char *result,
                   GString *out) {
    gm_json_out o;
    gm_json_out_init(&o, true);
    gm_json_out_open_map(&o, NULL);
    gm_json_out_text(&o, "bundle", bundle);
    gm_json_out_text(&o, "status", status);
    gm_json_out_int(&o, "code", code);
    gm_json_out_text(&o, "error", error);
    if (result) gm_json_out_raw(&o, "result", result);
    else gm_json_out_null(&o, "result");
    gm_json_out_close_map(&o);
    gm_json_out_finish(&o, out);
}

static sqlite3_stmt *ask(sqlite3 *db, const char *text, size_t n) {
    sqlite3_stmt *stmt = NULL;
    const char *sql =
        "SELECT json_extract (?1, '$.incident'), json_extract (?1, '$.settings'), json_extract (?1, '$.data_lost'), json_extract (?1, '$.severity') "
        "WHERE json_valid (?1) AND json_type (?1, '$.containers') = 'array'";
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK)
        sqlite3_bind_text64(stmt, 1, text, n, SQLITE_STATIC, SQLITE_UTF8);
    return stmt;
}

bool gm_line_read(const char *result, size_t n, gm_line_kept *kept) {
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = sqlite3_open(":memory:", &db) == SQLITE_OK ? ask(db, result, n) : NULL;
    bool ok = stmt && sqlite3_step(stmt) == SQLITE_ROW;
    const char *id = ok ? gm_column_text(stmt, 0) : NULL, *settings = ok ? gm_column_text(stmt, 1) : NULL;
    ok = id && settings && strlen(id) < sizeof kept->incident_id && strlen(settings) < sizeof kept->settings;
    if (ok) {
        g_strlcpy(kept->incident_id, id, sizeof kept->incident_id);
        g_strlcpy(kept->settings, settings, sizeof kept->settings);
        kept->data_lost = sqlite3_column_int(stmt, 2) != 0;
        kept->worst = gm_model_severity_rank(gm_column_text(stmt, 3));
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return ok;
}
