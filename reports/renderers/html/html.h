/* What the parts of the html renderer share. The page is built body first: the colours that its charts used and the
 * hashes of its scripts and style are known only then. Every text from a bundle goes through gm_html_esc or
 * gm_html_json_text; everything else is our own markup. */
#ifndef GM_REPORTS_HTML_H
#define GM_REPORTS_HTML_H

#include "gomortem/human.h"
#include "gomortem/model.h"
#include "gomortem/model_alerts.h"
#include "reports/pictures.h"
#include "reports/svg.h"

typedef struct {
    const gm_model *model;
    GString *out;
    gm_svg_colours colours;
    gm_draw *draw;
    gm_text_measure measure;
    double detail; /* 1 = all that is worth showing; less when the page would grow too large */
} gm_html;

/* html.c */
void gm_html_bar(gm_html *page); /* the bar at the top, and opens main */

typedef GString *gm_html_page_at(const void *what, gm_draw *draw, double detail);

/* page.c */
/* Renders a page with as much detail as keeps it within its budget. */
bool gm_html_fit(gm_html_page_at *page_at, const void *what, GString *out, GError **error);
void gm_html_put(gm_html *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
void gm_html_esc(gm_html *page, const char *text);
void gm_html_whole(gm_html *page, const char *text); /* the same without a limit, for texts of our own making */
void gm_html_prose(gm_html *page, const char *text); /* the same; points in time are not broken between lines */
void gm_html_tag(gm_html *page, const char *tag, const char *text); /* <tag>text</tag> */
void gm_html_bytes_cell(gm_html *page, int64_t bytes);
void gm_html_number_cell(gm_html *page, double value, const char *unit);
void gm_html_count_cell(gm_html *page, int64_t count);
void gm_html_time(gm_html *page, int64_t t_ns);
void gm_html_section(gm_html *page, const gm_model_container *c, const char *id, const char *title, const char *note);
void gm_html_name(gm_html *page, const gm_model_container *c);
void gm_html_id(gm_html *page, const gm_model_container *c,
                const char *id);                    /* stable: the container's id is added when there are several */
const char *gm_html_severity(const char *severity); /* a class name */
void gm_html_picture(gm_html *page, const gm_model_container *c, gm_picture picture, const char *caption);
size_t gm_html_most(const gm_html *page, size_t all); /* how many of so many rows fit this page's detail */

/* head.c */
GString *gm_html_finish(gm_html *page); /* the whole document around page->out */

/* verdict.c, findings.c, tables.c, whatif.c, alerts.c, quality.c, data.c */
void gm_html_overview(gm_html *page, size_t sections);
void gm_html_verdict(gm_html *page, const gm_model_container *c);
void gm_html_findings(gm_html *page, const gm_model_container *c);
void gm_html_checks(gm_html *page, const gm_model_container *c);
void gm_html_buckets(gm_html *page, const gm_model_container *c);
void gm_html_sites(gm_html *page, const gm_model_container *c);
void gm_html_groups(gm_html *page, const gm_model_container *c);
void gm_html_collector(gm_html *page, const gm_model_container *c);
void gm_html_whatif(gm_html *page, const gm_model_container *c);
void gm_html_kills(gm_html *page, const gm_model_container *c);
void gm_html_alerts(gm_html *page, const gm_model_container *c);
void gm_html_events(gm_html *page, const gm_model_container *c);
void gm_html_quality(gm_html *page);
void gm_html_data(gm_html *page, const gm_model_container *c);

#endif
