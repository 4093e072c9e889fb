/* The protobuf wire format of a member: its top-level fields one after the other, whatever the blocks. */
#ifndef GM_IMPORTER_FORMATS_PPROF_WIRE_H
#define GM_IMPORTER_FORMATS_PPROF_WIRE_H

#include <protobuf-c/protobuf-c.h>

#include "gomortem/member.h"

typedef struct {
    uint32_t number;
    int type;       /* wire type: 0 varint, 1 fixed64, 2 bytes, 5 fixed32 */
    uint64_t value; /* of types 0, 1 and 5 */
    gm_span bytes;  /* of type 2; valid until the next call */
    bool cut;       /* bytes is only the beginning: longer than the limit */
    int64_t offset; /* of the field in the member */
} gm_pprof_field;

typedef struct {
    gm_member *member;
    gm_span block;  /* what is left of the current block */
    int64_t offset; /* of the first byte of block in the member */
    char *carry;    /* bytes that cross blocks, in the member's arena */
    size_t carry_size, max_bytes;
    gm_status status;
    gm_pprof_field again; /* given back with gm_pprof_wire_back */
    bool has_again;
} gm_pprof_wire;

void gm_pprof_wire_init(gm_pprof_wire *wire, gm_member *member);
/* GM_OK; GM_END between two fields; GM_DAMAGED: broken off or not protobuf (reported). */
gm_status gm_pprof_wire_next(gm_pprof_wire *wire, gm_pprof_field *field);
/* The field just read comes again. Not after another call of next. */
void gm_pprof_wire_back(gm_pprof_wire *wire, const gm_pprof_field *field);

/* --- in memory --- */
static inline bool gm_pprof_take_varint(gm_span *rest, uint64_t *value) {
    uint64_t sum = 0;
    for (size_t i = 0; i < rest->len && i < 10; i++) {
        uint8_t byte = (uint8_t)rest->data[i];
        sum |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte & 0x80) continue;
        rest->data += i + 1;
        rest->len -= i + 1;
        *value = sum;
        return true;
    }
    return false;
}

static inline size_t gm_pprof_put_varint(char *to, uint64_t value) {
    size_t n = 0;
    for (; value > 0x7f; value >>= 7) to[n++] = (char)(value | 0x80);
    to[n++] = (char)value;
    return n;
}

/* Whether a field of this number and wire type stands in the message's description. */
bool gm_pprof_wire_type_fits(const ProtobufCMessageDescriptor *message, uint32_t number, int type);

#endif
