/* cAdvisor's own REST API: containers with the last minutes of their statistics.
 *
 * Read as trees: /api/v1.x/containers is one container, .../subcontainers an array of them, .../docker and
 * all of v2.x map names to them. Whom a container belongs to is told by its cgroup path, its aliases and the
 * labels that Kubernetes gives its containers; they go through the same rules as the labels of metrics.
 * https://github.com/google/cadvisor/blob/master/docs/api.md and info/v1/container.go */
#include "gomortem/format.h"
#include "importer/metrics/documents.h"
#include "importer/metrics/fields.h"
#include "importer/metrics/owner.h"
#include "importer/text/span.h"

static int bid(const gm_head *head) {
    if (!gm_head_is_json(head) || !gm_head_has_json(head, "spec", NULL)) return 0;
    if (!gm_head_has_json(head, "has_memory", NULL) && !gm_head_has_json(head, "creation_time", NULL)) return 0;
    return gm_head_has_json(head, "has_cpu", NULL) || gm_head_has_json(head, "stats", NULL) ? 88 : 0;
}

static void add_name(gm_labels *labels, const char *label, gm_span value) {
    if (value.len > 0) gm_labels_add(labels, gm_span_of(label), value);
}

/* The container as the labels that cAdvisor's metrics would have. path: its key in an answer that is a map.
 */
static gm_metric_owner find_owner(const gm_json *container, gm_span path, gm_arena *arena) {
    gm_labels labels = {.n = 0};
    const gm_json *spec = gm_json_get(container, "spec"), *aliases = gm_json_get(container, "aliases");
    const gm_json *names = gm_json_get(spec, "labels");
    if (!aliases) aliases = gm_json_get(spec, "aliases");
    gm_span name = gm_json_text(gm_json_get(container, "name"));
    add_name(&labels, "id", name.len > 0 ? name : path);
    add_name(&labels, "name", aliases ? gm_json_text(aliases->child) : (gm_span){NULL, 0});
    add_name(&labels, "image", gm_json_text(gm_json_get(spec, "image")));
    add_name(&labels, "namespace", gm_json_text(gm_json_get(names, "io.kubernetes.pod.namespace")));
    add_name(&labels, "pod", gm_json_text(gm_json_get(names, "io.kubernetes.pod.name")));
    add_name(&labels, "container", gm_json_text(gm_json_get(names, "io.kubernetes.container.name")));
    add_name(&labels, "pod_uid", gm_json_text(gm_json_get(names, "io.kubernetes.pod.uid")));
    return gm_metric_owner_find(&labels, true, arena);
}

/* What the container may use does not change with time; it is told with every entry, as the exporter does. */
static gm_status read_spec(gm_fields *fields, const gm_json *spec, int64_t t_ns) {
    double limit;
    int64_t start_ns;
    gm_status status = GM_OK;
    if (gm_span_double(gm_json_text(gm_json_at(spec, "memory.limit")), &limit))
        status = gm_fields_quantity(fields, GM_Q_MEM_LIMIT, GM_SPAN("spec.memory.limit"), t_ns, limit);
    if (status == GM_OK && gm_time_rfc3339(gm_json_text(gm_json_get(spec, "creation_time")), &start_ns))
        status = gm_fields_quantity(fields, GM_Q_CONTAINER_START, GM_SPAN("spec.creation_time"), t_ns,
                                    (double)start_ns / 1e9);
    return status;
}

static gm_status read_stats(gm_fields *fields, const gm_json *container) {
    int64_t t_ns;
    gm_status status = GM_OK;
    GM_JSON_EACH(entry, gm_json_get(container, "stats")) {
        if (status != GM_OK) break;
        if (!gm_time_rfc3339(gm_json_text(gm_json_get(entry, "timestamp")), &t_ns)) {
            gm_emit_rejected(fields->member->store, 1);
            continue;
        }
        status = gm_fields_object(fields, entry, (gm_span){NULL, 0}, t_ns);
        if (status == GM_OK) status = read_spec(fields, gm_json_get(container, "spec"), t_ns);
    }
    return status;
}

static gm_status read_container(gm_fields *fields, const gm_json *container, gm_span path) {
    gm_metric_owner owner = find_owner(container, path, fields->member->arena);
    gm_status status = gm_fields_owner(fields, owner.has_more ? &owner.more : &owner.identity);
    fields->foreign = owner.is_pause;
    if (status == GM_OK) status = read_stats(fields, container);
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

static gm_status read_document(void *context, const gm_json *document) {
    gm_fields *fields = context;
    gm_status status = GM_OK;
    if (document->kind == GM_JSON_MAP && gm_json_get(document, "spec"))
        return read_container(fields, document, (gm_span){NULL, 0});
    GM_JSON_EACH(container, document) {
        if (status == GM_OK && container->kind == GM_JSON_MAP)
            status = read_container(fields, container, container->key);
    }
    return status;
}

static gm_status parse(gm_member *member) {
    gm_fields fields = {.member = member, .source = "cadvisor", .dictionary = GM_DICT_CADVISOR};
    gm_status status = gm_documents_each(member, read_document, &fields);
    return status;
}

const gm_format gm_format_cadvisor_rest = {
    .name = "cadvisor_rest",
    .title = "cAdvisor REST API answer",
    .takes = "CPU and memory statistics of containers, their limits and start times.",
    .bid = bid,
    .parse = parse,
};
