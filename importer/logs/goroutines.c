/* Content: goroutine dumps within logs: what SIGQUIT, a crash or the program itself wrote to stderr.
 *
 * Comes behind log.c, which keeps the owners apart; formats/goroutine_dump/parser.c puts the goroutines
 * together and writes the profile. A dump whose lines carry no time gets that of the last stamped line before
 * it, as the runtime writes it at one go, or the time in the member's name. The format: Go,
 * src/runtime/traceback.go. */
#include "importer/formats/goroutine_dump/parser.h"
#include "importer/logs/contents.h"
#include "importer/text/span.h"

typedef struct {
    gm_goroutine_dump *dump; /* NULL until the first goroutine */
    gm_log *log;
    gm_log_owner *owner;
    int64_t last_ns; /* of the last stamped line; 0: none yet */
    char stream;     /* of the dump in hand; 0: unknown */
    bool open;       /* a dump may go on */
    bool refused;    /* memory is out */
} goroutines_state;

static gm_status dump_owner(void *context, int64_t *identity_id) {
    const goroutines_state *state = context;
    gm_log_line line = {.owner = state->owner};
    return gm_log_identity(state->log, &line, identity_id);
}

static bool goroutines_sniff(gm_span line) {
    line = gm_span_trim_front(line);
    return gm_span_starts(line, GM_SPAN("goroutine ")) && gm_goroutine_dump_sniff(line);
}

/* False: there is no memory for a dump. */
static bool begin(goroutines_state *state, gm_log *log, const gm_log_line *line) {
    if (state->refused) return false;
    if (!state->dump) {
        state->log = log;
        state->owner = line->owner;
        state->dump = gm_goroutine_dump_new(gm_log_member(log), dump_owner, state);
        state->refused = !state->dump;
    }
    if (state->refused) {
        gm_member_diag(gm_log_member(log), GM_SEVERITY_ERROR, line->number, GM_UNKNOWN,
                       "no memory for a goroutine dump");
        return false;
    }
    state->stream = line->stream;
    state->open = true;
    return true;
}

static gm_status take(goroutines_state *state, gm_log *log, const gm_log_line *line, bool first) {
    gm_member *member = gm_log_member(log);
    gm_goroutine_line at = {line->text, line->number, line->t_ns, line->unfinished};
    if (at.t_ns == GM_UNKNOWN && state->last_ns != 0) {
        at.t_ns = state->last_ns;
        if (first) gm_log_note(log, GM_NOTE_DUMP_NEIGHBOUR, line->number);
    } else if (at.t_ns == GM_UNKNOWN && member->path_ns != GM_UNKNOWN) {
        at.t_ns = member->path_ns;
        member->time_source = member->path_ns_source;
    }
    gm_status status = gm_goroutine_dump_line(state->dump, &at);
    state->open = gm_goroutine_dump_is_open(state->dump);
    return status;
}

static gm_status goroutines_line(void *instance, gm_log *log, const gm_log_line *line) {
    goroutines_state *state = instance;
    bool opens = !state->open && goroutines_sniff(line->text);
    if (line->t_ns != GM_UNKNOWN) state->last_ns = line->t_ns;
    if (!state->open && (!opens || !begin(state, log, line))) return GM_OK;
    if (line->stream != state->stream) return GM_OK; /* a dump comes in one */
    return take(state, log, line, opens);
}

static gm_status goroutines_end(void *instance, gm_log *log) {
    goroutines_state *state = instance;
    (void)log;
    return state->dump ? gm_goroutine_dump_end(state->dump) : GM_OK;
}

const gm_log_content gm_log_content_goroutines = {
    .name = "goroutines",
    .state_size = sizeof(goroutines_state),
    .line = goroutines_line,
    .end = goroutines_end,
    .sniff = goroutines_sniff,
};
