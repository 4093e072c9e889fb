/* The toolkit of the wrapper formats: owners, split lines, texts of several lines.
 *
 * A wrapper reads one record after the other, says whose it is and when it was written, and hands the text here.
 * An owner costs little until its lines hold something known: a node's log names hundreds. */
#ifndef GM_IMPORTER_LOGS_WRAP_H
#define GM_IMPORTER_LOGS_WRAP_H

#include "importer/logs/contents.h"
#include "importer/text/lines.h"

typedef struct gm_wrap gm_wrap;
typedef struct gm_wrap_owner gm_wrap_owner;

/* In the member's arena; NULL when memory is out (reported). gm_wrap_end must follow. */
gm_wrap *gm_wrap_new(gm_member *member);
gm_log *gm_wrap_log(gm_wrap *wrap);

/* Whom the member's path names; else the member's own identity. */
gm_wrap_owner *gm_wrap_default(gm_wrap *wrap);
/* One owner for one identity. The names are copied. An identity without any name is the default owner. NULL when
 * memory is out (reported). */
gm_wrap_owner *gm_wrap_owner_of(gm_wrap *wrap, const gm_identity *identity);

bool gm_wrap_is_used(const gm_wrap_owner *owner); /* something known was in its lines */

/* A whole record; text may hold several lines. line->owner is set here. */
gm_status gm_wrap_line(gm_wrap *wrap, gm_wrap_owner *owner, const gm_log_line *line);
/* A part of a line; last = its end. Parts of different owners and streams may alternate. The first part's time
 * and number count. */
gm_status gm_wrap_part(gm_wrap *wrap, gm_wrap_owner *owner, const gm_log_line *part, bool last);

/* A record whose text may still have a wrapping of its own, CRI or the kernel's. */
gm_status gm_wrap_nested(gm_wrap *wrap, gm_wrap_owner *owner, const gm_log_line *line);

/* Hands over what was not finished and ends the log. status: of reading; the worse one is answered. */
gm_status gm_wrap_end(gm_wrap *wrap, gm_status status);

/* The whole of a format whose records are lines: opens, shows every line, ends. */
typedef gm_status (*gm_wrap_reader)(gm_wrap *wrap, const gm_line *line, void *context);
gm_status gm_wrap_read(gm_member *member, gm_wrap_reader reader, void *context);

void gm_wrap_line_init(gm_log_line *line, gm_span text, int64_t number, int64_t t_ns);
/* Takes terminal colours out of a text; the copy lies in the wrap and lives until the next call. */
gm_span gm_wrap_plain(gm_wrap *wrap, gm_span text);
/* The same into a buffer, for bids: at most size bytes. */
gm_span gm_wrap_uncoloured(gm_span text, char *buffer, size_t size);

/* One CRI line: "TIME stdout|stderr TAGS CONTENT". */
typedef struct {
    gm_span time, content;
    char stream; /* 'o' or 'e' */
    bool partial;
} gm_cri_line;

bool gm_wrap_cri(gm_span text, gm_cri_line *line);

/* For bids: how many of the first lines of a head there are, and how many of them fits() accepts. */
typedef bool (*gm_wrap_fits)(gm_span line);
void gm_wrap_count(gm_span head, gm_wrap_fits fits, int *lines, int *fitting);
/* At least nine of ten lines fit, and there is one. */
bool gm_wrap_most_fit(gm_span head, gm_wrap_fits fits);

#endif
