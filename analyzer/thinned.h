/* What an analysis could not look at one by one: the table thinned. */
#ifndef GM_ANALYZER_THINNED_H
#define GM_ANALYZER_THINNED_H

#include "gomortem/store.h"

/* Of so many records of a container this many were looked at; text says which and what it means, in one sentence. */
bool gm_thinned_write(gm_store *store, int64_t container_id, const char *what, int64_t records, int64_t looked_at,
                      const char *text, GError **error);

#endif
