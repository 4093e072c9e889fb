/* A profile, or the heap's growth, in speedscope's file format.
 * https://www.speedscope.app/file-format-schema.json ; frames are shared, a sample lists frame numbers root first.
 *
 * Two passes over the rows: the samples, then their weights, because the format keeps them apart. Frame numbers are
 * the only thing held in memory. Stacks below zero, of a difference, have no place in the format and are left out. */
#include "reports/export/shared/stacks.h"

#include <yajl/yajl_gen.h>

typedef struct {
    yajl_gen gen;
    FILE *out;
} writer;

static void text(writer *w, const char *value) {
    g_autofree char *valid = g_utf8_make_valid(value, -1);
    yajl_gen_string(w->gen, (const unsigned char *)valid, strlen(valid));
}

static void flush(writer *w) {
    const unsigned char *bytes;
    size_t len;
    yajl_gen_get_buf(w->gen, &bytes, &len);
    fwrite(bytes, 1, len, w->out);
    yajl_gen_clear(w->gen);
}

static void pair(writer *w, const char *key, const char *value) {
    text(w, key);
    text(w, value);
}

static bool put_frames(gm_store *store, const gm_stacks *stacks, writer *w, GHashTable *numbers, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_stacks_locations(store, stacks, error);
    int step = SQLITE_DONE;
    while (rows && (step = sqlite3_step(rows)) == SQLITE_ROW) {
        gint64 *location = g_new(gint64, 1);
        *location = gm_column_int(rows, 0);
        g_hash_table_insert(numbers, location, GUINT_TO_POINTER(g_hash_table_size(numbers)));
        yajl_gen_map_open(w->gen);
        pair(w, "name", gm_column_word(rows, 3));
        if (gm_column_text(rows, 4)) pair(w, "file", gm_column_text(rows, 4));
        if (gm_column_int(rows, 2) != GM_UNKNOWN) {
            text(w, "line");
            yajl_gen_integer(w->gen, gm_column_int(rows, 2));
        }
        yajl_gen_map_close(w->gen);
        flush(w);
    }
    return rows && (step == SQLITE_DONE || gm_store_error_set(store, error));
}

/* frames: "[7,3,1]", leaf first. */
static void put_sample(writer *w, const char *frames, GHashTable *numbers) {
    g_auto(GStrv) ids = g_strsplit_set(frames, "[], ", -1);
    yajl_gen_array_open(w->gen);
    for (guint i = g_strv_length(ids); i-- > 0;) {
        gint64 location;
        gpointer number;
        if (g_ascii_string_to_signed(ids[i], 10, G_MININT64, G_MAXINT64, &location, NULL) &&
            g_hash_table_lookup_extended(numbers, &location, NULL, &number))
            yajl_gen_integer(w->gen, GPOINTER_TO_UINT(number));
    }
    yajl_gen_array_close(w->gen);
    flush(w);
}

/* numbers NULL: the weights. */
static bool put_rows(gm_store *store, const gm_stacks *stacks, writer *w, GHashTable *numbers, int64_t *sum,
                     GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_stacks_rows(store, stacks, error);
    int step = SQLITE_DONE;
    yajl_gen_array_open(w->gen);
    while (rows && (step = sqlite3_step(rows)) == SQLITE_ROW) {
        int64_t value = gm_column_int(rows, 1 + stacks->values);
        if (value <= 0) continue;
        if (sum && __builtin_add_overflow(*sum, value, sum)) *sum = INT64_MAX;
        if (numbers) put_sample(w, gm_column_word(rows, 1), numbers);
        else yajl_gen_integer(w->gen, value);
        flush(w);
    }
    yajl_gen_array_close(w->gen);
    return rows && (step == SQLITE_DONE || gm_store_error_set(store, error));
}

static bool write_file(gm_store *store, const gm_stacks *stacks, writer *w, GHashTable *numbers, GError **error) {
    const char *unit = stacks->units[stacks->values - 1];
    int64_t sum = 0;
    yajl_gen_map_open(w->gen);
    pair(w, "$schema", "https://www.speedscope.app/file-format-schema.json");
    pair(w, "exporter", "gomortem " GM_VERSION);
    pair(w, "name", stacks->title);
    text(w, "shared");
    yajl_gen_map_open(w->gen);
    text(w, "frames");
    yajl_gen_array_open(w->gen);
    if (!put_frames(store, stacks, w, numbers, error)) return false;
    yajl_gen_array_close(w->gen);
    yajl_gen_map_close(w->gen);
    text(w, "profiles");
    yajl_gen_array_open(w->gen);
    yajl_gen_map_open(w->gen);
    pair(w, "type", "sampled");
    pair(w, "name", stacks->title);
    pair(w, "unit", strcmp(unit, "count") == 0 ? "none" : unit);
    text(w, "samples");
    if (!put_rows(store, stacks, w, numbers, &sum, error)) return false;
    text(w, "weights");
    if (!put_rows(store, stacks, w, NULL, NULL, error)) return false;
    text(w, "startValue");
    yajl_gen_integer(w->gen, 0);
    text(w, "endValue");
    yajl_gen_integer(w->gen, sum);
    yajl_gen_map_close(w->gen);
    yajl_gen_array_close(w->gen);
    yajl_gen_map_close(w->gen);
    flush(w);
    fputc('\n', w->out);
    return true;
}

static bool write_speedscope(gm_store *store, const gm_export_options *options, FILE *out, GError **error) {
    gm_stacks stacks;
    writer w = {yajl_gen_alloc(NULL), out};
    g_autoptr(GHashTable) numbers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    bool ok = gm_stacks_choose(store, options, &stacks, error) && write_file(store, &stacks, &w, numbers, error);
    gm_stacks_clear(&stacks);
    yajl_gen_free(w.gen);
    return ok;
}

const gm_exporter gm_exporter_speedscope = {
    .name = "speedscope", .title = "the same as JSON for speedscope.app", .write = write_speedscope};
