/* Lines of a member as a stream, without copying where a line lies in one block. */
#ifndef GM_IMPORTER_TEXT_LINES_H
#define GM_IMPORTER_TEXT_LINES_H

#include "gomortem/member.h"

typedef struct {
    gm_span text;    /* without line end ("\n", "\r\n"); valid until the next call */
    int64_t number;  /* 1-based */
    int64_t offset;  /* of its first byte in the member */
    bool cut;        /* longer than limits->line_bytes (or than memory): text is its beginning */
    bool unfinished; /* the last line, without "\n" */
} gm_line;

typedef struct {
    gm_member *member;
    gm_span block; /* what is left of the current block */
    char *carry;   /* a line that crosses blocks, in the member's arena */
    size_t carry_len, carry_size;
    int64_t number, offset;
    bool ended;
    gm_status status;
    int64_t cuts, first_cut;
} gm_lines;

/* At the end one diagnostic tells how many lines were cut. */
void gm_lines_init(gm_lines *lines, gm_member *member);
bool gm_lines_next(gm_lines *lines, gm_line *line); /* false at the end or on damage */
gm_status gm_lines_status(const gm_lines *lines);   /* after false: GM_OK, GM_DAMAGED or GM_FATAL */

#endif
