/* Collections that stand in several members. */
#ifndef GM_IMPORTER_SAME_CYCLES_H
#define GM_IMPORTER_SAME_CYCLES_H

#include <glib.h>

#include "gomortem/emit.h"

/* To be called after gm_identity_settle. */
bool gm_same_cycles_leave_out(gm_store *store, GError **error);

#endif
