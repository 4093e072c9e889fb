/* Decodes the messages of which a profile may have millions: samples, locations and functions.
 *
 * Beside decode.c, which asks here first. The generated code allocates for every array and message inside; here they
 * go into memory that is there already. Only what is whole and plain is taken (packed arrays, messages inside that
 * have numbers alone), and of that the generated code would make the same; all else is left to it. The layout:
 * proto/profile.proto; the encoding: protobuf.dev/programming-guides/encoding. */
#include "importer/formats/pprof/plain.h"

#include "importer/formats/pprof/wire.h"

/* Tags of fields of Sample and Location; how many fields of numbers Label and Line have. */
enum { LOCATION_IDS = 1 << 3 | 2, VALUES = 2 << 3 | 2, LABEL = 3 << 3 | 2, LINE = 4 << 3 | 2, IS_FOLDED = 5 << 3 };
enum { LABEL_FIELDS = 4, LINE_FIELDS = 3 };
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

bool gm_pprof_plain_numbers(gm_span message, uint64_t *numbers, unsigned highest) {
    memset(numbers, 0, (highest + 1) * sizeof *numbers);
    while (message.len > 0) {
        unsigned tag = take_tag(&message);
        if (tag & 0x87 || tag < 1 << 3 || tag > highest << 3) return false;
        if (!gm_pprof_take_varint(&message, &numbers[tag >> 3])) return false;
    }
    return true;
}

static bool take_label(gm_span bytes, gm_pprof_plain *sample) {
    uint64_t numbers[LABEL_FIELDS + 1];
    if (sample->label_count == GM_PPROF_PLAIN_LABELS || !gm_pprof_plain_numbers(bytes, numbers, LABEL_FIELDS))
        return false;
    sample->label_keys[sample->label_count++] = (int64_t)numbers[1];
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
        case LOCATION_IDS: taken = take_numbers(bytes, sample->location_ids, &sample->depth, GM_PPROF_DEPTH_MAX); break;
        case VALUES:
            taken = take_numbers(bytes, (uint64_t *)sample->values, &sample->value_count, GM_PPROF_VALUES_MAX);
            break;
        case LABEL: taken = take_label(bytes, sample); break;
        default: taken = false;
        }
    }
    return taken;
}

static bool take_line(gm_span bytes, gm_pprof_plain_location *location) {
    uint64_t numbers[LINE_FIELDS + 1];
    if (location->line_count == GM_PPROF_PLAIN_LINES || !gm_pprof_plain_numbers(bytes, numbers, LINE_FIELDS))
        return false;
    location->lines[location->line_count++] = (gm_pprof_line){numbers[1], (int64_t)numbers[2], 0};
    return true;
}

bool gm_pprof_plain_read_location(gm_span message, gm_pprof_plain_location *location) {
    uint64_t *const numbers[] = {NULL, &location->id, &location->mapping_id, &location->address};
    uint64_t unused;
    gm_span bytes;
    bool taken = true;
    location->id = location->mapping_id = location->address = 0;
    location->line_count = 0;
    while (taken && message.len > 0) {
        unsigned tag = take_tag(&message);
        switch (tag) {
        case 1 << 3:
        case 2 << 3:
        case 3 << 3: taken = gm_pprof_take_varint(&message, numbers[tag >> 3]); break;
        case LINE: taken = take_bytes(&message, &bytes) && take_line(bytes, location); break;
        case IS_FOLDED: taken = gm_pprof_take_varint(&message, &unused); break;
        default: taken = false;
        }
    }
    return taken;
}
