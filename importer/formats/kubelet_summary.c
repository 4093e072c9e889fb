/* The kubelet's /stats/summary: one instant of a node, its pods and their containers.
 *
 * Read as a tree; each part (cpu, memory, swap) tells its own time. A limit is not stated, but where there is
 * one the kubelet reports what is left of it: availableBytes = limit - workingSetBytes, computed without care
 * for overflow and therefore added up in the same arithmetic here. Disks, networks and volumes are not read.
 * https://github.com/kubernetes/kubelet/blob/master/pkg/apis/stats/v1alpha1/types.go */
#include "gomortem/format.h"
#include "importer/metrics/fields.h"
#include "importer/text/span.h"

static int bid(const gm_head *head) {
    if (!gm_head_is_json(head) || !gm_head_has_json(head, "nodeName", NULL)) return 0;
    if (!gm_head_has_json(head, "workingSetBytes", NULL) && !gm_head_has_json(head, "usageNanoCores", NULL)) return 0;
    return gm_head_has_json(head, "node", NULL) || gm_head_has_json(head, "podRef", NULL) ? 92 : 0;
}

static bool read_uint(const gm_json *value, uint64_t *number) {
    gm_span text = gm_json_text(value);
    return text.len > 0 && gm_span_take_uint(&text, number) && text.len == 0;
}

static gm_status read_limit(gm_fields *fields, const gm_json *memory, int64_t t_ns) {
    uint64_t available, used;
    if (!read_uint(gm_json_get(memory, "availableBytes"), &available)) return GM_OK;
    if (!read_uint(gm_json_get(memory, "workingSetBytes"), &used)) return GM_OK;
    return gm_fields_quantity(fields, GM_Q_MEM_LIMIT, GM_SPAN("memory.availableBytes+memory.workingSetBytes"), t_ns,
                              (double)(available + used));
}

/* cpu, memory and swap of a node, pod or container. */
static gm_status read_parts(gm_fields *fields, const gm_json *owner) {
    static const char *const parts[] = {"cpu", "memory", "swap"};
    int64_t t_ns, start_ns;
    gm_status status = GM_OK;
    for (size_t i = 0; i < 3 && status == GM_OK; i++) {
        const gm_json *part = gm_json_get(owner, parts[i]);
        if (!part || part->kind != GM_JSON_MAP) continue;
        if (!gm_time_rfc3339(gm_json_text(gm_json_get(part, "time")), &t_ns)) {
            gm_emit_rejected(fields->member->store, 1);
            continue;
        }
        fields->member->time_source = "content";
        status = gm_fields_object(fields, part, gm_span_of(parts[i]), t_ns);
        if (status == GM_OK && i == 1) status = read_limit(fields, part, t_ns);
        bool starts = i == 1 && gm_time_rfc3339(gm_json_text(gm_json_get(owner, "startTime")), &start_ns);
        if (status == GM_OK && starts)
            status =
                gm_fields_quantity(fields, GM_Q_CONTAINER_START, GM_SPAN("startTime"), t_ns, (double)start_ns / 1e9);
    }
    return status;
}

static gm_status read_owner(gm_fields *fields, const gm_json *owner, const gm_identity *identity) {
    gm_status status = gm_fields_owner(fields, identity);
    if (status == GM_OK) status = read_parts(fields, owner);
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

static gm_status read_pod(gm_fields *fields, const gm_json *pod) {
    const gm_json *ref = gm_json_get(pod, "podRef");
    gm_identity identity = {.level = GM_LEVEL_POD};
    identity.ns = gm_json_text(gm_json_get(ref, "namespace"));
    identity.pod = gm_json_text(gm_json_get(ref, "name"));
    identity.pod_uid = gm_json_text(gm_json_get(ref, "uid"));
    gm_status status = read_owner(fields, pod, &identity);
    identity.level = GM_LEVEL_CONTAINER;
    GM_JSON_EACH(container, gm_json_get(pod, "containers")) {
        if (status != GM_OK) break;
        identity.container = gm_json_text(gm_json_get(container, "name"));
        if (identity.container.len > 0) status = read_owner(fields, container, &identity);
    }
    return status;
}

/* The node itself, and its own daemons: those are kept beside it, without a quantity of the node's. */
static gm_status read_node(gm_fields *fields, const gm_json *node) {
    gm_identity identity = {.level = GM_LEVEL_NODE, .hint = gm_json_text(gm_json_get(node, "nodeName"))};
    char labels[128];
    gm_status status = read_owner(fields, node, &identity);
    GM_JSON_EACH(daemon, gm_json_get(node, "systemContainers")) {
        gm_span name = gm_json_text(gm_json_get(daemon, "name"));
        bool plain =
            name.len > 0 && name.len < 64 && gm_span_find_byte(name, '"') < 0 && gm_span_find_byte(name, '\\') < 0;
        if (status != GM_OK || !plain) continue;
        snprintf(labels, sizeof(labels), "{\"systemContainer\":\"%.*s\"}", (int)name.len, name.data);
        fields->labels = gm_span_of(labels);
        fields->foreign = true;
        status = read_owner(fields, daemon, &identity);
    }
    fields->labels = (gm_span){NULL, 0};
    fields->foreign = false;
    return status;
}

static gm_status parse(gm_member *member) {
    gm_fields fields = {.member = member, .source = "kubelet", .dictionary = GM_DICT_KUBELET};
    const gm_json *summary = gm_json_read(member);
    if (!summary) return GM_DAMAGED;
    gm_status status = read_node(&fields, gm_json_get(summary, "node"));
    GM_JSON_EACH(pod, gm_json_get(summary, "pods")) {
        if (status == GM_OK) status = read_pod(&fields, pod);
    }
    return status;
}

const gm_format gm_format_kubelet_summary = {
    .name = "kubelet_summary",
    .title = "kubelet /stats/summary",
    .takes = "CPU, memory and swap of the node, its pods and containers at one instant.",
    .bid = bid,
    .parse = parse,
};
