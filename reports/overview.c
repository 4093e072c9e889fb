/* The overview of a batch: lines go into a table of an own in-memory database, and what is alike is grouped by SQL.
 * After all bundles; overview_html.c makes the page of the same questions. */
#include "reports/overview_private.h"

#include "reports/json_out.h"

static const char *const schema =
    "CREATE TABLE bundle (n INTEGER PRIMARY KEY, bundle, status, error);"
    "CREATE TABLE container (n, bundle, output, from_time, to_time, signature, cause, namespace, workload, container, site, oom_kills, bytes_per_min, baseline, rank);"
    "CREATE INDEX container_signature ON container (signature, n);";

/* ?1 = number, ?2 = line */
static const char *const inserts[] = {
    "INSERT INTO bundle SELECT ?1, ?2 ->> '$.bundle', ?2 ->> '$.status', ?2 ->> '$.error' WHERE json_valid (?2)",
    "INSERT INTO container SELECT ?1, ?2 ->> '$.bundle', ?2 ->> '$.result.output', ?2 ->> '$.result.from', ?2 ->> '$.result.to', c.value ->> '$.signature',"
    " c.value ->> '$.cause', c.value ->> '$.namespace', c.value ->> '$.workload', c.value ->> '$.container', c.value ->> '$.site', c.value ->> '$.oom_kills',"
    " c.value ->> '$.bytes_per_min', c.value ->> '$.baseline', (instr ('info low  mediumhigh critical', c.value ->> '$.severity') + 4) / 5"
    " FROM json_each (?2, '$.result.containers') c WHERE json_valid (?2)",
};

const char *const gm_overview_groups_sql =
    "SELECT signature, cause, namespace, workload, container, site, max (rank), count (DISTINCT n), count (*), sum (oom_kills), min (from_time), max (to_time),"
    " max (bytes_per_min), count (*) FILTER (WHERE baseline IN ('new', 'worse')) FROM container GROUP BY signature ORDER BY max (rank) DESC, count (DISTINCT n) DESC, signature";
const char *const gm_overview_members_sql =
    "SELECT DISTINCT bundle, output FROM container WHERE signature = ?1 ORDER BY n";
const char *const gm_overview_failed_sql = "SELECT bundle, error FROM bundle WHERE status = 'failed' ORDER BY n";
const char *const gm_overview_counts_sql =
    "SELECT count (*), count (*) FILTER (WHERE status <> 'failed'), count (*) FILTER (WHERE status = 'failed') FROM bundle";

const char *gm_overview_severity(int rank) {
    static const char *const names[] = {"info", "low", "medium", "high", "critical"};
    return names[CLAMP(rank - 1, 0, 4)];
}

gm_overview *gm_overview_new(void) {
    gm_overview *overview = g_new0(gm_overview, 1);
    bool ok = sqlite3_open(":memory:", &overview->db) == SQLITE_OK &&
              sqlite3_exec(overview->db, schema, NULL, NULL, NULL) == SQLITE_OK;
    for (int i = 0; ok && i < GM_OVERVIEW_TABLES; i++)
        ok = sqlite3_prepare_v2(overview->db, inserts[i], -1, &overview->insert[i], NULL) == SQLITE_OK;
    g_assert(ok); /* our own SQL on our own memory */
    return overview;
}

void gm_overview_free(gm_overview *overview) {
    if (!overview) return;
    for (int i = 0; i < GM_OVERVIEW_TABLES; i++) sqlite3_finalize(overview->insert[i]);
    sqlite3_close(overview->db);
    g_free(overview);
}

void gm_overview_add(gm_overview *overview, const char *line) {
    overview->n++;
    for (int i = 0; i < GM_OVERVIEW_TABLES; i++) {
        sqlite3_bind_int64(overview->insert[i], 1, overview->n);
        sqlite3_bind_text(overview->insert[i], 2, line, -1, SQLITE_STATIC);
        sqlite3_step(overview->insert[i]);
        sqlite3_reset(overview->insert[i]);
    }
}

sqlite3_stmt *gm_overview_ask(gm_overview *overview, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(overview->db, sql, -1, &stmt, NULL);
    g_assert(code == SQLITE_OK);
    return stmt;
}

static void put_counts(gm_overview *overview, gm_json_out *o) {
    g_autoptr(sqlite3_stmt) stmt = gm_overview_ask(overview, gm_overview_counts_sql);
    sqlite3_step(stmt);
    gm_json_out_open_map(o, "bundles");
    gm_json_out_int(o, "total", gm_column_int(stmt, 0));
    gm_json_out_int(o, "analyzed", gm_column_int(stmt, 1));
    gm_json_out_int(o, "failed", gm_column_int(stmt, 2));
    gm_json_out_close_map(o);
}

static void put_members(gm_overview *overview, gm_json_out *o, const char *signature) {
    g_autoptr(sqlite3_stmt) stmt = gm_overview_ask(overview, gm_overview_members_sql);
    sqlite3_bind_text(stmt, 1, signature, -1, SQLITE_TRANSIENT);
    gm_json_out_open_list(o, "bundles");
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        gm_json_out_open_map(o, NULL);
        gm_json_out_text(o, "bundle", gm_column_text(stmt, 0));
        gm_json_out_text(o, "output", gm_column_text(stmt, 1));
        gm_json_out_close_map(o);
    }
    gm_json_out_close_list(o);
}

static void put_group(gm_overview *overview, gm_json_out *o, sqlite3_stmt *stmt) {
    static const char *const texts[] = {"signature", "cause", "namespace", "workload", "container", "site"};
    gm_json_out_open_map(o, NULL);
    for (int i = 0; i < (int)G_N_ELEMENTS(texts); i++) gm_json_out_text(o, texts[i], gm_column_text(stmt, i));
    gm_json_out_text(o, "severity", gm_overview_severity(sqlite3_column_int(stmt, 6)));
    gm_json_out_int(o, "incidents", gm_column_int(stmt, 7));
    gm_json_out_int(o, "containers", gm_column_int(stmt, 8));
    gm_json_out_int(o, "oom_kills", gm_column_int(stmt, 9));
    gm_json_out_text(o, "from", gm_column_text(stmt, 10));
    gm_json_out_text(o, "to", gm_column_text(stmt, 11));
    gm_json_out_double(o, "max_bytes_per_min", gm_column_double(stmt, 12));
    gm_json_out_int(o, "new_or_worse", gm_column_int(stmt, 13));
    put_members(overview, o, gm_column_text(stmt, 0));
    gm_json_out_close_map(o);
}

static void put_failed(gm_overview *overview, gm_json_out *o) {
    g_autoptr(sqlite3_stmt) stmt = gm_overview_ask(overview, gm_overview_failed_sql);
    gm_json_out_open_list(o, "failed");
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        gm_json_out_open_map(o, NULL);
        gm_json_out_text(o, "bundle", gm_column_text(stmt, 0));
        gm_json_out_text(o, "error", gm_column_text(stmt, 1));
        gm_json_out_close_map(o);
    }
    gm_json_out_close_list(o);
}

void gm_overview_json(gm_overview *overview, GString *out) {
    gm_json_out o;
    gm_json_out_init(&o, false);
    gm_json_out_open_map(&o, NULL);
    gm_json_out_int(&o, "schema_version", 1);
    gm_json_out_open_map(&o, "tool");
    gm_json_out_text(&o, "name", "gomortem");
    gm_json_out_text(&o, "version", GM_VERSION);
    gm_json_out_close_map(&o);
    put_counts(overview, &o);
    gm_json_out_open_list(&o, "groups");
    g_autoptr(sqlite3_stmt) stmt = gm_overview_ask(overview, gm_overview_groups_sql);
    while (sqlite3_step(stmt) == SQLITE_ROW) put_group(overview, &o, stmt);
    gm_json_out_close_list(&o);
    put_failed(overview, &o);
    gm_json_out_close_map(&o);
    gm_json_out_finish(&o, out);
}
