/* Walks the top-level fields of a protobuf message that comes in blocks.
 *
 * Comes after the member's reader and before decode.c: a profile may be larger than memory, so it is never
 * decoded as one message; each field is handed over alone. A field inside one block is not copied. The wire
 * format: protobuf.dev/programming-guides/encoding (groups are long gone and count as damage). */
#include "importer/formats/pprof/wire.h"

enum { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

/* No message inside a profile comes near this; a stack of a million frames would fit. */
#define MESSAGE_BYTES_MAX ((size_t)8 << 20)
#define FIELD_NUMBER_MAX  ((1U << 29) - 1)

void gm_pprof_wire_init(gm_pprof_wire *wire, gm_member *member) {
    *wire = (gm_pprof_wire){.member = member, .status = GM_OK, .max_bytes = MESSAGE_BYTES_MAX};
    if (wire->max_bytes > member->limits->document_bytes) wire->max_bytes = member->limits->document_bytes;
}

/* Makes sure that the block holds at least one byte. */
static bool fill(gm_pprof_wire *wire) {
    while (wire->block.len == 0 && wire->status == GM_OK) wire->status = gm_member_read(wire->member, &wire->block);
    if (wire->status != GM_OK) wire->block = (gm_span){NULL, 0};
    return wire->status == GM_OK;
}

static void skip(gm_pprof_wire *wire, size_t n) {
    wire->block.data += n;
    wire->block.len -= n;
    wire->offset += (int64_t)n;
}

/* Ends the walk. What the reader has reported itself is not reported twice. */
static gm_status broken(gm_pprof_wire *wire, int64_t offset, const char *what) {
    if (wire->status == GM_OK || wire->status == GM_END) {
        gm_member_diag(wire->member, GM_SEVERITY_ERROR, GM_UNKNOWN, offset, "%s", what);
        wire->status = GM_DAMAGED;
    }
    return wire->status;
}

static bool read_varint(gm_pprof_wire *wire, uint64_t *value) {
    if (wire->block.len >= 10) {
        size_t before = wire->block.len;
        bool taken = gm_pprof_take_varint(&wire->block, value);
        wire->offset += (int64_t)(before - wire->block.len);
        return taken;
    }
    *value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        if (!fill(wire)) return false;
        uint8_t byte = (uint8_t)*wire->block.data;
        skip(wire, 1);
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) return true;
    }
    return false;
}

static bool read_fixed(gm_pprof_wire *wire, int bytes, uint64_t *value) {
    *value = 0;
    for (int i = 0; i < bytes; i++) {
        if (!fill(wire)) return false;
        *value |= (uint64_t)(uint8_t)*wire->block.data << (8 * i);
        skip(wire, 1);
    }
    return true;
}

static bool carry_reserve(gm_pprof_wire *wire, size_t need) {
    if (need <= wire->carry_size) return true;
    size_t size = wire->carry_size ? wire->carry_size : 4096;
    while (size < need) size *= 2;
    char *carry = gm_arena_alloc(wire->member->arena, size);
    if (!carry) return false;
    wire->carry = carry;
    wire->carry_size = size;
    return true;
}

/* Reads len bytes that do not lie in one block; keeps the first keep of them. The carry grows with what
 * really came, not with the length that the input claims. */
static bool read_across(gm_pprof_wire *wire, uint64_t len, gm_pprof_field *field) {
    size_t kept = 0;
    while (len > 0) {
        if (!fill(wire)) return false;
        size_t here = wire->block.len < len ? wire->block.len : (size_t)len;
        size_t keep = here < wire->max_bytes - kept ? here : wire->max_bytes - kept;
        if (keep > 0 && wire->carry_size < kept + keep) {
            char *before = wire->carry;
            if (!carry_reserve(wire, kept + keep)) {
                broken(wire, field->offset, "a message of the profile is larger than the memory limit");
                return false;
            }
            if (kept > 0) memcpy(wire->carry, before, kept);
        }
        if (keep > 0) memcpy(wire->carry + kept, wire->block.data, keep);
        kept += keep;
        field->cut = field->cut || keep < here;
        skip(wire, here);
        len -= here;
    }
    field->bytes = (gm_span){wire->carry, kept};
    return true;
}

static bool read_bytes(gm_pprof_wire *wire, gm_pprof_field *field) {
    uint64_t len;
    if (!read_varint(wire, &len)) return false;
    if (len == 0 || len > wire->block.len || len > wire->max_bytes) return read_across(wire, len, field);
    field->bytes = (gm_span){wire->block.data, (size_t)len};
    skip(wire, (size_t)len);
    return true;
}

static bool read_payload(gm_pprof_wire *wire, gm_pprof_field *field) {
    switch (field->type) {
    case VARINT: return read_varint(wire, &field->value);
    case FIXED64: return read_fixed(wire, 8, &field->value);
    case FIXED32: return read_fixed(wire, 4, &field->value);
    default: return read_bytes(wire, field);
    }
}

gm_status gm_pprof_wire_next(gm_pprof_wire *wire, gm_pprof_field *field) {
    uint64_t tag;
    if (wire->has_again) {
        *field = wire->again;
        wire->has_again = false;
        return GM_OK;
    }
    if (!fill(wire)) return wire->status;
    *field = (gm_pprof_field){.offset = wire->offset};
    if (!read_varint(wire, &tag)) return broken(wire, field->offset, "the profile breaks off");
    field->number = tag >> 3 <= FIELD_NUMBER_MAX ? (uint32_t)(tag >> 3) : 0;
    field->type = (int)(tag & 7);
    if (field->number == 0 || field->type == 3 || field->type == 4 || field->type > FIXED32)
        return broken(wire, field->offset, "not a protobuf field: the rest of the profile cannot be read");
    if (!read_payload(wire, field)) return broken(wire, field->offset, "the profile breaks off inside a field");
    return GM_OK;
}

void gm_pprof_wire_back(gm_pprof_wire *wire, const gm_pprof_field *field) {
    wire->again = *field;
    wire->has_again = true;
}

bool gm_pprof_wire_type_fits(const ProtobufCMessageDescriptor *message, uint32_t number, int type) {
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(message, number);
    if (!field) return false;
    if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE) return type == BYTES;
    return type == VARINT || (type == BYTES && field->label == PROTOBUF_C_LABEL_REPEATED);
}
