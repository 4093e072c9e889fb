/* Writes findings with their evidence and verdicts with the other causes weighed. The analyzer's last step. */
#include "analyzer/results.h"

#include <math.h>

static const char *outcome_name(gm_outcome outcome) {
    static const char *const names[] = {"fired", "clean", "not_applicable", "failed"};
    return names[outcome];
}

const char *gm_severity_name(gm_severity severity) {
    static const char *const names[] = {"info", "low", "medium", "high", "critical"};
    return names[severity];
}

static bool write_evidence(gm_store *store, int64_t finding_id, const gm_finding *finding, GError **error) {
    if (finding->n_evidence == 0) return true;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store,
        "INSERT INTO finding_evidence (finding_id, refutes, text, value, unit, sql) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        error);
    if (!stmt) return false;
    for (size_t i = 0; i < finding->n_evidence; i++) {
        const gm_evidence *evidence = &finding->evidence[i];
        sqlite3_bind_int64(stmt, 1, finding_id);
        sqlite3_bind_int(stmt, 2, evidence->refutes);
        gm_bind_text(stmt, 3, evidence->text);
        gm_bind_double(stmt, 4, evidence->value);
        gm_bind_text(stmt, 5, evidence->unit);
        gm_bind_text(stmt, 6, evidence->sql);
        if (!gm_store_write(store, stmt, error)) return false;
    }
    return true;
}

bool gm_results_finding(gm_store *store, int64_t container_id, int life, const gm_rule *rule, const gm_finding *finding,
                        GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store,
                         "INSERT INTO finding (container_id, life, rule, outcome, severity, confidence, share_pct, "
                         "summary, remedy) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                         error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, container_id);
    sqlite3_bind_int(stmt, 2, life);
    gm_bind_text(stmt, 3, rule->slug);
    gm_bind_text(stmt, 4, outcome_name(finding->outcome));
    gm_bind_text(stmt, 5, gm_severity_name(finding->severity));
    sqlite3_bind_double(stmt, 6, finding->confidence);
    gm_bind_double(stmt, 7, finding->share_pct);
    gm_bind_text(stmt, 8, finding->summary);
    gm_bind_text(stmt, 9, finding->outcome == GM_FIRED ? finding->remedy : NULL);
    return gm_store_write(store, stmt, error) &&
           write_evidence(store, sqlite3_last_insert_rowid(gm_store_db(store)), finding, error);
}

static bool write_causes(gm_store *store, int64_t verdict_id, const char *role, const gm_other_cause *causes, size_t n,
                         GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "INSERT OR IGNORE INTO verdict_cause VALUES (?1, ?2, ?3, ?4, ?5)", error);
    if (!stmt) return false;
    for (size_t i = 0; i < n; i++) {
        sqlite3_bind_int64(stmt, 1, verdict_id);
        gm_bind_text(stmt, 2, role);
        gm_bind_text(stmt, 3, causes[i].cause);
        gm_bind_double(stmt, 4, causes[i].share_pct);
        gm_bind_text(stmt, 5, causes[i].text);
        if (!gm_store_write(store, stmt, error)) return false;
    }
    return true;
}

bool gm_results_verdict(gm_store *store, int64_t container_id, const gm_verdict *verdict, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store,
        "INSERT INTO verdict (container_id, life, cause, family, level, confidence, severity, summary, from_ns, to_ns, "
        "bytes_per_min, eta_ns, eta_from_ns, eta_to_ns, site, would_change_my_mind) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, container_id);
    gm_bind_int(stmt, 2, verdict->life ? verdict->life : GM_UNKNOWN);
    const char *words[] = {verdict->cause, verdict->family, verdict->level};
    for (int i = 0; i < 3; i++) gm_bind_text(stmt, 3 + i, words[i]);
    sqlite3_bind_double(stmt, 6, verdict->confidence);
    gm_bind_text(stmt, 7, gm_severity_name(verdict->severity));
    gm_bind_text(stmt, 8, verdict->summary);
    gm_bind_int(stmt, 9, verdict->from_ns);
    gm_bind_int(stmt, 10, verdict->to_ns);
    gm_bind_double(stmt, 11, verdict->bytes_per_min);
    const int64_t eta[] = {verdict->eta_ns, verdict->eta_from_ns, verdict->eta_to_ns};
    for (int i = 0; i < 3; i++) gm_bind_int(stmt, 12 + i, eta[i]);
    gm_bind_text(stmt, 15, verdict->site);
    gm_bind_text(stmt, 16, verdict->would_change_my_mind);
    if (!gm_store_write(store, stmt, error)) return false;
    int64_t id = sqlite3_last_insert_rowid(gm_store_db(store));
    return write_causes(store, id, "contributing", verdict->contributing, verdict->n_contributing, error) &&
           write_causes(store, id, "ruled_out", verdict->ruled_out, verdict->n_ruled_out, error);
}
