/* Who is who: from what each source says about itself to containers. */
#ifndef GM_IMPORTER_IDENTITY_H
#define GM_IMPORTER_IDENTITY_H

#include <glib.h>

#include "gomortem/emit.h"

struct gm_select;

/* Fills the container table and container_id and rule of the identity table from the identities that were
 * emitted; writes a diagnostic for each that could not be placed. To be called once, after the last member.
 * select may be NULL; containers that it does not match are not made. */
bool gm_identity_settle(gm_store *store, const struct gm_select *select, GError **error);

#endif
