/* A member's bytes through a window that grows to what the parser asks for and no further.
 *
 * Comes between a member's stream, whose blocks may end anywhere, and the parsers of TSDB files, whose parts
 * have a length and a checksum and are looked at one at a time. */
#include "importer/tsdb/window.h"

#include <stdlib.h>

#define FIRST_SIZE ((size_t)64 << 10)

void gm_window_init(gm_window *window, gm_member *member) {
    *window = (gm_window){.member = member};
}

void gm_window_release(gm_window *window) {
    free(window->buffer);
}

/* Room for n bytes behind from. */
static bool reserve(gm_window *window, size_t n) {
    if (n > window->size) {
        size_t size = window->size ? window->size : FIRST_SIZE;
        while (size < n) size *= 2;
        unsigned char *buffer = malloc(size);
        if (!buffer) return false;
        if (window->end > window->from) memcpy(buffer, window->buffer + window->from, window->end - window->from);
        free(window->buffer);
        window->buffer = buffer;
        window->size = size;
    } else if (window->from > 0) {
        memmove(window->buffer, window->buffer + window->from, window->end - window->from);
    }
    window->end -= window->from;
    window->from = 0;
    return true;
}

static gm_status read_block(gm_window *window, gm_span *block) {
    gm_member *member = window->member;
    int64_t next = window->at + (int64_t)(window->end - window->from);
    if (window->seeks && !gm_member_seek(member, next)) return GM_END;
    gm_status status = gm_member_read(member, block);
    if (status == GM_OK && window->keep) status = gm_member_keep(member, *block);
    return status;
}

static bool fill(gm_window *window, size_t n) {
    gm_span block = {NULL, 0};
    size_t have = window->end - window->from;
    window->status = read_block(window, &block);
    if (window->status != GM_OK) return false;
    if (!reserve(window, have + block.len > n ? have + block.len : n)) {
        gm_member_diag(window->member, GM_SEVERITY_ERROR, GM_UNKNOWN, window->at, "memory is out");
        window->status = GM_DAMAGED;
        return false;
    }
    memcpy(window->buffer + window->end, block.data, block.len);
    window->end += block.len;
    return true;
}

size_t gm_window_ask(gm_window *window, size_t n) {
    if (n > GM_WINDOW_MAX) n = GM_WINDOW_MAX;
    while (window->end - window->from < n && window->status == GM_OK && fill(window, n)) {
    }
    size_t have = window->end - window->from;
    return have < n ? have : n;
}

gm_span gm_window_bytes(const gm_window *window, size_t n) {
    return (gm_span){window->buffer ? (const char *)window->buffer + window->from : "", n};
}

void gm_window_skip(gm_window *window, int64_t n) {
    while (n > 0) {
        int64_t have = (int64_t)(window->end - window->from);
        int64_t step = n < have ? n : have;
        window->from += (size_t)step;
        window->at += step;
        n -= step;
        if (n > 0 && (window->status != GM_OK || !fill(window, 1))) return;
    }
}

bool gm_window_go(gm_window *window, int64_t offset) {
    int64_t end = window->at + (int64_t)(window->end - window->from);
    window->seeks = true;
    if (offset >= window->at && offset <= end) {
        window->from += (size_t)(offset - window->at);
    } else {
        if (offset < 0 || offset > gm_member_size(window->member)) return false;
        window->from = window->end = 0;
    }
    window->at = offset;
    if (window->status == GM_END) window->status = GM_OK;
    return true;
}
