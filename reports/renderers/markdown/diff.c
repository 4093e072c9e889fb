/* Two incidents side by side as a document: the summary, then a table for each area, what counts in bold. The tables
 * are also what a report shows of its baseline. */
#include "reports/renderers/markdown/markdown.h"

#define MOST_ROWS  15 /* of an area */
#define MOST_PAIRS 20

static bool is_shown(const gm_model_difference *d) {
    return d->rule || d->material || strcmp(d->judgement, "changed") == 0;
}

static void put_row(GString *out, const gm_model_difference *d) {
    g_autofree char *label = gm_model_diff_label(d), *a = gm_model_diff_words(d, 0), *b = gm_model_diff_words(d, 1);
    const char *cells[] = {label, a, b};
    g_string_append(out, d->rule ? "| **" : "| ");
    gm_md_esc(out, d->judgement);
    g_string_append(out, d->rule ? "** |" : " |");
    for (size_t i = 0; i < G_N_ELEMENTS(cells); i++) {
        g_string_append_c(out, ' ');
        gm_md_esc(out, cells[i]);
        g_string_append(out, " |");
    }
    g_string_append_c(out, '\n');
}

static void put_area(GString *out, const gm_model_pair *pair, const char *area, const char *a_words,
                     const char *b_words) {
    size_t n = 0;
    for (size_t i = 0; i < pair->n_differences; i++) {
        const gm_model_difference *d = &pair->differences[i];
        if (strcmp(d->area, area) != 0 || !is_shown(d)) continue;
        if (n++ == 0)
            gm_md_put(out, "### %s\n\n| | | %s | %s |\n|---|---|--:|--:|\n", gm_model_diff_area(area), a_words,
                      b_words);
        if (n <= MOST_ROWS) put_row(out, d);
    }
    if (n > MOST_ROWS) gm_md_put(out, "\n%zu more.\n", n - MOST_ROWS);
    if (n) g_string_append_c(out, '\n');
}

void gm_md_pair(GString *out, const gm_model_pair *pair, const char *a_words, const char *b_words, bool folded) {
    size_t same = 0, unknown = 0;
    for (size_t i = 0; i < pair->n_differences; i++) {
        same += strcmp(pair->differences[i].judgement, "same") == 0;
        unknown += strcmp(pair->differences[i].judgement, "unknown") == 0;
    }
    if (folded) g_string_append(out, "<details><summary>Everything that differs</summary>\n\n");
    for (size_t i = 0; gm_model_diff_areas[i]; i++) put_area(out, pair, gm_model_diff_areas[i], a_words, b_words);
    gm_md_put(out, "The same: %zu of what was compared; not recorded on one side: %zu.\n\n", same, unknown);
    if (folded) g_string_append(out, "</details>\n\n");
}

static void put_side(GString *out, const char *letter, const char *incident, const gm_model_pair_side *side) {
    const char *parts[] = {side->namespace_name, side->pod, side->container};
    const char *before = ", ";
    gm_md_put(out, "- **%s**: ", letter);
    gm_md_esc(out, incident);
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!parts[i] || !*parts[i]) continue;
        g_string_append(out, before);
        gm_md_esc(out, parts[i]);
        before = "/";
    }
    if (!side->n_containers) g_string_append(out, ", not there");
    if (side->n_containers > 1) gm_md_put(out, " and %lld more", (long long)side->n_containers - 1);
    g_string_append_c(out, '\n');
}

bool gm_md_diff(const gm_model_diff *diff, const gm_render_options *options, GString *out, GError **error) {
    (void)options;
    (void)error;
    g_string_append(out, "# Two incidents side by side\n\n> ");
    gm_md_esc(out, diff->summary);
    g_string_append(out, "\n\n");
    for (size_t i = 0; i < diff->n_pairs && i < MOST_PAIRS; i++) {
        const gm_model_pair *pair = &diff->pairs[i];
        gm_md_put(out, "## %s: B is ", diff->n_pairs == 1 ? "The container" : "A container");
        gm_md_esc(out, strcmp(pair->status, "gone") == 0 ? "without it" : pair->status);
        g_string_append(out, "\n\n");
        put_side(out, "A", diff->a_name, &pair->a);
        put_side(out, "B", diff->b_name, &pair->b);
        if (diff->n_pairs != 1) {
            g_string_append(out, "\n> ");
            gm_md_esc(out, pair->summary);
            g_string_append_c(out, '\n');
        }
        g_string_append_c(out, '\n');
        gm_md_pair(out, pair, "A", "B", false);
    }
    if (diff->n_pairs > MOST_PAIRS) gm_md_put(out, "%zu more pairs are in the JSON.\n\n", diff->n_pairs - MOST_PAIRS);
    gm_md_put(out, "---\nBold: counts for `--fail-on`. Made by gomortem %s.\n", GM_VERSION);
    return true;
}
