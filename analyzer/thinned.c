/* Writes the rows of the table thinned (thinned.h) for the stages that hold a part of very many records. */
#include "analyzer/thinned.h"

bool gm_thinned_write(gm_store *store, int64_t container_id, const char *what, int64_t records, int64_t looked_at,
                      const char *text, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, "INSERT INTO thinned VALUES (?1, ?2, ?3, ?4, ?5)", error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, container_id);
    gm_bind_text(stmt, 2, what);
    sqlite3_bind_int64(stmt, 3, records);
    sqlite3_bind_int64(stmt, 4, looked_at);
    gm_bind_text(stmt, 5, text);
    return gm_store_write(store, stmt, error);
}
