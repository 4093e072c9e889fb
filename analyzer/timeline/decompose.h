/* The decomposition of cgroup usage; see decompose.c. */
#ifndef GM_ANALYZER_TIMELINE_DECOMPOSE_H
#define GM_ANALYZER_TIMELINE_DECOMPOSE_H

#include "gomortem/timeline.h"

/* value: one moment's quantities, NAN where unknown. column: the timeline's columns, GM_UNKNOWN where unknown. */
void gm_decompose(const double value[GM_Q_COUNT], int64_t column[GM_COL_COUNT]);

#endif
