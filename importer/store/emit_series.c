/* Emitting, part 2: identities, series, samples (emit.h).
 *
 * Metric formats come here; gm_emit_sample is called millions of times an import and touches nothing but its
 * one statement and the member's account. */
#include "importer/store/emit_intern.h"
#include "importer/store/emit_row.h"

static const char *const level_names[] = {
    [GM_LEVEL_CONTAINER] = "container",
    [GM_LEVEL_POD] = "pod",
    [GM_LEVEL_NODE] = "node",
    [GM_LEVEL_UNNAMED] = "unnamed",
};

gm_status gm_emit_identity(gm_store *store, const gm_identity *identity, int64_t *id) {
    static const char sql[] =
        "INSERT INTO identity (level, namespace, pod, container, pod_uid, runtime_id, cgroup, hint)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    const gm_span names[] = {identity->ns,         identity->pod,    identity->container, identity->pod_uid,
                             identity->runtime_id, identity->cgroup, identity->hint};
    gm_interning in = {store, GM_INTERN_IDENTITY, gm_fingerprint_start()};
    gm_fingerprint_int(&in.key, identity->level);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) gm_interning_text(&in, names[i]);
    gm_status status;
    if (gm_interning_known(&in, id, &status)) return status;

    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_IDENTITY, sql)) return GM_FATAL;
    gm_row_word(&row, level_names[identity->level]);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) gm_row_optional(&row, names[i]);
    return gm_interning_write(&in, &row, id);
}

gm_status gm_emit_series(gm_store *store, const gm_series *series, int64_t *id) {
    static const char sql[] = "INSERT INTO series (identity_id, quantity_id, source, name, labels)"
                              " VALUES (?, ?, ?, ?, ?)";
    gm_span labels = series->labels.len ? series->labels : GM_SPAN("{}");
    gm_interning in = {store, GM_INTERN_SERIES, gm_fingerprint_start()};
    gm_fingerprint_int(&in.key, series->identity_id);
    gm_fingerprint_int(&in.key, series->quantity);
    gm_interning_text(&in, gm_span_of(series->source));
    gm_interning_text(&in, series->name);
    gm_interning_text(&in, labels);
    gm_status status;
    if (gm_interning_known(&in, id, &status)) return status;

    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_SERIES, sql)) return GM_FATAL;
    gm_row_int(&row, series->identity_id);
    gm_row_int(&row, series->quantity == GM_Q_NONE ? GM_UNKNOWN : (int64_t)series->quantity);
    gm_row_word(&row, series->source);
    gm_row_text(&row, series->name);
    gm_row_text(&row, labels);
    return gm_interning_write(&in, &row, id);
}

gm_status gm_emit_stale(gm_store *store, int64_t series_id, int64_t t_ns) {
    gm_row row;
    if (t_ns == GM_UNKNOWN) return GM_OK;
    if (!gm_row_begin(&row, store, GM_ROW_STALE, "INSERT OR IGNORE INTO stale_marker (series_id, t_ns) VALUES (?, ?)"))
        return GM_FATAL;
    gm_row_int(&row, series_id);
    gm_row_int(&row, t_ns);
    return gm_row_write(&row) == GM_FATAL ? GM_FATAL : GM_OK;
}
