/* Records that come newest first: kept until they can be handed on in the order of time. */
#ifndef GM_IMPORTER_LOGS_REORDER_H
#define GM_IMPORTER_LOGS_REORDER_H

#include "importer/logs/wrap.h"

typedef struct {
    gm_wrap *wrap;
    gm_member *member;
    gm_arena *arena; /* of what is kept */
    struct gm_reorder_entry *entries;
    size_t count, size;
    int64_t earlier, later; /* neighbours that fall and that rise */
} gm_reorder;

/* False when memory is out. gm_reorder_release must follow. */
bool gm_reorder_init(gm_reorder *reorder, gm_wrap *wrap, gm_member *member);
void gm_reorder_release(gm_reorder *reorder);
/* Copies the line. owner: NULL when only the flush knows. When memory is out, what is kept goes on first. */
gm_status gm_reorder_add(gm_reorder *reorder, gm_wrap_owner *owner, const gm_log_line *line);
/* Hands on what is kept, oldest first. owner: instead of the one that was given, or NULL. */
gm_status gm_reorder_flush(gm_reorder *reorder, gm_wrap_owner *owner);

#endif
