/* The lines of a goroutine dump, one by one, without state. */
#ifndef GM_IMPORTER_FORMATS_GOROUTINE_DUMP_HEADER_H
#define GM_IMPORTER_FORMATS_GOROUTINE_DUMP_HEADER_H

#include "gomortem/base.h"

typedef struct {
    int64_t goid;
    gm_span state;        /* the wait reason as printed, without what follows it */
    int64_t wait_minutes; /* GM_UNKNOWN: not printed */
    bool locked;
} gm_goroutine_header;

bool gm_goroutine_header_parse(gm_span line, gm_goroutine_header *header);

/* "main.(*T).run(0xc000010018, {0x1, 0x2}, ...)": the name before the arguments. */
bool gm_goroutine_call_parse(gm_span line, gm_span *name);
/* "\t/src/main.go:12 +0x45 fp=0x1": file and line. */
bool gm_goroutine_place_parse(gm_span line, gm_span *file, int64_t *number);
/* "created by main.run in goroutine 7": the function. */
bool gm_goroutine_creator_parse(gm_span line, gm_span *name);

#endif
