/* Log records of Fluent Bit and Fluentd as JSON, with the Kubernetes metadata that their filters add.
 *
 * Comes after gm_format_choose, reads records with logs/pick.c, hands lines to logs/wrap.c. The text may still be
 * wrapped as CRI when no parser was set. Records of an Elasticsearch export lie under _source.
 * https://docs.fluentbit.io/manual/pipeline/filters/kubernetes , conf/parsers.conf of fluent-bit */
#include "gomortem/format.h"

#include "importer/logs/owner.h"
#include "importer/logs/pick.h"
#include "importer/text/span.h"

/* Alternatives of one value stand after each other; a second half repeats the keys under _source. */
enum {
    LOG,
    LOG_ES,
    MESSAGE,
    MESSAGE_ES,
    STREAM,
    STREAM_ES,
    SOURCE,
    LOGTAG,
    LOGTAG_ES,
    PARTIAL,
    PARTIAL_LAST,
    TIME,
    TIME_ES,
    TIMESTAMP,
    TIMESTAMP_ES,
    DATE,
    NAMESPACE,
    NAMESPACE_ES,
    POD,
    POD_ES,
    CONTAINER,
    CONTAINER_ES,
    POD_ID,
    DOCKER_ID,
    DOCKER_NAME,
    CONTAINER_ID
};

static const char *const paths[] = {
    [LOG] = "log",
    [LOG_ES] = "_source.log",
    [MESSAGE] = "message",
    [MESSAGE_ES] = "_source.message",
    [STREAM] = "stream",
    [STREAM_ES] = "_source.stream",
    [SOURCE] = "source",
    [LOGTAG] = "logtag",
    [LOGTAG_ES] = "_source.logtag",
    [PARTIAL] = "partial_message",
    [PARTIAL_LAST] = "partial_last",
    [TIME] = "time",
    [TIME_ES] = "_source.time",
    [TIMESTAMP] = "@timestamp",
    [TIMESTAMP_ES] = "_source.@timestamp",
    [DATE] = "date",
    [NAMESPACE] = "kubernetes.namespace_name",
    [NAMESPACE_ES] = "_source.kubernetes.namespace_name",
    [POD] = "kubernetes.pod_name",
    [POD_ES] = "_source.kubernetes.pod_name",
    [CONTAINER] = "kubernetes.container_name",
    [CONTAINER_ES] = "_source.kubernetes.container_name",
    [POD_ID] = "kubernetes.pod_id",
    [DOCKER_ID] = "kubernetes.docker_id",
    [DOCKER_NAME] = "container_name",
    [CONTAINER_ID] = "container_id",
};
enum { FIELDS = sizeof(paths) / sizeof(paths[0]) };
_Static_assert((int)FIELDS <= (int)GM_PICK_FIELDS, "more fields than a pick has");

/* --- what stands beside an object --- */
/* "2026-11-23 08:59:10.250000000 +0000 tag: " of the stdout output, "TIME<tab>tag<tab>" of the file output. */
static bool take_words(gm_span *line, int64_t *t_ns) {
    gm_span rest = *line, tag;
    bool zone;
    if (!gm_time_take_rfc3339(&rest, t_ns, &zone)) return false;
    bool tabs = gm_span_take_byte(&rest, '\t');
    if (!tabs && !gm_span_take_byte(&rest, ' ')) return false;
    if (!gm_span_cut(&rest, tabs ? '\t' : ' ', &tag) || tag.len == 0 || !rest.data) return false;
    if (!tabs && !gm_span_ends(tag, GM_SPAN(":"))) return false;
    *line = rest;
    return true;
}

/* "[1795424350.25,{...}]", "["tag",1795424350,{...}]": the records of the forward protocol as JSON. */
static bool take_array(gm_span *line, int64_t *t_ns) {
    gm_span rest = *line, cell;
    if (!gm_span_take_byte(&rest, '[') || !gm_span_ends(rest, GM_SPAN("}]"))) return false;
    rest.len--;
    for (int cells = 0; cells < 2 && gm_span_cut(&rest, ',', &cell) && rest.data; cells++) {
        rest = gm_span_trim(rest);
        if (rest.len == 0 || rest.data[0] != '{') continue;
        *line = rest;
        return gm_time_seconds(gm_span_trim(cell), t_ns);
    }
    return false;
}

static bool strip(gm_span *line, int64_t *t_ns) {
    return take_array(line, t_ns) || take_words(line, t_ns);
}

static bool is_stripped(gm_span line) {
    int64_t t_ns;
    line = gm_span_trim(line);
    return strip(&line, &t_ns) && gm_span_starts(line, GM_SPAN("{")) && gm_span_ends(line, GM_SPAN("}"));
}

static int log_fluent_bid(const gm_head *head) {
    bool log = gm_span_find(head->head, GM_SPAN("\"log\"")) > 0 || gm_span_find(head->head, GM_SPAN("\"message\"")) > 0;
    if (log && gm_wrap_most_fit(head->head, is_stripped)) return 87;
    if (!gm_pick_fits(head)) return 0;
    if (!gm_head_has_json(head, "log", NULL) && !gm_head_has_json(head, "message", NULL)) return 0;
    bool named = gm_head_has_json(head, "kubernetes", NULL) && gm_head_has_json(head, "pod_name", NULL);
    if (named) return 88;
    bool dated = gm_head_has_json(head, "date", NULL) || gm_head_has_json(head, "@timestamp", NULL) ||
                 gm_head_has_json(head, "time", NULL);
    bool collected = gm_head_has_json(head, "stream", NULL) || gm_head_has_json(head, "container_name", NULL);
    return dated && collected ? 74 : 0;
}

static bool read_time(gm_span text, int64_t *ns) {
    return gm_time_rfc3339(text, ns) || gm_time_digits(text, ns) || gm_time_seconds(text, ns);
}

static bool is_partial(const gm_pick *pick) {
    gm_span tag = gm_pick_any(pick, LOGTAG, LOGTAG_ES);
    if (gm_span_starts(tag, GM_SPAN("P"))) return true;
    return gm_span_equal(gm_pick_get(pick, PARTIAL), GM_SPAN("true")) &&
           !gm_span_equal(gm_pick_get(pick, PARTIAL_LAST), GM_SPAN("true"));
}

static gm_status record(gm_pick *pick, int64_t number) {
    gm_span text = gm_pick_any(pick, LOG, MESSAGE_ES), stream = gm_pick_any(pick, STREAM, SOURCE);
    gm_identity identity = {.level = GM_LEVEL_CONTAINER,
                            .ns = gm_pick_any(pick, NAMESPACE, NAMESPACE_ES),
                            .pod = gm_pick_any(pick, POD, POD_ES),
                            .container = gm_pick_any(pick, CONTAINER, CONTAINER_ES),
                            .pod_uid = gm_pick_get(pick, POD_ID),
                            .runtime_id = gm_pick_get(pick, DOCKER_ID)};
    if (identity.container.len == 0 && gm_pick_get(pick, DOCKER_NAME).len > 0) {
        /* the docker driver of Fluentd */
        identity.runtime_id = gm_pick_get(pick, CONTAINER_ID);
        gm_owner_of_docker_name(gm_pick_get(pick, DOCKER_NAME), &identity);
    }
    gm_log_line line;
    int64_t ns;
    if (gm_span_ends(text, GM_SPAN("\n"))) text.len--;
    if (text.len == 0) return GM_OK;
    if (!read_time(gm_pick_any(pick, TIME, DATE), &ns)) ns = pick->beside_ns;
    if (ns == GM_UNKNOWN) {
        gm_log_note(gm_wrap_log(pick->wrap), GM_NOTE_NO_TIME, number);
    }
    gm_wrap_owner *owner = gm_wrap_owner_of(pick->wrap, &identity);
    if (!owner) return GM_DAMAGED;
    gm_wrap_line_init(&line, text, number, ns);
    if (gm_span_equal(stream, GM_SPAN("stdout"))) line.stream = 'o';
    if (gm_span_equal(stream, GM_SPAN("stderr"))) line.stream = 'e';
    if (gm_pick_any(pick, LOGTAG, PARTIAL_LAST).len == 0) return gm_wrap_nested(pick->wrap, owner, &line);
    return gm_wrap_part(pick->wrap, owner, &line, !is_partial(pick));
}

static gm_status log_fluent_parse(gm_member *member) {
    gm_pick pick = {.paths = paths, .count = FIELDS, .record = record, .beside_ns = GM_UNKNOWN};
    if (gm_wrap_most_fit(member->head, is_stripped)) pick.strip = strip;
    return gm_pick_read(&pick, member);
}

const gm_format gm_format_log_fluent = {
    .name = "log_fluent",
    .title = "Fluent Bit or Fluentd records (JSON)",
    .takes = "GC cycles, scavenger levels, goroutine dumps, Go crashes and kernel OOM reports, by container.",
    .bid = log_fluent_bid,
    .parse = log_fluent_parse,
};
