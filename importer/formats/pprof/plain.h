/* Samples, locations and functions as nearly all writers write them, decoded without an allocation. */
#ifndef GM_IMPORTER_FORMATS_PPROF_PLAIN_H
#define GM_IMPORTER_FORMATS_PPROF_PLAIN_H

#include "importer/formats/pprof/samples.h"

#define GM_PPROF_PLAIN_LABELS 8
#define GM_PPROF_PLAIN_LINES  16

typedef struct {
    uint64_t location_ids[GM_PPROF_DEPTH_MAX];
    int64_t values[GM_PPROF_VALUES_MAX], label_keys[GM_PPROF_PLAIN_LABELS];
    size_t depth, value_count, label_count;
} gm_pprof_plain;

typedef struct {
    uint64_t function_id; /* 0: none, named by its address */
    int64_t line;
    int64_t row; /* the incident's location_id; 0: not written yet */
} gm_pprof_line;

typedef struct {
    uint64_t id, mapping_id, address;
    gm_pprof_line lines[GM_PPROF_PLAIN_LINES];
    size_t line_count;
} gm_pprof_plain_location;

/* All answer false for what is damaged, unusual or too large for this: the generated code decides about it. */
bool gm_pprof_plain_read(gm_span message, gm_pprof_plain *sample);
bool gm_pprof_plain_read_location(gm_span message, gm_pprof_plain_location *location);
/* A message of numbers alone, as Function is: by field, up to the highest that there is; 0 for those not given. */
bool gm_pprof_plain_numbers(gm_span message, uint64_t *numbers, unsigned highest);

#endif
