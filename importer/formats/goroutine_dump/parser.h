/* Goroutine dumps as text, line by line: debug=2, SIGQUIT, panics. For dumps alone and within logs.
 *
 * A dump becomes one profile row with kind "goroutine", its goroutines, and one profile_sample per stack. A
 * single goroutine in state running is no dump of a process but the trace of a panic or of debug.Stack: its
 * kind is "traceback", so that nobody takes its count of 1 for a level. Goroutine 0, the scheduler's own
 * stack, is left out. */
#ifndef GM_IMPORTER_FORMATS_GOROUTINE_DUMP_PARSER_H
#define GM_IMPORTER_FORMATS_GOROUTINE_DUMP_PARSER_H

#include "gomortem/member.h"

typedef struct gm_goroutine_dump gm_goroutine_dump;

typedef struct {
    gm_span text;    /* without wrapping and line end */
    int64_t number;  /* line in the member */
    int64_t t_ns;    /* the first of a dump counts; GM_UNKNOWN */
    bool unfinished; /* the member breaks off inside it */
} gm_goroutine_line;

/* Who the lines are from; asked only when a dump is written. */
typedef gm_status (*gm_goroutine_owner)(void *context, int64_t *identity_id);

/* In the member's arena; NULL when memory is out. One per stream of lines. */
gm_goroutine_dump *gm_goroutine_dump_new(gm_member *member, gm_goroutine_owner owner, void *context);

/* Looks at one line. GM_END: it belongs to a dump; GM_OK: it does not (it may have ended one). */
gm_status gm_goroutine_dump_line(gm_goroutine_dump *dump, const gm_goroutine_line *line);
/* Writes the dump that is open. To be called at the end of the lines, and when a line says that it is over.
 */
gm_status gm_goroutine_dump_end(gm_goroutine_dump *dump);

/* Lines that are still to come may belong to the dump in hand. */
bool gm_goroutine_dump_is_open(const gm_goroutine_dump *dump);

/* Whether the line opens a goroutine: "goroutine 12 [chan receive, 3 minutes]:". */
bool gm_goroutine_dump_sniff(gm_span line);

#endif
