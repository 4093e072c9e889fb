/* Bytes that members put aside until all members have been read. */
#ifndef GM_IMPORTER_KEPT_H
#define GM_IMPORTER_KEPT_H

#include "gomortem/format.h"
#include "importer/reader.h"

typedef struct gm_kept gm_kept;

typedef struct {
    const gm_format *format;
    char *path;
    int64_t member_id, mtime_ns, bytes;
} gm_kept_member;

gm_kept *gm_kept_new(gm_job *job);
void gm_kept_free(gm_kept *kept); /* NULL is allowed */

/* Bytes of the member that is read now. */
gm_status gm_kept_add(gm_kept *kept, gm_span bytes);
/* That member's parser has returned. Nothing is noted of one that kept nothing. */
gm_status gm_kept_end(gm_kept *kept, const gm_format *format, gm_span path, int64_t mtime_ns);

/* Members by turn, path and id; the list is emptied. To be freed. */
GPtrArray *gm_kept_take(gm_kept *kept);
/* The kept bytes as a stream that can rewind. */
gm_reader *gm_kept_reader(gm_kept *kept, const gm_kept_member *member);

#endif
