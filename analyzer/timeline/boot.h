/* Clocks of whole members, placed once before the containers; see boot.c. */
#ifndef GM_ANALYZER_TIMELINE_BOOT_H
#define GM_ANALYZER_TIMELINE_BOOT_H

#include "analyzer/timeline/clock.h"
#include "analyzer/timeline/intervals.h"

#define GM_QUARTER_S 900 /* zones differ by multiples of this */
enum { GM_OFFSET_QUARTERS = 56 };
#define GM_ANY_ZONE_S 50400.0 /* 14 hours: the easternmost zone */

/* Kernel logs by boot time and logs in local time. Writes to clock and clock_candidate. */
bool gm_clocks_place_members(gm_store *store, GError **error);

#endif
