/* Puts torn gctrace lines together again.
 *
 * The runtime writes a line with some 38 write calls, so complete records of the program fall between its pieces:
 * a head, records with their line ends, the rest on a later line, perhaps torn again. gctrace.c hands over the head
 * and every line behind it. Each reading of the head is tried with each line: what the grammar accepts as a whole is
 * the line. Numbers are never split, but a digit of the line may be glued to a date of the foreign record
 * ("72026/11/23"); the date is looked for, and where nothing decides, the line is given up rather than guessed. */
#include "importer/logs/gctrace_torn.h"

#include "importer/text/span.h"

enum { DATE_BYTES = 10 };

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* d = digit, s = slash or minus, : = itself */
static bool has_shape(gm_span s, const char *shape) {
    size_t len = strlen(shape);
    if (s.len < len) return false;
    for (size_t i = 0; i < len; i++) {
        char c = s.data[i];
        bool fits = shape[i] == 'd' ? is_digit(c) : shape[i] == 's' ? c == '/' || c == '-' : c == shape[i];
        if (!fits) return false;
    }
    return true;
}

/* "2026/11/23 ", "2026-11-23T", "09:36:24"; three CPU numbers may look like a date, but then comes a '+'. */
static bool is_stamp(gm_span s) {
    if (has_shape(s, "dd:dd:dd")) return true;
    return s.len > DATE_BYTES && has_shape(s, "ddddsddsdd") && strchr(" T\t", s.data[DATE_BYTES]);
}

/* A record may well begin with this byte, so that the digits before it are the line's. */
static bool begins_record(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("{[\"'<#=(*>|\x1b", c);
}

/* Where the line's part of text can end. A date may have been read as numbers of the line, with slashes and all. */
static void find_cuts(gm_torn_piece *piece, gm_span text, const gm_gctrace_match *match) {
    piece->first_cut = piece->last_cut = match->good;
    for (size_t cut = match->good > DATE_BYTES ? match->good - DATE_BYTES : 0; cut <= match->good; cut++) {
        if (!is_stamp(gm_span_from(text, cut))) continue;
        piece->first_cut = piece->last_cut = cut;
        return;
    }
    if (match->good == text.len || !begins_record(text.data[match->good])) piece->first_cut = match->number;
}

/* known: how much of text was there before */
static void add_piece(gm_torn *torn, gm_span text, const gm_gctrace_match *match, size_t known) {
    if (torn->count == GM_TORN_PIECES || match->good >= GM_TORN_BYTES) return;
    gm_torn_piece *piece = &torn->pieces[torn->count++];
    piece->open = match->ran_out && text.len < GM_TORN_BYTES;
    piece->complete = match->complete || match->whole;
    if (piece->open) {
        piece->first_cut = piece->last_cut = text.len;
    } else {
        find_cuts(piece, text, match);
    }
    memcpy(piece->text, text.data, piece->last_cut);
    /* what looked like numbers was another record's date: nothing new */
    if (piece->last_cut <= known) {
        torn->count--;
    } else {
        torn->lines_left = GM_TORN_PATIENCE;
    }
}

void gm_torn_begin(gm_torn *torn, gm_span text, const gm_gctrace_match *match) {
    torn->count = 0;
    gm_span begun = gm_span_first(text, match->good);
    torn->certain = gm_span_find(begun, GM_SPAN(" @")) > 0;
    add_piece(torn, text, match, 0);
}

/* Could a number have been split here? */
static bool splits_number(const gm_torn_piece *piece, size_t cut, gm_span text) {
    if (piece->open || cut == 0 || text.len == 0 || !is_digit(piece->text[cut - 1])) return false;
    return is_digit(text.data[0]) || text.data[0] == '.';
}

/* The fragment up to cut with text behind it. */
static gm_span join(const gm_torn_piece *piece, size_t cut, gm_span text, char buffer[GM_TORN_BYTES]) {
    size_t room = GM_TORN_BYTES - cut;
    gm_span kept = gm_span_first(text, room);
    memcpy(buffer, piece->text, cut);
    if (kept.len > 0) memcpy(buffer + cut, kept.data, kept.len);
    return (gm_span){buffer, cut + kept.len};
}

/* All readings of one piece with text behind; answers how many are whole. */
static int try_piece(gm_torn *torn, size_t index, gm_span text, gm_gctrace *cycle) {
    char buffer[GM_TORN_BYTES];
    int whole = 0;
    const gm_torn_piece *piece = &torn->pieces[index];
    for (size_t cut = piece->first_cut; cut <= piece->last_cut; cut++) {
        if (splits_number(piece, cut, text)) continue;
        gm_gctrace read;
        gm_span joined = join(piece, cut, text, buffer);
        gm_gctrace_match match = gm_gctrace_parse(joined, &read);
        if (match.whole && joined.len == cut + text.len) {
            if (whole++ == 0) *cycle = read;
        } else if (text.len > 0 && match.good > cut && (match.number > cut || match.number == match.good)) {
            add_piece(torn, joined, &match, cut);
        }
    }
    return whole;
}

gm_torn_answer gm_torn_continue(gm_torn *torn, gm_span text, gm_gctrace *cycle) {
    size_t before = torn->count;
    /* the longest reading first: what was taken for a middle piece is missing in the shorter ones */
    for (size_t i = before; i-- > 0;) {
        int whole = try_piece(torn, i, text, cycle);
        if (whole == 0) continue;
        torn->count = 0;
        return whole == 1 ? GM_TORN_WHOLE : GM_TORN_AMBIGUOUS;
    }
    torn->lines_left--;
    return torn->count > before ? GM_TORN_PIECE : GM_TORN_NOT_MINE;
}

gm_torn_answer gm_torn_give_up(gm_torn *torn, gm_gctrace *cycle) {
    gm_torn_answer answer = torn->certain ? GM_TORN_PIECE : GM_TORN_NOT_MINE;
    for (size_t i = 0; i < torn->count && answer != GM_TORN_WHOLE; i++) {
        const gm_torn_piece *piece = &torn->pieces[i];
        if (piece->complete && gm_gctrace_parse((gm_span){piece->text, piece->last_cut}, cycle).whole)
            answer = GM_TORN_WHOLE;
    }
    torn->count = 0;
    return answer;
}
