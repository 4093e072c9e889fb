/* Profiles of waiting for locks, as text: Go's mutex?debug=1 and block?debug=1, gperftools' contentionz.
 *
 * One of the forms of pprof_text.c. Attributes "cycles/second=N", then samples "cycles count @ addresses".
 * Times become nanoseconds, both values are multiplied with the sampling period, as pprof does it
 * (github.com/google/pprof, profile/legacy_profile.go). */
#include <math.h>

#include "importer/formats/pprof/names.h"
#include "importer/formats/pprof_text/text.h"
#include "importer/text/span.h"

static bool contention_begins(gm_span line) {
    return gm_span_starts(line, GM_SPAN("--- contention")) || gm_span_starts(line, GM_SPAN("--- mutex:")) ||
           gm_span_starts(line, GM_SPAN("--- block:"));
}

/* Go calls its block profile contention, C++ its only one contentionz. */
static gm_span kind_of(const gm_text_profile *profile, gm_span line) {
    if (gm_span_starts(line, GM_SPAN("--- mutex")) || gm_pprof_path_says(profile->member->path, "mutex"))
        return GM_SPAN("mutex");
    return gm_span_starts(line, GM_SPAN("--- contentionz")) ? GM_SPAN("contentions") : GM_SPAN("block");
}

static bool contention_begin(gm_text_profile *profile, gm_span line) {
    profile->kind = kind_of(profile, line);
    profile->value_types = "[\"contentions/count\",\"delay/nanoseconds\"]";
    profile->period = 1;
    profile->columns[GM_VALUE_COUNT] = true;
    return true;
}

static bool take_attribute(gm_text_profile *profile, gm_span line) {
    int64_t number;
    ptrdiff_t equals = gm_span_find_byte(line, '=');
    if (equals < 0 || !gm_span_int(gm_span_trim(gm_span_from(line, (size_t)equals + 1)), &number)) return false;
    gm_span key = gm_span_trim(gm_span_first(line, (size_t)equals));
    if (number < 0) return false;
    if (gm_span_equal(key, GM_SPAN("cycles/second"))) {
        profile->cycles_per_second = number;
        profile->columns[GM_VALUE_NANOSECONDS] = number > 0;
    } else if (gm_span_equal(key, GM_SPAN("sampling period"))) {
        profile->period = number;
    } else if (gm_span_equal(key, GM_SPAN("ms since reset"))) {
        if (__builtin_mul_overflow(number, INT64_C(1000000), &profile->duration_ns)) profile->duration_ns = GM_UNKNOWN;
    }
    return true;
}

static bool to_nanoseconds(const gm_text_profile *profile, int64_t cycles, int64_t *ns) {
    double factor = (double)(profile->period > 0 ? profile->period : 1);
    double value = (double)cycles * factor / ((double)profile->cycles_per_second / 1e9);
    if (!(value < 9.2e18)) return false;
    *ns = (int64_t)value;
    return true;
}

static bool contention_line(gm_text_profile *profile, gm_span line) {
    int64_t cycles, count, ns = GM_UNKNOWN;
    gm_span rest = line;
    if (gm_span_find_byte(line, '@') < 0) return take_attribute(profile, line);
    if (!gm_span_take_int(&rest, &cycles) || cycles < 0) return false;
    gm_text_skip_blanks(&rest);
    if (!gm_span_take_int(&rest, &count) || count < 0) return false;
    gm_text_skip_blanks(&rest);
    if (!gm_span_take_byte(&rest, '@')) return false;
    if (profile->period > 0 && __builtin_mul_overflow(count, profile->period, &count)) return false;
    if (profile->cycles_per_second > 0 && !to_nanoseconds(profile, cycles, &ns)) return false;
    if (!gm_text_sample_begin(profile, rest)) return false;
    profile->sample.values[GM_VALUE_COUNT] = count;
    profile->sample.values[GM_VALUE_NANOSECONDS] = ns;
    return true;
}

const gm_text_form gm_text_contention = {
    .begins = contention_begins, .begin = contention_begin, .line = contention_line, .bid = 93};
