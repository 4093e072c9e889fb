/* Puts kernel logs on the wall clock: seconds since boot, and local time without zone.
 *
 * Before the containers, once for the incident: a node's log tells of many containers, and each of them may know
 * when one of its kills was. The log's own moments on both clocks come first, then those of another log, then the
 * node's boot time, then kills that other sources saw. Nothing is taken from a log of which two boots are in one. */
#include "analyzer/timeline/boot.h"

#include <math.h>

#define SAME_BOOT_S 300 /* clocks run apart by this while a machine sleeps or sets its time */
#define NOTICED_S   3   /* a runtime sees its process' death this much later */
#define WIDEST_S    90
#define LATEST_S    9e9 /* the year 2255; beyond it nanoseconds overflow */

typedef struct {
    GArray *candidates; /* gm_clock_candidate */
    int64_t conflicts;
} mapping;

static void add(mapping *m, const char *rule, double low_s, double high_s, double error_s, int64_t pairs) {
    gm_clock_candidate it = {
        .rule = rule, .zero_s = (low_s + high_s) / 2, .uncertainty_s = (high_s - low_s) / 2 + error_s, .pairs = pairs};
    if (fabs(it.zero_s) < LATEST_S && it.uncertainty_s < LATEST_S) g_array_append_val(m->candidates, it);
}

/* --- moments on both clocks --- */

static bool add_query(gm_store *store, const char *sql, int64_t member_id, const char *rule, mapping *m,
                      GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, sql, error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, member_id);
    int step = sqlite3_step(stmt);
    if (step == SQLITE_ROW && sqlite3_column_int64(stmt, 2) > 0) {
        double low = sqlite3_column_double(stmt, 0), high = sqlite3_column_double(stmt, 1);
        if (high - low <= SAME_BOOT_S)
            add(m, rule, low, high, sqlite3_column_double(stmt, 3), sqlite3_column_int64(stmt, 2));
    }
    return step == SQLITE_ROW || step == SQLITE_DONE || gm_store_error_set(store, error);
}

#define ZERO "p.t_ns / 1e9 - p.clock_s + coalesce (l.zero_ns, 0) / 1e9"
#define PAIRS \
    "SELECT min (" ZERO "), max (" ZERO "), count (*), max (p.uncertainty_ns + coalesce (l.uncertainty_ns, 0)) / 1e9 " \
    "FROM clock_pair p LEFT JOIN clock l ON l.member_id = p.member_id AND l.clock = 'local' AND p.local " \
    "WHERE p.clock = 'boot' "

/* The metric of the node's own exporter, one value for all its samples but for a second of rounding; two seconds of
 * error, since boot time is cut and the log's clock starts a moment later. */
static const char boot_time_sql[] =
    "SELECT min (v), max (v), count (*), 2.0 FROM (SELECT p.value AS v FROM series s CROSS JOIN sample p USING (series_id) "
    "WHERE s.quantity_id = (SELECT quantity_id FROM quantity WHERE name = 'node.boot_time') AND ?1 IS NOT NULL "
    "UNION SELECT t_ns / 1e9 FROM clock_pair WHERE clock = 'boot' AND source = 'btime') HAVING count (*) > 0";

/* --- kills that others saw --- */

/* container, from, to, pid: when something else than this log saw a kill. A counter's step lies between samples. */
#define KNOWN \
    "SELECT i.container_id AS c, e.t_ns / 1e9 - 3 AS low, e.t_ns / 1e9 + 1 AS high, NULL AS pid FROM event e " \
    "JOIN identity i USING (identity_id) WHERE e.kind = 'terminated' AND e.reason = 'OOMKilled' AND e.t_ns IS NOT NULL " \
    "UNION SELECT i.container_id, t.t_ns / 1e9 - 1, t.t_ns / 1e9 + 1, o.pid FROM oom_kill o JOIN oom_times t USING (oom_kill_id) " \
    "JOIN identity i USING (identity_id) WHERE o.member_id <> ?1 AND t.t_ns IS NOT NULL AND t.uncertainty_ns < 60000000000 " \
    "UNION SELECT c, before / 1e9 - 1, t_ns / 1e9 + 1, NULL FROM (SELECT i.container_id AS c, p.t_ns, p.value, " \
    "lag (p.t_ns) OVER w AS before, lag (p.value) OVER w AS was FROM series s JOIN identity i USING (identity_id) " \
    "CROSS JOIN sample p USING (series_id) WHERE s.quantity_id IN (SELECT quantity_id FROM quantity " \
    "WHERE name IN ('memory.oom_kill', 'memory.oom_events')) WINDOW w AS (PARTITION BY p.series_id ORDER BY p.t_ns)) " \
    "WHERE value > was"
#define KILLS(time) \
    "WITH known AS (" KNOWN "), mine AS (SELECT i.container_id AS c, " time " AS s, o.pid FROM oom_kill o " \
    "JOIN identity i USING (identity_id) WHERE o.member_id = ?1 AND i.container_id IS NOT NULL AND " time \
    " IS NOT NULL) "

static const char every_sql[] = KILLS(
    "CASE WHEN o.t_ns IS NULL THEN o.boot_s END") "SELECT low - s, high - s FROM mine JOIN known USING (c) WHERE known.pid IS NULL OR mine.pid IS NULL OR known.pid = mine.pid LIMIT 100000";
/* A status keeps the last termination only: the last kill of the log. */
static const char last_sql[] = KILLS(
    "CASE WHEN o.t_ns IS NULL THEN o.boot_s END") "SELECT max (low) - max (s), max (high) - max (s) FROM mine JOIN known USING (c) GROUP BY c";
static const char local_sql[] = KILLS(
    "o.t_ns / 1e9") "SELECT low - s, high - s FROM mine JOIN known USING (c) WHERE known.pid IS NULL OR mine.pid IS NULL OR known.pid = mine.pid LIMIT 100000";

static bool load_intervals(gm_store *store, const char *sql, int64_t member_id, GArray *edges, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, sql, error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, member_id);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW)
        gm_intervals_add(edges, sqlite3_column_double(stmt, 0), sqlite3_column_double(stmt, 1), 1);
    return step == SQLITE_DONE || gm_store_error_set(store, error);
}

/* Where most kills meet what is known of them. When that is at several places, the last ones are taken for each
 * other, which is counted as a conflict. */
static bool add_kills(gm_store *store, int64_t member_id, mapping *m, GError **error) {
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(gm_edge));
    gm_region region;
    if (!load_intervals(store, every_sql, member_id, edges, error)) return false;
    if (!gm_intervals_meet(edges, 0, &region)) return true;
    if (region.high - region.low > WIDEST_S) {
        g_array_set_size(edges, 0);
        if (!load_intervals(store, last_sql, member_id, edges, error)) return false;
        if (!gm_intervals_meet(edges, 0, &region) || region.high - region.low > WIDEST_S) return true;
        m->conflicts++;
    }
    add(m, "kill_time", region.low, region.high, 0, region.votes);
    return true;
}

/* --- weighing --- */

static bool write_candidates(gm_store *store, int64_t clock_id, const mapping *m, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "INSERT OR IGNORE INTO clock_candidate VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);
    if (!stmt) return false;
    for (guint i = 0; i < m->candidates->len; i++) {
        const gm_clock_candidate *it = &g_array_index(m->candidates, gm_clock_candidate, i);
        sqlite3_bind_int64(stmt, 1, clock_id);
        gm_bind_text(stmt, 2, it->rule);
        sqlite3_bind_int64(stmt, 3, llround(it->zero_s * 1e9));
        sqlite3_bind_int64(stmt, 4, llround(it->uncertainty_s * 1e9));
        sqlite3_bind_int64(stmt, 5, it->pairs);
        gm_bind_text(stmt, 6, it->outcome);
        if (sqlite3_step(stmt) != SQLITE_DONE) return gm_store_error_set(store, error);
        sqlite3_reset(stmt);
    }
    return true;
}

static bool write_clock(gm_store *store, int64_t member_id, const char *clock, const gm_clock_candidate *chosen,
                        const mapping *m, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store,
        "INSERT INTO clock (member_id, process, clock, zero_ns, rule, uncertainty_ns, pairs, conflicts) "
        "VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING clock_id",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, member_id);
    gm_bind_text(stmt, 2, clock);
    gm_bind_int(stmt, 3, chosen ? llround(chosen->zero_s * 1e9) : GM_UNKNOWN);
    gm_bind_text(stmt, 4, chosen ? chosen->rule : "unplaced");
    gm_bind_int(stmt, 5, chosen ? llround(chosen->uncertainty_s * 1e9) : GM_UNKNOWN);
    sqlite3_bind_int64(stmt, 6, chosen ? chosen->pairs : 0);
    sqlite3_bind_int64(stmt, 7, m->conflicts);
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(store, error);
    int64_t clock_id = sqlite3_column_int64(stmt, 0);
    return sqlite3_step(stmt) == SQLITE_DONE ? write_candidates(store, clock_id, m, error)
                                             : gm_store_error_set(store, error);
}

/* The first that nothing refutes; one from a log of an unknown zone only when there is no other. */
static gm_clock_candidate *first_of(mapping *m, bool vague) {
    for (guint i = 0; i < m->candidates->len; i++) {
        gm_clock_candidate *it = &g_array_index(m->candidates, gm_clock_candidate, i);
        if (!it->outcome && (it->uncertainty_s >= GM_QUARTER_S) == vague) return it;
    }
    return NULL;
}

/* Another log or the node's metric may be of another node or boot: kills refute them. */
static const gm_clock_candidate *weigh(mapping *m) {
    gm_clock_candidate *all = (gm_clock_candidate *)(void *)m->candidates->data;
    guint n = m->candidates->len;
    const gm_clock_candidate *kills = n && g_str_equal(all[n - 1].rule, "kill_time") ? &all[n - 1] : NULL;
    for (guint i = 0; i < n && kills; i++) {
        bool apart = fabs(all[i].zero_s - kills->zero_s) > all[i].uncertainty_s + kills->uncertainty_s;
        if (apart && !g_str_equal(all[i].rule, "boot_pair")) all[i].outcome = "refuted";
    }
    gm_clock_candidate *chosen = first_of(m, false);
    if (!chosen) chosen = first_of(m, true);
    for (guint i = 0; i < n; i++) {
        if (all[i].outcome) continue;
        bool agrees = fabs(all[i].zero_s - chosen->zero_s) <= all[i].uncertainty_s + chosen->uncertainty_s;
        all[i].outcome = &all[i] == chosen ? "chosen" : agrees ? "agrees" : "disagrees";
        m->conflicts += !agrees;
    }
    return chosen;
}

static bool place_boot(gm_store *store, int64_t member_id, GError **error) {
    g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(gm_clock_candidate));
    mapping m = {candidates, 0};
    if (!add_query(store, PAIRS "AND p.source <> 'btime' AND p.member_id = ?1", member_id, "boot_pair", &m, error))
        return false;
    if (!add_query(store, PAIRS "AND p.source <> 'btime' AND p.member_id <> ?1", member_id, "boot_pair_elsewhere", &m,
                   error))
        return false;
    if (!add_query(store, boot_time_sql, member_id, "boot_time", &m, error)) return false;
    if (!add_kills(store, member_id, &m, error)) return false;
    const gm_clock_candidate *chosen = weigh(&m);
    return write_clock(store, member_id, "boot", chosen, &m, error);
}

/* --- local time --- */

/* The one offset, a multiple of 15 minutes, that puts most kills where others saw them. */
static bool place_local(gm_store *store, int64_t member_id, bool is_last_resort, GError **error) {
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(gm_edge)),
                      candidates = g_array_new(FALSE, FALSE, sizeof(gm_clock_candidate));
    mapping m = {candidates, 0};
    if (!load_intervals(store, local_sql, member_id, edges, error)) return false;
    int64_t best = 0, offset = 0, ties = 0;
    for (int64_t quarter = -GM_OFFSET_QUARTERS; quarter <= GM_OFFSET_QUARTERS; quarter++) {
        int64_t votes = 0;
        for (guint i = 0; i + 1 < edges->len; i += 2) {
            double low = g_array_index(edges, gm_edge, i).at, high = g_array_index(edges, gm_edge, i + 1).at;
            votes +=
                low - NOTICED_S <= (double)quarter * GM_QUARTER_S && high + NOTICED_S >= (double)quarter * GM_QUARTER_S;
        }
        if (votes > best) best = votes, offset = quarter, ties = 1;
        else ties += votes == best;
    }
    bool found = best > 0 && ties == 1;
    if (!found && !is_last_resort) return true;
    gm_clock_candidate it = found ? (gm_clock_candidate){"kill_time", (double)offset * GM_QUARTER_S, 1, best, "chosen"}
                                  : (gm_clock_candidate){"assumed_utc", 0, GM_ANY_ZONE_S, 0, "chosen"};
    g_array_append_val(candidates, it);
    return write_clock(store, member_id, "local", &it, &m, error);
}

/* --- members --- */

static GArray *list(gm_store *store, const char *sql, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, sql, error);
    if (!stmt) return NULL;
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        g_array_append_val(ids, id);
    }
    return ids;
}

/* Kills without any time, for instance of a log without years: kept, and told. */
static bool tell_timeless(gm_store *store, GError **error) {
    return gm_store_exec(
        store,
        "INSERT INTO clock (member_id, process, clock, rule, pairs) SELECT DISTINCT member_id, 0, 'local', 'unplaced', 0 FROM oom_kill "
        "WHERE t_ns IS NULL AND boot_s IS NULL AND member_id NOT IN (SELECT member_id FROM clock WHERE clock = 'local')",
        error);
}

bool gm_clocks_place_members(gm_store *store, GError **error) {
    g_autoptr(GArray) local =
        list(store, "SELECT DISTINCT member_id FROM clock_pair WHERE clock = 'local' ORDER BY 1", error);
    g_autoptr(GArray) boot =
        local ? list(store,
                     "SELECT member_id FROM clock_pair WHERE clock = 'boot' AND source <> 'btime' UNION "
                     "SELECT member_id FROM oom_kill WHERE boot_s IS NOT NULL AND t_ns IS NULL ORDER BY 1",
                     error)
              : NULL;
    g_autoptr(GArray) traces = boot ? list(store, "SELECT DISTINCT member_id FROM gc_cycle", error) : NULL;
    if (!traces) return false;
    for (guint i = 0; i < local->len; i++) {
        bool has_trace = false; /* the runtime's clock may tell the zone later */
        for (guint k = 0; k < traces->len; k++)
            has_trace |= g_array_index(traces, int64_t, k) == g_array_index(local, int64_t, i);
        if (!place_local(store, g_array_index(local, int64_t, i), !has_trace, error)) return false;
    }
    for (guint i = 0; i < boot->len; i++)
        if (!place_boot(store, g_array_index(boot, int64_t, i), error)) return false;
    return tell_timeless(store, error);
}
