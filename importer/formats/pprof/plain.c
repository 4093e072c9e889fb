/* Decodes a profile's samples, of which there may be millions.
 *
 * Beside decode.c, which asks here first. The generated code allocates for every array and label; here the packed
 * arrays of Sample go into memory that is there already. Only what is whole and plain is taken (packed arrays,
 * labels of numbers), and of that the generated code would make the same; all else is left to it. The layout:
 * proto/profile.proto, messages Sample and Label; the encoding: protobuf.dev/programming-guides/encoding. */
#include "importer/formats/pprof/plain.h"

#include "importer/formats/pprof/wire.h"

/* Tags of length-delimited fields of Sample. */
enum { LOCATION_IDS = 1 << 3 | 2, VALUES = 2 << 3 | 2, LABEL = 3 << 3 | 2 };
enum { LENGTH_MAX = 5 }; /* bytes of a length, as the generated code has it */

/* All tags that are wanted here have one byte. */
static unsigned take_tag(gm_span *rest) {
    unsigned tag = (unsigned char)rest->data[0];
    *rest = (gm_span){rest->data + 1, rest->len - 1};
    return tag;
}

static bool take_bytes(gm_span *rest, gm_span *bytes) {
    uint64_t len;
    size_t before = rest->len;
    if (!gm_pprof_take_varint(rest, &len) || len > rest->len || before - rest->len > LENGTH_MAX) return false;
    *bytes = (gm_span){rest->data, (size_t)len};
    *rest = (gm_span){rest->data + len, rest->len - (size_t)len};
    return true;
}

/* A packed array behind what is there already. */
static bool take_numbers(gm_span bytes, uint64_t *numbers, size_t *count, size_t most) {
    size_t n = *count;
    while (bytes.len > 0) {
        if (n == most) return false;
        uint8_t first = (uint8_t)bytes.data[0];
        if (first < 0x80) {
            numbers[n++] = first;
            bytes = (gm_span){bytes.data + 1, bytes.len - 1};
        } else if (!gm_pprof_take_varint(&bytes, &numbers[n++])) {
            return false;
        }
    }
    *count = n;
    return true;
}

static bool take_label(gm_span bytes, gm_pprof_plain *sample) {
    uint64_t value, key = 0;
    if (sample->label_count == GM_PPROF_PLAIN_LABELS) return false;
    while (bytes.len > 0) {
        unsigned tag = take_tag(&bytes);
        if (tag & 0x87 || tag < 1 << 3 || tag > 4 << 3 || !gm_pprof_take_varint(&bytes, &value)) return false;
        if (tag == 1 << 3) key = value;
    }
    sample->label_keys[sample->label_count++] = (int64_t)key;
    return true;
}

bool gm_pprof_plain_read(gm_span message, gm_pprof_plain *sample) {
    gm_span bytes;
    bool taken = true;
    sample->depth = sample->value_count = sample->label_count = 0;
    while (taken && message.len > 0) {
        unsigned tag = take_tag(&message);
        if (!take_bytes(&message, &bytes)) return false;
        switch (tag) {
        case LOCATION_IDS:
            taken = take_numbers(bytes, sample->location_ids, &sample->depth, GM_PPROF_DEPTH_MAX);
            break;
        case VALUES:
            taken = take_numbers(bytes, (uint64_t *)sample->values, &sample->value_count, GM_PPROF_VALUES_MAX);
            break;
        case LABEL: taken = take_label(bytes, sample); break;
        default: taken = false;
        }
    }
    return taken;
}
