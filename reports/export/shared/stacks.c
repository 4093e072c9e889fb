/* Chooses the stacks of a profile, of the difference of two, or of the growth fitted through all of a life. Before
 * pprof.c, folded.c and speedscope.c.
 *
 * Each of the three is a sum of factor * value over profiles: one profile has the factor 1, a difference -1 and 1,
 * the growth those of the least squares line, times the time from the first to the last profile. A stack that is
 * not in a profile counts as 0 there, so the parts add up to the whole in every case. */
#include "reports/export/shared/stacks.h"

#include <math.h>

/* The worst life with heap profiles: by its verdict, then by how much they grew. */
static const char worst_life_sql[] =
    "SELECT h.container_id, h.life FROM heap_capture h JOIN container c USING (container_id) "
    "LEFT JOIN verdict v ON v.container_id = h.container_id AND v.life = h.life "
    "WHERE ?1 IS NULL OR coalesce (c.namespace, '') || '/' || coalesce (c.pod, '') || '/' || coalesce (c.container, '') GLOB ?1 "
    "GROUP BY h.container_id, h.life "
    "ORDER BY count (*) > 1 DESC, CASE v.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END, "
    "v.confidence DESC, max (h.inuse_bytes) - min (h.inuse_bytes) DESC, h.container_id, h.life LIMIT 1";

static const char captures_sql[] =
    "SELECT profile_id, t_ns FROM heap_capture WHERE container_id = ?1 AND life = ?2 ORDER BY t_ns, profile_id";

static bool nothing(GError **error, const char *what) {
    g_set_error_literal(error, GM_EXPORT_ERROR, GM_EXPORT_ERROR_NOTHING, what);
    return false;
}

typedef struct {
    int64_t profile_id, t_ns;
} capture;

static bool read_captures(gm_store *store, const gm_export_options *options, GArray *captures, GError **error) {
    g_autoptr(sqlite3_stmt) life = gm_store_prepare(store, worst_life_sql, error);
    if (!life) return false;
    gm_bind_text(life, 1, options->container);
    int step = sqlite3_step(life);
    if (step == SQLITE_DONE)
        return nothing(
            error, "there are no heap profiles that the analysis placed in a life; --profile takes a profile_id too");
    g_autoptr(sqlite3_stmt) rows = step == SQLITE_ROW ? gm_store_prepare(store, captures_sql, error) : NULL;
    if (!rows) return step == SQLITE_ROW ? false : gm_store_error_set(store, error);
    gm_bind_int(rows, 1, gm_column_int(life, 0));
    gm_bind_int(rows, 2, gm_column_int(life, 1));
    while ((step = sqlite3_step(rows)) == SQLITE_ROW) {
        capture one = {gm_column_int(rows, 0), gm_column_int(rows, 1)};
        g_array_append_val(captures, one);
    }
    return step == SQLITE_DONE || gm_store_error_set(store, error);
}

static void add_factor(GString *chosen, int64_t profile_id, double factor) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(number, sizeof(number), "%.17g", factor);
    g_string_append_printf(chosen, "%s[%" G_GINT64_FORMAT ",%s]", chosen->len ? "," : "[", profile_id, number);
}

/* Slope of the least squares line = sum of (t - mean) / sum of squares * value. */
static void add_line(GString *chosen, const GArray *captures) {
    const capture *all = &g_array_index(captures, capture, 0);
    double mean = 0, squares = 0, length = (double)(all[captures->len - 1].t_ns - all[0].t_ns);
    for (guint i = 0; i < captures->len; i++) mean += (double)(all[i].t_ns - all[0].t_ns) / captures->len;
    for (guint i = 0; i < captures->len; i++) squares += pow((double)(all[i].t_ns - all[0].t_ns) - mean, 2);
    for (guint i = 0; i < captures->len; i++)
        add_factor(chosen, all[i].profile_id,
                   squares > 0 ? length * ((double)(all[i].t_ns - all[0].t_ns) - mean) / squares : 0);
}

static bool describe(gm_store *store, int64_t profile_id, gm_stacks *stacks, GError **error);

static bool choose_captures(gm_store *store, const gm_export_options *options, gm_stacks *stacks, GError **error) {
    g_autoptr(GArray) captures = g_array_new(FALSE, FALSE, sizeof(capture));
    if (!read_captures(store, options, captures, error)) return false;
    if (captures->len == 0)
        return nothing(error, "there are no heap profiles in the life that grew most"); /* in a made-up database */
    const capture *first = &g_array_index(captures, capture, 0),
                  *last = &g_array_index(captures, capture, captures->len - 1);
    const char *wanted = options->profile ? options->profile : captures->len > 1 ? "growth" : "last";
    bool growth = strcmp(wanted, "growth") == 0, diff = strcmp(wanted, "diff") == 0;
    if ((growth || diff) && captures->len < 2) return nothing(error, "a growth needs two heap profiles of one life");
    const capture *one = strcmp(wanted, "first") == 0 ? first : last;
    g_autoptr(GString) chosen = g_string_new(NULL);
    if (growth) add_line(chosen, captures);
    if (diff) add_factor(chosen, first->profile_id, -1);
    if (!growth) add_factor(chosen, one->profile_id, 1);
    g_string_append_c(chosen, ']');
    stacks->chosen = g_strdup(chosen->str);
    if (!describe(store, one->profile_id, stacks, error)) return false;
    stacks->signed_values = growth || diff;
    if (!stacks->signed_values) return true;
    stacks->t_ns = first->t_ns;
    stacks->duration_ns = last->t_ns - first->t_ns;
    g_free(stacks->title);
    stacks->title = growth ? g_strdup_printf("heap, fitted growth of %u profiles", captures->len)
                           : g_strdup("heap, last profile less the first");
    return true;
}

/* Heap profiles have four values; the others a count, and some a time. */
static void set_types(gm_stacks *stacks, const char *kind, bool heap, bool has_time) {
    static const char *const heap_types[] = {"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"};
    static const char *const heap_columns[] = {"alloc_objects", "alloc_bytes", "inuse_objects", "inuse_bytes"};
    bool cpu = strcmp(kind, "cpu") == 0, contention = !cpu && has_time;
    stacks->values = heap ? 4 : has_time ? 2 : 1;
    for (int i = 0; heap && i < 4; i++) {
        stacks->types[i] = heap_types[i];
        stacks->units[i] = i % 2 ? "bytes" : "count";
        stacks->columns[i] = heap_columns[i];
    }
    stacks->period_type = heap ? "space" : cpu ? "cpu" : NULL;
    if (heap) return;
    static const char *const counted[] = {"goroutine", "threadcreate"};
    const char *count = cpu ? "samples" : contention ? "contentions" : "count";
    for (size_t i = 0; i < G_N_ELEMENTS(counted); i++) count = strcmp(kind, counted[i]) == 0 ? counted[i] : count;
    stacks->types[0] = count;
    stacks->units[0] = "count";
    stacks->columns[0] = "count";
    stacks->types[1] = cpu ? "cpu" : "delay";
    stacks->units[1] = "nanoseconds";
    stacks->columns[1] = "nanoseconds";
}

static bool describe(gm_store *store, int64_t profile_id, gm_stacks *stacks, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store,
                         "SELECT kind, t_ns, duration_ns, period, binary, build_id, inuse_bytes IS NOT NULL "
                         "OR alloc_bytes IS NOT NULL, nanoseconds IS NOT NULL FROM profile WHERE profile_id = ?",
                         error);
    if (!stmt) return false;
    gm_bind_int(stmt, 1, profile_id);
    int step = sqlite3_step(stmt);
    if (step == SQLITE_DONE) return nothing(error, "there is no such profile; gomortem query DB profiles lists them");
    if (step != SQLITE_ROW) return gm_store_error_set(store, error);
    stacks->t_ns = gm_column_int(stmt, 1);
    stacks->duration_ns = gm_column_int(stmt, 2);
    stacks->period = gm_column_int(stmt, 3);
    stacks->binary = g_strdup(gm_column_text(stmt, 4));
    stacks->build_id = g_strdup(gm_column_text(stmt, 5));
    const char *kind = gm_column_word(stmt, 0);
    stacks->title = g_strdup_printf("%s, profile %" G_GINT64_FORMAT, kind, profile_id);
    set_types(stacks, kind, gm_column_int(stmt, 6) == 1, gm_column_int(stmt, 7) == 1);
    return true;
}

bool gm_stacks_choose(gm_store *store, const gm_export_options *options, gm_stacks *stacks, GError **error) {
    static const char *const words[] = {"first", "last", "growth", "diff"};
    guint64 id = 0;
    *stacks = (gm_stacks){.t_ns = GM_UNKNOWN, .duration_ns = GM_UNKNOWN, .period = GM_UNKNOWN};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (!options->profile || strcmp(options->profile, words[i]) == 0)
            return choose_captures(store, options, stacks, error);
    if (!g_ascii_string_to_unsigned(options->profile, 10, 1, G_MAXINT64, &id, NULL)) {
        g_set_error(error, GM_EXPORT_ERROR, GM_EXPORT_ERROR_USAGE,
                    "--profile takes first, last, growth, diff or a profile_id, not \"%s\"", options->profile);
        return false;
    }
    stacks->chosen = g_strdup_printf("[[%" G_GINT64_FORMAT ",1]]", (gint64)id);
    return describe(store, (gint64)id, stacks, error);
}

void gm_stacks_clear(gm_stacks *stacks) {
    g_free(stacks->title);
    g_free(stacks->binary);
    g_free(stacks->build_id);
    g_free(stacks->chosen);
    *stacks = (gm_stacks){0};
}

#define CHOSEN \
    "WITH chosen AS MATERIALIZED (SELECT value ->> 0 AS profile_id, value ->> 1 AS factor FROM json_each (?1)) "

static sqlite3_stmt *prepare(gm_store *store, const gm_stacks *stacks, const char *sql, GError **error) {
    sqlite3_stmt *stmt = gm_store_prepare(store, sql, error);
    if (stmt) gm_bind_text(stmt, 1, stacks->chosen);
    return stmt;
}

sqlite3_stmt *gm_stacks_rows(gm_store *store, const gm_stacks *stacks, GError **error) {
    g_autoptr(GString) sums = g_string_new(NULL), zero = g_string_new(NULL);
    for (int i = 0; i < stacks->values; i++) {
        g_string_append_printf(sums, ", CAST (round (total (c.factor * p.%s)) AS INTEGER) AS v%d", stacks->columns[i],
                               i);
        g_string_append_printf(zero, "%sv%d <> 0", i ? " OR " : "", i);
    }
    g_autofree char *sql = g_strdup_printf(
        CHOSEN "SELECT k.* FROM (SELECT s.stack_id, s.frames%s FROM chosen c JOIN profile_sample p USING (profile_id) "
               "JOIN stack s USING (stack_id) GROUP BY s.stack_id) k WHERE %s ORDER BY k.stack_id",
        sums->str, zero->str);
    return prepare(store, stacks, sql, error);
}

#define USED \
    "used AS MATERIALIZED (SELECT DISTINCT f.value AS location_id FROM (SELECT DISTINCT p.stack_id FROM chosen JOIN profile_sample p USING (profile_id)) " \
    "JOIN stack s USING (stack_id), json_each (s.frames) f) "

sqlite3_stmt *gm_stacks_locations(gm_store *store, const gm_stacks *stacks, GError **error) {
    return prepare(
        store, stacks,
        CHOSEN
        ", " USED
        "SELECT l.location_id, l.function_id, l.line, f.name, f.file FROM used JOIN location l USING (location_id) "
        "JOIN function f USING (function_id) ORDER BY l.location_id",
        error);
}

sqlite3_stmt *gm_stacks_functions(gm_store *store, const gm_stacks *stacks, GError **error) {
    return prepare(store, stacks,
                   CHOSEN ", " USED
                          "SELECT DISTINCT f.function_id, f.name, f.file FROM used JOIN location l USING (location_id) "
                          "JOIN function f USING (function_id) ORDER BY f.function_id",
                   error);
}
