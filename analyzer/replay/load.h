/* Recorded series out of the incident; see load.c. */
#ifndef GM_ANALYZER_REPLAY_LOAD_H
#define GM_ANALYZER_REPLAY_LOAD_H

#include "analyzer/replay/history.h"
#include "gomortem/store.h"

/* Adds the series of a container to the history. names: only these metrics, NULL-terminated; NULL: all. */
bool gm_replay_load(gm_store *store, int64_t container_id, const char *const *names, gm_prom_history *history,
                    GError **error);
/* Adds the series that belong to no container. */
bool gm_replay_load_rest(gm_store *store, gm_prom_history *history, GError **error);

#endif
