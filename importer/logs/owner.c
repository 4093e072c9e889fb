/* Reads container identities out of log paths, docker names and cgroup paths.
 *
 * Comes behind the log wrappers and the OOM reports; identity.c of the importer settles later who is who. Layouts:
 * kubelet pkg/kuberuntime/logs (pods, containers), docker daemon/logger/jsonfilelog, dockershim naming.go,
 * replicatedhq/troubleshoot, openshift/must-gather; cgroup drivers: kubelet cm/cgroup_manager_linux.go. Names of
 * Kubernetes objects hold no '_', which makes the splits unambiguous. */
#include "importer/logs/owner.h"

#include "importer/text/span.h"

enum { HEX_ID = 64, UUID = 36, BARE_UUID = 32 };

static bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Splits at '_' into at most max parts; the last one keeps the rest. */
static int split(gm_span s, gm_span *parts, int max) {
    int count = 0;
    while (count < max - 1) {
        ptrdiff_t at = gm_span_find_byte(s, '_');
        if (at < 0) break;
        parts[count++] = gm_span_first(s, (size_t)at);
        s = gm_span_from(s, (size_t)at + 1);
    }
    parts[count++] = s;
    return count;
}

static size_t hex_run(gm_span s) {
    size_t len = 0;
    while (len < s.len && is_hex(s.data[len])) len++;
    return len;
}

/* --- paths --- */
enum { DEEPEST = 64 };

/* <pod>_<ns>_<container>-<64 hex>.log */
static bool of_containers_name(gm_span name, gm_identity *identity) {
    gm_span parts[3];
    if (split(name, parts, 3) != 3 || parts[2].len < HEX_ID + 2) return false;
    for (size_t i = 1; i + HEX_ID < parts[2].len; i++) {
        if (parts[2].data[i] != '-' || hex_run(gm_span_from(parts[2], i + 1)) != HEX_ID) continue;
        identity->pod = parts[0];
        identity->ns = parts[1];
        identity->container = gm_span_first(parts[2], i);
        identity->runtime_id = gm_span_first(gm_span_from(parts[2], i + 1), HEX_ID);
        return true;
    }
    return false;
}

static gm_span without_suffix(gm_span name) {
    static const char *const suffixes[] = {".gz", ".log", "-previous", "-logs-errors"};
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        gm_span suffix = gm_span_of(suffixes[i]);
        if (gm_span_ends(name, suffix)) name.len -= suffix.len;
    }
    return name;
}

static bool named(gm_identity *identity, gm_span ns, gm_span pod, gm_span container) {
    identity->ns = ns;
    identity->pod = pod;
    identity->container = container;
    return ns.len > 0 && pod.len > 0 && container.len > 0;
}

/* Looks at the directories from segment i on; count segments in all. */
static bool of_segments(const gm_span *seg, int i, int count, gm_identity *identity) {
    gm_span parts[3];
    int left = count - i;
    if (left == 5 && gm_span_equal(seg[i], GM_SPAN("pods")) && gm_span_equal(seg[i + 1], GM_SPAN("logs")))
        return named(identity, seg[i + 2], seg[i + 3], without_suffix(seg[i + 4]));
    if (left >= 6 && gm_span_equal(seg[i], GM_SPAN("namespaces")) && gm_span_equal(seg[i + 2], GM_SPAN("pods")))
        return named(identity, seg[i + 1], seg[i + 3], seg[i + 4]);
    if (left >= 3 && split(seg[i], parts, 3) == 3 && gm_span_find_byte(parts[2], '_') < 0 && hex_run(parts[2]) >= 8 &&
        (parts[2].len == UUID || parts[2].len == BARE_UUID)) {
        identity->pod_uid = parts[2];
        return named(identity, parts[0], parts[1], seg[i + 1]);
    }
    if (left >= 3 && seg[i].len == HEX_ID && hex_run(seg[i]) == HEX_ID &&
        gm_span_equal(seg[i + 1], GM_SPAN("local-logs"))) {
        identity->runtime_id = seg[i];
        return true;
    }
    if (left == 2 && hex_run(seg[i]) == HEX_ID && seg[i].len == HEX_ID && gm_span_starts(seg[i + 1], seg[i])) {
        identity->runtime_id = seg[i];
        return true;
    }
    return left == 1 && of_containers_name(seg[i], identity);
}

bool gm_owner_of_path(gm_span path, gm_identity *identity) {
    gm_span segments[DEEPEST], segment;
    int count = 0;
    while (count < DEEPEST && gm_span_cut(&path, '/', &segment)) segments[count++] = segment;
    for (int i = count - 1; i >= 0; i--) {
        *identity = (gm_identity){.level = GM_LEVEL_CONTAINER};
        if (of_segments(segments, i, count, identity)) return true;
    }
    *identity = (gm_identity){.level = GM_LEVEL_UNNAMED};
    return false;
}

void gm_owner_of_docker_name(gm_span name, gm_identity *identity) {
    gm_span parts[6];
    gm_span_take_byte(&name, '/');
    if (gm_span_starts(name, GM_SPAN("k8s_")) && split(name, parts, 6) == 6) {
        identity->container = parts[1];
        identity->pod = parts[2];
        identity->ns = parts[3];
        identity->pod_uid = parts[4];
    } else {
        identity->container = name;
    }
}

/* --- cgroups --- */
/* The last run of 64 hex digits: outer ones are nodes that are containers themselves. */
static gm_span find_container_id(gm_span path) {
    gm_span found = {NULL, 0};
    for (size_t i = 0; i < path.len;) {
        size_t run = hex_run(gm_span_from(path, i));
        if (run == HEX_ID) found = gm_span_first(gm_span_from(path, i), run);
        i += run ? run : 1;
    }
    return found;
}

static bool is_uid_byte(char c) {
    return is_hex(c) || c == '-' || c == '_';
}

/* Behind "pod": a UUID with dashes, with underscores (systemd), or a static pod's 32 digits. */
static bool find_uid(gm_span path, gm_cgroup_owner *owner) {
    ptrdiff_t at;
    while ((at = gm_span_find(path, GM_SPAN("pod"))) >= 0) {
        path = gm_span_from(path, (size_t)at + 3);
        size_t len = 0;
        while (len < path.len && is_uid_byte(path.data[len])) len++;
        if (len != UUID && !(len == BARE_UUID && hex_run(path) == BARE_UUID)) continue;
        for (size_t i = 0; i < len; i++) owner->uid[i] = path.data[i] == '_' ? '-' : path.data[i];
        owner->identity.pod_uid = (gm_span){owner->uid, len};
        return true;
    }
    return false;
}

void gm_owner_of_cgroup(gm_span cgroup, gm_span hint, gm_cgroup_owner *owner) {
    owner->identity = (gm_identity){.level = GM_LEVEL_CONTAINER, .cgroup = cgroup, .hint = hint};
    owner->identity.runtime_id = find_container_id(cgroup);
    bool pod = find_uid(cgroup, owner);
    if (owner->identity.runtime_id.len > 0) return;
    if (pod) {
        owner->identity.level = GM_LEVEL_POD;
    } else if (cgroup.len == 0 || gm_span_equal(cgroup, GM_SPAN("/"))) {
        owner->identity.level = GM_LEVEL_UNNAMED;
    }
}
