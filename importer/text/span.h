/* Reading text without copying it: spans, numbers, times. For parsers of untrusted bytes: plain C, no locale.
 *
 * "take" functions consume from the front of *rest and leave it untouched when they answer false. "of"
 * functions read a whole span. Overflow, empty input and trailing junk answer false. */
#ifndef GM_IMPORTER_TEXT_SPAN_H
#define GM_IMPORTER_TEXT_SPAN_H

#include "gomortem/base.h"

/* --- cutting: a few instructions each, so they are compiled into their callers --- */
static inline gm_span gm_span_from(gm_span s, size_t offset) { /* the rest behind offset, empty when beyond */
    if (offset > s.len) offset = s.len;
    if (offset == 0) return s; /* an empty span may have no address to add to */
    return (gm_span){s.data + offset, s.len - offset};
}

static inline gm_span gm_span_first(gm_span s, size_t len) { /* at most len bytes */
    if (s.len > len) s.len = len;
    return s;
}

static inline bool gm_span_starts(gm_span s, gm_span prefix) {
    return s.len >= prefix.len && gm_span_equal(gm_span_first(s, prefix.len), prefix);
}

static inline bool gm_span_ends(gm_span s, gm_span suffix) {
    return s.len >= suffix.len && gm_span_equal(gm_span_from(s, s.len - suffix.len), suffix);
}

/* Position of byte, or -1. */
static inline ptrdiff_t gm_span_find_byte(gm_span s, char byte) {
    const char *found = s.len > 0 ? (const char *)memchr(s.data, (unsigned char)byte, s.len) : NULL;
    return found ? found - s.data : -1;
}

static inline bool gm_span_take(gm_span *rest, gm_span literal) {
    if (!gm_span_starts(*rest, literal)) return false;
    *rest = gm_span_from(*rest, literal.len);
    return true;
}

static inline bool gm_span_take_byte(gm_span *rest, char byte) {
    if (rest->len == 0 || rest->data[0] != byte) return false;
    *rest = gm_span_from(*rest, 1);
    return true;
}

/* --- searching, splitting --- */
gm_span gm_span_trim(gm_span s);                   /* blanks, tabs, CR, LF on both ends */
gm_span gm_span_trim_front(gm_span s);             /* the same at the beginning only */
ptrdiff_t gm_span_find(gm_span s, gm_span needle); /* position, or -1 */
/* Splits at the first separator: *part = before, *rest = behind. At the end the last part comes once, then
 * false. */
bool gm_span_cut(gm_span *rest, char separator, gm_span *part);
/* The next run of bytes that are not blank or tab; skips blanks before it. False at the end. */
bool gm_span_word(gm_span *rest, gm_span *word);

/* --- numbers --- */
bool gm_span_take_int(gm_span *rest, int64_t *value);    /* decimal, optional '-' */
bool gm_span_take_uint(gm_span *rest, uint64_t *value);  /* decimal */
bool gm_span_take_hex(gm_span *rest, uint64_t *value);   /* without 0x */
bool gm_span_take_decimal(gm_span *rest, double *value); /* digits[.digits], no sign, no exponent */

bool gm_span_int(gm_span s, int64_t *value);
bool gm_span_double(gm_span s, double *value); /* strtod's grammar in the C locale, NaN, +Inf, -Inf, 0x1p-2 */
/* 30Mi 5M 1Gi 1500m (1.5 bytes) 129e6 12kB 2.352MiB 128974848; K is k: 1000. No sign, no blanks. */
bool gm_span_bytes(gm_span s, double *bytes);

/* --- times, all to ns since the epoch --- */
/* Days since 1970-01-01 of the Gregorian calendar; years 1..9999, false for impossible dates. */
bool gm_time_civil(int year, int month, int day, int64_t *day_number);
/* RFC 3339 with any number of fraction digits (cut to ns), 'T' or blank between, ',' or '.' before the
 * fraction, zone Z or +hh:mm or +hhmm, also behind one blank; without a zone has_zone is false and UTC is
 * assumed. */
bool gm_time_take_rfc3339(gm_span *rest, int64_t *ns, bool *has_zone);
bool gm_time_rfc3339(gm_span s, int64_t *ns);
/* "Wed Jun 17 10:37:10 2020" (ctime; also what date prints: AM/PM, zone, day before month, year before clock;
 * a zone name of several meanings counts as UTC) and "Nov 15 06:46:39[.123]" (syslog; year as given). */
bool gm_time_take_ctime(gm_span *rest, int64_t *ns);
bool gm_time_take_syslog(gm_span *rest, int year, int64_t *ns);
/* Decimal seconds since the epoch (1795424362.272, 1.795424362e+09) exactly, without going through double;
 * what is smaller than a ns is cut off. */
bool gm_time_seconds(gm_span s, int64_t *ns);
/* Number of 10, 13, 16 or 19 digits: s, ms, us, ns since the epoch. */
bool gm_time_digits(gm_span s, int64_t *ns);
/* Any of the time forms that people put into file names (FORMATS: 20060102T150405Z, 20060102-150405,
 * 20060102150405, 2006-01-02T15:04:05Z, 2006-01-02T15_04_05, 2006-01-02 15_04_05, unix digits, ULIDs...).
 * Years 2000..2100 with a time of day; of several the last, calendar forms before digits; UTC unless a zone
 * is told. */
bool gm_time_in_name(gm_span name, int64_t *ns);
/* The same for a whole path: the file name first, then the directories from the inside out. *source: "name"
 * or "directory". */
bool gm_time_in_path(gm_span path, int64_t *ns, const char **source);

#endif
