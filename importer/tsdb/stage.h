/* What the files of one TSDB directory tell each other, in temporary tables of the store.
 *
 * Shape: open for a member, put or get, close. A scope is a block, or the head of a data directory with its
 * log; it goes by its directory's path. */
#ifndef GM_IMPORTER_TSDB_STAGE_H
#define GM_IMPORTER_TSDB_STAGE_H

#include <sqlite3.h>

#include "gomortem/member.h"
#include "importer/metrics/labels.h"

typedef enum { GM_SCOPE_BLOCK, GM_SCOPE_HEAD } gm_scope_kind;

typedef enum { /* what is known of a block's index, or of a head's log */
               GM_INDEX_MISSING,
               GM_INDEX_WHOLE,
               GM_INDEX_DAMAGED,
} gm_index_state;

enum { GM_STAGE_STATEMENTS = 9 };

typedef struct {
    gm_member *member;
    int64_t scope;
    sqlite3_stmt *statements[GM_STAGE_STATEMENTS];
} gm_stage;

/* The scope is found from the member's path: GM_FATAL when the tables cannot be made. */
gm_status gm_stage_open(gm_stage *stage, gm_member *member, gm_scope_kind kind);
void gm_stage_close(gm_stage *stage);

/* A series and its labels, as gm_stage_labels reads them; empty: of a series that is not wanted. The first
 * one of a reference is kept. */
gm_status gm_stage_put_series(gm_stage *stage, uint64_t ref, gm_span labels);
/* GM_END when the series is not known. The labels are valid until the next call. */
gm_status gm_stage_get_series(gm_stage *stage, uint64_t ref, gm_span *labels);
/* Labels as in a log: their number, then lengths and strings. The name is told apart. False when damaged. */
bool gm_stage_labels(gm_span stored, gm_span *name, gm_labels *labels);

gm_status gm_stage_put_chunk(gm_stage *stage, uint64_t chunk, uint64_t series);
/* The chunks of the scope from a reference on, in their order. */
gm_status gm_stage_first_chunk(gm_stage *stage, uint64_t from);
gm_status gm_stage_next_chunk(gm_stage *stage, uint64_t *chunk, uint64_t *series); /* GM_END after the last */

/* The file that holds the chunks of these numbers is there. */
gm_status gm_stage_put_segment(gm_stage *stage, uint64_t segment);
/* Chunks that were put and lie in files that are not there, and the first such file; 0: none. */
gm_status gm_stage_lost_chunks(gm_stage *stage, int64_t *chunks, uint64_t *segment);

/* A deleted interval, both ends included. */
gm_status gm_stage_put_gap(gm_stage *stage, uint64_t ref, int64_t from_ms, int64_t to_ms);
gm_status gm_stage_first_gap(gm_stage *stage, uint64_t ref);
gm_status gm_stage_next_gap(gm_stage *stage, int64_t *from_ms, int64_t *to_ms);

gm_status gm_stage_put_state(gm_stage *stage, gm_index_state state);
gm_status gm_stage_get_state(gm_stage *stage, gm_index_state *state);

#endif
