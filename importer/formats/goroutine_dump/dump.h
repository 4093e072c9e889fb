/* A dump in the making: the goroutines seen so far, until the profile row can carry their number. */
#ifndef GM_IMPORTER_FORMATS_GOROUTINE_DUMP_DUMP_H
#define GM_IMPORTER_FORMATS_GOROUTINE_DUMP_DUMP_H

#include "importer/formats/goroutine_dump/header.h"
#include "importer/formats/goroutine_dump/parser.h"
#include "importer/formats/pprof/table.h"

#define GM_DUMP_FRAMES_MAX 1024 /* the runtime prints 100 at most */

typedef struct {
    gm_goroutine_header header;
    gm_span created_by;
    int64_t stack_id;
} gm_dump_goroutine;

typedef struct {
    gm_member *member;
    gm_goroutine_owner owner;
    void *context;             /* of owner */
    int64_t t_ns;              /* of the first line */
    int64_t last_ns;           /* t_ns of the dump before */
    gm_pprof_table goroutines; /* of gm_dump_goroutine */
    gm_span *words;            /* states and creators are few: the last copy of each is used again */
    uint64_t *goids;           /* set, open addressing, 0 = free */
    size_t goid_slots, goid_count;
    int64_t frames[GM_DUMP_FRAMES_MAX]; /* location_ids of the goroutine in hand */
    size_t frame_count;
    bool deep; /* frames were cut */
    bool full; /* memory ran out: goroutines were lost */
} gm_dump;

bool gm_dump_init(gm_dump *dump, gm_member *member, gm_goroutine_owner owner, void *context);
/* Dates a dump that begins. No two are from the same moment: a time that the one before had is only the
 * file's. */
void gm_dump_begin(gm_dump *dump, int64_t t_ns);
bool gm_dump_is_traceback(const gm_dump *dump); /* a single goroutine, running */
bool gm_dump_has(const gm_dump *dump, int64_t goid);
/* file may be empty, line GM_UNKNOWN. */
gm_status gm_dump_frame(gm_dump *dump, gm_span function, gm_span file, int64_t line);
/* Takes the frames collected as the stack of this goroutine. */
gm_status gm_dump_goroutine_add(gm_dump *dump, const gm_goroutine_header *header, gm_span created_by);
/* Writes everything and empties the dump. */
gm_status gm_dump_emit(gm_dump *dump);
/* A copy of the text in the member's arena; the same text twice in a row costs nothing. */
gm_span gm_dump_word(gm_dump *dump, gm_span text);

#endif
