/* Paths of members: made harmless, and told apart from litter. */
#ifndef GM_IMPORTER_PATH_H
#define GM_IMPORTER_PATH_H

#include "gomortem/base.h"

/* Longest cleaned path of one archive level, in bytes; the rest is cut. */
#define GM_PATH_BYTES 4096

/* What cleaning had to change. Doubled slashes and "./" are taken away silently. */
typedef enum {
    GM_PATH_ABSOLUTE = 1,       /* began with '/' */
    GM_PATH_TRAVERSAL = 2,      /* held ".." */
    GM_PATH_BYTES_REPLACED = 4, /* control bytes or invalid UTF-8 became U+FFFD */
    GM_PATH_CUT = 8,
    GM_PATH_EMPTY = 16, /* nothing was left: it became "unnamed" */
} gm_path_change;

/* prefix '/' raw, cleaned; prefix is taken as it is and may be empty. To be freed with g_free. */
char *gm_path_clean(gm_span prefix, gm_span raw, unsigned *changes);
/* What a set of changes means, for a diagnostic; NULL when there is nothing to say. */
const char *gm_path_changes_text(unsigned changes);

/* What to call a bundle in a message: its path, or "standard input". */
const char *gm_bundle_label(const char *path);

/* Files that systems and editors leave behind: ._x, .DS_Store, __MACOSX, Thumbs.db, desktop.ini, x~, .x.swp, .#x. */
bool gm_path_is_litter(gm_span path);
gm_span gm_path_name(gm_span path); /* behind the last '/' */

#endif
