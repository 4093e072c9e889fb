/* Order statistics and moments of one series: quantile, median, MAD, mean, lag-1 autocorrelation.
 *
 * Used by every other file here. Quantiles are type 7 of Hyndman and Fan, "Sample Quantiles in Statistical
 * Packages", The American Statistician 50 (1996), found by selection instead of sorting (Hoare's FIND with a
 * median-of-three pivot; a range that does not shrink is sorted, so hostile input stays O(n log n)). */
#include "stats_private.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static int compare_doubles(const void *left, const void *right) {
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static double middle_of_three(double a, double b, double c) {
    if (a > b) return b > c ? b : fmin(a, c);
    return a > c ? a : fmin(b, c);
}

/* Afterwards v[k] is the k-th smallest, nothing before it is larger and nothing after it is smaller. */
static void select_kth(double *v, size_t n, size_t k) {
    size_t low = 0, high = n - 1;
    unsigned rounds = 0;

    while (low < high) {
        if (++rounds > 64 || high - low < 8) {
            qsort(v + low, high - low + 1, sizeof *v, compare_doubles);
            return;
        }
        double pivot = middle_of_three(v[low], v[low + (high - low) / 2], v[high]);
        size_t i = low, j = high;
        for (;;) {
            while (v[i] < pivot) i++;
            while (v[j] > pivot) j--;
            if (i >= j) break;
            double swap = v[i];
            v[i++] = v[j];
            v[j--] = swap;
        }
        /* j is the last place of the left part, or the pivot's own place where both scans met. */
        if (k <= j) {
            high = j;
        } else {
            low = j + 1;
        }
    }
}

double gm_stats_quantile_inplace(double *v, size_t n, double q) {
    if (n == 0 || !(q >= 0 && q <= 1)) return NAN;
    double place = q * (double)(n - 1);
    size_t k = (size_t)place;
    double part = place - (double)k;
    select_kth(v, n, k);
    if (part == 0 || k + 1 >= n) return v[k];
    double next = v[k + 1];
    for (size_t i = k + 2; i < n; i++) next = fmin(next, v[i]);
    return v[k] + part * (next - v[k]);
}

double gm_stats_median_inplace(double *v, size_t n) {
    return gm_stats_quantile_inplace(v, n, 0.5);
}

double *gm_stats_usable_copy(const double *y, size_t n, size_t *kept) {
    *kept = 0;
    if (n == 0 || n > SIZE_MAX / sizeof *y) return NULL;
    double *copy = malloc(n * sizeof *copy);
    if (!copy) return NULL;
    for (size_t i = 0; i < n; i++) {
        if (gm_stats_usable(y[i])) copy[(*kept)++] = y[i];
    }
    if (*kept > 0) return copy;
    free(copy);
    return NULL;
}

double gm_stats_mean(const double *y, size_t n) {
    size_t kept = 0;
    double mean = 0;
    for (size_t i = 0; i < n; i++) {
        if (gm_stats_usable(y[i])) mean += (y[i] - mean) / (double)++kept;
    }
    return kept > 0 ? mean : NAN;
}

double gm_stats_quantile(const double *y, size_t n, double q) {
    size_t kept;
    double *copy = gm_stats_usable_copy(y, n, &kept);
    double value = copy ? gm_stats_quantile_inplace(copy, kept, q) : NAN;
    free(copy);
    return value;
}

double gm_stats_median(const double *y, size_t n) {
    return gm_stats_quantile(y, n, 0.5);
}

double gm_stats_mad(const double *y, size_t n) {
    size_t kept;
    double *copy = gm_stats_usable_copy(y, n, &kept);
    if (!copy) return NAN;
    double median = gm_stats_median_inplace(copy, kept);
    for (size_t i = 0; i < kept; i++) copy[i] = fabs(copy[i] - median);
    double mad = gm_stats_median_inplace(copy, kept);
    free(copy);
    return mad;
}

double gm_stats_mad_scaled(const double *y, size_t n) {
    return 1.4826 * gm_stats_mad(y, n);
}

/* Pairs are neighbours in the array; a pair with an unusable value is skipped, never closed up. */
double gm_stats_autocorr1(const double *y, size_t n) {
    double mean = gm_stats_mean(y, n);
    double square = 0, cross = 0, largest = 0;
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (!gm_stats_usable(y[i])) continue;
        kept++;
        largest = fmax(largest, fabs(y[i]));
        square += (y[i] - mean) * (y[i] - mean);
        if (i > 0 && gm_stats_usable(y[i - 1])) cross += (y[i] - mean) * (y[i - 1] - mean);
    }
    if (kept < 3) return NAN;
    double rounding = largest * 1e-14;
    if (square <= rounding * rounding * (double)kept) return 0;
    return cross / square;
}
