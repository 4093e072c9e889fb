/* Emitting, part 4: functions, locations, profiles, goroutines (emit.h).
 *
 * pprof and goroutine dump formats come here, and to emit_stack.c. Functions, locations and stacks are shared by
 * all profiles of the incident; a stack is one row with its location ids as a JSON array. */
#include "importer/store/emit_intern.h"
#include "importer/store/sheet.h"

gm_status gm_emit_function(gm_store *store, gm_span name, gm_span file, int64_t *id) {
    gm_interning in = {store, GM_INTERN_FUNCTION, gm_fingerprint_start()};
    gm_interning_text(&in, name);
    gm_interning_text(&in, file);
    gm_status status;
    if (gm_interning_known(&in, id, &status)) return status;

    gm_sheet *sheet = gm_sheet_open(store, GM_SHEET_FUNCTIONS);
    if (!sheet) return GM_FATAL;
    gm_cell *cells = gm_sheet_row(sheet);
    *id = gm_interning_next(&in);
    cells[0] = gm_sheet_text(sheet, name);
    cells[1] = gm_sheet_optional(sheet, file);
    sheet->rows++;
    return gm_interning_keep(&in, *id);
}

gm_status gm_emit_location(gm_store *store, int64_t function_id, int64_t line, int64_t *id) {
    gm_interning in = {store, GM_INTERN_LOCATION, gm_fingerprint_start()};
    gm_fingerprint_int(&in.key, function_id);
    gm_fingerprint_int(&in.key, line);
    gm_status status;
    if (gm_interning_known(&in, id, &status)) return status;

    gm_sheet *sheet = gm_sheet_open(store, GM_SHEET_LOCATIONS);
    if (!sheet) return GM_FATAL;
    gm_cell *cells = gm_sheet_row(sheet);
    *id = gm_interning_next(&in);
    cells[0].number = function_id;
    cells[1].number = line;
    sheet->rows++;
    gm_flat_location(store->import->flat, *id, function_id);
    return gm_interning_keep(&in, *id);
}

gm_status gm_emit_profile(gm_store *store, const gm_profile *profile, int64_t *id) {
    static const char sql[] =
        "INSERT INTO profile (member_id, identity_id, kind, t_ns, duration_ns, period, value_types,"
        " binary, build_id, is_delta, alloc_objects, alloc_bytes, inuse_objects, inuse_bytes, count,"
        " nanoseconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    gm_row row;
    *id = 0;
    if (!gm_row_begin(&row, store, GM_ROW_PROFILE, sql)) return GM_FATAL;
    gm_row_member(&row);
    gm_row_int(&row, profile->identity_id);
    gm_row_text(&row, profile->kind);
    gm_row_int(&row, profile->t_ns);
    gm_row_int(&row, profile->duration_ns);
    gm_row_int(&row, profile->period);
    gm_row_text(&row, profile->value_types.len ? profile->value_types : GM_SPAN("[]"));
    gm_row_optional(&row, profile->binary);
    gm_row_optional(&row, profile->build_id);
    gm_row_int(&row, profile->is_delta);
    gm_row_ints(&row, profile->totals, GM_VALUE_KINDS);
    return gm_row_record_id(&row, profile->t_ns, id);
}

gm_status gm_emit_goroutine(gm_store *store, const gm_goroutine *goroutine) {
    static const char sql[] =
        "INSERT INTO goroutine (profile_id, goid, state, wait_minutes, locked, stack_id, created_by)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)";
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_GOROUTINE, sql)) return GM_FATAL;
    gm_row_int(&row, goroutine->profile_id);
    gm_row_int(&row, goroutine->goid);
    gm_row_optional(&row, goroutine->state);
    gm_row_int(&row, goroutine->wait_minutes);
    gm_row_int(&row, goroutine->locked);
    gm_row_int(&row, goroutine->stack_id);
    gm_row_optional(&row, goroutine->created_by);
    return gm_row_record(&row, GM_UNKNOWN);
}
