/* Floating point numbers and byte quantities out of text, exact and without the user's locale.
 *
 * Comes behind span.c; every metric value and every Kubernetes quantity passes here. Numbers of up to 15
 * significant digits with a small power of ten are computed as one exact division or multiplication (W.
 * Clinger, "How to Read Floating Point Numbers Accurately", 1990); all others go to strtod in the C locale.
 * Suffixes: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ and the docker
 * CLI's units. */
#include "importer/text/span.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

/* The longest double in full (5e-324 has 767 significant digits behind 323 zeros) fits. */
#define GM_NUMBER_MAX   1200
#define GM_EXACT_DIGITS 15
#define GM_EXACT_POWER  22

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void c_locale_make(void) {
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static const double powers[GM_EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Whole span by strtod; the caller has checked that it begins like a number. */
static bool slow_double(gm_span s, double *value) {
    char text[GM_NUMBER_MAX + 1];
    pthread_once(&c_locale_once, c_locale_make);
    if (!c_locale || s.len == 0 || s.len > GM_NUMBER_MAX) return false;
    memcpy(text, s.data, s.len);
    text[s.len] = '\0';
    char *end;
    double number = strtod_l(text, &end, c_locale);
    if (end != text + s.len) return false;
    size_t sign = text[0] == '+' || text[0] == '-';
    if (isinf(number) && (is_digit(text[sign]) || text[sign] == '.')) return false; /* too large, not "Inf" */
    *value = number;
    return true;
}

typedef struct {
    uint64_t digits; /* significant digits as an integer, exact while count <= GM_EXACT_DIGITS */
    int count;       /* of significant digits, leading zeros not counted */
    int scale;       /* value = digits * 10^scale */
    bool any;
} gm_decimal;

static void take_digits(gm_span *s, gm_decimal *d, bool fraction) {
    size_t i = 0, len = s->len;
    const char *text = s->data;
    uint64_t digits = d->digits;
    int count = d->count;
    if (count == 0)
        while (i < len && text[i] == '0') i++;
    for (; count < GM_EXACT_DIGITS && i < len && is_digit(text[i]); i++, count++)
        digits = digits * 10 + (uint64_t)(text[i] - '0');
    if (i < len && is_digit(text[i])) count = GM_EXACT_DIGITS + 1; /* too many */
    while (i < len && is_digit(text[i])) i++;
    if (i == 0) return;
    d->any = true;
    d->digits = digits;
    /* so many digits, zeros too, are for the slow path, which has its own limit */
    d->count = i > GM_NUMBER_MAX ? GM_EXACT_DIGITS + 1 : count;
    if (fraction && i <= GM_NUMBER_MAX) d->scale = -(int)i;
    *s = gm_span_from(*s, i);
}

/* An exponent, if there is one: "e" without digits behind it belongs to somebody else. */
static void take_exponent(gm_span *s, gm_decimal *d) {
    gm_span t = *s;
    uint64_t power;
    if (!gm_span_take_byte(&t, 'e') && !gm_span_take_byte(&t, 'E')) return;
    bool negative = gm_span_take_byte(&t, '-');
    if (!negative) gm_span_take_byte(&t, '+');
    if (!gm_span_take_uint(&t, &power)) return;
    if (power > 100000) power = 100000; /* beyond any double; strtod decides what it becomes */
    d->scale += negative ? -(int)power : (int)power;
    *s = t;
}

/* text is the number as written, for the cases that are not exact in one step. */
static bool decimal_value(const gm_decimal *d, gm_span text, double *value) {
    if (!d->any) return false;
    if (d->count > GM_EXACT_DIGITS || d->scale < -GM_EXACT_POWER || d->scale > GM_EXACT_POWER)
        return slow_double(text, value);
    if (d->scale < 0) *value = (double)d->digits / powers[-d->scale];
    else *value = (double)d->digits * powers[d->scale];
    return true;
}

static gm_span before(gm_span all, gm_span rest) {
    return gm_span_first(all, all.len - rest.len);
}

bool gm_span_take_decimal(gm_span *rest, double *value) {
    gm_decimal d = {0};
    gm_span s = *rest;
    take_digits(&s, &d, false);
    if (!d.any) return false;
    if (s.len > 1 && s.data[0] == '.' && is_digit(s.data[1])) {
        gm_span_take_byte(&s, '.');
        take_digits(&s, &d, true);
    }
    if (!decimal_value(&d, before(*rest, s), value)) return false;
    *rest = s;
    return true;
}

/* digits[.digits][exponent], also ".5" and "5.", as strtod and Kubernetes have it. */
static bool take_float(gm_span *rest, double *value) {
    gm_decimal d = {0};
    gm_span s = *rest;
    take_digits(&s, &d, false);
    if (gm_span_take_byte(&s, '.')) take_digits(&s, &d, true);
    if (!d.any) return false;
    take_exponent(&s, &d);
    if (!decimal_value(&d, before(*rest, s), value)) return false;
    *rest = s;
    return true;
}

bool gm_span_double(gm_span s, double *value) {
    gm_span unsigned_part = s;
    bool negative = gm_span_take_byte(&unsigned_part, '-');
    if (!negative) gm_span_take_byte(&unsigned_part, '+');
    if (unsigned_part.len == 0) return false;
    char first = unsigned_part.data[0];
    double number;
    gm_span rest = unsigned_part;
    if (take_float(&rest, &number) && rest.len == 0) {
        *value = negative ? -number : number;
        return true;
    }
    /* strtod itself would skip blanks and take a second sign */
    if (!is_digit(first) && first != '.' && (first | 0x20) != 'n' && (first | 0x20) != 'i') return false;
    return slow_double(s, value);
}

/* 1 for no suffix, 0 for an unknown one. Decimal and binary multiples of Kubernetes, with docker's 'B'
 * behind. */
static double multiplier(gm_span s) {
    static const char prefixes[] = "kMGTPE";
    if (s.len == 0 || gm_span_equal(s, GM_SPAN("B"))) return 1;
    char letter = s.data[0] == 'K' ? 'k' : s.data[0];
    const char *found = memchr(prefixes, letter, sizeof(prefixes) - 1);
    if (!found) return 0;
    int power = (int)(found - prefixes) + 1;
    s = gm_span_from(s, 1);
    bool binary = gm_span_take_byte(&s, 'i');
    gm_span_take_byte(&s, 'B');
    if (s.len > 0) return 0;
    return binary ? ldexp(1, 10 * power) : powers[3 * power];
}

static double divisor(gm_span s) {
    if (gm_span_equal(s, GM_SPAN("m"))) return 1e3;
    if (gm_span_equal(s, GM_SPAN("u"))) return 1e6;
    if (gm_span_equal(s, GM_SPAN("n"))) return 1e9;
    return 0;
}

bool gm_span_bytes(gm_span s, double *bytes) {
    double number;
    if (!take_float(&s, &number)) return false;
    double down = divisor(s), up = multiplier(s);
    if (down == 0 && up == 0) return false;
    *bytes = down != 0 ? number / down : number * up;
    return isfinite(*bytes);
}
