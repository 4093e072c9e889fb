/* Samples as nearly all writers write them, decoded without an allocation. */
#ifndef GM_IMPORTER_FORMATS_PPROF_PLAIN_H
#define GM_IMPORTER_FORMATS_PPROF_PLAIN_H

#include "importer/formats/pprof/samples.h"

#define GM_PPROF_PLAIN_LABELS 8

typedef struct {
    uint64_t location_ids[GM_PPROF_DEPTH_MAX];
    int64_t values[GM_PPROF_VALUES_MAX], label_keys[GM_PPROF_PLAIN_LABELS];
    size_t depth, value_count, label_count;
} gm_pprof_plain;

/* False for a sample that is damaged, unusual or too large for this: the generated code decides about it. */
bool gm_pprof_plain_read(gm_span message, gm_pprof_plain *sample);

#endif
