/* When a capture that tells no time of its own was taken.
 *
 * Comes with prom_text, docker_stats, metrics_server and expvar. Marks are those of the usual loop,
 * "while sleep 15; do echo "=== $(date -u +%FT%TZ)"; curl ...; done >> file", in RFC 3339, as date prints, or
 * in seconds since the epoch. */
#include "importer/metrics/snapshot.h"

#include "importer/text/span.h"

gm_snapshot gm_snapshot_of_path(const gm_member *member) {
    return (gm_snapshot){member->path_ns, member->path_ns == GM_UNKNOWN ? NULL : member->path_ns_source};
}

gm_snapshot gm_snapshot_of_member(gm_member *member) {
    gm_snapshot snapshot = gm_snapshot_of_path(member);
    if (snapshot.t_ns == GM_UNKNOWN && member->mtime_ns != GM_UNKNOWN)
        snapshot = (gm_snapshot){member->mtime_ns, "mtime"};
    if (snapshot.t_ns == GM_UNKNOWN)
        gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN, "nothing tells when it was taken");
    member->time_source = snapshot.source;
    return snapshot;
}

static bool is_frame(char c) {
    return c == '=' || c == '-' || c == ' ';
}

bool gm_snapshot_mark(gm_span line, int64_t *t_ns) {
    bool has_zone;
    gm_span text = gm_span_trim(line);
    while (text.len > 0 && is_frame(text.data[0])) text = gm_span_from(text, 1);
    while (text.len > 0 && is_frame(text.data[text.len - 1])) text.len--;
    gm_span rest = text;
    if (gm_time_take_rfc3339(&rest, t_ns, &has_zone) && rest.len == 0) return true;
    rest = text;
    if (gm_time_take_ctime(&rest, t_ns) && rest.len == 0) return true;
    return gm_time_digits(text, t_ns);
}
