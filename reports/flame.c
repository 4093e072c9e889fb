/* Builds the flame graph of a container's heap: the stacks of two profiles are read side by side in the order of their
 * ids and added to one tree of functions. The tree has a fixed number of nodes: when it is full, the smallest ones
 * are folded into their callers and counted as hidden, so that a profile of a million stacks needs no more memory
 * than one of a thousand. After the importer's table profile_sample; before the model, which holds the result. */
#include "reports/flame.h"

#include <stdlib.h>
#include <string.h>

#define TREE_NODES    49152 /* while reading; a power of two times 3/4, see TREE_SLOTS */
#define TREE_SLOTS    65536
#define MAX_DEPTH     128
#define MAX_LOCATIONS 4000000

typedef struct {
    int32_t parent, depth;
    int64_t function_id;
    int64_t first, last, grown; /* inclusive */
    int64_t hidden_last, hidden_grown;
} node;

typedef struct {
    node *nodes;
    uint32_t n;
    uint32_t *slots;      /* node index + 1 */
    int32_t *function_of; /* by location id */
    int64_t n_locations, n_stacks;
} tree;

typedef struct {
    int64_t profile_id, t_ns;
} capture;

/* --- the tree --- */

static uint32_t hash(int32_t parent, int64_t function_id) {
    uint64_t h = ((uint64_t)(uint32_t)parent << 32 ^ (uint64_t)function_id) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(h >> 48) & (TREE_SLOTS - 1);
}

static void index_node(tree *t, uint32_t i) {
    uint32_t slot = hash(t->nodes[i].parent, t->nodes[i].function_id);
    while (t->slots[slot]) slot = (slot + 1) & (TREE_SLOTS - 1);
    t->slots[slot] = i + 1;
}

static int64_t share(int64_t part, int64_t whole) {
    return whole > 0 ? (int64_t)((double)part / (double)whole * 1e9) : 0;
}

/* How large a node is beside the whole tree, in billionths: by the last profile or by what grew. */
static int64_t size_of(const tree *t, const node *n) {
    return MAX(share(n->last, t->nodes[0].last), share(n->grown, t->nodes[0].grown));
}

static int descending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x < y) - (x > y);
}

/* Keeps at most `keep` nodes. A caller is never smaller than what it calls, so the rest stays a tree. */
static void prune(tree *t, uint32_t keep) {
    g_autofree int64_t *sizes = g_new(int64_t, t->n);
    g_autofree int32_t *moved = g_new(int32_t, t->n);
    for (uint32_t i = 0; i < t->n; i++) sizes[i] = size_of(t, &t->nodes[i]);
    qsort(sizes, t->n, sizeof *sizes, descending);
    int64_t least = t->n > keep ? sizes[keep] + 1 : 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        node *from = &t->nodes[i];
        int32_t parent = i ? moved[from->parent] : -1;
        bool stays = i == 0 || (parent >= 0 && size_of(t, from) >= least);
        moved[i] = stays ? (int32_t)n : -1;
        if (!stays) {
            if (parent < 0) continue; /* its caller went, and took it along */
            t->nodes[parent].hidden_last += from->last;
            t->nodes[parent].hidden_grown += from->grown;
            continue;
        }
        node copy = *from;
        copy.parent = parent;
        t->nodes[n++] = copy;
    }
    t->n = n;
    memset(t->slots, 0, TREE_SLOTS * sizeof *t->slots);
    for (uint32_t i = 1; i < t->n; i++) index_node(t, i);
}

/* The node of a function called by parent; made when missing. */
static uint32_t child_of(tree *t, uint32_t parent, int64_t function_id) {
    uint32_t slot = hash((int32_t)parent, function_id);
    for (; t->slots[slot]; slot = (slot + 1) & (TREE_SLOTS - 1)) {
        const node *n = &t->nodes[t->slots[slot] - 1];
        if (n->parent == (int32_t)parent && n->function_id == function_id) return t->slots[slot] - 1;
    }
    t->nodes[t->n] = (node){.parent = (int32_t)parent, .depth = t->nodes[parent].depth + 1, .function_id = function_id};
    t->slots[slot] = t->n + 1;
    return t->n++;
}

static void charge(node *n, int64_t first, int64_t last) {
    n->first += first;
    n->last += last;
    if (last > first) n->grown += last - first;
}

/* frames: a JSON array of location ids, leaf first. */
static size_t parse_frames(const tree *t, const char *frames, int64_t *functions) {
    size_t n = 0;
    for (const char *p = frames; *p && n < MAX_DEPTH;) {
        if (*p < '0' || *p > '9') {
            p++;
            continue;
        }
        int64_t id = 0;
        for (; *p >= '0' && *p <= '9'; p++) id = id < INT64_MAX / 16 ? id * 10 + (*p - '0') : id;
        if (id < t->n_locations && t->function_of[id]) functions[n++] = t->function_of[id];
    }
    return n;
}

static void add_stack(tree *t, const char *frames, int64_t first, int64_t last) {
    int64_t functions[MAX_DEPTH];
    size_t depth = frames ? parse_frames(t, frames, functions) : 0;
    if (t->n + MAX_DEPTH > TREE_NODES) prune(t, TREE_NODES / 2);
    uint32_t at = 0;
    charge(&t->nodes[0], first, last);
    for (size_t i = depth; i-- > 0;) {
        at = child_of(t, at, functions[i]);
        charge(&t->nodes[at], first, last);
    }
    t->n_stacks++;
}

/* --- reading --- */

static bool read_locations(gm_store *store, tree *t, GError **error) {
    g_autoptr(sqlite3_stmt) size =
        gm_store_prepare(store, "SELECT coalesce (max(location_id), 0) FROM location", error);
    if (!size || sqlite3_step(size) != SQLITE_ROW) return gm_store_error_set(store, error);
    t->n_locations = CLAMP(sqlite3_column_int64(size, 0), 0, MAX_LOCATIONS) + 1;
    t->function_of = g_new0(int32_t, (gsize)t->n_locations);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store, "SELECT location_id, function_id FROM location WHERE location_id BETWEEN 1 AND ?1", error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, t->n_locations - 1);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW)
        t->function_of[sqlite3_column_int64(stmt, 0)] = sqlite3_column_int(stmt, 1);
    return step == SQLITE_DONE || gm_store_error_set(store, error);
}

static sqlite3_stmt *open_profile(gm_store *store, int64_t profile_id, GError **error) {
    sqlite3_stmt *stmt = gm_store_prepare(
        store,
        "SELECT p.stack_id, p.inuse_bytes, s.frames FROM profile_sample p CROSS JOIN stack s ON s.stack_id = p.stack_id "
        "WHERE p.profile_id = ?1 AND p.inuse_bytes > 0 ORDER BY p.stack_id",
        error);
    if (stmt) sqlite3_bind_int64(stmt, 1, profile_id);
    return stmt;
}

/* Two profiles side by side; where a stack is missing in one it counts nothing there. */
static bool merge(gm_store *store, tree *t, int64_t first_id, int64_t last_id, GError **error) {
    g_autoptr(sqlite3_stmt) a = open_profile(store, first_id, error);
    g_autoptr(sqlite3_stmt) b = a ? open_profile(store, last_id, error) : NULL;
    if (!a || !b) return false;
    int step_a = sqlite3_step(a), step_b = sqlite3_step(b);
    while (step_a == SQLITE_ROW || step_b == SQLITE_ROW) {
        int64_t id_a = step_a == SQLITE_ROW ? sqlite3_column_int64(a, 0) : INT64_MAX;
        int64_t id_b = step_b == SQLITE_ROW ? sqlite3_column_int64(b, 0) : INT64_MAX;
        bool has_a = id_a <= id_b, has_b = id_b <= id_a;
        const char *frames = (const char *)sqlite3_column_text(has_a ? a : b, 2);
        add_stack(t, frames, has_a ? sqlite3_column_int64(a, 1) : 0, has_b ? sqlite3_column_int64(b, 1) : 0);
        if (has_a) step_a = sqlite3_step(a);
        if (has_b) step_b = sqlite3_step(b);
    }
    return (step_a == SQLITE_DONE && step_b == SQLITE_DONE) || gm_store_error_set(store, error);
}

/* The life whose live bytes grew most between its first and its last profile. */
static bool choose(gm_store *store, int64_t container_id, gm_model_flame *flame, int64_t *first_id, int64_t *last_id,
                   GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        store,
        "WITH p AS (SELECT l.life, p.profile_id, p.t_ns, p.inuse_bytes FROM profile p JOIN identity i USING (identity_id) "
        "LEFT JOIN life l ON l.container_id = i.container_id AND p.t_ns BETWEEN l.from_ns AND l.to_ns "
        "WHERE i.container_id = ?1 AND p.kind = 'heap' AND p.is_delta = 0 AND p.inuse_bytes IS NOT NULL), "
        "e AS (SELECT life, first_value (profile_id) OVER w AS a, first_value (t_ns) OVER w AS a_ns, first_value (inuse_bytes) OVER w AS a_bytes, "
        "profile_id AS b, t_ns AS b_ns, inuse_bytes AS b_bytes, row_number () OVER (PARTITION BY life ORDER BY t_ns DESC, profile_id DESC) AS back "
        "FROM p WINDOW w AS (PARTITION BY life ORDER BY t_ns, profile_id)) "
        "SELECT life, a, a_ns, b, b_ns FROM e WHERE back = 1 ORDER BY b_bytes - a_bytes DESC, b_bytes DESC, life LIMIT 1",
        error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, container_id);
    *last_id = 0;
    int step = sqlite3_step(stmt);
    if (step != SQLITE_ROW) return step == SQLITE_DONE || gm_store_error_set(store, error);
    *first_id = sqlite3_column_int64(stmt, 1);
    *last_id = sqlite3_column_int64(stmt, 3);
    flame->life = sqlite3_column_int(stmt, 0);
    flame->from_ns = *first_id == *last_id ? GM_UNKNOWN : gm_column_int(stmt, 2);
    flame->to_ns = gm_column_int(stmt, 4);
    return true;
}

static const char *function_name(sqlite3_stmt *stmt, gm_arena *arena, int64_t function_id) {
    sqlite3_bind_int64(stmt, 1, function_id);
    const char *name = sqlite3_step(stmt) == SQLITE_ROW ? gm_column_text(stmt, 0) : NULL;
    const char *copy = gm_arena_strndup(arena, name ? name : "unknown", name ? MIN(strlen(name), 1000) : 7);
    sqlite3_reset(stmt);
    return copy;
}

static bool copy_out(gm_store *store, gm_arena *arena, const tree *t, gm_model_flame *flame, GError **error) {
    g_autoptr(sqlite3_stmt) names = gm_store_prepare(store, "SELECT name FROM function WHERE function_id = ?1", error);
    if (!names) return false;
    flame->frames = GM_ARENA_NEW(arena, gm_model_frame, t->n);
    flame->n_frames = t->n;
    flame->n_stacks = t->n_stacks;
    for (uint32_t i = 0; i < t->n; i++) {
        const node *n = &t->nodes[i];
        const char *name = i ? function_name(names, arena, n->function_id) : "all";
        flame->frames[i] = (gm_model_frame){name, n->parent, n->depth, n->first, n->last, n->grown};
        flame->hidden_last_bytes += n->hidden_last;
        flame->hidden_grown_bytes += n->hidden_grown;
    }
    return true;
}

bool gm_flame_read(gm_store *store, gm_arena *arena, int64_t container_id, size_t max_frames, gm_model_flame *flame,
                   GError **error) {
    int64_t first_id, last_id;
    *flame = (gm_model_flame){0};
    if (!choose(store, container_id, flame, &first_id, &last_id, error)) return false;
    if (last_id == 0) return true;
    tree t = {.nodes = g_new0(node, TREE_NODES), .n = 1, .slots = g_new0(uint32_t, TREE_SLOTS)};
    t.nodes[0].parent = -1;
    bool ok = read_locations(store, &t, error) && merge(store, &t, first_id, last_id, error);
    if (ok) prune(&t, (uint32_t)CLAMP(max_frames, 1, TREE_NODES / 2));
    ok = ok && (t.nodes[0].last == 0 || copy_out(store, arena, &t, flame, error));
    g_free(t.nodes);
    g_free(t.slots);
    g_free(t.function_of);
    return ok;
}
