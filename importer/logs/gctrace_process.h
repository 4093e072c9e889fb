/* Which process a GC cycle is of, when one log carries several. */
#ifndef GM_IMPORTER_LOGS_GCTRACE_PROCESS_H
#define GM_IMPORTER_LOGS_GCTRACE_PROCESS_H

#include "importer/logs/contents.h"

enum { GM_GC_PROCESSES = 8 }; /* followed at the same time */

typedef struct {
    int64_t number; /* gc_cycle.process; 0: free */
    int64_t last_n, last_ms;
    int64_t zero_ms;           /* wall time of its last stamped line minus that cycle's start, or GM_UNKNOWN */
    int64_t first_at, last_at; /* counts of cycles when it was seen first and last */
} gm_gc_process;

typedef struct {
    gm_gc_process processes[GM_GC_PROCESSES];
    int64_t seen; /* cycles */
} gm_gc_processes;

typedef struct {
    int64_t n, start_ms;
    int64_t wall_ms; /* of the line's stamp, or GM_UNKNOWN */
} gm_gc_moment;

int64_t gm_gc_process_of(gm_gc_processes *processes, gm_log *log, const gm_gc_moment *cycle);

#endif
