/* One log stream: keeps the contents' states for each owner of lines and shows them every line.
 *
 * Comes behind the wrapper formats (usually through wrap.c), before the contents of contents.def. A line costs one
 * call per content; contents look at a few bytes before they do anything else, so that ordinary lines pass at the
 * speed of memory. Lines of different owners never meet in one state. */
#include "importer/logs/contents.h"

#include <inttypes.h>
#include <math.h>

#include "importer/logs/stamp.h"
#include "importer/text/span.h"

static const gm_log_content *const contents[] = {
#define GM_LOG_CONTENT(name) &gm_log_content_##name,
#include "importer/logs/contents.def"
#undef GM_LOG_CONTENT
};

enum { CONTENTS = sizeof(contents) / sizeof(contents[0]), FIRST_SLOTS = 16, DEEPEST = 8 };

typedef enum { ACCOUNT_NONE, ACCOUNT_REJECTED, ACCOUNT_LEFT_OUT } account;

static const struct {
    gm_diag_severity severity;
    account account;
    const char *text;
} notes[GM_NOTES] = {
#define GM_LOG_NOTE(symbol, severity, account, text) {GM_SEVERITY_##severity, ACCOUNT_##account, text},
#include "importer/logs/notes.def"
#undef GM_LOG_NOTE
};

typedef struct scope { /* the lines of one owner */
    int64_t identity_id;
    struct scope *next; /* in order of appearance */
    void *states[CONTENTS];
} scope;

struct gm_log {
    gm_member *member;
    int64_t member_identity; /* 0: not asked for yet */
    scope *first, *last, *current;
    scope **slots; /* open addressing by identity */
    size_t slot_count, scope_count;
    int64_t processes;
    int depth; /* of gm_log_line_add calls */
    struct {
        int64_t count, first_line;
    } notes[GM_NOTES];
};

gm_log *gm_log_new(gm_member *member) {
    gm_log *log = GM_ARENA_NEW(member->arena, gm_log, 1);
    if (!log) return NULL;
    log->member = member;
    log->slots = GM_ARENA_NEW(member->arena, scope *, FIRST_SLOTS);
    log->slot_count = FIRST_SLOTS;
    return log->slots ? log : NULL;
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

/* --- scopes ---------------------------------------------------------------------------------------------- */
static scope **slot_of(const gm_log *log, scope **slots, size_t count, int64_t identity_id) {
    (void)log;
    size_t i = (size_t)((uint64_t)identity_id * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (count - 1);
    while (slots[i] && slots[i]->identity_id != identity_id) i = (i + 1) & (count - 1);
    return &slots[i];
}

static bool grow_slots(gm_log *log) {
    size_t count = log->slot_count * 2;
    scope **slots = GM_ARENA_NEW(log->member->arena, scope *, count);
    if (!slots) return false;
    for (scope *s = log->first; s; s = s->next) *slot_of(log, slots, count, s->identity_id) = s;
    log->slots = slots;
    log->slot_count = count;
    return true;
}

static scope *scope_new(gm_log *log, int64_t identity_id) {
    gm_arena *arena = log->member->arena;
    scope *made = GM_ARENA_NEW(arena, scope, 1);
    if (!made) return NULL;
    made->identity_id = identity_id;
    for (size_t i = 0; i < CONTENTS; i++) {
        made->states[i] = gm_arena_alloc(arena, contents[i]->state_size);
        if (!made->states[i]) return NULL;
    }
    return made;
}

static scope *scope_of(gm_log *log, int64_t identity_id) {
    if (log->current && log->current->identity_id == identity_id) return log->current;
    scope **slot = slot_of(log, log->slots, log->slot_count, identity_id);
    if (*slot) return *slot;
    if (log->scope_count * 2 >= log->slot_count) {
        if (!grow_slots(log)) return NULL;
        slot = slot_of(log, log->slots, log->slot_count, identity_id);
    }
    scope *made = scope_new(log, identity_id);
    if (!made) return NULL;
    *slot = made;
    log->scope_count++;
    if (log->last) {
        log->last->next = made;
    } else {
        log->first = made;
    }
    log->last = made;
    return made;
}

/* --- lines ----------------------------------------------------------------------------------------------- */
static gm_status show(gm_log *log, const gm_log_line *line) {
    log->current = scope_of(log, line->identity_id);
    if (!log->current) {
        gm_member_diag(log->member, GM_SEVERITY_ERROR, line->number, GM_UNKNOWN,
                       "no memory left for the owners of its lines");
        return GM_DAMAGED;
    }
    void **states = log->current->states;
    gm_status status = GM_OK;
    log->depth++;
    for (size_t i = 0; i < CONTENTS && status == GM_OK; i++) status = contents[i]->line(states[i], log, line);
    log->depth--;
    return status == GM_END ? GM_OK : status;
}

gm_status gm_log_line_add(gm_log *log, const gm_log_line *line) {
    if (line->identity_id > 0) return log->depth < DEEPEST ? show(log, line) : GM_OK;
    if (log->member_identity == 0) {
        gm_status status = gm_member_identity(log->member, &log->member_identity);
        if (status != GM_OK) return status;
    }
    gm_log_line owned = *line;
    owned.identity_id = log->member_identity;
    return log->depth < DEEPEST ? show(log, &owned) : GM_OK;
}

static void tell(gm_log *log) {
    for (size_t i = 0; i < GM_NOTES; i++) {
        int64_t count = log->notes[i].count;
        if (count == 0) continue;
        if (notes[i].account == ACCOUNT_REJECTED) gm_emit_rejected(log->member->store, count);
        if (notes[i].account == ACCOUNT_LEFT_OUT) gm_emit_left_out(log->member->store, count);
        gm_member_diag(log->member, notes[i].severity, log->notes[i].first_line, GM_UNKNOWN,
                       "%" PRId64 " %s; this is the first", count, notes[i].text);
    }
}

gm_status gm_log_end(gm_log *log) {
    gm_status status = GM_OK;
    for (scope *s = log->first; s && status == GM_OK; s = s->next) {
        log->current = s;
        for (size_t i = 0; i < CONTENTS && status == GM_OK; i++) {
            if (contents[i]->end) status = contents[i]->end(s->states[i], log);
        }
    }
    tell(log);
    return status;
}

/* --- looking at heads ------------------------------------------------------------------------------------ */
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
