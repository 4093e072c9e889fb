/* Emitting, part 1: members, their diagnostics and their accounts (emit.h).
 *
 * The import loop opens and closes members; what the formats emit in between is counted for the innermost
 * open one and written into its row when it closes. A member that complains without end is cut short: the
 * first hundred diagnostics of each severity are kept, the rest become one row with their number. */
#include "importer/store/emit_row.h"
#include "importer/store/last_stack.h"
#include "importer/store/sheet.h"

enum { DIAGNOSTICS_KEPT = 100 }; /* of one member and severity */

static const char *const reason_names[GM_LEFT_REASONS] = {[GM_LEFT_OUTSIDE] = "outside_vocabulary",
                                                          [GM_LEFT_NOT_SELECTED] = "not_selected",
                                                          [GM_LEFT_DUPLICATE] = "duplicate",
                                                          [GM_LEFT_DISAGREEING] = "disagreeing_duplicate",
                                                          [GM_LEFT_NO_VALUE] = "no_value",
                                                          [GM_LEFT_NO_TIME] = "no_time",
                                                          [GM_LEFT_SUPERSEDED] = "superseded",
                                                          [GM_LEFT_BEYOND] = "beyond_limit",
                                                          [GM_LEFT_DELETED] = "deleted"};

static const char *const severity_names[GM_SEVERITIES] = {"info", "warning", "error"};

gm_import_state *gm_import_state_new(gm_store *store) {
    gm_import_state *state = g_new0(gm_import_state, 1);
    gm_open_member bundle = {.id = GM_UNKNOWN, .first_ns = GM_UNKNOWN, .last_ns = GM_UNKNOWN};
    state->members = g_array_new(FALSE, FALSE, sizeof(gm_open_member));
    g_array_append_val(state->members, bundle);
    state->member = &g_array_index(state->members, gm_open_member, 0);
    state->scratch = g_string_new(NULL);
    state->sheets = gm_sheets_new(store);
    state->flat = gm_flat_new();
    state->last_stack = gm_last_stack_new();
    state->limits = gm_limits_default;
    return state;
}

void gm_import_state_free(gm_import_state *state) {
    if (!state) return;
    for (int kind = 0; kind < GM_ROW_KINDS; kind++) sqlite3_finalize(state->statements[kind]);
    for (int kind = 0; kind < GM_INTERN_KINDS; kind++) gm_intern_release(&state->interned[kind]);
    g_array_free(state->members, TRUE);
    gm_samples_free(state->samples);
    gm_sheets_free(state->sheets);
    gm_flat_free(state->flat);
    gm_last_stack_free(state->last_stack);
    g_string_free(state->scratch, TRUE);
    g_free(state);
}

/* --- diagnostics --- */
static gm_status write_diagnostic(gm_store *store, gm_diag_severity severity, int64_t line, int64_t offset,
                                  gm_span text) {
    static const char sql[] = "INSERT INTO diagnostic (member_id, severity, line, byte_offset, text)"
                              " VALUES (?, ?, ?, ?, ?)";
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_DIAGNOSTIC, sql)) return GM_FATAL;
    gm_row_member(&row);
    gm_row_word(&row, severity_names[severity]);
    gm_row_int(&row, line);
    gm_row_int(&row, offset);
    gm_row_text(&row, text);
    int code = sqlite3_step(row.stmt);
    sqlite3_reset(row.stmt);
    return code == SQLITE_DONE ? GM_OK : gm_store_fail(store);
}

gm_status gm_emit_diagnostic(gm_store *store, gm_diag_severity severity, int64_t line, int64_t offset, gm_span text) {
    if (store->failure) return GM_FATAL;
    if (store->import && ++store->import->member->diagnostics[severity] > DIAGNOSTICS_KEPT) return GM_OK;
    return write_diagnostic(store, severity, line, offset, text);
}

/* Says how many diagnostics of the member were not kept. */
static gm_status write_diagnostics_left(gm_store *store) {
    for (int severity = 0; severity < GM_SEVERITIES; severity++) {
        int64_t left = store->import->member->diagnostics[severity] - DIAGNOSTICS_KEPT;
        if (left <= 0) continue;
        g_autofree char *text =
            g_strdup_printf("%" G_GINT64_FORMAT " more of severity %s are not listed", left, severity_names[severity]);
        gm_status status =
            write_diagnostic(store, (gm_diag_severity)severity, GM_UNKNOWN, GM_UNKNOWN, gm_span_of(text));
        if (status != GM_OK) return status;
    }
    return GM_OK;
}

bool gm_import_finish(gm_store *store) {
    return !store->failure && gm_samples_flush(store) == GM_OK && write_diagnostics_left(store) == GM_OK;
}

void gm_emit_settle(gm_store *store) {
    (void)gm_sheets_settle(store); /* a failure is the store's and comes back with whatever is done next */
}

int64_t gm_emit_complaints(const gm_store *store) {
    const int64_t *seen = store->import ? store->import->member->diagnostics : NULL;
    return seen ? seen[GM_SEVERITY_WARNING] + seen[GM_SEVERITY_ERROR] : 0;
}

void gm_emit_rejected(gm_store *store, int64_t count) {
    if (store->import) store->import->member->rejected += count;
}

void gm_emit_left_out(gm_store *store, gm_left_reason reason, int64_t count) {
    if (store->import) store->import->member->left_out[reason] += count;
}

/* --- members --- */
static void enter_innermost(gm_import_state *state) {
    state->member = &g_array_index(state->members, gm_open_member, state->members->len - 1);
}

gm_status gm_emit_member_begin(gm_store *store, const gm_member_begin *member, int64_t *id) {
    static const char sql[] = "INSERT INTO member (parent_id, path, mtime_ns) VALUES (?, ?, ?)";
    gm_row row;
    *id = 0;
    if (gm_samples_flush(store) != GM_OK) return GM_FATAL;
    if (!gm_row_begin(&row, store, GM_ROW_MEMBER_BEGIN, sql)) return GM_FATAL;
    gm_row_int(&row, member->parent_id);
    gm_row_text(&row, member->path);
    gm_row_int(&row, member->mtime_ns);
    gm_status status = gm_row_write(&row);
    if (status != GM_OK) return status;
    *id = sqlite3_last_insert_rowid(store->db);
    gm_open_member opened = {.id = *id, .first_ns = GM_UNKNOWN, .last_ns = GM_UNKNOWN};
    g_array_append_val(store->import->members, opened);
    enter_innermost(store->import);
    return GM_OK;
}

/* Writes why records were left out; *sum is how many. Rows of a member that is open once more are replaced. */
static gm_status write_left_out(gm_store *store, int64_t *sum) {
    static const char sql[] = "INSERT OR REPLACE INTO left_out (member_id, reason, records) VALUES (?, ?, ?)";
    const gm_open_member *open = store->import->member;
    gm_status status = GM_OK;
    *sum = 0;
    for (int reason = 0; reason < GM_LEFT_REASONS && status == GM_OK; reason++) {
        gm_row row;
        if (open->left_out[reason] == 0) continue;
        if (!gm_row_begin(&row, store, GM_ROW_LEFT_OUT, sql)) return GM_FATAL;
        gm_row_int(&row, open->id);
        gm_row_word(&row, reason_names[reason]);
        gm_row_int(&row, open->left_out[reason]);
        status = gm_row_write(&row);
        *sum += open->left_out[reason];
    }
    return status;
}

static gm_status write_member_end(gm_store *store, const gm_member_end *member) {
    static const char sql[] =
        "UPDATE member SET format = ?, bid = ?, encoding = ?, sha256 = ?, bytes = ?, time_source = ?,"
        " records = ?, rejected = ?, left_out = ?, first_ns = ?, last_ns = ? WHERE member_id = ?";
    const gm_open_member *open = store->import->member;
    gm_row row;
    int64_t left_out;
    gm_status status = write_left_out(store, &left_out);
    if (status != GM_OK) return status;
    if (!gm_row_begin(&row, store, GM_ROW_MEMBER_END, sql)) return GM_FATAL;
    gm_row_word(&row, member->format);
    gm_row_int(&row, member->format ? member->bid : GM_UNKNOWN);
    gm_row_word(&row, member->encoding);
    gm_row_word(&row, member->sha256);
    gm_row_int(&row, member->bytes);
    gm_row_word(&row, member->time_source);
    gm_row_int(&row, open->records);
    gm_row_int(&row, open->rejected);
    gm_row_int(&row, left_out);
    gm_row_int(&row, open->first_ns);
    gm_row_int(&row, open->last_ns);
    gm_row_int(&row, open->id);
    return gm_row_write(&row);
}

gm_status gm_emit_member_end(gm_store *store, const gm_member_end *member) {
    if (store->failure) return GM_FATAL;
    g_return_val_if_fail(store->import && store->import->members->len > 1, GM_FATAL);
    gm_status status = gm_samples_flush(store);
    if (status == GM_OK) status = write_diagnostics_left(store);
    if (status == GM_OK) status = write_member_end(store, member);
    g_array_set_size(store->import->members, store->import->members->len - 1);
    enter_innermost(store->import);
    return status;
}

/* --- members once more --- */
int64_t gm_emit_member_id(const gm_store *store) {
    return store->import ? store->import->member->id : GM_UNKNOWN;
}

static bool load_left_out(gm_store *store, gm_open_member *member) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "SELECT reason, records FROM left_out WHERE member_id = ?", NULL);
    if (!stmt) return false;
    gm_bind_int(stmt, 1, member->id);
    int code;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        for (int reason = 0; reason < GM_LEFT_REASONS; reason++) {
            if (strcmp((const char *)sqlite3_column_text(stmt, 0), reason_names[reason]) == 0)
                member->left_out[reason] = gm_column_int(stmt, 1);
        }
    }
    return code == SQLITE_DONE;
}

gm_status gm_emit_member_again(gm_store *store, int64_t id) {
    if (gm_samples_flush(store) != GM_OK) return GM_FATAL;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store,
                                                    "SELECT records, rejected, first_ns, last_ns FROM member"
                                                    " WHERE member_id = ?",
                                                    NULL);
    if (!stmt) return gm_store_fail(store);
    gm_bind_int(stmt, 1, id);
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_fail(store);
    gm_open_member opened = {.id = id,
                             .records = gm_column_int(stmt, 0),
                             .rejected = gm_column_int(stmt, 1),
                             .first_ns = gm_column_int(stmt, 2),
                             .last_ns = gm_column_int(stmt, 3)};
    if (!load_left_out(store, &opened)) return gm_store_fail(store);
    g_array_append_val(store->import->members, opened);
    enter_innermost(store->import);
    return GM_OK;
}

static gm_status write_member_leave(gm_store *store, const char *time_source) {
    static const char sql[] = "UPDATE member SET records = ?, rejected = ?, left_out = ?, first_ns = ?,"
                              " last_ns = ?, time_source = coalesce (?, time_source) WHERE member_id = ?";
    const gm_open_member *open = store->import->member;
    gm_row row;
    int64_t left_out;
    gm_status status = write_left_out(store, &left_out);
    if (status != GM_OK) return status;
    if (!gm_row_begin(&row, store, GM_ROW_MEMBER_LEAVE, sql)) return GM_FATAL;
    gm_row_int(&row, open->records);
    gm_row_int(&row, open->rejected);
    gm_row_int(&row, left_out);
    gm_row_int(&row, open->first_ns);
    gm_row_int(&row, open->last_ns);
    gm_row_word(&row, time_source);
    gm_row_int(&row, open->id);
    return gm_row_write(&row);
}

gm_status gm_emit_member_leave(gm_store *store, const char *time_source) {
    if (store->failure) return GM_FATAL;
    g_return_val_if_fail(store->import && store->import->members->len > 1, GM_FATAL);
    gm_status status = gm_samples_flush(store);
    if (status == GM_OK) status = write_diagnostics_left(store);
    if (status == GM_OK) status = write_member_leave(store, time_source);
    g_array_set_size(store->import->members, store->import->members->len - 1);
    enter_innermost(store->import);
    return status;
}
