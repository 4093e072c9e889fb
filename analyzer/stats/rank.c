/* The second opinion: Mann-Kendall's test for a monotone trend, plain and corrected for autocorrelation.
 *
 * After blocks.c, beside nuisance.c. Hamed and Rao, "A modified Mann-Kendall trend test for autocorrelated
 * data", J. Hydrology 204 (1998): the variance of S grows by n/n*, from the autocorrelation of the ranks of
 * the series without its Sen slope. Only lags beyond 1.96/sqrt(n) count and the factor is never below 1. */
#include "stats_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

typedef struct {
    double value;
    size_t place;
} ranked;

static int compare_ranked(const void *left, const void *right) {
    const ranked *a = left;
    const ranked *b = right;
    if (a->value != b->value) return a->value < b->value ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

/* Average ranks, centred on 0; values within `same` of the smallest of a group are tied. The answer is the
 * sum over ties of k (k - 1) (2 k + 5). */
static double rank_centred(const double *v, size_t n, double same, ranked *sorted, double *ranks) {
    double ties = 0;

    for (size_t i = 0; i < n; i++) sorted[i] = (ranked){.value = v[i], .place = i};
    qsort(sorted, n, sizeof *sorted, compare_ranked);
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin + 1; end < n && sorted[end].value - sorted[begin].value <= same;) end++;
        double rank = (double)(begin + end - 1) / 2 - (double)(n - 1) / 2;
        double k = (double)(end - begin);
        for (size_t i = begin; i < end; i++) ranks[sorted[i].place] = rank;
        ties += k * (k - 1) * (2 * k + 5);
    }
    return ties;
}

static double kendall_s(const double *v, size_t n) {
    long long s = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) s += (v[j] > v[i]) - (v[j] < v[i]);
    }
    return (double)s;
}

static double hamed_rao_factor(const double *ranks, size_t n) {
    double square = gm_ls_dot(ranks, ranks, n), sum = 0, m = (double)n;
    double significant = 1.96 / sqrt(m);

    if (!(square > 0)) return 1;
    for (size_t k = 1; k + 2 < n; k++) {
        double rho = gm_ls_dot(ranks, ranks + k, n - k) / square, lag = (double)k;
        if (fabs(rho) > significant) sum += (m - lag) * (m - lag - 1) * (m - lag - 2) * rho;
    }
    return fmax(1, 1 + 2 * sum / (m * (m - 1) * (m - 2)));
}

/* v leaves without its Sen slope over the index. The pair that has exactly the median slope is tied
 * afterwards, but for rounding: *same says how much that can be. */
static bool detrend(double *v, size_t n, double *index, double *same) {
    gm_stats_line line;
    *same = 0;
    for (size_t i = 0; i < n; i++) *same = fmax(*same, fabs(v[i]) * 4 * DBL_EPSILON);
    for (size_t i = 0; i < n; i++) index[i] = (double)i;
    if (!gm_stats_theil_sen(index, v, n, &line)) return false;
    for (size_t i = 0; i < n; i++) v[i] -= line.slope * index[i];
    return true;
}

static bool test_values(double *v, size_t n, bool hamed_rao, gm_stats_mk *mk) {
    double *ranks = malloc(n * sizeof *ranks), m = (double)n;
    ranked *sorted = malloc(n * sizeof *sorted);
    bool ok = ranks && sorted;

    if (ok) {
        mk->s = kendall_s(v, n);
        mk->variance = (m * (m - 1) * (2 * m + 5) - rank_centred(v, n, 0, sorted, ranks)) / 18;
        mk->correction = 1;
    }
    if (ok && hamed_rao && mk->variance > 0) {
        double same;
        ok = detrend(v, n, ranks, &same);
        if (ok) {
            rank_centred(v, n, same, sorted, ranks);
            mk->correction = hamed_rao_factor(ranks, n);
        }
    }
    if (ok) {
        mk->variance *= mk->correction;
        double toward_zero = mk->s > 0 ? -1 : mk->s < 0 ? 1 : 0;
        mk->z = mk->variance > 0 ? (mk->s + toward_zero) / sqrt(mk->variance) : 0;
        mk->p = erfc(fabs(mk->z) / sqrt(2));
    }
    free(ranks);
    free(sorted);
    return ok;
}

/* A long series becomes medians of equal runs, so that the pairs stay countable. */
static size_t shorten(double *v, size_t n) {
    size_t kept = 0;
    if (n <= GM_STATS_MAX_PAIRWISE) return n;
    for (size_t begin = 0; kept < GM_STATS_MAX_PAIRWISE; kept++) {
        size_t end = (size_t)((double)n / GM_STATS_MAX_PAIRWISE * (double)(kept + 1) + 0.5);
        v[kept] = gm_stats_median_inplace(v + begin, end - begin);
        begin = end;
    }
    return kept;
}

bool gm_stats_mann_kendall(const double *y, size_t n, bool hamed_rao, gm_stats_mk *mk) {
    static const gm_stats_mk unknown = {.s = NAN, .variance = NAN, .z = NAN, .p = NAN, .correction = NAN};
    size_t kept;
    double *v = gm_stats_usable_copy(y, n, &kept);

    *mk = unknown;
    kept = v ? shorten(v, kept) : 0;
    bool ok = kept >= 4 && test_values(v, kept, hamed_rao, mk);
    if (!ok) *mk = unknown;
    free(v);
    return ok;
}
