/* Times out of text: calendar arithmetic, RFC 3339 and its relatives, Unix times.
 *
 * Comes behind span.c; every parser's times pass here, time_words.c and time_name.c build on gm_time_civil
 * and gm_time_join. Impossible dates and times outside of int64 nanoseconds (1677..2262) are refused.
 * https://www.rfc-editor.org/rfc/rfc3339 ; calendar arithmetic in the proleptic Gregorian calendar after
 * H. Hinnant, https://howardhinnant.github.io/date_algorithms.html */
#include "importer/text/span.h"
#include "importer/text/time_parts.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static int days_of_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool gm_time_civil(int year, int month, int day, int64_t *day_number) {
    if (year < 1 || year > 9999 || month < 1 || month > 12) return false;
    if (day < 1 || day > days_of_month(year, month)) return false;
    /* years from March on: the leap day is the last one */
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400, year_of_era = y % 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    *day_number = (int64_t)era * 146097 + day_of_era - 719468;
    return true;
}

bool gm_time_join(const gm_time_parts *parts, int64_t *ns) {
    int64_t seconds, total;
    if (!gm_time_civil(parts->year, parts->month, parts->day, &seconds)) return false;
    /* 60 is a leap second, which Unix time counts as the first second of the next minute */
    if (parts->hour > 23 || parts->minute > 59 || parts->second > 60) return false;
    seconds = seconds * 86400 + parts->hour * 3600 + parts->minute * 60 + parts->second - parts->zone_s;
    /* the fraction is added last: near the lower end seconds * 1e9 alone would not fit */
    if (seconds < 0 && parts->fraction_ns > 0) {
        if (__builtin_mul_overflow(seconds + 1, GM_NS_PER_S, &total)) return false;
        if (__builtin_add_overflow(total, parts->fraction_ns - GM_NS_PER_S, &total)) return false;
    } else {
        if (__builtin_mul_overflow(seconds, GM_NS_PER_S, &total)) return false;
        if (__builtin_add_overflow(total, parts->fraction_ns, &total)) return false;
    }
    if (total == GM_UNKNOWN) return false;
    *ns = total;
    return true;
}

bool gm_time_take_digits(gm_span *rest, size_t count, int *value) {
    int sum = 0;
    if (rest->len < count) return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_digit(rest->data[i])) return false;
        sum = sum * 10 + (rest->data[i] - '0');
    }
    *value = sum;
    *rest = gm_span_from(*rest, count);
    return true;
}

void gm_time_take_fraction(gm_span *rest, int64_t *fraction_ns) {
    *fraction_ns = 0;
    if (rest->len < 2 || (rest->data[0] != '.' && rest->data[0] != ',') || !is_digit(rest->data[1])) return;
    enum { NS_DIGITS = 9 };
    int64_t ns = 0;
    size_t i = 1;
    for (; i <= NS_DIGITS && i < rest->len && is_digit(rest->data[i]); i++) ns = ns * 10 + (rest->data[i] - '0');
    for (size_t have = i; have <= NS_DIGITS; have++) ns *= 10;
    while (i < rest->len && is_digit(rest->data[i])) i++;
    *fraction_ns = ns;
    *rest = gm_span_from(*rest, i);
}

bool gm_time_take_clock(gm_span *rest, gm_time_parts *parts) {
    gm_span s = *rest;
    if (!gm_time_take_digits(&s, 2, &parts->hour) || !gm_span_take_byte(&s, ':')) return false;
    if (!gm_time_take_digits(&s, 2, &parts->minute) || !gm_span_take_byte(&s, ':')) return false;
    if (!gm_time_take_digits(&s, 2, &parts->second)) return false;
    if (s.len > 0 && is_digit(s.data[0])) return false;
    *rest = s;
    return true;
}

bool gm_time_take_offset(gm_span *rest, int *zone_s) {
    gm_span s = *rest;
    int hours, minutes;
    bool west = gm_span_take_byte(&s, '-');
    if (!west && !gm_span_take_byte(&s, '+')) return false;
    if (!gm_time_take_digits(&s, 2, &hours)) return false;
    gm_span_take_byte(&s, ':');
    if (!gm_time_take_digits(&s, 2, &minutes)) return false;
    if (hours > 23 || minutes > 59 || (s.len > 0 && is_digit(s.data[0]))) return false;
    *zone_s = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
    *rest = s;
    return true;
}

/* Z, +hh:mm, +hhmm; Go's time.String() and git put a blank before the offset. */
static bool take_zone(gm_span *rest, int *zone_s) {
    gm_span s = *rest;
    *zone_s = 0;
    if (gm_span_take_byte(rest, 'Z') || gm_span_take_byte(rest, 'z')) return true;
    if (gm_time_take_offset(rest, zone_s)) return true;
    if (!gm_span_take_byte(&s, ' ') || !gm_time_take_offset(&s, zone_s)) return false;
    *rest = s;
    return true;
}

bool gm_time_take_rfc3339(gm_span *rest, int64_t *ns, bool *has_zone) {
    gm_time_parts parts = {0};
    gm_span s = *rest;
    if (!gm_time_take_digits(&s, 4, &parts.year) || !gm_span_take_byte(&s, '-')) return false;
    if (!gm_time_take_digits(&s, 2, &parts.month) || !gm_span_take_byte(&s, '-')) return false;
    if (!gm_time_take_digits(&s, 2, &parts.day)) return false;
    if (!gm_span_take_byte(&s, 'T') && !gm_span_take_byte(&s, ' ') && !gm_span_take_byte(&s, 't')) return false;
    if (!gm_time_take_clock(&s, &parts)) return false;
    gm_time_take_fraction(&s, &parts.fraction_ns);
    bool zone = take_zone(&s, &parts.zone_s);
    if (!gm_time_join(&parts, ns)) return false;
    *has_zone = zone;
    *rest = s;
    return true;
}

bool gm_time_rfc3339(gm_span s, int64_t *ns) {
    bool has_zone;
    int64_t time;
    if (!gm_time_take_rfc3339(&s, &time, &has_zone) || s.len > 0) return false;
    *ns = time;
    return true;
}

bool gm_time_digits(gm_span s, int64_t *ns) {
    int64_t number, unit, time;
    switch (s.len) {
    case 10: unit = GM_NS_PER_S; break;
    case 13: unit = 1000000; break;
    case 16: unit = 1000; break;
    case 19: unit = 1; break;
    default: return false;
    }
    if (!is_digit(s.data[0]) || !gm_span_int(s, &number)) return false;
    if (__builtin_mul_overflow(number, unit, &time)) return false;
    *ns = time;
    return true;
}

/* A decimal number of seconds: its significant digits as an integer, as many as int64 nanoseconds can hold. */
enum { SECOND_DIGITS = 19 };

typedef struct {
    uint64_t digits;
    int count;     /* of digits, leading zeros not counted */
    int64_t point; /* the decimal point stands behind this many digits */
    bool any;
} gm_seconds;

static void take_seconds_digits(gm_span *s, gm_seconds *d, bool fraction) {
    size_t i = 0;
    uint64_t digits = d->digits;
    int count = d->count;
    if (count == 0)
        while (i < s->len && s->data[i] == '0') i++;
    size_t zeros = i;
    for (; i < s->len && is_digit(s->data[i]); i++) {
        if (count == SECOND_DIGITS) continue;
        digits = digits * 10 + (uint64_t)(s->data[i] - '0');
        count++;
    }
    d->any = d->any || i > 0;
    d->digits = digits;
    d->count = count;
    d->point += fraction ? -(int64_t)zeros : (int64_t)(i - zeros);
    *s = gm_span_from(*s, i);
}

/* What is smaller than a nanosecond is cut off. */
static bool seconds_value(const gm_seconds *d, int64_t *ns) {
    uint64_t value = d->digits;
    int64_t wanted = d->point + 9; /* digits of the result */
    if (d->count > 0 && wanted > SECOND_DIGITS) return false;
    for (int64_t have = d->count; have > wanted && value > 0; have--) value /= 10;
    for (int64_t have = d->count; have < wanted && value > 0; have++) value *= 10;
    if (value > INT64_MAX) return false;
    *ns = (int64_t)value;
    return true;
}

bool gm_time_seconds(gm_span s, int64_t *ns) {
    gm_seconds d = {0};
    int64_t exponent, time;
    bool negative = gm_span_take_byte(&s, '-');
    take_seconds_digits(&s, &d, false);
    if (gm_span_take_byte(&s, '.')) take_seconds_digits(&s, &d, true);
    if (d.any && (gm_span_take_byte(&s, 'e') || gm_span_take_byte(&s, 'E'))) {
        gm_span_take_byte(&s, '+');
        if (!gm_span_take_int(&s, &exponent) || exponent > 1000 || exponent < -1000) return false;
        d.point += exponent;
    }
    if (!d.any || s.len > 0 || !seconds_value(&d, &time)) return false;
    *ns = negative ? -time : time;
    return true;
}
