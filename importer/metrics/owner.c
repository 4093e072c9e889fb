/* Whom a metric belongs to: from the many label names in use to one identity.
 *
 * Comes between a format's label list and gm_emit_identity; identity settling (importer/identity.c) comes
 * later and joins what different sources say. A named container is one identity however often its id or its
 * pod's uid changes: those go into a second identity row that tells which cgroups and ids bear the name.
 * Labels: kubelet 1.16 (pod, container) and before (pod_name, container_name), cAdvisor's container_label_*,
 * the relabelled kubernetes_*, OpenTelemetry's k8s.*; see also
 * https://github.com/google/cadvisor/blob/master/metrics. */
#include "importer/metrics/owner.h"

#include "importer/logs/owner.h"
#include "importer/text/span.h"

static const char *const namespace_names[] = {"namespace",
                                              "kubernetes_namespace",
                                              "kubernetes_namespace_name",
                                              "k8s_namespace_name",
                                              "container_label_io_kubernetes_pod_namespace",
                                              "io_kubernetes_pod_namespace",
                                              NULL};
static const char *const pod_names[] = {"pod",
                                        "pod_name",
                                        "kubernetes_pod_name",
                                        "kubernetes_pod",
                                        "k8s_pod_name",
                                        "container_label_io_kubernetes_pod_name",
                                        "io_kubernetes_pod_name",
                                        NULL};
static const char *const container_names[] = {"container",
                                              "container_name",
                                              "kubernetes_container_name",
                                              "k8s_container_name",
                                              "container_label_io_kubernetes_container_name",
                                              "io_kubernetes_container_name",
                                              NULL};
static const char *const uid_names[] = {
    "pod_uid", "k8s_pod_uid", "uid", "container_label_io_kubernetes_pod_uid", "io_kubernetes_pod_uid", NULL};

/* The first of the names that has a value; the others with the same value are told by it too. */
static gm_span take(gm_labels *labels, const char *const names[], const char *first) {
    gm_label *chosen = first ? gm_labels_find(labels, first) : NULL;
    for (size_t i = 0; names[i]; i++) {
        gm_label *label = gm_labels_find(labels, names[i]);
        if (!label) continue;
        if (!chosen) chosen = label;
        if (gm_span_equal(label->value, chosen->value)) label->used = true;
    }
    if (!chosen) return (gm_span){NULL, 0};
    chosen->used = true;
    return chosen->value;
}

static gm_span value_of(gm_labels *labels, const char *name) {
    const gm_label *label = gm_labels_find(labels, name);
    return label ? label->value : (gm_span){NULL, 0};
}

static bool is_pause_image(gm_labels *labels) {
    gm_span image = value_of(labels, "image");
    return gm_span_find(image, GM_SPAN("/pause")) >= 0 || gm_span_starts(image, GM_SPAN("pause:"));
}

/* Names are known: container, pod, or the pod's pause container. */
static void settle_named(gm_metric_owner *owner, gm_labels *labels, bool of_cgroup) {
    gm_identity *identity = &owner->identity;
    gm_span uid = identity->pod_uid; /* of a docker name */
    gm_cgroup_owner by_path;
    bool is_pod_name = gm_span_equal(identity->container, GM_SPAN("POD"));
    owner->is_pause = of_cgroup && (is_pod_name || (identity->container.len == 0 && is_pause_image(labels)));
    if (is_pod_name) identity->container.len = 0;
    bool whole_pod = of_cgroup && identity->container.len == 0;
    identity->level = whole_pod ? GM_LEVEL_POD : GM_LEVEL_CONTAINER;
    identity->pod_uid.len = 0;
    owner->more = *identity;
    owner->more.cgroup = value_of(labels, "id");
    owner->more.pod_uid = take(labels, uid_names, NULL);
    if (owner->more.pod_uid.len == 0) owner->more.pod_uid = uid;
    if (!whole_pod) {
        gm_owner_of_cgroup(value_of(labels, "container_id"), GM_SPAN(""), &by_path); /* "containerd://<hex>" */
        owner->more.runtime_id = by_path.identity.runtime_id;
    }
    owner->has_more = owner->more.cgroup.len + owner->more.pod_uid.len + owner->more.runtime_id.len > 0;
}

/* Names that only the container's own name tells: docker's, or what dockershim made of Kubernetes' names. */
static void take_docker_name(gm_identity *identity, gm_labels *labels, gm_span path) {
    gm_cgroup_owner by_path;
    gm_span name = value_of(labels, "name");
    gm_owner_of_cgroup(path, GM_SPAN(""), &by_path);
    bool in_pod = by_path.identity.pod_uid.len > 0;
    bool is_container = path.len == 0 || by_path.identity.runtime_id.len > 0;
    if (name.len > 0 && is_container && (!in_pod || gm_span_starts(name, GM_SPAN("k8s_"))))
        gm_owner_of_docker_name(name, identity);
}

/* A cgroup without names: its path says what it is. What is neither container nor pod is a part of the node,
 * and so are sums over a node or a namespace. Sums that keep no label may well be the container's own. */
static void settle_unnamed(gm_metric_owner *owner, gm_labels *labels, gm_span path) {
    gm_identity *identity = &owner->identity;
    gm_cgroup_owner by_path;
    gm_owner_of_cgroup(path, GM_SPAN(""), &by_path);
    identity->level = GM_LEVEL_NODE;
    if (by_path.identity.runtime_id.len > 0) {
        identity->level = GM_LEVEL_CONTAINER;
    } else if (by_path.identity.pod_uid.len > 0) {
        identity->level = GM_LEVEL_POD;
    } else if (path.len == 0 && identity->ns.len == 0 && !gm_labels_find(labels, "node")) {
        identity->level = GM_LEVEL_UNNAMED;
    }
    if (!gm_span_equal(path, GM_SPAN("/"))) identity->cgroup = path;
    if (identity->level == GM_LEVEL_NODE) identity->hint = value_of(labels, "node");
}

static gm_span join(gm_span a, gm_span b, gm_arena *arena) {
    if (a.len == 0 || b.len == 0) return a.len ? a : b;
    char *text = gm_arena_alloc(arena, a.len + 1 + b.len);
    if (!text) return a;
    memcpy(text, a.data, a.len);
    text[a.len] = '/';
    memcpy(text + a.len + 1, b.data, b.len);
    return (gm_span){text, a.len + 1 + b.len};
}

/* A process outside Kubernetes: the scrape target. Its labels stay among the series' own. */
static void settle_target(gm_metric_owner *owner, gm_labels *labels, gm_arena *arena) {
    static const char *const jobs[] = {"job", "service_name", NULL};
    static const char *const instances[] = {"instance", "service_instance_id", NULL};
    gm_identity *identity = &owner->identity;
    identity->level = GM_LEVEL_UNNAMED;
    identity->hint = join(take(labels, jobs, NULL), take(labels, instances, NULL), arena);
    identity->ns.len = 0;
    for (size_t i = 0; i < labels->n; i++) labels->items[i].used = false;
}

gm_metric_owner gm_metric_owner_find(gm_labels *labels, bool of_cgroup, gm_arena *arena) {
    gm_metric_owner owner = {0};
    gm_identity *identity = &owner.identity;
    /* an exporter that describes others has its own names in the plain labels when Prometheus renamed */
    identity->ns = take(labels, namespace_names, of_cgroup ? "exported_namespace" : NULL);
    identity->pod = take(labels, pod_names, of_cgroup ? "exported_pod" : NULL);
    identity->container = take(labels, container_names, of_cgroup ? "exported_container" : NULL);
    gm_span path = value_of(labels, "id");
    if (of_cgroup && identity->pod.len == 0 && identity->container.len == 0) take_docker_name(identity, labels, path);
    if (identity->pod.len > 0 || identity->container.len > 0) {
        settle_named(&owner, labels, of_cgroup);
    } else if (of_cgroup) {
        settle_unnamed(&owner, labels, path);
    } else {
        settle_target(&owner, labels, arena);
    }
    return owner;
}
