/* Renderer png: the pictures as files, one set per container; the four worst ones when there are more. */
#include "gomortem/renderer.h"

#include "reports/pictures.h"

#define MAX_CONTAINERS 4

static bool draw(gm_draw *drawing, const gm_plate *plate, const gm_render_options *options, GByteArray *png,
                 GError **error) {
    gm_chart_style style = {.width = options->picture_width > 0 ? options->picture_width : plate->width,
                            .height = options->picture_height > 0 ? options->picture_height : plate->height,
                            .scale = options->dpi > 0 ? options->dpi / 96 : 1,
                            .theme = options->theme};
    gm_text_measure measure = gm_draw_measure(drawing);
    gm_chart_geometry geometry;
    gm_chart_layout(&plate->chart, &style, &measure, &geometry);
    bool ok = gm_draw_png(drawing, &geometry, png, error);
    gm_chart_geometry_release(&geometry);
    return ok;
}

static char *path_of(const char *folder, const char *name, size_t index) {
    g_autofree char *file =
        index == 0 ? g_strdup_printf("%s.png", name) : g_strdup_printf("%s-%zu.png", name, index + 1);
    return g_build_filename(folder, file, NULL);
}

static bool render_files(const gm_model *model, const gm_render_options *options, const char *folder, GError **error) {
    gm_draw *drawing = gm_draw_new(NULL, error);
    bool ok = drawing != NULL;
    for (size_t i = 0; ok && i < model->n_containers && i < MAX_CONTAINERS; i++) {
        for (int picture = 0; ok && picture < GM_PICTURES; picture++) {
            g_autoptr(gm_plate) plate = gm_plate_new(model, &model->containers[i], (gm_picture)picture);
            if (!plate) continue;
            g_autoptr(GByteArray) png = g_byte_array_new();
            g_autofree char *path = path_of(folder, gm_picture_name((gm_picture)picture), i);
            ok = draw(drawing, plate, options, png, error) &&
                 g_file_set_contents(path, (const char *)png->data, (gssize)png->len, error);
        }
    }
    gm_draw_free(drawing);
    return ok;
}

/* histories.png and buckets.png of the worst pair, histories-2.png of the next. */
static bool render_diff(const gm_model_diff *diff, const gm_render_options *options, const char *folder,
                        GError **error) {
    gm_draw *drawing = gm_draw_new(NULL, error);
    bool ok = drawing != NULL;
    for (size_t i = 0; ok && i < diff->n_pairs && i < MAX_CONTAINERS; i++) {
        for (int picture = 0; ok && picture < GM_DIFF_PICTURES; picture++) {
            g_autoptr(gm_plate) plate =
                gm_plate_diff_new(&diff->pairs[i], diff->a_words, diff->b_words, (gm_diff_picture)picture);
            if (!plate) continue;
            g_autoptr(GByteArray) png = g_byte_array_new();
            g_autofree char *path = path_of(folder, gm_diff_picture_name((gm_diff_picture)picture), i);
            ok = draw(drawing, plate, options, png, error) &&
                 g_file_set_contents(path, (const char *)png->data, (gssize)png->len, error);
        }
    }
    gm_draw_free(drawing);
    return ok;
}

const gm_renderer gm_renderer_png = {
    .name = "png",
    .file_name = "summary.png timeline.png waterfall.png gc.png growth.png heap.png sites.png goroutines.png",
    .title = "Charts",
    .render_files = render_files,
    .render_diff_files = render_diff};
