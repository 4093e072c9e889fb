/* libFuzzer target for importer/text/{span,number,time,time_words,time_name}.c: all that reads one value from
 * text.
 *
 * Besides memory errors it checks the contracts: a refusal leaves everything untouched, what is consumed is a
 * beginning, doubles are what the C library makes of the same text. */
#include "importer/text/span.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define GM_UNTOUCHED INT64_C(0x5EED5EED5EED5EED)

static void require(bool holds) {
    if (!holds) abort();
}

/* The rest after a take: untouched when refused, else shorter and with the same end. */
static void check_rest(gm_span before, gm_span after, bool taken) {
    require(after.len <= before.len && (taken || after.len == before.len));
    require(after.data + after.len == before.data + before.len);
}

static void check_time(bool ok, int64_t ns) {
    require(ok ? ns != GM_UNKNOWN : ns == GM_UNTOUCHED);
}

static void check_takes(gm_span s) {
    gm_span rest = s;
    int64_t number = GM_UNTOUCHED;
    uint64_t size = (uint64_t)GM_UNTOUCHED;
    double decimal;
    bool ok = gm_span_take_int(&rest, &number);
    check_rest(s, rest, ok);
    require(ok || number == GM_UNTOUCHED);
    rest = s, ok = gm_span_take_uint(&rest, &size);
    check_rest(s, rest, ok);
    rest = s, ok = gm_span_take_hex(&rest, &size);
    check_rest(s, rest, ok);
    rest = s, ok = gm_span_take_decimal(&rest, &decimal);
    check_rest(s, rest, ok);
    require(!ok || (isfinite(decimal) && decimal >= 0));
}

static void check_doubles(gm_span s) {
    double value, expected;
    char text[2000], *end;
    if (gm_span_bytes(s, &value)) require(isfinite(value) && value >= 0);
    if (!gm_span_double(s, &value)) return;
    require(s.len > 0 && s.len < sizeof(text));
    memcpy(text, s.data, s.len);
    text[s.len] = '\0';
    expected = strtod(text, &end);
    require(end == text + s.len);
    require(isnan(value) ? isnan(expected) : memcmp(&value, &expected, sizeof(value)) == 0);
}

static void check_times(gm_span s) {
    gm_span rest = s;
    int64_t ns = GM_UNTOUCHED;
    bool zone, ok = gm_time_take_rfc3339(&rest, &ns, &zone);
    check_rest(s, rest, ok);
    check_time(ok, ns);
    rest = s, ns = GM_UNTOUCHED, ok = gm_time_take_ctime(&rest, &ns);
    check_rest(s, rest, ok);
    check_time(ok, ns);
    rest = s, ns = GM_UNTOUCHED, ok = gm_time_take_syslog(&rest, 2024, &ns);
    check_rest(s, rest, ok);
    check_time(ok, ns);
    ns = GM_UNTOUCHED, ok = gm_time_rfc3339(s, &ns), check_time(ok, ns);
    ns = GM_UNTOUCHED, ok = gm_time_seconds(s, &ns), check_time(ok, ns);
    ns = GM_UNTOUCHED, ok = gm_time_digits(s, &ns), check_time(ok, ns);
}

static void check_names(gm_span s) {
    int64_t ns = GM_UNTOUCHED, first, end;
    const char *source = NULL;
    bool ok = gm_time_in_name(s, &ns);
    check_time(ok, ns);
    ns = GM_UNTOUCHED, ok = gm_time_in_path(s, &ns, &source);
    check_time(ok, ns);
    require(ok == (source != NULL));
    gm_time_civil(2000, 1, 1, &first);
    gm_time_civil(2101, 1, 1, &end);
    /* a zone may push it over the year's end */
    if (ok) require(ns / GM_NS_PER_S / 86400 >= first - 1 && ns / GM_NS_PER_S / 86400 <= end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    gm_span s = {(const char *)data, size}, part, rest = s;
    check_takes(s);
    check_doubles(s);
    check_times(s);
    check_names(s);
    while (gm_span_cut(&rest, ' ', &part)) check_doubles(gm_span_trim(part));
    rest = s;
    while (gm_span_word(&rest, &part)) check_times(part);
    return 0;
}
