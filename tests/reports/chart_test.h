/* What the chart tests share: a text measure without fonts, ways to find shapes, and the rules that every
 * layout must keep whatever it shows. */
#ifndef GOMORTEM_CHART_TEST_H
#define GOMORTEM_CHART_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "gomortem/chart.h"

#define NEAR   1e-6
#define SECOND INT64_C(1000000000)
#define MIB    1048576.0

extern const gm_text_measure fake_measure; /* every character is 0.6 em wide, bold ones 0.66 */

void lay_out(const gm_chart *chart, double width, double height, gm_chart_geometry *geometry);
size_t count_shapes(const gm_chart_geometry *geometry, gm_shape_kind kind, gm_chart_role role);
/* The n-th shape of a kind and role; fails the test when there is none. */
const gm_shape *nth_shape(const gm_chart_geometry *geometry, gm_shape_kind kind, gm_chart_role role, size_t n);
const gm_xy *shape_points(const gm_chart_geometry *geometry, const gm_shape *shape);
/* The text of that role that begins so, or NULL. */
const gm_shape *find_text(const gm_chart_geometry *geometry, gm_chart_role role, const char *prefix);
size_t counted_after(const gm_chart_geometry *geometry, gm_chart_role role); /* N of "+N more", 0 = none */
double contrast(uint32_t a, uint32_t b);                                     /* WCAG 2.2 contrast ratio */

/* Texts: inside the page, valid, apart from each other, 4.5:1 on what is below them. Data: finite, inside
 * their plot. Plots: inside the page, apart from each other. */
void check_geometry(const gm_chart_geometry *geometry);
void check_any_size(const gm_chart *chart); /* the same from too small to very large, in both themes */

#endif
