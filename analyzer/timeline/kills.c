/* Joins what the kernel log, the kernel's counters and the pod's status say about OOM kills into distinct kills.
 * After the points. The same kill seen by three sources is one kill; counts of different sources are never added.
 * Kubernetes keeps only the last termination: when that one was an OOM kill, the restarts before it are taken for
 * kills too, as far as there are deaths in the record to which they can belong. */
#include "analyzer/timeline/build.h"

#include <math.h>

#define MATCH_NS (45 * GM_NS_PER_S) /* two sources that mean the same kill */

typedef struct {
    GArray *kills; /* gm_kill */
    const gm_timeline *timeline;
} gm_kill_list;

static int life_of(const gm_timeline *timeline, int64_t t_ns) {
    for (size_t i = timeline->n_lives; i-- > 0;)
        if (timeline->lives[i].from_ns <= t_ns) return timeline->lives[i].life;
    return timeline->n_lives ? timeline->lives[0].life : 1;
}

/* The kill that a source's statement [from, to] can mean and that this source has not been given yet. */
static gm_kill *find_kill(const gm_kill_list *list, int64_t from, int64_t to, unsigned source) {
    for (guint i = 0; i < list->kills->len; i++) {
        gm_kill *kill = &g_array_index(list->kills, gm_kill, i);
        if (!(kill->sources & source) && kill->t_ns != GM_UNKNOWN && kill->t_ns >= from - MATCH_NS && kill->t_ns <= to + MATCH_NS) return kill;
    }
    return NULL;
}

static void add_kill(gm_kill_list *list, int64_t t_ns, int64_t uncertainty_ns, unsigned source, int64_t oom_kill_id) {
    gm_kill kill = {.life = t_ns == GM_UNKNOWN ? 1 : life_of(list->timeline, t_ns), .t_ns = t_ns, .uncertainty_ns = uncertainty_ns,
                    .class_name = "own_limit", .sources = source, .oom_kill_id = oom_kill_id};
    g_array_append_val(list->kills, kill);
}

/* --- kernel log ---------------------------------------------------------------------------------------------- */

static bool is_ancestor(const char *oom_cgroup, const char *task_cgroup) {
    if (!oom_cgroup || !task_cgroup) return false;
    size_t n = strlen(oom_cgroup);
    return strncmp(oom_cgroup, task_cgroup, n) == 0 && task_cgroup[n] == '/';
}

static const char *kernel_class(sqlite3_stmt *stmt) {
    const char *constraint = gm_column_text(stmt, 3);
    if (constraint && strcmp(constraint, "CONSTRAINT_MEMCG") != 0) return "node";
    return is_ancestor(gm_column_text(stmt, 4), gm_column_text(stmt, 5)) ? "ancestor" : "own_limit";
}

/* A kernel log that counts seconds since boot is placed by a kill whose time another source knows. */
static bool boot_zero(gm_build *build, int64_t member_id, double last_boot_s, int64_t kill_ns, double *zero_s, GError **error) {
    *zero_s = (double)kill_ns / 1e9 - last_boot_s;
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store,
                         "INSERT OR IGNORE INTO clock (member_id, process, clock, zero_ns, rule, uncertainty_ns, pairs) "
                         "VALUES (?1, 0, 'boot', ?2, ?3, ?4, ?5)",
                         error);
    if (!stmt) return false;
    bool placed = kill_ns != GM_UNKNOWN;
    if (!placed) *zero_s = NAN;
    sqlite3_bind_int64(stmt, 1, member_id);
    gm_bind_int(stmt, 2, placed ? llround(*zero_s * 1e9) : GM_UNKNOWN);
    gm_bind_text(stmt, 3, placed ? "kill_time" : "unplaced");
    gm_bind_int(stmt, 4, placed ? 2 * GM_NS_PER_S : GM_UNKNOWN);
    sqlite3_bind_int64(stmt, 5, placed ? 1 : 0);
    return sqlite3_step(stmt) == SQLITE_DONE || gm_store_error_set(build->store, error);
}

static double last_boot_s(gm_build *build, int64_t member_id) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(build->store, "SELECT max(boot_s) FROM oom_kill WHERE member_id = ?1 AND t_ns IS NULL", NULL);
    if (!stmt) return NAN;
    sqlite3_bind_int64(stmt, 1, member_id);
    return sqlite3_step(stmt) == SQLITE_ROW ? gm_column_double(stmt, 0) : NAN;
}

static bool kills_from_kernel(gm_build *build, int64_t known_kill_ns, gm_kill_list *list, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(build->store,
                         "SELECT o.oom_kill_id, o.t_ns, o.boot_s, o.constraint_name, o.oom_cgroup, o.task_cgroup, o.member_id "
                         "FROM oom_kill o JOIN identity i USING (identity_id) WHERE i.container_id = ?1 ORDER BY o.oom_kill_id",
                         error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    int64_t placed_member = GM_UNKNOWN;
    double zero_s = NAN;
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t t_ns = gm_column_int(stmt, 1), member_id = sqlite3_column_int64(stmt, 6);
        double boot_s = gm_column_double(stmt, 2);
        if (t_ns == GM_UNKNOWN && !isnan(boot_s)) {
            if (member_id != placed_member && !boot_zero(build, member_id, last_boot_s(build, member_id), known_kill_ns, &zero_s, error)) return false;
            placed_member = member_id;
            if (!isnan(zero_s)) t_ns = llround((zero_s + boot_s) * 1e9);
        }
        add_kill(list, t_ns, t_ns == GM_UNKNOWN ? GM_UNKNOWN : GM_NS_PER_S, GM_KILL_KERNEL_LOG, sqlite3_column_int64(stmt, 0));
        g_array_index(list->kills, gm_kill, list->kills->len - 1).class_name = kernel_class(stmt);
    }
    return step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

/* --- kernel counters --------------------------------------------------------------------------------------- */

static int64_t death_within(const gm_timeline *timeline, int64_t from, int64_t to) {
    for (size_t i = 0; i < timeline->n_lives; i++) {
        const gm_life *life = &timeline->lives[i];
        bool died = strcmp(life->ended_by, "end_of_record") != 0;
        if (died && life->to_ns >= from - MATCH_NS && life->to_ns <= to) return life->to_ns;
    }
    return GM_UNKNOWN;
}

static void kills_from_counter(const gm_history *counter, gm_kill_list *list) {
    for (size_t i = 1; i < counter->n; i++) {
        double before = counter->value[i - 1], now = counter->value[i];
        double jump = now < before ? now : now - before; /* a counter that fell back counts from 0 again */
        for (int k = 0; k < (int)fmin(jump, 1000); k++) {
            gm_kill *kill = find_kill(list, counter->t_ns[i - 1], counter->t_ns[i], GM_KILL_COUNTER);
            if (kill) {
                kill->sources |= GM_KILL_COUNTER;
                continue;
            }
            int64_t death = death_within(list->timeline, counter->t_ns[i - 1], counter->t_ns[i]);
            add_kill(list, death == GM_UNKNOWN ? counter->t_ns[i] : death, counter->t_ns[i] - counter->t_ns[i - 1], GM_KILL_COUNTER, GM_UNKNOWN);
        }
    }
}

/* Two counters of the same kills: the one that saw more is used first, the other only confirms. */
static void kills_from_counters(gm_kill_list *list) {
    const gm_history *own = &list->timeline->history[GM_Q_MEM_OOM_KILL], *log = &list->timeline->history[GM_Q_MEM_OOM_EVENTS];
    kills_from_counter(own->n ? own : log, list);
}

/* --- pod status ---------------------------------------------------------------------------------------------- */

typedef struct {
    int64_t last_oom_ns, count; /* restarts known, this termination included */
} gm_pod_kills;

static bool read_pod(gm_build *build, gm_pod_kills *pod, GError **error) {
    *pod = (gm_pod_kills){GM_UNKNOWN, 0};
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        build->store,
        "SELECT e.t_ns, coalesce (e.count, 0) + (e.t_ns > coalesce ((SELECT max (s.t_ns) FROM event s JOIN identity j USING (identity_id) "
        "WHERE j.container_id = ?1 AND s.kind = 'started'), 0)) FROM event e JOIN identity i USING (identity_id) "
        "WHERE i.container_id = ?1 AND e.kind = 'terminated' AND e.reason = 'OOMKilled' ORDER BY e.t_ns DESC LIMIT 1",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, build->timeline->container_id);
    int step = sqlite3_step(stmt);
    if (step == SQLITE_ROW) *pod = (gm_pod_kills){gm_column_int(stmt, 0), MAX(sqlite3_column_int64(stmt, 1), 1)};
    return step == SQLITE_ROW || step == SQLITE_DONE || gm_store_error_set(build->store, error);
}

static void kills_from_pod(const gm_pod_kills *pod, gm_kill_list *list) {
    if (pod->count == 0) return;
    gm_kill *kill = pod->last_oom_ns == GM_UNKNOWN ? NULL : find_kill(list, pod->last_oom_ns, pod->last_oom_ns, GM_KILL_POD_STATUS);
    if (kill) kill->sources |= GM_KILL_POD_STATUS;
    else add_kill(list, pod->last_oom_ns, GM_NS_PER_S, GM_KILL_POD_STATUS, GM_UNKNOWN);
    for (size_t i = list->timeline->n_lives; i-- > 0 && (int64_t)list->kills->len < pod->count;) {
        const gm_life *life = &list->timeline->lives[i];
        if (strcmp(life->ended_by, "end_of_record") == 0 || find_kill(list, life->to_ns, life->to_ns, 0)) continue;
        add_kill(list, life->to_ns, 30 * GM_NS_PER_S, GM_KILL_POD_STATUS, GM_UNKNOWN);
    }
    while ((int64_t)list->kills->len < MIN(pod->count, 1000)) add_kill(list, GM_UNKNOWN, GM_UNKNOWN, GM_KILL_POD_STATUS, GM_UNKNOWN);
}

/* --- all -------------------------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b) {
    const gm_kill *x = a, *y = b;
    return (x->t_ns > y->t_ns) - (x->t_ns < y->t_ns);
}

/* A kill that no run ended with hit another process of the container. */
static void classify(gm_timeline *timeline, gm_kill *kill) {
    if (kill->t_ns == GM_UNKNOWN || timeline->n_lives == 0) return;
    gm_life *life = &timeline->lives[kill->life - 1];
    bool died = strcmp(life->ended_by, "end_of_record") != 0;
    bool near_end = llabs(life->to_ns - kill->t_ns) <= MATCH_NS + (kill->uncertainty_ns == GM_UNKNOWN ? 0 : kill->uncertainty_ns);
    if (near_end) life->ended_by = "oom_kill";
    else if (strcmp(kill->class_name, "own_limit") == 0 && (!died || life->to_ns > kill->t_ns)) kill->class_name = "child";
}

bool gm_build_kills(gm_build *build, GError **error) {
    gm_timeline *timeline = build->timeline;
    gm_pod_kills pod;
    if (!read_pod(build, &pod, error)) return false;
    gm_kill_list list = {g_array_new(FALSE, FALSE, sizeof(gm_kill)), timeline};
    int64_t known = pod.last_oom_ns;
    const gm_history *counter = timeline->history[GM_Q_MEM_OOM_KILL].n ? &timeline->history[GM_Q_MEM_OOM_KILL] : &timeline->history[GM_Q_MEM_OOM_EVENTS];
    for (size_t i = 1; known == GM_UNKNOWN && i < counter->n; i++)
        if (counter->value[i] > counter->value[i - 1]) known = counter->t_ns[i];
    if (!kills_from_kernel(build, known, &list, error)) {
        g_array_unref(list.kills);
        return false;
    }
    kills_from_counters(&list);
    kills_from_pod(&pod, &list);
    g_array_sort(list.kills, by_time);
    timeline->kills = gm_build_keep(build, list.kills, &timeline->n_kills);
    for (size_t i = 0; i < timeline->n_kills; i++) {
        timeline->kills[i].n = (int)i + 1;
        classify(timeline, &timeline->kills[i]);
    }
    return true;
}
