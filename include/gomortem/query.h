/* Questions to an incident: SQL that is shipped under a name, and SQL that a user writes.
 *
 * THE list of shipped queries is reports/query/queries.def; each line names one file
 * reports/query/queries/<name>.sql. A query sees the views of the schema and nothing else can happen to the file: the
 * store must be open for reading, where an authorizer and SQLite's own limits hold. */
#ifndef GOMORTEM_QUERY_H
#define GOMORTEM_QUERY_H

#include <stdio.h>

#include "gomortem/store.h"

typedef struct {
    const char *name, *title, *sql;
} gm_query;

extern const gm_query gm_queries[]; /* name NULL at the end */
const gm_query *gm_query_find(const char *name);

typedef enum {
    GM_QUERY_TABLE,     /* columns for people; control characters are shown, not sent */
    GM_QUERY_CSV,       /* RFC 4180; texts that a spreadsheet would run get a leading ' */
    GM_QUERY_JSON,      /* an array of objects, one row a line */
    GM_QUERY_NDJSON,    /* objects, one a line */
    GM_QUERY_CSV_EXACT, /* texts as they are, for databases: NULL is nothing, an empty text is "" */
} gm_query_format;

typedef struct {
    gm_query_format format;
    int64_t at_ns;                    /* bound to :at_ns where the SQL has it; GM_UNKNOWN = NULL */
    const char *like;                 /* bound to :like; NULL = NULL */
    int64_t max_rows;                 /* 0 = all; *truncated tells that there were more */
    bool *truncated;                  /* may be NULL */
    const volatile bool *interrupted; /* polled while SQLite works; may be NULL */
} gm_query_options;

/* Runs one statement and writes its rows as they come. Names in the table format: a NULL is an empty cell. Errors:
 * GM_STORE_ERROR_SQL for SQL that does not compile, is not one statement or is not allowed. */
bool gm_query_run(gm_store *store, const char *sql, const gm_query_options *options, FILE *out, GError **error);

#endif
