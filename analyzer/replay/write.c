/* Writes what a replay yields to the tables of schema part 4. The replay's last step within an analysis. */
#include "analyzer/replay/replay_private.h"

#include <math.h>

/* Binds one row; false ends the table. */
typedef bool bind_row(sqlite3_stmt *stmt, const gm_replay *replay, const gm_alerts *alerts, size_t i);

static bool bind_rule(sqlite3_stmt *stmt, const gm_replay *replay, const gm_alerts *alerts, size_t i) {
    (void)replay;
    if (i >= alerts->n_rules) return false;
    const gm_alert_rule *r = &alerts->rules[i];
    gm_bind_text(stmt, 1, r->rule);
    gm_bind_int(stmt, 2, (int64_t)i + 1);
    gm_bind_text(stmt, 3, r->title);
    gm_bind_text(stmt, 4, r->expression);
    gm_bind_double(stmt, 5, r->for_s);
    gm_bind_double(stmt, 6, r->keep_firing_for_s);
    return true;
}

static bool bind_outcome(sqlite3_stmt *stmt, const gm_replay *replay, const gm_alerts *alerts, size_t i) {
    (void)replay;
    if (i >= alerts->n_outcomes) return false;
    const gm_alert_outcome *o = &alerts->outcomes[i];
    const int64_t numbers[] = {o->fired_ns, o->target_ns};
    gm_bind_int(stmt, 1, o->container_id);
    gm_bind_int(stmt, 2, o->life ? o->life : GM_UNKNOWN);
    gm_bind_text(stmt, 3, o->rule);
    gm_bind_text(stmt, 4, o->outcome);
    gm_bind_text(stmt, 5, o->against);
    for (int k = 0; k < 2; k++) gm_bind_int(stmt, 6 + k, numbers[k]);
    gm_bind_double(stmt, 8, o->lead_s);
    gm_bind_int(stmt, 9, o->in_time);
    const int64_t counts[] = {o->ends, o->caught, o->episodes, o->false_alarms};
    for (int k = 0; k < 4; k++) gm_bind_int(stmt, 10 + k, counts[k]);
    gm_bind_double(stmt, 14, o->flaps_per_day);
    gm_bind_text(stmt, 15, o->reason);
    return true;
}

static bool bind_firing(sqlite3_stmt *stmt, const gm_replay *replay, const gm_alerts *alerts, size_t i) {
    (void)replay;
    if (i >= alerts->n_firings) return false;
    const gm_alert_firing *f = &alerts->firings[i];
    gm_bind_int(stmt, 1, f->container_id);
    gm_bind_int(stmt, 2, f->life ? f->life : GM_UNKNOWN);
    gm_bind_text(stmt, 3, f->rule);
    gm_bind_text(stmt, 4, f->labels);
    gm_bind_int(stmt, 5, f->pending_ns);
    gm_bind_int(stmt, 6, f->fired_ns);
    gm_bind_int(stmt, 7, f->resolved_ns);
    return true;
}

static bool bind_proposal(sqlite3_stmt *stmt, const gm_replay *replay, const gm_alerts *alerts, size_t i) {
    (void)replay;
    if (i >= alerts->n_proposals) return false;
    const gm_alert_proposal *p = &alerts->proposals[i];
    const char *texts[] = {p->outcome, p->reason, p->alert, p->expression};
    gm_bind_int(stmt, 1, p->container_id);
    for (int k = 0; k < 4; k++) gm_bind_text(stmt, 2 + k, texts[k]);
    gm_bind_double(stmt, 6, p->for_s);
    gm_bind_double(stmt, 7, p->step_s);
    gm_bind_text(stmt, 8, p->summary);
    gm_bind_text(stmt, 9, p->description);
    gm_bind_text(stmt, 10, p->runbook);
    gm_bind_double(stmt, 11, p->lead_s);
    gm_bind_int(stmt, 12, p->tried);
    return true;
}

static bool bind_test_series(sqlite3_stmt *stmt, const gm_replay *replay, const gm_alerts *alerts, size_t i) {
    (void)alerts;
    if (i >= replay->test_series->len) return false;
    const gm_test_series *s = &g_array_index(replay->test_series, gm_test_series, i);
    gm_bind_int(stmt, 1, s->container_id);
    gm_bind_int(stmt, 2, s->n);
    gm_bind_text(stmt, 3, s->series);
    gm_bind_text(stmt, 4, s->samples);
    gm_bind_double(stmt, 5, s->interval_s);
    return true;
}

static bool bind_test_check(sqlite3_stmt *stmt, const gm_replay *replay, const gm_alerts *alerts, size_t i) {
    (void)alerts;
    if (i >= replay->test_checks->len) return false;
    const gm_test_check *c = &g_array_index(replay->test_checks, gm_test_check, i);
    gm_bind_int(stmt, 1, c->container_id);
    gm_bind_int(stmt, 2, c->at_s);
    gm_bind_text(stmt, 3, c->labels);
    return true;
}

static bool bind_thinned(sqlite3_stmt *stmt, const gm_replay *replay, const gm_alerts *alerts, size_t i) {
    if (i >= replay->thinned->len) return false;
    const gm_replay_thinned *t = &g_array_index(replay->thinned, gm_replay_thinned, i);
    gm_bind_int(stmt, 1, t->container_id);
    sqlite3_bind_int64(stmt, 2, t->samples.samples);
    sqlite3_bind_int64(stmt, 3, t->samples.kept);
    gm_bind_text(
        stmt, 4,
        gm_replay_text(alerts->arena, "alerts were replayed on samples that stand %.0f s apart or more: %lld of %lld",
                       (double)t->samples.apart_ms / 1000, (long long)t->samples.kept, (long long)t->samples.samples));
    return true;
}

static const struct {
    const char *sql;
    bind_row *bind;
} tables[] = {
    {"INSERT INTO alert_rule (rule, n, title, expression, for_s, keep_firing_for_s) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
     bind_rule},
    {"INSERT INTO alert_outcome (container_id, life, rule, outcome, against, fired_ns, target_ns, lead_s, in_time, ends, caught, episodes, false_alarms, "
     "flaps_per_day, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
     bind_outcome},
    {"INSERT INTO alert_firing (container_id, life, rule, labels, pending_ns, fired_ns, resolved_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
     bind_firing},
    {"INSERT INTO alert_proposal (container_id, outcome, reason, alert, expression, for_s, step_s, summary, description, runbook, lead_s, tried) "
     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
     bind_proposal},
    {"INSERT INTO alert_test_series (container_id, n, series, samples, interval_s) VALUES (?1, ?2, ?3, ?4, ?5)",
     bind_test_series},
    {"INSERT INTO alert_test_check (container_id, at_s, labels) VALUES (?1, ?2, ?3)", bind_test_check},
    {"INSERT INTO thinned (container_id, what, records, looked_at, text) VALUES (?1, 'alerts', ?2, ?3, ?4)",
     bind_thinned},
};

bool gm_replay_write(gm_store *store, const gm_replay *replay, const gm_alerts *alerts, GError **error) {
    for (size_t t = 0; t < G_N_ELEMENTS(tables); t++) {
        g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, tables[t].sql, error);
        if (!stmt) return false;
        for (size_t i = 0; tables[t].bind(stmt, replay, alerts, i); i++) {
            bool ok = sqlite3_step(stmt) == SQLITE_DONE;
            sqlite3_reset(stmt);
            if (!ok) return gm_store_error_set(store, error);
        }
    }
    return true;
}
