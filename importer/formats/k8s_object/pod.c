/* A pod: limits, environment, restarts and terminations of its containers, and the eviction of the whole.
 *
 * Comes behind k8s_object.c, which finds pods in objects and lists; names and ids tie the other sources to
 * the containers. kubectl get pod -o json, the kubelet's /pods (core/v1). */
#include <math.h>

#include "gomortem/emit_records.h"
#include "importer/embedded.h"
#include "importer/environment.h"
#include "importer/formats/k8s_object/objects.h"
#include "importer/text/span.h"

typedef struct {
    gm_member *member;
    const gm_json *pod;
    gm_span ns, name, uid;
} gm_pod;

static const gm_json *named(const gm_json *list, gm_span name) {
    GM_JSON_EACH(item, list)
    if (gm_span_equal(gm_json_text(gm_json_get(item, "name")), name)) return item;
    return NULL;
}

int64_t gm_k8s_time(const gm_json *value) {
    int64_t t_ns;
    return gm_time_rfc3339(gm_json_text(value), &t_ns) ? t_ns : GM_UNKNOWN;
}

/* "containerd://ab12..." -> "ab12..." */
static gm_span runtime_id(gm_span id) {
    ptrdiff_t at = gm_span_find(id, GM_SPAN("://"));
    return at < 0 ? id : gm_span_from(id, (size_t)at + 3);
}

static gm_status setting(gm_pod *pod, int64_t identity, const char *name, gm_span value, double number) {
    if (value.len == 0) return GM_OK;
    gm_setting row = {identity, GM_UNKNOWN, name, value, number};
    return gm_emit_setting(pod->member->store, &row);
}

static double quantity(gm_span text) {
    double value;
    return gm_span_bytes(text, &value) ? value : NAN;
}

static gm_status resources(gm_pod *pod, int64_t identity, const gm_json *resources_of) {
    static const struct {
        const char *path, *setting;
    } rows[] = {{"limits.memory", "limits.memory"},
                {"requests.memory", "requests.memory"},
                {"limits.cpu", "limits.cpu"},
                {"requests.cpu", "requests.cpu"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        gm_span value = gm_json_text(gm_json_at(resources_of, rows[i].path));
        gm_status status = setting(pod, identity, rows[i].setting, value, quantity(value));
        if (status != GM_OK) return status;
    }
    return GM_OK;
}

/* "limits.memory" of the container itself: the kubelet puts the number into the variable, in units of the divisor,
 * rounded up. Unknown without that limit: then it is the node's. */
static gm_span referred(const gm_pod *pod, const gm_json *spec, const gm_json *item) {
    static const char *const known[] = {"limits.memory", "requests.memory", "limits.cpu", "requests.cpu"};
    const gm_json *ref = gm_json_at(item, "valueFrom.resourceFieldRef");
    gm_span resource = gm_json_text(gm_json_get(ref, "resource"));
    double divisor = quantity(gm_json_text(gm_json_get(ref, "divisor")));
    char number[32];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!gm_span_equal(resource, gm_span_of(known[i]))) continue;
        double value = quantity(gm_json_text(gm_json_at(gm_json_get(spec, "resources"), known[i])));
        double units = ceil(value / (divisor > 0 ? divisor : 1));
        if (!(units >= 0 && units < 1e18)) break;
        int n = snprintf(number, sizeof number, "%.0f", units);
        return gm_arena_span(pod->member->arena, (gm_span){number, (size_t)n});
    }
    return (gm_span){NULL, 0};
}

static gm_status environment(gm_pod *pod, int64_t identity, const gm_json *spec) {
    GM_JSON_EACH(item, gm_json_get(spec, "env")) {
        const char *name = gm_environment_setting(gm_json_text(gm_json_get(item, "name")));
        gm_span value = gm_json_text(gm_json_get(item, "value"));
        if (value.len == 0) value = referred(pod, spec, item);
        gm_status status = name ? setting(pod, identity, name, value, quantity(value)) : GM_OK;
        if (status != GM_OK) return status;
    }
    return GM_OK;
}

static gm_status event(gm_pod *pod, int64_t identity, const char *kind, int64_t t_ns, const gm_json *state,
                       int64_t count) {
    gm_event row = {.identity_id = identity, .t_ns = t_ns, .exit_code = GM_UNKNOWN, .count = count, .kind = kind};
    if (state) {
        gm_json_int(gm_json_get(state, "exitCode"), &row.exit_code);
        row.reason = gm_json_text(gm_json_get(state, "reason"));
        row.text = gm_json_text(gm_json_get(state, "message"));
    }
    return gm_emit_event(pod->member->store, &row);
}

static gm_status terminated(gm_pod *pod, int64_t identity, const gm_json *state, int64_t restarts) {
    if (!state) return GM_OK;
    int64_t started = gm_k8s_time(gm_json_get(state, "startedAt"));
    gm_status status = started == GM_UNKNOWN ? GM_OK : event(pod, identity, "started", started, NULL, GM_UNKNOWN);
    return status == GM_OK
               ? event(pod, identity, "terminated", gm_k8s_time(gm_json_get(state, "finishedAt")), state, restarts)
               : status;
}

static gm_status status_of(gm_pod *pod, int64_t identity, const gm_json *status) {
    int64_t restarts = GM_UNKNOWN;
    gm_json_int(gm_json_get(status, "restartCount"), &restarts);
    gm_status result = terminated(pod, identity, gm_json_at(status, "lastState.terminated"), restarts);
    if (result == GM_OK) result = terminated(pod, identity, gm_json_at(status, "state.terminated"), restarts);
    const gm_json *running = gm_json_at(status, "state.running");
    int64_t started = gm_k8s_time(gm_json_get(running, "startedAt"));
    if (result == GM_OK && started != GM_UNKNOWN) result = event(pod, identity, "started", started, NULL, restarts);
    /* The limit in force differs from the one asked for after a resize in place. */
    return result == GM_OK ? resources(pod, identity, gm_json_get(status, "resources")) : result;
}

static gm_status container(gm_pod *pod, const gm_json *spec) {
    gm_span name = gm_json_text(gm_json_get(spec, "name"));
    const gm_json *status = named(gm_json_at(pod->pod, "status.containerStatuses"), name);
    if (!status) status = named(gm_json_at(pod->pod, "status.initContainerStatuses"), name);
    gm_identity identity = {.level = GM_LEVEL_CONTAINER,
                            .ns = pod->ns,
                            .pod = pod->name,
                            .container = name,
                            .pod_uid = pod->uid,
                            .runtime_id = runtime_id(gm_json_text(gm_json_get(status, "containerID")))};
    int64_t id;
    gm_status result = gm_emit_identity(pod->member->store, &identity, &id);
    if (result == GM_OK) result = setting(pod, id, "image", gm_json_text(gm_json_get(spec, "image")), NAN);
    if (result == GM_OK) result = resources(pod, id, gm_json_get(spec, "resources"));
    if (result == GM_OK) result = environment(pod, id, spec);
    if (result == GM_OK && status) result = status_of(pod, id, status);
    return result;
}

/* The pod's own start is when it was evicted only if none of its containers ever ran. */
static int64_t eviction_ns(const gm_json *status) {
    int64_t latest = GM_UNKNOWN;
    bool ran = false;
    GM_JSON_EACH(condition, gm_json_get(status, "conditions")) {
        if (gm_span_equal(gm_json_text(gm_json_get(condition, "type")), GM_SPAN("DisruptionTarget")))
            return gm_k8s_time(gm_json_get(condition, "lastTransitionTime"));
    }
    GM_JSON_EACH(container, gm_json_get(status, "containerStatuses")) {
        int64_t finished = gm_k8s_time(gm_json_at(container, "state.terminated.finishedAt"));
        ran |= finished != GM_UNKNOWN || gm_json_at(container, "state.running") ||
               gm_json_at(container, "lastState.terminated");
        if (finished > latest) latest = finished; /* GM_UNKNOWN is less than every time */
    }
    return ran ? latest : gm_k8s_time(gm_json_get(status, "startTime"));
}

static gm_status evicted(gm_pod *pod, const gm_json *status) {
    if (!gm_span_equal(gm_json_text(gm_json_get(status, "reason")), GM_SPAN("Evicted"))) return GM_OK;
    gm_identity identity = {.level = GM_LEVEL_POD, .ns = pod->ns, .pod = pod->name, .pod_uid = pod->uid};
    int64_t id;
    gm_status result = gm_emit_identity(pod->member->store, &identity, &id);
    return result == GM_OK ? event(pod, id, "evicted", eviction_ns(status), status, GM_UNKNOWN) : result;
}

/* An init container that is always restarted runs beside the others. */
static bool is_sidecar(const gm_json *spec) {
    return gm_span_equal(gm_json_text(gm_json_get(spec, "restartPolicy")), GM_SPAN("Always"));
}

static gm_status profiles(gm_pod *pod, const gm_json *annotations) {
    const gm_json *containers = gm_json_at(pod->pod, "spec.containers");
    const gm_json *only = containers && containers->child && !containers->child->next ? containers->child : NULL;
    gm_identity whose = {.ns = pod->ns, .pod = pod->name, .container = gm_json_text(gm_json_get(only, "name"))};
    gm_status status = GM_OK;
    GM_JSON_EACH(annotation, annotations) {
        if (status != GM_OK) return status;
        status = gm_embedded_profile(pod->member, &whose, annotation->key, gm_json_text(annotation));
    }
    return status;
}

gm_status gm_k8s_pod_read(gm_member *member, const gm_json *object) {
    const gm_json *meta = gm_json_get(object, "metadata");
    gm_pod pod = {member, object, gm_json_text(gm_json_get(meta, "namespace")), gm_json_text(gm_json_get(meta, "name")),
                  gm_json_text(gm_json_get(meta, "uid"))};
    gm_status status = GM_OK;
    GM_JSON_EACH(spec, gm_json_at(object, "spec.containers")) {
        status = container(&pod, spec);
        if (status != GM_OK) return status;
    }
    GM_JSON_EACH(spec, gm_json_at(object, "spec.initContainers")) {
        status = is_sidecar(spec) ? container(&pod, spec) : GM_OK;
        if (status != GM_OK) return status;
    }
    status = evicted(&pod, gm_json_get(object, "status"));
    return status == GM_OK ? profiles(&pod, gm_json_get(meta, "annotations")) : status;
}
