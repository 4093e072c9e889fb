/* Typed writing into the incident's import tables: one function per kind of record.
 *
 * Used by formats. All spans are copied (made valid UTF-8, NUL becomes U+FFFD). Every emit counts one record of
 * the current member and widens its first and last time. Functions that yield an id write it to *id; the same
 * identity, series, function, location or stack gets the same id throughout the incident. They answer GM_OK,
 * GM_DAMAGED when a limit of the incident is reached (a diagnostic was written), or GM_FATAL. */
#ifndef GOMORTEM_EMIT_H
#define GOMORTEM_EMIT_H

#include "gomortem/base.h"
#include "gomortem/limits.h"
#include "gomortem/quantity.h"

typedef struct gm_store gm_store;

/* How many the incident may hold: series bounds identities too, stacks locations too, strings functions. What
 * comes beyond, or beyond the memory of their tables, is answered with GM_DAMAGED; the caller goes on without it and
 * counts what it leaves out. */
void gm_emit_set_limits(gm_store *store, const gm_limits *limits);

/* --- members --- */
typedef struct {
    gm_span path;
    int64_t parent_id; /* GM_UNKNOWN at the top */
    int64_t mtime_ns;  /* GM_UNKNOWN when the archive has none */
} gm_member_begin;

typedef struct {
    const char *format; /* NULL: unrecognised */
    int bid;
    const char *encoding; /* NULL: none */
    const char *sha256;   /* 64 hex digits or NULL */
    int64_t bytes;
    const char *time_source; /* see the member table */
} gm_member_end;

/* Members nest: a nested archive's member stays open while its own members come. */
gm_status gm_emit_member_begin(gm_store *store, const gm_member_begin *member, int64_t *id);
gm_status gm_emit_member_end(gm_store *store, const gm_member_end *member);
gm_status gm_emit_diagnostic(gm_store *store, gm_diag_severity severity, int64_t line, int64_t offset, gm_span text);
/* A member that has ended is opened again for records that could only be told when others had been read: its
 * account goes on where it was. Time source: as in gm_member_end, NULL leaves it as it is. */
gm_status gm_emit_member_again(gm_store *store, int64_t id);
gm_status gm_emit_member_leave(gm_store *store, const char *time_source);
int64_t gm_emit_member_id(const gm_store *store);      /* of the innermost open member, or GM_UNKNOWN */
int64_t gm_emit_complaints(const gm_store *store);     /* warnings and errors about the innermost open member */
void gm_emit_rejected(gm_store *store, int64_t count); /* records seen and refused */
/* Records understood and not kept, and why: the words of the table left_out. */
typedef enum {
    GM_LEFT_OUTSIDE, /* nothing in the vocabulary measures it */
    GM_LEFT_NOT_SELECTED,
    GM_LEFT_DUPLICATE,   /* the same value at the same time is there already */
    GM_LEFT_DISAGREEING, /* another value at the same time is there already */
    GM_LEFT_NO_VALUE,    /* NaN, stale markers, infinities, "none", "no limit" */
    GM_LEFT_NO_TIME,
    GM_LEFT_SUPERSEDED, /* another record of the member says it better */
    GM_LEFT_BEYOND,     /* more than is kept of one record */
    GM_LEFT_DELETED,    /* the source itself marks it as deleted */
    GM_LEFT_REASONS
} gm_left_reason;
void gm_emit_left_out(gm_store *store, gm_left_reason reason, int64_t count);

/* Rows may still be on their way to the database, in another thread. To be called before statements of one's own are
 * stepped, bound, reset or finalized while members are open; preparing and executing do so themselves. */
void gm_emit_settle(gm_store *store);

/* --- who --- */
typedef enum { GM_LEVEL_CONTAINER, GM_LEVEL_POD, GM_LEVEL_NODE, GM_LEVEL_UNNAMED } gm_identity_level;

typedef struct {
    gm_identity_level level;
    gm_span ns, pod, container, pod_uid, runtime_id, cgroup, hint; /* len 0 = unknown */
} gm_identity;

gm_status gm_emit_identity(gm_store *store, const gm_identity *identity, int64_t *id);

/* --- samples --- */
typedef struct {
    int64_t identity_id;
    gm_quantity quantity; /* GM_Q_NONE: outside the vocabulary */
    const char *source;   /* see the series table */
    gm_span name;
    gm_span labels; /* JSON object text with sorted keys; empty = {} */
} gm_series;

gm_status gm_emit_series(gm_store *store, const gm_series *series, int64_t *id);
/* NaN and infinities are left out and counted; a second value at the same time is left out and counted. Samples
 * are gathered: all of a member are in the table when it has ended, not before. */
gm_status gm_emit_sample(gm_store *store, int64_t series_id, int64_t t_ns, double value);
/* From here on the series has no value. No record: the caller counts what it left out. */
gm_status gm_emit_stale(gm_store *store, int64_t series_id, int64_t t_ns);

/* --- GC cycles: columns of gc_cycle; GM_UNKNOWN for unknown ints --- */
typedef struct {
    int64_t identity_id, process, line, n, log_ns;
    double start_s;
    int total_pct;
    double clock_sweep_ms, clock_mark_ms, clock_term_ms;
    double cpu_sweep_ms, cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms;
    int64_t heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs;
    bool forced, periodic;
} gm_gc_cycle;

gm_status gm_emit_gc_cycle(gm_store *store, const gm_gc_cycle *cycle);

/* --- profiles --- */
/* Functions, locations, stacks and values are gathered, as samples are. */
gm_status gm_emit_function(gm_store *store, gm_span name, gm_span file, int64_t *id);
gm_status gm_emit_location(gm_store *store, int64_t function_id, int64_t line, int64_t *id);
/* Leaf first; n may be 0. */
gm_status gm_emit_stack(gm_store *store, const int64_t *location_ids, size_t n, int64_t *id);

typedef enum { /* the value columns of profile and profile_sample */
               GM_VALUE_ALLOC_OBJECTS,
               GM_VALUE_ALLOC_BYTES,
               GM_VALUE_INUSE_OBJECTS,
               GM_VALUE_INUSE_BYTES,
               GM_VALUE_COUNT,
               GM_VALUE_NANOSECONDS,
               GM_VALUE_KINDS
} gm_value_kind;

typedef struct {
    int64_t identity_id, t_ns, duration_ns, period;
    gm_span kind, value_types, binary, build_id; /* value_types: JSON array text */
    bool is_delta;
    int64_t totals[GM_VALUE_KINDS]; /* GM_UNKNOWN where the profile has no such value */
} gm_profile;

gm_status gm_emit_profile(gm_store *store, const gm_profile *profile, int64_t *id);
/* Values of a stack seen again in the same profile are added up. */
gm_status gm_emit_profile_sample(gm_store *store, int64_t profile_id, int64_t stack_id,
                                 const int64_t values[GM_VALUE_KINDS]);

typedef struct {
    int64_t profile_id, goid, wait_minutes, stack_id;
    gm_span state, created_by;
    bool locked;
} gm_goroutine;

gm_status gm_emit_goroutine(gm_store *store, const gm_goroutine *goroutine);

/* --- /proc, kernel, Kubernetes: see emit_records.h --- */

#endif
