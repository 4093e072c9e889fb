/* The list of deaths while it is built; see kill_list.c, kills.c and deaths.c. */
#ifndef GM_ANALYZER_TIMELINE_KILLS_H
#define GM_ANALYZER_TIMELINE_KILLS_H

#include "analyzer/timeline/build.h"

#define GM_KILL_MATCH_NS (45 * GM_NS_PER_S) /* two sources that mean the same death */

typedef struct {
    gm_kill kill;
    int64_t claimed_by; /* the last series that stated it: a series states each kill once */
} gm_kill_entry;

typedef struct {
    GArray *entries; /* gm_kill_entry */
    const gm_timeline *timeline;
} gm_kill_list;

/* A death that a statement about [from, to] can mean and that neither this source nor this claimer has stated. */
gm_kill_entry *gm_kills_find(const gm_kill_list *list, int64_t from, int64_t to, unsigned source, int64_t claimer);
gm_kill_entry *gm_kills_add(gm_kill_list *list, const char *class_name, int64_t t_ns, int64_t uncertainty_ns,
                            unsigned source);

/* Container status: OOM kills with restarts that must have been more of them. */
bool gm_kills_from_pod(gm_build *build, gm_kill_list *list, GError **error);
/* Deaths that are no OOM kills: evictions, signal 9 from elsewhere, the Go runtime giving up. */
bool gm_kills_other_deaths(gm_build *build, gm_kill_list *list, GError **error);

#endif
