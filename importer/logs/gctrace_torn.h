/* Torn gctrace lines: fragments wait here for the rest that follows behind other writers' records. */
#ifndef GM_IMPORTER_LOGS_GCTRACE_TORN_H
#define GM_IMPORTER_LOGS_GCTRACE_TORN_H

#include "importer/logs/gctrace_line.h"

enum { GM_TORN_BYTES = 512, GM_TORN_PIECES = 8, GM_TORN_PATIENCE = 32 /* lines */ };

typedef struct {
    char text[GM_TORN_BYTES];
    size_t first_cut, last_cut; /* the line's part ends at one of these; digits between may be foreign */
    bool open;                  /* nothing foreign behind it: the log's line ended, or was broken */
    bool complete;              /* only " (forced)" may still come */
} gm_torn_piece;

typedef struct {
    gm_torn_piece pieces[GM_TORN_PIECES]; /* readings of what came so far, shortest first */
    size_t count;                         /* 0: nothing waits */
    int64_t lines_left;
    bool certain; /* it got far enough to be a gctrace line and no other text */
} gm_torn;

typedef enum { GM_TORN_NOT_MINE, GM_TORN_PIECE, GM_TORN_WHOLE, GM_TORN_AMBIGUOUS } gm_torn_answer;

/* text begins like a gctrace line and match says how far. */
void gm_torn_begin(gm_torn *torn, gm_span text, const gm_gctrace_match *match);
/* Is this the rest? WHOLE and AMBIGUOUS end the waiting. */
gm_torn_answer gm_torn_continue(gm_torn *torn, gm_span text, gm_gctrace *cycle);
/* Waiting is over. WHOLE: the fragment was complete. PIECE: a line was lost. NOT_MINE: it never was one. */
gm_torn_answer gm_torn_give_up(gm_torn *torn, gm_gctrace *cycle);

#endif
