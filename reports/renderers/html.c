/* Renderer html: one file that opens offline, makes no request and can be read without script. The verdict comes first,
 * the evidence one glance below, then what was ruled out and what was read. The parts are in html/; this file puts them
 * in order. */
#include "reports/renderers/html/diff.h"

#define MAX_SECTIONS 12 /* containers with sections of their own; the overview lists more */

void gm_html_bar(gm_html *page) {
    const gm_model *model = page->model;
    gm_html_put(
        page,
        "<a class=\"skip\" href=\"#main\">Skip to the verdict</a>\n<div class=\"bar\"><b>gomortem</b><span class=\"where\"><bdi>");
    gm_html_esc(page, model->name);
    gm_html_put(
        page,
        "</bdi></span><nav aria-label=\"Sections\"></nav><button type=\"button\" id=\"theme\" hidden>Theme</button></div>\n<main id=\"main\">\n");
}

static void put_timeline(gm_html *page, const gm_model_container *c) {
    if (c->n_points < 2) return;
    gm_html_section(page, c, "timeline", "Timeline", NULL);
    gm_html_put(
        page,
        "<div class=\"live\" hidden><p class=\"soft hint\">Drag to zoom, double click to reset; with the keyboard: arrows, + and &minus;, 0. Times are UTC.</p>"
        "<div class=\"chips\"></div><div class=\"panes\"></div></div>\n");
    gm_html_picture(
        page, c, GM_PICTURE_TIMELINE,
        "Cgroup usage by bucket. The line is usage; what lies between the stack and the line is not explained by any source. "
        "Shaded: stretches whose trend is significant, with the fitted slope.");
    gm_html_events(page, c);
    gm_html_put(page, "</section>\n");
}

static void put_growth(gm_html *page, const gm_model_container *c) {
    if (c->flame.n_frames < 2 && c->n_sites == 0) return;
    gm_html_section(page, c, "heap", "Who holds the heap", NULL);
    gm_html_put(page, "<div class=\"flame\" hidden></div>\n");
    gm_html_picture(page, c, GM_PICTURE_GROWTH, NULL);
    gm_html_picture(page, c, GM_PICTURE_HEAP, "Orange grew since the first profile of this life, blue shrank.");
    gm_html_sites(page, c);
    gm_html_put(page, "</section>\n");
}

static void put_container(gm_html *page, const gm_model_container *c) {
    gm_html_put(page, "<div class=\"container\" id=\"c%lld\">\n", (long long)c->container_id);
    gm_html_verdict(page, c);
    gm_html_comparison(page, c);
    put_timeline(page, c);
    gm_html_buckets(page, c);
    gm_html_findings(page, c);
    put_growth(page, c);
    gm_html_collector(page, c);
    gm_html_whatif(page, c);
    gm_html_groups(page, c);
    gm_html_kills(page, c);
    gm_html_alerts(page, c);
    gm_html_checks(page, c);
    gm_html_data(page, c);
    gm_html_put(page, "</div>\n");
}

static void put_footer(gm_html *page) {
    const gm_model *model = page->model;
    gm_html_put(page, "</main>\n<footer><p>Incident <bdi>");
    gm_html_esc(page, model->name);
    gm_html_put(page, "</bdi>, ");
    gm_html_time(page, model->from_ns);
    gm_html_put(page, " to ");
    gm_html_time(page, model->to_ns);
    gm_html_put(page, ", id <code>");
    gm_html_esc(page, model->incident_id);
    gm_html_put(page, "</code>. Made by gomortem %s.", GM_VERSION);
    if (page->detail < 1)
        gm_html_put(
            page,
            " To keep this page small, its charts and tables show fewer points and rows than the incident holds; the database has all of them.");
    gm_html_put(page, "</p></footer>\n");
}

static GString *render_at(const void *what, gm_draw *draw, double detail) {
    const gm_model *model = what;
    gm_html page = {.model = model,
                    .out = g_string_sized_new(512 << 10),
                    .draw = draw,
                    .measure = gm_draw_measure(draw),
                    .detail = detail};
    size_t sections = MIN(model->n_containers, (size_t)MAX(1, MAX_SECTIONS * detail));
    gm_svg_colours_init(&page.colours);
    gm_html_bar(&page);
    if (model->n_containers > 1) gm_html_overview(&page, sections);
    for (size_t i = 0; i < sections; i++) put_container(&page, &model->containers[i]);
    gm_html_quality(&page);
    put_footer(&page);
    GString *whole = gm_html_finish(&page);
    g_string_free(page.out, TRUE);
    gm_svg_colours_release(&page.colours);
    return whole;
}

static bool render(const gm_model *model, const gm_render_options *options, GString *out, GError **error) {
    (void)options;
    return gm_html_fit(render_at, model, out, error);
}

const gm_renderer gm_renderer_html = {.name = "html",
                                      .file_name = "report.html",
                                      .title = "One page, offline",
                                      .render = render,
                                      .render_diff = gm_html_diff};
