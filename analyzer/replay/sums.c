/* The least-squares line of a range in constant time: alert rules are evaluated every few seconds over windows of an
 * hour, and a line through each of them anew costs as much as all the rest of the replay together. Called by range.c.
 *
 * Sums of extended precision begin at the first sample's time and value; over a month of seconds and terabytes their
 * rounding moves a slope by less than a byte a second. */
#include "analyzer/replay/sums.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define FEWEST_ROWS 32
#define MOST_ROWS   1048576 /* of a query, 80 MiB; lines of the other series are made without sums */

/* Forgets what lies before a sample, each time it is the greater part. */
static void forget(gm_prom_sums *sums, size_t from) {
    size_t past = from - sums->first;
    if (past == 0 || past < sums->n - past) return;
    sums->n -= past;
    memmove(sums->row, sums->row + past, sums->n * sizeof(*sums->row));
    sums->first = from;
}

static bool grow(gm_prom_sums *sums) {
    size_t more = MAX(FEWEST_ROWS, sums->size);
    if (sums->all && *sums->all + more > MOST_ROWS) return false;
    if (sums->all) *sums->all += more;
    sums->size += more;
    sums->row = g_renew(gm_prom_sums_row, sums->row, sums->size);
    return true;
}

/* Rows up to behind, for a range that begins at from. */
static bool extend(gm_prom_sums *sums, const int64_t *t_ms, const double *value, size_t from, size_t behind) {
    if (from < sums->first)
        *sums =
            (gm_prom_sums){.row = sums->row, .size = sums->size, .all = sums->all}; /* asked from the beginning again */
    while (sums->first + sums->n <= behind && !sums->broken) {
        if (from - sums->first < sums->n) forget(sums, from);
        if (sums->n == sums->size && !grow(sums)) return false;
        if (sums->n == 0) {
            sums->row[sums->n++] = (gm_prom_sums_row){0};
            continue;
        }
        const gm_prom_sums_row *before = &sums->row[sums->n - 1];
        size_t i = sums->first + sums->n - 1;
        long double x = (long double)(t_ms[i] - t_ms[0]) / 1000, y = (long double)value[i] - value[0];
        sums->broken = !isfinite(value[i]) || !isfinite(value[0]);
        if (!sums->broken)
            sums->row[sums->n++] =
                (gm_prom_sums_row){before->x + x, before->y + y, before->xy + x * y, before->xx + x * x,
                                   before->changes + (i > 0 && value[i] != value[i - 1])};
    }
    return sums->first + sums->n > behind;
}

bool gm_prom_sums_line(gm_prom_sums *sums, const int64_t *t_ms, const double *value, size_t from, size_t n,
                       int64_t zero_ms, double *slope, double *intercept) {
    if (n < 2 || !extend(sums, t_ms, value, from, from + n)) return false;
    const gm_prom_sums_row *a = &sums->row[from - sums->first], *b = a + n;
    if (b->changes == a[1].changes) return false;
    long double x = (b->x - a->x) / n, y = (b->y - a->y) / n;
    long double variance = (b->xx - a->xx) - x * x * n, covariance = (b->xy - a->xy) - x * y * n;
    if (!(variance > 0)) return false;
    *slope = (double)(covariance / variance);
    *intercept = (double)(value[0] + y - covariance / variance * (x - (long double)(zero_ms - t_ms[0]) / 1000));
    return true;
}
