/* The incident file: create, open, finish. The bottom layer; everybody meets in it and it knows nobody.
 *
 * An import writes a temporary file beside the target and renames it when whole, so that a killed import leaves
 * nothing half-done. The analyzer opens the result for writing its own tables only, reports open it read-only;
 * an authorizer enforces both. Errors are GError of domain GM_STORE_ERROR. */
#ifndef GOMORTEM_STORE_H
#define GOMORTEM_STORE_H

#include <glib.h>
#include <sqlite3.h>

#include "gomortem/base.h"

#define GM_APPLICATION_ID 0x474d5254 /* "GMRT" */
#define GM_SCHEMA_VERSION 1

#define GM_STORE_ERROR gm_store_error_quark()
GQuark gm_store_error_quark(void);

typedef enum {
    GM_STORE_ERROR_IO,     /* disk, permission, out of space: retry may help */
    GM_STORE_ERROR_EXISTS, /* the target exists and force was not given */
    GM_STORE_ERROR_FORMAT, /* not an incident file, damaged, or of a newer schema */
    GM_STORE_ERROR_SQL,    /* our own mistake, or a database that lies about its schema */
} gm_store_error;

typedef enum {
    GM_STORE_READ,    /* reports, query */
    GM_STORE_ANALYZE, /* may write the tables of schema part 2, no others */
} gm_store_mode;

typedef struct gm_store gm_store;

/* Creates an incident under a temporary name beside path. path ":memory:" keeps it in memory (tests). The
 * caller frees the store; without gm_store_commit the temporary file is removed. */
gm_store *gm_store_create(const char *path, bool force, GError **error);
/* Ends the import's transaction and renames the file to its name. The store is closed whatever the answer. */
bool gm_store_commit(gm_store *store, GError **error);

/* Opens an existing incident. */
gm_store *gm_store_open(const char *path, gm_store_mode mode, GError **error);
/* Turns a store that was created with ":memory:" into one that is in the given mode: a comparison, and tests. */
bool gm_store_set_mode(gm_store *store, gm_store_mode mode, GError **error);
void gm_store_free(gm_store *store); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gm_store, gm_store_free)

sqlite3 *gm_store_db(gm_store *store);
bool gm_store_is_incident(const char *path); /* looks at the header only */

/* Runs statements without results. */
bool gm_store_exec(gm_store *store, const char *sql, GError **error);
/* Prepares one statement; the caller finalizes it. NULL on error. */
sqlite3_stmt *gm_store_prepare(gm_store *store, const char *sql, GError **error);
/* Runs a prepared statement that answers no rows, and makes it ready for the next ones to be bound. */
bool gm_store_write(gm_store *store, sqlite3_stmt *stmt, GError **error);
bool gm_store_error_set(gm_store *store, GError **error); /* sets error from sqlite3_errmsg; answers false */

/* Runs a statement. A failure that is none of its own (memory, disk, damage, an interruption) is the store's from then
 * on: nothing further runs, and gm_store_check answers it. Whoever ends a stage asks. */
int gm_store_step(sqlite3_stmt *stmt);
#define sqlite3_step gm_store_step
bool gm_store_check(gm_store *store, GError **error); /* false and error, unless that is set, when there was one */
void gm_store_undo(gm_store *store);                  /* after such a failure: rolls back what is not yet committed */

/* Column helpers: NULL becomes GM_UNKNOWN, NAN or NULL. */
int64_t gm_column_int(sqlite3_stmt *stmt, int column);
double gm_column_double(sqlite3_stmt *stmt, int column);
const char *gm_column_text(sqlite3_stmt *stmt, int column);
/* Never NULL: a database that somebody made up may lack what the schema demands. */
const char *gm_column_word(sqlite3_stmt *stmt, int column);
/* Bind helpers: GM_UNKNOWN, NAN and NULL become NULL. */
void gm_bind_int(sqlite3_stmt *stmt, int index, int64_t value);
void gm_bind_double(sqlite3_stmt *stmt, int index, double value);
void gm_bind_text(sqlite3_stmt *stmt, int index, const char *text);
void gm_bind_span(sqlite3_stmt *stmt, int index, gm_span span); /* made valid UTF-8 */

const char *gm_schema_sql(void);               /* the whole schema with its comments, as shipped */
extern const char *const gm_analysis_tables[]; /* what an analysis writes and replaces; NULL at the end */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)

#endif
