/* What the files of the replay share: replay.c runs it, lives.c loads what rules are measured against, outcome.c
 * measures, search.c and propose.c find a rule, unit_test.c its test, rule_file.c reads users' rules, write.c fills the
 * tables. */
#ifndef GM_ANALYZER_REPLAY_PRIVATE_H
#define GM_ANALYZER_REPLAY_PRIVATE_H

#include "analyzer/replay/alerts.h"
#include "gomortem/replay.h"

#define GM_REPLAY_FOLLOWED_MS INT64_C(86400000) /* an alert that nothing follows within a day is a false one */

typedef enum { GM_AGAINST_NOTHING, GM_AGAINST_LEAK, GM_AGAINST_LIMIT, GM_AGAINST_KILL } gm_against;

typedef struct {
    int life;
    int64_t from_ms, to_ms, from_ns, to_ns;
    gm_against against;
    int64_t target_ms, target_ns; /* of a kill or a limit reached; GM_UNKNOWN */
} gm_replay_life;

typedef struct { /* a container as the replay sees it */
    int64_t container_id;
    const char *namespace_name, *pod, *container, *cause;
    gm_replay_life *lives;
    size_t n_lives;
    bool alone;          /* the only container of the incident */
    int64_t limit_bytes; /* GM_UNKNOWN */
    double gc_period_s;  /* longest of the lives; NAN: not known */
} gm_replay_container;

typedef struct {
    gm_rule_spec spec;
    const char *kind;
    gm_prom_expr expr;
    const char *refusal; /* why it is not replayed; NULL */
} gm_replay_rule;

typedef struct {     /* of one call */
    gm_arena *arena; /* of the result */
    const gm_replay_options *options;
    gm_replay_rule *rules;
    size_t n_rules;
    GArray *outcomes, *firings, *proposals; /* gm_alert_outcome, ... */
    GArray *test_series, *test_checks;      /* gm_test_series, gm_test_check; NULL: nothing is proposed */
    GArray *thinned;                        /* gm_replay_thinned */
} gm_replay;

typedef struct {
    int64_t container_id;
    gm_prom_thinned samples;
} gm_replay_thinned; /* container_id GM_UNKNOWN: of all at once */
typedef struct {
    int64_t container_id, n;
    const char *series, *samples;
    double interval_s;
} gm_test_series;
typedef struct {
    int64_t container_id, at_s;
    const char *labels;
} gm_test_check; /* labels: JSON; NULL: no alert */

/* lives.c; all texts lie in the arena. The array is the caller's. */
GArray *gm_replay_containers(gm_store *store, gm_arena *arena, GError **error);
bool gm_replay_belongs(const gm_prom_labels *labels, const void *container); /* no label says otherwise */

/* outcome.c: what a run told of a container; appends to the outcomes and firings. */
void gm_replay_weigh(gm_replay *replay, const gm_replay_container *c, const gm_replay_rule *rule,
                     const gm_prom_query *query, const gm_alert_run *run);
/* The firings of a run as spans of time in which any alert of the container fires; of gm_firing without labels. */
GArray *gm_replay_episodes(const gm_alert_run *run, const gm_replay_container *c);

/* A container whose history is there while it is looked at, and once more as healthy kin of another: what is proposed
 * for that one must leave it in peace. */
typedef struct {
    gm_replay_container container;
    gm_prom_history *history;        /* NULL: not now */
    int64_t from_ms, to_ms, step_ms; /* once it was loaded; from_ms behind to_ms: nothing is recorded */
    struct gm_basis *basis;          /* search.c's; NULL: not made yet */
} gm_replay_subject;

/* replay.c: loads the history that the built-in rules and what is proposed look at, unless it is there; and lets it go.
 */
bool gm_replay_subject_load(const gm_replay *replay, gm_store *store, gm_replay_subject *subject, GError **error);
void gm_replay_subject_unload(gm_replay_subject *subject);

/* propose.c: the row of alert_proposal for one of the subjects, which is loaded, and the unit tests of what is
 * proposed. */
bool gm_replay_propose(gm_replay *replay, gm_store *store, gm_replay_subject *subjects, size_t n, size_t mine,
                       GError **error);

/* search.c: candidates by rising merit; the caller frees the array. NULL: a history could not be loaded. */
typedef enum { GM_WATCH_ANON, GM_WATCH_NO_CACHE, GM_WATCH_WORKING_SET, GM_WATCHED } gm_watched;
typedef enum { GM_FORM_LEVEL, GM_FORM_GROWTH, GM_FORM_REACH } gm_form;
typedef struct {
    gm_form form;
    gm_watched watched;
    int window_s, for_s, gate_s; /* gate 0: none */
    double threshold;            /* share of the limit, bytes a second, or seconds until the limit */
    double lead_s;               /* least over the lives that ended */
} gm_candidate;
GArray *gm_replay_search(const gm_replay *replay, gm_store *store, gm_replay_subject *subjects, size_t n, size_t mine,
                         int64_t *tried, GError **error);
void gm_basis_free(struct gm_basis *basis);
bool gm_replay_qualifies(const GArray *episodes, const gm_replay_container *c,
                         double *lead_s); /* of one's own container */

/* unit_test.c: the series that the rule looks at, on its grid, and what it must say of them. */
void gm_replay_unit_test(gm_replay *replay, const gm_replay_subject *subject, const gm_replay_rule *rule);

/* rule_file.c: the alerting rules of a file, in order; NULL on a file that cannot be taken. */
gm_replay_rule *gm_replay_rule_file(gm_span text, gm_arena *arena, size_t *n, GError **error);

/* write.c */
bool gm_replay_write(gm_store *store, const gm_replay *replay, const gm_alerts *alerts, GError **error);

const char *gm_replay_text(gm_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
int64_t gm_replay_step(const gm_replay_options *options, const gm_rule_spec *spec, int64_t from_ms, int64_t to_ms);

#endif
