/* The log of a process is often there twice: as the kubelet keeps it, and as somebody saved it. Its collections count
 * once.
 *
 * Comes after the identities are settled. Two processes of different members are one when they share three lines (or
 * all that there are) with the same number, times and sizes, whose stamps do not contradict each other. What both have
 * is kept from the one with stamps, then from the longer one; what only one of them has is kept as well. */
#include "importer/same_cycles.h"

#include "gomortem/store.h"

static const char several[] = "SELECT count (DISTINCT member_id) > 1 FROM gc_cycle";

static const char *const steps[] = {
    "CREATE TEMP TABLE same_process AS SELECT g.member_id, g.process, count (*) AS cycles,"
    " row_number () OVER (ORDER BY count (g.log_ns) > 0 DESC, count (*) DESC, m.path, g.process) AS place"
    " FROM gc_cycle g JOIN member m USING (member_id) GROUP BY g.member_id, g.process",

    /* Each line beside the best of those that are equal: one partner each, however many copies there are. */
    "CREATE TEMP TABLE same_cycle AS SELECT * FROM (SELECT g.gc_cycle_id, g.member_id, g.process, g.log_ns, p.cycles AS of_these,"
    " first_value (g.member_id) OVER equal AS best_member, first_value (p.place) OVER equal AS place,"
    " first_value (p.cycles) OVER equal AS of_those, first_value (g.log_ns) OVER equal AS best_log_ns"
    " FROM gc_cycle g JOIN identity i USING (identity_id) JOIN temp.same_process p ON p.member_id = g.member_id AND p.process = g.process"
    " WHERE i.container_id IS NOT NULL"
    " WINDOW equal AS (PARTITION BY i.container_id, g.n, g.start_s, g.clock_sweep_ms, g.clock_mark_ms, g.clock_term_ms, g.cpu_assist_ms,"
    "  g.cpu_background_ms, g.heap_start_mib, g.heap_end_mib, g.heap_live_mib ORDER BY p.place, g.gc_cycle_id))"
    " WHERE best_member <> member_id AND coalesce (abs (best_log_ns - log_ns) < 2000000000, 1)",

    "DELETE FROM temp.same_cycle WHERE (member_id, process, place) IN (SELECT member_id, process, place FROM temp.same_cycle"
    " GROUP BY member_id, process, place HAVING count (*) < min (3, of_these, of_those))",

    "CREATE TEMP TABLE same_member AS SELECT member_id, count (*) AS records FROM temp.same_cycle GROUP BY member_id",
    "DELETE FROM gc_cycle WHERE gc_cycle_id IN (SELECT gc_cycle_id FROM temp.same_cycle)",
    "INSERT INTO left_out (member_id, reason, records) SELECT member_id, 'duplicate', records FROM temp.same_member WHERE true"
    " ON CONFLICT (member_id, reason) DO UPDATE SET records = left_out.records + excluded.records",
    "UPDATE member SET records = member.records - d.records, left_out = left_out + d.records FROM temp.same_member d WHERE d.member_id = member.member_id",
    "INSERT INTO diagnostic (member_id, severity, text) SELECT member_id, 'info', records || ' collections stand in another member as well and count once'"
    " FROM temp.same_member ORDER BY member_id",
    "DROP TABLE temp.same_member",
    "DROP TABLE temp.same_cycle",
    "DROP TABLE temp.same_process",
};

static bool are_several(gm_store *store, bool *answer, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, several, error);
    if (!stmt) return false;
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(store, error);
    *answer = sqlite3_column_int(stmt, 0) != 0;
    return true;
}

bool gm_same_cycles_leave_out(gm_store *store, GError **error) {
    bool answer = false;
    if (!are_several(store, &answer, error)) return false;
    if (!answer) return true;
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
        if (!gm_store_exec(store, steps[i], error)) return false;
    return true;
}
