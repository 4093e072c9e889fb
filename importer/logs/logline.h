/* What is written in log lines, whatever wrapped them: the meeting point of wrappers and contents.
 *
 * A wrapper format (docker json-file, CRI, kubectl, journal, plain...) takes its wrapping off and hands each
 * line here; the contents (logs/contents.def: gctrace, kernel OOM reports, Go crash texts...) each look at it
 * and keep their own state. A dump of a kernel log is just another wrapper. Wrappers usually come through
 * logs/wrap.h, which knows owners and joins split lines. */
#ifndef GM_IMPORTER_LOGS_LOGLINE_H
#define GM_IMPORTER_LOGS_LOGLINE_H

#include "gomortem/emit_records.h"
#include "gomortem/member.h"

typedef struct gm_log gm_log;

/* Who writes lines. Made by the wrapper, which keeps it as long as the log; the names become an identity row only
 * when a record of this owner is written. */
typedef struct {
    gm_identity identity;
    bool own;                   /* the member's own identity; identity is not looked at */
    int64_t identity_id;        /* 0: not written yet */
    struct gm_log_scope *scope; /* of log.c; NULL at first */
} gm_log_owner;

typedef struct {
    gm_span text;        /* without wrapping and line end */
    int64_t number;      /* line in the member */
    int64_t t_ns;        /* wall time of the wrapper, or GM_UNKNOWN */
    double boot_s;       /* seconds since boot of a kernel log, or NAN */
    char stream;         /* 'o' stdout, 'e' stderr, 0 unknown */
    bool unfinished;     /* the member breaks off inside it */
    gm_log_owner *owner; /* who wrote it; NULL: the member's own identity */
} gm_log_line;

/* A content recogniser. One instance per (log, owner); state is its own, from the member's arena. */
typedef struct gm_log_content {
    const char *name;
    size_t state_size; /* zeroed memory, handed to every call */
    /* GM_END: it was mine, nobody else need look; GM_OK: not (only) mine. */
    gm_status (*line)(void *state, gm_log *log, const gm_log_line *line);
    gm_status (*end)(void *state, gm_log *log); /* may be NULL */
    /* How sure a head is that this content is in it: counts for the bid of plain logs. Looks at one line. */
    bool (*sniff)(gm_span line);
} gm_log_content;

/* One log stream. */
gm_log *gm_log_new(gm_member *member); /* in the member's arena; NULL when memory is out */
gm_member *gm_log_member(gm_log *log);
/* A content may call it again with what it found glued to its own text. */
gm_status gm_log_line_add(gm_log *log, const gm_log_line *line);
/* The identity of the line's owner, for a record. */
gm_status gm_log_identity(gm_log *log, const gm_log_line *line, int64_t *id);
/* Ends all contents, tells the member's counters, adds a diagnostic for what stayed unfinished. */
gm_status gm_log_end(gm_log *log);
/* How many of the first lines of a head look like known contents after cutting the head at line ends; the stamps
 * of plain logs are taken off before. */
int gm_log_sniff(gm_span head, int max_lines);
/* Some content wants to see this text. */
bool gm_log_known(gm_span text);

#endif
