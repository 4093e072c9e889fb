/* Renderer github: workflow commands that a job prints and the run shows as annotations.
 *
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions; escaping as its toolkit does it. A
 * step may give ten annotations of each level: the most severe come first, the rest is counted in a line. */
#include "gomortem/renderer.h"
#include "reports/ci.h"
#include "reports/plain.h"

#define MOST_OF_A_LEVEL 10
#define LONGEST_TITLE   200
#define LONGEST_TEXT    4000

typedef enum { NOTICE, WARNING, ERROR, LEVELS } gm_github_level;

static gm_github_level level_of(const gm_ci_item *item) {
    int rank = gm_model_severity_rank(item->severity);
    return rank >= 3 ? ERROR : rank == 2 ? WARNING : NOTICE;
}

/* property: the rules for what stands before the second "::". */
static void put_escaped(GString *out, const char *text, bool property, glong longest) {
    g_autofree char *plain = gm_plain(text), *cut = g_utf8_substring(plain, 0, MIN(longest, g_utf8_strlen(plain, -1)));
    for (const char *p = cut; *p; p++) {
        bool special = *p == '%' || (property && (*p == ':' || *p == ','));
        if (special) g_string_append_printf(out, "%%%02X", *p);
        else g_string_append_c(out, *p);
    }
}

static void put_command(GString *out, const gm_ci_item *item) {
    static const char *const names[LEVELS] = {"notice", "warning", "error"};
    g_autofree char *name = gm_ci_container_name(item->container),
                    *title = g_strdup_printf("%s in %s", item->rule, name);
    g_string_append_printf(out, "::%s title=", names[level_of(item)]);
    put_escaped(out, title, true, LONGEST_TITLE);
    g_string_append(out, "::");
    if (item->state) g_string_append_printf(out, "%s: ", item->state);
    put_escaped(out, item->text, false, LONGEST_TEXT);
    g_string_append_c(out, '\n');
}

static bool render(const gm_model *model, const gm_render_options *options, GString *out, GError **error) {
    (void)options;
    (void)error;
    g_autoptr(GArray) items = gm_ci_items(model);
    guint n[LEVELS] = {0}, left_out = 0;
    for (int rank = 4; rank >= 0; rank--) {
        for (guint i = 0; i < items->len; i++) {
            const gm_ci_item *item = &g_array_index(items, gm_ci_item, i);
            if (gm_model_severity_rank(item->severity) != rank) continue;
            if (n[level_of(item)]++ < MOST_OF_A_LEVEL) put_command(out, item);
            else left_out++;
        }
    }
    if (left_out)
        g_string_append_printf(out, "gomortem: %u more; a step shows ten annotations of each level\n", left_out);
    return true;
}

const gm_renderer gm_renderer_github = {
    .name = "github", .file_name = "github.txt", .title = "GitHub workflow annotations", .render = render};
