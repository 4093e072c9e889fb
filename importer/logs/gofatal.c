/* Content: what a Go program writes when it dies: fatal errors, panics, SIGQUIT.
 *
 * Comes behind log.c; each death is one event go_fatal. The runtime explains some deaths in lines before the fatal
 * error ("runtime: out of memory: cannot allocate ...", "GOMEMLIMIT=2GB"); they become part of the event's text. A
 * program killed by the kernel writes nothing. Sources: runtime/panic.go (throw, printpanics), runtime/mem_linux.go,
 * malloc.go, mgcpacer.go (readGOMEMLIMIT), signal_unix.go. */
#include "importer/logs/contents.h"
#include "importer/text/span.h"

enum { PREFACE_BYTES = 400, PREFACE_LINES = 8, REASON_BYTES = 80 };

typedef struct {
    char preface[PREFACE_BYTES];
    size_t preface_len;
    int preface_lines;        /* left until the preface is forgotten */
    gm_log_line preface_line; /* without text */
} gofatal_state;

/* The message's first clause: "runtime: out of memory" and "out of memory" are the same death. */
static gm_span reason_of(gm_span message) {
    gm_span_take(&message, GM_SPAN("runtime: "));
    ptrdiff_t end = gm_span_find_byte(message, ';');
    if (end < 0) end = gm_span_find(message, GM_SPAN(": "));
    if (end > 0) message = gm_span_first(message, (size_t)end);
    return gm_span_trim(gm_span_first(message, REASON_BYTES));
}

static gm_status add_event(gm_log *log, const gm_log_line *line, gm_span reason, gm_span text) {
    gm_event event = {.t_ns = line->t_ns,
                      .exit_code = GM_UNKNOWN,
                      .count = GM_UNKNOWN,
                      .kind = "go_fatal",
                      .reason = reason,
                      .text = text};
    gm_status status = gm_log_identity(log, line, &event.identity_id);
    return status == GM_OK ? gm_emit_event(gm_log_member(log)->store, &event) : status;
}

/* Forgets the preface; a program that ran out of memory is dead even when its log breaks off there. */
static gm_status drop_preface(gofatal_state *state, gm_log *log) {
    gm_span preface = {state->preface, state->preface_len};
    state->preface_len = 0;
    if (gm_span_find(preface, GM_SPAN("out of memory")) < 0) return GM_OK;
    return add_event(log, &state->preface_line, GM_SPAN("out of memory"), preface);
}

static void keep_preface(gofatal_state *state, const gm_log_line *line) {
    size_t room = PREFACE_BYTES - state->preface_len;
    gm_span text = gm_span_first(line->text, room > 0 ? room - 1 : 0);
    if (state->preface_len == 0) {
        state->preface_line = *line;
        state->preface_line.text = (gm_span){NULL, 0};
    } else if (room > 1) {
        state->preface[state->preface_len++] = '\n';
        text = gm_span_first(text, room - 2);
    }
    if (text.len > 0) memcpy(state->preface + state->preface_len, text.data, text.len);
    state->preface_len += text.len;
    state->preface_lines = PREFACE_LINES;
}

static gm_status add_fatal(gofatal_state *state, gm_log *log, const gm_log_line *line, gm_span reason) {
    gm_status status = GM_OK;
    if (state->preface_len > 0) {
        gm_log_line joined = *line;
        keep_preface(state, &joined);
        gm_span text = {state->preface, state->preface_len};
        state->preface_len = 0;
        status = add_event(log, line, reason, text);
    } else {
        status = add_event(log, line, reason, line->text);
    }
    return status == GM_OK ? GM_END : status;
}

static bool is_preface(gm_span text) {
    return gm_span_starts(text, GM_SPAN("runtime: ")) || gm_span_starts(text, GM_SPAN("runtime/cgo: ")) ||
           gm_span_starts(text, GM_SPAN("GOMEMLIMIT="));
}

/* The death's reason, empty when the line is none. */
static gm_span death(gm_span text) {
    gm_span rest = text;
    if (gm_span_take(&rest, GM_SPAN("fatal error: "))) return reason_of(rest);
    if (gm_span_starts(text, GM_SPAN("panic: "))) return GM_SPAN("panic");
    if (gm_span_starts(text, GM_SPAN("SIGQUIT: quit"))) return GM_SPAN("SIGQUIT");
    return (gm_span){NULL, 0};
}

static bool may_be_mine(gm_span text) {
    return text.len > 7 && strchr("fprGS", text.data[0]) && text.data[0];
}

static gm_status gofatal_line(void *instance, gm_log *log, const gm_log_line *line) {
    gofatal_state *state = instance;
    gm_status status = GM_OK;
    bool mine = may_be_mine(line->text);
    gm_span reason = mine ? death(line->text) : (gm_span){NULL, 0};
    if (reason.len > 0) return add_fatal(state, log, line, reason);
    if (state->preface_len > 0 && --state->preface_lines < 0) status = drop_preface(state, log);
    if (status != GM_OK || !mine || !is_preface(line->text)) return status;
    keep_preface(state, line);
    return GM_END;
}

static gm_status gofatal_end(void *instance, gm_log *log) {
    gofatal_state *state = instance;
    return state->preface_len > 0 ? drop_preface(state, log) : GM_OK;
}

static bool gofatal_sniff(gm_span line) {
    return may_be_mine(line) && (death(line).len > 0 || is_preface(line));
}

const gm_log_content gm_log_content_gofatal = {
    .name = "gofatal",
    .state_size = sizeof(gofatal_state),
    .line = gofatal_line,
    .end = gofatal_end,
    .sniff = gofatal_sniff,
};
