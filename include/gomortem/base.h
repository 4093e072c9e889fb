/* Words that every layer shares: status codes, spans of bytes, the unknown value.
 *
 * Plain C, no library. Times are int64 nanoseconds since 1970-01-01 UTC, sizes are int64 bytes. What is not
 * known is GM_UNKNOWN in memory and NULL in the database; it is never 0. */
#ifndef GOMORTEM_BASE_H
#define GOMORTEM_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define GM_UNKNOWN  INT64_MIN
#define GM_NS_PER_S INT64_C(1000000000)

/* What a parser or an emit function answers. GM_FATAL means that the database or the disk failed and that
 * nothing further makes sense; everything that is wrong with the input is a diagnostic instead. */
typedef enum {
    GM_OK = 0,
    GM_END,     /* nothing more to read */
    GM_DAMAGED, /* this member cannot be read further; a diagnostic says why */
    GM_FATAL,
} gm_status;

/* Bytes that somebody else owns. Not terminated, may hold NUL and invalid UTF-8. */
typedef struct {
    const char *data;
    size_t len;
} gm_span;

#define GM_SPAN(literal) ((gm_span){"" literal, sizeof(literal) - 1})

static inline gm_span gm_span_of(const char *text) {
    return (gm_span){text, text ? strlen(text) : 0};
}

static inline bool gm_span_equal(gm_span a, gm_span b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

typedef enum { GM_SEVERITY_INFO, GM_SEVERITY_WARNING, GM_SEVERITY_ERROR } gm_diag_severity;

#endif
