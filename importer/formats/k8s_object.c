/* Format k8s_object: Kubernetes objects as JSON: a pod, a list of pods, a list of events.
 * Limits, environment and restarts of containers become settings and events; names and ids tie the other sources
 * to the container. Input: kubectl get pod -o json, the kubelet's /pods, kubectl get events -o json (core/v1). */
#include "gomortem/emit_records.h"
#include "gomortem/format.h"
#include "importer/text/json.h"
#include "importer/text/span.h"

#include <math.h>

static int bid(const gm_head *head) {
    if (!gm_head_is_json(head)) return 0;
    bool pod = gm_head_has_json(head, "kind", "Pod") || gm_head_has_json(head, "kind", "PodList");
    bool event = gm_head_has_json(head, "kind", "Event") || gm_head_has_json(head, "kind", "EventList");
    if ((pod || event) && gm_head_has_json(head, "apiVersion", NULL)) return 85;
    if (gm_head_has_json(head, "kind", "List") && gm_head_has_json(head, "apiVersion", "v1")) return 70;
    if (gm_head_has_json(head, "containerStatuses", NULL)) return 60;
    return gm_head_has_json(head, "involvedObject", NULL) ? 60 : 0;
}

typedef struct {
    gm_member *member;
    const gm_json *pod;
    gm_span ns, name, uid;
} gm_pod;

static const gm_json *named(const gm_json *list, gm_span name) {
    GM_JSON_EACH (item, list)
        if (gm_span_equal(gm_json_text(gm_json_get(item, "name")), name)) return item;
    return NULL;
}

static int64_t time_of(const gm_json *value) {
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
    } rows[] = {{"limits.memory", "limits.memory"}, {"requests.memory", "requests.memory"}, {"limits.cpu", "limits.cpu"}, {"requests.cpu", "requests.cpu"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        gm_span value = gm_json_text(gm_json_at(resources_of, rows[i].path));
        gm_status status = setting(pod, identity, rows[i].setting, value, quantity(value));
        if (status != GM_OK) return status;
    }
    return GM_OK;
}

/* Only what steers the Go runtime: an environment may hold secrets, which have no place in an incident. */
static const char *known_variable(gm_span name) {
    static const char *const known[][2] = {{"GOGC", "env.GOGC"},         {"GOMEMLIMIT", "env.GOMEMLIMIT"},   {"GODEBUG", "env.GODEBUG"},
                                           {"GOMAXPROCS", "env.GOMAXPROCS"}, {"GOTRACEBACK", "env.GOTRACEBACK"}, {"MALLOC_ARENA_MAX", "env.MALLOC_ARENA_MAX"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (gm_span_equal(name, gm_span_of(known[i][0]))) return known[i][1];
    return NULL;
}

static gm_status environment(gm_pod *pod, int64_t identity, const gm_json *env) {
    GM_JSON_EACH (item, env) {
        const char *name = known_variable(gm_json_text(gm_json_get(item, "name")));
        gm_span value = gm_json_text(gm_json_get(item, "value"));
        gm_status status = name ? setting(pod, identity, name, value, quantity(value)) : GM_OK;
        if (status != GM_OK) return status;
    }
    return GM_OK;
}

static gm_status event(gm_pod *pod, int64_t identity, const char *kind, int64_t t_ns, const gm_json *state, int64_t count) {
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
    int64_t started = time_of(gm_json_get(state, "startedAt"));
    gm_status status = started == GM_UNKNOWN ? GM_OK : event(pod, identity, "started", started, NULL, GM_UNKNOWN);
    return status == GM_OK ? event(pod, identity, "terminated", time_of(gm_json_get(state, "finishedAt")), state, restarts) : status;
}

static gm_status status_of(gm_pod *pod, int64_t identity, const gm_json *status) {
    int64_t restarts = GM_UNKNOWN;
    gm_json_int(gm_json_get(status, "restartCount"), &restarts);
    gm_status result = terminated(pod, identity, gm_json_at(status, "lastState.terminated"), restarts);
    if (result == GM_OK) result = terminated(pod, identity, gm_json_at(status, "state.terminated"), restarts);
    const gm_json *running = gm_json_at(status, "state.running");
    int64_t started = time_of(gm_json_get(running, "startedAt"));
    if (result == GM_OK && started != GM_UNKNOWN) result = event(pod, identity, "started", started, NULL, restarts);
    /* The limit in force differs from the one asked for after a resize in place. */
    return result == GM_OK ? resources(pod, identity, gm_json_get(status, "resources")) : result;
}

static gm_status container(gm_pod *pod, const gm_json *spec) {
    gm_span name = gm_json_text(gm_json_get(spec, "name"));
    const gm_json *status = named(gm_json_at(pod->pod, "status.containerStatuses"), name);
    gm_identity identity = {.level = GM_LEVEL_CONTAINER, .ns = pod->ns, .pod = pod->name, .container = name, .pod_uid = pod->uid,
                            .runtime_id = runtime_id(gm_json_text(gm_json_get(status, "containerID")))};
    int64_t id;
    gm_status result = gm_emit_identity(pod->member->store, &identity, &id);
    if (result == GM_OK) result = setting(pod, id, "image", gm_json_text(gm_json_get(spec, "image")), NAN);
    if (result == GM_OK) result = resources(pod, id, gm_json_get(spec, "resources"));
    if (result == GM_OK) result = environment(pod, id, gm_json_get(spec, "env"));
    if (result == GM_OK && status) result = status_of(pod, id, status);
    return result;
}

static gm_status evicted(gm_pod *pod, const gm_json *status) {
    if (!gm_span_equal(gm_json_text(gm_json_get(status, "reason")), GM_SPAN("Evicted"))) return GM_OK;
    gm_identity identity = {.level = GM_LEVEL_POD, .ns = pod->ns, .pod = pod->name, .pod_uid = pod->uid};
    int64_t id;
    gm_status result = gm_emit_identity(pod->member->store, &identity, &id);
    return result == GM_OK ? event(pod, id, "evicted", time_of(gm_json_get(status, "startTime")), status, GM_UNKNOWN) : result;
}

static gm_status read_pod(gm_member *member, const gm_json *object) {
    const gm_json *meta = gm_json_get(object, "metadata");
    gm_pod pod = {member, object, gm_json_text(gm_json_get(meta, "namespace")), gm_json_text(gm_json_get(meta, "name")), gm_json_text(gm_json_get(meta, "uid"))};
    gm_status status = GM_OK;
    GM_JSON_EACH (spec, gm_json_at(object, "spec.containers")) {
        status = container(&pod, spec);
        if (status != GM_OK) return status;
    }
    return evicted(&pod, gm_json_get(object, "status"));
}

/* "spec.containers{app}" -> "app" */
static gm_span field_container(gm_span path) {
    ptrdiff_t at = gm_span_find_byte(path, '{');
    return at >= 0 && gm_span_ends(path, GM_SPAN("}")) ? gm_span_first(gm_span_from(path, (size_t)at + 1), path.len - (size_t)at - 2) : (gm_span){"", 0};
}

static gm_status read_event(gm_member *member, const gm_json *object) {
    const gm_json *about = gm_json_get(object, "involvedObject");
    gm_span kind = gm_json_text(gm_json_get(about, "kind"));
    gm_identity identity = {.level = GM_LEVEL_NODE, .hint = gm_json_text(gm_json_get(about, "name"))};
    if (gm_span_equal(kind, GM_SPAN("Pod"))) {
        gm_span name = field_container(gm_json_text(gm_json_get(about, "fieldPath")));
        identity = (gm_identity){.level = name.len ? GM_LEVEL_CONTAINER : GM_LEVEL_POD, .ns = gm_json_text(gm_json_get(about, "namespace")),
                                 .pod = gm_json_text(gm_json_get(about, "name")), .container = name, .pod_uid = gm_json_text(gm_json_get(about, "uid"))};
    }
    gm_event row = {.exit_code = GM_UNKNOWN, .count = GM_UNKNOWN, .kind = "k8s_event", .reason = gm_json_text(gm_json_get(object, "reason")),
                    .text = gm_json_text(gm_json_get(object, "message"))};
    gm_json_int(gm_json_get(object, "count"), &row.count);
    static const char *const times[] = {"lastTimestamp", "eventTime", "firstTimestamp"};
    row.t_ns = GM_UNKNOWN;
    for (size_t i = 0; i < 3 && row.t_ns == GM_UNKNOWN; i++) row.t_ns = time_of(gm_json_get(object, times[i]));
    gm_status status = gm_emit_identity(member->store, &identity, &row.identity_id);
    return status == GM_OK ? gm_emit_event(member->store, &row) : status;
}

static gm_status read_object(gm_member *member, const gm_json *object) {
    if (gm_json_get(object, "involvedObject")) return read_event(member, object);
    if (gm_json_at(object, "spec.containers")) return read_pod(member, object);
    gm_emit_left_out(member->store, 1);
    return GM_OK;
}

static gm_status parse(gm_member *member) {
    const gm_json *root = gm_json_read(member);
    if (!root) return GM_DAMAGED;
    const gm_json *items = gm_json_get(root, "items");
    if (!items) return read_object(member, root);
    gm_status status = GM_OK;
    GM_JSON_EACH (item, items) {
        status = read_object(member, item);
        if (status != GM_OK) return status;
    }
    return GM_OK;
}

const gm_format gm_format_k8s_object = {
    .name = "k8s_object",
    .title = "Kubernetes pods and events (JSON)",
    .takes = "memory and CPU limits, the Go runtime's environment, restarts and terminations, events",
    .bid = bid,
    .parse = parse,
};
