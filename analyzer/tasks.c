/* Tells the service's task in a kernel's task table from those of other processes. Used by the lives (who died), by
 * other_process and by the rules about native memory.
 *
 * The kernel shows 15 bytes of a task's name. The service goes by its program (the main mapping of its profiles), else
 * by its container; where neither is in the table, the victim of a kill that a run ended with is taken for it. */
#include "analyzer/tasks.h"

#include "gomortem/rule.h"

#include <math.h>

#define COMM_BYTES 15 /* TASK_COMM_LEN without its end */

/* As much of a name as the kernel shows, without half a character at its end. */
static int shown(const char *name) {
    size_t n = COMM_BYTES;
    if (!name || strnlen(name, COMM_BYTES + 1) <= COMM_BYTES) return COMM_BYTES;
    for (; n > 0 && ((unsigned char)name[n] & 0xC0) == 0x80;) n--;
    return (int)n;
}

char *gm_tasks_service_sql(const gm_timeline *timeline, const char *kill) {
    int program = shown(timeline->program), container = shown(timeline->container);
    return sqlite3_mprintf(
        "(SELECT s.name FROM oom_task s WHERE s.oom_kill_id = %s AND s.name IN (%.*Q, %.*Q) ORDER BY s.name = %.*Q DESC LIMIT 1)",
        kill, program, timeline->program, container, timeline->container, program, timeline->program);
}

/* Of a kill of a child only the victim counts when names do not tell, and only when what survived can be the service:
 * the restart of a single process may look like a child's death. */
#define SURVIVOR \
    "coalesce((SELECT s.value FROM samples s WHERE s.container_id = {c} AND s.quantity = 'process.rss_anon' AND s.t_ns <= " \
    "k.t_ns ORDER BY s.t_ns DESC LIMIT 1), (SELECT 0.8 * s.value FROM samples s WHERE s.container_id = {c} AND s.quantity = " \
    "'process.rss' AND s.t_ns <= k.t_ns ORDER BY s.t_ns DESC LIMIT 1), t.total)"

const char *gm_tasks_sql(const gm_facts *facts, const char *what) {
    char *service = gm_tasks_service_sql(facts->timeline, "x.oom_kill_id");
    const char *sql = gm_facts_text(
        facts,
        "SELECT %s FROM (SELECT t.total, CASE WHEN t.service > 0 THEN t.total - t.service WHEN k.class = 'child' THEN v.own ELSE t.total - v.own END AS others "
        "FROM kill k JOIN oom_kill o ON o.oom_kill_id = k.oom_kill_id "
        "JOIN (SELECT x.oom_kill_id, sum(x.own) AS total, count(*) AS n, sum(CASE WHEN x.name = %s THEN x.own END) AS service "
        "FROM (SELECT oom_kill_id, name, coalesce(rss_anon_bytes, rss_bytes) AS own FROM oom_task WHERE name <> 'pause') x GROUP BY 1) t "
        "ON t.oom_kill_id = o.oom_kill_id "
        "LEFT JOIN (SELECT oom_kill_id, pid, coalesce(rss_anon_bytes, rss_bytes) AS own FROM oom_task) v ON v.oom_kill_id = o.oom_kill_id AND v.pid = o.pid "
        "WHERE k.container_id = {c} AND k.life = {l} AND k.class IN ('own_limit', 'child') AND t.n > 1 AND t.total > 0 "
        "AND (t.service > 0 OR k.class = 'own_limit' OR t.total - v.own >= 0.5 * " SURVIVOR
        ")) WHERE others IS NOT NULL ORDER BY others DESC LIMIT 1",
        what, service);
    sqlite3_free(service);
    return sql;
}

double gm_tasks_others_pct(const gm_facts *facts) {
    if (!(facts->inputs & GM_INPUT_OOM_LOG)) return NAN;
    gm_finding scratch = {0};
    gm_finding_evidence(facts, &scratch, "", "", gm_tasks_sql(facts, "100.0 * others / total"));
    return scratch.evidence[0].value;
}
