/* Archives and compressions as readers, on libarchive. */
#ifndef GM_IMPORTER_ARCHIVE_H
#define GM_IMPORTER_ARCHIVE_H

#include "importer/packing.h"
#include "importer/reader.h"

/* Takes compression off. The source stays the caller's and must outlive the answer. Several compressions of
 * the same kind on each other are taken off at once, at most levels. */
gm_reader *gm_inflate_new(gm_reader *source, gm_packing packing, int levels);
int gm_inflate_levels(const gm_reader *inflate); /* how many it took off, known after a first peek */

/* A modification time in ns; GM_UNKNOWN when it does not fit, which no honest one does. */
int64_t gm_mtime_ns(int64_t seconds, int64_t nanoseconds);

typedef enum { GM_ENTRY_FILE, GM_ENTRY_DIRECTORY, GM_ENTRY_LINK, GM_ENTRY_SPECIAL } gm_entry_type;

typedef struct { /* valid until the next gm_archive_next */
    gm_entry_type type;
    gm_span path;     /* as the archive writes it */
    const char *what; /* "a symbolic link", "a device", ... */
    int64_t mtime_ns; /* or GM_UNKNOWN */
    int64_t size;     /* or GM_UNKNOWN */
    bool encrypted;
} gm_archive_entry;

typedef struct gm_archive gm_archive;

/* The source stays the caller's; one that can rewind is read from its start. */
gm_archive *gm_archive_new(gm_reader *source, gm_packing packing);
void gm_archive_free(gm_archive *archive);
/* GM_OK, GM_END, GM_DAMAGED when nothing more can be read (already reported) or GM_FATAL. */
gm_status gm_archive_next(gm_archive *archive, gm_archive_entry *entry);
/* The bytes of the entry that came last. Must be freed before the next one is asked for. */
gm_reader *gm_archive_reader(gm_archive *archive);

#endif
