/* Runs one statement on an incident that is open for reading. Behind the command `query`, before rows.c.
 *
 * What may be asked is enforced below, by the store's authorizer and SQLite's limits; here is only checked that it
 * is one statement that answers rows. https://sqlite.org/security.html */
#include "gomortem/query.h"

#include "reports/query/rows.h"

#define STEPS_BETWEEN_POLLS 10000

const gm_query *gm_query_find(const char *name) {
    for (size_t i = 0; gm_queries[i].name; i++) {
        if (strcmp(gm_queries[i].name, name) == 0) return &gm_queries[i];
    }
    return NULL;
}

static bool refuse(GError **error, const char *why) {
    g_set_error_literal(error, GM_STORE_ERROR, GM_STORE_ERROR_SQL, why);
    return false;
}

static bool only_blanks(const char *text) {
    for (; *text; text++) {
        if (!g_ascii_isspace(*text) && *text != ';') return false;
    }
    return true;
}

static sqlite3_stmt *prepare(gm_store *store, const char *sql, GError **error) {
    sqlite3_stmt *stmt = NULL;
    const char *rest = "";
    if (sqlite3_prepare_v2(gm_store_db(store), sql, -1, &stmt, &rest) != SQLITE_OK) {
        g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_SQL, "%s", sqlite3_errmsg(gm_store_db(store)));
        return NULL;
    }
    const char *why = !stmt                             ? "there is no statement"
                      : !only_blanks(rest)              ? "only one statement at a time"
                      : sqlite3_column_count(stmt) == 0 ? "the statement answers no rows"
                                                        : NULL;
    if (!why) return stmt;
    sqlite3_finalize(stmt);
    refuse(error, why);
    return NULL;
}

static int poll_interrupt(void *interrupted) {
    return *(const volatile bool *)interrupted;
}

static bool write_rows(gm_store *store, sqlite3_stmt *stmt, const gm_query_options *options, FILE *out,
                       GError **error) {
    gm_rows *rows = gm_rows_new(options->format, stmt, out);
    int64_t count = 0;
    int step = SQLITE_DONE;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        if (options->max_rows > 0 && count++ >= options->max_rows) {
            if (options->truncated) *options->truncated = true;
            step = SQLITE_DONE;
            break;
        }
        gm_rows_add(rows);
    }
    bool written = gm_rows_end(rows);
    if (step != SQLITE_DONE) return gm_store_error_set(store, error);
    if (!written) g_set_error_literal(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "the rows could not be written");
    return written;
}

bool gm_query_run(gm_store *store, const char *sql, const gm_query_options *options, FILE *out, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = prepare(store, sql, error);
    if (!stmt) return false;
    int at = sqlite3_bind_parameter_index(stmt, ":at_ns"), like = sqlite3_bind_parameter_index(stmt, ":like");
    if (at) gm_bind_int(stmt, at, options->at_ns);
    if (like) gm_bind_text(stmt, like, options->like);
    if (options->truncated) *options->truncated = false;
    if (options->interrupted)
        sqlite3_progress_handler(gm_store_db(store), STEPS_BETWEEN_POLLS, poll_interrupt, (void *)options->interrupted);
    bool ok = write_rows(store, stmt, options, out, error);
    if (options->interrupted) sqlite3_progress_handler(gm_store_db(store), 0, NULL, NULL); /* the caller's own stays */
    return ok;
}
