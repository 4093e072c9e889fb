/* The schema reference: every table, view and column with its comment, read from the shipped SQL itself.
 *
 * A comment stands behind the column, on the lines below it (indented deeper), on a line above it (indented like it),
 * or in a block "-- Names:" with lines "--   column: text" or "--   table.column: text". A view's column that has none
 * takes that of the column it shows. */
#ifndef GOMORTEM_SCHEMA_DOC_H
#define GOMORTEM_SCHEMA_DOC_H

#include "gomortem/store.h"

typedef struct {
    char *name, *type; /* type "" for computed columns of views */
    char *comment;     /* "" when there is none, which a test forbids */
} gm_doc_column;

typedef struct {
    char *name, *comment;
    bool is_view;
    GArray *columns; /* of gm_doc_column */
} gm_doc_table;

/* Tables and views in the order of the SQL; free with g_ptr_array_unref. */
GPtrArray *gm_schema_doc_read(GError **error);

/* "markdown" or "json" to out; false: there is no such format. */
bool gm_schema_doc_write(const GPtrArray *tables, const char *format, GString *out);

#endif
