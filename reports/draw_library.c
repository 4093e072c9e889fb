/* Loads the drawing libraries (draw_library.h). Before it: whoever wants a gm_draw; after it: draw.c. Symbols are
 * looked for in pangocairo and in what it depends on, which is pango, cairo and GObject. dlopen: POSIX.1-2017, dlfcn.h.
 */
#include "reports/draw_library.h"

#include "gomortem/chart.h"

#include <dlfcn.h>

#define LIBRARY "libpangocairo-1.0.so.0"

gm_draw_library gm_library;

/* The complaint; NULL when all is there. The library stays until the process ends. */
static gpointer load(gpointer unused) {
    (void)unused;
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return g_strdup(dlerror());
#define GM_DRAW_FUNCTION(name) \
    *(void **)&gm_library.name = dlsym(handle, #name); \
    if (!gm_library.name) return g_strdup(dlerror());
#include "reports/draw_library.def"
#undef GM_DRAW_FUNCTION
    return NULL;
}

bool gm_library_load(GError **error) {
    static GOnce once = G_ONCE_INIT;
    const char *complaint = g_once(&once, load, NULL);
    if (complaint) g_set_error(error, GM_CHART_ERROR, 0, "charts cannot be drawn: %s", complaint);
    return complaint == NULL;
}
