/* The common part of the emit functions that yield a shared id (identity, series, function, location, stack).
 *
 * Comes between emit_series.c and emit_profile.c and the tables of intern.c. The number of each is limited,
 * for a bundle can name new ones without end; the limit is reported once a member. */
#include "importer/store/emit_intern.h"

static const char *const kind_names[GM_INTERN_KINDS] = {"identities", "series", "functions", "locations",
                                                        "stacks"};

void gm_emit_set_limits(gm_store *store, int64_t series, int64_t stacks) {
    if (!store->import) return;
    int64_t *limits = store->import->limits;
    limits[GM_INTERN_IDENTITY] = limits[GM_INTERN_SERIES] = series;
    limits[GM_INTERN_FUNCTION] = limits[GM_INTERN_LOCATION] = limits[GM_INTERN_STACK] = stacks;
}

void gm_interning_text(gm_interning *in, gm_span text) {
    if (gm_text_valid(text) || !in->store->import) {
        gm_fingerprint_span(&in->key, text);
        return;
    }
    GString *scratch = g_string_truncate(in->store->import->scratch, 0);
    gm_text_repair(scratch, text);
    gm_fingerprint_span(&in->key, (gm_span){scratch->str, scratch->len});
}

static gm_status limit_reached(gm_store *store, gm_intern_kind kind) {
    gm_import_state *state = store->import;
    if (state->member->limit_told[kind]) return GM_DAMAGED;
    state->member->limit_told[kind] = true;
    g_autofree char *text = g_strdup_printf("the incident's limit of %" G_GINT64_FORMAT " %s is reached",
                                            state->limits[kind], kind_names[kind]);
    gm_status status = gm_emit_diagnostic(store, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, gm_span_of(text));
    return status == GM_OK ? GM_DAMAGED : status;
}

bool gm_interning_known(gm_interning *in, int64_t *id, gm_status *status) {
    gm_store *store = in->store;
    *id = 0;
    if (store->failure) {
        *status = GM_FATAL;
        return true;
    }
    if (!store->import) return false; /* writing the row says what is wrong */
    const gm_intern *table = &store->import->interned[in->kind];
    *id = gm_intern_find(table, in->key);
    if (*id) {
        *status = GM_OK;
        return true;
    }
    if ((int64_t)table->count < store->import->limits[in->kind]) return false;
    *status = limit_reached(store, in->kind);
    return true;
}

int64_t gm_interning_next(const gm_interning *in) {
    return (int64_t)in->store->import->interned[in->kind].count + 1;
}

gm_status gm_interning_keep(gm_interning *in, int64_t id) {
    if (gm_intern_add(&in->store->import->interned[in->kind], in->key, id)) return GM_OK;
    g_set_error(&in->store->failure, GM_STORE_ERROR, GM_STORE_ERROR_IO, "out of memory");
    return GM_FATAL;
}

gm_status gm_interning_write(gm_interning *in, gm_row *row, int64_t *id) {
    gm_status status = gm_row_write(row);
    if (status != GM_OK) return status;
    *id = sqlite3_last_insert_rowid(in->store->db);
    return gm_interning_keep(in, *id);
}
