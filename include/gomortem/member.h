/* An open member: what a format's parser is given.
 *
 * The member's bytes come as a stream, already decompressed, one block at a time; nothing is extracted to disk
 * and no parser may assume that the whole member fits in memory. Parsers are plain C. They must check every size
 * against gm_limits before use, report damage with gm_member_diag and go on as long as it makes sense. */
#ifndef GOMORTEM_MEMBER_H
#define GOMORTEM_MEMBER_H

#include "gomortem/arena.h"
#include "gomortem/base.h"
#include "gomortem/emit.h"
#include "gomortem/limits.h"

typedef struct gm_reader gm_reader; /* the byte stream behind a member; see importer/reader.h */

typedef struct gm_member {
    gm_span path;               /* cleaned, nested archives included */
    int64_t mtime_ns;           /* GM_UNKNOWN when the archive has none */
    int64_t path_ns;            /* time found in the member's name or directories, or GM_UNKNOWN */
    const char *path_ns_source; /* "name" or "directory" */
    gm_span head;               /* first bytes, as the bids saw them; valid while the member is open */
    gm_reader *reader;
    gm_arena *arena; /* freed after the parser returns */
    gm_store *store;
    const gm_limits *limits;
    const struct gm_select *select; /* NULL: everything */
    const char *time_source;        /* set by the parser of a snapshot; see the member table */
    struct gm_nested *nested;       /* see gm_member_nested */
    struct gm_kept *kept;           /* of gm_member_keep */
} gm_member;

/* The next block of bytes, valid until the next call. GM_END at the end; GM_DAMAGED when the archive breaks off
 * (already reported). */
gm_status gm_member_read(gm_member *member, gm_span *block);

/* Whole member as one NUL-terminated span in the arena; GM_DAMAGED beyond max bytes (already reported). */
gm_status gm_member_read_all(gm_member *member, size_t max, gm_span *bytes);

/* Puts bytes aside: when all members have been read, the format's finish gets what was kept as the member's
 * stream (see gm_format). */
gm_status gm_member_keep(gm_member *member, gm_span bytes);
/* In finish: the next gm_member_read begins at this offset of the kept bytes. A block stays valid until the
 * next call. False when it lies beyond. */
bool gm_member_seek(gm_member *member, int64_t offset);
int64_t gm_member_size(const gm_member *member); /* in finish: of the kept bytes */

/* A diagnostic about this member. line and offset: GM_UNKNOWN when not known. */
void gm_member_diag(gm_member *member, gm_diag_severity severity, int64_t line, int64_t offset, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* A member within this one that only its parser can see, such as a profile in an annotation: read like any other
 * once the parser has returned. name: path below this member; name and bytes are copied. Too many or too large ones
 * are refused with a diagnostic. */
gm_status gm_member_nested(gm_member *member, gm_span name, gm_span bytes);

/* The identity of a member that names nobody: level unnamed, hint = path. Cached per member by the store. */
gm_status gm_member_identity(gm_member *member, int64_t *id);

#endif
