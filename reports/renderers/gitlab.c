/* Renderer gitlab: the code quality report of a merge request.
 * https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
#include "gomortem/renderer.h"
#include "reports/ci.h"
#include "reports/json_out.h"
#include "reports/plain.h"

static const char *severity_of(const char *severity) {
    static const char *const words[] = {"info", "minor", "major", "critical", "blocker"};
    return words[MAX(gm_model_severity_rank(severity), 0)];
}

static void put_item(gm_json_out *o, const gm_model *model, const gm_ci_item *item) {
    g_autofree char *name = gm_ci_container_name(item->container), *text = g_strdup_printf("%s: %s", name, item->text);
    g_autofree char *plain = gm_plain(text), *path = gm_plain(item->member ? item->member : model->name);
    gm_json_out_open_map(o, NULL);
    gm_json_out_text(o, "description", plain);
    gm_json_out_text(o, "check_name", item->rule);
    gm_json_out_text(o, "fingerprint", item->fingerprint);
    gm_json_out_text(o, "severity", severity_of(item->severity));
    gm_json_out_open_map(o, "location");
    gm_json_out_text(o, "path", path);
    gm_json_out_open_map(o, "lines"); /* required; a member is meant as a whole */
    gm_json_out_int(o, "begin", 1);
    gm_json_out_close_map(o);
    gm_json_out_close_map(o);
    gm_json_out_close_map(o);
}

static bool render(const gm_model *model, const gm_render_options *options, GString *out, GError **error) {
    (void)options;
    (void)error;
    g_autoptr(GArray) items = gm_ci_items(model);
    gm_json_out o;
    gm_json_out_init(&o, false);
    gm_json_out_open_list(&o, NULL);
    for (guint i = 0; i < items->len; i++) put_item(&o, model, &g_array_index(items, gm_ci_item, i));
    gm_json_out_close_list(&o);
    gm_json_out_finish(&o, out);
    return true;
}

const gm_renderer gm_renderer_gitlab = {
    .name = "gitlab", .file_name = "gl-code-quality.json", .title = "GitLab code quality", .render = render};
