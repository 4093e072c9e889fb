/* The parts of the html renderer that show two incidents side by side. */
#ifndef GM_REPORTS_HTML_DIFF_H
#define GM_REPORTS_HTML_DIFF_H

#include "gomortem/renderer.h"
#include "reports/renderers/html/html.h"

void gm_html_comparison(gm_html *page, const gm_model_container *c); /* nothing without a baseline */
bool gm_html_diff(const gm_model_diff *diff, const gm_render_options *options, GString *out, GError **error);

#endif
