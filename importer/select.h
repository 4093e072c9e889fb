/* Which containers an import keeps: globs over namespace/pod/container. */
#ifndef GM_IMPORTER_SELECT_H
#define GM_IMPORTER_SELECT_H

#include <glib.h>

#include "gomortem/base.h"

typedef struct gm_select gm_select;

/* One glob per string: "namespace/pod/container" in fnmatch's grammar (* ? []); parts left out at the end or
 * left empty match everything. patterns NULL or empty: the answer is NULL without an error, which selects
 * all. */
gm_select *gm_select_new(const char *const *patterns, GError **error);
void gm_select_free(gm_select *select);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gm_select, gm_select_free)

/* True when any glob matches. A name that is not known (len 0) is not held against the record. select may be
 * NULL. */
bool gm_select_matches(const struct gm_select *select, gm_span ns, gm_span pod, gm_span container);

#endif
