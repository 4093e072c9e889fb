/* The rules of identity settling, as an ordered table over claims and containers. */
#ifndef GM_IMPORTER_IDENTITY_RULES_H
#define GM_IMPORTER_IDENTITY_RULES_H

#include "gomortem/emit.h"

typedef struct { /* one row of the container table to be */
    gm_span ns, pod, container, pod_uid;
} gm_settled;

typedef struct { /* one row of the identity table, with what else is known about it */
    int64_t id;
    gm_identity said;
    gm_span *cgroups; /* all it was seen in: its own, those of its OOM reports; no ancestors of others */
    size_t cgroup_count;
    gm_span *processes; /* names of its processes: victims of its OOM reports */
    size_t process_count;
    int64_t member_id; /* of the member that the hint names, or GM_UNKNOWN */
    bool is_target;    /* the hint is the name of a scrape target */
    bool described;    /* it has settings without a time: a pod object or an inspection, no metric */
    bool is_capture;   /* its cgroups are what /proc says of a process: where somebody looked, not a name */
    int container;     /* index of the container that it belongs to, or -1 */
    const char *rule;  /* that placed it, or NULL */
    bool left_out;     /* not selected: nothing to complain about */
} gm_claim;

typedef struct {
    gm_claim *claims;
    size_t claim_count;
    gm_settled *containers;
    size_t container_count;
    bool one_target; /* all scrape targets without names are of one job */
    int described;   /* index of the only container that is described, or -1 */
    bool one_id;     /* all that have nothing but a runtime id have the same */
    const struct gm_identity_index *index;
} gm_settling;

typedef enum {
    GM_PASS,    /* the rule has nothing to say: ask the next */
    GM_PLACED,  /* *container is it */
    GM_FOREIGN, /* surely none of the containers, or undecidable: ask no further */
} gm_placing;

typedef struct {
    const char *name; /* goes into identity.rule */
    gm_placing (*place)(const gm_settling *settling, const gm_claim *claim, int *container);
} gm_identity_rule;

/* For claims that do not name a container; name NULL at the end. The first that does not pass decides. */
extern const gm_identity_rule gm_identity_rules[];

gm_span gm_claim_id(const gm_claim *claim); /* the runtime id that it tells, or empty */
/* The claim is about a cgroup or a process of some node, and not about a member of the bundle. */
bool gm_claim_is_elsewhere(const gm_claim *claim);

#endif
