/* Kubernetes objects as JSON or YAML: a pod, an event, a list of anything.
 *
 * Comes behind the readers of JSON and YAML; k8s_object/pod.c and event.c make rows. Objects of other kinds
 * hold no measurement, they are counted. Input: kubectl get -o json or -o yaml, the kubelet's /pods,
 * must-gather's namespaces/, troubleshoot's cluster-resources/. */
#include "gomortem/format.h"
#include "importer/formats/k8s_object/objects.h"
#include "importer/text/span.h"
#include "importer/text/yaml.h"

/* --- bid --- */
static bool has_line(gm_span head, gm_span beginning) {
    gm_span line;
    while (head.len > 0 && gm_span_cut(&head, '\n', &line))
        if (gm_span_starts(line, beginning)) return true;
    return false;
}

static bool is_yaml(gm_span head) {
    if (has_line(head, GM_SPAN("- apiVersion:"))) return true;
    return has_line(head, GM_SPAN("apiVersion:")) && has_line(head, GM_SPAN("kind:"));
}

static int bid(const gm_head *head) {
    if (!gm_head_is_json(head)) return is_yaml(head->head) ? 75 : 0;
    bool pod = gm_head_has_json(head, "kind", "Pod") || gm_head_has_json(head, "kind", "PodList");
    bool event = gm_head_has_json(head, "kind", "Event") || gm_head_has_json(head, "kind", "EventList");
    bool versioned = gm_head_has_json(head, "apiVersion", NULL);
    if ((pod || event) && versioned) return 85;
    if (gm_head_has_json(head, "kind", "List") && gm_head_has_json(head, "apiVersion", "v1")) return 70;
    if (gm_head_has_json(head, "containerStatuses", NULL)) return 60;
    if (gm_head_has_json(head, "involvedObject", NULL)) return 60;
    return versioned && gm_head_has_json(head, "kind", NULL) ? 25 : 0;
}

/* --- objects --- */
typedef struct {
    gm_member *member;
    int64_t others;
    gm_span first_kind; /* of the others */
} object_reader;

static gm_status read_object(object_reader *reader, const gm_json *object) {
    if (gm_json_get(object, "involvedObject") || gm_json_get(object, "regarding"))
        return gm_k8s_event_read(reader->member, object);
    if (gm_json_at(object, "spec.containers")) return gm_k8s_pod_read(reader->member, object);
    if (reader->others++ == 0) reader->first_kind = gm_json_text(gm_json_get(object, "kind"));
    return GM_OK;
}

/* An object, a list of them, or a bare array. */
static gm_status read_document(object_reader *reader, const gm_json *root) {
    const gm_json *items = root->kind == GM_JSON_ARRAY ? root : gm_json_get(root, "items");
    gm_status status = GM_OK;
    if (!items) return read_object(reader, root);
    if (!items->child) gm_member_diag(reader->member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN, "the list is empty");
    GM_JSON_EACH(item, items) {
        status = read_object(reader, item);
        if (status != GM_OK) return status;
    }
    return status;
}

static void tell_others(const object_reader *reader) {
    gm_span kind = gm_span_first(reader->first_kind, 64);
    if (reader->others == 0) return;
    gm_emit_left_out(reader->member->store, GM_LEFT_OUTSIDE, reader->others);
    gm_member_diag(reader->member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                   "%lld object(s) are neither pods nor events, the first is a %.*s", (long long)reader->others,
                   kind.len > 0 ? (int)kind.len : 5, kind.len > 0 ? kind.data : "thing");
}

static gm_status parse(gm_member *member) {
    object_reader reader = {.member = member};
    const gm_head head = {.head = member->head};
    const gm_json *root = gm_head_is_json(&head) ? gm_json_read(member) : gm_yaml_read(member);
    gm_status status = root ? GM_OK : GM_DAMAGED;
    for (; root && status == GM_OK; root = root->next) status = read_document(&reader, root);
    tell_others(&reader);
    return status;
}

const gm_format gm_format_k8s_object = {
    .name = "k8s_object",
    .title = "Kubernetes pods and events (JSON, YAML)",
    .takes = "Memory and CPU limits, the Go runtime's environment, restarts and terminations, events.",
    .bid = bid,
    .parse = parse,
};
