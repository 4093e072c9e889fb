/* Stage 3's only source: one incident read into plain read-only structs. Renderers never touch the database.
 *
 * Long histories are thinned to rows that hold the extremes of their stretch of time, never averaged.
 * Everything lies in the model's arena; unknown numbers are GM_UNKNOWN or NAN, unknown texts NULL. Containers are
 * sorted by severity, then namespace, pod and container; findings by severity, then rule. */
#ifndef GOMORTEM_MODEL_H
#define GOMORTEM_MODEL_H

#include "gomortem/alerts.h"
#include "gomortem/model_ci.h"
#include "gomortem/model_diff.h"
#include "gomortem/model_rows.h"
#include "gomortem/model_whatif.h"
#include "gomortem/store.h"
#include "gomortem/timeline_columns.h"

typedef struct {
    bool refutes;
    const char *text, *unit, *sql;
    double value;
} gm_model_evidence;

typedef struct {
    const char *rule, *outcome, *severity, *summary, *remedy;
    int life;
    double confidence, share_pct;
    gm_model_evidence *evidence;
    size_t n_evidence;
} gm_model_finding;

typedef struct {
    const char *cause, *text;
    double share_pct;
} gm_model_cause;

typedef struct {
    const char *cause, *family, *level, *severity, *summary, *site, *would_change_my_mind;
    double confidence, bytes_per_min;
    int64_t from_ns, to_ns, eta_ns, eta_from_ns, eta_to_ns;
    gm_model_cause *contributing, *ruled_out;
    size_t n_contributing, n_ruled_out;
} gm_model_verdict;

typedef struct {
    int64_t t_ns;
    int life;
    int64_t value[GM_COL_COUNT];
} gm_model_point;

typedef struct {
    int life;
    int64_t t_ns, n, start_mib, end_mib, live_mib, goal_mib, procs;
    double clock_ms[3], cpu_pct; /* share of GOMAXPROCS since the cycle before */
    bool forced;
} gm_model_gc;

typedef struct {
    int life;
    const char *function;
    int64_t first_bytes, last_bytes;
    double slope_bytes_per_min, share_pct;
    bool significant;
} gm_model_site;

typedef struct {
    int life;
    const char *signature, *state, *site; /* site: first call of the service's own code */
    int64_t first_count, last_count, max_wait_minutes;
} gm_model_goroutines;

typedef struct {
    int64_t container_id;
    const char *namespace_name, *pod, *container;
    int64_t limit_bytes;
    gm_model_verdict verdict;
    gm_model_measures measures;
    gm_model_comparison comparison;
    const char *member_of[GM_SOURCES]; /* the member that tells most of each kind; NULL: none does */
    gm_model_finding *findings;        /* of all lives; the JSON shows one per rule: the most severe */
    size_t n_findings;
    gm_model_life *lives;
    size_t n_lives;
    gm_model_point *points;
    size_t n_points;
    gm_model_gc *cycles;
    size_t n_cycles;
    gm_model_kill *kills;
    size_t n_kills;
    gm_model_site *sites; /* charged to the service's own code, largest growth first */
    size_t n_sites;
    gm_model_goroutines *groups;
    size_t n_groups;
    gm_model_trend *trends;
    size_t n_trends;
    gm_model_growth *growths;
    size_t n_growths;
    gm_model_gc_summary *collectors;
    size_t n_collectors;
    gm_model_gap *gaps;
    size_t n_gaps;
    gm_model_event *events;
    size_t n_events;
    gm_model_gauge *gauges;
    size_t n_gauges;
    gm_model_flame flame; /* n_frames 0: no heap profile */
    gm_model_whatif whatif;
} gm_model_container;

typedef struct {
    const char *path, *format, *sha256;
    int64_t bytes, records, rejected, left_out, diagnostics, first_ns, last_ns;
} gm_model_member;

typedef struct gm_model {
    gm_arena *arena;
    const char *incident_id, *name, *tool_version;
    int64_t from_ns, to_ns, n_diagnostics;
    gm_model_container *containers;
    size_t n_containers;
    gm_model_member *members;
    size_t n_members;
    gm_model_diagnostic *diagnostics;
    size_t n_listed_diagnostics;
    gm_model_setting *settings;
    size_t n_settings;
    gm_model_clock *clocks;
    size_t n_clocks;
    gm_model_baseline baseline;
    gm_alerts *alerts; /* the replay of the built-in rules */
} gm_model;

gm_model *gm_model_read(gm_store *store, GError **error); /* the caller frees it */
/* Adds the comparison in store, if there is one: gm_model_read does so with that of the incident itself. */
bool gm_model_compare(gm_model *model, gm_store *store, GError **error);
void gm_model_free(gm_model *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gm_model, gm_model_free)

/* One finding stands for a rule over all lives: the one that fired with the greatest severity and confidence. */
bool gm_model_finding_leads(const gm_model_container *container, size_t index);

/* A finding that calls for attention beside the verdict's cause and what contributes to it. */
bool gm_model_finding_beside(const gm_model_container *container, size_t index);

/* 0 info .. 4 critical, -1 for another word. */
int gm_model_severity_rank(const char *severity);

#endif
