/* UTF-16 to UTF-8, piece by piece. */
#ifndef GM_IMPORTER_TEXT_UTF16_H
#define GM_IMPORTER_TEXT_UTF16_H

#include "gomortem/base.h"

typedef struct {
    bool big_endian;
    bool has_odd; /* a unit was cut between its bytes */
    unsigned char odd;
    uint16_t high; /* a high surrogate that waits for its other half, or 0 */
} gm_utf16;

/* One unit becomes at most 3 bytes, and a waiting surrogate before it 3 more. */
#define GM_UTF16_OUT(bytes) (((bytes) / 2 + 2) * 3)

/* Converts all of in into out, which has room for GM_UTF16_OUT(in.len) bytes; answers how many were written.
 * Halves of surrogate pairs become U+FFFD. */
size_t gm_utf16_decode(gm_utf16 *state, gm_span in, char *out);

#endif
