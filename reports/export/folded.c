/* Folded stacks: "root;...;leaf value", one line a stack, as https://github.com/brendangregg/FlameGraph reads them.
 *
 * The value is the last one of the profile (bytes in use, nanoseconds, goroutines). Stacks below zero, of a
 * difference, cannot be drawn and are left out. */
#include "reports/export/shared/stacks.h"

static void put_name(FILE *out, const char *name) {
    for (; *name; name++) fputc(*name == ';' ? ':' : (unsigned char)*name < ' ' ? ' ' : *name, out);
}

static bool put_frames(gm_store *store, sqlite3_stmt *frames, int64_t stack_id, FILE *out, GError **error) {
    int step;
    sqlite3_reset(frames);
    gm_bind_int(frames, 1, stack_id);
    for (int n = 0; (step = sqlite3_step(frames)) == SQLITE_ROW; n++) {
        if (n) fputc(';', out);
        put_name(out, gm_column_word(frames, 0));
    }
    return step == SQLITE_DONE || gm_store_error_set(store, error);
}

static bool write_lines(gm_store *store, const gm_stacks *stacks, const gm_export_options *options, FILE *out,
                        GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_stacks_rows(store, stacks, error);
    g_autoptr(sqlite3_stmt) frames =
        gm_store_prepare(store, "SELECT function FROM stack_frame WHERE stack_id = ? ORDER BY depth DESC", error);
    int step = SQLITE_DONE;
    int64_t below = 0;
    while (rows && frames && (step = sqlite3_step(rows)) == SQLITE_ROW) {
        int64_t value = gm_column_int(rows, 1 + stacks->values);
        below += value < 0;
        if (value <= 0) continue;
        if (!put_frames(store, frames, gm_column_int(rows, 0), out, error)) return false;
        fprintf(out, " %" G_GINT64_FORMAT "\n", value);
    }
    if (!rows || !frames) return false;
    if (below && options->remarks)
        g_string_append_printf(options->remarks, "%" G_GINT64_FORMAT " stacks that shrank are left out\n", below);
    return step == SQLITE_DONE || gm_store_error_set(store, error);
}

static bool write_folded(gm_store *store, const gm_export_options *options, FILE *out, GError **error) {
    gm_stacks stacks;
    bool ok = gm_stacks_choose(store, options, &stacks, error) && write_lines(store, &stacks, options, out, error);
    gm_stacks_clear(&stacks);
    return ok;
}

const gm_exporter gm_exporter_folded = {
    .name = "folded", .title = "stacks of a profile or of the heap's growth, for flame graphs", .write = write_folded};
