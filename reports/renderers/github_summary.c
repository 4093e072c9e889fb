/* Renderer github-summary: a table for the page of a workflow run, in Markdown of at most 1 MiB, as a step may write to
 * the file that $GITHUB_STEP_SUMMARY names. Nothing is read from the environment: the file is given by -o. */
#include "gomortem/renderer.h"
#include "reports/ci.h"
#include "reports/plain.h"

#define LARGEST_SUMMARY 1000000
#define LONGEST_CELL    600

static void put_cell(GString *out, const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
    g_autofree char *cut = g_utf8_substring(valid, 0, MIN(LONGEST_CELL, g_utf8_strlen(valid, -1)));
    g_string_append(out, " ");
    gm_plain_markdown(out, cut);
    g_string_append(out, " |");
}

static void put_container(GString *out, const gm_model_container *c) {
    g_autofree char *name = gm_ci_container_name(c),
                    *confidence = g_strdup_printf("%s, %.0f %%", c->verdict.level, 100 * c->verdict.confidence);
    const char *cells[] = {name, c->verdict.severity, c->verdict.cause, confidence, c->verdict.summary};
    g_string_append_c(out, '|');
    for (size_t i = 0; i < G_N_ELEMENTS(cells); i++) put_cell(out, cells[i]);
    if (c->comparison.status) put_cell(out, c->comparison.status);
    g_string_append_c(out, '\n');
}

static void put_changes(GString *out, const GArray *items) {
    g_string_append(out, "\n#### New or worse\n\n| container | severity | what | |\n|---|---|---|---|\n");
    for (guint i = 0; i < items->len && out->len < LARGEST_SUMMARY; i++) {
        const gm_ci_item *item = &g_array_index(items, gm_ci_item, i);
        g_autofree char *name = gm_ci_container_name(item->container);
        const char *cells[] = {name, item->severity, item->text, item->state};
        g_string_append_c(out, '|');
        for (size_t k = 0; k < G_N_ELEMENTS(cells); k++) put_cell(out, cells[k]);
        g_string_append_c(out, '\n');
    }
}

static bool render(const gm_model *model, const gm_render_options *options, GString *out, GError **error) {
    (void)options;
    (void)error;
    bool compared = model->n_containers > 0 && model->containers[0].comparison.status;
    g_autoptr(GArray) items = gm_ci_items(model);
    g_string_append(out, "### gomortem:");
    put_cell(out, model->name);
    g_string_truncate(out, out->len - strlen(" |"));
    g_string_append_printf(out,
                           "\n\n| container | severity | cause | how sure | verdict |%s\n|---|---|---|---|---|%s\n",
                           compared ? " against the baseline |" : "", compared ? "---|" : "");
    size_t i = 0;
    while (i < model->n_containers && out->len < LARGEST_SUMMARY) put_container(out, &model->containers[i++]);
    if (i < model->n_containers) g_string_append_printf(out, "\n%zu more containers.\n", model->n_containers - i);
    if (compared && items->len) put_changes(out, items);
    return true;
}

const gm_renderer gm_renderer_github_summary = {.name = "github-summary",
                                                .file_name = "github-summary.md",
                                                .title = "Markdown for a GitHub step summary",
                                                .render = render};
