/* A renderer: one kind of output, made from the model. THE list is reports/renderers.def; each line names one file
 * reports/renderers/<name>.c, which defines gm_renderer_<name>. */
#ifndef GOMORTEM_RENDERER_H
#define GOMORTEM_RENDERER_H

#include "gomortem/chart_palette.h"
#include "gomortem/model.h"

typedef struct {
    bool colour;                          /* ANSI colours, text only */
    int width;                            /* columns, text only; 0 = 80 */
    double picture_width, picture_height; /* logical pixels, png only; 0 = what suits each picture */
    double dpi;                           /* png only; 0 = 96 */
    gm_chart_theme theme;                 /* png only */
} gm_render_options;

typedef struct gm_renderer {
    const char *name;      /* what --format takes */
    const char *file_name; /* what report -o DIR writes; for several files the folder's pattern */
    const char *title;
    bool (*render)(const gm_model *model, const gm_render_options *options, GString *out, GError **error);
    /* Two incidents side by side; NULL: the format tells what is new or worse in the second one, by render. */
    bool (*render_diff)(const gm_model_diff *diff, const gm_render_options *options, GString *out, GError **error);
    bool (*render_diff_files)(const gm_model_diff *diff, const gm_render_options *options, const char *folder,
                              GError **error);
    /* Renderers of several files (png) write into a folder instead; render is NULL then. */
    bool (*render_files)(const gm_model *model, const gm_render_options *options, const char *folder, GError **error);
} gm_renderer;

extern const gm_renderer *const gm_renderers[]; /* NULL at the end */
const gm_renderer *gm_renderer_find(const char *name);

#endif
