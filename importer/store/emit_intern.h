/* Emitting something that gets one id throughout the incident: fingerprint, look up, else write and remember.
 */
#ifndef GM_STORE_EMIT_INTERN_H
#define GM_STORE_EMIT_INTERN_H

#include "importer/store/emit_row.h"

typedef struct {
    gm_store *store;
    gm_intern_kind kind;
    gm_fingerprint key;
} gm_interning;

/* Adds text to the key as it will be stored, so that two texts that are repaired to the same are the same. */
void gm_interning_text(gm_interning *in, gm_span text);
/* True when nothing is left to write: the id is known, the limit is reached or the store has failed. */
bool gm_interning_known(gm_interning *in, int64_t *id, gm_status *status);
/* The id of the next row of a table that only gm_interning_keep adds to. */
int64_t gm_interning_next(const gm_interning *in);
/* Keeps an id under the key. */
gm_status gm_interning_keep(gm_interning *in, int64_t id);
/* Writes the row and keeps its id under the key. */
gm_status gm_interning_write(gm_interning *in, gm_row *row, int64_t *id);

#endif
