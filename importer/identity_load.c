/* Identity settling, the first step: what the identity table and the OOM reports say.
 *
 * Comes in front of identity.c. A claim is one row of the identity table; the OOM reports add the cgroups and
 * the victims that they tell of, and a hint that is the path of a member or of a directory of members is
 * found out. */
#include "importer/identity_rows.h"

#include "gomortem/store.h"
#include "importer/identity_rules.h"
#include "importer/logs/owner.h"
#include "importer/text/span.h"

/* --- claims --- */
static gm_span column(sqlite3_stmt *stmt, int index, gm_arena *arena) {
    const char *text = gm_column_text(stmt, index);
    return text ? gm_arena_span(arena, gm_span_of(text)) : (gm_span){NULL, 0};
}

static gm_identity_level level_of(const char *name) {
    static const char *const names[] = {"container", "pod", "node", "unnamed"};
    for (int level = GM_LEVEL_CONTAINER; level < GM_LEVEL_UNNAMED; level++) {
        if (strcmp(names[level], name) == 0) return (gm_identity_level)level;
    }
    return GM_LEVEL_UNNAMED;
}

static void load_claim(sqlite3_stmt *stmt, gm_arena *arena, gm_claim *claim) {
    *claim = (gm_claim){.id = gm_column_int(stmt, 0), .container = -1, .member_id = GM_UNKNOWN};
    claim->said.level = level_of(gm_column_text(stmt, 1));
    claim->described = gm_column_int(stmt, 9) == 1;
    gm_span *const fields[] = {&claim->said.ns,      &claim->said.pod,        &claim->said.container,
                               &claim->said.pod_uid, &claim->said.runtime_id, &claim->said.cgroup,
                               &claim->said.hint};
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) *fields[i] = column(stmt, 2 + (int)i, arena);
    /* "POD" is the pause container, whose numbers are the pod's */
    if (claim->said.level == GM_LEVEL_CONTAINER && gm_span_equal(claim->said.container, GM_SPAN("POD"))) {
        claim->said.level = GM_LEVEL_POD;
    }
}

static bool load_claims(gm_store *store, gm_arena *arena, GArray *claims, GError **error) {
    int code;
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store,
                         "SELECT identity_id, level, namespace, pod, container, pod_uid, runtime_id, cgroup, hint,"
                         " identity_id IN (SELECT identity_id FROM setting WHERE t_ns IS NULL)"
                         " FROM identity ORDER BY identity_id",
                         error);
    if (!stmt) return false;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_claim claim;
        load_claim(stmt, arena, &claim);
        g_array_append_val(claims, claim);
    }
    return code == SQLITE_DONE || gm_store_error_set(store, error);
}

/* --- what OOM reports add --- */
/* A list is looked through and copied for each that comes; whoever has more than this is a whole node. */
enum { MOST_OF_A_CLAIM = 200 };

/* A path that leads to another one is told by that one. */
static void add_cgroup(gm_claim *claim, gm_span path, gm_arena *arena) {
    if (path.len == 0) return;
    for (size_t i = 0; i < claim->cgroup_count; i++) {
        if (gm_span_starts(claim->cgroups[i], path)) return;
        if (!gm_span_starts(path, claim->cgroups[i])) continue;
        claim->cgroups[i] = path;
        return;
    }
    gm_span *grown =
        claim->cgroup_count < MOST_OF_A_CLAIM ? GM_ARENA_NEW(arena, gm_span, claim->cgroup_count + 1) : NULL;
    if (!grown) return;
    if (claim->cgroup_count > 0) memcpy(grown, claim->cgroups, claim->cgroup_count * sizeof *grown);
    grown[claim->cgroup_count++] = path;
    claim->cgroups = grown;
}

static void add_process(gm_claim *claim, gm_span name, gm_arena *arena) {
    if (name.len == 0) return;
    for (size_t i = 0; i < claim->process_count; i++) {
        if (gm_span_equal(claim->processes[i], name)) return;
    }
    gm_span *grown =
        claim->process_count < MOST_OF_A_CLAIM ? GM_ARENA_NEW(arena, gm_span, claim->process_count + 1) : NULL;
    if (!grown) return;
    if (claim->process_count > 0) memcpy(grown, claim->processes, claim->process_count * sizeof *grown);
    grown[claim->process_count++] = name;
    claim->processes = grown;
}

static gint compare_ids(gconstpointer a, gconstpointer b) {
    int64_t left = ((const gm_claim *)a)->id, right = ((const gm_claim *)b)->id;
    return left < right ? -1 : left > right;
}

/* Claims come in the order of their ids; NULL: nobody's. */
static gm_claim *find_claim(GArray *claims, int64_t id) {
    gm_claim key = {.id = id};
    guint at;
    return g_array_binary_search(claims, &key, compare_ids, &at) ? &g_array_index(claims, gm_claim, at) : NULL;
}

/* What the OOM reports add: both cgroups count, the victim's may lie below the one over its limit. */
static bool load_kills(gm_store *store, gm_arena *arena, GArray *claims, GError **error) {
    int code;
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store,
                         "SELECT DISTINCT identity_id, oom_cgroup, task_cgroup, victim FROM oom_kill"
                         " ORDER BY identity_id, task_cgroup, oom_cgroup, victim",
                         error);
    if (!stmt) return false;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_claim *claim = find_claim(claims, gm_column_int(stmt, 0));
        if (!claim) continue;
        add_cgroup(claim, column(stmt, 1, arena), arena);
        add_cgroup(claim, column(stmt, 2, arena), arena);
        add_process(claim, column(stmt, 3, arena), arena);
    }
    return code == SQLITE_DONE || gm_store_error_set(store, error);
}

/* --- hints --- */
/* Members by path, and by each directory above them; the first member of a directory stands for it. */
static bool load_members(gm_store *store, GHashTable *members, GError **error) {
    int code;
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "SELECT path, member_id FROM member ORDER BY member_id", error);
    if (!stmt) return false;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t id = gm_column_int(stmt, 1);
        g_autofree char *path = g_strdup(gm_column_text(stmt, 0));
        for (char *slash; !g_hash_table_contains(members, path); *slash = '\0') {
            g_hash_table_insert(members, g_strdup(path), g_memdup2(&id, sizeof id));
            slash = strrchr(path, '/');
            if (!slash) break;
        }
    }
    return code == SQLITE_DONE || gm_store_error_set(store, error);
}

/* Which member, or directory of members, a hint names. */
static bool find_members(gm_store *store, GArray *claims, GError **error) {
    g_autoptr(GHashTable) members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (!load_members(store, members, error)) return false;
    for (guint i = 0; i < claims->len; i++) {
        gm_claim *claim = &g_array_index(claims, gm_claim, i);
        if (claim->said.hint.len == 0) continue;
        g_autofree char *hint = g_strndup(claim->said.hint.data, claim->said.hint.len);
        const int64_t *id = g_hash_table_lookup(members, hint);
        if (id) claim->member_id = *id;
    }
    return true;
}

/* Metrics without names carry the job and instance they were scraped from as their hint. */
static bool find_targets(gm_store *store, GArray *claims, GError **error) {
    int code;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store, "SELECT DISTINCT identity_id FROM series WHERE source IN ('prometheus', 'otlp')", error);
    if (!stmt) return false;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_claim *claim = find_claim(claims, gm_column_int(stmt, 0));
        if (!claim) continue;
        claim->is_target = claim->member_id == GM_UNKNOWN && claim->said.hint.len > 0;
    }
    return code == SQLITE_DONE || gm_store_error_set(store, error);
}

/* A copy of /sys/fs/cgroup has the cgroup in its members' paths. Ids elsewhere in a path (image digests) tell
 * nothing. */
static gm_span cgroup_in(gm_span hint) {
    gm_span rest = hint, part;
    size_t offset = 0;
    while (gm_span_cut(&rest, '/', &part)) {
        gm_cgroup_owner owner;
        gm_owner_of_cgroup(part, GM_SPAN(""), &owner);
        bool is_id = owner.identity.runtime_id.len > 0 && owner.identity.runtime_id.len == part.len;
        bool is_scope = owner.identity.runtime_id.len > 0 && gm_span_ends(part, GM_SPAN(".scope"));
        if (is_id || is_scope || gm_span_starts(part, GM_SPAN("kubepods"))) return gm_span_from(hint, offset);
        offset += part.len + 1;
    }
    return (gm_span){NULL, 0};
}

/* /proc/PID/cgroup beside other captures of the process says whose they are. */
static bool load_captures(gm_store *store, gm_arena *arena, GArray *claims, GError **error) {
    int code;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store, "SELECT DISTINCT identity_id, value FROM setting WHERE name = 'cgroup' ORDER BY 1, 2", error);
    if (!stmt) return false;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        gm_claim *claim = find_claim(claims, gm_column_int(stmt, 0));
        if (!claim) continue;
        gm_span cgroup = column(stmt, 1, arena);
        bool tells = !gm_span_equal(cgroup, GM_SPAN("/")); /* from within a cgroup namespace */
        if (!tells || (claim->cgroup_count > 0 && !claim->is_capture)) continue;
        claim->is_capture = true;
        add_cgroup(claim, cgroup, arena);
    }
    return code == SQLITE_DONE || gm_store_error_set(store, error);
}

bool gm_identity_load(gm_store *store, gm_arena *arena, GArray *claims, GError **error) {
    if (!load_claims(store, arena, claims, error) || !load_kills(store, arena, claims, error)) return false;
    for (guint i = 0; i < claims->len; i++) {
        gm_claim *claim = &g_array_index(claims, gm_claim, i);
        add_cgroup(claim, claim->said.cgroup, arena);
        if (claim->said.level == GM_LEVEL_UNNAMED) add_cgroup(claim, cgroup_in(claim->said.hint), arena);
        if (claim->said.cgroup.len > 0) add_process(claim, claim->said.hint, arena);
    }
    return load_captures(store, arena, claims, error) && find_members(store, claims, error) &&
           find_targets(store, claims, error);
}
