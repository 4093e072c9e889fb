/* All thresholds of the analysis in one table: thresholds.def holds defaults, units and sources. */
#ifndef GOMORTEM_THRESHOLDS_H
#define GOMORTEM_THRESHOLDS_H

#include <stdbool.h>

typedef enum {
#define GM_THRESHOLD(symbol, key, value, unit, source) GM_TH_##symbol,
#include "gomortem/thresholds.def"
#undef GM_THRESHOLD
    GM_TH_COUNT
} gm_threshold;

typedef struct {
    double value[GM_TH_COUNT];
} gm_thresholds;

typedef struct {
    const char *key;
    double value;
    const char *unit, *source;
} gm_threshold_row;

extern const gm_threshold_row gm_threshold_table[GM_TH_COUNT];
void gm_thresholds_init(gm_thresholds *thresholds); /* the defaults */

#define GM_LIMIT_OF(facts, symbol) ((facts)->thresholds->value[GM_TH_##symbol])

#endif
