/* Emitting, part 5: stacks and their values in a profile (emit.h), a million of each in a large profile.
 *
 * Comes behind emit_profile.c. Starting and ending a statement costs more than a row of it, so rows are gathered
 * and written many at once; like samples they are written at the latest before another member is opened or the
 * member ends. A stack's id is known before its row is written, for nothing else adds rows to its table. */
#include "importer/store/emit_intern.h"

enum {
    ROWS_AT_ONCE = 64,
    FRAME_BYTES = 21, /* of the longest id and its comma */
    STACK_COLUMNS = 2,
    VALUE_COLUMNS = 2 + GM_VALUE_KINDS
};

typedef struct {
    int64_t profile_id, stack_id;
    int64_t values[GM_VALUE_KINDS];
} pending_values;

struct gm_pending_stacks {
    size_t stacks, values;
    int64_t first_id;          /* of the pending stacks, whose ids follow each other */
    size_t ends[ROWS_AT_ONCE]; /* of their frames in text */
    GString *text;
    pending_values rows[ROWS_AT_ONCE];
};

#define FOUR(rows) rows "," rows "," rows "," rows
#define SIXTY_FOUR(row) FOUR(FOUR(FOUR(row)))

void gm_stacks_free(gm_pending_stacks *pending) {
    if (!pending) return;
    g_string_free(pending->text, TRUE);
    g_free(pending);
}

static gm_pending_stacks *pending_of(gm_import_state *import) {
    if (!import->stacks) {
        import->stacks = g_new0(gm_pending_stacks, 1);
        import->stacks->text = g_string_new(NULL);
    }
    return import->stacks;
}

/* --- stacks ------------------------------------------------------------------------------------------- */
/* Writes "id,"; the C library's printf would take most of a large profile's time. */
static char *put_id(char *to, int64_t id) {
    char digits[24], *at = digits + sizeof digits;
    uint64_t rest = id < 0 ? 0 - (uint64_t)id : (uint64_t)id;
    *--at = ',';
    do *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (id < 0) *--at = '-';
    size_t len = (size_t)(digits + sizeof digits - at);
    memcpy(to, at, len);
    return to + len;
}

/* Appends the frames as a JSON array. */
static void add_frames(GString *text, const int64_t *location_ids, size_t n) {
    gsize begin = text->len;
    g_string_set_size(text, begin + 2 + n * FRAME_BYTES);
    char *at = text->str + begin;
    *at++ = '[';
    for (size_t i = 0; i < n; i++) at = put_id(at, location_ids[i]);
    if (n > 0) at--; /* the comma behind the last */
    *at++ = ']';
    g_string_truncate(text, (gsize)(at - text->str));
}

static void bind_stack(const gm_pending_stacks *pending, size_t i, sqlite3_stmt *stmt, int column) {
    size_t begin = i ? pending->ends[i - 1] : 0;
    sqlite3_bind_int64(stmt, column + 1, pending->first_id + (int64_t)i);
    sqlite3_bind_text64(stmt, column + 2, pending->text->str + begin, pending->ends[i] - begin, SQLITE_STATIC,
                        SQLITE_UTF8);
}

static gm_status run(gm_store *store, sqlite3_stmt *stmt) {
    int code = sqlite3_step(stmt);
    sqlite3_reset(stmt);
    return code == SQLITE_DONE ? GM_OK : gm_store_fail(store);
}

static gm_status write_stacks(gm_store *store, gm_pending_stacks *pending) {
    static const char many[] = "INSERT INTO stack (stack_id, frames) VALUES " SIXTY_FOUR("(?, ?)");
    static const char one[] = "INSERT INTO stack (stack_id, frames) VALUES (?, ?)";
    gm_row row;
    gm_status status = GM_OK;
    bool full = pending->stacks == ROWS_AT_ONCE;
    if (pending->stacks == 0) return GM_OK;
    if (!gm_row_begin(&row, store, full ? GM_ROW_STACKS : GM_ROW_STACK, full ? many : one)) return GM_FATAL;
    for (size_t i = 0; i < pending->stacks && status == GM_OK; i++) {
        bind_stack(pending, i, row.stmt, full ? (int)i * STACK_COLUMNS : 0);
        if (!full) status = run(store, row.stmt);
    }
    if (full) status = run(store, row.stmt);
    pending->stacks = 0;
    g_string_truncate(pending->text, 0);
    return status;
}

gm_status gm_emit_stack(gm_store *store, const int64_t *location_ids, size_t n, int64_t *id) {
    gm_interning in = {store, GM_INTERN_STACK, gm_fingerprint_start()};
    gm_fingerprint_ints(&in.key, location_ids, n);
    gm_status status;
    if (gm_interning_known(&in, id, &status)) return status;
    if (!store->import) {
        gm_store_fail_closed(store);
        return GM_FATAL;
    }
    gm_pending_stacks *pending = pending_of(store->import);
    int64_t next = (int64_t)store->import->interned[GM_INTERN_STACK].count + 1;
    if (pending->stacks == 0) pending->first_id = next;
    add_frames(pending->text, location_ids, n);
    pending->ends[pending->stacks++] = pending->text->len;
    status = gm_interning_keep(&in, *id = next);
    if (status == GM_OK && pending->stacks == ROWS_AT_ONCE) status = write_stacks(store, pending);
    return status;
}

/* --- values ------------------------------------------------------------------------------------------- */
#define ADD_UP(column)                                                                                       \
#column " = coalesce (" #column " + excluded." #column ", excluded." #column ", " #column ")"
/* clang-format off */
#define INSERT_VALUES(rows)                                                                                  \
    "INSERT INTO profile_sample (profile_id, stack_id, alloc_objects, alloc_bytes, inuse_objects,"           \
    " inuse_bytes, count, nanoseconds) VALUES " rows                                                         \
    " ON CONFLICT (profile_id, stack_id) DO UPDATE SET "                                                     \
    ADD_UP(alloc_objects) ", " ADD_UP(alloc_bytes) ", " ADD_UP(inuse_objects) ", "                           \
    ADD_UP(inuse_bytes) ", " ADD_UP(count) ", " ADD_UP(nanoseconds)
/* clang-format on */

static void put_values(gm_row *row, const pending_values *values) {
    gm_row_int(row, values->profile_id);
    gm_row_int(row, values->stack_id);
    gm_row_ints(row, values->values, GM_VALUE_KINDS);
}

static gm_status write_values_each(gm_store *store, const gm_pending_stacks *pending) {
    gm_status status = GM_OK;
    for (size_t i = 0; i < pending->values && status == GM_OK; i++) {
        gm_row row;
        if (!gm_row_begin(&row, store, GM_ROW_PROFILE_SAMPLE, INSERT_VALUES("(?, ?, ?, ?, ?, ?, ?, ?)")))
            return GM_FATAL;
        put_values(&row, &pending->rows[i]);
        status = gm_row_record(&row, GM_UNKNOWN);
    }
    return status;
}

/* A row that is refused, because a sum does not fit, undoes the whole statement: then it goes row by row. */
static gm_status write_values_at_once(gm_store *store, const gm_pending_stacks *pending) {
    static const char sql[] = INSERT_VALUES(SIXTY_FOUR("(?, ?, ?, ?, ?, ?, ?, ?)"));
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_PROFILE_SAMPLES, sql)) return GM_FATAL;
    for (size_t i = 0; i < pending->values; i++) put_values(&row, &pending->rows[i]);
    int code = sqlite3_step(row.stmt);
    sqlite3_reset(row.stmt);
    if (code == SQLITE_CONSTRAINT) return write_values_each(store, pending);
    if (code != SQLITE_DONE) return gm_store_fail(store);
    for (size_t i = 0; i < pending->values; i++) gm_member_count(store->import->member, GM_UNKNOWN);
    return GM_OK;
}

static gm_status write_values(gm_store *store, gm_pending_stacks *pending) {
    bool full = pending->values == ROWS_AT_ONCE;
    gm_status status = full ? write_values_at_once(store, pending) : write_values_each(store, pending);
    pending->values = 0;
    return status;
}

gm_status gm_emit_profile_sample(gm_store *store, int64_t profile_id, int64_t stack_id,
                                 const int64_t values[GM_VALUE_KINDS]) {
    if (store->failure) return GM_FATAL;
    if (!store->import) {
        gm_store_fail_closed(store);
        return GM_FATAL;
    }
    gm_pending_stacks *pending = pending_of(store->import);
    pending_values *row = &pending->rows[pending->values++];
    row->profile_id = profile_id;
    row->stack_id = stack_id;
    memcpy(row->values, values, sizeof row->values);
    return pending->values == ROWS_AT_ONCE ? write_values(store, pending) : GM_OK;
}

gm_status gm_stacks_flush(gm_store *store) {
    gm_pending_stacks *pending = store->import ? store->import->stacks : NULL;
    if (!pending || store->failure) return store->failure ? GM_FATAL : GM_OK;
    gm_status status = write_stacks(store, pending);
    return status == GM_OK ? write_values(store, pending) : status;
}
