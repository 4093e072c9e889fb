/* Alert replay: what Prometheus would have made of alert rules, had it watched the recorded series. analyzer/replay.
 *
 * The built-in rules are replayed by every analysis, which writes them to the tables of schema part 4; a user's rule
 * file is replayed on an incident that is open for reading, and nothing is written. */
#ifndef GOMORTEM_REPLAY_H
#define GOMORTEM_REPLAY_H

#include "gomortem/alerts.h"
#include "gomortem/store.h"

typedef struct {
    int version;       /* of Prometheus, 2 or 3: windows closed or open on the left */
    double step_s;     /* between evaluations; 0: the group's interval, else 15 s, more for histories beyond a day */
    double reaction_s; /* what a human needs between the alert and the end */
    const volatile bool *interrupted; /* looked at between rules; NULL: never */
} gm_replay_options;

#define GM_REPLAY_DEFAULTS ((gm_replay_options){.version = 3, .step_s = 0, .reaction_s = 600})

/* Replays the built-in rules on every container and proposes a rule; in an open analysis, behind the verdicts. */
bool gm_replay_builtin(gm_store *store, GError **error);

#define GM_REPLAY_ERROR gm_replay_error_quark()
GQuark gm_replay_error_quark(void);
typedef enum {
    GM_REPLAY_ERROR_RULES
} gm_replay_error; /* the rule file cannot be taken; the message says where and why */

/* Replays a rule file (its text, untrusted) or, with text NULL, the built-in rules under these options. The caller
 * frees the result with gm_alerts_free. */
gm_alerts *gm_replay_rules(gm_store *store, gm_span text, const gm_replay_options *options, GError **error);

#endif
