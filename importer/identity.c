/* Identity settling: sources speak of namespaces, pods, containers, uids, ids, cgroups or file names, and all of it
 * must end at one row of the container table.
 *
 * Comes after the last member; works on the identity table as the formats filled it. First the containers are
 * made from the identities that name one, the complete names before the partial ones; what a restart changes
 * (ids, cgroups) is no part of a name, so a container stays one row. Then the rules of identity_rules.c place
 * the rest. When nobody names a container at all, one row without names takes everything. */
#include "importer/identity.h"

#include "gomortem/arena.h"
#include "gomortem/store.h"
#include "importer/identity_rules.h"
#include "importer/identity_write.h"
#include "importer/select.h"
#include "importer/text/span.h"

/* --- loading ---------------------------------------------------------------------------------------------- */
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
    gm_span *const fields[] = {&claim->said.ns,         &claim->said.pod,    &claim->said.container, &claim->said.pod_uid,
                               &claim->said.runtime_id, &claim->said.cgroup, &claim->said.hint};
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
                         "SELECT identity_id, level, namespace, pod, container, pod_uid, runtime_id, cgroup, hint"
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

/* A path that leads to another one is told by that one. */
static void add_cgroup(gm_claim *claim, gm_span path, gm_arena *arena) {
    if (path.len == 0) return;
    for (size_t i = 0; i < claim->cgroup_count; i++) {
        if (gm_span_starts(claim->cgroups[i], path)) return;
        if (!gm_span_starts(path, claim->cgroups[i])) continue;
        claim->cgroups[i] = path;
        return;
    }
    gm_span *grown = GM_ARENA_NEW(arena, gm_span, claim->cgroup_count + 1);
    if (claim->cgroup_count > 0) memcpy(grown, claim->cgroups, claim->cgroup_count * sizeof *grown);
    grown[claim->cgroup_count++] = path;
    claim->cgroups = grown;
}

static void add_process(gm_claim *claim, gm_span name, gm_arena *arena) {
    if (name.len == 0) return;
    for (size_t i = 0; i < claim->process_count; i++) {
        if (gm_span_equal(claim->processes[i], name)) return;
    }
    gm_span *grown = GM_ARENA_NEW(arena, gm_span, claim->process_count + 1);
    if (claim->process_count > 0) memcpy(grown, claim->processes, claim->process_count * sizeof *grown);
    grown[claim->process_count++] = name;
    claim->processes = grown;
}

static gint compare_ids(gconstpointer a, gconstpointer b) {
    int64_t left = ((const gm_claim *)a)->id, right = ((const gm_claim *)b)->id;
    return left < right ? -1 : left > right;
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
        gm_claim key = {.id = gm_column_int(stmt, 0)};
        guint at;
        if (!g_array_binary_search(claims, &key, compare_ids, &at)) continue;
        gm_claim *claim = &g_array_index(claims, gm_claim, at);
        add_cgroup(claim, column(stmt, 1, arena), arena);
        add_cgroup(claim, column(stmt, 2, arena), arena);
        add_process(claim, column(stmt, 3, arena), arena);
    }
    return code == SQLITE_DONE || gm_store_error_set(store, error);
}

/* Members by path, and by each directory above them; the first member of a directory stands for it. */
static bool load_members(gm_store *store, GHashTable *members, GError **error) {
    int code;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, "SELECT path, member_id FROM member ORDER BY member_id", error);
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

/* --- containers from names ------------------------------------------------------------------------------ */
enum { NAMES_NS = 1, NAMES_POD = 2, NAMES_CONTAINER = 4 };

static int names_of(const gm_identity *said) {
    return (said->ns.len > 0 ? NAMES_NS : 0) | (said->pod.len > 0 ? NAMES_POD : 0) |
           (said->container.len > 0 ? NAMES_CONTAINER : 0);
}

static bool name_fits(gm_span said, gm_span settled) {
    return said.len == 0 || gm_span_equal(said, settled);
}

/* The container that has all the names that are said: its index, -1 when there is none, -2 when there are several. */
static int find_container(const GArray *containers, const gm_identity *said) {
    int found = -1;
    for (guint i = 0; i < containers->len; i++) {
        const gm_settled *settled = &g_array_index(containers, gm_settled, i);
        if (!name_fits(said->ns, settled->ns) || !name_fits(said->pod, settled->pod) ||
            !name_fits(said->container, settled->container)) {
            continue;
        }
        if (found >= 0) return -2;
        found = (int)i;
    }
    return found;
}

static void place_named(GArray *containers, gm_claim *claim) {
    const gm_identity *said = &claim->said;
    int at = find_container(containers, said);
    if (at == -1) {
        gm_settled made = {said->ns, said->pod, said->container, {NULL, 0}};
        at = (int)containers->len;
        g_array_append_val(containers, made);
    }
    if (at < 0) return;
    gm_settled *settled = &g_array_index(containers, gm_settled, at);
    if (settled->pod_uid.len == 0) settled->pod_uid = said->pod_uid;
    claim->container = at;
    claim->rule = "names";
}

/* Complete names first, so that partial ones find what they are a part of. */
static void place_all_named(GArray *claims, GArray *containers, const struct gm_select *select) {
    static const int rounds[] = {NAMES_NS | NAMES_POD | NAMES_CONTAINER, NAMES_POD | NAMES_CONTAINER,
                                 NAMES_NS | NAMES_CONTAINER, NAMES_CONTAINER, NAMES_NS | NAMES_POD, NAMES_POD};
    for (size_t round = 0; round < G_N_ELEMENTS(rounds); round++) {
        for (guint i = 0; i < claims->len; i++) {
            gm_claim *claim = &g_array_index(claims, gm_claim, i);
            const gm_identity *said = &claim->said;
            if (said->level != GM_LEVEL_CONTAINER || names_of(said) != rounds[round]) continue;
            claim->left_out = !gm_select_matches(select, said->ns, said->pod, said->container);
            if (!claim->left_out) place_named(containers, claim);
        }
    }
}

/* --- the rest ----------------------------------------------------------------------------------------------- */
/* Names were said, or it is about something that is no container. */
static bool is_open(const gm_claim *claim) {
    if (claim->container >= 0) return false;
    switch (claim->said.level) {
    case GM_LEVEL_NODE: return false;
    /* the kernel may count a kill for the pod; the victim still was in a container */
    case GM_LEVEL_POD: return claim->process_count > 0 && names_of(&claim->said) == 0;
    default: return !(names_of(&claim->said) & (NAMES_POD | NAMES_CONTAINER));
    }
}

static gm_span job_of(gm_span target) {
    ptrdiff_t slash = gm_span_find_byte(target, '/');
    return slash < 0 ? target : gm_span_first(target, (size_t)slash);
}

static bool join_in(gm_span *common, gm_span other) {
    if (common->len == 0) *common = other;
    return gm_span_equal(*common, other);
}

static void look_around(gm_settling *settling) {
    gm_span job = {NULL, 0}, id = {NULL, 0};
    settling->one_target = settling->one_id = true;
    for (size_t i = 0; i < settling->claim_count; i++) {
        const gm_claim *claim = &settling->claims[i];
        if (!is_open(claim) || gm_claim_is_elsewhere(claim)) continue;
        if (claim->said.runtime_id.len > 0) {
            settling->one_id &= join_in(&id, claim->said.runtime_id);
        } else if (claim->member_id == GM_UNKNOWN && claim->said.hint.len > 0) {
            settling->one_target &= join_in(&job, job_of(claim->said.hint));
        }
    }
}

static void apply_rules(const gm_settling *settling, gm_claim *claim) {
    int container = -1;
    for (const gm_identity_rule *rule = gm_identity_rules; rule->name; rule++) {
        gm_placing placing = rule->place(settling, claim, &container);
        if (placing == GM_PASS) continue;
        if (placing == GM_PLACED) {
            claim->container = container;
            claim->rule = rule->name;
        }
        return;
    }
}

static bool nobody_has_names(const GArray *claims) {
    for (guint i = 0; i < claims->len; i++) {
        if (g_array_index(claims, gm_claim, i).left_out) return false;
    }
    return true;
}

/* Nobody has a name. Kills and cgroups join in when there is just one of them. */
static void place_nameless(GArray *claims, GArray *containers) {
    gm_span cgroup = {NULL, 0};
    bool one_cgroup = true;
    gm_settled nameless = {.ns = {NULL, 0}};
    for (guint i = 0; i < claims->len; i++) {
        const gm_claim *claim = &g_array_index(claims, gm_claim, i);
        if (!is_open(claim)) continue;
        for (size_t k = 0; k < claim->cgroup_count; k++) one_cgroup &= join_in(&cgroup, claim->cgroups[k]);
    }
    for (guint i = 0; i < claims->len; i++) {
        gm_claim *claim = &g_array_index(claims, gm_claim, i);
        if (!is_open(claim) || (gm_claim_is_elsewhere(claim) && !one_cgroup)) continue;
        if (containers->len == 0) g_array_append_val(containers, nameless);
        claim->container = 0;
        claim->rule = "nameless";
    }
}

static void settle(GArray *claims, GArray *containers, const struct gm_select *select, gm_arena *arena) {
    for (guint i = 0; i < claims->len; i++) {
        gm_claim *claim = &g_array_index(claims, gm_claim, i);
        add_cgroup(claim, claim->said.cgroup, arena);
        if (claim->said.cgroup.len > 0 && claim->said.hint.len > 0) add_process(claim, claim->said.hint, arena);
    }
    place_all_named(claims, containers, select);
    if (containers->len == 0) {
        if (nobody_has_names(claims)) place_nameless(claims, containers);
        return;
    }
    gm_settling settling = {.claims = (gm_claim *)(void *)claims->data,
                            .claim_count = claims->len,
                            .containers = (gm_settled *)(void *)containers->data,
                            .container_count = containers->len};
    look_around(&settling);
    /* what is placed now must not be evidence for the next: the order of the claims means nothing */
    GArray *placed = g_array_copy(claims);
    for (guint i = 0; i < claims->len; i++) {
        gm_claim *claim = &g_array_index(placed, gm_claim, i);
        if (is_open(claim)) apply_rules(&settling, claim);
    }
    memcpy(claims->data, placed->data, (size_t)claims->len * sizeof(gm_claim));
    g_array_free(placed, TRUE);
}

bool gm_identity_settle(gm_store *store, const struct gm_select *select, GError **error) {
    gm_arena *arena = gm_arena_new(0);
    GArray *claims = g_array_new(FALSE, FALSE, sizeof(gm_claim));
    GArray *containers = g_array_new(FALSE, FALSE, sizeof(gm_settled));
    bool done = load_claims(store, arena, claims, error) && load_kills(store, arena, claims, error) &&
                find_members(store, claims, error);
    if (done) {
        settle(claims, containers, select, arena);
        done = gm_identity_write(store, claims, containers, error);
    }
    g_array_free(containers, TRUE);
    g_array_free(claims, TRUE);
    gm_arena_free(arena);
    return done;
}
