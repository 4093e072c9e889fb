/* Adds up profiles, binary and text alike.
 *
 * Used before the rows are written. A column is given up when its values, signs left aside, do not fit into
 * 64 bits together: then neither the profile's total nor the sum of any of its stacks can be trusted to fit.
 */
#include "importer/formats/pprof/totals.h"

void gm_pprof_totals_add(gm_pprof_totals *totals, const int64_t values[GM_VALUE_KINDS]) {
    for (int c = 0; c < GM_VALUE_KINDS; c++) {
        if (values[c] == GM_UNKNOWN) continue;
        totals->used[c] = true;
        int64_t size = values[c] < 0 ? -values[c] : values[c]; /* GM_UNKNOWN is the only one without */
        if (__builtin_add_overflow(totals->magnitude[c], size, &totals->magnitude[c])) totals->lost[c] = true;
        if (!totals->lost[c]) totals->sum[c] += values[c];
    }
}

void gm_pprof_totals_mask(const gm_pprof_totals *totals, int64_t values[GM_VALUE_KINDS]) {
    for (int c = 0; c < GM_VALUE_KINDS; c++)
        if (totals->lost[c]) values[c] = GM_UNKNOWN;
}

int gm_pprof_totals_get(const gm_pprof_totals *totals, int64_t sums[GM_VALUE_KINDS]) {
    int lost = 0;
    for (int c = 0; c < GM_VALUE_KINDS; c++) {
        lost += totals->lost[c];
        sums[c] = totals->used[c] && !totals->lost[c] ? totals->sum[c] : GM_UNKNOWN;
    }
    return lost;
}
