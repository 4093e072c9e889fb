/* Opening an incident that exists, with only the rights that the mode gives (store.h).
 *
 * Comes after an import, in another process as a rule; analysis and reports begin here. The file may come
 * from anywhere: its header and its schema are compared with our own before anything of it is run, SQLite is
 * told to trust nothing in it, and an authorizer watches all further statements. See
 * https://sqlite.org/security.html and https://sqlite.org/fileformat2.html#the_database_header. */
#include "importer/store/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER_BYTES = 100, HEADER_WRITE_VERSION = 18, HEADER_USER_VERSION = 60, HEADER_APPLICATION_ID = 68 };

char *gm_store_plain_path(const char *path) {
    return path[0] == '/' ? g_strdup(path) : g_strconcat("./", path, NULL);
}

/* --- the header --- */
static uint32_t header_number(const unsigned char *header, int offset) {
    const unsigned char *at = header + offset;
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static ssize_t read_fully(int fd, unsigned char header[HEADER_BYTES]) {
    ssize_t got, sum = 0;
    while (sum < HEADER_BYTES && (got = read(fd, header + sum, (size_t)(HEADER_BYTES - sum))) != 0) {
        if (got < 0 && errno != EINTR) return -1;
        if (got > 0) sum += got;
    }
    return sum;
}

/* How many bytes were read; -1 with errno when the file cannot be read. */
static ssize_t read_header(const char *path, unsigned char header[HEADER_BYTES]) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hang us */
    if (fd < 0) return -1;
    struct stat found;
    ssize_t got = fstat(fd, &found);
    if (got == 0 && S_ISREG(found.st_mode)) got = read_fully(fd, header);
    int why = errno;
    close(fd);
    errno = why;
    return got;
}

static bool is_sqlite(const unsigned char *header, ssize_t got) {
    return got == HEADER_BYTES && memcmp(header, "SQLite format 3", 16) == 0;
}

bool gm_store_is_incident(const char *path) {
    unsigned char header[HEADER_BYTES];
    ssize_t got = read_header(path, header);
    return is_sqlite(header, got) && header_number(header, HEADER_APPLICATION_ID) == GM_APPLICATION_ID;
}

static bool refuse(GError **error, const char *path, const char *why) {
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_FORMAT, "%s is not an incident file: %s", path, why);
    return false;
}

static bool check_header(const char *path, GError **error) {
    unsigned char header[HEADER_BYTES];
    ssize_t got = read_header(path, header);
    if (got < 0) {
        int why = errno;
        g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot open %s: %s", path, g_strerror(why));
        return false;
    }
    if (!is_sqlite(header, got)) return refuse(error, path, "it is not an SQLite database");
    if (header_number(header, HEADER_APPLICATION_ID) != GM_APPLICATION_ID) {
        return refuse(error, path, "it is the SQLite database of another program");
    }
    if (header[HEADER_WRITE_VERSION] != 1) { /* reading alone would write files beside it */
        return refuse(error, path, "it is in WAL mode; set it back with PRAGMA journal_mode = DELETE");
    }
    uint32_t version = header_number(header, HEADER_USER_VERSION);
    if (version == GM_SCHEMA_VERSION) return true;
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_FORMAT,
                version > GM_SCHEMA_VERSION
                    ? "%s was made by a newer gomortem: it has schema %u and this gomortem knows schema %d"
                    : "%s has schema %u, this gomortem knows schema %d only: import the bundle again",
                path, version, GM_SCHEMA_VERSION);
    return false;
}

/* --- the schema --- */
#define LIST_SCHEMA "SELECT type, name, tbl_name, coalesce (sql, '') FROM sqlite_schema ORDER BY type, name"

/* Below, equal or above 0 as the two rows sort; a row that is not there sorts behind all. */
static int compare_names(sqlite3_stmt *found, bool has_found, sqlite3_stmt *wanted, bool has_wanted) {
    if (!has_found || !has_wanted) return (int)has_wanted - (int)has_found;
    int types = g_strcmp0(gm_column_text(found, 0), gm_column_text(wanted, 0));
    return types ? types : g_strcmp0(gm_column_text(found, 1), gm_column_text(wanted, 1));
}

static bool refuse_schema(sqlite3_stmt *odd, const char *why, GError **error) {
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_FORMAT,
                "this is not an incident as gomortem makes it: the %s %s %s", gm_column_text(odd, 0),
                gm_column_text(odd, 1), why);
    return false;
}

static bool same_definition(sqlite3_stmt *found, sqlite3_stmt *wanted) {
    return g_strcmp0(gm_column_text(found, 2), gm_column_text(wanted, 2)) == 0 &&
           g_strcmp0(gm_column_text(found, 3), gm_column_text(wanted, 3)) == 0;
}

static bool compare_schema(gm_store *store, sqlite3_stmt *found, sqlite3_stmt *wanted, GError **error) {
    for (;;) {
        int a = sqlite3_step(found), b = sqlite3_step(wanted);
        if (a != SQLITE_ROW && a != SQLITE_DONE) return gm_store_error_set(store, error);
        if (a == SQLITE_DONE && b == SQLITE_DONE) return true;
        int order = compare_names(found, a == SQLITE_ROW, wanted, b == SQLITE_ROW);
        if (order < 0) return refuse_schema(found, "does not belong there", error);
        if (order > 0) return refuse_schema(wanted, "is missing", error);
        if (!same_definition(found, wanted)) return refuse_schema(found, "was changed", error);
    }
}

/* Nothing that we did not make may be in the file: triggers and views would run with our statements. */
static bool check_schema(gm_store *store, GError **error) {
    g_autoptr(gm_store) model = g_new0(gm_store, 1);
    if (sqlite3_open_v2(":memory:", &model->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL) != SQLITE_OK) {
        return gm_store_error_set(model, error);
    }
    if (!gm_store_exec(model, gm_schema_text, error)) return false;
    g_autoptr(sqlite3_stmt) wanted = gm_store_prepare(model, LIST_SCHEMA, error);
    if (!wanted) return false;
    g_autoptr(sqlite3_stmt) found = gm_store_prepare(store, LIST_SCHEMA, error);
    return found && compare_schema(store, found, wanted, error);
}

/* --- rights --- */
bool gm_store_harden(sqlite3 *db) {
    static const struct {
        int option, value;
    } wanted[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 0},    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        if (sqlite3_db_config(db, wanted[i].option, wanted[i].value, NULL) != SQLITE_OK) return false;
    }
    sqlite3_busy_timeout(db, 10000);
    return true;
}

static void limit(sqlite3 *db) {
    static const struct {
        int what, most;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, 256 << 20},
        {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
        {SQLITE_LIMIT_COLUMN, 500},
        {SQLITE_LIMIT_EXPR_DEPTH, 500},
        {SQLITE_LIMIT_COMPOUND_SELECT, 100},
        {SQLITE_LIMIT_VDBE_OP, 250000},
        {SQLITE_LIMIT_FUNCTION_ARG, 100},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 1000},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) sqlite3_limit(db, limits[i].what, limits[i].most);
}

bool gm_store_enter_mode(gm_store *store, gm_store_mode mode, GError **error) {
    /* The last one: tables that functions yield are set up at their first use, which the authorizer must not
     * see, for SQLite does it with a write to the schema. All others (pragma_*, dbstat, ...) are thereby
     * denied. */
    static const char preparations[] =
        "PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384;"
        "SELECT 1 FROM json_each ('[]'), json_tree ('[]')";
    sqlite3_set_authorizer(store->db, NULL, NULL);
    if (!gm_store_exec(store, preparations, error)) return false;
    const char *writing = mode == GM_STORE_READ ? "PRAGMA query_only = ON" : "PRAGMA query_only = OFF";
    if (!gm_store_exec(store, writing, error)) return false;
    limit(store->db);
    sqlite3_set_authorizer(store->db, mode == GM_STORE_READ ? gm_authorize_read : gm_authorize_analyze, NULL);
    return true;
}

bool gm_store_set_mode(gm_store *store, gm_store_mode mode, GError **error) {
    return gm_store_end_import(store, error) && gm_store_enter_mode(store, mode, error);
}

/* SQLite notices missing pages, but reads the missing part of the last one as zeros. */
static bool check_size(gm_store *store, const char *path, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", error);
    if (!stmt) return false;
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(store, error);
    struct stat found;
    if (stat(path, &found) == 0 && found.st_size >= gm_column_int(stmt, 0)) return true;
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_FORMAT, "the file is cut short");
    return false;
}

static bool admit(gm_store *store, const char *path, gm_store_mode mode, GError **error) {
    return check_size(store, path, error) && gm_store_enter_mode(store, mode, error) && check_schema(store, error);
}

static bool open_file(gm_store *store, const char *path, gm_store_mode mode, GError **error) {
    int flags = (mode == GM_STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX;
    g_autofree char *plain = gm_store_plain_path(path);
    if (sqlite3_open_v2(plain, &store->db, flags, NULL) != SQLITE_OK || !gm_store_harden(store->db))
        return gm_store_error_set(store, error);
    gm_store_watch(store);
    return true;
}

gm_store *gm_store_open(const char *path, gm_store_mode mode, GError **error) {
    g_autoptr(gm_store) store = g_new0(gm_store, 1);
    if (!check_header(path, error)) return NULL;
    if (!open_file(store, path, mode, error) || !admit(store, path, mode, error)) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    return g_steal_pointer(&store);
}
