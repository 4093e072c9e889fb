/* From the ids of a collected profile to the incident's rows. */
#ifndef GM_IMPORTER_FORMATS_PPROF_RESOLVE_H
#define GM_IMPORTER_FORMATS_PPROF_RESOLVE_H

#include "importer/formats/pprof/profile.h"

typedef struct {
    gm_pprof *profile;
    gm_pprof_index functions, locations, mappings;
    uint32_t
        *single;    /* by id where ids are dense, else by place: the location's row when it is one frame and written */
    bool all_known; /* every location of every sample exists */
    /* The stack in hand, root first. What it shares with the one before is not looked up again. */
    size_t known;    /* locations from the root that exist */
    size_t resolved; /* locations from the root whose rows stand in rows */
    int64_t *rows;   /* the last of GM_PPROF_DEPTH_MAX: location_ids leaf first, inlined frames expanded */
    uint32_t *ends;  /* per location: rows up to and with it, from the root */
} gm_pprof_resolver;

/* False when memory is out. */
bool gm_pprof_resolver_init(gm_pprof_resolver *resolver, gm_pprof *profile);
/* Whether all locations of the sample exist. To be asked of every sample that a cursor yields, in order. */
bool gm_pprof_resolver_knows(gm_pprof_resolver *resolver, const gm_pprof_sample *sample);
/* Writes the stack of the sample that it was just asked about and knows, and what the stack needs. */
gm_status gm_pprof_stack_emit(gm_pprof_resolver *resolver, const gm_pprof_sample *sample, int64_t *stack_id);

#endif
