/* Writing one row: begin, put the columns in the statement's order, write.
 *
 * Text is bound without a copy when it is valid; it must live until the row is written. */
#ifndef GM_STORE_EMIT_ROW_H
#define GM_STORE_EMIT_ROW_H

#include "importer/store/store_private.h"

typedef struct {
    gm_store *store;
    sqlite3_stmt *stmt;
    int column;
} gm_row;

/* Takes the kind's statement, preparing sql at its first use. False when the store has failed. */
bool gm_row_begin(gm_row *row, gm_store *store, gm_row_kind kind, const char *sql);

void gm_row_int(gm_row *row, int64_t value);
void gm_row_ints(gm_row *row, const int64_t *values, size_t n);
void gm_row_real(gm_row *row, double value);
void gm_row_word(gm_row *row, const char *text); /* NULL means unknown */
void gm_row_text(gm_row *row, gm_span text);     /* empty text stays empty text */
void gm_row_optional(gm_row *row, gm_span text); /* empty text means unknown */
void gm_row_member(gm_row *row);                 /* the id of the innermost open member */

/* Writes the row without counting it. GM_OK, GM_DAMAGED when the database refused the record (counted as
 * rejected and reported), GM_FATAL. */
gm_status gm_row_write(gm_row *row);
/* Writes the row as a record of the member that belongs to time t_ns. A refused record answers GM_OK. */
gm_status gm_row_record(gm_row *row, int64_t t_ns);
/* The same for records with an id; a refused one answers GM_DAMAGED and *id is 0. */
gm_status gm_row_record_id(gm_row *row, int64_t t_ns, int64_t *id);

/* Counts and reports the record that the database has just refused. GM_DAMAGED or GM_FATAL. */
gm_status gm_row_refuse(gm_store *store);

/* Writes the samples that are pending for the innermost member, and all else that is gathered. */
gm_status gm_samples_flush(gm_store *store);

/* --- sums by function: emit_flat.c --- */
void gm_flat_location(gm_flat *flat, int64_t location_id, int64_t function_id);
void gm_flat_stack(gm_flat *flat, int64_t stack_id, const int64_t *location_ids, size_t n);
gm_status gm_flat_add(gm_store *store, int64_t profile_id, int64_t stack_id, const int64_t values[GM_VALUE_KINDS]);
gm_status gm_flat_flush(gm_store *store); /* puts the sums of the profile in hand on sheets */

void gm_member_count(gm_open_member *member, int64_t t_ns);

#endif
