/* How far the page can be trusted: members and what was lost of them, clocks with their uncertainty, holes in the
 * record, diagnostics, and the settings that were found. Once per incident, at the end. */
#include "reports/renderers/html/html.h"

#define MAX_MEMBERS 400

static void put_member(gm_html *page, const gm_model_member *m) {
    gm_html_put(page, "<tr><td><code>");
    gm_html_esc(page, m->path);
    gm_html_put(page, "</code></td>");
    gm_html_tag(page, "td", m->format ? m->format : "not recognised");
    gm_html_bytes_cell(page, m->bytes);
    gm_html_count_cell(page, m->records);
    gm_html_count_cell(page, m->rejected);
    gm_html_count_cell(page, m->left_out);
    gm_html_count_cell(page, m->diagnostics);
    gm_html_put(page, "</tr>\n");
}

static void put_members(gm_html *page) {
    const gm_model *model = page->model;
    size_t shown = MIN(model->n_members, gm_html_most(page, MAX_MEMBERS));
    gm_html_put(
        page,
        "<details><summary>%zu members</summary><div class=\"wide\"><table><thead><tr><th>Member</th><th>Format</th><th class=\"num\">Size</th>"
        "<th class=\"num\">Records</th><th class=\"num\">Rejected</th><th class=\"num\">Left out</th><th class=\"num\">Diagnostics</th></tr></thead><tbody>\n",
        model->n_members);
    for (size_t i = 0; i < shown; i++) put_member(page, &model->members[i]);
    gm_html_put(page, "</tbody></table></div>");
    if (shown < model->n_members)
        gm_html_put(page, "<p class=\"soft\">%zu more are in the database, view import_log.</p>",
                    model->n_members - shown);
    gm_html_put(page, "</details>\n");
}

static void put_losses(gm_html *page) {
    const gm_model *model = page->model;
    int64_t unknown = 0, rejected = 0, records = 0, gaps = 0;
    for (size_t i = 0; i < model->n_members; i++) {
        unknown += model->members[i].format == NULL;
        rejected += model->members[i].rejected;
        records += model->members[i].records;
    }
    for (size_t i = 0; i < model->n_containers; i++) gaps += (int64_t)model->containers[i].n_gaps;
    gm_html_put(
        page,
        "<dl class=\"facts small\"><div><dt>Members</dt><dd>%zu</dd></div><div><dt>Not recognised</dt><dd>%lld</dd></div>"
        "<div><dt>Records</dt><dd>%lld</dd></div><div><dt>Rejected</dt><dd>%lld</dd></div><div><dt>Diagnostics</dt><dd>%lld</dd></div>"
        "<div><dt>Holes in the record</dt><dd>%lld</dd></div></dl>\n",
        model->n_members, (long long)unknown, (long long)records, (long long)rejected, (long long)model->n_diagnostics,
        (long long)gaps);
}

static void put_diagnostics(gm_html *page) {
    const gm_model *model = page->model;
    size_t shown = MIN(model->n_listed_diagnostics, gm_html_most(page, 200));
    if (shown == 0) return;
    gm_html_put(page, "<details><summary>%lld diagnostics</summary><ul>", (long long)model->n_diagnostics);
    for (size_t i = 0; i < shown; i++) {
        const gm_model_diagnostic *d = &model->diagnostics[i];
        gm_html_put(page, "<li><code>");
        gm_html_esc(page, d->path ? d->path : "bundle");
        if (d->line != GM_UNKNOWN) gm_html_put(page, ":%lld", (long long)d->line);
        gm_html_put(page, "</code> ");
        gm_html_esc(page, d->text);
        gm_html_put(page, "</li>\n");
    }
    gm_html_put(page, "</ul>");
    if ((int64_t)shown < model->n_diagnostics)
        gm_html_put(page, "<p class=\"soft\">The others are in the database, table diagnostic.</p>");
    gm_html_put(page, "</details>\n");
}

static void put_clocks(gm_html *page) {
    char text[GM_HUMAN_SIZE];
    const gm_model *model = page->model;
    size_t shown = MIN(model->n_clocks, gm_html_most(page, 60));
    if (shown == 0) return;
    gm_html_put(
        page,
        "<details><summary>%zu clocks put on the wall clock</summary><div class=\"wide\"><table><thead><tr><th>Member</th><th>Clock</th><th>Placed by</th>"
        "<th>Zero</th><th class=\"num\">Uncertainty</th><th class=\"num\">Pairs</th></tr></thead><tbody>\n",
        model->n_clocks);
    for (size_t i = 0; i < shown; i++) {
        const gm_model_clock *k = &model->clocks[i];
        gm_html_put(page, "<tr><td><code>");
        gm_html_esc(page, k->path);
        gm_html_put(page, "</code>%s", k->process > 1 ? " (later process)" : "");
        gm_html_put(page, "</td>");
        gm_html_tag(page, "td", k->clock);
        gm_html_tag(page, "td", k->rule);
        gm_html_put(page, "<td class=\"nowrap\">");
        gm_html_time(page, k->zero_ns);
        gm_html_put(page, "</td><td class=\"num\">%s%s</td>", k->uncertainty_ns == GM_UNKNOWN ? "" : "&plusmn; ",
                    k->uncertainty_ns == GM_UNKNOWN ? "unknown"
                                                    : gm_human(text, (double)k->uncertainty_ns / 1e6, "ms"));
        gm_html_count_cell(page, k->pairs);
        gm_html_put(page, "</tr>\n");
    }
    gm_html_put(page, "</tbody></table></div></details>\n");
}

static void put_gaps(gm_html *page) {
    char text[GM_HUMAN_SIZE];
    size_t left = gm_html_most(page, 60);
    bool any = false;
    for (size_t i = 0; i < page->model->n_containers; i++) {
        const gm_model_container *c = &page->model->containers[i];
        for (size_t k = 0; k < c->n_gaps && left > 0; k++, left--) {
            if (!any) gm_html_put(page, "<details><summary>Holes in the samples of usage</summary><ul>");
            any = true;
            gm_html_put(page, "<li>");
            gm_html_name(page, c);
            gm_html_put(page, ": %s from ",
                        gm_human_duration(text, (double)(c->gaps[k].to_ns - c->gaps[k].from_ns) / 1e9));
            gm_html_time(page, c->gaps[k].from_ns);
            gm_html_put(page, "</li>\n");
        }
    }
    if (any) gm_html_put(page, "</ul></details>\n");
}

static void put_settings(gm_html *page) {
    const gm_model *model = page->model;
    size_t shown = MIN(model->n_settings, gm_html_most(page, 100));
    if (shown == 0) return;
    gm_html_section(page, NULL, "settings", "Settings found", NULL);
    gm_html_put(
        page,
        "<div class=\"wide\"><table><thead><tr><th>Setting</th><th>Value</th><th>Found in</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < shown; i++) {
        gm_html_put(page, "<tr>");
        gm_html_tag(page, "td", model->settings[i].name);
        gm_html_put(page, "<td><code>");
        gm_html_esc(page, model->settings[i].value);
        gm_html_put(page, "</code></td><td class=\"soft\">");
        gm_html_esc(page, model->settings[i].path);
        gm_html_put(page, "</td></tr>\n");
    }
    gm_html_put(page, "</tbody></table></div></section>\n");
}

void gm_html_quality(gm_html *page) {
    put_settings(page);
    gm_html_section(page, NULL, "quality", "How good the record is", NULL);
    put_losses(page);
    put_gaps(page);
    put_clocks(page);
    put_diagnostics(page);
    put_members(page);
    gm_html_put(page, "</section>\n");
}
