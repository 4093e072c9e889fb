/* Text on its way into the database: SQLite stores TEXT as it is given, readers expect valid UTF-8 without
 * NUL.
 *
 * Comes between the emit functions' spans and sqlite3_bind_text. Nearly all text is plain ASCII, which is
 * found out eight bytes at a time. See The Unicode Standard, 3.9 (well-formed UTF-8). */
#include "importer/store/store_private.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)
#define LOW_BITS  UINT64_C(0x0101010101010101)

/* How many bytes from the front are ASCII and not NUL; counted in whole words, so it may stop early. */
static size_t plain_prefix(gm_span text) {
    size_t at = 0;
    uint64_t word;
    for (; text.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        if ((word | (word - LOW_BITS)) & HIGH_BITS) return at;
    }
    while (at < text.len && (signed char)text.data[at] > 0) at++;
    return at;
}

bool gm_text_valid(gm_span text) {
    size_t plain = plain_prefix(text);
    return plain == text.len || g_utf8_validate_len(text.data + plain, text.len - plain, NULL);
}

void gm_text_repair(GString *to, gm_span text) {
    const char *at = text.data, *end = text.data + text.len;
    while (at < end) {
        const char *bad;
        bool rest_is_valid = g_utf8_validate_len(at, (gsize)(end - at), &bad);
        g_string_append_len(to, at, bad - at);
        if (rest_is_valid) return;
        g_string_append(to, "\xef\xbf\xbd");
        at = bad + 1;
    }
}
