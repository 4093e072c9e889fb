/* Reads a JSON result of this tool as one side of a comparison. SQLite takes the text apart: it knows JSON, limits its
 * depth, and every value is asked for by its name and type. Instead of read.c; before match.c. */
#include "analyzer/diff/diff_private.h"

#include <math.h>

typedef struct {
    sqlite3 *db;
    const char *text;
    size_t n;
    gm_diff_side *side;
} gm_result_reader;

bool gm_diff_is_result(const char *text, size_t n) {
    static const char *const marks[] = {"\"schema_version\"", "\"tool\"", "\"gomortem\""};
    const size_t head = MIN(n, 400);
    size_t i = 0;
    while (i < n && g_ascii_isspace(text[i])) i++;
    bool fits = i < n && text[i] == '{';
    for (size_t k = 0; fits && k < G_N_ELEMENTS(marks); k++) fits = g_strstr_len(text, (gssize)head, marks[k]) != NULL;
    return fits;
}

static sqlite3_stmt *ask(const gm_result_reader *r, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(r->db, sql, -1, &stmt, NULL) != SQLITE_OK) return NULL;
    sqlite3_bind_text64(stmt, 1, r->text, r->n, SQLITE_STATIC, SQLITE_UTF8);
    return stmt;
}

static const char *keep(const gm_result_reader *r, sqlite3_stmt *stmt, int column) {
    const char *text = sqlite3_column_type(stmt, column) == SQLITE_TEXT ? gm_column_text(stmt, column) : NULL;
    return text ? gm_arena_strndup(r->side->arena, text, strlen(text)) : NULL;
}

static double number(sqlite3_stmt *stmt, int column) {
    int type = sqlite3_column_type(stmt, column);
    return type == SQLITE_INTEGER || type == SQLITE_FLOAT ? sqlite3_column_double(stmt, column) : NAN;
}

/* NAN for another word. */
static double rank_of(const char *severity) {
    static const char *const names[] = {"info", "low", "medium", "high", "critical"};
    for (int i = 0; i < 5; i++)
        if (severity && strcmp(severity, names[i]) == 0) return i;
    return NAN;
}

static void add(gm_diff_container *c, int family, const char *item, double value, const char *text) {
    gm_diff_fact fact = {
        .family = family, .container_id = GM_UNKNOWN, .value = value, .noise = NAN, .item = item, .text = text};
    if (!isnan(value) || text) g_array_append_val(c->facts, fact);
}

static bool read_incident(const gm_result_reader *r, size_t *n) {
    g_autoptr(sqlite3_stmt) stmt = ask(
        r,
        "SELECT json_extract (?1, '$.incident.id'), json_extract (?1, '$.incident.name'), json_array_length (?1, '$.containers') "
        "WHERE json_valid (?1) AND json_extract (?1, '$.tool.name') = 'gomortem' AND json_extract (?1, '$.schema_version') = 1 "
        "AND json_type (?1, '$.containers') = 'array'");
    if (!stmt || sqlite3_step(stmt) != SQLITE_ROW) return false;
    r->side->incident_id = keep(r, stmt, 0);
    r->side->name = keep(r, stmt, 1);
    *n = (size_t)sqlite3_column_int64(stmt, 2);
    return r->side->incident_id && r->side->name;
}

static bool read_container(const gm_result_reader *r, sqlite3_stmt *stmt) {
    gm_diff_container *c = gm_diff_container_new(r->side);
    const char *cause = keep(r, stmt, 3), *severity = keep(r, stmt, 4), *site = keep(r, stmt, 5);
    c->container_id = GM_UNKNOWN;
    c->namespace_name = keep(r, stmt, 0), c->pod = keep(r, stmt, 1), c->container = keep(r, stmt, 2);
    if (!cause || isnan(rank_of(severity))) return false;
    const char *summary = keep(r, stmt, 9);
    add(c, GM_DIFF_FAMILY_VERDICT, "verdict", rank_of(severity), summary ? summary : cause);
    add(c, GM_DIFF_FAMILY_CAUSE, "verdict", NAN, cause);
    add(c, GM_DIFF_FAMILY_BLAME, "verdict", NAN, site);
    c->known[GM_DIFF_FAMILY_BLAME] = true;
    add(c, GM_DIFF_FAMILY_GROWTH, "memory", number(stmt, 6), NULL);
    add(c, GM_DIFF_FAMILY_PEAK, "usage", number(stmt, 7), NULL);
    add(c, GM_DIFF_FAMILY_GC_CPU, "collector", number(stmt, 8), NULL);
    return true;
}

static bool read_containers(const gm_result_reader *r, size_t wanted) {
    g_autoptr(sqlite3_stmt) stmt = ask(
        r,
        "SELECT json_extract (value, '$.namespace'), json_extract (value, '$.pod'), json_extract (value, '$.container'), "
        "json_extract (value, '$.verdict.cause'), json_extract (value, '$.verdict.severity'), json_extract (value, '$.verdict.site'), "
        "json_extract (value, '$.measures.growth_bytes_per_min'), json_extract (value, '$.measures.peak_bytes'), json_extract (value, '$.measures.gc_cpu_pct'), "
        "json_extract (value, '$.verdict.summary') FROM json_each (?1, '$.containers') WHERE type = 'object' ORDER BY key");
    size_t n = 0;
    while (stmt && n < wanted && sqlite3_step(stmt) == SQLITE_ROW && read_container(r, stmt)) n++;
    return n == wanted;
}

static bool read_findings(const gm_result_reader *r) {
    g_autoptr(sqlite3_stmt) stmt = ask(
        r,
        "SELECT c.key, json_extract (f.value, '$.rule'), json_extract (f.value, '$.outcome'), json_extract (f.value, '$.severity'), "
        "json_extract (f.value, '$.summary') FROM json_each (?1, '$.containers') c, json_each (c.value, '$.findings') f "
        "WHERE f.type = 'object' ORDER BY c.key, f.key");
    int code = SQLITE_ERROR;
    while (stmt && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *rule = keep(r, stmt, 1), *outcome = keep(r, stmt, 2), *summary = keep(r, stmt, 4);
        double severity = rank_of(keep(r, stmt, 3));
        if (!rule || !outcome || isnan(severity)) return false;
        gm_diff_container *c = r->side->containers->pdata[sqlite3_column_int64(stmt, 0)];
        const gm_diff_fact *verdict = &g_array_index(c->facts, gm_diff_fact, 0),
                           *cause = &g_array_index(c->facts, gm_diff_fact, 1);
        if (strcmp(cause->text, rule) == 0) severity = verdict->value, summary = verdict->text;
        add(c, GM_DIFF_FAMILY_FINDING, rule,
            strcmp(outcome, "fired") == 0   ? severity
            : strcmp(outcome, "clean") == 0 ? 0
                                            : NAN,
            summary ? summary : rule);
    }
    return code == SQLITE_DONE;
}

/* A rule that is listed twice counts once: the facts of an incident are one per item. */
static void drop_repeated(gm_diff_container *c) {
    gm_diff_sort_facts(c);
    for (guint i = 1; i < c->facts->len;) {
        const gm_diff_fact *before = &g_array_index(c->facts, gm_diff_fact, i - 1), *fact = before + 1;
        if (fact->family == before->family && strcmp(fact->item, before->item) == 0) g_array_remove_index(c->facts, i);
        else i++;
    }
}

gm_diff_side *gm_diff_read_result(const char *text, size_t n, GError **error) {
    g_autoptr(gm_diff_side) side = gm_diff_side_new();
    gm_result_reader r = {.text = text, .n = n, .side = side};
    size_t containers = 0;
    bool ok = sqlite3_open(":memory:", &r.db) == SQLITE_OK && read_incident(&r, &containers) &&
              read_containers(&r, containers) && read_findings(&r);
    sqlite3_close(r.db);
    for (guint i = 0; ok && i < side->containers->len; i++) drop_repeated(side->containers->pdata[i]);
    if (ok) return g_steal_pointer(&side);
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_FORMAT, "the baseline is not a JSON result of version 1");
    return NULL;
}
