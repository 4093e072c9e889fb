/* The fact tables as rows. Used by ndjson and csv; the statements are reports/fleet/facts. */
#ifndef GM_REPORTS_EXPORT_FACT_TABLES_H
#define GM_REPORTS_EXPORT_FACT_TABLES_H

#include "gomortem/export.h"

/* False with an error when options->table names no fact table. */
bool gm_fact_tables_check(const gm_export_options *options, GError **error);
bool gm_fact_table_write(gm_store *store, const gm_query *fact, gm_query_format format, FILE *out, GError **error);

#endif
