/* Settling rules for what does not name its container.
 *
 * Comes in the middle of identity.c: the containers are known from the sources that name them (pod JSON,
 * metric labels, log paths) and the rest is placed here, from strong evidence to weak. A wrong placement is
 * worse than none: a node's kernel log tells of kills in other pods, so whatever names somebody else stops
 * the search. Cgroup paths are those of kubelet's two drivers and of docker, see
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/cm/cgroup_manager_linux.go. */
#include "importer/identity_index.h"

#include "importer/logs/owner.h"
#include "importer/text/span.h"

enum {
    COMM_BYTES = 15,     /* the kernel keeps that much of a process name */
    SHORT_ID_BYTES = 12, /* docker's short form of a container id */
    NAME_BYTES = 2,      /* shorter names match by accident */
};

bool gm_claim_is_elsewhere(const gm_claim *claim) {
    if (claim->is_capture) return false;
    for (size_t i = 0; i < claim->cgroup_count; i++) {
        if (claim->cgroups[i].len > 0 && !gm_span_equal(claim->cgroups[i], GM_SPAN("/"))) return true;
    }
    return claim->process_count > 0;
}

/* --- one best of several --- */
typedef struct {
    size_t score;
    int container;
    bool tied;
} best;

static void best_offer(best *found, int container, size_t score) {
    if (score == 0 || score < found->score || (score == found->score && found->container == container)) return;
    found->tied = score == found->score;
    found->score = score;
    found->container = container;
}

static gm_placing best_place(const best *found, int *container) {
    if (found->score == 0) return GM_PASS;
    *container = found->container;
    return found->tied ? GM_FOREIGN : GM_PLACED;
}

/* --- names --- */
/* name is the other one, or its beginning up to a '-'. */
static bool is_stem(gm_span stem, gm_span name) {
    if (stem.len < NAME_BYTES || !gm_span_starts(name, stem)) return false;
    return stem.len == name.len || name.data[stem.len] == '-';
}

static bool is_process_of(gm_span process, const gm_settled *container) {
    if (process.len == 0) return false;
    return gm_span_equal(process, gm_span_first(container->container, COMM_BYTES)) || is_stem(process, container->pod);
}

static bool any_process_of(const gm_claim *claim, const gm_settled *container) {
    for (size_t i = 0; i < claim->process_count; i++) {
        if (is_process_of(claim->processes[i], container)) return true;
    }
    return false;
}

/* --- runtime_id: the runtime's hex digits, whole or docker's short form --- */
static bool same_id(gm_span a, gm_span b) {
    if (a.len < SHORT_ID_BYTES || b.len < SHORT_ID_BYTES) return false;
    return gm_span_starts(a, b) || gm_span_starts(b, a);
}

gm_span gm_claim_id(const gm_claim *claim) {
    gm_cgroup_owner owner;
    if (claim->said.runtime_id.len > 0) return claim->said.runtime_id;
    for (size_t i = 0; i < claim->cgroup_count; i++) {
        gm_owner_of_cgroup(claim->cgroups[i], GM_SPAN(""), &owner);
        if (owner.identity.runtime_id.len > 0) return owner.identity.runtime_id;
    }
    return (gm_span){NULL, 0};
}

static gm_placing place_by_runtime_id(const gm_settling *settling, const gm_claim *claim, int *container) {
    gm_span id = settling->index->ids[claim - settling->claims];
    best found = {0};
    for (size_t i = 0; i < settling->claim_count && id.len > 0; i++) {
        const gm_claim *known = &settling->claims[i];
        if (known->container < 0 || !same_id(id, settling->index->ids[i])) continue;
        best_offer(&found, known->container, 1);
    }
    return best_place(&found, container);
}

/* --- cgroup: the same path, or below it --- */
static bool is_within(gm_span path, gm_span cgroup) {
    if (cgroup.len < 2 || !gm_span_starts(path, cgroup)) return false;
    return path.len == cgroup.len || path.data[cgroup.len] == '/';
}

static gm_placing place_by_cgroup(const gm_settling *settling, const gm_claim *claim, int *container) {
    best found = {0};
    for (size_t i = 0; i < settling->claim_count; i++) {
        const gm_claim *known = &settling->claims[i];
        if (known->container < 0 || known->said.level != GM_LEVEL_CONTAINER) continue;
        for (size_t k = 0; k < claim->cgroup_count; k++) {
            gm_span cgroup = known->said.cgroup;
            if (is_within(claim->cgroups[k], cgroup)) best_offer(&found, known->container, cgroup.len);
        }
    }
    return best_place(&found, container);
}

/* --- pod_uid: the pod is known; which of its containers? --- */
static bool claim_uid(const gm_claim *claim, gm_cgroup_owner *owner) {
    owner->identity.pod_uid = claim->said.pod_uid;
    for (size_t i = 0; i < claim->cgroup_count && owner->identity.pod_uid.len == 0; i++) {
        gm_owner_of_cgroup(claim->cgroups[i], GM_SPAN(""), owner);
    }
    return owner->identity.pod_uid.len > 0;
}

static gm_placing place_by_pod_uid(const gm_settling *settling, const gm_claim *claim, int *container) {
    gm_cgroup_owner owner;
    best found = {0};
    if (!claim_uid(claim, &owner)) return GM_PASS;
    bool known = gm_identity_index_knows_uid(settling->index, owner.identity.pod_uid);
    for (size_t i = 0; i < settling->container_count && known; i++) {
        const gm_settled *candidate = &settling->containers[i];
        if (gm_identity_index_has_uid(settling->index, candidate, owner.identity.pod_uid)) {
            best_offer(&found, (int)i, any_process_of(claim, candidate) ? 2 : 1);
        }
    }
    if (found.score > 0) return best_place(&found, container);
    /* a pod whose uid nobody told may be this one */
    return settling->index->open_pod ? GM_PASS : GM_FOREIGN;
}

/* --- cgroup_name: a component of the path is the name of the pod or the container --- */
static gm_span without_unit_suffix(gm_span name) {
    static const char *const suffixes[] = {".scope", ".service", ".slice"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        gm_span suffix = gm_span_of(suffixes[i]);
        if (gm_span_ends(name, suffix)) return gm_span_first(name, name.len - suffix.len);
    }
    return name;
}

/* Ids and pod uids tell nothing to those who do not know them. */
static bool is_id(gm_span name) {
    gm_cgroup_owner owner;
    gm_owner_of_cgroup(name, GM_SPAN(""), &owner);
    return owner.identity.runtime_id.len > 0 || owner.identity.pod_uid.len > 0;
}

static gm_span last_component(gm_span path) {
    gm_span part, last = {NULL, 0};
    while (gm_span_cut(&path, '/', &part)) {
        if (part.len > 0) last = part;
    }
    return last;
}

static size_t name_score(const gm_settling *settling, int index, gm_span name) {
    const gm_settled *container = &settling->containers[index];
    if (is_stem(name, container->pod) || gm_span_equal(name, container->container)) return name.len;
    for (uint32_t i = settling->index->begins[index]; i < settling->index->begins[index + 1]; i++) {
        const gm_claim *known = &settling->claims[settling->index->claims[i]];
        if (known->said.level != GM_LEVEL_CONTAINER) continue;
        if (gm_span_equal(without_unit_suffix(last_component(known->said.cgroup)), name)) return name.len;
    }
    return 0;
}

static void offer_names(const gm_settling *settling, const gm_claim *claim, gm_span path, best *found) {
    gm_span part;
    while (gm_span_cut(&path, '/', &part)) {
        gm_span name = without_unit_suffix(part);
        if (name.len < NAME_BYTES || is_id(name)) continue;
        for (size_t i = 0; i < settling->container_count; i++) {
            size_t score = name_score(settling, (int)i, name) * 2;
            if (score > 0 && any_process_of(claim, &settling->containers[i])) score++;
            best_offer(found, (int)i, score);
        }
    }
}

static gm_placing place_by_cgroup_name(const gm_settling *settling, const gm_claim *claim, int *container) {
    best found = {0};
    bool names_another = false;
    for (size_t i = 0; i < claim->cgroup_count; i++) {
        gm_span last = last_component(claim->cgroups[i]);
        offer_names(settling, claim, claim->cgroups[i], &found);
        if (last.len > 0 && !is_id(last) && !claim->is_capture) names_another = true;
    }
    if (found.score > 0) return best_place(&found, container);
    return names_another ? GM_FOREIGN : GM_PASS;
}

/* --- process: the victim is called like the container or the pod --- */
static gm_placing place_by_process(const gm_settling *settling, const gm_claim *claim, int *container) {
    best found = {0};
    for (size_t i = 0; i < settling->container_count; i++) {
        if (any_process_of(claim, &settling->containers[i])) best_offer(&found, (int)i, 1);
    }
    gm_placing placing = best_place(&found, container);
    /* a kill or a cgroup that relates to no container is somebody else's */
    return placing == GM_PASS && gm_claim_is_elsewhere(claim) ? GM_FOREIGN : placing;
}

/* --- path: the hint holds the name of the pod or the container --- */
static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool holds_name(gm_span text, gm_span name) {
    size_t from = 0;
    ptrdiff_t at;
    if (name.len < NAME_BYTES) return false;
    while ((at = gm_span_find(gm_span_from(text, from), name)) >= 0) {
        size_t begin = from + (size_t)at, end = begin + name.len;
        bool whole = (begin == 0 || !is_word(text.data[begin - 1])) && (end == text.len || !is_word(text.data[end]));
        if (whole) return true;
        from = begin + 1;
    }
    return false;
}

/* Length of the longest beginning of the pod's name, cut at a '-', that the text holds. */
static size_t pod_score(gm_span text, gm_span pod) {
    while (pod.len > 0) {
        if (holds_name(text, pod)) return pod.len;
        do pod.len--;
        while (pod.len > 0 && pod.data[pod.len] != '-');
    }
    return 0;
}

static gm_placing place_by_path(const gm_settling *settling, const gm_claim *claim, int *container) {
    enum { POD_WEIGHT = 4096 }; /* a pod that matches better beats any container name */
    best found = {0};
    for (size_t i = 0; i < settling->container_count; i++) {
        const gm_settled *candidate = &settling->containers[i];
        size_t score = pod_score(claim->said.hint, candidate->pod) * POD_WEIGHT;
        if (holds_name(claim->said.hint, candidate->container)) score += candidate->container.len;
        best_offer(&found, (int)i, score);
    }
    return best_place(&found, container);
}

/* --- only_container: who else --- */
static gm_placing place_in_only(const gm_settling *settling, const gm_claim *claim, int *container) {
    if (settling->container_count != 1) return GM_PASS;
    if (claim->said.runtime_id.len > 0 && !settling->one_id) return GM_PASS;
    /* a scrape target says that it is somebody; with several jobs it may be somebody else */
    if (claim->is_target && !settling->one_target) return GM_PASS;
    *container = 0;
    return GM_PLACED;
}

/* --- described: metrics of a whole cluster, and one container that the bundle is about --- */
static gm_placing place_in_described(const gm_settling *settling, const gm_claim *claim, int *container) {
    if (settling->described < 0 || claim->is_target) return GM_PASS;
    if (claim->said.runtime_id.len > 0 && !settling->one_id) return GM_PASS;
    *container = settling->described;
    return GM_PLACED;
}

const gm_identity_rule gm_identity_rules[] = {
    {"runtime_id", place_by_runtime_id},   {"cgroup", place_by_cgroup},       {"pod_uid", place_by_pod_uid},
    {"cgroup_name", place_by_cgroup_name}, {"process", place_by_process},     {"path", place_by_path},
    {"only_container", place_in_only},     {"described", place_in_described}, {NULL, NULL},
};
