/* The decomposition of cgroup usage; see decompose.c. */
#ifndef GM_ANALYZER_TIMELINE_DECOMPOSE_H
#define GM_ANALYZER_TIMELINE_DECOMPOSE_H

#include "gomortem/timeline.h"

/* value: one moment's quantities, NAN where unknown. sock_charged: socket buffers are part of usage (cgroup v2; v1
 * counts them beside it). column: the timeline's columns, GM_UNKNOWN where unknown. */
void gm_decompose(const double value[GM_Q_COUNT], bool sock_charged, int64_t column[GM_COL_COUNT]);

#endif
