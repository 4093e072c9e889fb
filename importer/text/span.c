/* Spans: trimming, searching, cutting and integers, all without copying.
 *
 * Comes before every parser of text: lines.c and the formats hand their bytes to these functions. A "take"
 * works on a copy of *rest and writes it back only when it succeeds, so that a failed attempt costs nothing.
 * Decimal integers follow the plain C grammar (digits, '-' in front); what does not fit is refused, never
 * clamped. */
#include "importer/text/span.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

gm_span gm_span_trim_front(gm_span s) {
    size_t n = 0;
    while (n < s.len && is_blank(s.data[n])) n++;
    return gm_span_from(s, n);
}

gm_span gm_span_trim(gm_span s) {
    s = gm_span_trim_front(s);
    while (s.len > 0 && is_blank(s.data[s.len - 1])) s.len--;
    return s;
}

ptrdiff_t gm_span_find(gm_span s, gm_span needle) {
    if (needle.len == 0) return 0;
    if (needle.len > s.len) return -1;
    const char *found = memmem(s.data, s.len, needle.data, needle.len);
    return found ? found - s.data : -1;
}

bool gm_span_cut(gm_span *rest, char separator, gm_span *part) {
    /* the last part leaves a span without address: that is how "once, then false" is remembered */
    if (!rest->data) return false;
    ptrdiff_t at = gm_span_find_byte(*rest, separator);
    if (at < 0) {
        *part = *rest;
        *rest = (gm_span){NULL, 0};
        return true;
    }
    *part = gm_span_first(*rest, (size_t)at);
    *rest = gm_span_from(*rest, (size_t)at + 1);
    return true;
}

bool gm_span_word(gm_span *rest, gm_span *word) {
    gm_span s = *rest;
    size_t begin = 0;
    while (begin < s.len && (s.data[begin] == ' ' || s.data[begin] == '\t')) begin++;
    size_t end = begin;
    while (end < s.len && s.data[end] != ' ' && s.data[end] != '\t') end++;
    if (end == begin) return false;
    *word = gm_span_from(gm_span_first(s, end), begin);
    *rest = gm_span_from(s, end);
    return true;
}

bool gm_span_take_uint(gm_span *rest, uint64_t *value) {
    uint64_t sum = 0;
    size_t i = 0;
    for (; i < rest->len && rest->data[i] >= '0' && rest->data[i] <= '9'; i++) {
        uint64_t digit = (uint64_t)(rest->data[i] - '0');
        if (__builtin_mul_overflow(sum, 10, &sum) || __builtin_add_overflow(sum, digit, &sum)) return false;
    }
    if (i == 0) return false;
    *value = sum;
    *rest = gm_span_from(*rest, i);
    return true;
}

bool gm_span_take_int(gm_span *rest, int64_t *value) {
    gm_span s = *rest;
    uint64_t size;
    bool negative = gm_span_take_byte(&s, '-');
    if (!gm_span_take_uint(&s, &size)) return false;
    if (size > (uint64_t)INT64_MAX + (negative ? 1 : 0)) return false;
    /* negating in uint64 keeps INT64_MIN defined */
    *value = (int64_t)(negative ? 0 - size : size);
    *rest = s;
    return true;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool gm_span_take_hex(gm_span *rest, uint64_t *value) {
    uint64_t sum = 0;
    size_t i = 0;
    for (; i < rest->len && hex_digit(rest->data[i]) >= 0; i++) {
        if (sum >> 60) return false;
        sum = sum << 4 | (uint64_t)hex_digit(rest->data[i]);
    }
    if (i == 0) return false;
    *value = sum;
    *rest = gm_span_from(*rest, i);
    return true;
}

bool gm_span_int(gm_span s, int64_t *value) {
    int64_t number;
    if (!gm_span_take_int(&s, &number) || s.len > 0) return false;
    *value = number;
    return true;
}
