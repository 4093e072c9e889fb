/* Content: kernel OOM reports, kernels 3.x to 6.x; every victim becomes an oom_kill with statistics and task table.
 *
 * Comes behind log.c, with kernel logs and plain logs only. A report is header, usage, statistics, table, summary,
 * kill lines; any of them may be missing when the log was cut or grepped, and lines of other CPUs may stand between,
 * so each line is taken by its words and what cannot belong to the report that is open begins the next one. A log
 * that knows only seconds since boot is put on the wall clock by an audit line, when it has one.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#memory and the sources named in oom_line.c */
#include "importer/logs/oom.h"

#include <math.h>

#include "importer/text/span.h"

enum { WAITING = 16, HELD_BYTES = 4096, LONGEST_PAUSE_S = 30 };

typedef struct {
    gm_oom_report *report;           /* being gathered */
    gm_oom_report *free;             /* to be used again */
    gm_oom_report *waiting[WAITING]; /* for the wall time of boot */
    size_t waiting_count;
    bool boot_known;
    int64_t boot_zero_ns;
    char *held; /* a line that a terminal wrapped */
    gm_log_line held_line;
    gm_oom_kind held_kind;
} oom_state;

/* --- reports come and go --- */
static gm_oom_report *report_of(oom_state *state, gm_log *log) {
    if (state->report) return state->report;
    gm_oom_report *made = state->free;
    if (made) {
        state->free = made->next;
    } else {
        made = GM_ARENA_NEW(gm_log_member(log)->arena, gm_oom_report, 1);
        if (!made) return NULL;
    }
    gm_oom_report_clear(made);
    return state->report = made;
}

static gm_status emit(oom_state *state, gm_log *log, gm_oom_report *report) {
    gm_status status = gm_oom_emit(report, log, state->boot_known ? state->boot_zero_ns : GM_UNKNOWN);
    report->next = state->free;
    state->free = report;
    return status;
}

/* Emits all that waits, or the oldest one. */
static gm_status emit_waiting(oom_state *state, gm_log *log, size_t count) {
    gm_status status = GM_OK;
    size_t done = 0;
    while (done < count && status == GM_OK) status = emit(state, log, state->waiting[done++]);
    state->waiting_count -= done;
    memmove(state->waiting, state->waiting + done, state->waiting_count * sizeof *state->waiting);
    return status;
}

static bool needs_boot_time(const oom_state *state, const gm_oom_report *report) {
    return !state->boot_known && report->first.t_ns == GM_UNKNOWN && !isnan(report->first.boot_s);
}

static gm_status finish(oom_state *state, gm_log *log) {
    gm_oom_report *report = state->report;
    gm_status status = GM_OK;
    state->report = NULL;
    if (!report) return GM_OK;
    if (!gm_oom_is_kill(report)) {
        if (report->has_lines) gm_log_note(log, GM_NOTE_OOM_NO_KILL, report->first.number);
        report->next = state->free;
        state->free = report;
        return GM_OK;
    }
    if (!needs_boot_time(state, report)) return emit(state, log, report);
    if (state->waiting_count == WAITING) status = emit_waiting(state, log, 1);
    state->waiting[state->waiting_count++] = report;
    return status;
}

/* Seconds between two lines, or 0 when they share no clock. */
static double seconds_between(const gm_log_line *a, const gm_log_line *b) {
    if (!isnan(a->boot_s) && !isnan(b->boot_s)) return b->boot_s - a->boot_s;
    if (a->t_ns == GM_UNKNOWN || b->t_ns == GM_UNKNOWN) return 0;
    return ((double)b->t_ns - (double)a->t_ns) / 1e9;
}

/* A kill line of another victim than the summary's, or of another kind of kill. */
static bool is_other_kill(const gm_oom_report *r, const gm_log_line *line) {
    gm_oom_victim victim;
    bool told, memcg;
    if (!gm_oom_read_victim(line, &victim, &told, &memcg)) return false;
    gm_span constraint = {r->constraint.data, r->constraint.len};
    if (told && constraint.len > 0 && gm_span_equal(constraint, GM_SPAN("CONSTRAINT_MEMCG")) != memcg) return true;
    /* a thread of the chosen process may die in its place: another pid, the same name */
    return r->has_summary && !r->is_group && victim.pid != r->chosen.pid &&
           !gm_span_equal(gm_oom_name_span(&victim.name), gm_oom_name_span(&r->chosen.name));
}

/* Does this line begin the next report? */
static bool begins_next(const gm_oom_report *r, gm_oom_kind kind, const gm_log_line *line) {
    bool killed = r->victim_count > 0;
    if (r->has_lines && fabs(seconds_between(&r->last, line)) > LONGEST_PAUSE_S) return true;
    switch (kind) {
    case GM_OOM_HEADER: return r->has_lines;
    case GM_OOM_WHO: return killed || r->has_choice || r->task_cgroup.len > 0;
    case GM_OOM_USAGE:
    case GM_OOM_STATS:
    case GM_OOM_HEAD:
    case GM_OOM_SUMMARY: return killed || r->has_choice || r->has_summary;
    case GM_OOM_CHOICE: return killed || r->has_choice || is_other_kill(r, line);
    case GM_OOM_KILLED: return (killed && !r->is_group) || is_other_kill(r, line);
    default: return false;
    }
}

/* --- one line --- */
static bool add_header(gm_oom_report *r, gm_arena *arena, gm_span text) {
    ptrdiff_t at = gm_span_find(text, GM_SPAN(" invoked oom-killer: "));
    r->has_header = true;
    return gm_oom_text_set(&r->invoked_by, arena, gm_span_first(text, at < 0 ? 0 : (size_t)at));
}

static bool add_usage(gm_oom_report *r, gm_span text) {
    gm_oom_usage usage;
    if (!gm_oom_read_usage(text, &usage)) return true;
    gm_oom_usage *which = &r->kmem;
    if (gm_span_starts(text, GM_SPAN("memory: "))) which = &r->memory;
    if (gm_span_starts(text, GM_SPAN("memory+swap: "))) which = &r->memsw;
    if (gm_span_starts(text, GM_SPAN("swap: "))) which = &r->swap;
    *which = usage;
    return true;
}

static bool add_who(gm_oom_report *r, gm_arena *arena, gm_span text) {
    gm_span task, oom;
    if (!gm_oom_read_who(text, &task, &oom)) return true;
    return gm_oom_text_set(&r->task_cgroup, arena, task) && gm_oom_text_set(&r->oom_cgroup, arena, oom);
}

static bool add_summary(gm_oom_report *r, gm_arena *arena, const gm_log_line *line) {
    gm_oom_summary s;
    if (!gm_oom_read_summary(line->text, &s)) return true;
    gm_oom_victim_init(&r->chosen, line);
    gm_oom_name_set(&r->chosen.name, s.task);
    r->chosen.pid = s.pid;
    r->has_summary = s.task.len > 0 || s.pid != GM_UNKNOWN;
    return gm_oom_text_set(&r->constraint, arena, s.constraint) &&
           gm_oom_text_set(&r->oom_cgroup, arena, s.oom_cgroup) &&
           gm_oom_text_set(&r->task_cgroup, arena, s.task_cgroup);
}

static bool add_victim(gm_oom_report *r, gm_arena *arena, const gm_log_line *line, bool killed) {
    gm_oom_victim victim;
    bool told, memcg;
    if (!gm_oom_read_victim(line, &victim, &told, &memcg)) return true;
    if (told && r->constraint.len == 0 &&
        !gm_oom_text_set(&r->constraint, arena, memcg ? GM_SPAN("CONSTRAINT_MEMCG") : GM_SPAN("CONSTRAINT_NONE")))
        return false;
    if (killed) return gm_oom_add_victim(r, arena, &victim);
    r->chosen = victim;
    r->has_choice = true;
    return true;
}

static bool add_line(gm_oom_report *r, gm_arena *arena, gm_oom_kind kind, const gm_log_line *line) {
    switch (kind) {
    case GM_OOM_HEADER: return add_header(r, arena, line->text);
    case GM_OOM_WHO: return add_who(r, arena, line->text);
    case GM_OOM_USAGE: return add_usage(r, line->text);
    case GM_OOM_STATS: return gm_oom_add_stats(r, arena, line->text);
    case GM_OOM_HEAD: gm_oom_read_head(line->text, &r->table); return true;
    case GM_OOM_SUMMARY: return add_summary(r, arena, line);
    case GM_OOM_CHOICE: return add_victim(r, arena, line, false);
    case GM_OOM_KILLED: return add_victim(r, arena, line, true);
    case GM_OOM_GROUP: r->is_group = true; return true;
    case GM_OOM_NOBODY: r->nobody = true; return true;
    default: return true;
    }
}

static gm_status take_line(oom_state *state, gm_log *log, gm_oom_kind kind, const gm_log_line *line) {
    gm_status status = GM_OK;
    if (kind == GM_OOM_REAPER) return GM_END;
    if (state->report && begins_next(state->report, kind, line)) status = finish(state, log);
    if (status != GM_OK) return status;
    gm_oom_report *report = report_of(state, log);
    if (!report) return GM_OK;
    if (!report->has_lines) {
        report->first = *line;
        report->first.text = (gm_span){NULL, 0};
        report->has_lines = true;
    }
    report->last = *line;
    report->last.text = (gm_span){NULL, 0};
    /* the lists end where the next part of the report begins */
    report->in_stats = false;
    if (kind != GM_OOM_HEAD) report->table.count = 0;
    if (!add_line(report, gm_log_member(log)->arena, kind, line)) gm_log_note(log, GM_NOTE_OOM_FULL, line->number);
    return GM_END;
}

/* A line without words of its own: a statistic or a row of the table of the open report. */
static gm_status take_item(gm_oom_report *report, gm_log *log, const gm_log_line *line) {
    gm_arena *arena = gm_log_member(log)->arena;
    if (report->in_stats && gm_oom_is_value(line->text)) {
        if (!gm_oom_add_value(report, arena, line->text)) gm_log_note(log, GM_NOTE_OOM_FULL, line->number);
        return GM_END;
    }
    if (report->table.count == 0 || !gm_oom_looks_like_row(line->text)) return GM_OK;
    gm_oom_row row;
    if (!gm_oom_read_row(line->text, &report->table, &row)) {
        gm_log_note(log, GM_NOTE_OOM_ROW, line->number);
    } else if (!gm_oom_add_row(report, arena, &row)) {
        gm_log_note(log, GM_NOTE_OOM_FULL, line->number);
    }
    return GM_END;
}

/* --- lines that a terminal wrapped --- */
static bool is_stamped(const gm_log_line *line) {
    return line->t_ns != GM_UNKNOWN || !isnan(line->boot_s);
}

static bool hold(oom_state *state, gm_log *log, gm_oom_kind kind, const gm_log_line *line) {
    if (line->text.len > HELD_BYTES || !gm_oom_is_cut(kind, line->text)) return false;
    if (!state->held) state->held = gm_arena_alloc(gm_log_member(log)->arena, HELD_BYTES);
    if (!state->held) return false;
    memcpy(state->held, line->text.data, line->text.len);
    state->held_line = *line;
    state->held_line.text = (gm_span){state->held, line->text.len};
    state->held_kind = kind;
    return true;
}

static gm_status release(oom_state *state, gm_log *log) {
    if (state->held_line.text.len == 0) return GM_OK;
    gm_log_line line = state->held_line;
    state->held_line.text = (gm_span){NULL, 0};
    gm_status status = take_line(state, log, state->held_kind, &line);
    return status == GM_END ? GM_OK : status;
}

/* GM_END: the line continues the one that is held. */
static gm_status continue_held(oom_state *state, gm_log *log, gm_oom_kind kind, const gm_log_line *line) {
    gm_span *held = &state->held_line.text;
    if (held->len == 0) return GM_OK;
    bool fits = held->len + line->text.len <= HELD_BYTES && line->text.len > 0;
    if (kind != GM_OOM_OTHER || is_stamped(line) || !fits) return release(state, log);
    memcpy(state->held + held->len, line->text.data, line->text.len);
    held->len += line->text.len;
    if (gm_oom_is_cut(state->held_kind, *held)) return GM_END;
    gm_status status = release(state, log);
    return status == GM_OK ? GM_END : status;
}

/* --- the content --- */
/* "audit(1583448728.949:176)" tells when boot was. */
static gm_status look_for_audit(oom_state *state, gm_log *log, const gm_log_line *line) {
    int64_t ns;
    gm_span rest = line->text, seconds;
    ptrdiff_t at = gm_span_find(rest, GM_SPAN("audit("));
    if (at < 0) return GM_OK;
    rest = gm_span_from(rest, (size_t)at + 6);
    if (!gm_span_cut(&rest, ':', &seconds) || !gm_time_seconds(seconds, &ns)) return GM_OK;
    if (line->boot_s > 1e9 || ns < (int64_t)(line->boot_s * 1e9)) return GM_OK;
    state->boot_zero_ns = ns - (int64_t)(line->boot_s * 1e9);
    state->boot_known = true;
    gm_status status = gm_log_boot_pair(log, ns, line->boot_s, false, true);
    return status != GM_OK ? status : emit_waiting(state, log, state->waiting_count);
}

static gm_status oom_line(void *instance, gm_log *log, const gm_log_line *line) {
    oom_state *state = instance;
    if (line->stream) return GM_OK; /* a container's own output */
    gm_status status = GM_OK;
    gm_oom_kind kind = gm_oom_classify(line->text);
    if (!state->boot_known && line->t_ns == GM_UNKNOWN && !isnan(line->boot_s))
        status = look_for_audit(state, log, line);
    if (status == GM_OK && state->report && kind == GM_OOM_OTHER) status = take_item(state->report, log, line);
    if (status == GM_OK) status = continue_held(state, log, kind, line);
    if (status != GM_OK || kind == GM_OOM_OTHER) return status;
    if (hold(state, log, kind, line)) return GM_END;
    return take_line(state, log, kind, line);
}

static gm_status oom_end(void *instance, gm_log *log) {
    oom_state *state = instance;
    gm_status status = release(state, log);
    if (status == GM_OK) status = finish(state, log);
    return status == GM_OK ? emit_waiting(state, log, state->waiting_count) : status;
}

/* The kernel's spelling; the audit daemon's own log has words for types. */
static bool is_audit(gm_span line) {
    gm_span_take(&line, GM_SPAN("audit: "));
    return gm_span_take(&line, GM_SPAN("type=")) && line.len > 0 && line.data[0] <= '9' &&
           gm_span_find(line, GM_SPAN(" audit(")) >= 0;
}

static bool oom_sniff(gm_span line) {
    if (is_audit(line)) return true;
    gm_oom_kind kind = gm_oom_classify(line);
    return kind != GM_OOM_OTHER && kind != GM_OOM_REAPER;
}

const gm_log_content gm_log_content_oom = {
    .name = "oom",
    .state_size = sizeof(oom_state),
    .line = oom_line,
    .end = oom_end,
    .sniff = oom_sniff,
};
