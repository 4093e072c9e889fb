/* PromQL functions over the samples of a range, as Prometheus computes them: extrapolation to the edges of the window,
 * the cut at a counter's zero, the least-squares line with compensated sums (through many samples: sums.c). Called by
 * eval.c with markers of staleness taken out. https://prometheus.io/docs/prometheus/latest/querying/functions/ ; the
 * order of the two corrections at the start of a window differs between Prometheus 2 and 3, and so do results. */
#include "analyzer/replay/functions.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    double sum, lost;
} compensated; /* Neumaier's sum */

static inline void add(compensated *s, double value) {
    double total = s->sum + value;
    if (isinf(total)) s->lost = 0;
    else s->lost += fabs(s->sum) >= fabs(value) ? (s->sum - total) + value : (value - total) + s->sum;
    s->sum = total;
}

static double sum_of(const compensated *s) {
    return s->sum + s->lost;
}

/* --- rate and its kin --- */

typedef struct {
    double start, end, sampled, average;
} spans; /* seconds */

static double cut_at_zero(const gm_prom_window *w, const spans *s, double result, double start) {
    if (!(result > 0) || !(w->value[0] >= 0)) return start;
    double to_zero = s->sampled * (w->value[0] / result);
    return to_zero < start ? to_zero : start;
}

static bool extrapolated(const gm_prom_window *w, bool counter, double *result) {
    if (w->n < 2) return false;
    *result = w->value[w->n - 1] - w->value[0];
    for (size_t i = 1; counter && i < w->n; i++)
        if (w->value[i] < w->value[i - 1]) *result += w->value[i - 1];
    spans s = {.start = (double)(w->t_ms[0] - w->from_ms) / 1000,
               .end = (double)(w->to_ms - w->t_ms[w->n - 1]) / 1000,
               .sampled = (double)(w->t_ms[w->n - 1] - w->t_ms[0]) / 1000};
    s.average = s.sampled / (double)(w->n - 1);
    double threshold = s.average * 1.1;
    if (counter && !w->v3) s.start = cut_at_zero(w, &s, *result, s.start);
    if (s.start >= threshold) s.start = s.average / 2;
    if (counter && w->v3) s.start = cut_at_zero(w, &s, *result, s.start);
    if (s.end >= threshold) s.end = s.average / 2;
    *result *= (s.sampled + s.start + s.end) / s.sampled;
    return true;
}

bool gm_prom_range_rate(const gm_prom_window *w, double *result) {
    bool ok = extrapolated(w, true, result);
    if (ok) *result /= (double)(w->to_ms - w->from_ms) / 1000;
    return ok;
}

bool gm_prom_range_increase(const gm_prom_window *w, double *result) {
    return extrapolated(w, true, result);
}

bool gm_prom_range_delta(const gm_prom_window *w, double *result) {
    return extrapolated(w, false, result);
}

bool gm_prom_range_irate(const gm_prom_window *w, double *result) {
    if (w->n < 2) return false;
    double last = w->value[w->n - 1], before = w->value[w->n - 2];
    *result = (last < before ? last : last - before) / ((double)(w->t_ms[w->n - 1] - w->t_ms[w->n - 2]) / 1000);
    return true;
}

bool gm_prom_range_idelta(const gm_prom_window *w, double *result) {
    if (w->n < 2) return false;
    *result = w->value[w->n - 1] - w->value[w->n - 2];
    return true;
}

#define MANY 16 /* samples from which on a line is made of sums over the whole series */

/* --- the line --- */

/* A few samples are summed up anew, as Prometheus does it. */
static void line(const gm_prom_window *w, int64_t zero_ms, double *slope, double *intercept) {
    if (w->n >= MANY && w->sums &&
        gm_prom_sums_line(w->sums, w->t_ms - w->from, w->value - w->from, w->from, w->n, zero_ms, slope, intercept))
        return;
    compensated x = {0}, y = {0}, xy = {0}, xx = {0};
    bool constant = true;
    for (size_t i = 0; i < w->n; i++) {
        double seconds = (double)(w->t_ms[i] - zero_ms) / 1000;
        if (w->value[i] != w->value[0]) constant = false;
        add(&x, seconds);
        add(&y, w->value[i]);
        add(&xy, seconds * w->value[i]);
        add(&xx, seconds * seconds);
    }
    double n = (double)w->n;
    if (constant) {
        *slope = isinf(w->value[0]) ? NAN : 0;
        *intercept = isinf(w->value[0]) ? NAN : w->value[0];
        return;
    }
    double covariance = sum_of(&xy) - sum_of(&x) * sum_of(&y) / n, variance = sum_of(&xx) - sum_of(&x) * sum_of(&x) / n;
    *slope = covariance / variance;
    *intercept = sum_of(&y) / n - *slope * sum_of(&x) / n;
}

bool gm_prom_range_deriv(const gm_prom_window *w, double *result) {
    double intercept;
    if (w->n < 2) return false;
    line(w, w->t_ms[0], result, &intercept);
    return true;
}

bool gm_prom_range_predict_linear(const gm_prom_window *w, double *result) {
    double slope, intercept;
    if (w->n < 2) return false;
    line(w, w->at_ms, &slope, &intercept);
    *result = slope * w->argument + intercept;
    return true;
}

/* --- counts --- */

bool gm_prom_range_changes(const gm_prom_window *w, double *result) {
    *result = 0;
    for (size_t i = 1; i < w->n; i++)
        if (w->value[i] != w->value[i - 1] && !(isnan(w->value[i]) && isnan(w->value[i - 1]))) ++*result;
    return w->n > 0;
}

bool gm_prom_range_resets(const gm_prom_window *w, double *result) {
    *result = 0;
    for (size_t i = 1; i < w->n; i++)
        if (w->value[i] < w->value[i - 1]) ++*result;
    return w->n > 0;
}

/* --- over time --- */

bool gm_prom_range_sum_over_time(const gm_prom_window *w, double *result) {
    compensated sum = {0};
    for (size_t i = 0; i < w->n; i++) add(&sum, w->value[i]);
    *result = isinf(sum.sum) ? sum.sum : sum_of(&sum);
    return w->n > 0;
}

bool gm_prom_range_avg_over_time(const gm_prom_window *w, double *result) {
    if (!gm_prom_range_sum_over_time(w, result)) return false;
    *result /= (double)w->n;
    return true;
}

bool gm_prom_range_min_over_time(const gm_prom_window *w, double *result) {
    for (size_t i = 0; i < w->n; i++)
        if (i == 0 || w->value[i] < *result || isnan(*result)) *result = w->value[i];
    return w->n > 0;
}

bool gm_prom_range_max_over_time(const gm_prom_window *w, double *result) {
    for (size_t i = 0; i < w->n; i++)
        if (i == 0 || w->value[i] > *result || isnan(*result)) *result = w->value[i];
    return w->n > 0;
}

bool gm_prom_range_count_over_time(const gm_prom_window *w, double *result) {
    *result = (double)w->n;
    return w->n > 0;
}

bool gm_prom_range_last_over_time(const gm_prom_window *w, double *result) {
    if (w->n) *result = w->value[w->n - 1];
    return w->n > 0;
}

bool gm_prom_range_present_over_time(const gm_prom_window *w, double *result) {
    *result = 1;
    return w->n > 0;
}

bool gm_prom_range_stdvar_over_time(const gm_prom_window *w, double *result) {
    compensated mean = {0}, squares = {0};
    for (size_t i = 0; i < w->n; i++) {
        double delta = w->value[i] - sum_of(&mean);
        add(&mean, delta / (double)(i + 1));
        add(&squares, delta * (w->value[i] - sum_of(&mean)));
    }
    *result = sum_of(&squares) / (double)w->n;
    return w->n > 0;
}

bool gm_prom_range_stddev_over_time(const gm_prom_window *w, double *result) {
    bool ok = gm_prom_range_stdvar_over_time(w, result);
    *result = sqrt(*result);
    return ok;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    if (isnan(x) || isnan(y)) return (isnan(y) != 0) - (isnan(x) != 0); /* NaN first */
    return (x > y) - (x < y);
}

double gm_prom_quantile(double q, double *values, size_t n) {
    if (n == 0 || isnan(q)) return NAN;
    if (q < 0) return -INFINITY;
    if (q > 1) return INFINITY;
    qsort(values, n, sizeof(*values), by_size);
    double rank = q * (double)(n - 1), below = fmax(0, floor(rank)), weight = rank - floor(rank);
    size_t low = (size_t)below, high = low + 1 < n ? low + 1 : n - 1;
    return values[low] * (1 - weight) + values[high] * weight;
}

bool gm_prom_range_quantile_over_time(const gm_prom_window *w, double *result) {
    double *copy = w->n ? malloc(w->n * sizeof(*copy)) : NULL;
    if (!copy) return false;
    memcpy(copy, w->value, w->n * sizeof(*copy));
    *result = gm_prom_quantile(w->argument, copy, w->n);
    free(copy);
    return true;
}
