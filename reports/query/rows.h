/* How the rows of a query are written: one writer a format, driven by query.c. */
#ifndef GM_REPORTS_QUERY_ROWS_H
#define GM_REPORTS_QUERY_ROWS_H

#include "gomortem/query.h"

typedef struct gm_rows gm_rows;

gm_rows *gm_rows_new(gm_query_format format, sqlite3_stmt *stmt, FILE *out);
void gm_rows_add(gm_rows *rows); /* the statement's current row */
bool gm_rows_end(gm_rows *rows); /* writes what is left and frees; false when the output failed */

#endif
