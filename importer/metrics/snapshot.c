/* When a capture that tells no time of its own was taken.
 *
 * Comes with prom_text, docker_stats, metrics_server and expvar. Marks are those of the usual loop,
 * "while sleep 15; do echo "=== $(date -u +%FT%TZ)"; curl ...; done >> file", in RFC 3339, as date prints, or
 * in seconds since the epoch. */
#include "importer/metrics/snapshot.h"

#include "importer/text/span.h"

gm_snapshot gm_snapshot_of_path(const gm_member *member) {
    if (member->path_ns == GM_UNKNOWN) return (gm_snapshot){.t_ns = GM_UNKNOWN};
    return (gm_snapshot){member->path_ns, member->path_ns_source, true};
}

gm_snapshot gm_snapshot_of_mark(int64_t t_ns) {
    return (gm_snapshot){t_ns, "content", true};
}

int64_t gm_snapshot_now(gm_snapshot *snapshot, gm_member *member) {
    if (!snapshot->settled && snapshot->t_ns == GM_UNKNOWN && member->mtime_ns != GM_UNKNOWN)
        *snapshot = (gm_snapshot){member->mtime_ns, "mtime", true};
    if (!snapshot->settled && snapshot->t_ns == GM_UNKNOWN)
        gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "nothing tells when it was taken: what has no time of its own is refused");
    snapshot->settled = true;
    member->time_source = snapshot->source;
    return snapshot->t_ns;
}

static bool is_frame(char c) {
    return c == '=' || c == '-' || c == '#' || c == '*' || c == ' ';
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
