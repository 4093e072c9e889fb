/* What lowers the trust in a life's numbers: sources that disagree, a kill that no record reaches, a rest of the growth
 * that no bucket explains. After the facts, before the rules; the verdict takes its deductions from here. */
#include "analyzer/facts_private.h"

#include <math.h>

#define MIN_SAMPLES 10
#define MAX_SERIES  16

typedef struct {
    int64_t series_id, quantity_id, from_ns, to_ns;
    const char *name;
} gm_span_of_series;

static const char *pair_sql(const gm_facts *facts, const gm_span_of_series *a, const gm_span_of_series *b) {
    long long from = MAX(a->from_ns, b->from_ns), to = MIN(a->to_ns, b->to_ns);
    return gm_facts_text(
        facts,
        "SELECT 100.0 * abs(a - b) / max(a, b) FROM (SELECT (SELECT avg(value) FROM sample WHERE series_id = %lld AND t_ns BETWEEN %lld AND %lld) AS a, "
        "(SELECT avg(value) FROM sample WHERE series_id = %lld AND t_ns BETWEEN %lld AND %lld) AS b)",
        (long long)a->series_id, from, to, (long long)b->series_id, from, to);
}

static double ask(const gm_facts *facts, const char *sql) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(facts->store, sql, NULL);
    return stmt && sqlite3_step(stmt) == SQLITE_ROW ? gm_column_double(stmt, 0) : NAN;
}

/* Both must cover most of the shorter one's time: successive series of one container do not disagree. */
static void compare(gm_facts *facts, const gm_span_of_series *a, const gm_span_of_series *b) {
    int64_t overlap = MIN(a->to_ns, b->to_ns) - MAX(a->from_ns, b->from_ns);
    int64_t shorter = MIN(a->to_ns - a->from_ns, b->to_ns - b->from_ns);
    if (a->quantity_id != b->quantity_id || shorter <= 0 || overlap < shorter / 2) return;
    const char *sql = pair_sql(facts, a, b);
    double pct = ask(facts, sql);
    if (!(pct > facts->doubts.disagreement_pct)) return;
    facts->doubts.disagreement_pct = pct;
    facts->doubts.disagreement_sql = sql;
    facts->doubts.disagreeing = a->name;
}

#define OF_LIFE " FROM sample p WHERE p.series_id = s.series_id AND p.t_ns BETWEEN ?2 AND ?3"

/* A look at both ends of a series tells its span: none is read through. */
static bool disagreement(gm_facts *facts, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        facts->store,
        "SELECT s.series_id, s.quantity_id, (SELECT min(t_ns)" OF_LIFE "), (SELECT max(t_ns)" OF_LIFE "), q.name "
        "FROM series s JOIN quantity q USING (quantity_id) JOIN identity i USING (identity_id) "
        "WHERE i.container_id = ?1 AND q.name IN ('memory.usage', 'memory.working_set', 'memory.anon') "
        "AND (SELECT count(*) FROM (SELECT 1" OF_LIFE " LIMIT ?4)) >= ?4 AND EXISTS (SELECT 1" OF_LIFE
        " AND p.value > 0) ORDER BY 2, 1 LIMIT ?5",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int64(stmt, 2, facts->life->from_ns);
    sqlite3_bind_int64(stmt, 3, facts->life->to_ns);
    sqlite3_bind_int(stmt, 4, MIN_SAMPLES);
    sqlite3_bind_int(stmt, 5, MAX_SERIES);
    gm_span_of_series all[MAX_SERIES];
    size_t n = 0;
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW && n < MAX_SERIES) {
        const char *name = gm_column_text(stmt, 4);
        all[n++] = (gm_span_of_series){sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                                       sqlite3_column_int64(stmt, 2), sqlite3_column_int64(stmt, 3),
                                       gm_arena_strndup(facts->arena, name, strlen(name))};
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) compare(facts, &all[i], &all[k]);
    return step == SQLITE_DONE || step == SQLITE_ROW || gm_store_error_set(facts->store, error);
}

/* Seconds by which the record ends too early before the last kill; 0 when it reaches it. */
static double blind_end(const gm_facts *facts) {
    double step = facts->n_points > 2 ? facts->window_s / (double)(facts->n_points - 1) : NAN;
    int64_t kill_ns = GM_UNKNOWN, last = GM_UNKNOWN, slack = 0;
    for (size_t i = 0; i < facts->n_kills; i++)
        if (gm_kill_is_oom(&facts->kills[i]) && facts->kills[i].t_ns != GM_UNKNOWN)
            kill_ns = facts->kills[i].t_ns,
            slack = facts->kills[i].uncertainty_ns == GM_UNKNOWN ? 0 : facts->kills[i].uncertainty_ns;
    if (kill_ns == GM_UNKNOWN || isnan(step)) return 0;
    for (size_t i = 0; i < facts->n_points; i++)
        if (facts->points[i].t_ns <= kill_ns) last = facts->points[i].t_ns;
    for (size_t i = 0; i < facts->n_cycles; i++)
        if (facts->cycles[i].t_ns <= kill_ns) last = MAX(last, facts->cycles[i].t_ns);
    double blind = last == GM_UNKNOWN ? 0 : (double)(kill_ns - slack - last) / 1e9;
    return blind > GM_LIMIT_OF(facts, GAP_STEPS) * step ? blind : 0;
}

bool gm_facts_doubts(gm_facts *facts, GError **error) {
    const gm_growth *usage = &facts->growth[GM_COL_USAGE], *rest = &facts->growth[GM_COL_UNEXPLAINED];
    facts->doubts.blind_s = blind_end(facts);
    bool grew = usage->known && rest->known && usage->delta >= facts->material;
    facts->doubts.residual_pct =
        grew && fabs(rest->delta) > GM_LIMIT_OF(facts, RESIDUAL_BYTES) ? 100 * fabs(rest->delta) / usage->delta : 0;
    return disagreement(facts, error);
}
