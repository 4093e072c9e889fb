/* Brings the entries of a log query into the order of time.
 *
 * Comes between log_loki and wrap.c: Loki answers newest first unless it is asked otherwise, and contents need the
 * order of writing (counters, torn lines). Entries of the same nanosecond keep their order, turned round when the
 * whole is. Memory is bounded by limits->arena_bytes; a longer log is sorted piece by piece, which is reported. */
#include "importer/logs/reorder.h"

#include <stdlib.h>

#include "importer/text/span.h"

typedef struct gm_reorder_entry {
    gm_log_line line;
    gm_wrap_owner *owner;
    size_t place; /* in the order of writing among entries of the same time */
} entry;

enum { FIRST_ENTRIES = 256 };

bool gm_reorder_init(gm_reorder *r, gm_wrap *wrap, gm_member *member) {
    *r = (gm_reorder){.wrap = wrap, .member = member};
    r->arena = gm_arena_new(member->limits->arena_bytes);
    return r->arena != NULL;
}

void gm_reorder_release(gm_reorder *r) {
    gm_arena_free(r->arena);
    r->arena = NULL;
}

static bool grow(gm_reorder *r) {
    if (r->count < r->size) return true;
    size_t size = r->size ? r->size * 2 : FIRST_ENTRIES;
    entry *made = GM_ARENA_NEW(r->arena, entry, size);
    if (!made) return false;
    if (r->count > 0) memcpy(made, r->entries, r->count * sizeof *made);
    r->entries = made;
    r->size = size;
    return true;
}

static bool keep(gm_reorder *r, gm_wrap_owner *owner, const gm_log_line *line) {
    if (!grow(r)) return false;
    gm_span text = gm_arena_span(r->arena, line->text);
    if (!text.data) return false;
    if (r->count > 0) {
        int64_t before = r->entries[r->count - 1].line.t_ns;
        r->earlier += line->t_ns < before;
        r->later += line->t_ns > before;
    }
    entry *kept = &r->entries[r->count];
    *kept = (entry){.line = *line, .owner = owner, .place = r->count};
    kept->line.text = text;
    r->count++;
    return true;
}

gm_status gm_reorder_add(gm_reorder *r, gm_wrap_owner *owner, const gm_log_line *line) {
    if (keep(r, owner, line)) return GM_OK;
    gm_log_note(gm_wrap_log(r->wrap), GM_NOTE_PIECEWISE, line->number);
    gm_status status = gm_reorder_flush(r, NULL);
    if (status != GM_OK) return status;
    if (keep(r, owner, line)) return GM_OK;
    gm_member_diag(r->member, GM_SEVERITY_ERROR, line->number, GM_UNKNOWN, "no memory left to sort its lines");
    return GM_DAMAGED;
}

static int compare(const void *left, const void *right) {
    const entry *a = left, *b = right;
    if (a->line.t_ns != b->line.t_ns) return a->line.t_ns < b->line.t_ns ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

gm_status gm_reorder_flush(gm_reorder *r, gm_wrap_owner *owner) {
    gm_status status = GM_OK;
    if (r->earlier > r->later) {
        for (size_t i = 0; i < r->count; i++) r->entries[i].place = r->count - i;
    }
    if (r->earlier > 0) qsort(r->entries, r->count, sizeof *r->entries, compare);
    for (size_t i = 0; i < r->count && status == GM_OK; i++) {
        entry *e = &r->entries[i];
        gm_wrap_owner *of = owner ? owner : e->owner;
        status = gm_wrap_nested(r->wrap, of ? of : gm_wrap_default(r->wrap), &e->line);
    }
    gm_arena_reset(r->arena);
    r->entries = NULL;
    r->count = r->size = 0;
    r->earlier = r->later = 0;
    return status;
}
