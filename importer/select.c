/* The --select globs.
 *
 * Comes with the import options; formats that read many containers ask before they emit, and identity.c asks
 * before it makes a container. The grammar is POSIX fnmatch:
 * https://pubs.opengroup.org/onlinepubs/9699919799/functions/fnmatch.html */
#include "importer/select.h"

#include "gomortem/importer.h"

#include <fnmatch.h>

enum { PARTS = 3 };
#define NAME_BYTES 1024 /* Kubernetes names have at most 253 */

struct gm_select {
    GPtrArray *globs; /* of char **, PARTS strings each */
};

gm_select *gm_select_new(const char *const *patterns, GError **error) {
    if (!patterns || !patterns[0]) return NULL;
    g_autoptr(gm_select) select = g_new0(gm_select, 1);
    select->globs = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    for (; *patterns; patterns++) {
        char **parts = g_strsplit(*patterns, "/", -1);
        g_ptr_array_add(select->globs, parts);
        if (g_strv_length(parts) <= PARTS) continue;
        g_set_error(error, GM_IMPORT_ERROR, GM_IMPORT_ERROR_UNUSABLE,
                    "\"%s\" is not of the form namespace/pod/container", *patterns);
        return NULL;
    }
    return g_steal_pointer(&select);
}

void gm_select_free(gm_select *select) {
    if (!select) return;
    g_ptr_array_free(select->globs, TRUE);
    g_free(select);
}

static bool name_matches(const char *glob, gm_span name) {
    char text[NAME_BYTES];
    if (glob[0] == '\0' || name.len == 0) return true;
    if (name.len >= sizeof text || memchr(name.data, '\0', name.len)) return false;
    memcpy(text, name.data, name.len);
    text[name.len] = '\0';
    return fnmatch(glob, text, 0) == 0;
}

static bool glob_matches(char *const *parts, const gm_span names[PARTS]) {
    for (int i = 0; i < PARTS && parts[i]; i++) {
        if (!name_matches(parts[i], names[i])) return false;
    }
    return true;
}

bool gm_select_matches(const struct gm_select *select, gm_span ns, gm_span pod, gm_span container) {
    if (!select) return true;
    const gm_span names[PARTS] = {ns, pod, container};
    for (guint i = 0; i < select->globs->len; i++) {
        if (glob_matches(g_ptr_array_index(select->globs, i), names)) return true;
    }
    return false;
}
