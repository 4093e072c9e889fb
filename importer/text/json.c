/* JSON as events: members as streams of documents, and texts in memory.
 *
 * Comes after gm_member_read, before the JSON formats; json_tree.c builds on it. A stream may hold several
 * documents (concatenated, JSON lines https://jsonlines.org, RFC 7464 sequences) and, because captures are
 * made by hand with curl and shells, text before and between them: it is passed over and reported once. A
 * document begins with '{' or '[' that is followed by what may stand there. */
#include "importer/text/json.h"

#include <inttypes.h>
#include <stdio.h>

#include "importer/text/json_reader.h"
#include "importer/text/span.h"

typedef struct {
    gm_member *member;
    gm_json_reader reader;
    int64_t offset;    /* of the bytes read next */
    int64_t max_bytes; /* of the whole member */
    char opener;       /* '{' or '[' seen between documents, not yet confirmed; else 0 */
    int64_t opener_offset;
    int64_t documents;
    int64_t noise, noise_offset; /* bytes passed over, where the first is */
} gm_json_stream_state;

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\x1e';
}

static bool is_opener(char c) {
    return c == '{' || c == '[';
}

static void note_noise(gm_json_stream_state *s, int64_t offset) {
    if (s->noise++ == 0) s->noise_offset = offset;
}

static bool is_mark(int64_t offset, char c) { /* UTF-8 byte order mark */
    return offset < 3 && c == "\xEF\xBB\xBF"[offset];
}

/* Looks for the beginning of a document; *used = bytes that need no second look. */
static bool seek(gm_json_stream_state *s, gm_span block, size_t *used) {
    for (size_t i = 0; i < block.len; i++) {
        char c = block.data[i];
        int64_t offset = s->offset + (int64_t)i;
        if (is_blank(c) || is_mark(offset, c)) continue;
        if (s->opener && gm_json_confirms(s->opener, c)) {
            *used = i;
            return true;
        }
        if (s->opener) note_noise(s, s->opener_offset);
        s->opener = is_opener(c) ? c : 0;
        s->opener_offset = offset;
        if (!s->opener) note_noise(s, offset);
    }
    *used = block.len;
    return false;
}

static size_t feed(gm_json_stream_state *s, gm_span piece) {
    size_t used = gm_json_reader_feed(&s->reader, piece);
    return used < piece.len ? used : piece.len;
}

/* One step through the block: answers what was used of it. */
static size_t step(gm_json_stream_state *s, gm_span block) {
    size_t used = 0;
    if (s->reader.depth > 0) {
        used = feed(s, block);
    } else if (seek(s, block, &used)) {
        /* the opener may have come in an earlier block */
        s->documents++;
        feed(s, (gm_span){&s->opener, 1});
        s->opener = 0;
    }
    s->offset += (int64_t)used;
    return used;
}

static gm_status too_large(gm_json_stream_state *s) {
    snprintf(s->reader.reason, sizeof(s->reader.reason), "JSON larger than %" PRId64 " bytes", s->max_bytes);
    return s->reader.status = GM_DAMAGED;
}

static gm_status read_blocks(gm_json_stream_state *s) {
    gm_span block;
    gm_status status;
    while ((status = gm_member_read(s->member, &block)) == GM_OK) {
        if ((int64_t)block.len > s->max_bytes - s->offset) return too_large(s);
        while (block.len > 0) {
            block = gm_span_from(block, step(s, block));
            if (s->reader.status != GM_OK) return s->reader.status;
        }
    }
    return status;
}

static void finish(gm_json_stream_state *s) {
    if (s->opener) {
        s->documents++;
        feed(s, (gm_span){&s->opener, 1});
    }
    if (s->reader.status == GM_OK) gm_json_reader_finish(&s->reader);
    if (s->reader.status != GM_OK || s->documents > 0) return;
    s->reader.status = GM_DAMAGED;
    snprintf(s->reader.reason, sizeof(s->reader.reason), "no JSON object or array in it");
}

static void report(gm_json_stream_state *s) {
    if (s->noise > 0)
        gm_member_diag(s->member, GM_SEVERITY_WARNING, GM_UNKNOWN, s->noise_offset,
                       "%" PRId64 " bytes that are not JSON were passed over; the first is here", s->noise);
    if (s->reader.reason[0])
        gm_member_diag(s->member, GM_SEVERITY_ERROR, GM_UNKNOWN, s->offset, "%s", s->reader.reason);
}

gm_status gm_json_stream_upto(gm_member *member, int64_t max_bytes, gm_json_handler handler, void *context) {
    gm_json_stream_state s = {.member = member, .max_bytes = max_bytes};
    gm_json_reader_init(&s.reader, handler, context, member->limits->arena_bytes);
    s.reader.max_depth = member->limits->json_depth;
    s.reader.pause_between = true;
    gm_status status = read_blocks(&s);
    if (status == GM_END && s.reader.status == GM_OK) {
        finish(&s);
        status = s.reader.status;
    }
    report(&s);
    gm_json_reader_release(&s.reader);
    return status;
}

gm_status gm_json_stream(gm_member *member, gm_json_handler handler, void *context) {
    return gm_json_stream_upto(member, INT64_MAX, handler, context);
}

gm_status gm_json_parse(gm_span text, int max_depth, gm_json_handler handler, void *context) {
    gm_json_reader reader;
    gm_json_reader_init(&reader, handler, context, SIZE_MAX);
    reader.max_depth = max_depth;
    gm_json_reader_feed(&reader, text);
    if (reader.status == GM_OK) gm_json_reader_finish(&reader);
    gm_json_reader_release(&reader);
    return reader.status;
}
