/* A text profile in the making. The forms differ in their header and sample lines; the rest is common. */
#ifndef GM_IMPORTER_FORMATS_PPROF_TEXT_TEXT_H
#define GM_IMPORTER_FORMATS_PPROF_TEXT_TEXT_H

#include "importer/formats/pprof/table.h"
#include "importer/formats/pprof_text/maps.h"
#include "importer/formats/pprof_text/memstats.h"

#define GM_TEXT_FRAMES_MAX 4096

typedef struct {
    int64_t values[GM_VALUE_KINDS];
    int64_t stack_id;          /* when its frames have names */
    const uint64_t *addresses; /* otherwise; named when the memory map is known */
    uint32_t address_count;
} gm_text_sample;

typedef struct gm_text_profile gm_text_profile;

typedef struct {
    bool (*begins)(gm_span first_line);
    /* Reads the first line: kind, value types, period. False: cannot be read. */
    bool (*begin)(gm_text_profile *profile, gm_span first_line);
    /* Any later line that is no comment. False: neither a sample nor anything else that is known. */
    bool (*line)(gm_text_profile *profile, gm_span line);
    int bid;
} gm_text_form;

extern const gm_text_form gm_text_heap, gm_text_count, gm_text_contention, gm_text_jemalloc, gm_text_threads;

struct gm_text_profile {
    gm_member *member;
    const gm_text_form *form;
    gm_status status; /* of the emits made on the way */

    /* Set by the form's begin. */
    gm_span kind;                 /* valid while the profile is */
    const char *value_types;      /* JSON */
    bool columns[GM_VALUE_KINDS]; /* filled by it; without samples they are 0, not unknown */
    int64_t period;               /* sampled events are this far apart; GM_UNKNOWN */
    int64_t expected;             /* total that the header names, or GM_UNKNOWN */
    bool has_alloc;               /* heap: the values in brackets say something of their own */
    bool scaled;                  /* heap: samples stand for more than themselves */

    /* Contention: attributes that come before the samples. */
    int64_t cycles_per_second, duration_ns;

    gm_pprof_table samples; /* of gm_text_sample */
    gm_text_maps maps;
    gm_memstats memstats;
    bool in_maps;
    bool full; /* memory ran out */

    bool open; /* a sample whose frames still come */
    gm_text_sample sample;
    uint64_t addresses[GM_TEXT_FRAMES_MAX];
    int64_t frames[GM_TEXT_FRAMES_MAX]; /* location_ids */
    size_t frame_count;
    bool deep;
    int64_t previous_stack_id; /* threads: of the thread before */
};

/* In the member's arena; NULL when memory is out. */
gm_text_profile *gm_text_profile_new(gm_member *member);

/* Opens a sample with no values yet; the one before is closed. text: the addresses, leaf first. False: they
 * cannot be read. */
bool gm_text_sample_begin(gm_text_profile *profile, gm_span text);
void gm_text_sample_end(gm_text_profile *profile);
/* "#\t0x4b1233\tmain.run+0x53\t\t/src/main.go:12": a frame of the open sample. */
void gm_text_frame(gm_text_profile *profile, gm_span line);
/* Writes profile, samples and memory statistics. */
gm_status gm_text_finish(gm_text_profile *profile);

/* "12: 345" with blanks anywhere. */
bool gm_text_take_pair(gm_span *rest, int64_t *count, int64_t *bytes);
void gm_text_skip_blanks(gm_span *rest);
/* What a sampled count and size stand for, as pprof computes it; false when that does not fit. */
bool gm_text_unsample(int64_t period, int64_t *count, int64_t *bytes);

#endif
