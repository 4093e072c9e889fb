/* What the functions of functions.def do; see range.c and math.c. */
#ifndef GM_ANALYZER_REPLAY_FUNCTIONS_H
#define GM_ANALYZER_REPLAY_FUNCTIONS_H

#include "analyzer/replay/promql.h"

#define GM_PROM_RANGE(name, arguments, keeps) bool gm_prom_range_##name(const gm_prom_window *window, double *result);
#define GM_PROM_MATH(name, arguments)         double gm_prom_math_##name(double value, const double *arguments_given);
#include "analyzer/replay/functions.def"

double gm_prom_quantile(double q, double *sorted_in_place, size_t n); /* Prometheus' quantile; sorts the values */

#endif
