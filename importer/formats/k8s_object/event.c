/* An event of Kubernetes: what happened to whom, how often, and when last.
 *
 * Comes behind k8s_object.c. core/v1 and events.k8s.io/v1, which calls the same things otherwise. */
#include "gomortem/emit_records.h"
#include "importer/formats/k8s_object/objects.h"
#include "importer/text/span.h"

/* "spec.containers{app}" -> "app" */
static gm_span field_container(gm_span path) {
    ptrdiff_t at = gm_span_find_byte(path, '{');
    return at >= 0 && gm_span_ends(path, GM_SPAN("}"))
               ? gm_span_first(gm_span_from(path, (size_t)at + 1), path.len - (size_t)at - 2)
               : (gm_span){"", 0};
}

gm_status gm_k8s_event_read(gm_member *member, const gm_json *object) {
    const gm_json *about = gm_json_get(object, "involvedObject");
    if (!about) about = gm_json_get(object, "regarding"); /* events.k8s.io/v1 */
    gm_span kind = gm_json_text(gm_json_get(about, "kind"));
    gm_identity identity = {.level = GM_LEVEL_NODE, .hint = gm_json_text(gm_json_get(about, "name"))};
    if (gm_span_equal(kind, GM_SPAN("Pod"))) {
        gm_span name = field_container(gm_json_text(gm_json_get(about, "fieldPath")));
        identity = (gm_identity){.level = name.len ? GM_LEVEL_CONTAINER : GM_LEVEL_POD,
                                 .ns = gm_json_text(gm_json_get(about, "namespace")),
                                 .pod = gm_json_text(gm_json_get(about, "name")),
                                 .container = name,
                                 .pod_uid = gm_json_text(gm_json_get(about, "uid"))};
    }
    gm_event row = {.exit_code = GM_UNKNOWN,
                    .count = GM_UNKNOWN,
                    .kind = "k8s_event",
                    .reason = gm_json_text(gm_json_get(object, "reason")),
                    .text = gm_json_text(gm_json_get(object, "message"))};
    if (row.text.len == 0) row.text = gm_json_text(gm_json_get(object, "note"));
    static const char *const counts[] = {"series.count", "count", "deprecatedCount"};
    for (size_t i = 0; i < 3 && row.count == GM_UNKNOWN; i++) gm_json_int(gm_json_at(object, counts[i]), &row.count);
    static const char *const times[] = {"lastTimestamp", "series.lastObservedTime", "deprecatedLastTimestamp",
                                        "eventTime", "firstTimestamp"};
    row.t_ns = GM_UNKNOWN;
    for (size_t i = 0; i < 5 && row.t_ns == GM_UNKNOWN; i++) row.t_ns = gm_k8s_time(gm_json_at(object, times[i]));
    gm_status status = gm_emit_identity(member->store, &identity, &row.identity_id);
    return status == GM_OK ? gm_emit_event(member->store, &row) : status;
}
