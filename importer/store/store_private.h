/* What the files of the store share: the store itself, its state while an import runs, text cleaning. */
#ifndef GM_STORE_PRIVATE_H
#define GM_STORE_PRIVATE_H

#include <glib.h>
#include <sqlite3.h>

#include "gomortem/emit.h"
#include "gomortem/store.h"
#include "importer/store/intern.h"

extern const char gm_schema_text[]; /* generated from include/gomortem/schema */

/* --- the state of an import --- */
enum { GM_SEVERITIES = GM_SEVERITY_ERROR + 1 };

/* One for each kind of row; the prepared statement is kept under it. */
typedef enum {
    GM_ROW_MEMBER_BEGIN,
    GM_ROW_MEMBER_END,
    GM_ROW_MEMBER_LEAVE,
    GM_ROW_LEFT_OUT,
    GM_ROW_DIAGNOSTIC,
    GM_ROW_IDENTITY,
    GM_ROW_SERIES,
    GM_ROW_SAMPLE,
    GM_ROW_SAMPLE_KEPT,
    GM_ROW_STALE,
    GM_ROW_GC_CYCLE,
    GM_ROW_PROFILE,
    GM_ROW_GOROUTINE,
    GM_ROW_MAPPING,
    GM_ROW_OOM_KILL,
    GM_ROW_OOM_TASK,
    GM_ROW_OOM_STAT,
    GM_ROW_EVENT,
    GM_ROW_SETTING,
    GM_ROW_CLOCK_PAIR,
    GM_ROW_KINDS
} gm_row_kind;

/* What gets one id throughout the incident. */
typedef enum {
    GM_INTERN_IDENTITY,
    GM_INTERN_SERIES,
    GM_INTERN_FUNCTION,
    GM_INTERN_LOCATION,
    GM_INTERN_STACK,
    GM_INTERN_KINDS
} gm_intern_kind;

typedef struct {
    int64_t id; /* GM_UNKNOWN: the bundle itself */
    int64_t records, rejected, left_out[GM_LEFT_REASONS];
    int64_t first_ns, last_ns;
    int64_t diagnostics[GM_SEVERITIES]; /* seen, also those beyond the limit */
    bool limit_told[GM_INTERN_KINDS];
} gm_open_member;

typedef struct gm_pending_samples gm_pending_samples; /* emit_samples.c */
void gm_samples_free(gm_pending_samples *pending);    /* NULL is allowed */
typedef struct gm_flat gm_flat;                       /* emit_flat.c */
gm_flat *gm_flat_new(void);
void gm_flat_free(gm_flat *flat);
typedef struct gm_sheets gm_sheets; /* sheet.c */
void gm_sheets_free(gm_sheets *sheets);

typedef struct {
    sqlite3_stmt *statements[GM_ROW_KINDS];
    gm_intern interned[GM_INTERN_KINDS];
    gm_limits limits;
    GArray *members;             /* of gm_open_member; [0] is the bundle, the last is the innermost */
    gm_open_member *member;      /* the last of members */
    gm_pending_samples *samples; /* NULL until the first one */
    gm_sheets *sheets;
    gm_flat *flat;
    bool stack_was_new; /* the latest */
    struct gm_last_stack *last_stack;
    int64_t newest_profile_id;    /* with values */
    int64_t profile_id, stack_id; /* that values came for, and its highest stack; INT64_MAX: not known */
    GString *scratch;
} gm_import_state;

struct gm_store {
    sqlite3 *db;
    GError *failure;         /* the first failure while emitting; every later emit answers GM_FATAL */
    gm_import_state *import; /* NULL unless the store was created and not yet finished */
    char *path, *temp_path;  /* NULL when opened or in memory */
    int temp_lock;           /* descriptor, see publish.h; of stores that have a path, -1: none */
    bool force;
};

gm_import_state *gm_import_state_new(gm_store *store);
void gm_import_state_free(gm_import_state *state); /* finalizes the statements; NULL is allowed */
/* Ends the import of a store that has one: owed rows, COMMIT. */
bool gm_store_end_import(gm_store *store, GError **error);
/* Writes what is still owed to the bundle (diagnostics beyond the limit). */
bool gm_import_finish(gm_store *store);

/* --- errors --- */
int gm_store_error_code(int sqlite_code); /* to gm_store_error */
/* Keeps the connection's current error as the store's failure. Answers GM_FATAL. */
gm_status gm_store_fail(gm_store *store);
void gm_store_fail_closed(gm_store *store); /* the failure is that nothing can be emitted any more */

void gm_store_watch(gm_store *store); /* has its connection; failure.c finds the store by it */
void gm_store_unwatch(gm_store *store);
void gm_store_note(sqlite3 *db, int code); /* keeps code as the store's failure if it is of that kind */

/* --- opening --- */
/* Gives a path that SQLite takes as a file's name and nothing else. */
char *gm_store_plain_path(const char *path);
bool gm_store_harden(sqlite3 *db);
bool gm_store_enter_mode(gm_store *store, gm_store_mode mode, GError **error);
int gm_authorize_read(void *unused, int action, const char *a, const char *b, const char *db, const char *by);
int gm_authorize_analyze(void *unused, int action, const char *a, const char *b, const char *db, const char *by);

/* --- text --- */
bool gm_text_valid(gm_span text); /* valid UTF-8 without NUL */
/* Appends text with U+FFFD for NUL and for each byte that is not part of a valid character. */
void gm_text_repair(GString *to, gm_span text);

#endif
