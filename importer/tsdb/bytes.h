/* Reading the integers of TSDB files from bytes in memory, and the checksum over them.
 *
 * Numbers are big endian or base 128 varints (LEB128, signed ones in zigzag). A read beyond the end yields 0
 * and sets bad; the caller looks once, at the end. */
#ifndef GM_IMPORTER_TSDB_BYTES_H
#define GM_IMPORTER_TSDB_BYTES_H

#include "gomortem/base.h"

typedef struct {
    const unsigned char *at, *end;
    bool bad;
} gm_bytes;

static inline gm_bytes gm_bytes_of(gm_span span) {
    const unsigned char *at = (const unsigned char *)(span.len > 0 ? span.data : ""); /* no arithmetic with NULL */
    return (gm_bytes){at, at + span.len, false};
}

static inline size_t gm_bytes_left(const gm_bytes *bytes) {
    return (size_t)(bytes->end - bytes->at);
}

static inline gm_span gm_bytes_take(gm_bytes *bytes, uint64_t n) {
    if (n > gm_bytes_left(bytes)) {
        bytes->bad = true;
        return (gm_span){"", 0};
    }
    gm_span taken = {(const char *)bytes->at, (size_t)n};
    bytes->at += n;
    return taken;
}

/* n <= 8 bytes, big endian. */
static inline uint64_t gm_bytes_fixed(gm_bytes *bytes, int n) {
    gm_span taken = gm_bytes_take(bytes, (uint64_t)n);
    uint64_t value = 0;
    for (size_t i = 0; i < taken.len; i++) value = value << 8 | (unsigned char)taken.data[i];
    return value;
}

static inline uint64_t gm_bytes_uvarint(gm_bytes *bytes) {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && bytes->at < bytes->end; shift += 7) {
        unsigned char byte = *bytes->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
    }
    bytes->bad = true;
    return 0;
}

static inline int64_t gm_zigzag(uint64_t value) {
    return (int64_t)(value >> 1 ^ (~(value & 1) + 1));
}

static inline int64_t gm_bytes_varint(gm_bytes *bytes) {
    return gm_zigzag(gm_bytes_uvarint(bytes));
}

/* Sums of times and references wrap, as they do where they were written. */
static inline int64_t gm_wrap_add(int64_t a, int64_t b) {
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

/* CRC-32C (Castagnoli); crc is 0 at the beginning or what came out for the bytes before. */
uint32_t gm_crc32c(uint32_t crc, const void *data, size_t len);

/* "names" of a TSDB directory: the file's number, false when its name does not begin with digits. */
bool gm_tsdb_number(gm_span path, int64_t *number);

#endif
