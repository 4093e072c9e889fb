/* One yajl parser with the events of json.h. Private to this directory. */
#ifndef GM_IMPORTER_TEXT_JSON_READER_H
#define GM_IMPORTER_TEXT_JSON_READER_H

#include <yajl/yajl_parse.h>

#include "importer/text/json.h"
#include "importer/text/json_memory.h"

typedef struct {
    gm_json_handler handler;
    void *context;
    int max_depth;
    bool pause_between; /* stop behind a document when what follows in the piece is not surely another one */

    int depth;        /* open maps and arrays */
    gm_span piece;    /* what yajl works on */
    yajl_handle yajl; /* NULL: make a new one */
    gm_json_memory memory;
    gm_status status; /* what ended it; GM_OK while going on */
    bool paused;
    char reason[160]; /* of GM_DAMAGED; empty when the handler answered it */
} gm_json_reader;

void gm_json_reader_init(gm_json_reader *reader, gm_json_handler handler, void *context, size_t memory_limit);
void gm_json_reader_release(gm_json_reader *reader);
/* Answers how many bytes were used: all, or fewer when paused or when reader->status is not GM_OK any more.
 */
size_t gm_json_reader_feed(gm_json_reader *reader, gm_span piece);
/* No more bytes: a document or a token that is not complete is damage. */
void gm_json_reader_finish(gm_json_reader *reader);

/* May this byte follow the opener '{' or '[', blanks between them left out? Tells documents from prose. */
bool gm_json_confirms(char opener, char byte);

/* gm_json_stream of json.c for at most max_bytes; a larger member is damage, found while reading. */
gm_status gm_json_stream_upto(gm_member *member, int64_t max_bytes, gm_json_handler handler, void *context);

#endif
