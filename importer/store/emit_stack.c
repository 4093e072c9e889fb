/* Emitting, part 5: stacks and their values in a profile (emit.h), a million of each in a large profile.
 *
 * Comes behind emit_profile.c and before sheet.c. Nearly all of a large profile's bytes become the frames of its
 * stacks, numbers in JSON, so the digits of each location's id are kept and copied. */
#include "importer/store/emit_intern.h"
#include "importer/store/sheet.h"

enum { FRAME_BYTES = 21 /* of the longest id and its comma */, TEXTS_MAX = 1000000 };

/* An id below a million with its comma. */
typedef struct {
    char digits[7];
    uint8_t len;
} gm_id_text;

_Static_assert(sizeof(gm_id_text) == sizeof(uint64_t), "as emit.c made the array");

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

/* Makes the texts of all locations that there are. */
static GArray *id_texts(gm_import_state *import) {
    GArray *texts = import->id_texts;
    size_t want = MIN(import->interned[GM_INTERN_LOCATION].count + 1, TEXTS_MAX);
    while (texts->len < want) {
        char digits[FRAME_BYTES];
        gm_id_text text = {.len = (uint8_t)(put_id(digits, texts->len) - digits)};
        memcpy(text.digits, digits, text.len);
        g_array_append_val(texts, text);
    }
    return texts;
}

/* Appends the frames as a JSON array. */
static gm_cell add_frames(gm_import_state *import, gm_sheet *sheet, const int64_t *location_ids, size_t n) {
    GArray *texts = id_texts(import);
    gsize begin = sheet->text->len;
    g_string_set_size(sheet->text, begin + 2 + n * FRAME_BYTES);
    char *at = sheet->text->str + begin;
    *at++ = '[';
    for (size_t i = 0; i < n; i++) {
        if ((uint64_t)location_ids[i] >= texts->len) {
            at = put_id(at, location_ids[i]);
            continue;
        }
        const gm_id_text *text = &g_array_index(texts, gm_id_text, location_ids[i]);
        memcpy(at, text->digits, sizeof text->digits);
        at += text->len;
    }
    if (n > 0) at--; /* the comma behind the last */
    *at++ = ']';
    g_string_truncate(sheet->text, (gsize)(at - sheet->text->str));
    return (gm_cell){.text = {(uint32_t)begin, (uint32_t)(sheet->text->len - begin)}};
}

/* The frames are written before it is known whether the stack is new, while the place where to look is fetched: of a
 * profile's stacks either most are new or most are known, as the last one tells. */
gm_status gm_emit_stack(gm_store *store, const int64_t *location_ids, size_t n, int64_t *id) {
    gm_sheet *sheet = gm_sheet_open(store, GM_SHEET_STACKS);
    if (!sheet) return GM_FATAL;
    gm_import_state *import = store->import;
    gm_interning in = {store, GM_INTERN_STACK, gm_fingerprint_start()};
    gm_fingerprint_ints(&in.key, location_ids, n);
    gm_intern_prefetch(&import->interned[GM_INTERN_STACK], in.key);
    gm_cell *cells = gm_sheet_row(sheet);
    gsize before = sheet->text->len;
    bool early = import->stack_was_new;
    if (early) cells[1] = add_frames(import, sheet, location_ids, n);
    gm_status status;
    import->stack_was_new = !gm_interning_known(&in, id, &status);
    if (!import->stack_was_new) {
        g_string_truncate(sheet->text, before);
        return status;
    }
    if (!early) cells[1] = add_frames(import, sheet, location_ids, n);
    cells[0].number = *id = gm_interning_next(&in);
    sheet->rows++;
    gm_flat_stack(import->flat, *id, location_ids, n);
    return gm_interning_keep(&in, *id);
}

/* --- values ------------------------------------------------------------------------------------------- */
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
