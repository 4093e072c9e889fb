/* The timeline's columns as an enum, shared by the analyzer that writes them and the reports that read them. */
#ifndef GOMORTEM_TIMELINE_COLUMNS_H
#define GOMORTEM_TIMELINE_COLUMNS_H

typedef enum {
#define GM_COLUMN(symbol, column, label, kind) GM_COL_##symbol,
#include "gomortem/columns.def"
#undef GM_COLUMN
    GM_COL_COUNT
} gm_column;

typedef enum { GM_COLUMN_TOTAL, GM_COLUMN_BUCKET, GM_COLUMN_COUNT } gm_column_kind;

const char *gm_column_name(gm_column column);  /* the SQL column, e.g. "anon_bytes" */
const char *gm_column_label(gm_column column); /* for people */
gm_column_kind gm_column_kind_of(gm_column column);
/* Of a series of the table trend or a bucket of the table growth; a name that is none of them is answered itself. */
const char *gm_series_label(const char *series);

#endif
