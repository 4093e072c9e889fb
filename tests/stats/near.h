/* Comparison of doubles for the statistics tests; NaN equals NaN. */
#ifndef GM_TEST_STATS_NEAR_H
#define GM_TEST_STATS_NEAR_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static inline void near_relative(double got, double want, double tolerance, const char *what) {
    if (isnan(want) ? isnan(got) : fabs(got - want) <= tolerance * fmax(fabs(want), 1e-9)) return;
    fail_msg("%s: got %.17g, want %.17g", what, got, want);
}

static inline void near(double got, double want, const char *what) {
    near_relative(got, want, 1e-9, what);
}

#endif
