/* Emitting, part 6: what each function holds by itself in a profile, summed up while its stacks go by.
 *
 * Comes beside emit_stack.c. Asking the stacks of a large profile for it afterwards means reading all their frames
 * once more; here it costs an addition a sample. A column whose sum goes beyond 64 bits becomes unknown. */
#include "importer/store/emit_row.h"
#include "importer/store/sheet.h"

typedef struct {
    uint32_t function_id, lost; /* lost: a bit for each column that is beyond 64 bits */
    int64_t values[GM_VALUE_KINDS];
} flat_row;

struct gm_flat {
    int64_t profile_id;
    guint held; /* index into rows + 1 that held_values are still to be added to, 0: none */
    int64_t held_values[GM_VALUE_KINDS];
    GArray *functions; /* of uint32_t, by location_id */
    GArray *leaves;    /* of uint32_t, by stack_id: the leaf's function, 0: no frames */
    GArray *places;    /* of uint32_t, by function_id: index into rows + 1 */
    GArray *rows;      /* of flat_row */
};

gm_flat *gm_flat_new(void) {
    gm_flat *flat = g_new0(gm_flat, 1);
    flat->functions = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    flat->leaves = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    flat->places = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    flat->rows = g_array_new(FALSE, FALSE, sizeof(flat_row));
    return flat;
}

void gm_flat_free(gm_flat *flat) {
    if (!flat) return;
    g_array_free(flat->functions, TRUE);
    g_array_free(flat->leaves, TRUE);
    g_array_free(flat->places, TRUE);
    g_array_free(flat->rows, TRUE);
    g_free(flat);
}

/* --- who is the leaf --- */
static void set(GArray *array, int64_t id, uint32_t value) {
    if (array->len <= id) g_array_set_size(array, (guint)id + 1);
    g_array_index(array, uint32_t, id) = value;
}

static uint32_t get(const GArray *array, int64_t id) {
    return id >= 0 && id < array->len ? g_array_index(array, uint32_t, id) : 0;
}

void gm_flat_location(gm_flat *flat, int64_t location_id, int64_t function_id) {
    set(flat->functions, location_id, (uint32_t)function_id);
}

void gm_flat_stack(gm_flat *flat, int64_t stack_id, const int64_t *location_ids, size_t n) {
    set(flat->leaves, stack_id, n > 0 ? get(flat->functions, location_ids[0]) : 0);
}

/* --- sums --- */
static guint place_of(gm_flat *flat, uint32_t function_id) {
    guint place = get(flat->places, function_id);
    if (place > 0) return place;
    flat_row row = {.function_id = function_id};
    for (int i = 0; i < GM_VALUE_KINDS; i++) row.values[i] = GM_UNKNOWN;
    g_array_append_val(flat->rows, row);
    set(flat->places, function_id, flat->rows->len);
    return flat->rows->len;
}

static void add(flat_row *row, const int64_t values[GM_VALUE_KINDS]) {
    for (int i = 0; i < GM_VALUE_KINDS; i++) {
        if (values[i] == GM_UNKNOWN || row->lost >> i & 1) continue;
        if (row->values[i] == GM_UNKNOWN) {
            row->values[i] = values[i];
        } else if (__builtin_add_overflow(row->values[i], values[i], &row->values[i])) {
            row->values[i] = GM_UNKNOWN;
            row->lost |= 1U << i;
        }
    }
}

static void add_held(gm_flat *flat) {
    if (flat->held > 0) add(&g_array_index(flat->rows, flat_row, flat->held - 1), flat->held_values);
    flat->held = 0;
}

/* The values are added when the next ones come: rows lie far from the processor, and until then theirs is fetched. */
gm_status gm_flat_add(gm_store *store, int64_t profile_id, int64_t stack_id, const int64_t values[GM_VALUE_KINDS]) {
    gm_flat *flat = store->import->flat;
    uint32_t function_id = get(flat->leaves, stack_id);
    if (profile_id != flat->profile_id && gm_flat_flush(store) != GM_OK) return GM_FATAL;
    flat->profile_id = profile_id;
    add_held(flat);
    if (function_id == 0) return GM_OK;
    flat->held = place_of(flat, function_id);
    memcpy(flat->held_values, values, sizeof flat->held_values);
    __builtin_prefetch(&g_array_index(flat->rows, flat_row, flat->held - 1), 1);
    return GM_OK;
}

static gint compare(gconstpointer a, gconstpointer b) {
    const flat_row *left = a, *right = b;
    return left->function_id < right->function_id ? -1 : left->function_id > right->function_id;
}

gm_status gm_flat_flush(gm_store *store) {
    gm_flat *flat = store->import->flat;
    add_held(flat);
    g_array_sort(flat->rows, compare);
    for (guint i = 0; i < flat->rows->len; i++) {
        const flat_row *row = &g_array_index(flat->rows, flat_row, i);
        gm_sheet *sheet = gm_sheet_open(store, GM_SHEET_FLAT);
        if (!sheet) return GM_FATAL;
        gm_cell *cells = gm_sheet_row(sheet);
        cells[0].number = flat->profile_id;
        cells[1].number = row->function_id;
        for (int k = 0; k < GM_VALUE_KINDS; k++) cells[2 + k].number = row->values[k];
        sheet->rows++;
        g_array_index(flat->places, uint32_t, row->function_id) = 0;
    }
    g_array_set_size(flat->rows, 0);
    return GM_OK;
}
