/* Rows of the tables that grow large, gathered on sheets and written many at once.
 *
 * Starting and ending a statement costs more than a row of it. A sheet holds rows of one table; a full one is
 * handed on and written by a statement for all of it. Ids in them are known beforehand, for nothing else adds rows to
 * these tables. Order is kept: what was handed on first is written first. */
#ifndef GM_STORE_SHEET_H
#define GM_STORE_SHEET_H

#include "importer/store/store_private.h"

typedef enum {
    GM_SHEET_SAMPLES,   /* series_id, t_ns, value; none of them is there already */
    GM_SHEET_FUNCTIONS, /* name, file */
    GM_SHEET_LOCATIONS, /* function_id, line */
    GM_SHEET_STACKS,    /* frames */
    GM_SHEET_VALUES,    /* profile_id, stack_id, values; those that are there already are added up */
    GM_SHEET_FLAT,      /* profile_id, function_id, values; likewise */
    GM_SHEET_KINDS
} gm_sheet_kind;

enum { GM_SHEET_ROWS = 64, GM_SHEET_COLUMNS = 8 };

typedef union {
    int64_t number; /* GM_UNKNOWN: NULL */
    double real;
    struct {
        uint32_t begin, len; /* in the sheet's text; UINT32_MAX as begin: NULL */
    } text;
} gm_cell;

typedef struct gm_sheet {
    struct gm_sheet *next; /* of those that are free or wait to be written */
    gm_sheet_kind kind;
    int rows, written;
    bool news;   /* of values: no row is there already */
    bool singly; /* row by row, for one of them was refused */
    GString *text;
    gm_cell cells[GM_SHEET_ROWS * GM_SHEET_COLUMNS];
} gm_sheet;

gm_sheets *gm_sheets_new(gm_store *store);

/* The sheet of this kind with room for one more row; the row is there once rows is raised. NULL: the store has
 * failed. Text is added to sheet->text first and pointed at by a cell. */
gm_sheet *gm_sheet_open(gm_store *store, gm_sheet_kind kind);
gm_cell *gm_sheet_row(gm_sheet *sheet);                   /* the cells of the row to come */
gm_cell gm_sheet_ascii(gm_sheet *sheet, gm_span text);    /* adds text of our own making */
gm_cell gm_sheet_text(gm_sheet *sheet, gm_span text);     /* adds valid UTF-8, repaired where it is not */
gm_cell gm_sheet_optional(gm_sheet *sheet, gm_span text); /* empty text is NULL */

/* Hands everything on that is gathered. Rows that the database refuses are counted and reported. */
gm_status gm_sheets_flush(gm_store *store);

/* Waits until all that was handed on is written: until then the connection is not the importer's. */
gm_status gm_sheets_settle(gm_store *store);

void gm_sheet_free(gm_sheet *sheet); /* NULL is allowed */
/* Whether its rows are added to those that are there already; else none of them is there. */
bool gm_sheet_adds_up(const gm_sheet *sheet);
/* SQLite has answered code to a sheet: refused rows are counted and reported, all else ends the import. */
gm_status gm_sheet_refused(gm_sheets *sheets, gm_sheet *sheet, int code);

/* --- writing in a thread: sheet_queue.c --- */
typedef struct gm_queue gm_queue;
gm_queue *gm_queue_new(gm_sheets *sheets); /* NULL when there can be no thread */
void gm_queue_free(gm_queue *queue);       /* what waits is not written; NULL is allowed */
gm_status gm_queue_put(gm_queue *queue, gm_sheet *sheet);
gm_status gm_queue_settle(gm_queue *queue);
gm_sheet *gm_queue_take_done(gm_queue *queue); /* a list of sheets that can be filled again */

/* --- writing: sheet_write.c --- */
/* Writes the rows from sheet->written on; SQLite's code, with the failure still on the connection. */
int gm_sheet_write(gm_sheets *sheets, gm_sheet *sheet);
void gm_sheet_statements_free(gm_sheets *sheets);

struct gm_sheets {
    gm_store *store;
    gm_queue *queue; /* NULL while there is little to write */
    bool alone;      /* there can be no queue */
    bool refusing;   /* the connection is the importer's although sheets wait */
    int64_t handed_on;
    gm_sheet *open[GM_SHEET_KINDS], *free;
    sqlite3_stmt *many[GM_SHEET_KINDS + 1], *one[GM_SHEET_KINDS + 1]; /* by statement, see sheet_write.c */
};

#endif
