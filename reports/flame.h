/* A flame graph from heap profiles of any size in bounded memory. See flame.c. */
#ifndef GM_REPORTS_FLAME_H
#define GM_REPORTS_FLAME_H

#include "gomortem/arena.h"
#include "gomortem/model_rows.h"
#include "gomortem/store.h"

/* Compares the first and the last heap profile of the life whose live bytes grew most. flame->n_frames stays 0 without
 * a profile. At most max_frames nodes are kept: the largest. */
bool gm_flame_read(gm_store *store, gm_arena *arena, int64_t container_id, size_t max_frames, gm_model_flame *flame,
                   GError **error);

#endif
