/* Samples out of JSON objects whose fields have fixed names.
 *
 * Comes behind kubelet_summary, cadvisor_rest, docker_stats, metrics_server and expvar, before the store. A
 * field's dotted path is its series' name; vocabulary.c says what it measures. */
#include "importer/metrics/fields.h"

#include "importer/select.h"
#include "importer/text/span.h"

#define GM_FIELD_NAME 256

gm_status gm_fields_quantity(gm_fields *fields, gm_quantity quantity, gm_span name, int64_t t_ns, double value) {
    gm_store *store = fields->member->store;
    gm_series series = {.identity_id = fields->identity_id, .source = fields->source, .name = name};
    int64_t id;
    if (!gm_value_accept(&quantity, &value)) {
        gm_fields_leave_out(fields, GM_LEFT_NO_VALUE);
        return GM_OK;
    }
    series.quantity = fields->foreign ? GM_Q_NONE : quantity;
    series.labels = fields->labels;
    gm_status status = gm_emit_series(store, &series, &id);
    if (status == GM_DAMAGED) gm_emit_rejected(store, 1);
    if (status != GM_OK) return status == GM_FATAL ? GM_FATAL : GM_OK;
    return gm_emit_sample(store, id, t_ns, value);
}

gm_status gm_fields_number(gm_fields *fields, gm_span name, int64_t t_ns, double value) {
    size_t n;
    const gm_alias *alias = gm_alias_find(fields->dictionary, name, &n);
    if (alias) return gm_fields_quantity(fields, alias->quantity, name, t_ns, value / alias->divisor);
    gm_fields_leave_out(fields, GM_LEFT_OUTSIDE);
    return GM_OK;
}

gm_status gm_fields_object(gm_fields *fields, const gm_json *object, gm_span prefix, int64_t t_ns) {
    char name[GM_FIELD_NAME];
    gm_status status = GM_OK;
    double value;
    if (prefix.len + 1 >= sizeof(name)) return GM_OK;
    if (prefix.len > 0) {
        memcpy(name, prefix.data, prefix.len);
        name[prefix.len] = '.';
    }
    size_t start = prefix.len ? prefix.len + 1 : 0;
    for (const gm_json *field = object ? object->child : NULL; field && status == GM_OK; field = field->next) {
        if (field->key.len > sizeof(name) - start) continue;
        if (field->key.len > 0) memcpy(name + start, field->key.data, field->key.len);
        gm_span whole = {name, start + field->key.len};
        if (field->kind == GM_JSON_MAP) status = gm_fields_object(fields, field, whole, t_ns);
        if (field->kind == GM_JSON_NUMBER && gm_span_double(field->text, &value))
            status = gm_fields_number(fields, whole, t_ns, value);
    }
    return status;
}

void gm_fields_leave_out(const gm_fields *fields, gm_left_reason reason) {
    gm_emit_left_out(fields->member->store, reason, 1);
}

gm_status gm_fields_owner(gm_fields *fields, const gm_identity *identity) {
    gm_member *member = fields->member;
    gm_identity named = *identity;
    if (!gm_select_matches(member->select, named.ns, named.pod, named.container)) {
        gm_fields_leave_out(fields, GM_LEFT_NOT_SELECTED);
        return GM_END;
    }
    if (named.pod.len + named.container.len >
        0) { /* the names alone are who it is; what changes under them stands beside it */
        named.pod_uid.len = named.runtime_id.len = named.cgroup.len = 0;
        int64_t more;
        bool has_more = identity->pod_uid.len + identity->runtime_id.len + identity->cgroup.len > 0;
        gm_status status = has_more ? gm_emit_identity(member->store, identity, &more) : GM_OK;
        if (status != GM_OK) return status;
    }
    return gm_emit_identity(member->store, &named, &fields->identity_id);
}
