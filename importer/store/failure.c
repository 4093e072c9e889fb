/* Failures of SQLite that are no answer to a statement: memory, the disk, damage, an interruption.
 *
 * Comes between every sqlite3_step of the project (a macro of store.h) and SQLite. A loop over rows that takes such a
 * failure for the end would judge by half of the data, and SQLite may roll the whole transaction back on it and let
 * what follows be written for good. So the first such failure is the store's: nothing further runs on the connection,
 * and every stage's end asks for it (gm_store_check). https://sqlite.org/lang_transaction.html, "Automatic rollback".
 */
#include "importer/store/store_private.h"

#undef sqlite3_step

static GMutex lock;
static GPtrArray *stores; /* open ones; few */

void gm_store_watch(gm_store *store) {
    g_mutex_lock(&lock);
    if (!stores) stores = g_ptr_array_new();
    g_ptr_array_add(stores, store);
    g_mutex_unlock(&lock);
}

void gm_store_unwatch(gm_store *store) {
    g_mutex_lock(&lock);
    if (stores) g_ptr_array_remove(stores, store);
    if (stores && stores->len == 0) g_clear_pointer(&stores, g_ptr_array_unref);
    g_mutex_unlock(&lock);
}

static gm_store *store_of(const sqlite3 *db) {
    gm_store *found = NULL;
    g_mutex_lock(&lock);
    for (guint i = 0; stores && i < stores->len && !found; i++) {
        gm_store *store = g_ptr_array_index(stores, i);
        if (store->db == db) found = store;
    }
    g_mutex_unlock(&lock);
    return found;
}

static bool is_lasting(int code) {
    switch (code & 0xff) {
    case SQLITE_NOMEM:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_INTERRUPT: return true;
    default: return false;
    }
}

static int stop(void *unused) {
    (void)unused;
    return 1;
}

void gm_store_note(sqlite3 *db, int code) {
    gm_store *store = is_lasting(code) ? store_of(db) : NULL;
    if (!store || store->failure) return;
    gm_store_fail(store);
    sqlite3_progress_handler(db, 1, stop, NULL);
}

int gm_store_step(sqlite3_stmt *stmt) {
    int code = sqlite3_step(stmt);
    if (code != SQLITE_ROW && code != SQLITE_DONE) gm_store_note(sqlite3_db_handle(stmt), code);
    return code;
}

void gm_store_undo(gm_store *store) {
    if (!store->failure) return;
    sqlite3_progress_handler(store->db, 0, NULL, NULL);
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_progress_handler(store->db, 1, stop, NULL);
}

bool gm_store_check(gm_store *store, GError **error) {
    if (!store->failure) return true;
    if (error && !*error) *error = g_error_copy(store->failure);
    return false;
}
