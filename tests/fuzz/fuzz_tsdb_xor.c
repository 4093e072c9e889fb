/* libFuzzer target for the float chunks of a TSDB: bytes behind the encoding byte, without the checksum that would
 * keep a fuzzer out. Both encodings; never more samples than announced, and the same ones twice. */
#include <stdlib.h>

#include "importer/tsdb/xor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t count(gm_chunk_encoding encoding, gm_span data) {
    gm_xor chunk;
    int64_t t_ms;
    double value;
    uint32_t samples = 0;
    if (!gm_xor_begin(&chunk, encoding, data)) return 0;
    while (gm_xor_next(&chunk, &t_ms, &value)) samples++;
    if (samples > chunk.samples || (samples < chunk.samples) != chunk.bad) abort();
    return samples;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = malloc(size ? size : 1); /* of its own size, so that a sanitizer sees reads beyond */
    if (!copy) return 0;
    if (size > 0) memcpy(copy, data, size);
    gm_span bytes = {copy, size};
    if (count(GM_CHUNK_XOR, bytes) != count(GM_CHUNK_XOR, bytes)) abort();
    if (count(GM_CHUNK_XOR2, bytes) != count(GM_CHUNK_XOR2, bytes)) abort();
    free(copy);
    return 0;
}
