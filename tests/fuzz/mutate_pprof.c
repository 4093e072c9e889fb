/* Mutator for the target pprof: profiles that a parser gets far into, with something wrong in one place.
 *
 * The profile is unpacked by the code that protoc-c made, a field or two are changed by what its description says of
 * them (ids that dangle, extreme numbers, entries that are there twice or not at all), and it is packed again. Some get
 * a wrong length inside or are changed by the fuzzer's own means afterwards, and some are compressed. */
#include "importer/proto/profile.pb-c.h"
#include "mutate.h"

enum { TYPE_BYTES = 2, DEPTH = 4, LONGEST_STRING = 300 };

/* --- values --- */
static uint64_t extreme(gm_dice *dice) {
    static const uint64_t numbers[] = {
        0,          1,
        2,          127,
        128,        255,
        4095,       4096,
        UINT32_MAX, UINT64_C(1) << 32,
        INT64_MAX,  (uint64_t)INT64_MIN,
        UINT64_MAX, UINT64_MAX - 1,
        1000000000, INT32_MAX,
        65536,
    };
    return numbers[gm_dice_roll(dice, sizeof numbers / sizeof numbers[0])];
}

static uint64_t change_number(gm_dice *dice, uint64_t value) {
    switch (gm_dice_roll(dice, 5)) {
    case 0: return extreme(dice);
    case 1: return value + 1;
    case 2: return value - 1;
    case 3: return value ^ UINT64_C(1) << gm_dice_roll(dice, 64);
    default: return gm_dice_roll(dice, 16); /* another small id, or an index */
    }
}

static char *change_text(gm_dice *dice, const char *text) {
    static const char *const words[] = {"",
                                        "bytes",
                                        "count",
                                        "inuse_space",
                                        "pprof::base",
                                        "goroutine",
                                        "main.(*T).f[...]",
                                        "runtime.mallocgc",
                                        "nanoseconds"};
    uint8_t buffer[LONGEST_STRING + 1] = "";
    size_t len = strnlen(text, LONGEST_STRING);
    if (gm_dice_roll(dice, 3) == 0) return strdup(words[gm_dice_roll(dice, sizeof words / sizeof words[0])]);
    memcpy(buffer, text, len);
    len = LLVMFuzzerMutate(buffer, len, LONGEST_STRING);
    buffer[len] = '\0';
    return strdup((const char *)buffer);
}

/* --- fields --- */
static void change_message(gm_dice *dice, ProtobufCMessage *message, int depth);

static ProtobufCMessage *copy_message(const ProtobufCMessage *message) {
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = malloc(size + 1);
    if (!bytes) abort();
    protobuf_c_message_pack(message, bytes);
    ProtobufCMessage *copy = protobuf_c_message_unpack(message->descriptor, NULL, size, bytes);
    free(bytes);
    return copy;
}

static size_t size_of(const ProtobufCFieldDescriptor *field) {
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE: return sizeof(void *);
    case PROTOBUF_C_TYPE_BOOL: return sizeof(protobuf_c_boolean);
    default: return sizeof(uint64_t);
    }
}

static void change_element(gm_dice *dice, const ProtobufCFieldDescriptor *field, void *element, int depth) {
    char *text;
    ProtobufCMessage *message;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        memcpy(&text, element, sizeof text);
        char *changed = change_text(dice, text);
        free(text);
        memcpy(element, &changed, sizeof changed);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        memcpy(&message, element, sizeof message);
        if (message && depth > 0) change_message(dice, message, depth - 1);
        break;
    case PROTOBUF_C_TYPE_BOOL: *(protobuf_c_boolean *)element ^= 1; break;
    default: *(uint64_t *)element = change_number(dice, *(uint64_t *)element);
    }
}

/* An element of a list comes a second time, at its end. */
static void repeat_element(const ProtobufCFieldDescriptor *field, void **list, size_t *n, size_t at) {
    size_t size = size_of(field);
    char *grown = realloc(*list, (*n + 1) * size), *to = grown + *n * size;
    if (!grown) abort();
    memcpy(to, grown + at * size, size);
    if (field->type == PROTOBUF_C_TYPE_STRING) *(char **)to = strdup(*(char **)to);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) *(ProtobufCMessage **)to = copy_message(*(ProtobufCMessage **)to);
    *list = grown;
    *n += 1;
}

static void drop_element(const ProtobufCFieldDescriptor *field, char *list, size_t *n, size_t at) {
    size_t size = size_of(field);
    if (field->type == PROTOBUF_C_TYPE_STRING) free(*(char **)(list + at * size));
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        protobuf_c_message_free_unpacked(*(ProtobufCMessage **)(list + at * size), NULL);
    memmove(list + at * size, list + (at + 1) * size, (*n - at - 1) * size);
    *n -= 1;
}

static void change_list(gm_dice *dice, const ProtobufCFieldDescriptor *field, void **list, size_t *n, int depth) {
    size_t at = gm_dice_roll(dice, *n), size = size_of(field);
    if (*n == 0) return;
    switch (gm_dice_roll(dice, 6)) {
    case 0: repeat_element(field, list, n, at); break;
    case 1: drop_element(field, *list, n, at); break;
    default: change_element(dice, field, (char *)*list + at * size, depth);
    }
}

static void change_message(gm_dice *dice, ProtobufCMessage *message, int depth) {
    const ProtobufCMessageDescriptor *description = message->descriptor;
    const ProtobufCFieldDescriptor *field = &description->fields[gm_dice_roll(dice, description->n_fields)];
    char *member = (char *)message + field->offset;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        change_list(dice, field, (void **)(void *)member,
                    (size_t *)(void *)((char *)message + field->quantifier_offset), depth);
    else change_element(dice, field, member, depth);
}

/* --- the wire --- */
/* Steps over the fields to one with a length, goes into it sometimes, and writes another length of as many bytes. */
static void spoil_length(gm_dice *dice, uint8_t *data, size_t size) {
    size_t steps = gm_dice_roll(dice, 40), at = 0;
    while (at < size) {
        unsigned type = data[at++] & 7;
        size_t first = at, len = 0;
        for (int shift = 0; at < size; shift += 7) {
            if (shift < 63) len |= (size_t)(data[at] & 127) << shift;
            if (!(data[at++] & 128)) break;
        }
        if (type != TYPE_BYTES) continue;
        if (steps-- == 0) {
            if (first < size) data[first] = (uint8_t)((data[first] & 128) | (gm_dice_roll(dice, 128)));
            return;
        }
        if (gm_dice_roll(dice, 4) > 0) at = len < size - at ? at + len : size;
    }
}

static uint32_t crc32_of(const uint8_t *data, size_t size) {
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        sum ^= data[i];
        for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (sum & 1 ? UINT32_C(0xedb88320) : 0);
    }
    return ~sum;
}

/* One block that is stored as it is. 0: it does not fit. */
static size_t compress(uint8_t *data, size_t size, size_t max_size) {
    enum { HEAD = 15, TAIL = 8 };
    static const uint8_t head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1};
    if (size > UINT16_MAX || size + HEAD + TAIL > max_size) return 0;
    uint32_t tail[] = {crc32_of(data, size), (uint32_t)size};
    memmove(data + HEAD, data, size);
    memcpy(data, head, sizeof head);
    for (size_t i = 0; i < 2; i++) {
        data[11 + i] = (uint8_t)(size >> (8 * i));
        data[13 + i] = (uint8_t)~data[11 + i];
    }
    for (size_t i = 0; i < TAIL; i++) data[HEAD + size + i] = (uint8_t)(tail[i / 4] >> (8 * (i % 4)));
    return HEAD + size + TAIL;
}

/* --- the change --- */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed) {
    gm_dice dice = gm_dice_of(seed);
    ProtobufCMessage *profile = protobuf_c_message_unpack(&pprof__profile__descriptor, NULL, size, data);
    if (!profile) return LLVMFuzzerMutate(data, size, max_size);
    for (size_t changes = 1 + gm_dice_roll(&dice, 3); changes > 0; changes--) change_message(&dice, profile, DEPTH);
    bool fits = protobuf_c_message_get_packed_size(profile) <= max_size;
    if (fits) size = protobuf_c_message_pack(profile, data);
    protobuf_c_message_free_unpacked(profile, NULL);
    if (!fits || gm_dice_roll(&dice, 8) == 0) size = LLVMFuzzerMutate(data, size, max_size);
    if (gm_dice_roll(&dice, 8) == 0) spoil_length(&dice, data, size);
    size_t compressed = gm_dice_roll(&dice, 32) == 0 ? compress(data, size, max_size) : 0;
    return compressed > 0 ? compressed : size;
}
