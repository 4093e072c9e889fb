/* What captures of files under /sys/fs/cgroup and /proc share.
 *
 * Comes before cgroup_file, cgroup_sampler, proc_status, proc_smaps and proc_maps, behind the line reader. A
 * capture names nobody; its place in the bundle does, and that must stay the same from snapshot to snapshot:
 * "incident/cgroup/2026-11-23T09:14:50Z/memory.stat" belongs to "incident/cgroup". */
#include "importer/formats/cgroup_file/capture.h"

#include <stdio.h>

#include "importer/logs/owner.h"
#include "importer/metrics/vocabulary.h"
#include "importer/text/span.h"

static const double no_limit = 4611686018427387904.0; /* 2^62: cAdvisor and kubelet take more as "no limit" */

static gm_span parent_of(gm_span path) {
    size_t len = path.len;
    while (len > 0 && path.data[len - 1] != '/') len--;
    return gm_span_first(path, len > 0 ? len - 1 : 0);
}

static gm_span name_of(gm_span path) {
    gm_span parent = parent_of(path);
    bool has_slash = parent.len < path.len && path.data[parent.len] == '/';
    return gm_span_from(path, parent.len + (has_slash ? 1 : 0));
}

/* Cuts the innermost directory with a time in its name out: *before and *behind are the rest. */
static bool find_stamp(gm_span directory, gm_span *before, gm_span *behind) {
    int64_t ns;
    for (gm_span at = directory; at.len > 0; at = parent_of(at)) {
        if (!gm_time_in_name(name_of(at), &ns)) continue;
        *before = parent_of(at);
        *behind = gm_span_from(directory, at.len + 1);
        return true;
    }
    return false;
}

static size_t join(char *text, size_t len, gm_span part) {
    if (part.len == 0) return len;
    if (len > 0) text[len++] = '/';
    memcpy(text + len, part.data, part.len);
    return len + part.len;
}

/* What the kernel tells of the whole machine, not of a container. */
static bool is_of_machine(gm_span path) {
    return gm_span_find(path, GM_SPAN("proc/pressure/")) >= 0 || gm_span_equal(name_of(path), GM_SPAN("meminfo"));
}

static gm_status find_owner(gm_capture *capture, gm_span prefix) {
    gm_member *member = capture->member;
    int64_t ns;
    gm_span before = parent_of(member->path), behind = {NULL, 0};
    char *text = gm_arena_alloc(member->arena, member->path.len + prefix.len + 4);
    if (!text) return gm_member_identity(member, &capture->identity_id);
    if (!gm_time_in_name(name_of(member->path), &ns)) (void)find_stamp(before, &before, &behind);
    size_t len = join(text, 0, before);
    len = join(text, len, behind);
    if (!gm_time_in_name(prefix, &ns)) len = join(text, len, prefix);
    gm_identity who = {.level = GM_LEVEL_UNNAMED, .hint = {text, len}};
    if (len == 0) who.hint = gm_span_of(capture->source);
    if (is_of_machine(member->path)) who.level = GM_LEVEL_NODE;
    return gm_emit_identity(member->store, &who, &capture->identity_id);
}

gm_status gm_capture_open(gm_capture *capture, gm_member *member, const char *source, gm_span prefix) {
    capture->member = member;
    capture->source = source;
    capture->t_ns = GM_UNKNOWN;
    capture->torn = false;
    capture->now = gm_snapshot_of_path(member);
    gm_lines_init(&capture->lines, member);
    gm_status status = find_owner(capture, prefix);
    capture->own_identity_id = capture->identity_id;
    return status;
}

/* The part below the mount point; of cgroup v1 the controllers' directories are mount points. */
static gm_span below_mount(gm_span directory) {
    static const char *const controllers[] = {"memory", "cpu,cpuacct", "cpuacct,cpu", "cpuacct",
                                              "cpu",    "pids",        "unified"};
    gm_span first, rest;
    ptrdiff_t at = gm_span_find(directory, GM_SPAN("sys/fs/cgroup"));
    if (at < 0) return directory;
    rest = gm_span_from(directory, (size_t)at + sizeof("sys/fs/cgroup") - 1);
    (void)gm_span_take_byte(&rest, '/');
    directory = rest;
    if (!gm_span_cut(&rest, '/', &first)) return directory;
    for (size_t i = 0; i < sizeof(controllers) / sizeof(controllers[0]); i++)
        if (gm_span_equal(first, gm_span_of(controllers[i]))) return rest;
    return directory;
}

gm_status gm_capture_of_directory(gm_capture *capture, gm_span directory) {
    gm_member *member = capture->member;
    gm_cgroup_owner owner;
    char text[GM_CAPTURE_PATH];
    directory = below_mount(directory);
    while (gm_span_take_byte(&directory, '/')) continue;
    while (directory.len > 0 && directory.data[directory.len - 1] == '/') directory.len--;
    capture->identity_id = capture->own_identity_id;
    bool is_path = directory.len > 0 && !gm_span_equal(directory, GM_SPAN("."));
    if (!is_path || member->path.len + directory.len + 2 > sizeof(text)) return GM_OK;
    size_t len = join(text, join(text, 0, member->path), directory);
    gm_identity who = {.level = GM_LEVEL_UNNAMED, .hint = {text, len}};
    gm_span cgroup = gm_span_from(who.hint, len - directory.len - 1);
    gm_owner_of_cgroup(cgroup, GM_SPAN(""), &owner);
    if (owner.identity.runtime_id.len > 0 || owner.identity.pod_uid.len > 0) who.cgroup = cgroup;
    return gm_emit_identity(member->store, &who, &capture->identity_id);
}

bool gm_capture_next(gm_capture *capture, gm_span *text) {
    gm_line line, none;
    if (!gm_lines_next(&capture->lines, &line)) {
        capture->torn |= gm_lines_status(&capture->lines) != GM_OK;
        return false;
    }
    *text = line.text;
    if (!line.unfinished) return true;
    *text = gm_span_first(line.text, sizeof(capture->last));
    if (text->len > 0) memcpy(capture->last, text->data, text->len);
    text->data = capture->last;
    bool more = gm_lines_next(&capture->lines, &none);
    if (!more && gm_lines_status(&capture->lines) == GM_OK) return true;
    capture->torn = true;
    gm_emit_rejected(capture->member->store, 1);
    return false;
}

gm_status gm_capture_sample(gm_capture *capture, gm_quantity quantity, const char *file, gm_span key, double value) {
    gm_store *store = capture->member->store;
    char name[128];
    int64_t id;
    if (value > no_limit || !gm_value_accept(&quantity, &value)) {
        gm_emit_left_out(store, GM_LEFT_NO_VALUE, 1);
        return GM_OK;
    }
    if (capture->t_ns == GM_UNKNOWN) {
        gm_emit_rejected(store, 1);
        return GM_OK;
    }
    int len = snprintf(name, sizeof(name), "%s%s%.*s", file, key.len ? ":" : "", (int)gm_span_first(key, 64).len,
                       key.len ? key.data : "");
    gm_series series = {.identity_id = capture->identity_id, .quantity = quantity, .source = capture->source};
    series.name = gm_span_first((gm_span){name, (size_t)len}, sizeof(name) - 1);
    gm_status status = gm_emit_series(store, &series, &id);
    if (status == GM_DAMAGED) gm_emit_rejected(store, 1);
    if (status != GM_OK) return status == GM_FATAL ? GM_FATAL : GM_OK;
    return gm_emit_sample(store, id, capture->t_ns, value < 0 ? 0 : value);
}

bool gm_capture_number(gm_span text, double *value) {
    int64_t whole;
    uint64_t large;
    if (gm_span_int(text, &whole)) {
        *value = (double)whole;
        return true;
    }
    if (!gm_span_take_uint(&text, &large) || text.len > 0) return false;
    *value = (double)large;
    return true;
}
