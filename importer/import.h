/* The import loop over an open store, in steps; gm_import is all of them in a row. */
#ifndef GM_IMPORTER_IMPORT_H
#define GM_IMPORTER_IMPORT_H

#include "gomortem/format.h"
#include "gomortem/importer.h"
#include "importer/bundle.h"
#include "importer/kept.h"

typedef struct {
    gm_job job;
    gm_walk walk;
    gm_arena *arena;
    gm_kept *kept;         /* what formats will see again in finish */
    const gm_format *only; /* NULL: the bids decide; else this format gets every member (fuzzing) */
    int64_t recognised;    /* members that a format took */
    int64_t whole;         /* and that were read without damage */
    int64_t ties;          /* members for which two formats bid the same */
    /* Tests put a reader between the member and its parser; NULL: none. What it answers is freed. */
    gm_reader *(*wrap)(void *context, gm_reader *reader);
    void *wrap_context;
} gm_importer;

/* limits and select must outlive the importer. */
void gm_importer_init(gm_importer *importer, gm_store *store, const gm_limits *limits, const struct gm_select *select);
void gm_importer_release(gm_importer *importer);

/* One member from memory. */
gm_status gm_importer_add(gm_importer *importer, gm_span path, gm_span bytes);

/* To be called after all members and before gm_identity_settle: gives the members that kept bytes to their
 * formats' finish. */
gm_status gm_importer_finish(gm_importer *importer);

/* Writes the incident row; to be called after all members and after gm_identity_settle. */
bool gm_incident_write(gm_store *store, const char *name, const gm_import_options *options, char id[65],
                       GError **error);

#endif
