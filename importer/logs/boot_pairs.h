/* Moments on two clocks, gathered over a kernel log; see boot_pairs.c. */
#ifndef GM_IMPORTER_LOGS_BOOT_PAIRS_H
#define GM_IMPORTER_LOGS_BOOT_PAIRS_H

#include "gomortem/emit_records.h"

typedef struct {
    int64_t t_ns;
    double boot_s;
    bool local; /* the wall time has no zone */
} gm_boot_pair;

typedef struct {
    const char *source; /* see the table clock_pair */
    int64_t count;      /* of the boot that is being read */
    int boots;
    double last_s;
    gm_boot_pair earliest, latest; /* by the zero that they give */
} gm_boot_pairs;

gm_status gm_boot_pairs_add(gm_boot_pairs *pairs, gm_store *store, int64_t t_ns, double boot_s, bool local);
gm_status gm_boot_pairs_end(gm_boot_pairs *pairs, gm_store *store);

#endif
