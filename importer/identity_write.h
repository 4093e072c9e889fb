/* What identity settling leaves in the store. */
#ifndef GM_IMPORTER_IDENTITY_WRITE_H
#define GM_IMPORTER_IDENTITY_WRITE_H

#include <glib.h>

#include "gomortem/emit.h"

/* claims: of gm_claim; containers: of gm_settled. Container ids follow namespace, pod, container. */
bool gm_identity_write(gm_store *store, const GArray *claims, const GArray *containers, GError **error);

#endif
