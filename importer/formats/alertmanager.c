/* Alerts: what Alertmanager sends to a webhook, and what its API and Prometheus' answer.
 *
 * Comes behind the JSON reader; each alert becomes an event at its start, of the container that its labels
 * name, and a second one at its end. An annotation may carry a profile in base64, which becomes a member of
 * its own (importer/embedded.c). https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 * (version 4), /api/v2/alerts, /api/v1/alerts. */
#include "gomortem/emit_records.h"
#include "gomortem/format.h"
#include "importer/embedded.h"
#include "importer/metrics/documents.h"
#include "importer/text/span.h"

static int alertmanager_bid(const gm_head *head) {
    if (!gm_head_is_json(head)) return 0;
    bool starts = gm_head_has_json(head, "startsAt", NULL) || gm_head_has_json(head, "activeAt", NULL);
    bool labels = gm_head_has_json(head, "labels", NULL) && gm_head_has_json(head, "annotations", NULL);
    bool webhook = gm_head_has_json(head, "groupKey", NULL) || gm_head_has_json(head, "receiver", NULL);
    bool list = gm_head_has_json(head, "alerts", NULL);
    if (webhook && list) return labels || starts ? 88 : 55;
    return labels && starts ? 86 : 0;
}

static gm_span first_text(const gm_json *map, const char *const names[]) {
    for (size_t i = 0; names[i]; i++) {
        gm_span text = gm_json_text(gm_json_get(map, names[i]));
        if (text.len > 0) return text;
    }
    return (gm_span){NULL, 0};
}

static gm_status owner_of(gm_member *member, const gm_json *labels, gm_identity *who, int64_t *id) {
    static const char *const ns[] = {"namespace", "exported_namespace", "kubernetes_namespace", NULL};
    static const char *const pods[] = {"pod", "exported_pod", "pod_name", "kubernetes_pod_name", NULL};
    static const char *const containers[] = {"container", "exported_container", "container_name", NULL};
    *who = (gm_identity){
        .ns = first_text(labels, ns), .pod = first_text(labels, pods), .container = first_text(labels, containers)};
    if (who->container.len == 0 && who->pod.len == 0) return gm_member_identity(member, id);
    who->level = who->container.len > 0 ? GM_LEVEL_CONTAINER : GM_LEVEL_POD;
    return gm_emit_identity(member->store, who, id);
}

static gm_status emit(gm_member *member, int64_t identity_id, int64_t t_ns, gm_span name, gm_span text) {
    gm_event row = {.identity_id = identity_id,
                    .t_ns = t_ns,
                    .exit_code = GM_UNKNOWN,
                    .count = GM_UNKNOWN,
                    .kind = "alert",
                    .reason = name,
                    .text = text};
    return gm_emit_event(member->store, &row);
}

static int64_t time_of(const gm_json *alert, const char *key) {
    int64_t t_ns;
    return gm_time_rfc3339(gm_json_text(gm_json_get(alert, key)), &t_ns) && t_ns > 0 ? t_ns : GM_UNKNOWN;
}

/* A firing alert has the zero time as its end, or a time to come at which it would be forgotten. */
static bool has_ended(const gm_json *alert) {
    return gm_span_equal(gm_json_text(gm_json_get(alert, "status")), GM_SPAN("resolved"));
}

static gm_status read_profiles(gm_member *member, const gm_identity *who, const gm_json *annotations) {
    gm_status status = GM_OK;
    GM_JSON_EACH(annotation, annotations) {
        if (status != GM_OK) return status;
        status = gm_embedded_profile(member, who, annotation->key, gm_json_text(annotation));
    }
    return status;
}

static gm_status read_alert(gm_member *member, const gm_json *alert) {
    static const char *const texts[] = {"description", "message", "summary", NULL};
    const gm_json *labels = gm_json_get(alert, "labels"), *annotations = gm_json_get(alert, "annotations");
    gm_identity who;
    int64_t id, start = time_of(alert, "startsAt"), end = time_of(alert, "endsAt");
    if (start == GM_UNKNOWN) start = time_of(alert, "activeAt");
    if (!labels) {
        gm_emit_rejected(member->store, 1);
        return GM_OK;
    }
    gm_span name = gm_json_text(gm_json_get(labels, "alertname"));
    gm_status status = owner_of(member, labels, &who, &id);
    if (status == GM_OK) status = emit(member, id, start, name, first_text(annotations, texts));
    if (status == GM_OK && has_ended(alert) && end != GM_UNKNOWN)
        status = emit(member, id, end, name, GM_SPAN("resolved"));
    return status == GM_OK ? read_profiles(member, &who, annotations) : status;
}

/* What is in commonAnnotations is in each alert's own. {"alerts":[...]}, {"data":{"alerts":[...]}},
 * {"data":[...]}, [...], or one alert. */
static gm_status read_document(void *context, const gm_json *document) {
    gm_member *member = context;
    const gm_json *list = gm_json_get(document, "alerts");
    if (!list) list = gm_json_at(document, "data.alerts");
    if (!list) list = gm_json_get(document, "data");
    if (!list && document->kind == GM_JSON_ARRAY) list = document;
    if (!list) return read_alert(member, document);
    gm_status status = GM_OK;
    GM_JSON_EACH(alert, list) {
        status = read_alert(member, alert);
        if (status != GM_OK) return status;
    }
    return GM_OK;
}

static gm_status alertmanager_parse(gm_member *member) {
    return gm_documents_each(member, read_document, member);
}

const gm_format gm_format_alertmanager = {
    .name = "alertmanager",
    .title = "Alerts of Alertmanager or Prometheus (JSON)",
    .takes = "Start and end of each alert as events; profiles in annotations are read as members of their own.",
    .bid = alertmanager_bid,
    .parse = alertmanager_parse,
};
