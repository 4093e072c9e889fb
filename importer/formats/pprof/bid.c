/* Recognises a profile by its structure: raw protobuf has no signature.
 *
 * Used by pprof.c. The head is walked field by field, and into the messages, against the layout in
 * proto/profile.proto: all numbers and wire types have to be right, and at least one message with something
 * in it has to be there. Text and JSON fail within a few bytes, since their letters are tags of other types.
 */
#include "importer/formats/pprof/bid.h"

#include "importer/proto/profile.pb-c.h"

typedef struct {
    int value_types; /* messages that only a profile has */
    int messages;    /* other messages with something in them */
    int fields;      /* at the top level */
    bool wrong;
} evidence;

static bool take_payload(gm_span *rest, int type, gm_span *bytes, bool *cut) {
    uint64_t value;
    *bytes = (gm_span){NULL, 0};
    if (type != 0 && type != 2) return false; /* a profile has no others */
    if (!gm_pprof_take_varint(rest, &value)) {
        *cut = rest->len < 10;
        return false;
    }
    if (type == 0) return true;
    *cut = value > rest->len;
    if (*cut) return false;
    *bytes = (gm_span){rest->data, (size_t)value};
    rest->data += value;
    rest->len -= (size_t)value;
    return true;
}

/* One field of a message. False at its end, when it is cut off, or when it is wrong. */
static bool take_field(gm_span *rest, const ProtobufCMessageDescriptor *layout, const ProtobufCFieldDescriptor **field,
                       gm_span *bytes, evidence *found) {
    uint64_t tag;
    bool cut = false;
    if (rest->len == 0) return false;
    if (!gm_pprof_take_varint(rest, &tag)) {
        found->wrong = rest->len >= 10;
        return false;
    }
    if (tag >> 3 > 15 || !gm_pprof_wire_type_fits(layout, (uint32_t)(tag >> 3), (int)(tag & 7))) {
        found->wrong = true;
        return false;
    }
    *field = protobuf_c_message_descriptor_get_field(layout, (unsigned)(tag >> 3));
    if (take_payload(rest, (int)(tag & 7), bytes, &cut)) return true;
    found->wrong = !cut;
    return false;
}

/* A whole message; it nests at most three deep. */
static bool message_fits(gm_span bytes, const ProtobufCMessageDescriptor *layout) {
    evidence inner = {.wrong = false};
    const ProtobufCFieldDescriptor *field;
    gm_span value;
    while (take_field(&bytes, layout, &field, &value, &inner))
        if (field->type == PROTOBUF_C_TYPE_MESSAGE && !message_fits(value, field->descriptor)) return false;
    return !inner.wrong && bytes.len == 0;
}

static evidence walk(gm_span head) {
    evidence found = {.wrong = false};
    const ProtobufCFieldDescriptor *field;
    gm_span bytes;
    while (take_field(&head, &pprof__profile__descriptor, &field, &bytes, &found)) {
        if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
            if (!message_fits(bytes, field->descriptor)) {
                found.wrong = true;
                break;
            }
            if (bytes.len > 0 && field->descriptor == &pprof__value_type__descriptor) found.value_types++;
            else if (bytes.len > 0) found.messages++;
        }
        found.fields++;
    }
    return found;
}

int gm_pprof_bid(const gm_head *head) {
    evidence found = walk(head->head);
    if (found.value_types == 0 && (found.messages < 2 || found.wrong)) return 0;
    if (found.wrong) return found.fields >= 4 ? 60 : 0;
    return found.value_types > 0 ? 95 : 80;
}
