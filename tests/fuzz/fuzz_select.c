/* libFuzzer target for the globs of --select: the first NUL ends the glob, the rest are names of containers.
 *
 * A glob without a character of its grammar matches just itself, one that is refused has too many parts, and an
 * unknown name is never refused by the part it lacks. */
#include "importer/select.h"
#include "importer/text/span.h"

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    GLOB_MAX = 60,
    NAME_MAX_BYTES = 120,
    STARS_MAX = 6
}; /* the C library's own matching may take long with many stars */

static void require(bool holds) {
    if (!holds) abort();
}

static int count(const char *text, char c) {
    int n = 0;
    for (; *text; text++) n += *text == c;
    return n;
}

static void check(const gm_select *select, const char *glob, gm_span name) {
    bool plain = !strpbrk(glob, "*?[\\/");
    bool matches = gm_select_matches(select, name, name, name);
    require(gm_select_matches(select, GM_SPAN(""), GM_SPAN(""), GM_SPAN("")));
    if (plain && *glob && name.len > 0) require(matches == gm_span_equal(name, gm_span_of(glob)));
    if (!strchr(glob, '/')) require(gm_select_matches(select, name, GM_SPAN(""), name) == matches);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autofree char *glob = g_strndup((const char *)data, MIN(size, GLOB_MAX));
    if (count(glob, '*') > STARS_MAX) return 0;
    const char *globs[] = {glob, NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_select) select = gm_select_new(globs, &error);
    require((select == NULL) == (count(glob, '/') > 2) && (select == NULL) == (error != NULL));
    size_t used = strlen(glob) + 1;
    gm_span name = used < size ? (gm_span){(const char *)data + used, MIN(size - used, NAME_MAX_BYTES)} : GM_SPAN("");
    if (select) check(select, glob, name);
    return 0;
}
