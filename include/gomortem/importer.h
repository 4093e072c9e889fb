/* Stage 1: a bundle becomes an incident.
 *
 * Damage is data: what can be read of a damaged bundle is kept, and data_lost tells that something is
 * missing. A bundle is unusable, and no incident is made, when it is missing, unreadable or empty, when
 * nothing in it is recognised, when all that is recognised was refused by a limit, and when an archive breaks
 * off before the first recognised member is complete. */
#ifndef GOMORTEM_IMPORTER_H
#define GOMORTEM_IMPORTER_H

#include <glib.h>

#include "gomortem/member.h"

#define GM_IMPORT_ERROR gm_import_error_quark()
GQuark gm_import_error_quark(void);

typedef enum {
    GM_IMPORT_ERROR_UNUSABLE, /* nothing in it can be read: permanent */
    GM_IMPORT_ERROR_IO,       /* reading failed: retry may help */
} gm_import_error;

typedef struct {
    const char *const *bundles; /* paths, "-" = standard input; NULL at the end */
    const char *target;         /* the database to write; ":memory:" for tests */
    bool force;                 /* overwrite */
    const char *const *select;  /* namespace/pod/container globs; NULL: all */
    gm_limits limits;
    const volatile bool *interrupted; /* polled between blocks; may be NULL */
} gm_import_options;

typedef struct {
    char incident_id[65];
    int64_t members, unrecognised, records, rejected, diagnostics;
    bool data_lost; /* a member was damaged or refused */
} gm_import_result;

/* The name of a bundle, as incident.name has it: without directories and archive suffixes. To be freed. */
char *gm_bundle_name(const char *path);

/* Creates options->target or sets error and leaves nothing behind. With target ":memory:" the open store is
 * handed over in *store, which is NULL-able otherwise. */
bool gm_import(const gm_import_options *options, gm_import_result *result, gm_store **store, GError **error);

#endif
