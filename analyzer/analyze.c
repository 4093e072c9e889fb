/* Stage 2's loop: container -> timeline -> life -> facts -> rules -> verdict, and the replay of alerts
 * behind them, everything in one transaction.
 * Knows no rule by name; rules.def lists them. */
#include "gomortem/analyzer.h"

#include "analyzer/forecast.h"
#include "analyzer/frames.h"
#include "analyzer/results.h"
#include "analyzer/timeline/boot.h"
#include "analyzer/whatif/whatif.h"
#include "gomortem/replay.h"
#include "gomortem/verdict.h"

#include <math.h>

#define GM_RULE(name) extern const gm_rule gm_rule_##name;
#include "analyzer/rules.def"
#undef GM_RULE

const gm_rule *const gm_rules[] = {
#define GM_RULE(name) &gm_rule_##name,
#include "analyzer/rules.def"
#undef GM_RULE
    NULL,
};

static gm_finding check_rule(const gm_rule *rule, const gm_facts *facts, const gm_rule_config *config) {
    gm_finding finding = {.severity = GM_SEV_INFO, .share_pct = NAN, .bytes_per_min = NAN, .summary = ""};
    bool enabled = gm_rule_config_enabled(config, rule->slug);
    finding.outcome =
        enabled ? rule->check(facts, &finding) : gm_not_applicable(&finding, "switched off by the rule configuration");
    if (finding.outcome != GM_FIRED) finding.severity = GM_SEV_INFO;
    gm_finding_trust(facts, &finding);
    gm_forecast_evidence(facts, &finding);
    gm_rule_config_apply(config, rule, facts, &finding);
    return finding;
}

static bool analyze_life(gm_facts *facts, const gm_life *life, const gm_rule_config *config, gm_verdict *verdict,
                         GError **error) {
    const gm_timeline *timeline = facts->timeline;
    if (!gm_facts_build(facts, timeline, life, error)) return false;
    size_t n = 0;
    while (gm_rules[n]) n++;
    gm_finding *findings = GM_ARENA_NEW(facts->arena, gm_finding, n);
    for (size_t i = 0; i < n; i++) {
        findings[i] = check_rule(gm_rules[i], facts, config);
        if (!gm_results_finding(facts->store, timeline->container_id, life->life, gm_rules[i], &findings[i], error))
            return false;
    }
    gm_verdict_weigh(facts, findings, verdict);
    return gm_results_verdict(facts->store, timeline->container_id, verdict, error);
}

typedef struct {
    gm_store *store;
    gm_arena *arena;
    gm_frames *frames;
    const gm_thresholds *thresholds;
    const gm_rule_config *config; /* NULL: none */
} gm_analysis;

static bool analyze_container(const gm_analysis *analysis, int64_t container_id, GError **error) {
    gm_timeline *timeline = gm_timeline_build(analysis->store, container_id, analysis->arena, error);
    if (!timeline) return false;
    size_t n = timeline->n_lives;
    gm_verdict *verdicts = GM_ARENA_NEW(analysis->arena, gm_verdict, n + 1), merged;
    gm_facts *facts = GM_ARENA_NEW(analysis->arena, gm_facts, n + 1); /* of each life: the simulation wants them all */
    for (size_t i = 0; i < n; i++) {
        facts[i] = (gm_facts){.store = analysis->store,
                              .arena = analysis->arena,
                              .frames = analysis->frames,
                              .thresholds = analysis->thresholds,
                              .timeline = timeline};
        if (!analyze_life(&facts[i], &timeline->lives[i], analysis->config, &verdicts[i], error)) return false;
    }
    gm_verdict_merge(timeline, verdicts, n, analysis->arena, &merged);
    return gm_results_verdict(analysis->store, container_id, &merged, error) &&
           gm_whatif_container(facts, n, verdicts, &merged, error);
}

static GArray *list_containers(gm_store *store, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "SELECT container_id FROM container ORDER BY container_id", error);
    if (!stmt) return NULL;
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        g_array_append_val(ids, id);
    }
    return ids;
}

static bool clear_tables(gm_store *store, GError **error) {
    for (size_t i = 0; gm_analysis_tables[i]; i++) {
        g_autofree char *sql = g_strdup_printf("DELETE FROM %s", gm_analysis_tables[i]);
        if (!gm_store_exec(store, sql, error)) return false;
    }
    return true;
}

static bool analyze_all(gm_store *store, const gm_thresholds *thresholds, const gm_rule_config *config,
                        GError **error) {
    gm_arena *shared = gm_arena_new(0);
    g_autoptr(gm_frames) frames = gm_frames_new(store, shared, error);
    g_autoptr(GArray) ids = frames ? list_containers(store, error) : NULL;
    bool ok = ids != NULL && gm_clocks_place_members(store, error);
    for (guint i = 0; ok && i < ids->len; i++) {
        gm_arena *arena = gm_arena_new(0);
        gm_analysis analysis = {store, arena, frames, thresholds, config};
        ok = analyze_container(&analysis, g_array_index(ids, int64_t, i), error);
        gm_arena_free(arena);
    }
    g_clear_pointer(&frames, gm_frames_free);
    gm_arena_free(shared);
    return ok;
}

static bool analyze_whole(gm_store *store, const gm_thresholds *thresholds, const gm_rule_config *config,
                          GError **error) {
    if (!gm_store_exec(store, "SAVEPOINT analysis", error)) return false;
    if (clear_tables(store, error) && analyze_all(store, thresholds, config, error) && gm_replay_builtin(store, error))
        return gm_store_exec(store, "RELEASE analysis", error);
    gm_store_check(store, error);
    gm_store_undo(store);
    gm_store_exec(store, "ROLLBACK TO analysis", NULL);
    gm_store_exec(store, "RELEASE analysis", NULL);
    return false;
}

bool gm_analyze(gm_store *store, const gm_analyze_options *options, GError **error) {
    return analyze_whole(store, &options->thresholds, NULL, error);
}

bool gm_analyze_configured(gm_store *store, const gm_rule_config *config, GError **error) {
    gm_thresholds defaults;
    gm_thresholds_init(&defaults);
    return analyze_whole(store, config ? gm_rule_config_thresholds(config) : &defaults, config, error);
}
