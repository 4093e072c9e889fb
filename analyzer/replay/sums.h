/* Sums over the beginnings of a series, so that the least-squares line of any range costs the same; see sums.c. Held as
 * far back as the ranges reach, which move forward. */
#ifndef GM_ANALYZER_REPLAY_SUMS_H
#define GM_ANALYZER_REPLAY_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct { /* of the samples before one; x: seconds since the first of all, y: beyond the first of all */
    long double x, y, xy, xx;
    size_t changes; /* how many of them differ from the one before */
} gm_prom_sums_row;

typedef struct {
    gm_prom_sums_row *row; /* g_free; row[0] is before sample first */
    size_t first, n, size; /* n: rows that are filled */
    size_t *all;           /* rows of all sums of the query: beyond a limit there are none; NULL: no limit */
    bool broken;           /* a sample has no finite value: there are no sums behind it */
} gm_prom_sums;

/* The line through n samples of a series from one on, x counted from zero_ms. t_ms and value: the series' own arrays.
 * False: these samples have no sums, or are constant. */
bool gm_prom_sums_line(gm_prom_sums *sums, const int64_t *t_ms, const double *value, size_t from, size_t n,
                       int64_t zero_ms, double *slope, double *intercept);

#endif
