/* The runtime.MemStats that Go appends to a heap profile in text. */
#ifndef GM_IMPORTER_FORMATS_PPROF_TEXT_MEMSTATS_H
#define GM_IMPORTER_FORMATS_PPROF_TEXT_MEMSTATS_H

#include "gomortem/member.h"

#define GM_MEMSTATS_MAX 32

typedef struct {
    double values[GM_MEMSTATS_MAX]; /* in the order of the list in memstats.c */
    bool seen[GM_MEMSTATS_MAX];
    int64_t last_gc_ns; /* GM_UNKNOWN: none yet, or not written */
} gm_memstats;

void gm_memstats_init(gm_memstats *stats);
/* "# HeapAlloc = 1234", "# Stack = 1 / 2". Other lines are passed over. */
void gm_memstats_line(gm_memstats *stats, gm_span line);
/* Without a time they cannot be samples: they are left out and counted. */
gm_status gm_memstats_emit(const gm_memstats *stats, gm_member *member, int64_t identity_id, int64_t t_ns);

#endif
