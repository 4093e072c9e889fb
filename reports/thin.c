/* Thins a long history without averaging: time is cut into equal stretches, and of each the whole rows survive that
 * hold the lowest and the highest value of a key (for memory: of usage). A spike of one sample stays a spike, and
 * every row that is shown was measured. Used while the model streams rows in, and again for small pages. */
#include "reports/thin.h"

#include <math.h>
#include <string.h>

void gm_thin_init(gm_thin *thin, const gm_thin_kind *kind, int64_t from_ns, int64_t to_ns, int64_t count,
                  size_t stretches) {
    *thin = (gm_thin){.kind = kind, .out = g_byte_array_new(), .from_ns = from_ns, .stretch = INT64_MIN};
    int64_t rows = (int64_t)stretches * 2 * kind->n_keys;
    if (count > rows && to_ns > from_ns) thin->width_ns = MAX((to_ns - from_ns) / (int64_t)MAX(stretches, 1), 1);
    thin->held = g_malloc(kind->size * 2 * GM_THIN_KEYS);
}

static guint8 *slot_of(gm_thin *thin, int slot) {
    return thin->held + (size_t)slot * thin->kind->size;
}

/* The held rows in order of time, each once. */
static void flush(gm_thin *thin) {
    const gm_thin_kind *kind = thin->kind;
    int slots = 2 * kind->n_keys;
    int64_t last = INT64_MIN;
    for (;;) {
        int best = -1;
        for (int i = 0; i < slots; i++) {
            if (!thin->set[i]) continue;
            if (best < 0 || kind->time(slot_of(thin, i)) < kind->time(slot_of(thin, best))) best = i;
        }
        if (best < 0) return;
        thin->set[best] = false;
        int64_t at = kind->time(slot_of(thin, best));
        if (at != last) g_byte_array_append(thin->out, slot_of(thin, best), (guint)kind->size);
        last = at;
    }
}

static void hold(gm_thin *thin, int slot, const void *row) {
    memcpy(slot_of(thin, slot), row, thin->kind->size);
    thin->set[slot] = true;
}

void gm_thin_add(gm_thin *thin, const void *row) {
    const gm_thin_kind *kind = thin->kind;
    if (thin->width_ns == 0) {
        g_byte_array_append(thin->out, row, (guint)kind->size);
        return;
    }
    int64_t stretch = (kind->time(row) - thin->from_ns) / thin->width_ns;
    if (stretch != thin->stretch) flush(thin);
    thin->stretch = stretch;
    for (int key = 0; key < kind->n_keys; key++) {
        double value = kind->key(row, key);
        if (isnan(value)) continue;
        if (!thin->set[2 * key] || value < kind->key(slot_of(thin, 2 * key), key)) hold(thin, 2 * key, row);
        if (!thin->set[2 * key + 1] || value > kind->key(slot_of(thin, 2 * key + 1), key)) hold(thin, 2 * key + 1, row);
    }
}

GByteArray *gm_thin_finish(gm_thin *thin) {
    flush(thin);
    g_clear_pointer(&thin->held, g_free);
    return g_steal_pointer(&thin->out);
}
