/* Output of docker compose logs: "web-1  | [TIME ]text", several containers in one file.
 *
 * Comes after gm_format_choose, hands its lines to logs/wrap.c with the service as container name. Terminal colours
 * and erasures may be in it. https://docs.docker.com/reference/cli/docker/compose/logs/ */
#include "gomortem/format.h"

#include "importer/logs/wrap.h"
#include "importer/text/span.h"

static bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("._-", c);
}

/* "web-1  | " */
static bool take_service(gm_span *text, gm_span *name) {
    gm_span s = *text;
    size_t len = 0;
    while (len < s.len && s.data[len] && is_name_byte(s.data[len])) len++;
    *name = gm_span_first(s, len);
    s = gm_span_from(s, len);
    if (len == 0 || !gm_span_take_byte(&s, ' ')) return false;
    while (gm_span_take_byte(&s, ' ')) {
    }
    if (!gm_span_take_byte(&s, '|')) return false;
    gm_span_take_byte(&s, ' ');
    *text = s;
    return true;
}

static bool is_compose(gm_span line) {
    char buffer[256];
    gm_span name;
    line = gm_wrap_uncoloured(line, buffer, sizeof buffer);
    return take_service(&line, &name);
}

static int log_compose_bid(const gm_head *head) {
    return gm_wrap_most_fit(head->head, is_compose) ? 85 : 0;
}

static gm_status read_line(gm_wrap *wrap, const gm_line *line, void *context) {
    gm_identity identity = {.level = GM_LEVEL_CONTAINER};
    gm_span text = gm_wrap_plain(wrap, line->text), stamped;
    gm_log_line out;
    bool zone;
    (void)context;
    if (!take_service(&text, &identity.container)) {
        if (text.len > 0) gm_log_note(gm_wrap_log(wrap), GM_NOTE_DAMAGED_LINE, line->number);
        return GM_OK;
    }
    gm_wrap_owner *owner = gm_wrap_owner_of(wrap, &identity);
    if (!owner) return GM_DAMAGED;
    gm_wrap_line_init(&out, text, line->number, GM_UNKNOWN);
    stamped = text;
    if (gm_time_take_rfc3339(&stamped, &out.t_ns, &zone) && gm_span_take_byte(&stamped, ' ')) {
        out.text = stamped;
    } else {
        out.t_ns = GM_UNKNOWN;
    }
    return gm_wrap_line(wrap, owner, &out);
}

static gm_status log_compose_parse(gm_member *member) {
    return gm_wrap_read(member, read_line, NULL);
}

const gm_format gm_format_log_compose = {
    .name = "log_compose",
    .title = "docker compose logs",
    .takes = "GC cycles, scavenger levels, goroutine dumps and Go crashes, by service.",
    .bid = log_compose_bid,
    .parse = log_compose_parse,
};
