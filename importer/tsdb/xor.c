/* The samples of a float chunk: delta-of-delta times and XORed values, bit by bit.
 *
 * Comes behind samples.c, which has the chunk's bytes and their checksum. XOR is the Gorilla encoding with
 * Prometheus' own steps for times; XOR2 joins the controls of time and value, has a code for the stale marker
 * and may carry start times, which are passed over. The first samples' varints are read from the bit stream
 * too. https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/chunks.md */
#include "importer/tsdb/xor.h"

#include "importer/tsdb/bytes.h"

#define STALE_MARKER UINT64_C(0x7ff0000000000002)

/* --- bits --- */
static void refill(gm_xor *chunk) {
    if (chunk->end - chunk->at >= 8) {
        uint64_t word;
        memcpy(&word, chunk->at, sizeof word);
        chunk->bits |= __builtin_bswap64(word) >> chunk->valid;
        chunk->at += (63 - chunk->valid) >> 3;
        chunk->valid |= 56;
        return;
    }
    while (chunk->valid <= 56 && chunk->at < chunk->end) {
        chunk->bits |= (uint64_t)*chunk->at++ << (56 - chunk->valid);
        chunk->valid += 8;
    }
}

/* n in 1..56 */
static uint64_t take_few(gm_xor *chunk, int n) {
    if (chunk->valid < n) refill(chunk);
    if (chunk->valid < n) {
        chunk->bad = true;
        return 0;
    }
    uint64_t bits = chunk->bits >> (64 - n);
    chunk->bits <<= n;
    chunk->valid -= n;
    return bits;
}

/* n in 0..64 */
static uint64_t take(gm_xor *chunk, int n) {
    if (n == 0) return 0;
    if (n <= 56) return take_few(chunk, n);
    uint64_t high = take_few(chunk, n - 32);
    return high << 32 | take_few(chunk, 32);
}

/* How many ones stand before the next zero, at most most; the zero is taken too. */
static int take_ones(gm_xor *chunk, int most) {
    int n = 0;
    while (n < most && take_few(chunk, 1) == 1) n++;
    return n;
}

static uint64_t take_uvarint(gm_xor *chunk) {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        uint64_t byte = take_few(chunk, 8);
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return value;
    }
    chunk->bad = true;
    return 0;
}

/* An integer of 1 to 9 prefix bits and its value, of which nothing is needed. */
static void skip_varbit(gm_xor *chunk) {
    static const int widths[] = {0, 3, 6, 9, 12, 18, 25, 56, 64};
    take(chunk, widths[take_ones(chunk, 8)]);
}

/* --- values --- */
static void take_in_window(gm_xor *chunk) {
    int width = 64 - (int)chunk->leading - (int)chunk->trailing;
    chunk->value ^= take(chunk, width) << chunk->trailing;
}

static void take_new_window(gm_xor *chunk) {
    uint64_t both = take_few(chunk, 11);
    unsigned leading = (unsigned)(both >> 6), width = both & 0x3f;
    if (width == 0) width = 64;
    if (leading + width > 64) {
        chunk->bad = true;
        return;
    }
    chunk->leading = leading;
    chunk->trailing = 64 - leading - width;
    take_in_window(chunk);
}

/* "0" the same, "10" in the old window, "11" in a new one; XOR2 has "110" for that and "111" for stale. */
static void take_value(gm_xor *chunk) {
    switch (take_ones(chunk, chunk->second ? 3 : 2)) {
    case 0: break;
    case 1: take_in_window(chunk); break;
    case 2: take_new_window(chunk); break;
    default: chunk->stale = STALE_MARKER;
    }
}

/* --- times --- */
/* The largest value of n bits is positive in XOR: 2^(n-1) stands for itself there. */
static void take_dod(gm_xor *chunk, int n) {
    uint64_t bits = take(chunk, n), half = n < 64 ? UINT64_C(1) << (n - 1) : 0;
    if (n < 64 && (chunk->second ? bits >= half : bits > half)) bits -= half << 1;
    chunk->delta += bits;
}

static void next_xor(gm_xor *chunk) {
    static const int widths[] = {0, 14, 17, 20, 64};
    int width = widths[take_ones(chunk, 4)];
    if (width > 0) take_dod(chunk, width);
    take_value(chunk);
}

static void next_xor2(gm_xor *chunk) {
    int control = take_ones(chunk, 5);
    switch (control) {
    case 0: break;
    case 1:
        if (take_few(chunk, 1)) {
            take_new_window(chunk);
        } else {
            take_in_window(chunk);
        }
        break;
    case 5: chunk->stale = STALE_MARKER; break;
    default: take_dod(chunk, control == 2 ? 13 : control == 3 ? 20 : 64); take_value(chunk);
    }
}

/* --- the chunk --- */
bool gm_xor_begin(gm_xor *chunk, gm_chunk_encoding encoding, gm_span data) {
    gm_bytes bytes = gm_bytes_of(data);
    *chunk = (gm_xor){.second = encoding == GM_CHUNK_XOR2};
    chunk->samples = (uint32_t)gm_bytes_fixed(&bytes, 2);
    if (chunk->second) {
        uint64_t starts = gm_bytes_fixed(&bytes, 1);
        chunk->first_start_known = starts >> 7;
        chunk->starts_from = starts & 0x7f;
    }
    chunk->at = bytes.at;
    chunk->end = bytes.end;
    chunk->bad = bytes.bad;
    return !bytes.bad;
}

static void first(gm_xor *chunk) {
    chunk->t_ms = gm_zigzag(take_uvarint(chunk));
    uint64_t value = take(chunk, 64);
    if (chunk->second && value == STALE_MARKER) {
        chunk->stale = value;
    } else {
        chunk->value = value;
    }
    if (chunk->first_start_known) take_uvarint(chunk);
}

static void second(gm_xor *chunk) {
    chunk->delta = take_uvarint(chunk);
    take_value(chunk);
}

bool gm_xor_next(gm_xor *chunk, int64_t *t_ms, double *value) {
    if (chunk->bad || chunk->read == chunk->samples) return false;
    chunk->stale = 0;
    if (chunk->read == 0) {
        first(chunk);
    } else {
        if (chunk->read == 1) {
            second(chunk);
        } else if (chunk->second) {
            next_xor2(chunk);
        } else {
            next_xor(chunk);
        }
        chunk->t_ms = gm_wrap_add(chunk->t_ms, (int64_t)chunk->delta);
        if (chunk->starts_from > 0 && chunk->read >= chunk->starts_from) skip_varbit(chunk);
    }
    if (chunk->bad) return false;
    chunk->read++;
    *t_ms = chunk->t_ms;
    uint64_t bits = chunk->stale ? chunk->stale : chunk->value;
    memcpy(value, &bits, sizeof *value);
    return true;
}
