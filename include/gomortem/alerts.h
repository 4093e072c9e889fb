/* What a replay of alert rules over an incident yields, as plain rows: the analyzer makes them, the database holds them
 * (schema part 4), the reports print them. Unknown numbers are GM_UNKNOWN or NAN, unknown texts NULL. */
#ifndef GOMORTEM_ALERTS_H
#define GOMORTEM_ALERTS_H

#include "gomortem/arena.h"

typedef struct {
    const char *rule, *kind, *title, *expression; /* kind: builtin, user or proposed */
    double for_s, keep_firing_for_s, step_s;
} gm_alert_rule;

typedef struct { /* a row of alert_outcome */
    int64_t container_id;
    const char *namespace_name, *pod, *container;
    int life; /* 0: the container as a whole */
    const char *rule;
    const char *outcome; /* fired, missed, false_alarm, early, quiet or not_evaluated */
    const char *against; /* kill, limit, leak or nothing */
    const char *reason;  /* why it could not be evaluated, or what failed while it was */
    int64_t fired_ns, target_ns;
    double lead_s, flaps_per_day;
    int64_t in_time;      /* 1, 0 */
    int64_t ends, caught; /* kills, limits reached and leaks; before how many of them it fired */
    int64_t episodes, false_alarms;
} gm_alert_outcome;

typedef struct { /* one firing of one alert */
    int64_t container_id;
    int life;                                  /* 0: outside of all lives */
    const char *rule, *labels;                 /* labels: JSON object */
    int64_t pending_ns, fired_ns, resolved_ns; /* resolved unknown: it fires at the end of the record */
} gm_alert_firing;

typedef struct { /* the rule that would have caught the incident */
    int64_t container_id;
    const char *namespace_name, *pod, *container, *cause;
    const char *outcome; /* proposed, nothing_to_catch, none_qualifies or not_evaluated */
    const char *reason;  /* one sentence */
    const char *alert, *expression, *summary, *description, *runbook; /* NULL: nothing is proposed */
    double for_s, step_s, lead_s;
    int64_t false_alarms, tried;
} gm_alert_proposal;

typedef struct {
    gm_arena *arena;
    double reaction_s; /* what a human needs */
    int version;       /* of Prometheus, 2 or 3 */
    double apart_s;    /* of very many samples those were taken that stand so far apart; 0: all were */
    gm_alert_rule *rules;
    size_t n_rules;
    gm_alert_outcome *outcomes; /* by container and rule; a container's row comes before those of its lives */
    size_t n_outcomes;
    gm_alert_firing *firings;
    size_t n_firings;
    gm_alert_proposal *proposals;
    size_t n_proposals;
} gm_alerts;

/* Frees the arena that holds them all; NULL is allowed. */
static inline void gm_alerts_free(gm_alerts *alerts) {
    if (alerts) gm_arena_free(alerts->arena);
}

#endif
