/* Base64 in both alphabets, as annotations carry it: wrapped, padded or not, behind a data: prefix.
 *
 * Comes before importer/embedded.c, which looks for profiles in texts. https://www.rfc-editor.org/rfc/rfc4648
 */
#include "importer/text/base64.h"

#include "importer/text/span.h"

static int digit_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

static bool is_filler(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '=';
}

bool gm_base64_decode(gm_arena *arena, gm_span text, gm_span *bytes) {
    uint32_t bits = 0;
    int filled = 0;
    size_t len = 0;
    unsigned char *out = gm_arena_alloc(arena, text.len / 4 * 3 + 3);
    if (!out) return false;
    for (size_t i = 0; i < text.len; i++) {
        int digit = digit_of(text.data[i]);
        if (digit < 0 && is_filler(text.data[i])) continue;
        if (digit < 0) return false;
        bits = bits << 6 | (uint32_t)digit;
        filled += 6;
        if (filled < 8) continue;
        filled -= 8;
        out[len++] = (unsigned char)(bits >> filled);
    }
    *bytes = (gm_span){(const char *)out, len};
    return len > 0;
}
