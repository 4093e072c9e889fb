/* The fingerprint and the JSON text of one stack after the other (last_stack.h).
 *
 * emit_stack.c asks here. Both are made from the root to the leaf, and with each frame lies what there is up to it, so
 * that the next stack begins where it parts from this one. The text has the leaf first: it grows towards its front,
 * and the end of it, which is the root's, stays where it is. */
#include "importer/store/last_stack.h"

#include <glib.h>

enum { FRAME_BYTES = 21 /* of the longest id and its comma */, FIRST_ROOM = 128, TRIPLES = 1000 };

/* Three digits of a number; len: without zeros in front. */
typedef struct {
    uint8_t len;
    char digits[3];
} triple;

typedef struct {
    int64_t id;
    gm_fingerprint key; /* of all from the root to here */
    size_t text_len;    /* likewise; of the first written frames */
} frame;

struct gm_last_stack {
    size_t depth, written, room; /* frames; room: that there is memory for */
    frame *frames;               /* root first */
    char *text, *text_end;
    triple triples[TRIPLES];
};

static void make_room(gm_last_stack *last, size_t n) {
    size_t bytes;
    last->room = MAX(n, 2 * last->room);
    last->depth = last->written = 0;
    g_free(last->frames);
    g_free(last->text);
    last->frames = g_new(frame, last->room);
    last->text = g_new(char, bytes = last->room * FRAME_BYTES + sizeof(triple) + 2);
    last->text_end = last->text + bytes;
}

static void make_triples(triple *triples) {
    for (int i = 0; i < TRIPLES; i++) {
        triple made = {.len = i < 10 ? 1 : i < 100 ? 2 : 3};
        made.digits[0] = (char)('0' + i / 100);
        made.digits[1] = (char)('0' + i / 10 % 10);
        made.digits[2] = (char)('0' + i % 10);
        triples[i] = made;
    }
}

gm_last_stack *gm_last_stack_new(void) {
    gm_last_stack *last = g_new0(gm_last_stack, 1);
    make_room(last, FIRST_ROOM);
    make_triples(last->triples);
    return last;
}

void gm_last_stack_free(gm_last_stack *last) {
    g_free(last->frames);
    g_free(last->text);
    g_free(last);
}

static size_t shared_frames(const gm_last_stack *last, const int64_t *location_ids, size_t n) {
    size_t shared = 0, most = MIN(n, last->depth);
    while (shared < most && last->frames[shared].id == location_ids[n - 1 - shared]) shared++;
    return shared;
}

gm_fingerprint gm_last_stack_set(gm_last_stack *last, const int64_t *location_ids, size_t n) {
    if (n > last->room) make_room(last, n);
    size_t shared = shared_frames(last, location_ids, n);
    gm_fingerprint key = shared > 0 ? last->frames[shared - 1].key : gm_fingerprint_start();
    for (size_t i = shared; i < n; i++) {
        int64_t id = location_ids[n - 1 - i];
        gm_fingerprint_int(&key, id);
        last->frames[i].id = id;
        last->frames[i].key = key;
    }
    last->depth = n;
    last->written = MIN(last->written, shared);
    gm_fingerprint_int(&key, (int64_t)n);
    return key;
}

/* --- text --- */
/* Writes the number in front of to; with printf it would take most of a large profile's time. What is copied too much
 * lies before the answer. */
static char *put_number_before(char *to, const triple *triples, int64_t number) {
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    for (; rest >= TRIPLES; rest /= TRIPLES) {
        memcpy(to - sizeof *triples, &triples[rest % TRIPLES], sizeof *triples);
        to -= sizeof triples->digits;
    }
    memcpy(to - sizeof *triples, &triples[rest], sizeof *triples);
    to -= triples[rest].len;
    if (number < 0) *--to = '-';
    return to;
}

gm_span gm_last_stack_json(gm_last_stack *last) {
    if (last->depth == 0) return GM_SPAN("[]");
    char *const end = last->text_end;
    char *at = last->written > 0 ? end - last->frames[last->written - 1].text_len : end;
    for (size_t i = last->written; i < last->depth; i++) {
        *--at = i > 0 ? ',' : ']';
        at = put_number_before(at, last->triples, last->frames[i].id);
        last->frames[i].text_len = (size_t)(end - at);
    }
    last->written = last->depth;
    *--at = '[';
    return (gm_span){at, (size_t)(end - at)};
}
