/* What the files of one TSDB directory tell each other: the index names series and says which chunks they
 * have, tombstones say what was deleted of them, the log names the series of the head.
 *
 * Comes between the tsdb_* formats, whose members come in any order. Temporary tables, because a cluster's
 * index may name millions of series: what does not fit into SQLite's cache goes to its temporary storage. */
#include "importer/tsdb/stage.h"

#include <inttypes.h>
#include <stdio.h>

#include "gomortem/store.h"
#include "importer/reader.h"
#include "importer/text/span.h"
#include "importer/tsdb/bytes.h"

enum { PUT_SERIES, GET_SERIES, PUT_CHUNK, GET_CHUNKS, PUT_GAP, GET_GAPS, PUT_STATE, PUT_SEGMENT, LOST_CHUNKS };

static const char tables[] =
    "CREATE TEMP TABLE IF NOT EXISTS tsdb_scope (scope_id INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
    " path TEXT NOT NULL, state INTEGER NOT NULL DEFAULT 0, UNIQUE (kind, path)) STRICT;"
    "CREATE TEMP TABLE IF NOT EXISTS tsdb_series (scope_id INTEGER, ref INTEGER, labels BLOB,"
    " PRIMARY KEY (scope_id, ref)) STRICT, WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS tsdb_chunk (scope_id INTEGER, chunk INTEGER, ref INTEGER,"
    " PRIMARY KEY (scope_id, chunk)) STRICT, WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS tsdb_segment (scope_id INTEGER, segment INTEGER,"
    " PRIMARY KEY (scope_id, segment)) STRICT, WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS tsdb_gap (scope_id INTEGER, ref INTEGER, from_ms INTEGER,"
    " to_ms INTEGER, PRIMARY KEY (scope_id, ref, from_ms, to_ms)) STRICT, WITHOUT ROWID";

static const char *const sqls[GM_STAGE_STATEMENTS] = {
    [PUT_SERIES] = "INSERT OR IGNORE INTO temp.tsdb_series VALUES (?, ?, ?)",
    [GET_SERIES] = "SELECT labels FROM temp.tsdb_series WHERE scope_id = ? AND ref = ?",
    [PUT_CHUNK] = "INSERT OR IGNORE INTO temp.tsdb_chunk VALUES (?, ?, ?)",
    [GET_CHUNKS] = "SELECT chunk, ref FROM temp.tsdb_chunk WHERE scope_id = ? AND chunk >= ? ORDER BY chunk",
    [PUT_GAP] = "INSERT OR IGNORE INTO temp.tsdb_gap VALUES (?, ?, ?, ?)",
    [GET_GAPS] = "SELECT from_ms, to_ms FROM temp.tsdb_gap WHERE scope_id = ? AND ref = ? ORDER BY from_ms",
    [PUT_STATE] = "UPDATE temp.tsdb_scope SET state = max (state, ?2) WHERE scope_id = ?1",
    [PUT_SEGMENT] = "INSERT OR IGNORE INTO temp.tsdb_segment VALUES (?, ?)",
    [LOST_CHUNKS] = "SELECT count (*), min (c.chunk >> 32) FROM temp.tsdb_chunk c WHERE scope_id = ? AND NOT EXISTS"
                    " (SELECT 1 FROM temp.tsdb_segment s WHERE s.scope_id = c.scope_id"
                    " AND s.segment = c.chunk >> 32)",
};

static gm_status fail(gm_stage *stage) {
    return gm_job_fail(stage->member->reader->job, "what a block says cannot be kept: %s",
                       sqlite3_errmsg(gm_store_db(stage->member->store)));
}

/* --- scopes --- */
static gm_span without_last(gm_span path) {
    size_t n = path.len;
    while (n > 0 && path.data[n - 1] != '/') n--;
    return (gm_span){path.data, n > 0 ? n - 1 : 0};
}

static gm_span last_of(gm_span path) {
    gm_span before = without_last(path);
    return gm_span_from(path, before.len > 0 || (path.len > 0 && path.data[0] == '/') ? before.len + 1 : 0);
}

/* The directory that holds chunks/, chunks_head/, wal/ and the rest. */
static gm_span directory_of(gm_span path) {
    static const gm_span inner[] = {{"chunks", 6}, {"chunks_head", 11}, {"wal", 3}, {"wbl", 3}};
    gm_span directory = without_last(path);
    if (gm_span_starts(last_of(directory), GM_SPAN("checkpoint."))) directory = without_last(directory);
    for (size_t i = 0; i < sizeof inner / sizeof inner[0]; i++)
        if (gm_span_equal(last_of(directory), inner[i])) return without_last(directory);
    return directory;
}

static gm_status find_scope(gm_stage *stage, gm_scope_kind kind) {
    static const char *const sql[] = {
        "INSERT OR IGNORE INTO temp.tsdb_scope (kind, path) VALUES (?, ?)",
        "SELECT scope_id FROM temp.tsdb_scope WHERE kind = ? AND path = ?",
    };
    for (int i = 0; i < 2; i++) {
        g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(stage->member->store, sql[i], NULL);
        if (!stmt) return GM_FATAL;
        gm_bind_int(stmt, 1, kind);
        gm_bind_span(stmt, 2, directory_of(stage->member->path));
        int code = sqlite3_step(stmt);
        if (code != SQLITE_ROW && code != SQLITE_DONE) return GM_FATAL;
        stage->scope = code == SQLITE_ROW ? gm_column_int(stmt, 0) : 0;
    }
    return GM_OK;
}

gm_status gm_stage_open(gm_stage *stage, gm_member *member, gm_scope_kind kind) {
    *stage = (gm_stage){.member = member};
    if (gm_store_exec(member->store, tables, NULL) && find_scope(stage, kind) == GM_OK) return GM_OK;
    gm_status status = fail(stage);
    gm_stage_close(stage);
    return status;
}

void gm_stage_close(gm_stage *stage) {
    if (stage->member) gm_emit_settle(stage->member->store);
    for (int i = 0; i < GM_STAGE_STATEMENTS; i++) {
        sqlite3_finalize(stage->statements[i]);
        stage->statements[i] = NULL;
    }
}

/* --- statements --- */
/* Starts a statement whose first parameter is the scope and whose second, where it has one, is ref. A member needs
 * few of them, so each is prepared at its first use. NULL when it cannot be: SQLite takes that, and its step fails. */
static sqlite3_stmt *start(gm_stage *stage, int which, uint64_t ref) {
    gm_emit_settle(stage->member->store);
    if (!stage->statements[which]) stage->statements[which] = gm_store_prepare(stage->member->store, sqls[which], NULL);
    sqlite3_stmt *stmt = stage->statements[which];
    if (!stmt) return NULL;
    sqlite3_reset(stmt);
    sqlite3_bind_int64(stmt, 1, stage->scope);
    if (sqlite3_bind_parameter_count(stmt) > 1) sqlite3_bind_int64(stmt, 2, (int64_t)ref);
    return stmt;
}

static gm_status run(gm_stage *stage, sqlite3_stmt *stmt) {
    int code = sqlite3_step(stmt);
    if (code != SQLITE_DONE) return fail(stage);
    sqlite3_reset(stmt);
    return GM_OK;
}

static gm_status next(gm_stage *stage, sqlite3_stmt *stmt) {
    gm_emit_settle(stage->member->store);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) return GM_OK;
    if (code != SQLITE_DONE) return fail(stage);
    sqlite3_reset(stmt);
    return GM_END;
}

gm_status gm_stage_put_series(gm_stage *stage, uint64_t ref, gm_span labels) {
    sqlite3_stmt *stmt = start(stage, PUT_SERIES, ref);
    sqlite3_bind_blob64(stmt, 3, labels.len > 0 ? labels.data : "", labels.len, SQLITE_STATIC);
    return run(stage, stmt);
}

gm_status gm_stage_get_series(gm_stage *stage, uint64_t ref, gm_span *labels) {
    sqlite3_stmt *stmt = start(stage, GET_SERIES, ref);
    gm_status status = next(stage, stmt);
    *labels = (gm_span){"", 0};
    if (status != GM_OK) return status;
    const char *data = sqlite3_column_blob(stmt, 0);
    if (data) *labels = (gm_span){data, (size_t)sqlite3_column_bytes(stmt, 0)};
    return GM_OK;
}

bool gm_stage_labels(gm_span stored, gm_span *name, gm_labels *labels) {
    gm_bytes bytes = gm_bytes_of(stored);
    uint64_t n = gm_bytes_uvarint(&bytes);
    bool fits = true;
    labels->n = 0;
    *name = (gm_span){NULL, 0};
    for (uint64_t i = 0; i < n && !bytes.bad; i++) {
        gm_span key = gm_bytes_take(&bytes, gm_bytes_uvarint(&bytes));
        gm_span value = gm_bytes_take(&bytes, gm_bytes_uvarint(&bytes));
        if (bytes.bad) break;
        if (gm_span_equal(key, GM_SPAN("__name__"))) {
            *name = value;
        } else if (!gm_labels_add(labels, key, value)) {
            fits = false;
        }
    }
    return fits && !bytes.bad;
}

gm_status gm_stage_put_chunk(gm_stage *stage, uint64_t chunk, uint64_t series) {
    sqlite3_stmt *stmt = start(stage, PUT_CHUNK, chunk);
    sqlite3_bind_int64(stmt, 3, (int64_t)series);
    return run(stage, stmt);
}

gm_status gm_stage_first_chunk(gm_stage *stage, uint64_t from) {
    start(stage, GET_CHUNKS, from);
    return GM_OK;
}

gm_status gm_stage_next_chunk(gm_stage *stage, uint64_t *chunk, uint64_t *series) {
    sqlite3_stmt *stmt = stage->statements[GET_CHUNKS];
    gm_status status = next(stage, stmt);
    if (status != GM_OK) return status;
    *chunk = (uint64_t)sqlite3_column_int64(stmt, 0);
    *series = (uint64_t)sqlite3_column_int64(stmt, 1);
    return GM_OK;
}

gm_status gm_stage_put_segment(gm_stage *stage, uint64_t segment) {
    return run(stage, start(stage, PUT_SEGMENT, segment));
}

gm_status gm_stage_lost_chunks(gm_stage *stage, int64_t *chunks, uint64_t *segment) {
    sqlite3_stmt *stmt = start(stage, LOST_CHUNKS, 0);
    if (next(stage, stmt) != GM_OK) return GM_FATAL;
    *chunks = sqlite3_column_int64(stmt, 0);
    *segment = (uint64_t)sqlite3_column_int64(stmt, 1);
    sqlite3_reset(stmt);
    return GM_OK;
}

gm_status gm_stage_put_gap(gm_stage *stage, uint64_t ref, int64_t from_ms, int64_t to_ms) {
    sqlite3_stmt *stmt = start(stage, PUT_GAP, ref);
    sqlite3_bind_int64(stmt, 3, from_ms);
    sqlite3_bind_int64(stmt, 4, to_ms);
    return run(stage, stmt);
}

gm_status gm_stage_first_gap(gm_stage *stage, uint64_t ref) {
    start(stage, GET_GAPS, ref);
    return GM_OK;
}

gm_status gm_stage_next_gap(gm_stage *stage, int64_t *from_ms, int64_t *to_ms) {
    sqlite3_stmt *stmt = stage->statements[GET_GAPS];
    gm_status status = next(stage, stmt);
    if (status != GM_OK) return status;
    *from_ms = sqlite3_column_int64(stmt, 0);
    *to_ms = sqlite3_column_int64(stmt, 1);
    return GM_OK;
}

gm_status gm_stage_put_state(gm_stage *stage, gm_index_state state) {
    return run(stage, start(stage, PUT_STATE, (uint64_t)state));
}

gm_status gm_stage_get_state(gm_stage *stage, gm_index_state *state) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(stage->member->store, "SELECT state FROM temp.tsdb_scope WHERE scope_id = ?", NULL);
    if (!stmt) return fail(stage);
    gm_bind_int(stmt, 1, stage->scope);
    if (sqlite3_step(stmt) != SQLITE_ROW) return fail(stage);
    *state = (gm_index_state)gm_column_int(stmt, 0);
    return GM_OK;
}
