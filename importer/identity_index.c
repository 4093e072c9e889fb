/* What the settling rules look up again and again, sorted once.
 *
 * Comes between the containers' names (identity.c) and the rules (identity_rules.c). A bundle of a whole cluster has
 * thousands of containers and thousands of sources without names; each rule may look once at every container or every
 * claim, but no deeper. */
#include "importer/identity_index.h"

#include <stdlib.h>

/* --- claims of each container --- */
static bool sort_claims(gm_identity_index *index, const gm_settling *settling) {
    index->begins = calloc(settling->container_count + 1, sizeof *index->begins);
    index->claims = calloc(settling->claim_count + 1, sizeof *index->claims);
    if (!index->begins || !index->claims) return false;
    for (size_t i = 0; i < settling->claim_count; i++) {
        if (settling->claims[i].container >= 0) index->begins[settling->claims[i].container]++;
    }
    uint32_t sum = 0; /* counts become the ends, and going backwards the beginnings */
    for (size_t i = 0; i <= settling->container_count; i++) sum += index->begins[i], index->begins[i] = sum;
    for (size_t i = settling->claim_count; i-- > 0;) {
        int container = settling->claims[i].container;
        if (container >= 0) index->claims[--index->begins[container]] = (uint32_t)i;
    }
    return true;
}

/* --- uids of pods --- */
/* How a source's namespace may be known: any, none, or that one. */
static const gm_span any_ns = {"*", 1}, no_ns = {"", 0}, any_pod = {"*", 1};

static gm_fingerprint uid_key(gm_span uid, gm_span pod, gm_span ns) {
    gm_fingerprint key = gm_fingerprint_start();
    gm_fingerprint_span(&key, uid);
    gm_fingerprint_span(&key, pod);
    gm_fingerprint_span(&key, ns);
    return key;
}

static bool note(gm_intern *table, gm_fingerprint key) {
    return gm_intern_find(table, key) || gm_intern_add(table, key, 1);
}

/* With its uid, and with none: that the pod's uid is told at all. */
static bool note_uid(gm_identity_index *index, const gm_identity *said) {
    const gm_span uids[] = {said->pod_uid, {NULL, 0}};
    for (size_t i = 0; i < sizeof uids / sizeof uids[0]; i++) {
        if (!note(&index->uids, uid_key(uids[i], any_pod, any_ns))) return false;
        if (!note(&index->uids, uid_key(uids[i], said->pod, said->ns)) ||
            !note(&index->uids, uid_key(uids[i], said->pod, any_ns)))
            return false;
    }
    return true;
}

bool gm_identity_index_knows_uid(const gm_identity_index *index, gm_span uid) {
    return gm_intern_find(&index->uids, uid_key(uid, any_pod, any_ns)) != 0;
}

bool gm_identity_index_has_uid(const gm_identity_index *index, const gm_settled *container, gm_span uid) {
    bool known = container->ns.len > 0;
    if (gm_intern_find(&index->uids, uid_key(uid, container->pod, known ? container->ns : any_ns))) return true;
    return known && gm_intern_find(&index->uids, uid_key(uid, container->pod, no_ns));
}

static bool find_ids(gm_identity_index *index, const gm_settling *settling) {
    index->ids = calloc(settling->claim_count + 1, sizeof *index->ids);
    for (size_t i = 0; i < settling->claim_count && index->ids; i++) index->ids[i] = gm_claim_id(&settling->claims[i]);
    return index->ids != NULL;
}

bool gm_identity_index_make(gm_identity_index *index, const gm_settling *settling) {
    *index = (gm_identity_index){.begins = NULL};
    for (size_t i = 0; i < settling->claim_count; i++) {
        const gm_identity *said = &settling->claims[i].said;
        if (said->pod_uid.len > 0 && !note_uid(index, said)) return false;
    }
    for (size_t i = 0; i < settling->container_count && !index->open_pod; i++)
        index->open_pod = !gm_identity_index_has_uid(index, &settling->containers[i], no_ns);
    return sort_claims(index, settling) && find_ids(index, settling);
}

void gm_identity_index_release(gm_identity_index *index) {
    gm_intern_release(&index->uids);
    free(index->begins);
    free(index->claims);
    free(index->ids);
}
