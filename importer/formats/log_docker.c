/* docker's json-file logs: {"log":"text\n","stream":"stderr","time":"..."}.
 *
 * Comes after gm_format_choose, reads records with logs/pick.c, hands lines to logs/wrap.c. A text without line feed
 * at its end is a part of a longer line. The path holds the container's id, or the member names it.
 * https://docs.docker.com/engine/logging/drivers/json-file/ ; moby daemon/logger/jsonfilelog */
#include "gomortem/format.h"

#include "importer/logs/pick.h"
#include "importer/text/span.h"

enum { LOG, STREAM, TIME, FIELDS };
static const char *const paths[FIELDS] = {"log", "stream", "time"};

static bool is_docker(gm_span line) {
    return gm_span_starts(line, GM_SPAN("{\"log\":\"")) && gm_span_ends(line, GM_SPAN("}"));
}

static int log_docker_bid(const gm_head *head) {
    if (!gm_wrap_most_fit(head->head, is_docker) || !gm_head_has_json(head, "time", NULL)) return 0;
    /* what a collector sends on has the same keys and more */
    if (gm_head_has_json(head, "kubernetes", NULL) || gm_head_has_json(head, "logtag", NULL)) return 0;
    return 93;
}

static gm_status record(gm_pick *pick, int64_t number) {
    gm_log_line line;
    int64_t ns;
    gm_span text = gm_pick_get(pick, LOG), stream = gm_pick_get(pick, STREAM);
    if (!gm_time_rfc3339(gm_pick_get(pick, TIME), &ns)) {
        gm_log_note(gm_wrap_log(pick->wrap), GM_NOTE_NO_TIME, number);
        ns = GM_UNKNOWN;
    }
    bool last = gm_span_ends(text, GM_SPAN("\n"));
    gm_wrap_line_init(&line, text, number, ns);
    line.stream = gm_span_equal(stream, GM_SPAN("stdout")) ? 'o' : 'e';
    return gm_wrap_part(pick->wrap, gm_wrap_default(pick->wrap), &line, last);
}

static gm_status log_docker_parse(gm_member *member) {
    gm_pick pick = {.paths = paths, .count = FIELDS, .record = record};
    return gm_pick_read(&pick, member);
}

const gm_format gm_format_log_docker = {
    .name = "log_docker",
    .title = "docker container log (json-file)",
    .takes = "GC cycles, scavenger levels, goroutine dumps and Go crashes from the container's lines.",
    .bid = log_docker_bid,
    .parse = log_docker_parse,
};
