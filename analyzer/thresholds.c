/* The thresholds' table, from thresholds.def. */
#include "gomortem/thresholds.h"

const gm_threshold_row gm_threshold_table[GM_TH_COUNT] = {
#define GM_THRESHOLD(symbol, key, value, unit, source) {key, value, unit, source},
#include "gomortem/thresholds.def"
#undef GM_THRESHOLD
};

void gm_thresholds_init(gm_thresholds *thresholds) {
    for (int i = 0; i < GM_TH_COUNT; i++) thresholds->value[i] = gm_threshold_table[i].value;
}
