/* Writes a comparison into the tables of schema part 6, with the SQL that yields each value on its own side. Last step
 * of the comparison; reports/model_diff.c reads it. */
#include "analyzer/diff/diff_private.h"

#include <math.h>

static const char *judgement_name(gm_judgement judgement) {
    static const char *const names[] = {"new", "gone", "worse", "better", "changed", "same", "unknown"};
    return names[judgement];
}

static bool done(gm_store *out, sqlite3_stmt *stmt, GError **error) {
    bool ok = gm_store_write(out, stmt, error);
    sqlite3_clear_bindings(stmt);
    return ok;
}

/* The family's question, of this container and this item. Nothing where it was not looked at. To be freed. */
static char *sql_of(const gm_difference *d, const gm_diff_fact *fact) {
    const gm_diff_family *family = &gm_diff_families[d->family];
    if (fact->container_id == GM_UNKNOWN) return NULL;
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, fact->container_id);
    g_auto(GStrv) parts = g_strsplit(family->sql, "?1", -1);
    g_autofree char *sql = g_strjoinv(id, parts);
    bool words = family->kind == GM_DIFF_WORDS, absent_is_0 = family->known && !words && !isnan(fact->value);
    char *quoted = sqlite3_mprintf("%Q", d->item);
    char *text = g_strdup_printf("SELECT %s(SELECT %s FROM (%s) WHERE item = %s)%s", absent_is_0 ? "coalesce (" : "",
                                 words ? "text" : "value", sql, quoted ? quoted : "''", absent_is_0 ? ", 0)" : "");
    sqlite3_free(quoted);
    return text;
}

static bool write_difference(gm_store *out, sqlite3_stmt *stmt, int64_t pair_id, const gm_difference *d,
                             GError **error) {
    const gm_diff_family *family = &gm_diff_families[d->family];
    g_autofree char *a_sql = sql_of(d, &d->a), *b_sql = sql_of(d, &d->b);
    const char *texts[] = {
        family->area, d->item, family->measure, d->a.text, d->b.text, d->unit, judgement_name(d->judgement),
        d->severity,  d->rule, d->text,         a_sql,     b_sql};
    static const int at[] = {2, 3, 4, 7, 8, 9, 11, 13, 14, 15, 16, 17};
    sqlite3_bind_int64(stmt, 1, pair_id);
    for (size_t i = 0; i < G_N_ELEMENTS(at); i++) gm_bind_text(stmt, at[i], texts[i]);
    gm_bind_double(stmt, 5, d->a.value);
    gm_bind_double(stmt, 6, d->b.value);
    gm_bind_double(stmt, 10, d->b.value - d->a.value);
    sqlite3_bind_int(stmt, 12, d->material);
    return done(out, stmt, error);
}

static bool write_points(gm_store *out, sqlite3_stmt *stmt, int64_t pair_id, const gm_diff_container *c,
                         const char *side, GError **error) {
    for (size_t i = 0; c && i < c->n_points; i++) {
        sqlite3_bind_int64(stmt, 1, pair_id);
        gm_bind_text(stmt, 2, side);
        sqlite3_bind_int64(stmt, 3, c->points[i].since_ns);
        sqlite3_bind_int64(stmt, 4, c->points[i].life);
        for (int k = 0; k < 5; k++) gm_bind_int(stmt, 5 + k, c->points[i].value[k]);
        if (!done(out, stmt, error)) return false;
    }
    return true;
}

static void bind_side(sqlite3_stmt *stmt, int from, const gm_diff_container *c) {
    gm_bind_int(stmt, from, c ? c->container_id : GM_UNKNOWN);
    gm_bind_text(stmt, from + 1, c ? c->namespace_name : NULL);
    gm_bind_text(stmt, from + 2, c ? c->pod : NULL);
    gm_bind_text(stmt, from + 3, c ? c->container : NULL);
    sqlite3_bind_int64(stmt, from + 4, c ? (int64_t)c->n_members : 0);
}

typedef struct {
    gm_store *out;
    sqlite3_stmt *pair, *difference, *point;
} gm_diff_writer;

static bool write_pair(gm_diff_writer *w, int64_t pair_id, const gm_pair *pair, GError **error) {
    sqlite3_bind_int64(w->pair, 1, pair_id);
    bind_side(w->pair, 2, pair->a);
    bind_side(w->pair, 7, pair->b);
    gm_bind_text(w->pair, 12, pair->matched_by);
    gm_bind_text(w->pair, 13, pair->status);
    gm_bind_double(w->pair, 14, pair->a ? pair->a->seconds : NAN);
    gm_bind_double(w->pair, 15, pair->b ? pair->b->seconds : NAN);
    gm_bind_text(w->pair, 16, pair->windows);
    gm_bind_text(w->pair, 17, pair->summary);
    bool ok = done(w->out, w->pair, error);
    for (guint i = 0; ok && i < pair->differences->len; i++)
        ok = write_difference(w->out, w->difference, pair_id, &g_array_index(pair->differences, gm_difference, i),
                              error);
    return ok && write_points(w->out, w->point, pair_id, pair->a, "a", error) &&
           write_points(w->out, w->point, pair_id, pair->b, "b", error);
}

static bool write_comparison(const gm_diff *diff, gm_store *out, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(out, "INSERT INTO comparison VALUES (?1, ?2, ?3, ?4, ?5)", error);
    if (!stmt) return false;
    const char *texts[] = {diff->a->incident_id, diff->a->name, diff->b->incident_id, diff->b->name, diff->summary};
    for (int i = 0; i < 5; i++) gm_bind_text(stmt, 1 + i, texts[i]);
    return done(out, stmt, error);
}

static bool write_all(const gm_diff *diff, gm_store *out, GError **error) {
    if (!write_comparison(diff, out, error)) return false;
    g_autoptr(sqlite3_stmt) pair = gm_store_prepare(
        out,
        "INSERT INTO comparison_pair VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        error);
    if (!pair) return false;
    g_autoptr(sqlite3_stmt) difference = gm_store_prepare(
        out,
        "INSERT INTO difference VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        error);
    if (!difference) return false;
    g_autoptr(sqlite3_stmt) point =
        gm_store_prepare(out, "INSERT INTO comparison_point VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", error);
    if (!point) return false;
    gm_diff_writer w = {out, pair, difference, point};
    bool ok = true;
    for (guint i = 0; ok && i < diff->pairs->len; i++) ok = write_pair(&w, i + 1, diff->pairs->pdata[i], error);
    return ok;
}

bool gm_diff_write_rows(const gm_diff *diff, gm_store *out, GError **error) {
    if (!gm_store_exec(out, "SAVEPOINT comparison", error)) return false;
    if (write_all(diff, out, error)) return gm_store_exec(out, "RELEASE comparison", error);
    gm_store_exec(out, "ROLLBACK TO comparison", NULL);
    gm_store_exec(out, "RELEASE comparison", NULL);
    return false;
}
