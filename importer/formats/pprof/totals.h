/* The totals of a profile's columns, and which columns cannot be added up within 64 bits. */
#ifndef GM_IMPORTER_FORMATS_PPROF_TOTALS_H
#define GM_IMPORTER_FORMATS_PPROF_TOTALS_H

#include "gomortem/emit.h"

typedef struct {
    int64_t sum[GM_VALUE_KINDS];
    int64_t magnitude[GM_VALUE_KINDS]; /* sum of the values without their signs */
    bool lost[GM_VALUE_KINDS];         /* the magnitude went beyond 64 bits */
    bool used[GM_VALUE_KINDS];
} gm_pprof_totals;

/* GM_UNKNOWN is not added. */
void gm_pprof_totals_add(gm_pprof_totals *totals, const int64_t values[GM_VALUE_KINDS]);
/* Makes the values of lost columns unknown: then no sum over any part of the profile can overflow either. */
void gm_pprof_totals_mask(const gm_pprof_totals *totals, int64_t values[GM_VALUE_KINDS]);
/* The sums; GM_UNKNOWN for columns that are lost or were never used. Answers how many were lost. */
int gm_pprof_totals_get(const gm_pprof_totals *totals, int64_t sums[GM_VALUE_KINDS]);

#endif
