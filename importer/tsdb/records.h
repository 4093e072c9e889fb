/* The records of a write-ahead log's segment, put together and decompressed. */
#ifndef GM_IMPORTER_TSDB_RECORDS_H
#define GM_IMPORTER_TSDB_RECORDS_H

#include "importer/tsdb/bytes.h"
#include "importer/tsdb/window.h"

#define GM_RECORDS_PAGE 32768
enum { GM_RECORDS_FRAGMENT = 7 }; /* bytes before a fragment's data */

typedef struct { /* bytes that grow */
    char *data;
    size_t len, size;
} gm_records_buffer;

typedef struct {
    gm_window window;
    bool silent; /* damage has been told before */
    gm_records_buffer parts, plain;
    bool open; /* the first fragment of a record came, the last one not */
    int64_t damaged;
} gm_records;

void gm_records_begin(gm_records *log, gm_member *member);
/* Writes the diagnostic that sums up, frees. */
void gm_records_end(gm_records *log);
/* The next record that is whole; valid until the next call. False at the end; see window.status. */
bool gm_records_next(gm_records *log, gm_span *record);

/* Do the bytes begin with a fragment? 0: no. 1: could be. 2: it is whole and its checksum is right. */
int gm_records_look_alike(gm_span head);

#endif
