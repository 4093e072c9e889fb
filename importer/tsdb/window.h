/* A member's bytes through a window: as many after each other as a parser asks for, up to a bound. */
#ifndef GM_IMPORTER_TSDB_WINDOW_H
#define GM_IMPORTER_TSDB_WINDOW_H

#include "gomortem/member.h"

#define GM_WINDOW_MAX ((size_t)32 << 20) /* the longest part that is looked at as a whole */

typedef struct {
    gm_member *member;
    bool keep;  /* put aside all that is read */
    bool seeks; /* the member's stream is read by others in between, or jumped in */
    unsigned char *buffer;
    size_t size, from, end;
    int64_t at;       /* offset in the member of buffer[from] */
    gm_status status; /* of the stream; GM_DAMAGED also when memory is out (reported) */
} gm_window;

void gm_window_init(gm_window *window, gm_member *member);
void gm_window_release(gm_window *window);

/* How many of the next n bytes there are; they lie at gm_window_bytes until the next call. */
size_t gm_window_ask(gm_window *window, size_t n);
gm_span gm_window_bytes(const gm_window *window, size_t n);
/* Moves on by n bytes, or to the end. */
void gm_window_skip(gm_window *window, int64_t n);
/* To an offset of the kept bytes; false when it lies beyond. Sets seeks. */
bool gm_window_go(gm_window *window, int64_t offset);

#endif
