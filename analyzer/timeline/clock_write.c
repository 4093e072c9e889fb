/* Writes placed clocks to the tables clock and clock_candidate. After clock.c. */
#include "analyzer/timeline/clock.h"

#include <math.h>

static int64_t nanoseconds(double seconds) {
    return isnan(seconds) || fabs(seconds) > 9e9 ? GM_UNKNOWN : llround(seconds * 1e9);
}

static bool write_candidates(gm_build *build, int64_t clock_id, const gm_clock *clock, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store, "INSERT INTO clock_candidate VALUES (?1, ?2, ?3, ?4, ?5, ?6)", error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, clock_id);
    for (size_t i = 0; i < clock->n; i++) {
        const gm_clock_candidate *it = &clock->candidates[i];
        gm_bind_text(stmt, 2, it->rule);
        gm_bind_int(stmt, 3, nanoseconds(it->zero_s));
        gm_bind_int(stmt, 4, nanoseconds(it->uncertainty_s));
        sqlite3_bind_int64(stmt, 5, it->pairs);
        gm_bind_text(stmt, 6, it->outcome);
        if (!gm_store_write(build->store, stmt, error)) return false;
    }
    return true;
}

bool gm_clock_write(gm_build *build, int64_t member_id, int64_t process, const gm_clock *clock, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store,
                         "INSERT INTO clock (member_id, process, clock, zero_ns, rule, uncertainty_ns, pairs, "
                         "drift_ns, conflicts, checks, checks_failed) "
                         "VALUES (?1, ?2, 'runtime', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING clock_id",
                         error);
    if (!stmt) return false;
    const gm_clock_candidate *chosen = clock->chosen;
    sqlite3_bind_int64(stmt, 1, member_id);
    sqlite3_bind_int64(stmt, 2, process);
    gm_bind_int(stmt, 3, chosen ? nanoseconds(chosen->zero_s) : GM_UNKNOWN);
    gm_bind_text(stmt, 4, chosen ? chosen->rule : "unplaced");
    gm_bind_int(stmt, 5, chosen ? nanoseconds(chosen->uncertainty_s) : GM_UNKNOWN);
    sqlite3_bind_int64(stmt, 6, chosen ? chosen->pairs : 0);
    gm_bind_int(stmt, 7, nanoseconds(clock->drift_s));
    sqlite3_bind_int64(stmt, 8, clock->conflicts);
    sqlite3_bind_int64(stmt, 9, clock->checks);
    sqlite3_bind_int64(stmt, 10, clock->checks_failed);
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(build->store, error);
    return write_candidates(build, sqlite3_column_int64(stmt, 0), clock, error);
}

/* Several containers may have written one member: who finds its zone first tells it. */
bool gm_clock_write_zone(gm_build *build, int64_t member_id, const gm_clock_zone *zone, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store,
                         "INSERT INTO clock (member_id, process, clock, zero_ns, rule, uncertainty_ns, pairs) "
                         "VALUES (?1, 0, 'local', ?2, ?3, ?4, ?5) ON CONFLICT (member_id, process, clock) DO UPDATE "
                         "SET zero_ns = ?2, rule = ?3, uncertainty_ns = ?4, pairs = ?5 WHERE rule = 'assumed_utc'",
                         error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, member_id);
    sqlite3_bind_int64(stmt, 2, nanoseconds(zone->offset_s));
    gm_bind_text(stmt, 3, zone->rule ? zone->rule : "assumed_utc");
    sqlite3_bind_int64(stmt, 4, nanoseconds(zone->rule ? 1 : zone->uncertainty_s));
    sqlite3_bind_int64(stmt, 5, zone->rule ? 1 : 0);
    return sqlite3_step(stmt) == SQLITE_DONE || gm_store_error_set(build->store, error);
}
