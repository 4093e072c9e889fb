/* Exports: an incident in the shape that another tool reads. THE list is reports/export/exports.def; each line names
 * one file reports/export/<kind>.c, which defines gm_exporter_<kind>.
 *
 * An exporter holds its own SQL and writes rows as they come, so that memory does not grow with the incident. The
 * store is open for reading. */
#ifndef GOMORTEM_EXPORT_H
#define GOMORTEM_EXPORT_H

#include <stdio.h>

#include "gomortem/query.h"

typedef struct {
    const char
        *profile; /* first, last, growth, diff, or a profile_id; NULL: growth, or last when there is one profile */
    const char *container; /* GLOB over namespace/pod/container; NULL: all, or the worst one where one is needed */
    const char *table;     /* facts: this table alone; NULL: all */
    const char *folder;    /* csv: where one file a table goes; NULL: to out */
    bool force;            /* files in folder may be overwritten */
    GString *remarks;      /* one line for each thing that was left out and why; may be NULL */
} gm_export_options;

typedef struct {
    const char *name, *title;
    bool binary; /* not for a terminal */
    bool folder; /* all of it needs a folder: one file a table */
    bool (*write)(gm_store *store, const gm_export_options *options, FILE *out, GError **error);
} gm_exporter;

extern const gm_exporter *const gm_exporters[]; /* NULL at the end */
const gm_exporter *gm_exporter_find(const char *name);

/* The fact tables: flat, append-only, versioned. THE list is reports/fleet/facts.def. */
extern const gm_query gm_fact_tables[]; /* name NULL at the end */

/* Nothing in the incident fits what was asked for: GM_EXPORT_ERROR_NOTHING. The message says what is missing. */
#define GM_EXPORT_ERROR gm_export_error_quark()
GQuark gm_export_error_quark(void);
typedef enum { GM_EXPORT_ERROR_NOTHING, GM_EXPORT_ERROR_USAGE } gm_export_error;

#endif
