/* UTF-16 to UTF-8, piece by piece, wherever the pieces are cut.
 *
 * Used by decoded.c before the bids: PowerShell's redirection writes UTF-16 with a byte order mark, so captures
 * made on a Windows desk arrive like this. https://www.unicode.org/versions/latest/ chapter 3.9, D91 and D92;
 * halves of pairs become U+FFFD as recommended there. */
#include "importer/text/utf16.h"

#define GM_REPLACEMENT 0xFFFDu

static char *put(char *out, uint32_t c) {
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    if (c < 0x800) {
        *out++ = (char)(0xC0 | c >> 6);
    } else {
        if (c < 0x10000) {
            *out++ = (char)(0xE0 | c >> 12);
        } else {
            *out++ = (char)(0xF0 | c >> 18);
            *out++ = (char)(0x80 | (c >> 12 & 0x3F));
        }
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (c & 0x3F));
    return out;
}

static char *put_unit(gm_utf16 *state, uint16_t unit, char *out) {
    if (unit >= 0xDC00 && unit <= 0xDFFF) {
        uint32_t c = GM_REPLACEMENT;
        if (state->high) c = 0x10000 + ((uint32_t)(state->high - 0xD800) << 10) + (unit - 0xDC00u);
        state->high = 0;
        return put(out, c);
    }
    if (state->high) out = put(out, GM_REPLACEMENT);
    state->high = 0;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        state->high = unit;
        return out;
    }
    return put(out, unit);
}

size_t gm_utf16_decode(gm_utf16 *state, gm_span in, char *out) {
    char *at = out;
    for (size_t i = 0; i < in.len; i++) {
        unsigned char byte = (unsigned char)in.data[i];
        if (!state->has_odd) {
            state->odd = byte;
            state->has_odd = true;
            continue;
        }
        state->has_odd = false;
        uint16_t unit = (uint16_t)(state->big_endian ? state->odd << 8 | byte : byte << 8 | state->odd);
        at = put_unit(state, unit, at);
    }
    return (size_t)(at - out);
}
