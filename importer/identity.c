/* Identity settling: sources speak of namespaces, pods, containers, uids, ids, cgroups or file names, and all
 * of it must end at one row of the container table.
 *
 * Comes after the last member; works on the identity table as the formats filled it. First the containers are
 * made from the identities that name one, the complete names before the partial ones; what a restart changes
 * (ids, cgroups) is no part of a name, so a container stays one row. Then the rules of identity_rules.c place
 * the rest. When nobody names a container at all, one row without names takes everything. */
#include "importer/identity.h"

#include "gomortem/arena.h"
#include "gomortem/store.h"
#include "importer/identity_rows.h"
#include "importer/identity_index.h"
#include "importer/select.h"
#include "importer/store/intern.h"
#include "importer/text/span.h"

/* --- containers from names --- */
enum { NAMES_NS = 1, NAMES_POD = 2, NAMES_CONTAINER = 4 };

static int names_of(const gm_identity *said) {
    return (said->ns.len > 0 ? NAMES_NS : 0) | (said->pod.len > 0 ? NAMES_POD : 0) |
           (said->container.len > 0 ? NAMES_CONTAINER : 0);
}

/* What is said of the names of a kind, as one key. */
static gm_fingerprint key_of(int names, gm_span ns, gm_span pod, gm_span container) {
    gm_fingerprint key = gm_fingerprint_start();
    if (names & NAMES_NS) gm_fingerprint_span(&key, ns);
    if (names & NAMES_POD) gm_fingerprint_span(&key, pod);
    if (names & NAMES_CONTAINER) gm_fingerprint_span(&key, container);
    return key;
}

/* The containers by the names of one kind, for there may be a million of them. */
typedef struct {
    GArray *containers;
    int names;
    gm_intern first, more; /* index + 1 of the first container; that there is another */
} finder;

static void add_to_finder(finder *f, guint at) {
    const gm_settled *settled = &g_array_index(f->containers, gm_settled, at);
    gm_fingerprint key = key_of(f->names, settled->ns, settled->pod, settled->container);
    gm_intern *table = gm_intern_find(&f->first, key) ? &f->more : &f->first;
    if (!gm_intern_find(table, key) && !gm_intern_add(table, key, at + 1))
        g_error("failed to allocate a table of containers");
}

static finder finder_new(GArray *containers, int names) {
    finder f = {.containers = containers, .names = names};
    for (guint i = 0; i < containers->len; i++) add_to_finder(&f, i);
    return f;
}

static void finder_release(finder *f) {
    gm_intern_release(&f->first);
    gm_intern_release(&f->more);
}

/* The container that has all the names that are said: its index, -1 when there is none, -2 when there are
 * several. */
static int find_container(const finder *f, const gm_identity *said) {
    gm_fingerprint key = key_of(f->names, said->ns, said->pod, said->container);
    if (gm_intern_find(&f->more, key)) return -2;
    return (int)gm_intern_find(&f->first, key) - 1;
}

static void place_named(finder *f, gm_claim *claim) {
    const gm_identity *said = &claim->said;
    int at = find_container(f, said);
    if (at == -1) {
        gm_settled made = {said->ns, said->pod, said->container, {NULL, 0}};
        at = (int)f->containers->len;
        g_array_append_val(f->containers, made);
        add_to_finder(f, (guint)at);
    }
    if (at < 0) return;
    gm_settled *settled = &g_array_index(f->containers, gm_settled, at);
    if (settled->pod_uid.len == 0) settled->pod_uid = said->pod_uid;
    claim->container = at;
    claim->rule = "names";
}

/* Complete names first, so that partial ones find what they are a part of. */
static void place_all_named(GArray *claims, GArray *containers, const struct gm_select *select) {
    static const int rounds[] = {NAMES_NS | NAMES_POD | NAMES_CONTAINER,
                                 NAMES_POD | NAMES_CONTAINER,
                                 NAMES_NS | NAMES_CONTAINER,
                                 NAMES_CONTAINER,
                                 NAMES_NS | NAMES_POD,
                                 NAMES_POD};
    for (size_t round = 0; round < G_N_ELEMENTS(rounds); round++) {
        finder f = finder_new(containers, rounds[round]);
        for (guint i = 0; i < claims->len; i++) {
            gm_claim *claim = &g_array_index(claims, gm_claim, i);
            const gm_identity *said = &claim->said;
            if (said->level != GM_LEVEL_CONTAINER || names_of(said) != rounds[round]) continue;
            claim->left_out = !gm_select_matches(select, said->ns, said->pod, said->container);
            if (!claim->left_out) place_named(&f, claim);
        }
        finder_release(&f);
    }
}

/* --- the rest --- */
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

/* The container that a pod object or an inspection is about: -1 unless it is just one. */
static int described_of(const gm_settling *settling) {
    int found = -1;
    for (size_t i = 0; i < settling->claim_count; i++) {
        const gm_claim *claim = &settling->claims[i];
        if (!claim->described || claim->container < 0 || claim->container == found) continue;
        if (found >= 0) return -1;
        found = claim->container;
    }
    return found;
}

static void look_around(gm_settling *settling) {
    gm_span job = {NULL, 0}, id = {NULL, 0};
    settling->one_target = settling->one_id = true;
    settling->described = described_of(settling);
    for (size_t i = 0; i < settling->claim_count; i++) {
        const gm_claim *claim = &settling->claims[i];
        if (!is_open(claim) || gm_claim_is_elsewhere(claim)) continue;
        if (claim->said.runtime_id.len > 0) {
            settling->one_id &= join_in(&id, claim->said.runtime_id);
        } else if (claim->is_target) {
            settling->one_target &= join_in(&job, job_of(claim->said.hint));
        }
    }
}

typedef struct {
    guint claim;
    int container;
    const char *rule;
} placed;

static void apply_rules(const gm_settling *settling, guint at, GArray *all_placed) {
    placed found = {.claim = at};
    for (const gm_identity_rule *rule = gm_identity_rules; rule->name; rule++) {
        gm_placing placing = rule->place(settling, &settling->claims[at], &found.container);
        if (placing == GM_PASS) continue;
        found.rule = rule->name;
        if (placing == GM_PLACED) g_array_append_val(all_placed, found);
        return;
    }
}

/* Every rule may look at all containers or all claims. Real clusters stay below a hundredth of this. */
#define MOST_LOOKS (UINT64_C(2) << 30)

static bool is_too_much(const gm_settling *settling) {
    uint64_t open = 0;
    for (size_t i = 0; i < settling->claim_count; i++) open += is_open(&settling->claims[i]);
    return open > MOST_LOOKS / (settling->claim_count + settling->container_count);
}

/* What is placed now must not be evidence for the next: the order of the claims means nothing. */
static void place_by_rules(gm_settling *settling) {
    GArray *all_placed = g_array_new(FALSE, FALSE, sizeof(placed));
    for (guint i = 0; i < settling->claim_count; i++) {
        if (is_open(&settling->claims[i])) apply_rules(settling, i, all_placed);
    }
    for (guint i = 0; i < all_placed->len; i++) {
        const placed *found = &g_array_index(all_placed, placed, i);
        settling->claims[found->claim].container = found->container;
        settling->claims[found->claim].rule = found->rule;
    }
    g_array_free(all_placed, TRUE);
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
        if (!is_open(claim) || claim->is_capture) continue;
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

/* False: there are too many sources without names to place them. */
static bool settle(GArray *claims, GArray *containers, const struct gm_select *select) {
    place_all_named(claims, containers, select);
    if (containers->len == 0) {
        if (nobody_has_names(claims)) place_nameless(claims, containers);
        return true;
    }
    gm_settling settling = {.claims = (gm_claim *)(void *)claims->data,
                            .claim_count = claims->len,
                            .containers = (gm_settled *)(void *)containers->data,
                            .container_count = containers->len};
    gm_identity_index index;
    if (!gm_identity_index_make(&index, &settling)) g_error("failed to allocate the index of identities");
    settling.index = &index;
    look_around(&settling);
    bool all = !is_too_much(&settling);
    if (all) place_by_rules(&settling);
    gm_identity_index_release(&index);
    return all;
}

bool gm_identity_settle(gm_store *store, const struct gm_select *select, GError **error) {
    gm_arena *arena = gm_arena_new(0);
    GArray *claims = g_array_new(FALSE, FALSE, sizeof(gm_claim));
    GArray *containers = g_array_new(FALSE, FALSE, sizeof(gm_settled));
    bool done = gm_identity_load(store, arena, claims, error);
    if (done) {
        gm_span text = GM_SPAN("too many sources name no container: none of them was assigned to one");
        if (!settle(claims, containers, select))
            (void)gm_emit_diagnostic(store, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN, text);
        done = gm_identity_write(store, claims, containers, error);
    }
    g_array_free(containers, TRUE);
    g_array_free(claims, TRUE);
    gm_arena_free(arena);
    return done;
}
