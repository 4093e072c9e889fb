/* Emitting, part 4: functions, locations, stacks, profiles, goroutines (emit.h).
 *
 * pprof and goroutine dump formats come here. Functions, locations and stacks are shared by all profiles of
 * the incident; a stack is one row with its location ids as a JSON array. */
#include "importer/store/emit_intern.h"

enum { FRAME_BYTES = 21 }; /* of the longest id and its comma */

gm_status gm_emit_function(gm_store *store, gm_span name, gm_span file, int64_t *id) {
    static const char sql[] = "INSERT INTO function (name, file) VALUES (?, ?)";
    gm_interning in = {store, GM_INTERN_FUNCTION, gm_fingerprint_start()};
    gm_interning_text(&in, name);
    gm_interning_text(&in, file);
    gm_status status;
    if (gm_interning_known(&in, id, &status)) return status;

    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_FUNCTION, sql)) return GM_FATAL;
    gm_row_text(&row, name);
    gm_row_optional(&row, file);
    return gm_interning_write(&in, &row, id);
}

gm_status gm_emit_location(gm_store *store, int64_t function_id, int64_t line, int64_t *id) {
    static const char sql[] = "INSERT INTO location (function_id, line) VALUES (?, ?)";
    gm_interning in = {store, GM_INTERN_LOCATION, gm_fingerprint_start()};
    gm_fingerprint_int(&in.key, function_id);
    gm_fingerprint_int(&in.key, line);
    gm_status status;
    if (gm_interning_known(&in, id, &status)) return status;

    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_LOCATION, sql)) return GM_FATAL;
    gm_row_int(&row, function_id);
    gm_row_int(&row, line);
    return gm_interning_write(&in, &row, id);
}

/* Appends "id,"; the C library's printf would take most of a large profile's time. */
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

static gm_span frames_json(GString *to, const int64_t *location_ids, size_t n) {
    g_string_set_size(to, 2 + n * FRAME_BYTES);
    char *at = to->str;
    *at++ = '[';
    for (size_t i = 0; i < n; i++) at = put_id(at, location_ids[i]);
    if (n > 0) at--; /* the comma behind the last */
    *at++ = ']';
    g_string_truncate(to, (gsize)(at - to->str));
    return (gm_span){to->str, to->len};
}

gm_status gm_emit_stack(gm_store *store, const int64_t *location_ids, size_t n, int64_t *id) {
    static const char sql[] = "INSERT INTO stack (frames) VALUES (?)";
    gm_interning in = {store, GM_INTERN_STACK, gm_fingerprint_start()};
    gm_fingerprint_ints(&in.key, location_ids, n);
    gm_status status;
    if (gm_interning_known(&in, id, &status)) return status;

    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_STACK, sql)) return GM_FATAL;
    gm_row_text(&row, frames_json(store->import->scratch, location_ids, n));
    return gm_interning_write(&in, &row, id);
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

#define ADD_UP(column)                                                                                       \
#column " = coalesce (" #column " + excluded." #column ", excluded." #column ", " #column ")"

gm_status gm_emit_profile_sample(gm_store *store, int64_t profile_id, int64_t stack_id,
                                 const int64_t values[GM_VALUE_KINDS]) {
    /* clang-format off */
    static const char sql[] =
        "INSERT INTO profile_sample (profile_id, stack_id, alloc_objects, alloc_bytes, inuse_objects,"
        " inuse_bytes, count, nanoseconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (profile_id, stack_id) DO UPDATE SET "
        ADD_UP(alloc_objects) ", " ADD_UP(alloc_bytes) ", " ADD_UP(inuse_objects) ", "
        ADD_UP(inuse_bytes) ", " ADD_UP(count) ", " ADD_UP(nanoseconds);
    /* clang-format on */
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_PROFILE_SAMPLE, sql)) return GM_FATAL;
    gm_row_int(&row, profile_id);
    gm_row_int(&row, stack_id);
    gm_row_ints(&row, values, GM_VALUE_KINDS);
    return gm_row_record(&row, GM_UNKNOWN);
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
