/* From the ids of a collected profile to the incident's rows. */
#ifndef GM_IMPORTER_FORMATS_PPROF_RESOLVE_H
#define GM_IMPORTER_FORMATS_PPROF_RESOLVE_H

#include "importer/formats/pprof/profile.h"

typedef struct {
    gm_pprof *profile;
    gm_pprof_index functions, locations, mappings;
    int64_t *rows; /* location_ids of the stack in hand, leaf first; GM_PPROF_DEPTH_MAX */
} gm_pprof_resolver;

/* False when memory is out. */
bool gm_pprof_resolver_init(gm_pprof_resolver *resolver, gm_pprof *profile);
/* Whether all locations of the sample exist. */
bool gm_pprof_sample_known(const gm_pprof_resolver *resolver, const gm_pprof_sample *sample);
/* Writes the sample's stack, which must be known, and what it needs. */
gm_status gm_pprof_stack_emit(gm_pprof_resolver *resolver, const gm_pprof_sample *sample, int64_t *stack_id);

#endif
