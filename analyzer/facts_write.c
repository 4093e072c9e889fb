/* Writes the computed facts of a life to the tables trend, growth and gc_summary, so that every number that a rule
 * shows can be selected from the incident. */
#include "analyzer/facts_private.h"
#include "analyzer/forecast.h"

#include <math.h>

const char *gm_series_name(int series) {
    switch (series) {
    case GM_TREND_GC_LIVE: return "gc_live";
    case GM_TREND_HEAP_PROFILE: return "heap_profile";
    case GM_TREND_GOROUTINE_PROFILE: return "goroutine_profile";
    case GM_TREND_HEAP_ALLOC: return "heap_alloc";
    default: return gm_column_name((gm_column)series);
    }
}

static void bind_trend(const gm_facts *facts, sqlite3_stmt *stmt, int series) {
    const gm_fact_trend *trend = &facts->trend[series];
    const gm_trend_result *r = &trend->result;
    bool saturating = r->shape == GM_SHAPE_SATURATING;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int(stmt, 2, facts->life->life);
    gm_bind_text(stmt, 3, gm_series_name(series));
    sqlite3_bind_int64(stmt, 4, trend->from_ns);
    sqlite3_bind_int64(stmt, 5, trend->to_ns);
    sqlite3_bind_int64(stmt, 6, (int64_t)trend->points);
    sqlite3_bind_int64(stmt, 7, (int64_t)r->blocks);
    gm_bind_double(stmt, 8, trend->first);
    gm_bind_double(stmt, 9, trend->last);
    gm_bind_double(stmt, 10, trend->tested ? r->fit.slope * 60 : NAN);
    gm_bind_double(stmt, 11, trend->tested ? r->fit.se * 60 : NAN);
    gm_bind_double(stmt, 12, trend->tested ? r->fit.z : NAN);
    gm_bind_double(stmt, 13, trend->tested ? r->theil_sen * 60 : NAN);
    gm_bind_double(stmt, 14, trend->tested ? r->mk.z : NAN);
    gm_bind_text(stmt, 15, trend->tested ? gm_trend_model_name(r->fit.model) : NULL);
    gm_bind_text(stmt, 16, trend->tested ? gm_trend_shape_name(r->shape) : "too_short");
    gm_bind_double(stmt, 17, trend->tested && saturating ? r->fit.ceiling : NAN);
    gm_bind_double(stmt, 18, trend->tested && r->fit.model == GM_TREND_WARMUP ? r->fit.tau_s / 60 : NAN);
    gm_bind_double(stmt, 19, trend->tested ? r->fit.load_r2 : NAN);
    gm_bind_double(stmt, 20, trend->tested ? r->fit.load_coef : NAN);
    sqlite3_bind_int(stmt, 21, trend->tested && r->fires);
    gm_forecast forecast;
    gm_forecast_make(facts, &forecast);
    for (int i = 0; i < GM_REACH_COUNT; i++)
        gm_bind_double(stmt, 22 + i, series == GM_COL_ANON ? forecast.chance[i] : NAN);
}

static bool write_trends(const gm_facts *facts, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(facts->store,
                         "INSERT INTO trend VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
                         "?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
                         error);
    if (!stmt) return false;
    for (int series = 0; series < GM_TREND_COUNT; series++) {
        if (facts->trend[series].points == 0) continue;
        bind_trend(facts, stmt, series);
        if (!gm_store_write(facts->store, stmt, error)) return false;
    }
    return true;
}

static bool write_growth(const gm_facts *facts, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(facts->store, "INSERT INTO growth VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", error);
    if (!stmt) return false;
    for (int column = 0; column < GM_COL_COUNT; column++) {
        const gm_growth *growth = &facts->growth[column];
        if (!growth->known || gm_column_kind_of((gm_column)column) == GM_COLUMN_COUNT) continue;
        g_autofree char *bucket =
            g_strndup(gm_column_name((gm_column)column), strlen(gm_column_name((gm_column)column)) - strlen("_bytes"));
        sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
        sqlite3_bind_int(stmt, 2, facts->life->life);
        gm_bind_text(stmt, 3, bucket);
        sqlite3_bind_int64(stmt, 4, llround(growth->first));
        sqlite3_bind_int64(stmt, 5, llround(growth->last));
        sqlite3_bind_int64(stmt, 6, llround(growth->delta));
        gm_bind_double(stmt, 7, growth->share_pct);
        bool ok = gm_store_write(facts->store, stmt, error);
        sqlite3_clear_bindings(stmt);
        if (!ok) return false;
    }
    return true;
}

static void bind_bytes(sqlite3_stmt *stmt, int index, double bytes) {
    gm_bind_int(stmt, index, isnan(bytes) ? GM_UNKNOWN : llround(bytes));
}

static void bind_gc(const gm_gc_summary *gc, sqlite3_stmt *stmt, int i) {
    const int64_t counts[] = {gc->cycles, gc->forced, gc->periodic, gc->from_ns, gc->to_ns, gc->procs, gc->gogc};
    for (size_t k = 0; k < G_N_ELEMENTS(counts); k++) gm_bind_int(stmt, i++, counts[k]);
    gm_bind_text(stmt, i++, gc->gogc_source);
    gm_bind_double(stmt, i++, gc->gogc_match_pct);
    gm_bind_int(stmt, i++, gc->gogc_changes);
    gm_bind_text(stmt, i++, gc->regime);
    bind_bytes(stmt, i++, gc->memlimit_bytes);
    gm_bind_text(stmt, i++, gc->memlimit_source);
    const double rates[] = {
        gc->effective_gogc_pct, gc->gc_share_pct, gc->gc_quota_share_pct, gc->assist_share_pct,  gc->assist_ratio_pct,
        gc->idle_share_pct,     gc->duty,         gc->cycles_per_s,       gc->alloc_bytes_per_s, gc->mark_p95_ms,
        gc->pause_p50_ms,       gc->pause_p99_ms, gc->pause_max_ms};
    for (size_t k = 0; k < G_N_ELEMENTS(rates); k++) gm_bind_double(stmt, i++, rates[k]);
    const double sizes[] = {gc->live_first_bytes, gc->live_last_bytes, gc->live_max_bytes,     gc->live_p95_bytes,
                            gc->live_p99_bytes,   gc->goal_p95_bytes,  gc->overshoot_p95_bytes};
    for (size_t k = 0; k < G_N_ELEMENTS(sizes); k++) bind_bytes(stmt, i++, sizes[k]);
    const double rest[] = {gc->survival_pct, gc->last_gc_age_s,  gc->thrash_s,
                           gc->pressure_s,   gc->worst_gogc_pct, gc->worst_duty};
    for (size_t k = 0; k < G_N_ELEMENTS(rest); k++) gm_bind_double(stmt, i++, rest[k]);
    const int64_t flags[] = {gc->worst_from_ns, gc->worst_to_ns,     gc->gomaxprocs_mismatch, gc->old_go,
                             gc->gc_share_high, gc->forced_gc_heavy, gc->near_limit,          gc->oom_confirmed};
    for (size_t k = 0; k < G_N_ELEMENTS(flags); k++) gm_bind_int(stmt, i++, flags[k]);
}

static bool write_gc(const gm_facts *facts, GError **error) {
    if (!facts->gc.known) return true;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        facts->store,
        "INSERT INTO gc_summary VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "
        "?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44, ?45, "
        "?46, ?47, ?48, ?49)",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    sqlite3_bind_int(stmt, 2, facts->life->life);
    bind_gc(&facts->gc, stmt, 3);
    return gm_store_write(facts->store, stmt, error);
}

bool gm_facts_write(const gm_facts *facts, GError **error) {
    return write_trends(facts, error) && write_growth(facts, error) && write_gc(facts, error);
}
