/* What else lies in a Prometheus data directory: a block's meta.json, the lock, the running queries, Thanos'
 * marks, snapshots of the head in memory. Nothing of it becomes rows; a block's range and size are noted.
 *
 * https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/README.md */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "gomortem/format.h"
#include "importer/text/json.h"
#include "importer/text/span.h"

static bool has_directory(gm_span path, gm_span prefix) {
    gm_span part;
    while (gm_span_cut(&path, '/', &part))
        if (path.data && gm_span_starts(part, prefix)) return true;
    return false;
}

static bool is_json_of(const gm_head *head, const char *a, const char *b) {
    return gm_head_is_json(head) && gm_head_has_json(head, a, NULL) && gm_head_has_json(head, b, NULL);
}

static bool is_process_id(gm_span text) {
    int64_t number;
    return gm_span_int(gm_span_trim(text), &number) && number > 0;
}

static int bid(const gm_head *head) {
    if (is_json_of(head, "minTime", "maxTime") && gm_head_has_json(head, "ulid", NULL)) return 95;
    if (gm_span_equal(head->name, GM_SPAN("lock")) && is_process_id(head->head)) return 61;
    if (gm_span_equal(head->name, GM_SPAN("queries.active")) && head->head.data[0] == '[') return 61;
    if (gm_span_ends(head->name, GM_SPAN("-mark.json")) && is_json_of(head, "id", "version")) return 85;
    if (has_directory(head->path, GM_SPAN("chunk_snapshot."))) return 98;
    return 0;
}

static void put_time(char *to, size_t size, int64_t ms) {
    time_t seconds = (time_t)(ms / 1000);
    struct tm parts;
    if (!gmtime_r(&seconds, &parts) || strftime(to, size, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) snprintf(to, size, "?");
}

static int64_t number_at(const gm_json *meta, const char *path) {
    int64_t number;
    return gm_json_int(gm_json_at(meta, path), &number) ? number : 0;
}

static void note(gm_member *member, const gm_json *meta) {
    char from[32], to[32], thanos[64] = "";
    int64_t from_ms, to_ms, resolution = number_at(meta, "thanos.downsample.resolution");
    if (!gm_json_int(gm_json_get(meta, "minTime"), &from_ms) || !gm_json_int(gm_json_get(meta, "maxTime"), &to_ms))
        return;
    put_time(from, sizeof from, from_ms);
    put_time(to, sizeof to, to_ms);
    if (resolution > 0) snprintf(thanos, sizeof thanos, ", downsampled to %" PRId64 " s by Thanos", resolution / 1000);
    gm_member_diag(member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                   "block from %s to %s: %" PRId64 " samples in %" PRId64 " series%s", from, to,
                   number_at(meta, "stats.numSamples"), number_at(meta, "stats.numSeries"), thanos);
}

static gm_status parse(gm_member *member) {
    gm_head head = {.path = member->path, .head = member->head};
    if (has_directory(member->path, GM_SPAN("chunk_snapshot."))) {
        gm_member_diag(member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                       "a snapshot of the head in memory: not read, the log beside it has the same samples");
        return GM_END;
    }
    if (!is_json_of(&head, "minTime", "maxTime")) {
        gm_member_diag(member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                       "the server's own bookkeeping: there are no samples in it");
        return GM_END;
    }
    const gm_json *meta = gm_json_read(member);
    if (!meta) return GM_DAMAGED;
    note(member, meta);
    return GM_END;
}

const gm_format gm_format_tsdb_meta = {
    .name = "tsdb_meta",
    .title = "meta.json, lock and the like of a Prometheus data directory",
    .takes = "Nothing; a block's range and size are noted.",
    .bid = bid,
    .parse = parse,
};
