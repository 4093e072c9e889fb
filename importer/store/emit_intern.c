/* The common part of the emit functions that yield a shared id (identity, series, function, location, stack).
 *
 * Comes between emit_series.c and emit_profile.c and the tables of intern.c. The number of each is limited,
 * for a bundle can name new ones without end; the limit is reported once a member. */
#include "importer/store/emit_intern.h"

static const struct {
    const char *name;
    gm_limit limit;
} kinds[GM_INTERN_KINDS] = {[GM_INTERN_IDENTITY] = {"identities", GM_LIMIT_series},
                            [GM_INTERN_SERIES] = {"series", GM_LIMIT_series},
                            [GM_INTERN_FUNCTION] = {"functions", GM_LIMIT_strings},
                            [GM_INTERN_LOCATION] = {"locations", GM_LIMIT_stacks},
                            [GM_INTERN_STACK] = {"stacks", GM_LIMIT_stacks}};

void gm_emit_set_limits(gm_store *store, const gm_limits *limits) {
    if (store->import) store->import->limits = *limits;
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

static gm_status limit_reached(gm_store *store, gm_intern_kind kind, gm_limit limit, const char *what) {
    gm_import_state *state = store->import;
    if (state->member->limit_told[kind]) return GM_DAMAGED;
    state->member->limit_told[kind] = true;
    g_autofree char *text = g_strdup_printf("the incident's limit of %" G_GINT64_FORMAT " %s is reached" GM_RAISES,
                                            gm_limits_get(&state->limits, limit), what, gm_limit_rows[limit].flag);
    gm_status status = gm_emit_diagnostic(store, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, gm_span_of(text));
    return status == GM_OK ? GM_DAMAGED : status;
}

/* Would the tables outgrow their share of the memory? A table that is widened lies there twice for a moment. */
static bool outgrows(const gm_import_state *state, const gm_intern *table) {
    size_t bytes = gm_intern_growth(table);
    if (bytes == 0) return false;
    for (int kind = 0; kind < GM_INTERN_KINDS; kind++)
        bytes += state->interned[kind].capacity * sizeof(gm_intern_entry);
    return bytes > (uint64_t)state->limits.table_bytes;
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
    gm_limit limit = kinds[in->kind].limit;
    if ((int64_t)table->count >= gm_limits_get(&store->import->limits, limit)) {
        *status = limit_reached(store, in->kind, limit, kinds[in->kind].name);
    } else if (outgrows(store->import, table)) {
        *status = limit_reached(store, in->kind, GM_LIMIT_memory, "bytes of memory");
    } else {
        return false;
    }
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
