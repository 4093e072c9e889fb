/* What "docker inspect" and "podman inspect" print of containers.
 *
 * Comes behind the JSON reader: the memory limit, the Go runtime's environment, when it started and how it
 * ended. Of other things that can be inspected (images, networks) nothing is taken.
 * https://docs.docker.com/reference/api/engine/ (ContainerInspect) */
#include <math.h>

#include "gomortem/emit_records.h"
#include "gomortem/format.h"
#include "importer/environment.h"
#include "importer/logs/owner.h"
#include "importer/metrics/documents.h"
#include "importer/text/span.h"

static int docker_inspect_bid(const gm_head *head) {
    if (!gm_head_is_json(head) || !gm_head_has_json(head, "State", NULL)) return 0;
    bool ended = gm_head_has_json(head, "FinishedAt", NULL) && gm_head_has_json(head, "OOMKilled", NULL);
    return ended && gm_head_has_json(head, "StartedAt", NULL) ? 90 : 0;
}

static gm_status setting(gm_member *member, int64_t identity_id, const char *name, gm_span value) {
    double number;
    if (value.len == 0) return GM_OK;
    gm_setting row = {identity_id, GM_UNKNOWN, name, value, gm_span_bytes(value, &number) ? number : NAN};
    return gm_emit_setting(member->store, &row);
}

static gm_status read_settings(gm_member *member, int64_t id, const gm_json *container) {
    gm_span memory = gm_json_text(gm_json_at(container, "HostConfig.Memory")), variable, name;
    int64_t limit;
    gm_status status = setting(member, id, "image", gm_json_text(gm_json_at(container, "Config.Image")));
    /* 0: no limit */
    if (status == GM_OK && gm_span_int(memory, &limit) && limit > 0)
        status = setting(member, id, "limits.memory", memory);
    GM_JSON_EACH(item, gm_json_at(container, "Config.Env")) {
        variable = gm_json_text(item);
        if (status != GM_OK || !gm_span_cut(&variable, '=', &name) || !variable.data) continue;
        const char *kept = gm_environment_setting(name);
        if (kept) status = setting(member, id, kept, variable);
    }
    return status;
}

/* The zero time stands for never. */
static int64_t time_of(const gm_json *state, const char *key) {
    int64_t t_ns;
    return gm_time_rfc3339(gm_json_text(gm_json_get(state, key)), &t_ns) && t_ns > 0 ? t_ns : GM_UNKNOWN;
}

static gm_status read_life(gm_member *member, int64_t id, const gm_json *container) {
    const gm_json *state = gm_json_get(container, "State"), *killed = gm_json_get(state, "OOMKilled");
    int64_t started = time_of(state, "StartedAt"), finished = time_of(state, "FinishedAt"), restarts = GM_UNKNOWN;
    gm_json_int(gm_json_get(container, "RestartCount"), &restarts);
    gm_event row = {
        .identity_id = id, .t_ns = started, .exit_code = GM_UNKNOWN, .count = GM_UNKNOWN, .kind = "started"};
    gm_status status = started == GM_UNKNOWN ? GM_OK : gm_emit_event(member->store, &row);
    if (status != GM_OK || finished == GM_UNKNOWN) return status;
    gm_event end = {
        .identity_id = id, .t_ns = finished, .exit_code = GM_UNKNOWN, .count = restarts, .kind = "terminated"};
    /* of a container that runs again it is the end before; the exit code is then that of nothing */
    bool running = finished < started;
    if (!running) gm_json_int(gm_json_get(state, "ExitCode"), &end.exit_code);
    bool oom = killed && killed->kind == GM_JSON_TRUE;
    end.reason = oom ? GM_SPAN("OOMKilled") : running ? (gm_span){NULL, 0} : GM_SPAN("Exited");
    end.text = gm_json_text(gm_json_get(state, "Error"));
    return gm_emit_event(member->store, &end);
}

static gm_status read_container(gm_member *member, const gm_json *container) {
    gm_identity who = {.level = GM_LEVEL_CONTAINER};
    int64_t id;
    if (!gm_json_get(container, "State")) {
        gm_emit_left_out(member->store, GM_LEFT_OUTSIDE, 1);
        return GM_OK;
    }
    gm_owner_of_docker_name(gm_json_text(gm_json_get(container, "Name")), &who);
    who.runtime_id = gm_json_text(gm_json_get(container, "Id"));
    gm_status status = gm_emit_identity(member->store, &who, &id);
    if (status == GM_OK) status = read_settings(member, id, container);
    return status == GM_OK ? read_life(member, id, container) : status;
}

static gm_status read_document(void *context, const gm_json *document) {
    gm_status status = GM_OK;
    if (document->kind != GM_JSON_ARRAY) return read_container(context, document);
    GM_JSON_EACH(container, document) {
        status = read_container(context, container);
        if (status != GM_OK) return status;
    }
    return status;
}

static gm_status docker_inspect_parse(gm_member *member) {
    return gm_documents_each(member, read_document, member);
}

const gm_format gm_format_docker_inspect = {
    .name = "docker_inspect",
    .title = "docker inspect or podman inspect (JSON)",
    .takes = "Memory limits, the Go runtime's environment, starts and ends of containers.",
    .bid = docker_inspect_bid,
    .parse = docker_inspect_parse,
};
