/* The incident row: what this file is and what made it.
 *
 * Comes last in an import, after all members and identities. The id is SHA-256 over path NUL hash NUL of the
 * members in the byte order of their paths, followed by the options; a member without a hash (a link, a
 * refused one) counts with an empty one. So the same bundle with the same options is the same incident,
 * however it was packed. */
#include "importer/import.h"

#include "gomortem/store.h"

/* --- options as JSON --- */
static void append_string(GString *json, const char *text) {
    g_string_append_c(json, '"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            g_string_append_printf(json, "\\%c", c);
        } else if (c < 0x20) {
            g_string_append_printf(json, "\\u%04x", c);
        } else {
            g_string_append_c(json, (char)c);
        }
    }
    g_string_append_c(json, '"');
}

static void append_limits(GString *json, const gm_limits *limits) {
    for (int limit = 0; limit < GM_LIMIT_COUNT; limit++) {
        const gm_limit_row *row = &gm_limit_rows[limit];
        int64_t value = gm_limits_get(limits, (gm_limit)limit);
        if (value == row->usual) continue;
        if (json->len > 1) g_string_append_c(json, ',');
        g_string_append_printf(json, "\"%s\":%" G_GINT64_FORMAT, row->name, value);
    }
}

/* Only what differs from the usual: "{}" for a plain import. */
static char *options_json(const gm_import_options *options) {
    GString *json = g_string_new("{");
    append_limits(json, &options->limits);
    if (options->select && options->select[0]) {
        g_string_append(json, json->len > 1 ? ",\"select\":[" : "\"select\":[");
        for (const char *const *glob = options->select; *glob; glob++) {
            if (glob != options->select) g_string_append_c(json, ',');
            append_string(json, *glob);
        }
        g_string_append_c(json, ']');
    }
    g_string_append_c(json, '}');
    g_autofree char *text = g_string_free(json, FALSE);
    return g_utf8_make_valid(text, -1);
}

/* --- the row --- */
static bool hash_members(gm_store *store, gm_sha256 *hash, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store, "SELECT path, coalesce (sha256, '') FROM member ORDER BY path, sha256, member_id", error);
    int code;
    if (!stmt) return false;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        for (int column = 0; column < 2; column++) {
            const char *text = gm_column_text(stmt, column);
            gm_sha256_add(hash, (gm_span){text, strlen(text) + 1});
        }
    }
    return code == SQLITE_DONE || gm_store_error_set(store, error);
}

static bool incident_id(gm_store *store, const char *options, char id[65], GError **error) {
    gm_sha256 *hash = gm_sha256_new();
    bool done = hash_members(store, hash, error);
    gm_sha256_add(hash, gm_span_of(options));
    gm_sha256_hex(hash, id);
    gm_sha256_free(hash);
    return done;
}

bool gm_incident_write(gm_store *store, const char *name, const gm_import_options *options, char id[65],
                       GError **error) {
    g_autofree char *json = options_json(options);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store, "INSERT INTO incident SELECT ?1, ?2, ?3, ?4, ?5, min (first_ns), max (last_ns) FROM member", error);
    if (!stmt || !incident_id(store, json, id, error)) return false;
    gm_bind_text(stmt, 1, id);
    gm_bind_text(stmt, 2, name);
    gm_bind_text(stmt, 3, json);
    gm_bind_int(stmt, 4, GM_SCHEMA_VERSION);
    gm_bind_text(stmt, 5, GM_VERSION);
    return sqlite3_step(stmt) == SQLITE_DONE || gm_store_error_set(store, error);
}
