/* Walking bundles: every member comes by once, unpacked, in the order of the archive. */
#ifndef GM_IMPORTER_BUNDLE_H
#define GM_IMPORTER_BUNDLE_H

#include "importer/archive.h"
#include "importer/store/intern.h"

typedef struct {  /* what the import loop gets */
    gm_span path; /* cleaned */
    int64_t id;   /* of its row */
    int64_t mtime_ns;
    gm_reader *reader; /* unpacked */
} gm_bundle_member;

typedef struct {
    gm_job *job;
    /* Reads one member and fills format, bid and time_source of end. It need not read to the end. Only
     * GM_FATAL stops the walk. */
    gm_status (*take)(void *context, const gm_bundle_member *member, gm_member_end *end);
    void *context;
    gm_intern paths; /* seen so far, by fingerprint: names can be long and many */
    int64_t members; /* entries of all archives and directories so far */
    int depth;       /* archives and compressions around the current member */
} gm_walk;

void gm_walk_init(gm_walk *walk, gm_job *job);
void gm_walk_release(gm_walk *walk);

typedef struct gm_found { /* a thing in an archive or a directory, before its row is written */
    gm_archive_entry entry;
    gm_span prefix;                             /* path of what it lies in, may be empty */
    int64_t parent_id;                          /* or GM_UNKNOWN */
    gm_reader *(*open)(struct gm_found *found); /* NULL after it has reported why */
    void *source;
} gm_found;

/* Writes the member's row and hands it, or what is packed in it, to take. GM_OK, GM_END when a limit ends the
 * walk, GM_FATAL. */
gm_status gm_walk_found(gm_walk *walk, gm_found *found);

/* A whole bundle: archive, directory, single file, "-" = standard input. prefix: put the bundle's own name in
 * front of its members' paths (needed when there are several bundles). GM_FATAL with job->error also when the
 * bundle cannot be used at all (missing, empty). */
gm_status gm_walk_bundle(gm_walk *walk, const char *path, bool prefix);

/* Steps of gm_walk_bundle. The stream has no row yet: an archive gets none, a single file one called name.
 * The reader is freed. */
gm_status gm_walk_stream(gm_walk *walk, gm_reader *stored, gm_span name, gm_span prefix, int64_t mtime_ns);
gm_status gm_walk_directory(gm_walk *walk, int fd, gm_span prefix); /* closes fd */

#endif
