/* PromQL functions that turn one number into another. https://prometheus.io/docs/prometheus/latest/querying/functions/
 */
#include "analyzer/replay/functions.h"

#include <math.h>

double gm_prom_math_abs(double value, const double *unused) {
    (void)unused;
    return fabs(value);
}

double gm_prom_math_ceil(double value, const double *unused) {
    (void)unused;
    return ceil(value);
}

double gm_prom_math_floor(double value, const double *unused) {
    (void)unused;
    return floor(value);
}

double gm_prom_math_exp(double value, const double *unused) {
    (void)unused;
    return exp(value);
}

double gm_prom_math_ln(double value, const double *unused) {
    (void)unused;
    return log(value);
}

double gm_prom_math_log2(double value, const double *unused) {
    (void)unused;
    return log2(value);
}

double gm_prom_math_log10(double value, const double *unused) {
    (void)unused;
    return log10(value);
}

double gm_prom_math_sqrt(double value, const double *unused) {
    (void)unused;
    return sqrt(value);
}

double gm_prom_math_sgn(double value, const double *unused) {
    (void)unused;
    return value < 0 ? -1 : value > 0 ? 1 : value;
}

/* To the nearest multiple, halves upwards; the inverse is used so that 0.1 rounds as Prometheus does. */
double gm_prom_math_round(double value, const double *arguments) {
    double inverse = 1 / (isnan(arguments[0]) ? 1 : arguments[0]);
    return floor(value * inverse + 0.5) / inverse;
}

/* Unlike fmin and fmax, Go's keep a NaN. */
double gm_prom_math_clamp_max(double value, const double *arguments) {
    return isnan(value) || isnan(arguments[0]) ? NAN : fmin(value, arguments[0]);
}

double gm_prom_math_clamp_min(double value, const double *arguments) {
    return isnan(value) || isnan(arguments[0]) ? NAN : fmax(value, arguments[0]);
}

double gm_prom_math_clamp(double value, const double *arguments) {
    return isnan(value) || isnan(arguments[0]) || isnan(arguments[1]) ? NAN
                                                                      : fmax(arguments[0], fmin(arguments[1], value));
}
