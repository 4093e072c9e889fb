/* CRC-32C, which guards every part of a TSDB, and the numbers in its file names.
 *
 * Comes under all tsdb_* formats. Eight bytes a step through eight tables, which are computed at their first
 * use. https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 has test vectors. */
#include "importer/tsdb/bytes.h"

#include <threads.h>

#include "importer/text/span.h"

#define POLYNOMIAL UINT32_C(0x82f63b78)

static uint32_t tables[8][256];
static once_flag tables_made = ONCE_FLAG_INIT;

static void make_tables(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
        tables[0][byte] = crc;
    }
    for (int table = 1; table < 8; table++)
        for (int byte = 0; byte < 256; byte++) {
            uint32_t before = tables[table - 1][byte];
            tables[table][byte] = before >> 8 ^ tables[0][before & 0xff];
        }
}

uint32_t gm_crc32c(uint32_t crc, const void *data, size_t len) {
    const unsigned char *at = data;
    call_once(&tables_made, make_tables);
    crc = ~crc;
    for (; len >= 8; len -= 8, at += 8) {
        uint32_t low = crc ^ (at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24);
        crc = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^ tables[5][low >> 16 & 0xff] ^ tables[4][low >> 24] ^
              tables[3][at[4]] ^ tables[2][at[5]] ^ tables[1][at[6]] ^ tables[0][at[7]];
    }
    for (; len > 0; len--, at++) crc = crc >> 8 ^ tables[0][(crc ^ *at) & 0xff];
    return ~crc;
}

bool gm_tsdb_number(gm_span path, int64_t *number) {
    gm_span rest = path, name = path;
    uint64_t value;
    while (gm_span_cut(&rest, '/', &name)) {
    }
    if (!gm_span_take_uint(&name, &value) || value > UINT32_MAX) return false;
    *number = (int64_t)value;
    return true;
}
