/* Identity settling: rows in and rows out. */
#ifndef GM_IMPORTER_IDENTITY_ROWS_H
#define GM_IMPORTER_IDENTITY_ROWS_H

#include <glib.h>

#include "gomortem/arena.h"
#include "gomortem/emit.h"

/* Appends a gm_claim for each row of the identity table, in the order of the ids; texts go into the arena. */
bool gm_identity_load(gm_store *store, gm_arena *arena, GArray *claims, GError **error);

/* Writes the container table from containers (of gm_settled; ids follow namespace, pod, container),
 * container_id and rule of the identity table from claims, and a diagnostic for each claim that was not
 * placed. */
bool gm_identity_write(gm_store *store, const GArray *claims, const GArray *containers, GError **error);

#endif
