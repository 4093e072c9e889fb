/* Reads the stored replay of alert rules (schema part 4) into plain rows. After the analyzer; before alerts.c, which
 * prints them, and the html page's section. */
#include "gomortem/model_alerts.h"

#include <math.h>

typedef struct {
    gm_store *store;
    gm_alerts *alerts;
    GError **error;
} reading;

static const char *text(reading *r, sqlite3_stmt *row, int column) {
    const char *value = gm_column_text(row, column);
    return value ? gm_arena_strndup(r->alerts->arena, value, strlen(value)) : NULL;
}

/* Of a column that may not be NULL: never is, even in a database that somebody made up. */
static const char *word(reading *r, sqlite3_stmt *row, int column) {
    const char *value = text(r, row, column);
    return value ? value : "";
}

static void read_rule(reading *r, sqlite3_stmt *row, void *element) {
    *(gm_alert_rule *)element =
        (gm_alert_rule){word(r, row, 0),          "builtin", word(r, row, 1), word(r, row, 2), gm_column_double(row, 3),
                        gm_column_double(row, 4), NAN};
}

static void read_outcome(reading *r, sqlite3_stmt *row, void *element) {
    *(gm_alert_outcome *)element = (gm_alert_outcome){.container_id = sqlite3_column_int64(row, 0),
                                                      .namespace_name = text(r, row, 1),
                                                      .pod = text(r, row, 2),
                                                      .container = text(r, row, 3),
                                                      .life = sqlite3_column_int(row, 4),
                                                      .rule = word(r, row, 5),
                                                      .outcome = word(r, row, 6),
                                                      .against = text(r, row, 7),
                                                      .reason = text(r, row, 8),
                                                      .fired_ns = gm_column_int(row, 9),
                                                      .target_ns = gm_column_int(row, 10),
                                                      .lead_s = gm_column_double(row, 11),
                                                      .flaps_per_day = gm_column_double(row, 12),
                                                      .in_time = gm_column_int(row, 13),
                                                      .episodes = sqlite3_column_int64(row, 14),
                                                      .false_alarms = sqlite3_column_int64(row, 15),
                                                      .ends = sqlite3_column_int64(row, 16),
                                                      .caught = sqlite3_column_int64(row, 17)};
}

static void read_firing(reading *r, sqlite3_stmt *row, void *element) {
    *(gm_alert_firing *)element = (gm_alert_firing){.container_id = sqlite3_column_int64(row, 0),
                                                    .life = sqlite3_column_int(row, 1),
                                                    .rule = word(r, row, 2),
                                                    .labels = word(r, row, 3),
                                                    .pending_ns = gm_column_int(row, 4),
                                                    .fired_ns = gm_column_int(row, 5),
                                                    .resolved_ns = gm_column_int(row, 6)};
}

static void read_proposal(reading *r, sqlite3_stmt *row, void *element) {
    *(gm_alert_proposal *)element = (gm_alert_proposal){.container_id = sqlite3_column_int64(row, 0),
                                                        .namespace_name = text(r, row, 1),
                                                        .pod = text(r, row, 2),
                                                        .container = text(r, row, 3),
                                                        .cause = word(r, row, 4),
                                                        .outcome = word(r, row, 5),
                                                        .reason = text(r, row, 6),
                                                        .alert = text(r, row, 7),
                                                        .expression = text(r, row, 8),
                                                        .summary = text(r, row, 9),
                                                        .description = text(r, row, 10),
                                                        .runbook = text(r, row, 11),
                                                        .for_s = gm_column_double(row, 12),
                                                        .step_s = gm_column_double(row, 13),
                                                        .lead_s = gm_column_double(row, 14),
                                                        .tried = sqlite3_column_int64(row, 15)};
}

static bool rows(reading *r, const char *sql, size_t size, void (*read)(reading *, sqlite3_stmt *, void *), void *array,
                 size_t *n) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(r->store, sql, r->error);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    int step = SQLITE_DONE;
    if (!stmt) return false;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        g_byte_array_set_size(bytes, bytes->len + (guint)size);
        read(r, stmt, bytes->data + bytes->len - size);
    }
    void *copy = gm_arena_alloc(r->alerts->arena, bytes->len + 1);
    if (bytes->len) memcpy(copy, bytes->data, bytes->len);
    *(void **)array = copy;
    *n = bytes->len / size;
    return step == SQLITE_DONE || gm_store_error_set(r->store, r->error);
}

static bool read_all(reading *r, bool firings) {
    gm_alerts *a = r->alerts;
    return rows(r, "SELECT rule, title, expression, for_s, keep_firing_for_s FROM alert_rule ORDER BY n",
                sizeof(gm_alert_rule), read_rule, &a->rules, &a->n_rules) &&
           rows(
               r,
               "SELECT a.container_id, a.namespace, a.pod, a.container, coalesce (a.life, 0), a.rule, a.outcome, a.against, a.reason, a.fired_ns, a.target_ns, a.lead_s, "
               "a.flaps_per_day, a.in_time, a.episodes, a.false_alarms, a.ends, a.caught FROM alerts a JOIN alert_rule r USING (rule) ORDER BY a.container_id, r.n, a.life",
               sizeof(gm_alert_outcome), read_outcome, &a->outcomes, &a->n_outcomes) &&
           rows(
               r,
               "SELECT p.container_id, c.namespace, c.pod, c.container, v.cause, p.outcome, p.reason, p.alert, p.expression, p.summary, p.description, p.runbook, p.for_s, p.step_s, "
               "p.lead_s, p.tried FROM alert_proposal p JOIN container c USING (container_id) LEFT JOIN verdict v ON v.container_id = p.container_id AND v.life IS NULL "
               "ORDER BY p.container_id",
               sizeof(gm_alert_proposal), read_proposal, &a->proposals, &a->n_proposals) &&
           (!firings ||
            rows(
                r,
                "SELECT container_id, coalesce (life, 0), rule, labels, pending_ns, fired_ns, resolved_ns FROM alert_firing ORDER BY container_id, rule, fired_ns, labels LIMIT 50000",
                sizeof(gm_alert_firing), read_firing, &a->firings, &a->n_firings));
}

gm_alerts *gm_model_alerts_read(gm_store *store, bool firings, GError **error) {
    gm_arena *arena = gm_arena_new(0);
    gm_alerts *alerts = GM_ARENA_NEW(arena, gm_alerts, 1);
    *alerts = (gm_alerts){.arena = arena, .reaction_s = 600, .version = 3};
    reading r = {store, alerts, error};
    if (read_all(&r, firings)) return alerts;
    gm_alerts_free(alerts);
    return NULL;
}
