/* Whom a metric belongs to, by its labels. */
#ifndef GM_IMPORTER_METRICS_OWNER_H
#define GM_IMPORTER_METRICS_OWNER_H

#include "gomortem/emit.h"
#include "importer/metrics/labels.h"

typedef struct {
    gm_identity identity; /* level unnamed without hint: the labels name nobody, the member does */
    gm_identity more;     /* the same with everything that may change under it: cgroup, uid, runtime id */
    bool has_more;
    bool is_pause; /* a pod's pause container: its memory is in the pod's too */
} gm_metric_owner;

/* of_cgroup: the metric describes a cgroup, so that a missing container name means the pod or node itself.
 * Marks the labels that the identity tells. Spans are those of the labels, or in the arena. */
gm_metric_owner gm_metric_owner_find(gm_labels *labels, bool of_cgroup, gm_arena *arena);

#endif
