/* Reads what belongs to one container: findings, lives, kills, who grew, and what the charts need. Called by model.c
 * for every container; the histories come from model_history.c, the flame graph from flame.c. */
#include "reports/flame.h"
#include "reports/model_private.h"

#include <math.h>

#define MAX_FRAMES 3000

static void read_evidence(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    gm_model_evidence *e = element;
    *e = (gm_model_evidence){sqlite3_column_int(stmt, 0) != 0, gm_model_word(reading, stmt, 1),
                             gm_model_text(reading, stmt, 2), gm_model_text(reading, stmt, 3),
                             gm_column_double(stmt, 4)};
}

static void read_finding(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    gm_model_finding *f = element;
    *f = (gm_model_finding){.rule = gm_model_word(reading, stmt, 0),
                            .outcome = gm_model_word(reading, stmt, 1),
                            .severity = gm_model_word(reading, stmt, 2),
                            .summary = gm_model_word(reading, stmt, 3),
                            .remedy = gm_model_text(reading, stmt, 4),
                            .life = sqlite3_column_int(stmt, 5),
                            .confidence = sqlite3_column_double(stmt, 6),
                            .share_pct = gm_column_double(stmt, 7)};
    if (!sqlite3_column_int(stmt, 9)) return; /* most have none */
    gm_model_rows(
        reading, "SELECT refutes, text, unit, sql, value FROM evidence WHERE finding = ?1 ORDER BY evidence_id",
        sqlite3_column_int64(stmt, 8), sizeof(gm_model_evidence), read_evidence, &f->evidence, &f->n_evidence);
}

static void read_life(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_life *)element =
        (gm_model_life){sqlite3_column_int(stmt, 0), sqlite3_column_int64(stmt, 1), sqlite3_column_int64(stmt, 2),
                        gm_column_int(stmt, 3), gm_model_text(reading, stmt, 4)};
}

static void read_stat(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_oom_stat *)element = (gm_model_oom_stat){gm_model_word(reading, stmt, 0), sqlite3_column_int64(stmt, 1)};
}

static void read_task(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_oom_task *)element =
        (gm_model_oom_task){gm_model_word(reading, stmt, 0), sqlite3_column_int64(stmt, 1), gm_column_int(stmt, 2),
                            gm_column_int(stmt, 3), gm_column_int(stmt, 4)};
}

static void read_kill(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    gm_model_kill *k = element;
    *k = (gm_model_kill){.t_ns = gm_column_int(stmt, 0),
                         .class_name = gm_model_word(reading, stmt, 1),
                         .sources = gm_model_text(reading, stmt, 2),
                         .victim = gm_model_text(reading, stmt, 3),
                         .anon_rss_bytes = gm_column_int(stmt, 4),
                         .life = sqlite3_column_int(stmt, 5),
                         .constraint_name = gm_model_text(reading, stmt, 6),
                         .oom_cgroup = gm_model_text(reading, stmt, 7),
                         .file_rss_bytes = gm_column_int(stmt, 8),
                         .shmem_rss_bytes = gm_column_int(stmt, 9),
                         .usage_bytes = gm_column_int(stmt, 10),
                         .limit_bytes = gm_column_int(stmt, 11),
                         .failcnt = gm_column_int(stmt, 12),
                         .pid = gm_column_int(stmt, 13),
                         .uncertainty_ns = gm_column_int(stmt, 14)};
    if (sqlite3_column_type(stmt, 15) == SQLITE_NULL) return;
    int64_t id = sqlite3_column_int64(stmt, 15);
    gm_model_rows(
        reading,
        "SELECT key, max (value) FROM oom_stat WHERE oom_kill_id = ?1 AND value > 0 AND key NOT GLOB 'pg*' AND key NOT GLOB 'workingset*' "
        "AND key NOT GLOB 'total_pg*' GROUP BY key ORDER BY 2 DESC, key LIMIT 16",
        id, sizeof(gm_model_oom_stat), read_stat, &k->stats, &k->n_stats);
    gm_model_rows(
        reading,
        "SELECT name, pid, total_vm_bytes, rss_bytes, oom_score_adj FROM oom_task WHERE oom_kill_id = ?1 ORDER BY rss_bytes DESC, pid LIMIT 12",
        id, sizeof(gm_model_oom_task), read_task, &k->tasks, &k->n_tasks);
}

static void read_site(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_site *)element =
        (gm_model_site){sqlite3_column_int(stmt, 0),     gm_model_word(reading, stmt, 1), sqlite3_column_int64(stmt, 2),
                        sqlite3_column_int64(stmt, 3),   gm_column_double(stmt, 4),       gm_column_double(stmt, 5),
                        sqlite3_column_int(stmt, 6) != 0};
}

static void read_group(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_goroutines *)element = (gm_model_goroutines){
        sqlite3_column_int(stmt, 0),     gm_model_word(reading, stmt, 1), gm_model_text(reading, stmt, 2),
        gm_model_text(reading, stmt, 3), sqlite3_column_int64(stmt, 4),   sqlite3_column_int64(stmt, 5),
        gm_column_int(stmt, 6)};
}

static void read_trend(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_trend *)element = (gm_model_trend){sqlite3_column_int(stmt, 0),     gm_model_word(reading, stmt, 1),
                                                  gm_model_text(reading, stmt, 2), sqlite3_column_int64(stmt, 3),
                                                  sqlite3_column_int64(stmt, 4),   gm_column_double(stmt, 5),
                                                  gm_column_double(stmt, 6),       gm_column_double(stmt, 7),
                                                  gm_column_double(stmt, 8),       sqlite3_column_int(stmt, 9) != 0};
}

static void read_growth(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_growth *)element =
        (gm_model_growth){sqlite3_column_int(stmt, 0), gm_model_word(reading, stmt, 1), gm_column_int(stmt, 2),
                          gm_column_int(stmt, 3),      gm_column_int(stmt, 4),          gm_column_double(stmt, 5)};
}

static void read_collector(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_gc_summary *)element = (gm_model_gc_summary){.life = sqlite3_column_int(stmt, 0),
                                                            .regime = gm_model_text(reading, stmt, 1),
                                                            .gogc_source = gm_model_text(reading, stmt, 2),
                                                            .memlimit_source = gm_model_text(reading, stmt, 3),
                                                            .cycles = sqlite3_column_int64(stmt, 4),
                                                            .forced = sqlite3_column_int64(stmt, 5),
                                                            .gogc = gm_column_int(stmt, 6),
                                                            .memlimit_bytes = gm_column_int(stmt, 7),
                                                            .live_first_bytes = gm_column_int(stmt, 8),
                                                            .live_last_bytes = gm_column_int(stmt, 9),
                                                            .effective_gogc_pct = gm_column_double(stmt, 10),
                                                            .gc_share_pct = gm_column_double(stmt, 11),
                                                            .alloc_bytes_per_s = gm_column_double(stmt, 12),
                                                            .mark_p95_ms = gm_column_double(stmt, 13),
                                                            .pause_max_ms = gm_column_double(stmt, 14)};
}

static void read_gap(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    (void)reading;
    *(gm_model_gap *)element =
        (gm_model_gap){sqlite3_column_int(stmt, 0), sqlite3_column_int64(stmt, 1), sqlite3_column_int64(stmt, 2)};
}

static void read_event(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    *(gm_model_event *)element = (gm_model_event){sqlite3_column_int64(stmt, 0), gm_model_word(reading, stmt, 1),
                                                  gm_model_word(reading, stmt, 2)};
}

static bool read_findings(gm_reading *reading, gm_model_container *c) {
    return gm_model_rows(
        reading,
        "SELECT rule, outcome, severity, summary, remedy, life, confidence, share_pct, finding_id, "
        "EXISTS (SELECT 1 FROM evidence e WHERE e.finding = finding_id) FROM findings WHERE container_id = ?1 "
        "ORDER BY instr ('critical high     medium   low      info', severity), rule, confidence DESC, life",
        c->container_id, sizeof(gm_model_finding), read_finding, &c->findings, &c->n_findings);
}

static bool read_tables(gm_reading *reading, gm_model_container *c) {
    int64_t id = c->container_id;
    return gm_model_rows(
               reading,
               "SELECT life, from_ns, to_ns, limit_bytes, ended_by FROM life WHERE container_id = ?1 ORDER BY life", id,
               sizeof(gm_model_life), read_life, &c->lives, &c->n_lives) &&
           gm_model_rows(
               reading,
               "SELECT t_ns, class, sources, victim, anon_rss_bytes, life, constraint_name, oom_cgroup, file_rss_bytes, shmem_rss_bytes, usage_bytes, "
               "limit_bytes, failcnt, pid, uncertainty_ns, oom_kill_id FROM oom_kills WHERE container_id = ?1 ORDER BY n",
               id, sizeof(gm_model_kill), read_kill, &c->kills, &c->n_kills) &&
           gm_model_rows(
               reading,
               "SELECT life, function, first_bytes, last_bytes, slope_bytes_per_min, share_pct, significant FROM heap_growth "
               "WHERE container_id = ?1 AND role = 'blame' ORDER BY last_bytes - first_bytes DESC, function, life LIMIT 20",
               id, sizeof(gm_model_site), read_site, &c->sites, &c->n_sites) &&
           gm_model_rows(
               reading,
               "SELECT life, signature, state, site, first_count, count, max_wait_minutes FROM goroutine_groups WHERE container_id = ?1 "
               "ORDER BY growth DESC, count DESC, signature, life LIMIT 20",
               id, sizeof(gm_model_goroutines), read_group, &c->groups, &c->n_groups);
}

static bool read_analysis(gm_reading *reading, gm_model_container *c) {
    int64_t id = c->container_id;
    return gm_model_rows(
               reading,
               "SELECT life, series, shape, from_ns, to_ns, first_value, last_value, slope_per_min, z, fires FROM trend WHERE container_id = ?1 "
               "ORDER BY life, series",
               id, sizeof(gm_model_trend), read_trend, &c->trends, &c->n_trends) &&
           gm_model_rows(
               reading,
               "SELECT life, bucket, first_bytes, last_bytes, delta_bytes, share_pct FROM growth WHERE container_id = ?1 ORDER BY life, bucket",
               id, sizeof(gm_model_growth), read_growth, &c->growths, &c->n_growths) &&
           gm_model_rows(
               reading,
               "SELECT life, regime, gogc_source, memlimit_source, cycles, forced, gogc, memlimit_bytes, live_first_bytes, live_last_bytes, "
               "effective_gogc_pct, gc_share_pct, alloc_bytes_per_s, mark_p95_ms, pause_max_ms FROM gc_summary WHERE container_id = ?1 ORDER BY life",
               id, sizeof(gm_model_gc_summary), read_collector, &c->collectors, &c->n_collectors) &&
           gm_model_rows(reading,
                         "SELECT life, from_ns, to_ns FROM gap WHERE container_id = ?1 ORDER BY from_ns LIMIT 200", id,
                         sizeof(gm_model_gap), read_gap, &c->gaps, &c->n_gaps);
}

/* What the bundle says happened, and when somebody took a profile. */
static bool read_events(gm_reading *reading, gm_model_container *c) {
    return gm_model_rows(
        reading,
        "SELECT e.t_ns, e.kind, CASE WHEN e.kind = 'k8s_event' THEN coalesce (e.reason || ': ', '') || coalesce (e.text, '') "
        "ELSE coalesce (e.reason, e.text) END AS text FROM event e JOIN identity i USING (identity_id) "
        "WHERE i.container_id = ?1 AND e.t_ns IS NOT NULL AND e.kind NOT IN ('scavenge', 'heap_freed') "
        "UNION SELECT p.t_ns, 'profile', p.kind FROM profile p JOIN identity i USING (identity_id) WHERE i.container_id = ?1 AND p.t_ns IS NOT NULL "
        "ORDER BY 1, 2, 3 LIMIT 400",
        c->container_id, sizeof(gm_model_event), read_event, &c->events, &c->n_events);
}

bool gm_model_container_read(gm_reading *reading, gm_model_container *c, bool detailed) {
    c->limit_bytes = GM_UNKNOWN;
    bool ok = read_findings(reading, c) && read_tables(reading, c) && read_analysis(reading, c) &&
              read_events(reading, c) && gm_model_whatif_read(reading, c) &&
              gm_model_history_read(reading, c, detailed);
    if (ok && detailed)
        ok = gm_flame_read(reading->store, reading->model->arena, c->container_id, MAX_FRAMES, &c->flame,
                           reading->error);
    for (size_t i = 0; ok && i < c->n_lives; i++)
        if (c->lives[i].limit_bytes != GM_UNKNOWN) c->limit_bytes = c->lives[i].limit_bytes;
    return ok;
}
