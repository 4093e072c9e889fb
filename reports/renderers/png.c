/* Renderer png: the pictures as files, one set per container. */
#include "gomortem/renderer.h"

#include "reports/pictures.h"

static bool write_picture(const gm_model_container *c, size_t index, gm_picture picture, const char *folder, GError **error) {
    gm_chart_style style = {.width = 1200, .height = gm_picture_height(c, picture), .scale = 1, .theme = GM_THEME_LIGHT};
    g_autoptr(GByteArray) png = g_byte_array_new();
    GError *problem = NULL;
    if (!gm_picture_draw(c, picture, &style, png, &problem)) {
        if (problem) g_propagate_error(error, problem);
        return problem == NULL;
    }
    g_autofree char *name = index == 0 ? g_strdup_printf("%s.png", gm_picture_name(picture)) : g_strdup_printf("%s-%zu.png", gm_picture_name(picture), index + 1);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    return g_file_set_contents(path, (const char *)png->data, (gssize)png->len, error);
}

static bool render_files(const gm_model *model, const char *folder, GError **error) {
    for (size_t i = 0; i < model->n_containers; i++)
        for (int picture = 0; picture < GM_PICTURES; picture++)
            if (!write_picture(&model->containers[i], i, (gm_picture)picture, folder, error)) return false;
    return true;
}

const gm_renderer gm_renderer_png = {.name = "png", .file_name = "timeline.png gc.png growth.png", .title = "Charts", .render_files = render_files};
