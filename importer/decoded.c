/* Takes the byte order mark off a text, and makes UTF-8 of UTF-16, so that no format has to.
 *
 * Comes where compressions are taken off, before the bids: whatever PowerShell's redirection or a Windows editor
 * saved looks to the formats like what the program wrote. Offsets in diagnostics are those of the UTF-8.
 * https://www.unicode.org/faq/utf_bom.html */
#include "importer/decoded.h"

#include "importer/text/span.h"
#include "importer/text/utf16.h"

enum { PIECE = 16384 }; /* bytes of UTF-16 converted at a time */

typedef struct {
    gm_reader base;
    gm_utf16 utf16;
    bool wide;
    size_t mark; /* bytes of the mark that are still to come */
    gm_span raw; /* of UTF-16: what is left of the source's block */
    char text[GM_UTF16_OUT(PIECE)];
} decoded;

/* The next block of the source behind the mark. */
static gm_status next_raw(decoded *reader, gm_span *block) {
    gm_status status = GM_OK;
    do {
        status = gm_reader_next(reader->base.source, block);
        if (status != GM_OK) return status;
        size_t skip = MIN(reader->mark, block->len);
        reader->mark -= skip;
        *block = gm_span_from(*block, skip);
    } while (block->len == 0);
    return status;
}

static gm_status pull_decoded(gm_reader *base, gm_span *block) {
    decoded *reader = (decoded *)base;
    if (!reader->wide) return next_raw(reader, block);
    do {
        gm_status status = reader->raw.len > 0 ? GM_OK : next_raw(reader, &reader->raw);
        if (status != GM_OK) return status;
        gm_span piece = gm_span_first(reader->raw, PIECE);
        reader->raw = gm_span_from(reader->raw, piece.len);
        *block = (gm_span){reader->text, gm_utf16_decode(&reader->utf16, piece, reader->text)};
    } while (block->len == 0);
    return GM_OK;
}

gm_reader *gm_decoded_new(gm_reader *source, gm_packing packing) {
    decoded *reader = g_new0(decoded, 1);
    gm_reader_init(&reader->base, source->job, source);
    reader->base.pull = pull_decoded;
    reader->wide = packing != GM_PACKING_UTF8;
    reader->utf16.big_endian = packing == GM_PACKING_UTF16_BIG;
    reader->mark = reader->wide ? 2 : 3;
    return &reader->base;
}
