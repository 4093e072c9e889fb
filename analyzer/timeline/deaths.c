/* What Kubernetes and the program itself say about deaths. Part of the kills, after the kernel's log and counters.
 *
 * Kubernetes keeps only the last termination: when that one was an OOM kill, the restarts before it are taken for
 * kills too, unless some termination is known to have had another reason. Deaths that are no OOM kills are kept with
 * a class of their own: eviction, sigkill (exit 137 that no OOM source knows), go_throw (the runtime gave up). */
#include "analyzer/timeline/kills.h"

#include <math.h>

#define MAX_RESTARTS 1000 /* more are a damaged count */

/* Events of a pod as a whole are about each of its containers. */
#define OF_CONTAINER \
    "FROM event e JOIN identity i USING (identity_id) WHERE (i.container_id = ?1 OR (i.level = 'pod' AND EXISTS (SELECT 1 " \
    "FROM container c WHERE c.container_id = ?1 AND c.pod = i.pod AND c.namespace IS i.namespace))) "

static sqlite3_stmt *prepare(gm_build *build, const char *sql, GError **error) {
    sqlite3_stmt *stmt = gm_store_prepare(build->store, sql, error);
    if (stmt) sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    return stmt;
}

/* --- OOM kills by container status --- */

typedef struct {
    int64_t last_oom_ns, count; /* restarts known, this termination included */
    bool mixed;                 /* another termination had another reason */
} gm_pod_kills;

static bool read_pod(gm_build *build, gm_pod_kills *pod, GError **error) {
    *pod = (gm_pod_kills){GM_UNKNOWN, 0, false};
    g_autoptr(sqlite3_stmt) stmt = prepare(
        build,
        "SELECT e.t_ns, coalesce (e.count, 0) + (e.t_ns > coalesce ((SELECT max (s.t_ns) FROM event s JOIN identity j USING (identity_id) "
        "WHERE j.container_id = ?1 AND s.kind = 'started'), 0)), "
        "EXISTS (SELECT 1 FROM event o JOIN identity j USING (identity_id) WHERE j.container_id = ?1 AND o.kind = 'terminated' AND o.reason <> 'OOMKilled') "
        "FROM event e JOIN identity i USING (identity_id) "
        "WHERE i.container_id = ?1 AND e.kind = 'terminated' AND e.reason = 'OOMKilled' ORDER BY e.t_ns DESC LIMIT 1",
        error);
    if (!stmt) return false;
    int step = sqlite3_step(stmt);
    if (step == SQLITE_ROW)
        *pod = (gm_pod_kills){gm_column_int(stmt, 0), CLAMP(sqlite3_column_int64(stmt, 1), 1, MAX_RESTARTS),
                              sqlite3_column_int(stmt, 2) != 0};
    return step == SQLITE_ROW || step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

bool gm_kills_from_pod(gm_build *build, gm_kill_list *list, GError **error) {
    gm_pod_kills pod;
    if (!read_pod(build, &pod, error)) return false;
    if (pod.count == 0) return true;
    gm_kill_entry *entry = pod.last_oom_ns == GM_UNKNOWN
                               ? NULL
                               : gm_kills_find(list, pod.last_oom_ns, pod.last_oom_ns, GM_KILL_POD_STATUS, GM_UNKNOWN);
    if (entry) entry->kill.sources |= GM_KILL_POD_STATUS;
    else gm_kills_add(list, "own_limit", pod.last_oom_ns, GM_NS_PER_S, GM_KILL_POD_STATUS);
    if (pod.mixed) return true;
    for (size_t i = list->timeline->n_lives; i-- > 0 && (int64_t)list->entries->len < pod.count;) {
        const gm_life *life = &list->timeline->lives[i];
        if (strcmp(life->ended_by, "end_of_record") == 0 ||
            gm_kills_find(list, life->to_ns, life->to_ns, 0, GM_UNKNOWN))
            continue;
        gm_kills_add(list, "own_limit", life->to_ns, 30 * GM_NS_PER_S, GM_KILL_POD_STATUS);
    }
    while ((int64_t)list->entries->len < pod.count)
        gm_kills_add(list, "own_limit", GM_UNKNOWN, GM_UNKNOWN, GM_KILL_POD_STATUS);
    return true;
}

/* --- other deaths --- */

/* One eviction at most: the object's status gives the pod's start, only the event gives the time. */
static bool evictions(gm_build *build, gm_kill_list *list, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        prepare(build,
                "SELECT max (CASE e.kind WHEN 'k8s_event' THEN e.t_ns END) " OF_CONTAINER
                "AND (e.kind = 'evicted' OR (e.kind = 'k8s_event' AND e.reason = 'Evicted')) HAVING count (*) > 0",
                error);
    if (!stmt) return false;
    int step = sqlite3_step(stmt);
    const gm_timeline *timeline = list->timeline;
    if (step == SQLITE_ROW) {
        int64_t t_ns = gm_column_int(stmt, 0);
        gm_kill_entry *entry =
            gm_kills_add(list, "eviction", t_ns, t_ns == GM_UNKNOWN ? GM_UNKNOWN : GM_NS_PER_S, GM_KILL_POD_STATUS);
        if (t_ns == GM_UNKNOWN && timeline->n_lives) entry->kill.life = timeline->lives[timeline->n_lives - 1].life;
    }
    return step == SQLITE_ROW || step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

static bool other_signals(gm_build *build, gm_kill_list *list, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        prepare(build,
                "SELECT DISTINCT e.t_ns " OF_CONTAINER
                "AND e.kind = 'terminated' AND e.exit_code = 137 AND coalesce (e.reason, '') <> 'OOMKilled' ORDER BY 1",
                error);
    if (!stmt) return false;
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t t_ns = gm_column_int(stmt, 0);
        gm_kill_entry *entry = t_ns == GM_UNKNOWN ? NULL : gm_kills_find(list, t_ns, t_ns, 0, GM_UNKNOWN);
        if (entry) entry->kill.sources |= GM_KILL_POD_STATUS;
        else gm_kills_add(list, "sigkill", t_ns, GM_NS_PER_S, GM_KILL_POD_STATUS);
    }
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

static bool runtime_throws(gm_build *build, gm_kill_list *list, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = prepare(
        build,
        "SELECT DISTINCT (SELECT x.t_ns FROM event_times x WHERE x.event_id = e.event_id) " OF_CONTAINER
        "AND e.kind = 'go_fatal' AND (e.reason LIKE '%out of memory%' OR e.reason LIKE '%cannot allocate memory%' "
        "OR e.reason LIKE '%malformed GOMEMLIMIT%' OR e.text LIKE '%malformed GOMEMLIMIT%') ORDER BY 1 LIMIT 1000",
        error);
    if (!stmt) return false;
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW)
        gm_kills_add(list, "go_throw", gm_column_int(stmt, 0),
                     gm_column_int(stmt, 0) == GM_UNKNOWN ? GM_UNKNOWN : GM_NS_PER_S, GM_KILL_PROGRAM_LOG);
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

bool gm_kills_other_deaths(gm_build *build, gm_kill_list *list, GError **error) {
    return evictions(build, list, error) && other_signals(build, list, error) && runtime_throws(build, list, error);
}
