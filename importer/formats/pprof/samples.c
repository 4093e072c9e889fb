/* Packs the samples of a profile while it is read and hands them out again, in order, as often as needed.
 *
 * Filled by decode.c, read by resolve.c. Writers put the string table last, so all samples have to be kept:
 * packed, and of each stack only what differs from the one before, seen from the root. Neighbours share half of
 * their frames or more, which makes this several times smaller than arrays of ids. One sample is
 *     depth, shared, width, (depth - shared) ids from there to the leaf, number of values, values
 * in varints, the values in zigzag form, but for the ids: each has width bytes, which is read faster and lets
 * whoever wants the values alone pass over them. */
#include "importer/formats/pprof/samples.h"

#include "importer/formats/pprof/wire.h"

#include <stdlib.h>

#define PACK_BYTES ((size_t)64 << 10)
#define VARINT_MAX ((size_t)10)

struct gm_pprof_pack {
    gm_pprof_pack *next;
    size_t used;
    char data[PACK_BYTES];
};

/* The largest sample fits into a pack that is empty. */
_Static_assert((4 + GM_PPROF_DEPTH_MAX + GM_PPROF_VALUES_MAX) * VARINT_MAX <= PACK_BYTES, "pack too small");

bool gm_pprof_samples_init(gm_pprof_samples *samples, gm_arena *arena, size_t limit) {
    *samples = (gm_pprof_samples){.limit = limit, .lowest_id = UINT64_MAX};
    samples->stack = GM_ARENA_NEW(arena, uint64_t, GM_PPROF_DEPTH_MAX);
    return samples->stack != NULL;
}

static void free_first(gm_pprof_samples *samples) {
    gm_pprof_pack *next = samples->first->next;
    free(samples->first);
    samples->first = next;
}

void gm_pprof_samples_release(gm_pprof_samples *samples) {
    while (samples->first) free_first(samples);
    samples->last = NULL;
}

/* A pack with room for n bytes. */
static gm_pprof_pack *room(gm_pprof_samples *samples, size_t n) {
    if (samples->last && PACK_BYTES - samples->last->used >= n) return samples->last;
    if (samples->bytes + sizeof(gm_pprof_pack) > samples->limit) return NULL;
    gm_pprof_pack *pack = malloc(sizeof *pack);
    if (!pack) return NULL;
    pack->next = NULL;
    pack->used = 0;
    samples->bytes += sizeof *pack;
    if (samples->last) samples->last->next = pack;
    else samples->first = pack;
    samples->last = pack;
    return pack;
}

static uint64_t zigzag(int64_t value) {
    return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}

static int64_t unzigzag(uint64_t value) {
    return (int64_t)((value >> 1) ^ (0 - (value & 1)));
}

/* Root frames that the sample shares with the one before. */
static size_t shared_frames(const gm_pprof_samples *samples, const gm_pprof_sample *sample) {
    size_t n = 0, depth = sample->depth;
    while (n < depth && n < samples->depth && sample->location_ids[depth - 1 - n] == samples->stack[n]) n++;
    return n;
}

/* Takes the frames behind the shared ones; answers how many bytes each of them needs. */
static unsigned take_stack(gm_pprof_samples *samples, const gm_pprof_sample *sample, size_t shared) {
    uint64_t all = 0;
    for (size_t i = shared; i < sample->depth; i++) {
        uint64_t id = sample->location_ids[sample->depth - 1 - i];
        samples->stack[i] = id;
        all |= id;
        if (id < samples->lowest_id) samples->lowest_id = id;
        if (id > samples->highest_id) samples->highest_id = id;
    }
    samples->depth = sample->depth;
    return all <= UINT8_MAX ? 1 : all <= UINT16_MAX ? 2 : all <= UINT32_MAX ? 4 : 8;
}

/* In the machine's own order: the packing never leaves the process. */
#define PUT_IDS(type) \
    for (size_t i = 0; i < n; i++) { \
        type id = (type)ids[i]; \
        memcpy(to + i * sizeof id, &id, sizeof id); \
    }

static void put_ids(char *to, const uint64_t *ids, size_t n, unsigned width) {
    switch (width) {
    case 1: PUT_IDS(uint8_t) break;
    case 2: PUT_IDS(uint16_t) break;
    case 4: PUT_IDS(uint32_t) break;
    default: PUT_IDS(uint64_t)
    }
}

#define GET_IDS(type) \
    for (size_t i = 0; i < n; i++) { \
        type id; \
        memcpy(&id, from + i * sizeof id, sizeof id); \
        ids[i] = id; \
    }

static void get_ids(const char *from, uint64_t *ids, size_t n, unsigned width) {
    switch (width) {
    case 1: GET_IDS(uint8_t) break;
    case 2: GET_IDS(uint16_t) break;
    case 4: GET_IDS(uint32_t) break;
    default: GET_IDS(uint64_t)
    }
}

bool gm_pprof_samples_add(gm_pprof_samples *samples, const gm_pprof_sample *sample) {
    size_t shared = shared_frames(samples, sample), fresh = sample->depth - shared;
    gm_pprof_pack *pack = room(samples, (4 + fresh + sample->value_count) * VARINT_MAX);
    if (!pack) return false;
    char *to = pack->data + pack->used;
    unsigned width = take_stack(samples, sample, shared);
    to += gm_pprof_put_varint(to, sample->depth);
    to += gm_pprof_put_varint(to, shared);
    *to++ = (char)width;
    put_ids(to, samples->stack + shared, fresh, width);
    to += fresh * width;
    to += gm_pprof_put_varint(to, sample->value_count);
    for (size_t i = 0; i < sample->value_count; i++) to += gm_pprof_put_varint(to, zigzag(sample->values[i]));
    pack->used = (size_t)(to - pack->data);
    samples->count++;
    return true;
}

void gm_pprof_cursor_init(gm_pprof_cursor *cursor, gm_pprof_samples *samples, gm_pprof_pass pass) {
    cursor->samples = samples;
    cursor->pack = samples->first;
    cursor->at = 0;
    cursor->pass = pass;
}

/* Our own packing is never broken, so the answers of take_varint need no look. */
static uint64_t take(gm_span *rest) {
    uint64_t value = 0;
    gm_pprof_take_varint(rest, &value);
    return value;
}

bool gm_pprof_cursor_next(gm_pprof_cursor *cursor, gm_pprof_sample *sample) {
    if (cursor->pack && cursor->at == cursor->pack->used) {
        cursor->pack = cursor->pack->next;
        cursor->at = 0;
        if (cursor->pass == GM_PPROF_LAST) free_first(cursor->samples);
    }
    if (!cursor->pack) return false;
    gm_span rest = {cursor->pack->data + cursor->at, cursor->pack->used - cursor->at};
    size_t depth = (size_t)take(&rest), shared = (size_t)take(&rest), fresh = depth - shared;
    unsigned width = (unsigned char)*rest.data;
    if (cursor->pass != GM_PPROF_VALUES_ONLY) get_ids(rest.data + 1, cursor->stack + shared, fresh, width);
    rest = (gm_span){rest.data + 1 + fresh * width, rest.len - 1 - fresh * width};
    size_t values = (size_t)take(&rest);
    for (size_t i = 0; i < values; i++) cursor->values[i] = unzigzag(take(&rest));
    cursor->at = cursor->pack->used - rest.len;
    *sample = (gm_pprof_sample){cursor->stack, depth, cursor->values, values, shared};
    return true;
}
