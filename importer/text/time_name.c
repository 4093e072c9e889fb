/* Times in file and directory names, in all the forms that tools and people put there.
 *
 * Comes behind time.c; the bundle asks for every member, whose content often has no time of its own. Names
 * are full of digits that are no times (versions, hashes, sequence numbers), so only years 2000..2100 with a
 * full time of day count, with no digit next to them; the last one in a name wins, and calendar forms win
 * over bare Unix digits and ULIDs (https://github.com/ulid/spec). Most names do not tell their zone: UTC is
 * assumed then. */
#include "importer/text/span.h"
#include "importer/text/time_parts.h"

#define GM_NAME_YEAR_MIN 2000
#define GM_NAME_YEAR_MAX 2100

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool plausible(int64_t ns) {
    int64_t first = 0, end = 0;
    gm_time_civil(GM_NAME_YEAR_MIN, 1, 1, &first);
    gm_time_civil(GM_NAME_YEAR_MAX + 1, 1, 1, &end);
    int64_t day = ns / GM_NS_PER_S / 86400;
    return day >= first && day < end;
}

/* 20060102 or 2006-01-02, 2006_01_02, 2006.01.02 */
static bool take_date(gm_span *rest, gm_time_parts *parts) {
    gm_span s = *rest;
    char separator = 0;
    if (!gm_time_take_digits(&s, 4, &parts->year)) return false;
    if (s.len > 0 && (s.data[0] == '-' || s.data[0] == '_' || s.data[0] == '.')) separator = s.data[0];
    if (separator) gm_span_take_byte(&s, separator);
    if (!gm_time_take_digits(&s, 2, &parts->month)) return false;
    if (separator && !gm_span_take_byte(&s, separator)) return false;
    if (!gm_time_take_digits(&s, 2, &parts->day)) return false;
    *rest = s;
    return true;
}

/* 150405 or 15:04:05, 15_04_05, 15-04-05, 15.04.05 */
static bool take_clock(gm_span *rest, gm_time_parts *parts) {
    gm_span s = *rest;
    char separator = 0;
    if (!gm_time_take_digits(&s, 2, &parts->hour)) return false;
    if (s.len > 0 && !is_digit(s.data[0])) separator = s.data[0];
    if (separator && !memchr(":_-.", separator, 4)) return false;
    if (separator) gm_span_take_byte(&s, separator);
    if (!gm_time_take_digits(&s, 2, &parts->minute)) return false;
    if (separator && !gm_span_take_byte(&s, separator)) return false;
    if (!gm_time_take_digits(&s, 2, &parts->second)) return false;
    if (s.len > 0 && is_digit(s.data[0])) return false;
    *rest = s;
    return true;
}

/* Three, six or nine digits behind the point: other numbers there are sequence numbers and extensions. */
static void take_fraction(gm_span *rest, gm_time_parts *parts) {
    gm_span s = *rest;
    int64_t fraction;
    gm_time_take_fraction(&s, &fraction);
    size_t taken = rest->len - s.len;
    if (taken != 4 && taken != 7 && taken != 10) return;
    parts->fraction_ns = fraction;
    *rest = s;
}

/* "Z", "+0100", "-05:00", ".UTC". A bare "-0500" is more likely the next part of the name. */
static void take_zone(gm_span *rest, gm_time_parts *parts) {
    gm_span s = *rest;
    int zone_s;
    if (s.len >= 6 && s.data[0] == '-' && s.data[3] != ':') return;
    if (gm_time_take_offset(&s, &zone_s)) {
        parts->zone_s = zone_s;
        return;
    }
    if (!gm_span_take_byte(&s, '.') && !gm_span_take_byte(&s, '_')) return;
    if (gm_time_take_zone_name(&s, &zone_s) && (s.len == 0 || !is_alnum(s.data[0]))) parts->zone_s = zone_s;
}

/* Go's pseudo-versions (v0.0.0-20060102150405-abcdef123456) end like this: the time of a commit, of a
 * library. */
static bool is_commit(gm_span behind) {
    size_t n = 0;
    if (!gm_span_take_byte(&behind, '-')) return false;
    while (n < behind.len && is_hex(behind.data[n])) n++;
    return n == 12 && (n == behind.len || !is_alnum(behind.data[n]));
}

/* A calendar time at the beginning of s. */
static bool calendar_at(gm_span s, int64_t *ns) {
    gm_time_parts parts = {0};
    if (!take_date(&s, &parts) || parts.year < GM_NAME_YEAR_MIN || parts.year > GM_NAME_YEAR_MAX) return false;
    bool separated = s.len > 0 && !is_digit(s.data[0]);
    if (separated && !memchr("T_- t.", s.data[0], 6)) return false;
    if (separated) s = gm_span_from(s, 1);
    if (!take_clock(&s, &parts)) return false;
    if (!separated && is_commit(s)) return false;
    take_fraction(&s, &parts);
    take_zone(&s, &parts);
    return gm_time_join(&parts, ns);
}

static bool find_calendar(gm_span name, int64_t *ns) {
    bool found = false;
    for (size_t i = 0; i < name.len; i++) {
        if (!is_digit(name.data[i]) || (i > 0 && is_digit(name.data[i - 1]))) continue;
        if (calendar_at(gm_span_from(name, i), ns)) found = true;
    }
    return found;
}

/* A run of letters and digits that is nothing but digits: hashes are not. */
static bool unix_word(gm_span word, int64_t *ns) {
    int64_t value;
    for (size_t i = 0; i < word.len; i++)
        if (!is_digit(word.data[i])) return false;
    if (!gm_time_digits(word, &value) || !plausible(value)) return false;
    *ns = value;
    return true;
}

/* 26 digits of Crockford's base 32, the first ten are ms since the epoch. */
static bool ulid_word(gm_span word, int64_t *ns) {
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    int64_t ms = 0, value;
    if (word.len != 26) return false;
    for (size_t i = 0; i < word.len; i++) {
        const char *digit = memchr(digits, word.data[i], 32);
        if (!digit) return false;
        if (i < 10) ms = ms << 5 | (digit - digits);
    }
    if (__builtin_mul_overflow(ms, 1000000, &value) || !plausible(value)) return false;
    *ns = value;
    return true;
}

static bool find_word(gm_span name, int64_t *ns) {
    bool found = false;
    for (size_t begin = 0, end; begin < name.len; begin = end + 1) {
        for (end = begin; end < name.len && is_alnum(name.data[end]);) end++;
        gm_span word = gm_span_first(gm_span_from(name, begin), end - begin);
        if (unix_word(word, ns) || ulid_word(word, ns)) found = true;
    }
    return found;
}

bool gm_time_in_name(gm_span name, int64_t *ns) {
    /* the digits are random in this one */
    if (gm_span_starts(name, GM_SPAN("must-gather.local."))) return false;
    return find_calendar(name, ns) || find_word(name, ns);
}

bool gm_time_in_path(gm_span path, int64_t *ns, const char **source) {
    const char *what = "name";
    while (path.len > 0) {
        size_t slash = path.len;
        while (slash > 0 && path.data[slash - 1] != '/') slash--;
        if (gm_time_in_name(gm_span_from(path, slash), ns)) {
            *source = what;
            return true;
        }
        path = gm_span_first(path, slash > 0 ? slash - 1 : 0);
        what = "directory";
    }
    return false;
}
