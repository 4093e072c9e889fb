/* Emitting, part 5: stacks and their values in a profile (emit.h), a million of each in a large profile.
 *
 * Comes behind emit_profile.c and before sheet.c. Nearly all of a large profile's bytes become the frames of its
 * stacks, numbers in JSON; last_stack.c makes of them what is not there already. */
#include "importer/store/emit_intern.h"
#include "importer/store/last_stack.h"
#include "importer/store/sheet.h"

/* The frames are written before it is known whether the stack is new, while the place where to look is fetched: of a
 * profile's stacks either most are new or most are known, as the last one tells. */
gm_status gm_emit_stack(gm_store *store, const int64_t *location_ids, size_t n, int64_t *id) {
    gm_sheet *sheet = gm_sheet_open(store, GM_SHEET_STACKS);
    if (!sheet) return GM_FATAL;
    gm_import_state *import = store->import;
    gm_interning in = {store, GM_INTERN_STACK, gm_last_stack_set(import->last_stack, location_ids, n)};
    gm_intern_prefetch(&import->interned[GM_INTERN_STACK], in.key);
    if (import->stack_was_new) gm_last_stack_json(import->last_stack);
    gm_status status;
    import->stack_was_new = !gm_interning_known(&in, id, &status);
    if (!import->stack_was_new) return status;
    *id = gm_interning_next(&in);
    *gm_sheet_row(sheet) = gm_sheet_ascii(sheet, gm_last_stack_json(import->last_stack));
    sheet->rows++;
    gm_flat_stack(import->flat, *id, location_ids, n);
    return gm_interning_keep(&in, *id);
}

/* --- values --- */
/* Whether the profile cannot have values of the stack yet: it lies behind all that it has. */
static bool is_news(gm_import_state *import, int64_t profile_id, int64_t stack_id) {
    if (profile_id != import->profile_id) {
        import->stack_id = profile_id > import->newest_profile_id ? 0 : INT64_MAX;
        import->newest_profile_id = MAX(profile_id, import->newest_profile_id);
        import->profile_id = profile_id;
    }
    if (stack_id <= import->stack_id) return false;
    import->stack_id = stack_id;
    return true;
}

gm_status gm_emit_profile_sample(gm_store *store, int64_t profile_id, int64_t stack_id,
                                 const int64_t values[GM_VALUE_KINDS]) {
    gm_sheet *sheet = gm_sheet_open(store, GM_SHEET_VALUES);
    if (!sheet) return GM_FATAL;
    gm_cell *cells = gm_sheet_row(sheet);
    sheet->news &= is_news(store->import, profile_id, stack_id);
    cells[0].number = profile_id;
    cells[1].number = stack_id;
    for (int i = 0; i < GM_VALUE_KINDS; i++) cells[2 + i].number = values[i];
    sheet->rows++;
    return gm_flat_add(store, profile_id, stack_id, values);
}
