/* A chart as SVG inside the page, in the colours of both themes. See svg.c. */
#ifndef GM_REPORTS_SVG_H
#define GM_REPORTS_SVG_H

#include "gomortem/chart.h"

/* Pairs of a light and a dark colour, each with a class of its own; the page's style sheet gives them their values. */
typedef struct {
    GArray *pairs; /* guint32[2] */
} gm_svg_colours;

void gm_svg_colours_init(gm_svg_colours *colours);
void gm_svg_colours_release(gm_svg_colours *colours);
void gm_svg_colours_style(const gm_svg_colours *colours, GString *css);

/* Appends <svg> without frame; label: what a screen reader says. */
void gm_svg_write(const gm_chart *chart, const gm_chart_style *style, const gm_text_measure *measure, const char *label,
                  gm_svg_colours *colours, GString *out);

#endif
