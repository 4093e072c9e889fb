/* Two incidents side by side: a page of its own, and the section "Compared with the baseline" of a container that was
 * compared. The summary leads, then both histories in one chart, the buckets, and tables by area with what matters
 * first; what is the same or was not recorded is folded away. */
#include "reports/renderers/html/diff.h"

#define MOST_ROWS 25 /* of an area */
#define MAX_PAIRS 12

typedef struct {
    gm_html *page;
    const gm_model_pair *pair;
    const char *words[2]; /* what the sides are called */
    const char *suffix;   /* of ids on the page; "" for the only pair */
} diff_view;

static bool is(const gm_model_difference *d, const char *judgement) {
    return strcmp(d->judgement, judgement) == 0;
}

/* --- tables --- */

/* The colour of a judgement: how severe it is where a gate looks at it. */
static const char *class_of(const gm_model_difference *d) {
    if (is(d, "better") || is(d, "gone")) return "low";
    if (d->rule) return gm_html_severity(d->severity);
    return d->material && (is(d, "new") || is(d, "worse")) ? "medium" : "info";
}

static void put_value(diff_view *v, const gm_model_difference *d, int side) {
    g_autofree char *words = gm_model_diff_words(d, side);
    bool long_words = !d->unit && strcmp(d->measure, "severity") != 0;
    gm_html_put(v->page, "<td class=\"%s\">", long_words ? "words" : "num");
    gm_html_esc(v->page, words);
    gm_html_put(v->page, "</td>");
}

static void put_sql(diff_view *v, const gm_model_difference *d) {
    const char *sqls[] = {d->a_sql, d->b_sql};
    if (!d->a_sql && !d->b_sql) return;
    gm_html_put(v->page, "<details><summary>SQL</summary>");
    for (int side = 0; side < 2; side++) {
        if (!sqls[side]) continue;
        gm_html_put(v->page, "<p class=\"soft\">%s</p>", v->words[side]);
        gm_html_tag(v->page, "pre", sqls[side]);
    }
    gm_html_put(v->page, "</details>");
}

static void put_row(diff_view *v, const gm_model_difference *d, bool sql) {
    g_autofree char *label = gm_model_diff_label(d);
    gm_html_put(v->page, "<tr><td><span class=\"tag %s\">", class_of(d));
    gm_html_esc(v->page, d->judgement);
    gm_html_put(v->page, "</span></td><td class=\"what\">");
    gm_html_esc(v->page, label);
    if (strcmp(d->area, "finding") == 0) {
        gm_html_put(v->page, "<small class=\"soft\">");
        gm_html_prose(v->page, d->b_text ? d->b_text : d->a_text);
        gm_html_put(v->page, "</small>");
    }
    if (sql) put_sql(v, d);
    gm_html_put(v->page, "</td>");
    put_value(v, d, 0);
    put_value(v, d, 1);
    gm_html_put(v->page, "</tr>\n");
}

static void open_table(diff_view *v) {
    gm_html_put(
        v->page,
        "<div class=\"wide\"><table class=\"sides\"><thead><tr><th>%s</th><th>What</th><th class=\"num\">%s</th><th class=\"num\">%s</th></tr></thead><tbody>\n",
        strlen(v->words[1]) == 1 ? "B is" : "Now", v->words[0], v->words[1]);
}

static bool is_shown(const gm_model_difference *d) {
    return d->rule || d->material || is(d, "changed");
}

static void put_area(diff_view *v, const char *area) {
    size_t n = 0, most = gm_html_most(v->page, MOST_ROWS);
    for (size_t i = 0; i < v->pair->n_differences; i++) {
        const gm_model_difference *d = &v->pair->differences[i];
        if (strcmp(d->area, area) != 0 || !is_shown(d)) continue;
        if (n == 0) {
            gm_html_put(v->page, "<h3 id=\"diff-%s%s\">%s</h3>", area, v->suffix, gm_model_diff_area(area));
            open_table(v);
        }
        if (n++ < most) put_row(v, d, true);
    }
    if (n) gm_html_put(v->page, "</tbody></table></div>\n");
    if (n > most) gm_html_put(v->page, "<p class=\"soft\">%zu more are in the other formats.</p>\n", n - most);
}

/* Folded: what is as it was, or what one side has no record of. */
static void put_rest(diff_view *v, bool unknown, const char *title) {
    size_t n = 0, most = gm_html_most(v->page, 8 * MOST_ROWS);
    for (size_t i = 0; i < v->pair->n_differences; i++) {
        const gm_model_difference *d = &v->pair->differences[i];
        if (is_shown(d) || is(d, "unknown") != unknown) continue;
        if (n == 0) {
            gm_html_put(v->page, "<details class=\"rest\"><summary>%s</summary>", title);
            open_table(v);
        }
        if (n++ < most) put_row(v, d, false);
    }
    if (n)
        gm_html_put(v->page, "</tbody></table></div>%s</details>\n",
                    n > most ? "<p class=\"soft\">More is in the other formats.</p>" : "");
}

/* --- pictures --- */

static void put_picture(diff_view *v, gm_diff_picture picture, const char *caption) {
    g_autoptr(gm_plate) plate = gm_plate_diff_new(v->pair, v->words[0], v->words[1], picture);
    if (!plate) return;
    gm_chart_style style = {.width = 1120, .height = plate->height, .scale = 0.5};
    gm_html_put(v->page, "<figure class=\"static %s\"><div class=\"wide\">", gm_diff_picture_name(picture));
    gm_svg_write(&plate->chart, &style, &v->page->measure, plate->chart.title, &v->page->colours, v->page->out);
    gm_html_put(v->page, "</div>%s%s%s</figure>\n", caption ? "<figcaption>" : "", caption ? caption : "",
                caption ? "</figcaption>" : "");
}

static void put_histories(diff_view *v) {
    put_picture(v, GM_DIFF_PICTURE_HISTORIES,
                "Each line begins at the first point of its own record. Lines break where a life ends.");
}

static void put_areas(diff_view *v) {
    for (size_t i = 0; gm_model_diff_areas[i]; i++) {
        if (strcmp(gm_model_diff_areas[i], "bucket") == 0) put_picture(v, GM_DIFF_PICTURE_BUCKETS, NULL);
        put_area(v, gm_model_diff_areas[i]);
    }
}

static void put_folds(diff_view *v) {
    put_rest(v, true, "Not recorded on one side, so nothing can be said");
    put_rest(v, false, "What is the same, and details");
}

/* --- in the report of an incident --- */

static void put_changes(gm_html *page, const gm_model_comparison *comparison) {
    if (comparison->n_changes == 0) return;
    gm_html_put(page, "<ul class=\"plain changes\">");
    for (size_t i = 0; i < comparison->n_changes; i++) {
        const gm_model_change *change = &comparison->changes[i];
        bool better = strcmp(change->state, "better") == 0;
        gm_html_put(page, "<li><span class=\"tag %s\">%s</span> ", better ? "low" : gm_html_severity(change->severity),
                    change->state); /* a word of ours */
        gm_html_prose(page, change->text);
        gm_html_put(page, "</li>");
    }
    gm_html_put(page, "</ul>\n");
}

void gm_html_comparison(gm_html *page, const gm_model_container *c) {
    const gm_model_comparison *comparison = &c->comparison;
    if (!comparison->status) return;
    g_autofree char *suffix =
        page->model->n_containers > 1 ? g_strdup_printf("-c%lld", (long long)c->container_id) : g_strdup("");
    diff_view v = {page, comparison->pair, {"Baseline", "This run"}, suffix};
    gm_html_section(page, c, "baseline", "Compared with the baseline", NULL);
    gm_html_put(page, "<p class=\"lead\"><span class=\"tag %s\">",
                strcmp(comparison->status, "better") == 0 || strcmp(comparison->status, "unchanged") == 0 ? "low"
                                                                                                          : "high");
    gm_html_esc(page, comparison->status);
    gm_html_put(page, "</span> ");
    gm_html_prose(page, comparison->pair->summary);
    gm_html_put(page, "</p><p class=\"soft\">The baseline is <bdi>");
    gm_html_esc(page, page->model->baseline.name);
    gm_html_put(page, "</bdi>.</p>\n");
    put_changes(page, comparison);
    put_histories(&v);
    gm_html_put(page, "<details class=\"rest\"><summary>Everything that differs, area by area</summary>");
    put_areas(&v);
    gm_html_put(page, "</details>\n");
    put_folds(&v);
    gm_html_put(page, "</section>\n");
}

/* --- a page of its own --- */

static void put_side_name(gm_html *page, const gm_model_pair_side *side) {
    gm_model_container shell = {.namespace_name = side->namespace_name, .pod = side->pod, .container = side->container};
    if (!side->n_containers) gm_html_put(page, "not there");
    else gm_html_name(page, &shell);
    if (side->n_containers > 1) gm_html_put(page, " and %lld more", (long long)side->n_containers - 1);
}

static const char *status_words(const gm_model_pair *pair) {
    return strcmp(pair->status, "gone") == 0 ? "without it" : pair->status;
}

static void put_sides(gm_html *page, const gm_model_diff *diff, const gm_model_pair *pair) {
    const gm_model_pair_side *sides[] = {&pair->a, &pair->b};
    const char *names[] = {diff->a_name, diff->b_name};
    gm_html_put(page, "<dl class=\"facts\">");
    for (int side = 0; side < 2; side++) {
        char text[GM_HUMAN_SIZE];
        gm_html_put(page, "<div><dt>%c</dt><dd><bdi>", "AB"[side]);
        gm_html_esc(page, names[side]);
        gm_html_put(page, "</bdi><small>");
        put_side_name(page, sides[side]);
        if (sides[side]->n_containers)
            gm_html_put(page, "</small><small>compared life: %s", gm_human_duration(text, sides[side]->seconds));
        gm_html_put(page, "</small></dd></div>");
    }
    gm_html_put(page, "</dl>\n");
}

static void put_pair(gm_html *page, const gm_model_diff *diff, const gm_model_pair *pair) {
    g_autofree char *suffix = diff->n_pairs > 1 ? g_strdup_printf("-p%lld", (long long)pair->pair_id) : g_strdup("");
    bool good = strcmp(pair->status, "better") == 0 || strcmp(pair->status, "unchanged") == 0 ||
                strcmp(pair->status, "gone") == 0;
    diff_view v = {page, pair, {"A", "B"}, suffix};
    gm_html_put(page, "<div class=\"container\" id=\"pair%s\">\n<header class=\"verdict\"><h1>", suffix);
    put_side_name(page, pair->b.n_containers ? &pair->b : &pair->a);
    gm_html_put(page, "</h1>\n<p class=\"cause\"><span class=\"tag %s\">B is ", good ? "low" : "high");
    gm_html_esc(page, status_words(pair));
    gm_html_put(page, "</span></p>\n<p class=\"prose\">");
    gm_html_prose(page, pair->summary);
    gm_html_put(page, "</p>\n");
    put_sides(page, diff, pair);
    gm_html_put(
        page,
        "</header>\n<section class=\"part\" id=\"differences%s\"><h2><a href=\"#differences%s\">What differs</a></h2>\n",
        suffix, suffix);
    put_histories(&v);
    put_areas(&v);
    put_folds(&v);
    gm_html_put(page, "</section>\n</div>\n");
}

static void put_overview(gm_html *page, const gm_model_diff *diff) {
    size_t shown = MIN(diff->n_pairs, gm_html_most(page, 300));
    gm_html_put(page,
                "<section class=\"part\" id=\"pairs\"><h2><a href=\"#pairs\">Containers</a></h2>\n<p class=\"prose\">");
    gm_html_esc(page, diff->summary);
    gm_html_put(
        page,
        "</p><div class=\"wide\"><table><thead><tr><th>Container</th><th>B is</th><th>What differs</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < shown; i++) {
        const gm_model_pair *pair = &diff->pairs[i];
        bool linked = i < MAX_PAIRS * page->detail;
        gm_html_put(page, "<tr><td>");
        if (linked) gm_html_put(page, "<a href=\"#pair-p%lld\">", (long long)pair->pair_id);
        put_side_name(page, pair->b.n_containers ? &pair->b : &pair->a);
        gm_html_put(page, "%s</td><td class=\"nowrap\">", linked ? "</a>" : "");
        gm_html_esc(page, status_words(pair));
        gm_html_put(page, "</td><td>");
        gm_html_prose(page, pair->summary);
        gm_html_put(page, "</td></tr>\n");
    }
    gm_html_put(page, "</tbody></table></div>%s</section>\n",
                shown < diff->n_pairs ? "<p class=\"soft\">More are in the other formats.</p>" : "");
}

static GString *page_at(const void *what, gm_draw *draw, double detail) {
    const gm_model_diff *diff = what;
    g_autofree char *title = g_strdup_printf("%s against %s", diff->b_name, diff->a_name);
    gm_model shell = {.name = title, .n_containers = diff->n_pairs};
    gm_html page = {.model = &shell,
                    .out = g_string_sized_new(256 << 10),
                    .draw = draw,
                    .measure = gm_draw_measure(draw),
                    .detail = detail};
    gm_svg_colours_init(&page.colours);
    gm_html_bar(&page);
    if (diff->n_pairs != 1) put_overview(&page, diff);
    for (size_t i = 0; i < diff->n_pairs && i < MAX(1, MAX_PAIRS * detail); i++) put_pair(&page, diff, &diff->pairs[i]);
    gm_html_put(&page, "</main>\n<footer><p>A is incident <code>");
    gm_html_esc(&page, diff->a_id);
    gm_html_put(&page, "</code>, B is <code>");
    gm_html_esc(&page, diff->b_id);
    gm_html_put(&page, "</code>. SQL runs on the incident of its side. Made by gomortem %s.</p></footer>\n",
                GM_VERSION);
    GString *whole = gm_html_finish(&page);
    g_string_free(page.out, TRUE);
    gm_svg_colours_release(&page.colours);
    return whole;
}

bool gm_html_diff(const gm_model_diff *diff, const gm_render_options *options, GString *out, GError **error) {
    (void)options;
    return gm_html_fit(page_at, diff, out, error);
}
