/* Lines of a member: found with memchr in the blocks as they come, copied only where a line crosses blocks.
 *
 * Comes after gm_member_read, before every line-based format and the log wrappers. Memory is bounded by
 * limits->line_bytes however long a line is: the rest of a longer one is read and dropped. */
#include "importer/text/lines.h"

#include <inttypes.h>

#include "importer/text/span.h"

#define GM_LINES_CARRY 4096

void gm_lines_init(gm_lines *lines, gm_member *member) {
    *lines = (gm_lines){.member = member, .status = GM_OK};
    lines->carry = gm_arena_alloc(member->arena, GM_LINES_CARRY); /* at once: later the memory may be used up */
    if (lines->carry) lines->carry_size = GM_LINES_CARRY;
}

/* Makes lines->block non-empty; false at the end. */
static bool refill(gm_lines *lines) {
    if (lines->ended) return false;
    do {
        gm_status status = gm_member_read(lines->member, &lines->block);
        if (status != GM_OK) {
            lines->ended = true;
            lines->status = status == GM_END ? GM_OK : status;
            return false;
        }
    } while (lines->block.len == 0);
    return true;
}

/* Room for want bytes, as far as limit and memory allow; the arena takes nothing back, so it doubles. */
static size_t carry_room(gm_lines *lines, size_t want) {
    if (want <= lines->carry_size) return want;
    size_t size = lines->carry_size ? lines->carry_size : GM_LINES_CARRY;
    while (size < want) size *= 2;
    char *bigger = gm_arena_alloc(lines->member->arena, size);
    if (!bigger) return lines->carry_size;
    if (lines->carry_len > 0) memcpy(bigger, lines->carry, lines->carry_len);
    lines->carry = bigger;
    lines->carry_size = size;
    return want;
}

/* Appends a piece to the carried line; false when not all of it is kept. One byte more than the limit is
 * kept, the
 * "\r" of a line of just that length. */
static bool carry_add(gm_lines *lines, gm_span piece) {
    size_t limit = lines->member->limits->line_bytes + 1;
    size_t want = lines->carry_len + piece.len;
    size_t room = carry_room(lines, want < limit ? want : limit);
    if (room > lines->carry_len) {
        gm_span kept = gm_span_first(piece, room - lines->carry_len);
        memcpy(lines->carry + lines->carry_len, kept.data, kept.len);
        lines->carry_len += kept.len;
    }
    return lines->carry_len == want;
}

static void note_cut(gm_lines *lines, gm_line *line) {
    line->cut = true;
    if (lines->cuts++ == 0) lines->first_cut = line->number;
}

/* Takes "\r" off and cuts to the limit. whole: text is all of the line. */
static void finish(gm_lines *lines, gm_line *line, gm_span text, bool whole) {
    size_t limit = lines->member->limits->line_bytes;
    if (whole && text.len > 0 && text.data[text.len - 1] == '\r') text.len--;
    line->text = gm_span_first(text, limit);
    if (!whole || text.len > limit) note_cut(lines, line);
}

/* A line of several blocks: the rest of this one and what follows, up to the line end. */
static void collect(gm_lines *lines, gm_line *line) {
    bool whole = true;
    line->unfinished = true;
    lines->carry_len = 0;
    do {
        ptrdiff_t end = gm_span_find_byte(lines->block, '\n');
        gm_span piece = end < 0 ? lines->block : gm_span_first(lines->block, (size_t)end);
        lines->offset += (int64_t)piece.len;
        /* what comes behind a piece that did not fit would not continue it */
        whole = whole && carry_add(lines, piece);
        lines->block = gm_span_from(lines->block, piece.len);
        if (end >= 0) {
            lines->offset++;
            lines->block = gm_span_from(lines->block, 1);
            line->unfinished = false;
        }
    } while (line->unfinished && refill(lines));
    finish(lines, line, (gm_span){lines->carry, lines->carry_len}, whole);
}

static void tell_cuts(gm_lines *lines) {
    if (lines->cuts == 0) return;
    gm_member_diag(
        lines->member, GM_SEVERITY_WARNING, lines->first_cut, GM_UNKNOWN,
        "%" PRId64
        " lines are longer than %zu bytes, or than the memory left for them, and were cut, this is the first" GM_RAISES,
        lines->cuts, lines->member->limits->line_bytes, GM_RAISED_BY(line_bytes));
    lines->cuts = 0;
}

bool gm_lines_next(gm_lines *lines, gm_line *line) {
    if (lines->block.len == 0 && (!refill(lines) || lines->status == GM_FATAL)) {
        tell_cuts(lines);
        return false;
    }
    *line = (gm_line){.number = ++lines->number, .offset = lines->offset};
    ptrdiff_t end = gm_span_find_byte(lines->block, '\n');
    if (end < 0) {
        collect(lines, line);
        return lines->status != GM_FATAL;
    }
    gm_span whole = gm_span_first(lines->block, (size_t)end + 1);
    lines->block = gm_span_from(lines->block, whole.len);
    lines->offset += (int64_t)whole.len;
    finish(lines, line, gm_span_first(whole, (size_t)end), true);
    return true;
}

gm_status gm_lines_status(const gm_lines *lines) {
    return lines->status;
}
