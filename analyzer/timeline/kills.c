/* Joins what the kernel log, the kernel's counters and the pod's status say about OOM kills into distinct kills.
 * After the points; deaths.c has the part of the pod's status. The same kill seen by three sources is one kill;
 * counts of different sources are never added. */
#include "analyzer/timeline/kills.h"

#include <math.h>

#define MAX_KILLS      1000              /* more are a damaged counter */
#define SAME_REPORT_NS (3 * GM_NS_PER_S) /* two copies of a report: the log's own stamp may lag */

/* --- kernel log --- */

static bool is_ancestor(const char *oom_cgroup, const char *task_cgroup) {
    if (!oom_cgroup || !task_cgroup) return false;
    size_t n = strlen(oom_cgroup);
    return strncmp(oom_cgroup, task_cgroup, n) == 0 && (task_cgroup[n] == '/' || (n == 1 && task_cgroup[1]));
}

/* A container's own cgroup carries its 64 hex digits in the last name; groups that the container made lie below. */
static bool is_container(const char *cgroup) {
    const char *name = cgroup ? strrchr(cgroup, '/') : NULL;
    size_t digits = 0;
    for (; name && *name && digits < 64; name++) digits = g_ascii_isxdigit(*name) ? digits + 1 : 0;
    return digits == 64;
}

static const char *kernel_class(sqlite3_stmt *stmt) {
    const char *constraint = gm_column_text(stmt, 3), *oom_cgroup = gm_column_text(stmt, 4);
    if (constraint && strcmp(constraint, "CONSTRAINT_MEMCG") != 0) return "node";
    return is_ancestor(oom_cgroup, gm_column_text(stmt, 5)) && !is_container(oom_cgroup) ? "ancestor" : "own_limit";
}

/* A kill of a log that could not be placed has no time. */
static bool kills_from_kernel(gm_build *build, gm_kill_list *list, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        build->store,
        "SELECT o.oom_kill_id, t.t_ns, t.uncertainty_ns, o.constraint_name, o.oom_cgroup, o.task_cgroup FROM oom_kill o "
        "JOIN oom_times t USING (oom_kill_id) JOIN identity i USING (identity_id) WHERE i.container_id = ?1 ORDER BY o.oom_kill_id",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t t_ns = gm_column_int(stmt, 1),
                uncertainty = t_ns == GM_UNKNOWN ? GM_UNKNOWN : MAX(gm_column_int(stmt, 2), GM_NS_PER_S);
        gm_kill_entry *entry = gm_kills_add(list, kernel_class(stmt), t_ns, uncertainty, GM_KILL_KERNEL_LOG);
        entry->kill.oom_kill_id = sqlite3_column_int64(stmt, 0);
    }
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

typedef struct {
    int64_t pid;
    double boot_s;
} gm_report;

static gm_report report_of(sqlite3_stmt *stmt, const gm_kill *kill) {
    gm_report report = {GM_UNKNOWN, NAN};
    sqlite3_reset(stmt);
    gm_bind_int(stmt, 1, kill->oom_kill_id);
    if (sqlite3_step(stmt) == SQLITE_ROW) report = (gm_report){gm_column_int(stmt, 0), gm_column_double(stmt, 1)};
    return report;
}

/* The same report stands in the kernel's ring buffer, in the journal and in copies of either. A process dies once. */
static bool drop_copies(gm_build *build, gm_kill_list *list, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store, "SELECT pid, boot_s FROM oom_kill WHERE oom_kill_id = ?1", error);
    if (!stmt) return false;
    g_autoptr(GArray) reports = g_array_new(FALSE, FALSE, sizeof(gm_report));
    for (guint i = 0; i < list->entries->len; i++) {
        const gm_kill *kill = &g_array_index(list->entries, gm_kill_entry, i).kill;
        gm_report report = report_of(stmt, kill);
        bool copy = false;
        for (guint k = 0; k < reports->len && !copy; k++) {
            const gm_report *other = &g_array_index(reports, gm_report, k);
            int64_t other_ns = g_array_index(list->entries, gm_kill_entry, k).kill.t_ns;
            bool same_time =
                kill->t_ns != GM_UNKNOWN && other_ns != GM_UNKNOWN && llabs(kill->t_ns - other_ns) <= SAME_REPORT_NS;
            copy = report.pid == other->pid &&
                   (same_time || fabs(report.boot_s - other->boot_s) <= (double)SAME_REPORT_NS / 1e9);
        }
        if (copy) g_array_remove_index(list->entries, i--);
        else g_array_append_val(reports, report);
    }
    return true;
}

/* --- kernel counters --- */

static int64_t death_within(const gm_timeline *timeline, int64_t from, int64_t to) {
    for (size_t i = 0; i < timeline->n_lives; i++) {
        const gm_life *life = &timeline->lives[i];
        bool died = strcmp(life->ended_by, "end_of_record") != 0;
        if (died && life->to_ns >= from - GM_KILL_MATCH_NS && life->to_ns <= to) return life->to_ns;
    }
    return GM_UNKNOWN;
}

/* Between two samples of one series. A counter that fell back counts from 0 again. */
static void count_kills(int64_t from, int64_t to, double before, double now, int64_t series, gm_kill_list *list) {
    int jump = (int)fmin(now < before ? now : now - before, MAX_KILLS);
    for (int k = 0; k < jump; k++) {
        gm_kill_entry *entry = gm_kills_find(list, from, to, 0, series);
        if (!entry) {
            int64_t death = death_within(list->timeline, from, to);
            entry = gm_kills_add(list, "own_limit", death == GM_UNKNOWN ? to : death, to - from, GM_KILL_COUNTER);
        }
        entry->kill.sources |= GM_KILL_COUNTER;
        entry->claimed_by = series;
    }
}

/* Each series is followed by itself: two sources of one counter are seconds apart, and mixed they would seem to
 * fall back and rise again. What several series state at one time is one kill. */
static bool kills_from_counter(gm_build *build, gm_quantity quantity, gm_kill_list *list, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        build->store,
        "SELECT s.series_id, p.t_ns, p.value FROM series s JOIN identity i USING (identity_id) JOIN sample p USING (series_id) "
        "WHERE i.container_id = ?1 AND s.quantity_id = ?2 ORDER BY 1, 2",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    sqlite3_bind_int(stmt, 2, quantity);
    int64_t series = GM_UNKNOWN, last_ns = GM_UNKNOWN;
    double last = NAN;
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t now_series = sqlite3_column_int64(stmt, 0), now_ns = sqlite3_column_int64(stmt, 1);
        double now = sqlite3_column_double(stmt, 2);
        if (now_series == series && list->entries->len < MAX_KILLS)
            count_kills(last_ns, now_ns, last, now, series, list);
        series = now_series, last_ns = now_ns, last = now;
    }
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

/* Two counters of the same kills: the cgroup's own is better than what cAdvisor reads from the log. Before any other
 * source is matched with them, the log's reports must be distinct. */
static bool kills_from_counters(gm_build *build, gm_kill_list *list, GError **error) {
    bool own = build->timeline->history[GM_Q_MEM_OOM_KILL].n > 0;
    return drop_copies(build, list, error) &&
           kills_from_counter(build, own ? GM_Q_MEM_OOM_KILL : GM_Q_MEM_OOM_EVENTS, list, error);
}

/* --- all --- */

static int by_time(const void *a, const void *b) {
    const gm_kill_entry *x = a, *y = b;
    return (x->kill.t_ns > y->kill.t_ns) - (x->kill.t_ns < y->kill.t_ns);
}

/* A kill that no run ended with hit another process of the container. */
static void classify(gm_timeline *timeline, gm_kill *kill) {
    if (kill->t_ns == GM_UNKNOWN || timeline->n_lives == 0 || !gm_kill_is_oom(kill)) return;
    gm_life *life = &timeline->lives[kill->life - 1];
    bool died = strcmp(life->ended_by, "end_of_record") != 0;
    bool near_end = llabs(life->to_ns - kill->t_ns) <=
                    GM_KILL_MATCH_NS + (kill->uncertainty_ns == GM_UNKNOWN ? 0 : kill->uncertainty_ns);
    if (near_end) life->ended_by = "oom_kill";
    else if (strcmp(kill->class_name, "own_limit") == 0 && (!died || life->to_ns > kill->t_ns))
        kill->class_name = "child";
}

bool gm_kill_is_oom(const gm_kill *kill) {
    static const char *const classes[] = {"own_limit", "ancestor", "node", "child"};
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
        if (strcmp(kill->class_name, classes[i]) == 0) return true;
    return false;
}

static bool ended_unexplained(const gm_kill_list *list, const gm_life *life) {
    for (guint i = 0; i < list->entries->len; i++)
        if (g_array_index(list->entries, gm_kill_entry, i).kill.life == life->life) return false;
    return strcmp(life->ended_by, "restart") == 0;
}

/* Kills without a time belong to the runs whose end nothing else explains, when there are as many of both. Else no run
 * is known to have ended by them, and they are of life 0. */
static void place_by_count(gm_kill_list *list) {
    const gm_timeline *timeline = list->timeline;
    size_t unplaced = 0, ends = 0, at = 0;
    for (guint i = 0; i < list->entries->len; i++)
        unplaced += g_array_index(list->entries, gm_kill_entry, i).kill.life == 0;
    g_autofree int *lives = g_new(int, timeline->n_lives + 1);
    for (size_t i = 0; i < timeline->n_lives; i++)
        if (ended_unexplained(list, &timeline->lives[i])) lives[ends++] = timeline->lives[i].life;
    if (unplaced != ends) return;
    for (guint i = 0; i < list->entries->len; i++) {
        gm_kill *kill = &g_array_index(list->entries, gm_kill_entry, i).kill;
        if (kill->life == 0) kill->life = lives[at++];
    }
}

static void keep(gm_build *build, gm_kill_list *list) {
    gm_timeline *timeline = build->timeline;
    place_by_count(list);
    g_array_sort(list->entries, by_time);
    timeline->kills = GM_ARENA_NEW(build->arena, gm_kill, list->entries->len + 1);
    timeline->n_kills = list->entries->len;
    for (size_t i = 0; i < timeline->n_kills; i++) {
        timeline->kills[i] = g_array_index(list->entries, gm_kill_entry, i).kill;
        timeline->kills[i].n = (int)i + 1;
        classify(timeline, &timeline->kills[i]);
    }
}

bool gm_build_kills(gm_build *build, GError **error) {
    gm_kill_list list = {g_array_new(FALSE, FALSE, sizeof(gm_kill_entry)), build->timeline};
    bool ok = kills_from_kernel(build, &list, error) && kills_from_counters(build, &list, error) &&
              gm_kills_from_pod(build, &list, error) && gm_kills_other_deaths(build, &list, error);
    if (ok) keep(build, &list);
    g_array_unref(list.entries);
    return ok;
}
