/* Packs the samples of a profile while it is read and hands them out again, in order, as often as needed.
 *
 * Filled by decode.c, read by resolve.c. Writers put the string table last, so all samples have to be kept:
 * as varints, and of each stack only what differs from the one before, seen from the root. Neighbours share
 * half of their frames or more, which makes this several times smaller than arrays of ids. One sample is
 *     depth, shared, (depth - shared) ids from there to the leaf, number of values, values in zigzag form. */
#include "importer/formats/pprof/samples.h"

#include "importer/formats/pprof/wire.h"

#define PACK_BYTES ((size_t)64 << 10)
#define VARINT_MAX ((size_t)10)

struct gm_pprof_pack {
    gm_pprof_pack *next;
    size_t used;
    char data[PACK_BYTES];
};

/* The largest sample fits into a pack that is empty. */
_Static_assert((3 + GM_PPROF_DEPTH_MAX + GM_PPROF_VALUES_MAX) * VARINT_MAX <= PACK_BYTES, "pack too small");

bool gm_pprof_samples_init(gm_pprof_samples *samples, gm_arena *arena) {
    *samples = (gm_pprof_samples){.arena = arena, .stack = GM_ARENA_NEW(arena, uint64_t, GM_PPROF_DEPTH_MAX)};
    return samples->stack != NULL;
}

/* A pack with room for n bytes. */
static gm_pprof_pack *room(gm_pprof_samples *samples, size_t n) {
    if (samples->last && PACK_BYTES - samples->last->used >= n) return samples->last;
    gm_pprof_pack *pack = GM_ARENA_NEW(samples->arena, gm_pprof_pack, 1);
    if (!pack) return NULL;
    if (samples->last)
        samples->last->next = pack;
    else
        samples->first = pack;
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

bool gm_pprof_samples_add(gm_pprof_samples *samples, const gm_pprof_sample *sample) {
    size_t depth = sample->depth, shared = shared_frames(samples, sample);
    gm_pprof_pack *pack = room(samples, (3 + depth - shared + sample->value_count) * VARINT_MAX);
    if (!pack) return false;
    char *to = pack->data + pack->used;
    to += gm_pprof_put_varint(to, depth);
    to += gm_pprof_put_varint(to, shared);
    for (size_t i = shared; i < depth; i++) {
        samples->stack[i] = sample->location_ids[depth - 1 - i];
        to += gm_pprof_put_varint(to, samples->stack[i]);
    }
    to += gm_pprof_put_varint(to, sample->value_count);
    for (size_t i = 0; i < sample->value_count; i++) to += gm_pprof_put_varint(to, zigzag(sample->values[i]));
    pack->used = (size_t)(to - pack->data);
    samples->depth = depth;
    samples->count++;
    return true;
}

void gm_pprof_cursor_init(gm_pprof_cursor *cursor, const gm_pprof_samples *samples) {
    cursor->pack = samples->first;
    cursor->at = 0;
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
    }
    if (!cursor->pack) return false;
    gm_span rest = {cursor->pack->data + cursor->at, cursor->pack->used - cursor->at};
    size_t depth = (size_t)take(&rest), shared = (size_t)take(&rest);
    for (size_t i = shared; i < depth; i++) cursor->stack[i] = take(&rest);
    size_t values = (size_t)take(&rest);
    for (size_t i = 0; i < values; i++) cursor->values[i] = unzigzag(take(&rest));
    cursor->at = cursor->pack->used - rest.len;
    *sample = (gm_pprof_sample){cursor->stack, depth, cursor->values, values, shared};
    return true;
}
