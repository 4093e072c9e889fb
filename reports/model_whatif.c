/* Reads what other settings would have done to a container. Called for every container by model_container.c. */
#include "reports/model_private.h"

#include <math.h>

static void read_input(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    gm_model_whatif_life *life = element;
    *life = (gm_model_whatif_life){.life = sqlite3_column_int(stmt, 0),
                                   .status = gm_model_text(reading, stmt, 1),
                                   .reason = gm_model_text(reading, stmt, 2),
                                   .gogc_source = gm_model_text(reading, stmt, 3),
                                   .gogc = gm_column_int(stmt, 4),
                                   .memlimit_bytes = gm_column_int(stmt, 5),
                                   .limit_bytes = gm_column_int(stmt, 6),
                                   .live_p99_bytes = gm_column_int(stmt, 7),
                                   .beside_go_bytes = gm_column_int(stmt, 8),
                                   .own_bytes = gm_column_int(stmt, 9),
                                   .alloc_bytes_per_s = gm_column_double(stmt, 10),
                                   .recorded_heap_bytes = gm_column_int(stmt, 11),
                                   .predicted_heap_bytes = gm_column_int(stmt, 12),
                                   .recorded_peak_bytes = gm_column_int(stmt, 13),
                                   .predicted_peak_bytes = gm_column_int(stmt, 14),
                                   .recorded_cycles = gm_column_int(stmt, 15),
                                   .predicted_cycles = gm_column_int(stmt, 16),
                                   .heap_error_pct = gm_column_double(stmt, 17),
                                   .peak_error_pct = gm_column_double(stmt, 18),
                                   .cycles_error_pct = gm_column_double(stmt, 19),
                                   .grows = sqlite3_column_int(stmt, 20) != 0};
}

static void read_run(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_whatif_run *)element = (gm_model_whatif_run){.gogc = gm_column_int(stmt, 0),
                                                            .memlimit_bytes = gm_column_int(stmt, 1),
                                                            .limit_bytes = gm_column_int(stmt, 2),
                                                            .peak_bytes = gm_column_int(stmt, 3),
                                                            .bound_bytes = gm_column_int(stmt, 4),
                                                            .gc_cpu_pct = gm_column_double(stmt, 5),
                                                            .cycles_per_s = gm_column_double(stmt, 6),
                                                            .verdict = gm_model_text(reading, stmt, 7),
                                                            .heap_peak_bytes = GM_UNKNOWN,
                                                            .killed_ns = GM_UNKNOWN,
                                                            .killed_from_ns = GM_UNKNOWN,
                                                            .killed_to_ns = GM_UNKNOWN,
                                                            .thrash_s = NAN};
}

static bool read_advice(gm_reading *reading, int64_t id, gm_model_whatif *w) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        reading->store,
        "SELECT action, summary, reasoning, life, lives, lives_used, now_gogc, now_memlimit_bytes, now_limit_bytes, gogc, memlimit_bytes, "
        "limit_bytes, peak_bytes, bound_bytes, margin_bytes, killed_ns, delayed_ns, gc_cpu_now_pct, gc_cpu_pct, cycles_per_s "
        "FROM whatif_advice WHERE container_id = ?1",
        reading->error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, id);
    if (sqlite3_step(stmt) != SQLITE_ROW) return true;
    const char **texts[] = {&w->action, &w->summary, &w->reasoning};
    int64_t *numbers[] = {
        &w->life,      &w->lives,          &w->lives_used,  &w->now_gogc,   &w->now_memlimit_bytes, &w->now_limit_bytes,
        &w->gogc,      &w->memlimit_bytes, &w->limit_bytes, &w->peak_bytes, &w->bound_bytes,        &w->margin_bytes,
        &w->killed_ns, &w->delayed_ns};
    double *shares[] = {&w->gc_cpu_now_pct, &w->gc_cpu_pct, &w->cycles_per_s};
    int column = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) *texts[i] = gm_model_text(reading, stmt, column++);
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) *numbers[i] = gm_column_int(stmt, column++);
    for (size_t i = 0; i < G_N_ELEMENTS(shares); i++) *shares[i] = gm_column_double(stmt, column++);
    return true;
}

bool gm_model_whatif_read(gm_reading *reading, gm_model_container *c) {
    gm_model_whatif *w = &c->whatif;
    return read_advice(reading, c->container_id, w) &&
           gm_model_rows(
               reading,
               "SELECT life, status, reason, gogc_source, gogc, memlimit_bytes, limit_bytes, live_p99_bytes, beside_go_bytes, own_bytes, alloc_bytes_per_s, "
               "recorded_heap_bytes, predicted_heap_bytes, recorded_peak, predicted_peak, recorded_cycles, predicted_cycles, heap_error_pct, peak_error_pct, "
               "cycles_error_pct, grows FROM whatif_input WHERE container_id = ?1 ORDER BY life",
               c->container_id, sizeof(gm_model_whatif_life), read_input, &w->inputs, &w->n_inputs) &&
           gm_model_rows(
               reading,
               "SELECT gogc, memlimit_bytes, limit_bytes, peak_bytes, bound_bytes, gc_cpu_pct, cycles_per_s, verdict FROM whatif_worst WHERE container_id = ?1 "
               "ORDER BY gogc >= 0, gogc DESC, memlimit_bytes IS NOT NULL, memlimit_bytes",
               c->container_id, sizeof(gm_model_whatif_run), read_run, &w->grid, &w->n_grid);
}
