/* Which thresholds a rule reads; the table is made at build time by thresholds_used.cmake. */
#ifndef GM_ANALYZER_THRESHOLDS_USED_H
#define GM_ANALYZER_THRESHOLDS_USED_H

#include "gomortem/thresholds.h"

#define GM_THRESHOLDS_OF_RULE_MAX 32

typedef struct {
    const char *rule;                             /* NULL at the end */
    gm_threshold used[GM_THRESHOLDS_OF_RULE_MAX]; /* GM_TH_COUNT at the end */
} gm_thresholds_of_rule;

extern const gm_thresholds_of_rule gm_thresholds_used[];

#endif
