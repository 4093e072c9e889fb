/* Value axes: from the extent of what is shown to a range with room above it and round ticks. Bytes step by
 * powers of two, everything else by 1-2-5. Called by chart_pane.c (y) and chart_bars.c (x); gm_tick_text
 * words the ticks. The step is the smallest round one that keeps to the caller's number of ticks (P.
 * Heckbert, "Nice Numbers for Graph Labels", Graphics Gems, 1990). */
#include "chart_private.h"

#include <math.h>

#define LARGEST  1e100 /* keeps every difference and product finite */
#define SMALLEST 1e-12 /* an extent below this shows nothing but zero */

double gm_value_clamp(double value) {
    return CLAMP(value, -LARGEST, LARGEST);
}

static double binary_step(double least) {
    int exponent;
    double mantissa = frexp(least, &exponent); /* least = mantissa * 2^exponent, mantissa in [0.5, 1) */
    return fmax(1.0, mantissa == 0.5 ? least : ldexp(1.0, exponent));
}

static double decimal_step(double least) {
    static const double round[] = {1, 2, 5, 10};
    double power = pow(10.0, floor(log10(least)));
    for (size_t i = 0; i < G_N_ELEMENTS(round); i++) {
        if (round[i] * power >= least * (1 - 1e-9)) return round[i] * power;
    }
    return 10 * power;
}

/* lo and hi are widened to include 0; an extent of nothing becomes 0..1. */
gm_scale gm_scale_fit(gm_chart_unit unit, double lo, double hi, int max_ticks) {
    gm_scale scale = {.lo = fmin(0.0, gm_value_clamp(lo)), .hi = fmax(0.0, gm_value_clamp(hi)), .unit = unit};
    if (!(scale.hi - scale.lo > SMALLEST)) scale.hi = 1;
    double least = (scale.hi - scale.lo) / (max_ticks > 1 ? max_ticks : 1);
    scale.step = unit == GM_UNIT_BYTES ? binary_step(least) : decimal_step(least);
    return scale;
}

double gm_scale_at(const gm_scale *scale, double value) {
    return CLAMP((value - scale->lo) / (scale->hi - scale->lo), 0.0, 1.0);
}

int gm_scale_first(const gm_scale *scale) {
    return (int)ceil(scale->lo / scale->step - 1e-9);
}

int gm_scale_last(const gm_scale *scale) {
    return (int)floor(scale->hi / scale->step + 1e-9);
}
