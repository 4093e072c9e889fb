/* A format: how one kind of member recognises itself and becomes rows.
 *
 * THE list is importer/formats.def; each line names one file importer/formats/<name>.c, which defines
 * gm_format_<name>. Adding a format = one new file + one line. */
#ifndef GOMORTEM_FORMAT_H
#define GOMORTEM_FORMAT_H

#include "gomortem/member.h"

/* What a bid may look at. head holds at most GM_HEAD_BYTES; complete tells that the member ends there. */
#define GM_HEAD_BYTES 65536
typedef struct {
    gm_span path; /* cleaned; directories separated by '/' */
    gm_span name; /* the part behind the last '/' */
    gm_span head;
    bool complete;
} gm_head;

/* Bids: 0 not mine; 1..19 could be, by the name alone; 20..59 looks like it; 60..89 the content shows it;
 * 90..100 a signature that nothing else has. The highest wins, order means nothing. */
typedef struct gm_format {
    const char *name;  /* also stored as member.format */
    const char *title; /* for people */
    const char *takes; /* what becomes rows, one sentence */
    int (*bid)(const gm_head *head);
    gm_status (*parse)(gm_member *member); /* GM_END: there is nothing in it that could become rows */
    /* For members that explain each other, in whatever order an archive has them. When all members of the
     * import have been read, each that kept bytes in parse comes once more, with those bytes as its stream:
     * lower turns first, then in the order of their paths. NULL: nothing is kept. */
    gm_status (*finish)(gm_member *member);
    int turn;
} gm_format;

extern const gm_format *const gm_formats[]; /* NULL at the end */

/* The format that bids highest; NULL when all bid 0. bid and tie may be NULL; *tie tells that two bid the same. */
const gm_format *gm_format_choose(const gm_head *head, int *bid, bool *tie);

#endif
