/* The table of PromQL functions, made from functions.def; range.c and math.c hold what they do. */
#include "analyzer/replay/functions.h"

#include "analyzer/replay/promql.h"

const gm_prom_function gm_prom_functions[] = {
#define GM_PROM_RANGE(name, arguments, keeps)  {#name, GM_PROM_VECTOR, arguments, gm_prom_range_##name, NULL, keeps},
#define GM_PROM_MATH(name, arguments)          {#name, GM_PROM_VECTOR, arguments, NULL, gm_prom_math_##name, false},
#define GM_PROM_OTHER(name, result, arguments) {#name, result, arguments, NULL, NULL, false},
#include "analyzer/replay/functions.def"
    {NULL, GM_PROM_SCALAR, NULL, NULL, NULL, false},
};
