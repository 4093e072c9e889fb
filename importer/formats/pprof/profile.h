/* A profile as it is collected from its fields, until the string table has come and rows can be made. */
#ifndef GM_IMPORTER_FORMATS_PPROF_PROFILE_H
#define GM_IMPORTER_FORMATS_PPROF_PROFILE_H

#include "importer/formats/pprof/plain.h"
#include "importer/formats/pprof/table.h"
#include "importer/formats/pprof/wire.h"

#define GM_PPROF_TYPES_MAX      32
#define GM_PPROF_LABEL_KEYS_MAX 32

/* What can be wrong with a part of a profile; each kind is reported once, with its count. */
typedef enum {
#define GM_PPROF_PROBLEM(symbol, text) GM_PPROF_BAD_##symbol,
#include "importer/formats/pprof/problems.def"
#undef GM_PPROF_PROBLEM
    GM_PPROF_PROBLEMS
} gm_pprof_problem;

typedef uint32_t gm_pprof_string; /* index into the string table; UINT32_MAX: no such index can exist */

typedef struct {
    gm_pprof_string type, unit;
} gm_pprof_type;

typedef struct {
    uint64_t id;
    gm_pprof_string name, system_name, file;
    int64_t row; /* the incident's function_id; 0: not written yet */
} gm_pprof_function;

typedef struct {
    uint64_t id, mapping_id, address;
    uint32_t first_line, lines; /* of the table; at least one: a location without lines gets one without function */
} gm_pprof_location;

typedef struct {
    uint64_t id;
    gm_pprof_string file, build_id;
} gm_pprof_mapping;

typedef struct {
    gm_member *member;
    gm_arena *arena;   /* the collected profile */
    gm_arena *scratch; /* one decoded message at a time */
    ProtobufCAllocator allocator;
    gm_pprof_plain *plain; /* the sample in hand */
    gm_pprof_type types[GM_PPROF_TYPES_MAX];
    size_t type_count;
    gm_pprof_samples samples;
    gm_pprof_table functions, locations, lines, mappings;
    gm_pprof_table strings;               /* of gm_span */
    int64_t time_ns, duration_ns, period; /* 0: not given */
    gm_pprof_string period_type, default_type;
    gm_pprof_string label_keys[GM_PPROF_LABEL_KEYS_MAX]; /* which keys occur in any sample */
    size_t label_key_count;
    bool time_seen, period_type_seen;
    bool full; /* the memory limit was reached */
    int64_t problems[GM_PPROF_PROBLEMS];
    int64_t problem_offsets[GM_PPROF_PROBLEMS]; /* of the first; GM_UNKNOWN when it cannot be said */
} gm_pprof;

bool gm_pprof_init(gm_pprof *profile, gm_member *member); /* false when memory is out */
void gm_pprof_release(gm_pprof *profile);

/* Collects fields. GM_OK: another profile begins behind this one; GM_END; GM_DAMAGED, GM_FATAL as the wire.
 */
gm_status gm_pprof_read(gm_pprof *profile, gm_pprof_wire *wire);
/* Makes rows of what was collected and reports the problems. */
gm_status gm_pprof_emit(gm_pprof *profile);

void gm_pprof_bad(gm_pprof *profile, gm_pprof_problem problem, int64_t offset);
gm_span gm_pprof_text(const gm_pprof *profile, gm_pprof_string string); /* empty when out of range */

/* --- kind.c --- */
/* What the values of the profile are. */
typedef struct {
    int value_of[GM_VALUE_KINDS];  /* index of the value that fills the column, -1: none */
    int64_t scale[GM_VALUE_KINDS]; /* what to multiply it with */
} gm_pprof_columns;

gm_pprof_columns gm_pprof_columns_of(const gm_pprof *profile);
gm_span gm_pprof_kind(const gm_pprof *profile);
bool gm_pprof_is_delta(const gm_pprof *profile); /* by label and name; negative values are seen elsewhere */
gm_span gm_pprof_value_types(const gm_pprof *profile, gm_arena *arena); /* JSON */

#endif
