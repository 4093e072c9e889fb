/* The least-squares line of a range in constant time: alert rules are evaluated every few seconds over windows of an hour,
 * and a line through each of them anew costs as much as all the rest of the replay together. Called by range.c.
 *
 * Sums of extended precision begin at the first sample's time and value; over a month of seconds and terabytes their
 * rounding moves a slope by less than a byte a second. */
#include "analyzer/replay/sums.h"

#include <glib.h>
#include <math.h>

static bool extend(gm_prom_sums *sums, const int64_t *t_ms, const double *value, size_t behind) {
    if (behind >= sums->size) {
        sums->size = MAX(behind + 1, 2 * sums->size);
        sums->row = g_renew(gm_prom_sums_row, sums->row, sums->size);
    }
    if (sums->n == 0) sums->row[sums->n++] = (gm_prom_sums_row){0};
    for (size_t i = sums->n - 1; i < behind && !sums->broken; i++) {
        const gm_prom_sums_row *before = &sums->row[i];
        long double x = (long double)(t_ms[i] - t_ms[0]) / 1000, y = (long double)value[i] - value[0];
        sums->broken = !isfinite(value[i]) || !isfinite(value[0]);
        if (sums->broken) break;
        sums->row[sums->n++] = (gm_prom_sums_row){before->x + x, before->y + y, before->xy + x * y, before->xx + x * x,
                                                  before->changes + (i > 0 && value[i] != value[i - 1])};
    }
    return sums->n > behind;
}

bool gm_prom_sums_line(gm_prom_sums *sums, const int64_t *t_ms, const double *value, size_t from, size_t n, int64_t zero_ms, double *slope,
                       double *intercept) {
    if (n < 2 || !extend(sums, t_ms, value, from + n)) return false;
    const gm_prom_sums_row *a = &sums->row[from], *b = &sums->row[from + n];
    if (b->changes == sums->row[from + 1].changes) return false;
    long double x = (b->x - a->x) / n, y = (b->y - a->y) / n;
    long double variance = (b->xx - a->xx) - x * x * n, covariance = (b->xy - a->xy) - x * y * n;
    if (!(variance > 0)) return false;
    *slope = (double)(covariance / variance);
    *intercept = (double)(value[0] + y - covariance / variance * (x - (long double)(zero_ms - t_ms[0]) / 1000));
    return true;
}
