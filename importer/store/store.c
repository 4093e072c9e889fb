/* The incident file: creating it, finishing it, running SQL on it (store.h).
 *
 * An import begins here with gm_store_create, fills the file through the emit functions and ends with
 * gm_store_commit. Everything happens in one transaction in a temporary file without a lasting journal: the
 * file is thrown away unless it is finished, so nothing ever needs to be rolled back. What must not differ
 * between two imports of the same bundle is fixed here: page size, vacuum mode, order of the statements. See
 * https://sqlite.org/fileformat2.html. */
#include "importer/store/store_private.h"

#include "gomortem/temporary.h"

#include "importer/store/publish.h"
#include "importer/store/quantity_rows.h"

#include <unistd.h>

G_DEFINE_QUARK(gm_store_error_quark, gm_store_error)

static const char import_pragmas[] = "PRAGMA page_size = 8192;"
                                     "PRAGMA auto_vacuum = NONE;"
                                     "PRAGMA encoding = 'UTF-8';"
                                     "PRAGMA journal_mode = MEMORY;"
                                     "PRAGMA synchronous = OFF;"
                                     "PRAGMA temp_store = FILE;"
                                     "PRAGMA locking_mode = EXCLUSIVE;"
                                     "PRAGMA secure_delete = ON;"
                                     "PRAGMA cache_size = -2048;";

const char *gm_schema_sql(void) {
    return gm_schema_text;
}

sqlite3 *gm_store_db(gm_store *store) {
    gm_emit_settle(store);
    return store->db;
}

/* --- errors --- */
int gm_store_error_code(int sqlite_code) {
    switch (sqlite_code & 0xff) {
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_NOLFS:
    case SQLITE_NOMEM: return GM_STORE_ERROR_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return GM_STORE_ERROR_FORMAT;
    default: return GM_STORE_ERROR_SQL;
    }
}

bool gm_store_error_set(gm_store *store, GError **error) {
    if (store->failure) {
        if (error) *error = g_error_copy(store->failure);
        return false;
    }
    int code = sqlite3_extended_errcode(store->db);
    const char *text = sqlite3_errmsg(store->db);
    if (code == SQLITE_READONLY_ROLLBACK) text = "an earlier analysis was interrupted; analyze the incident again";
    g_set_error(error, GM_STORE_ERROR, gm_store_error_code(code), "%s", text);
    return false;
}

bool gm_store_write(gm_store *store, sqlite3_stmt *stmt, GError **error) {
    bool ok = sqlite3_step(stmt) == SQLITE_DONE;
    sqlite3_reset(stmt);
    return ok || gm_store_error_set(store, error);
}

gm_status gm_store_fail(gm_store *store) {
    if (!store->failure) gm_store_error_set(store, &store->failure);
    return GM_FATAL;
}

void gm_store_fail_closed(gm_store *store) {
    g_set_error(&store->failure, GM_STORE_ERROR, GM_STORE_ERROR_SQL, "the incident is not open for import");
}

/* --- SQL --- */
bool gm_store_exec(gm_store *store, const char *sql, GError **error) {
    gm_emit_settle(store);
    if (store->failure) return gm_store_error_set(store, error);
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    gm_store_note(store->db, code);
    return code == SQLITE_OK || gm_store_error_set(store, error);
}

/* Comments and stray semicolons may follow a statement; a second statement would be passed over in silence.
 */
static bool nothing_follows(gm_store *store, const char *tail, GError **error) {
    sqlite3_stmt *next = NULL;
    int code = SQLITE_OK;
    while (tail && *tail && !next && code == SQLITE_OK) {
        code = sqlite3_prepare_v2(store->db, tail, -1, &next, &tail);
    }
    sqlite3_finalize(next);
    if (!next && code == SQLITE_OK) return true;
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_SQL, "more than one SQL statement");
    return false;
}

sqlite3_stmt *gm_store_prepare(gm_store *store, const char *sql, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = NULL;
    const char *tail = NULL;
    gm_emit_settle(store);
    int code = store->failure ? SQLITE_ERROR : sqlite3_prepare_v2(store->db, sql, -1, &stmt, &tail);
    if (code != SQLITE_OK) {
        gm_store_note(store->db, code);
        gm_store_error_set(store, error);
        return NULL;
    }
    if (!stmt) {
        g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_SQL, "no SQL statement");
        return NULL;
    }
    if (!nothing_follows(store, tail, error)) return NULL;
    return g_steal_pointer(&stmt);
}

/* --- creating --- */
static bool fill_quantities(gm_store *store, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, "INSERT INTO quantity VALUES (?, ?, ?, ?, ?)", error);
    if (!stmt) return false;
    for (int quantity = GM_Q_NONE + 1; quantity < GM_Q_COUNT; quantity++) {
        const gm_quantity_row *row = &gm_quantity_rows[quantity];
        gm_bind_int(stmt, 1, quantity);
        gm_bind_text(stmt, 2, row->name);
        gm_bind_text(stmt, 3, row->unit);
        gm_bind_text(stmt, 4, row->kind);
        gm_bind_text(stmt, 5, row->description);
        if (sqlite3_step(stmt) != SQLITE_DONE) return gm_store_error_set(store, error);
        sqlite3_reset(stmt);
    }
    return true;
}

static bool write_schema(gm_store *store, GError **error) {
    g_autofree char *header = g_strdup_printf("BEGIN; PRAGMA application_id = %d; PRAGMA user_version = %d;",
                                              GM_APPLICATION_ID, GM_SCHEMA_VERSION);
    return gm_store_exec(store, import_pragmas, error) && gm_store_exec(store, header, error) &&
           gm_store_exec(store, gm_schema_text, error) && fill_quantities(store, error);
}

static bool open_new(gm_store *store, const char *path, GError **error) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (!store->temp_path) flags |= SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
    if (sqlite3_open_v2(store->temp_path ? store->temp_path : path, &store->db, flags, NULL) != SQLITE_OK) {
        return gm_store_error_set(store, error);
    }
    if (!gm_store_harden(store->db)) return gm_store_error_set(store, error);
    gm_store_watch(store);
    return true;
}

gm_store *gm_store_create(const char *path, bool force, GError **error) {
    g_autoptr(gm_store) store = g_new0(gm_store, 1);
    store->force = force;
    store->temp_lock = -1;
    if (strcmp(path, ":memory:") != 0) {
        store->path = gm_store_plain_path(path);
        store->temp_path = gm_publish_reserve(store->path, force, &store->temp_lock, error);
        if (!store->temp_path) return NULL;
        gm_temporary_made(store->temp_path);
    }
    if (!open_new(store, path, error) || !write_schema(store, error)) return NULL;
    store->import = gm_import_state_new(store);
    return g_steal_pointer(&store);
}

/* --- finishing --- */
bool gm_store_end_import(gm_store *store, GError **error) {
    if (!store->import) return true;
    if (!gm_import_finish(store)) return gm_store_error_set(store, error);
    gm_import_state_free(g_steal_pointer(&store->import));
    return gm_store_exec(store, "COMMIT", error);
}

static bool close_db(gm_store *store, GError **error) {
    if (sqlite3_close(store->db) != SQLITE_OK) return gm_store_error_set(store, error);
    store->db = NULL;
    return true;
}

bool gm_store_commit(gm_store *store, GError **error) {
    bool done = gm_store_end_import(store, error) && close_db(store, error);
    if (done && store->temp_path) {
        done = gm_publish(store->temp_path, store->path, store->force, error);
        if (done) gm_temporary_gone(store->temp_path);
        if (done) g_clear_pointer(&store->temp_path, g_free);
    }
    gm_store_free(store);
    return done;
}

void gm_store_free(gm_store *store) {
    if (!store) return;
    gm_import_state_free(store->import);
    gm_store_unwatch(store);
    sqlite3_close_v2(store->db);
    if (store->temp_path) {
        unlink(store->temp_path);
        gm_temporary_gone(store->temp_path);
    }
    if (store->path && store->temp_lock >= 0) close(store->temp_lock);
    g_clear_error(&store->failure);
    g_free(store->temp_path);
    g_free(store->path);
    g_free(store);
}
