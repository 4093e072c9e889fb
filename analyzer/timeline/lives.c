/* Cuts a container's history into lives: one process run each. After the cycles, before the points.
 * Several sources state starts (process start time, GC counter, container start, pod status, counters that fall
 * back); starts within a few seconds of each other are one. Trends are never fitted across a start. */
#include "analyzer/tasks.h"
#include "analyzer/timeline/build.h"

#include "gomortem/stats.h"

#include <math.h>

#define MERGE_NS      (5 * GM_NS_PER_S)  /* sources of one start agree within this */
#define ABSORB_NS     (20 * GM_NS_PER_S) /* records this shortly before the first start belong to it */
#define PEAK_FALLS    0.95               /* two readings of one peak differ less */
#define SIGNS_OF_LIFE 4                  /* samples after a kill that show that the service lives on */

static int by_start(const void *a, const void *b) {
    const gm_start *x = a, *y = b;
    if (x->t_ns != y->t_ns) return x->t_ns < y->t_ns ? -1 : 1;
    return g_strcmp0(x->source, y->source);
}

static int by_stop(const void *a, const void *b) {
    const gm_stop *x = a, *y = b;
    return (x->t_ns > y->t_ns) - (x->t_ns < y->t_ns);
}

static void add_start(GArray *starts, int64_t t_ns, const char *source) {
    gm_start start = {t_ns, MERGE_NS, source};
    g_array_append_val(starts, start);
}

/* A gauge that holds the time of a start: every distinct value is one. */
static void starts_from_gauge(const gm_history *gauge, const char *source, GArray *starts) {
    double last = -INFINITY;
    for (size_t i = 0; i < gauge->n; i++) {
        if (fabs(gauge->value[i] - last) < 1 || gauge->value[i] < 1e8) continue;
        last = gauge->value[i];
        add_start(starts, llround(last * 1e9), source);
    }
}

/* A process that starts while the one before still collects is a second process, not a restart. */
static void starts_from_cycles(const gm_timeline *timeline, GArray *starts) {
    int64_t busy_until = GM_UNKNOWN;
    for (size_t i = 0; i < timeline->n_cycles; i++) {
        const gm_gc_row *cycle = &timeline->cycles[i];
        if (cycle->t_ns == GM_UNKNOWN) continue;
        bool first = i == 0 || cycle[-1].member_id != cycle->member_id || cycle[-1].process != cycle->process;
        int64_t zero = cycle->t_ns - llround(cycle->start_s * 1e9);
        if (first && (busy_until == GM_UNKNOWN || zero > busy_until)) add_start(starts, zero, "gc_counter");
        busy_until = MAX(busy_until, cycle->t_ns);
    }
}

/* A counter of the process that falls back started anew somewhere between two samples. Two sources of one counter
 * disagree a little about the same moment: only a fall below half is a new start. */
static void starts_from_counter(const gm_history *counter, GArray *starts) {
    guint known = starts->len;
    for (size_t i = 1; i < counter->n; i++) {
        if (counter->value[i] >= counter->value[i - 1] / 2) continue;
        bool seen = false;
        for (guint k = 0; k < known && !seen; k++) {
            int64_t t = g_array_index(starts, gm_start, k).t_ns;
            seen = t > counter->t_ns[i - 1] - MERGE_NS && t <= counter->t_ns[i] + MERGE_NS;
        }
        if (!seen) add_start(starts, counter->t_ns[i], "counter_reset");
    }
}

/* A cgroup's peak never falls: where it does and usage is halved as well, another cgroup began, though nothing states a
 * start. Either alone is no sign: a service frees memory, and two sources of a peak differ. */
static void starts_from_usage(const gm_timeline *timeline, GArray *starts) {
    const gm_history *peak = &timeline->history[GM_Q_MEM_PEAK], *usage = &timeline->history[GM_Q_MEM_USAGE];
    guint known = starts->len;
    for (size_t i = 1; i < peak->n && usage->n; i++) {
        int64_t step = peak->t_ns[i] - peak->t_ns[i - 1];
        double most = PEAK_FALLS * peak->value[i - 1];
        bool stays = i + 1 == peak->n || peak->value[i + 1] <= most; /* not two sources by turns */
        if (!(peak->value[i] > 0 && peak->value[i] <= most && stays)) continue;
        if (!(gm_history_at(usage, peak->t_ns[i], step) <= gm_history_at(usage, peak->t_ns[i - 1], step) / 2)) continue;
        bool seen = false;
        for (guint k = 0; k < known && !seen; k++) {
            int64_t t = g_array_index(starts, gm_start, k).t_ns;
            seen = t > peak->t_ns[i - 1] - step && t <= peak->t_ns[i] + step;
        }
        if (!seen) add_start(starts, peak->t_ns[i], "usage_drop");
    }
}

static bool load_events(gm_build *build, const char *kind, GArray *starts, GArray *stops, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store,
                         "SELECT DISTINCT e.t_ns FROM event e JOIN identity i USING (identity_id) "
                         "WHERE i.container_id = ?1 AND e.kind = ?2 AND e.t_ns IS NOT NULL ORDER BY 1",
                         error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    gm_bind_text(stmt, 2, kind);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t t_ns = sqlite3_column_int64(stmt, 0);
        if (starts) add_start(starts, t_ns, "container_start");
        gm_stop stop = {t_ns, kind, false};
        if (stops) g_array_append_val(stops, stop);
    }
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

/* A kill whose log is placed too vaguely cuts nothing. */
static bool load_kernel_stops(gm_build *build, GArray *stops, GError **error) {
    char *service = gm_tasks_service_sql(build->timeline, "o.oom_kill_id");
    char *sql = sqlite3_mprintf(
        "SELECT t.t_ns, min(coalesce(v.name <> %s, 0)) FROM oom_kill o JOIN oom_times t USING (oom_kill_id) JOIN identity i USING (identity_id) "
        "LEFT JOIN oom_task v ON v.oom_kill_id = o.oom_kill_id AND v.pid = o.pid WHERE i.container_id = ?1 AND t.t_ns IS NOT NULL AND "
        "t.uncertainty_ns <= 120000000000 GROUP BY 1 ORDER BY 1",
        service);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(build->store, sql, error);
    sqlite3_free(service);
    sqlite3_free(sql);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_stop stop = {sqlite3_column_int64(stmt, 0), "oom_kill", sqlite3_column_int(stmt, 1) != 0};
        g_array_append_val(stops, stop);
    }
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

/* First and last moment of anything measured. Start times are statements about the past and do not count. */
static void record_range(const gm_timeline *timeline, int64_t *from, int64_t *to) {
    *from = INT64_MAX;
    *to = INT64_MIN;
    for (int q = 1; q < GM_Q_COUNT; q++) {
        const gm_history *history = &timeline->history[q];
        if (history->n == 0) continue;
        *from = MIN(*from, history->t_ns[0]);
        *to = MAX(*to, history->t_ns[history->n - 1]);
    }
    for (size_t i = 0; i < timeline->n_cycles; i++) {
        if (timeline->cycles[i].t_ns == GM_UNKNOWN) continue;
        *from = MIN(*from, timeline->cycles[i].t_ns);
        *to = MAX(*to, timeline->cycles[i].t_ns);
    }
}

/* Profiles and dumps are records too; with nothing else the deaths alone make a life, as long as it is known to be. */
static bool other_range(gm_build *build, const GArray *starts, const GArray *stops, int64_t *from, int64_t *to,
                        GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        build->store,
        "SELECT min(p.t_ns), max(p.t_ns) FROM profile p JOIN identity i USING (identity_id) WHERE i.container_id = ?1",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(build->store, error);
    if (gm_column_int(stmt, 0) != GM_UNKNOWN) {
        *from = MIN(*from, gm_column_int(stmt, 0));
        *to = MAX(*to, gm_column_int(stmt, 1));
    }
    if (*from > *to && stops->len) {
        *from = g_array_index(stops, gm_stop, 0).t_ns - MERGE_NS - 1;
        *to = g_array_index(stops, gm_stop, stops->len - 1).t_ns;
        for (guint i = 0; i < starts->len; i++) *from = MIN(*from, g_array_index(starts, gm_start, i).t_ns);
    }
    return true;
}

static GArray *merge_starts(GArray *starts, int64_t from, int64_t to) {
    GArray *merged = g_array_new(FALSE, FALSE, sizeof(gm_start));
    g_array_sort(starts, by_start);
    for (guint i = 0; i < starts->len; i++) {
        gm_start start = g_array_index(starts, gm_start, i);
        if (start.t_ns > to) break;
        bool same = merged->len && start.t_ns - g_array_index(merged, gm_start, merged->len - 1).t_ns <= MERGE_NS;
        if (!same) g_array_append_val(merged, start);
    }
    /* What started before the first record is running when the record begins: only the last of those matters. */
    while (merged->len > 1 && g_array_index(merged, gm_start, 1).t_ns <= from) g_array_remove_index(merged, 0);
    gm_start first = {from, 0, "first_record"};
    if (merged->len == 0 || g_array_index(merged, gm_start, 0).t_ns > from + ABSORB_NS)
        g_array_prepend_val(merged, first);
    return merged;
}

static const gm_stop *stop_within(const GArray *stops, int64_t from, int64_t to) {
    for (guint i = 0; i < stops->len; i++) {
        const gm_stop *stop = &g_array_index(stops, gm_stop, i);
        if (stop->t_ns > from + MERGE_NS && stop->t_ns <= to) return stop;
    }
    return NULL;
}

/* A kernel's kill inside a run hit another process when usage goes on and was not halved, or when the victim's name
 * says so. Equal values afterwards are no sign of life: the last sample of a dead series is repeated for minutes. */
static bool survived(const gm_timeline *timeline, const gm_stop *stop, int64_t until_ns) {
    const gm_history *usage = &timeline->history[GM_Q_MEM_USAGE];
    double before = NAN, after[SIGNS_OF_LIFE];
    size_t n = 0;
    for (size_t i = 0; i < usage->n && n < SIGNS_OF_LIFE && usage->t_ns[i] <= until_ns; i++) {
        if (usage->t_ns[i] <= stop->t_ns) before = usage->value[i];
        else if (usage->t_ns[i] > stop->t_ns + ABSORB_NS) after[n++] = usage->value[i];
    }
    bool all_equal = true;
    for (size_t i = 1; i < n; i++) all_equal = all_equal && after[i] == after[0];
    return n == SIGNS_OF_LIFE && !all_equal && (stop->other || gm_stats_median(after, n) >= before / 2);
}

static void drop_survived(const gm_timeline *timeline, const GArray *starts, GArray *stops, int64_t to) {
    for (guint i = stops->len; i-- > 0;) {
        const gm_stop *stop = &g_array_index(stops, gm_stop, i);
        int64_t until = to;
        for (guint k = starts->len; k-- > 0 && g_array_index(starts, gm_start, k).t_ns > stop->t_ns;)
            until = g_array_index(starts, gm_start, k).t_ns - 1;
        if (strcmp(stop->reason, "oom_kill") == 0 && survived(timeline, stop, until)) g_array_remove_index(stops, i);
    }
}

static GArray *cut_lives(const GArray *starts, const GArray *stops, int64_t from, int64_t to) {
    GArray *lives = g_array_new(FALSE, FALSE, sizeof(gm_life));
    for (guint i = 0; i < starts->len; i++) {
        const gm_start *start = &g_array_index(starts, gm_start, i);
        bool last = i + 1 == starts->len;
        int64_t next = last ? to : g_array_index(starts, gm_start, i + 1).t_ns - 1;
        gm_life life = {.life = (int)lives->len + 1,
                        .from_ns = MIN(start->t_ns, MAX(from, start->t_ns)),
                        .to_ns = next,
                        .cut_by = start->source,
                        .ended_by = last ? "end_of_record" : "restart",
                        .limit_bytes = GM_UNKNOWN};
        const gm_stop *stop = stop_within(stops, life.from_ns, last ? INT64_MAX : next);
        if (stop) life.to_ns = MAX(stop->t_ns, life.from_ns), life.ended_by = "restart";
        g_array_append_val(lives, life);
    }
    return lives;
}

bool gm_build_lives(gm_build *build, GError **error) {
    gm_timeline *timeline = build->timeline;
    g_autoptr(GArray) starts = g_array_new(FALSE, FALSE, sizeof(gm_start));
    g_autoptr(GArray) stops = g_array_new(FALSE, FALSE, sizeof(gm_stop));
    int64_t from, to;
    starts_from_gauge(&timeline->history[GM_Q_PROC_START], "process_start", starts);
    starts_from_gauge(&timeline->history[GM_Q_CONTAINER_START], "container_start", starts);
    starts_from_cycles(timeline, starts);
    if (!load_events(build, "started", starts, NULL, error) || !load_events(build, "terminated", NULL, stops, error) ||
        !load_kernel_stops(build, stops, error))
        return false;
    starts_from_counter(&timeline->history[GM_Q_GO_ALLOC_TOTAL], starts);
    starts_from_counter(&timeline->history[GM_Q_PROC_CPU], starts);
    starts_from_usage(timeline, starts);
    g_array_sort(stops, by_stop);
    record_range(timeline, &from, &to);
    if (!other_range(build, starts, stops, &from, &to, error)) return false;
    if (from > to) return true; /* nothing recorded: no lives */
    for (guint i = 0; i < stops->len; i++) to = MAX(to, g_array_index(stops, gm_stop, i).t_ns);
    g_autoptr(GArray) merged = merge_starts(starts, from, to);
    drop_survived(timeline, merged, stops, to);
    timeline->lives = gm_build_keep(build, cut_lives(merged, stops, from, to), &timeline->n_lives);
    timeline->from_ns = from;
    timeline->to_ns = to;
    for (size_t i = 0; i < timeline->n_cycles; i++)
        for (size_t k = 0; k < timeline->n_lives && timeline->cycles[i].t_ns != GM_UNKNOWN; k++)
            if (timeline->cycles[i].t_ns >= timeline->lives[k].from_ns - GM_NS_PER_S &&
                timeline->cycles[i].t_ns <= timeline->lives[k].to_ns)
                timeline->cycles[i].life = timeline->lives[k].life;
    return true;
}
