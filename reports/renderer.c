/* The renderers' table, from renderers.def. */
#include "gomortem/renderer.h"

#define GM_RENDERER(name) extern const gm_renderer gm_renderer_##name;
#include "reports/renderers.def"
#undef GM_RENDERER

const gm_renderer *const gm_renderers[] = {
#define GM_RENDERER(name) &gm_renderer_##name,
#include "reports/renderers.def"
#undef GM_RENDERER
    NULL,
};

const gm_renderer *gm_renderer_find(const char *name) {
    for (size_t i = 0; gm_renderers[i]; i++)
        if (strcmp(gm_renderers[i]->name, name) == 0) return gm_renderers[i];
    return NULL;
}
