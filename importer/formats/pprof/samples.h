/* The samples of a profile, packed: they come before the names that explain them. */
#ifndef GM_IMPORTER_FORMATS_PPROF_SAMPLES_H
#define GM_IMPORTER_FORMATS_PPROF_SAMPLES_H

#include "gomortem/arena.h"

/* Deeper stacks are cut at the root. Go keeps 128 frames at most unless told otherwise. */
#define GM_PPROF_DEPTH_MAX  4096
#define GM_PPROF_VALUES_MAX 32

typedef struct gm_pprof_pack gm_pprof_pack;

typedef struct {
    size_t bytes, limit; /* of packs */
    gm_pprof_pack *first, *last;
    uint64_t *stack; /* of the sample added last, root first */
    size_t depth;
    int64_t count;
    uint64_t lowest_id, highest_id; /* of all locations; the other way round while there are none */
} gm_pprof_samples;

typedef struct {
    const uint64_t *location_ids; /* leaf first when added, root first when read */
    size_t depth;
    const int64_t *values;
    size_t value_count;
    size_t shared; /* when read: frames from the root that are those of the sample before */
} gm_pprof_sample;

/* limit: bytes that the samples may take. */
bool gm_pprof_samples_init(gm_pprof_samples *samples, gm_arena *arena, size_t limit);
void gm_pprof_samples_release(gm_pprof_samples *samples);
/* depth and value_count within the limits above. False when memory is out. */
bool gm_pprof_samples_add(gm_pprof_samples *samples, const gm_pprof_sample *sample);

typedef enum {
    GM_PPROF_WHOLE,
    GM_PPROF_VALUES_ONLY, /* the samples' location_ids say nothing, which is faster */
    GM_PPROF_LAST,        /* memory is given back on the way: nothing is left behind it */
} gm_pprof_pass;

typedef struct {
    gm_pprof_samples *samples;
    gm_pprof_pack *pack;
    size_t at;
    gm_pprof_pass pass;
    uint64_t stack[GM_PPROF_DEPTH_MAX];
    int64_t values[GM_PPROF_VALUES_MAX];
} gm_pprof_cursor;

void gm_pprof_cursor_init(gm_pprof_cursor *cursor, gm_pprof_samples *samples, gm_pprof_pass pass);
/* The next sample, valid until the next call, root first. */
bool gm_pprof_cursor_next(gm_pprof_cursor *cursor, gm_pprof_sample *sample);

#endif
