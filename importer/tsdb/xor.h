/* The samples of a float chunk, encodings 1 (XOR) and 4 (XOR2). */
#ifndef GM_IMPORTER_TSDB_XOR_H
#define GM_IMPORTER_TSDB_XOR_H

#include "gomortem/base.h"

typedef enum { /* what a chunk's encoding byte says */
               GM_CHUNK_NONE = 0,
               GM_CHUNK_XOR = 1,
               GM_CHUNK_HISTOGRAM = 2,
               GM_CHUNK_FLOAT_HISTOGRAM = 3,
               GM_CHUNK_XOR2 = 4,
               GM_CHUNK_HISTOGRAM_ST = 5,
               GM_CHUNK_FLOAT_HISTOGRAM_ST = 6,
               GM_CHUNK_AGGREGATES = 0xff, /* Thanos: five chunks of downsampled values */
} gm_chunk_encoding;

typedef struct {
    const unsigned char *at, *end;
    uint64_t bits; /* the next ones, first one on top */
    int valid;     /* how many of them */
    bool bad;      /* the chunk ended before its samples did, or is no chunk */
    bool second;   /* XOR2 */
    bool first_start_known;
    uint32_t starts_from;   /* sample from which on start times are written; 0: none are */
    uint32_t samples, read; /* announced, given */
    int64_t t_ms;
    uint64_t delta, value, stale; /* value: bits of the last one that is not a stale marker */
    unsigned leading, trailing;
} gm_xor;

/* data: behind the encoding byte. False when it is too short to be a chunk. */
bool gm_xor_begin(gm_xor *chunk, gm_chunk_encoding encoding, gm_span data);
/* The next sample; false at the end or when bad is set. Stale markers come as the NaN they are. */
bool gm_xor_next(gm_xor *chunk, int64_t *t_ms, double *value);

#endif
