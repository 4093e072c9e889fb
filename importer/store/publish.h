/* A file that appears under its name only when it is whole. */
#ifndef GM_STORE_PUBLISH_H
#define GM_STORE_PUBLISH_H

#include <glib.h>

#include "gomortem/store.h"

/* Makes an empty file beside path and answers its name, to be freed; NULL when that is impossible or when
 * path exists and force is false. *lock tells others that it is in use; closed last, for closing any descriptor of a
 * file drops the locks that SQLite has on it. */
char *gm_publish_reserve(const char *path, bool force, int *lock, GError **error);
/* Puts temp on disk and gives it the name path. Without force an existing path is never replaced, also when
 * it appeared since. On failure temp is still there. */
bool gm_publish(const char *temp, const char *path, bool force, GError **error);

#endif
