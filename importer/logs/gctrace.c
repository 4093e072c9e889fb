/* Content: GODEBUG=gctrace=1, Go 1.5 to 1.27, one gc_cycle row a line.
 *
 * Comes behind log.c; finds the lines, has torn ones repaired (gctrace_torn.c) and processes told apart
 * (gctrace_process.c). A line is the runtime's only when it begins with "gc ", or when it ends like one and holds
 * it behind text that lacked its line end. "GC forced" announces the two-minute collection. In a log where only the
 * program's own records are stamped, a cycle gets the time of the next stamped line: it was written before that.
 * https://pkg.go.dev/runtime#hdr-Environment_Variables */
#include "importer/logs/gctrace_line.h"
#include "importer/logs/gctrace_process.h"
#include "importer/logs/gctrace_torn.h"
#include "importer/logs/stamp.h"
#include "importer/text/span.h"

enum { WAITING = 32 };

/* A label says MB and means MiB; GOGC=off prints MaxUint64 or MaxInt64 in MiB, minus an overhead. */
#define NO_GOAL_MIB (INT64_C(1) << 42)

typedef struct {
    gm_gc_processes processes;
    bool periodic;       /* "GC forced" came, its cycle not yet */
    gm_torn *torn;       /* NULL until the first torn line */
    gm_log_line head;    /* where what waits in torn begins; its text is gone */
    gm_gc_cycle *cycles; /* in a log without stamps: what waits for the time of a neighbour */
    size_t waiting;
} gctrace_state;

/* --- rows --- */
static void fill_phases(gm_gc_cycle *row, const gm_gctrace *c) {
    int last = c->clocks - 1;
    row->clock_sweep_ms = c->clock[0];
    for (int i = 1; i < last; i++) row->clock_mark_ms += c->clock[i];
    row->clock_term_ms = c->clock[last];
    /* Go 1.5 counts scanning roots and installing the write barrier apart from the workers that mark */
    int assist = c->cpus - 4;
    row->cpu_sweep_ms = c->cpu[0];
    row->cpu_assist_ms = c->cpu[assist];
    row->cpu_background_ms = c->cpu[assist + 1];
    for (int i = 1; i < assist; i++) row->cpu_background_ms += c->cpu[i];
    row->cpu_idle_ms = c->cpu[assist + 2];
    row->cpu_term_ms = c->cpu[assist + 3];
}

static void fill(gm_gc_cycle *row, const gm_gctrace *c) {
    *row = (gm_gc_cycle){
        .n = c->n,
        .start_s = (double)c->start_ms / 1000.0,
        .total_pct = c->pct > INT32_MAX ? INT32_MAX : (int)c->pct,
        .heap_start_mib = c->heap[0],
        .heap_end_mib = c->heap[1],
        .heap_live_mib = c->heap[2],
        .heap_goal_mib = c->goal > NO_GOAL_MIB ? GM_UNKNOWN : c->goal,
        .stacks_mib = c->stacks,
        .globals_mib = c->globals,
        .procs = c->procs,
        .forced = c->forced,
    };
    fill_phases(row, c);
}

/* Emits the oldest count of the waiting cycles. */
static gm_status flush(gctrace_state *state, gm_log *log, size_t count, int64_t t_ns) {
    gm_status status = GM_OK;
    for (size_t i = 0; i < count && status == GM_OK; i++) {
        gm_gc_cycle *row = &state->cycles[i];
        row->log_ns = t_ns;
        if (t_ns != GM_UNKNOWN) gm_log_note(log, GM_NOTE_GC_NEIGHBOUR, row->line);
        status = gm_emit_gc_cycle(gm_log_member(log)->store, row);
    }
    state->waiting -= count;
    if (state->waiting > 0) memmove(state->cycles, state->cycles + count, state->waiting * sizeof *state->cycles);
    return status;
}

static gm_status wait_for_time(gctrace_state *state, gm_log *log, const gm_gc_cycle *row) {
    if (!state->cycles) state->cycles = GM_ARENA_NEW(gm_log_member(log)->arena, gm_gc_cycle, WAITING);
    if (!state->cycles) return gm_emit_gc_cycle(gm_log_member(log)->store, row);
    gm_status status = state->waiting == WAITING ? flush(state, log, 1, GM_UNKNOWN) : GM_OK;
    state->cycles[state->waiting++] = *row;
    return status;
}

/* line: where the cycle's text begins */
static gm_status add_cycle(gctrace_state *state, gm_log *log, const gm_gctrace *cycle, const gm_log_line *line) {
    gm_gc_cycle row;
    fill(&row, cycle);
    gm_status status = gm_log_identity(log, line, &row.identity_id);
    if (status != GM_OK) return status;
    row.line = line->number;
    row.log_ns = line->t_ns;
    gm_gc_moment moment = {cycle->n, cycle->start_ms, row.log_ns == GM_UNKNOWN ? GM_UNKNOWN : row.log_ns / 1000000};
    row.process = gm_gc_process_of(&state->processes, log, &moment);
    row.periodic = state->periodic;
    state->periodic = false;
    if (row.log_ns == GM_UNKNOWN) return wait_for_time(state, log, &row);
    return gm_emit_gc_cycle(gm_log_member(log)->store, &row);
}

/* --- torn lines --- */
static bool is_torn(const gctrace_state *state) {
    return state->torn && state->torn->count > 0;
}

static gm_status give_up(gctrace_state *state, gm_log *log, gm_log_note_kind why) {
    gm_gctrace cycle;
    switch (gm_torn_give_up(state->torn, &cycle)) {
    case GM_TORN_WHOLE: return add_cycle(state, log, &cycle, &state->head);
    case GM_TORN_PIECE: gm_log_note(log, why, state->head.number); return GM_OK;
    default: return GM_OK;
    }
}

/* GM_END: the line was the rest of what waits. */
static gm_status continue_torn(gctrace_state *state, gm_log *log, const gm_log_line *line) {
    gm_torn *torn = state->torn;
    gm_gctrace cycle;
    gm_log_line whole = *line;
    whole.number = state->head.number;
    gm_status status;
    switch (gm_torn_continue(torn, line->text, &cycle)) {
    case GM_TORN_WHOLE:
        gm_log_note(log, GM_NOTE_GC_REPAIRED, whole.number);
        status = add_cycle(state, log, &cycle, &whole);
        return status == GM_OK ? GM_END : status;
    case GM_TORN_AMBIGUOUS: gm_log_note(log, GM_NOTE_GC_AMBIGUOUS, whole.number); return GM_END;
    default: return torn->lines_left > 0 ? GM_OK : give_up(state, log, GM_NOTE_GC_TORN);
    }
}

/* Shows what is glued to a gctrace text to all contents: a record, a panic, another line. */
static gm_status pass_on(gm_log *log, const gm_log_line *line, size_t from, size_t to) {
    gm_log_line other = *line;
    gm_stamp stamp;
    other.text = gm_span_from(gm_span_first(line->text, to), from);
    if (line->t_ns == GM_UNKNOWN) {
        gm_stamp_take(&other.text, GM_UNKNOWN, &stamp);
        other.t_ns = stamp.t_ns;
    }
    return other.text.len > 0 ? gm_log_line_add(log, &other) : GM_OK;
}

static gm_status begin_torn(gctrace_state *state, gm_log *log, const gm_log_line *line, const gm_gctrace_match *match) {
    if (!state->torn) state->torn = GM_ARENA_NEW(gm_log_member(log)->arena, gm_torn, 1);
    if (!state->torn) return GM_OK;
    gm_status status = is_torn(state) ? give_up(state, log, GM_NOTE_GC_TORN) : GM_OK;
    if (status == GM_OK && !match->ran_out) status = pass_on(log, line, match->good, line->text.len);
    if (status == GM_OK && is_torn(state)) status = give_up(state, log, GM_NOTE_GC_TORN);
    if (status != GM_OK) return status;
    gm_torn_begin(state->torn, line->text, match);
    state->head = *line;
    state->head.text = (gm_span){NULL, 0};
    return GM_END;
}

/* --- lines --- */
/* text begins with "gc " */
static gm_status add_line(gctrace_state *state, gm_log *log, const gm_log_line *line) {
    gm_gctrace cycle;
    gm_gctrace_match match = gm_gctrace_parse(line->text, &cycle);
    if (match.whole) {
        gm_status status = GM_OK;
        if (is_torn(state) && state->torn->pieces[0].complete) status = give_up(state, log, GM_NOTE_GC_TORN);
        if (status == GM_OK) status = add_cycle(state, log, &cycle, line);
        return status == GM_OK ? GM_END : status;
    }
    return begin_torn(state, log, line, &match);
}

/* "progress 12%gc 5 @0.1s ...": a text without line end was in front. */
static gm_status add_inner(gctrace_state *state, gm_log *log, const gm_log_line *line) {
    gm_span rest = line->text;
    ptrdiff_t at;
    while ((at = gm_span_find(rest, GM_SPAN("gc "))) >= 0) {
        gm_gctrace cycle;
        rest = gm_span_from(rest, (size_t)at);
        if (gm_gctrace_parse(rest, &cycle).whole) {
            gm_status status = pass_on(log, line, 0, line->text.len - rest.len);
            if (status == GM_OK) status = add_cycle(state, log, &cycle, line);
            return status == GM_OK ? GM_END : status;
        }
        rest = gm_span_from(rest, 3);
    }
    return GM_OK;
}

static gm_status announce(gctrace_state *state, gm_log *log, const gm_log_line *line) {
    gm_status status = pass_on(log, line, 9, line->text.len);
    state->periodic = true;
    return status == GM_OK ? GM_END : status;
}

static bool begins_cycle(gm_span text) {
    return text.len > 3 && memcmp(text.data, "gc ", 3) == 0;
}

/* " P" and " (forced)" end every gctrace line */
static bool ends_cycle(gm_span text) {
    char last = text.data[text.len - 1];
    if (last != 'P' && last != ')') return false;
    return text.len > 40 && (gm_span_ends(text, GM_SPAN(" P")) || gm_span_ends(text, GM_SPAN(" P (forced)")));
}

static gm_status gctrace_line(void *instance, gm_log *log, const gm_log_line *line) {
    gctrace_state *state = instance;
    gm_span text = line->text;
    gm_status status = GM_OK;
    if (state->waiting > 0 && line->t_ns != GM_UNKNOWN) status = flush(state, log, state->waiting, line->t_ns);
    bool begins = begins_cycle(text);
    if (status == GM_OK && is_torn(state) && !begins) status = continue_torn(state, log, line);
    if (status != GM_OK || text.len == 0) return status;
    if (begins) return add_line(state, log, line);
    if (ends_cycle(text)) return add_inner(state, log, line);
    if (text.data[0] == 'G' && gm_span_starts(text, GM_SPAN("GC forced"))) return announce(state, log, line);
    if (text.data[0] != 'g' || !gm_gctrace_is_old(text)) return GM_OK;
    gm_log_note(log, GM_NOTE_GC_OLD, line->number);
    return GM_END;
}

static gm_status gctrace_end(void *instance, gm_log *log) {
    gctrace_state *state = instance;
    gm_status status = is_torn(state) ? give_up(state, log, GM_NOTE_GC_UNFINISHED) : GM_OK;
    return status == GM_OK ? flush(state, log, state->waiting, GM_UNKNOWN) : status;
}

static bool gctrace_sniff(gm_span line) {
    if (line.len < 4) return false;
    gm_gctrace cycle;
    if (line.data[0] == 'G') return gm_span_starts(line, GM_SPAN("GC forced"));
    if (line.data[0] == 'g') return gm_gctrace_parse(line, &cycle).good > 5 || gm_gctrace_is_old(line);
    return ends_cycle(line) && gm_span_find(line, GM_SPAN("gc ")) >= 0 &&
           gm_span_find(line, GM_SPAN(" ms clock, ")) > 0;
}

const gm_log_content gm_log_content_gctrace = {
    .name = "gctrace",
    .state_size = sizeof(gctrace_state),
    .line = gctrace_line,
    .end = gctrace_end,
    .sniff = gctrace_sniff,
};
