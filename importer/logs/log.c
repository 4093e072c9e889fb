/* One log stream: keeps the contents' states for each owner of lines and shows them every line.
 *
 * Comes behind the wrapper formats (usually through wrap.c), before the contents of contents.def. A line costs one
 * call per content; contents look at a few bytes before they do anything else, so that ordinary lines pass at the
 * speed of memory. Lines of different owners never meet in one state. */
#include "importer/logs/contents.h"

#include <inttypes.h>
#include <math.h>

#include "importer/logs/boot_pairs.h"
#include "importer/logs/stamp.h"
#include "importer/text/span.h"

static const gm_log_content *const contents[] = {
#define GM_LOG_CONTENT(name) &gm_log_content_##name,
#include "importer/logs/contents.def"
#undef GM_LOG_CONTENT
};

enum { CONTENTS = sizeof(contents) / sizeof(contents[0]), DEEPEST = 8 };

/* What a note's lines are counted as: one of the reasons to leave out, or these. */
enum { ACCOUNT_NONE = -1, ACCOUNT_REJECTED = -2 };

static const struct {
    gm_diag_severity severity;
    int account;
    const char *text;
} notes[GM_NOTES] = {
#define GM_LOG_NOTE(symbol, severity, account, text) {GM_SEVERITY_##severity, account, text},
#include "importer/logs/notes.def"
#undef GM_LOG_NOTE
};

typedef struct gm_log_scope {  /* the lines of one owner */
    struct gm_log_scope *next; /* in order of appearance */
    void *states[CONTENTS];
} gm_log_scope;

struct gm_log {
    gm_member *member;
    gm_log_owner self; /* of lines without an owner */
    gm_log_scope *first, *last;
    int64_t processes;
    int depth; /* of gm_log_line_add calls */
    gm_boot_pairs lines, audits;
    struct {
        int64_t count, first_line;
    } notes[GM_NOTES];
};

gm_log *gm_log_new(gm_member *member) {
    gm_log *log = GM_ARENA_NEW(member->arena, gm_log, 1);
    if (!log) return NULL;
    log->member = member;
    log->self.own = true;
    log->lines.source = "line";
    log->audits.source = "audit";
    return log;
}

gm_member *gm_log_member(gm_log *log) {
    return log->member;
}

int64_t gm_log_next_process(gm_log *log) {
    return ++log->processes;
}

void gm_log_note(gm_log *log, gm_log_note_kind note, int64_t line) {
    if (log->notes[note].count++ == 0) log->notes[note].first_line = line;
}

gm_status gm_log_boot_pair(gm_log *log, int64_t t_ns, double boot_s, bool local, bool audit) {
    return gm_boot_pairs_add(audit ? &log->audits : &log->lines, log->member->store, t_ns, boot_s, local);
}

/* --- lines --- */
static gm_log_scope *scope_new(gm_log *log) {
    gm_arena *arena = log->member->arena;
    gm_log_scope *made = GM_ARENA_NEW(arena, gm_log_scope, 1);
    if (!made) return NULL;
    for (size_t i = 0; i < CONTENTS; i++) {
        made->states[i] = gm_arena_alloc(arena, contents[i]->state_size);
        if (!made->states[i]) return NULL;
    }
    if (log->last) {
        log->last->next = made;
    } else {
        log->first = made;
    }
    return log->last = made;
}

static gm_status show(gm_log *log, const gm_log_line *line) {
    if (!line->owner->scope) line->owner->scope = scope_new(log);
    if (!line->owner->scope) {
        gm_member_diag(log->member, GM_SEVERITY_ERROR, line->number, GM_UNKNOWN,
                       "no memory left for the owners of its lines");
        return GM_DAMAGED;
    }
    void **states = line->owner->scope->states;
    gm_status status = GM_OK;
    log->depth++;
    for (size_t i = 0; i < CONTENTS && status == GM_OK; i++) status = contents[i]->line(states[i], log, line);
    log->depth--;
    return status == GM_END ? GM_OK : status;
}

gm_status gm_log_line_add(gm_log *log, const gm_log_line *line) {
    if (log->depth >= DEEPEST) return GM_OK;
    if (line->owner) return show(log, line);
    gm_log_line owned = *line;
    owned.owner = &log->self;
    return show(log, &owned);
}

gm_status gm_log_identity(gm_log *log, const gm_log_line *line, int64_t *id) {
    gm_log_owner *owner = line->owner ? line->owner : &log->self;
    gm_status status = GM_OK;
    if (owner->identity_id == 0) {
        status = owner->own ? gm_member_identity(log->member, &owner->identity_id)
                            : gm_emit_identity(log->member->store, &owner->identity, &owner->identity_id);
    }
    *id = owner->identity_id;
    return status;
}

static void tell(gm_log *log) {
    for (size_t i = 0; i < GM_NOTES; i++) {
        int64_t count = log->notes[i].count;
        if (count == 0) continue;
        if (notes[i].account == ACCOUNT_REJECTED) gm_emit_rejected(log->member->store, count);
        if (notes[i].account >= 0) gm_emit_left_out(log->member->store, (gm_left_reason)notes[i].account, count);
        gm_member_diag(log->member, notes[i].severity, log->notes[i].first_line, GM_UNKNOWN,
                       "%s (%" PRId64 ", this is the first)", notes[i].text, count);
    }
}

/* What the log says about its own clocks. */
static gm_status tell_clocks(gm_log *log) {
    gm_store *store = log->member->store;
    gm_clock_pair local = {.clock = "local",
                           .source = "stamp",
                           .clock_s = NAN,
                           .t_ns = GM_UNKNOWN,
                           .uncertainty_ns = GM_UNKNOWN,
                           .local = true};
    gm_status status = gm_boot_pairs_end(&log->lines, store);
    if (status == GM_OK) status = gm_boot_pairs_end(&log->audits, store);
    if (status == GM_OK && log->notes[GM_NOTE_NO_ZONE].count > 0) status = gm_emit_clock_pair(store, &local);
    return status;
}

gm_status gm_log_end(gm_log *log) {
    gm_status status = GM_OK;
    for (gm_log_scope *s = log->first; s && status == GM_OK; s = s->next) {
        for (size_t i = 0; i < CONTENTS && status == GM_OK; i++) {
            if (contents[i]->end) status = contents[i]->end(s->states[i], log);
        }
    }
    tell(log);
    return status == GM_OK ? tell_clocks(log) : status;
}

/* --- looking at heads --- */
bool gm_log_known(gm_span text) {
    for (size_t i = 0; i < CONTENTS; i++) {
        if (contents[i]->sniff(text)) return true;
    }
    return false;
}

int gm_log_sniff(gm_span head, int max_lines) {
    int found = 0;
    gm_span line;
    for (int i = 0; i < max_lines && gm_span_cut(&head, '\n', &line); i++) {
        gm_stamp stamp;
        gm_stamp_take(&line, GM_UNKNOWN, &stamp);
        if (gm_log_known(line)) found++;
    }
    return found;
}
