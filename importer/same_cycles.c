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

    "CREATE TEMP TABLE same_cycle AS SELECT a.gc_cycle_id, p.member_id, p.process, p.cycles AS of_these, q.cycles AS of_those, q.place"
    " FROM gc_cycle a JOIN identity i ON i.identity_id = a.identity_id"
    " JOIN temp.same_process p ON p.member_id = a.member_id AND p.process = a.process"
    " JOIN gc_cycle b ON b.start_s = a.start_s AND b.n = a.n AND b.member_id <> a.member_id"
    "  AND b.clock_sweep_ms = a.clock_sweep_ms AND b.clock_mark_ms = a.clock_mark_ms AND b.clock_term_ms = a.clock_term_ms"
    "  AND b.cpu_assist_ms = a.cpu_assist_ms AND b.cpu_background_ms = a.cpu_background_ms AND b.heap_start_mib = a.heap_start_mib"
    "  AND b.heap_end_mib = a.heap_end_mib AND b.heap_live_mib = a.heap_live_mib AND coalesce (abs (b.log_ns - a.log_ns) < 2000000000, 1)"
    " JOIN identity k ON k.identity_id = b.identity_id AND k.container_id = i.container_id"
    " JOIN temp.same_process q ON q.member_id = b.member_id AND q.process = b.process AND q.place < p.place",

    "DELETE FROM temp.same_cycle WHERE (member_id, process, place) IN (SELECT member_id, process, place FROM temp.same_cycle"
    " GROUP BY member_id, process, place HAVING count (DISTINCT gc_cycle_id) < min (3, of_these, of_those))",

    "CREATE TEMP TABLE same_member AS SELECT member_id, count (DISTINCT gc_cycle_id) AS records FROM temp.same_cycle GROUP BY member_id",
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
