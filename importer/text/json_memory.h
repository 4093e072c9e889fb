/* Memory for yajl with a limit. Private to this directory. */
#ifndef GM_IMPORTER_TEXT_JSON_MEMORY_H
#define GM_IMPORTER_TEXT_JSON_MEMORY_H

#include <setjmp.h>
#include <yajl/yajl_common.h>

#include "gomortem/base.h"

typedef struct gm_json_block gm_json_block;

typedef struct {
    yajl_alloc_funcs funcs; /* for yajl_alloc */
    gm_json_block *blocks;  /* all that is allocated */
    size_t used, limit;     /* bytes */
    jmp_buf failed;         /* set by the caller before every call of yajl that may allocate */
} gm_json_memory;

void gm_json_memory_init(gm_json_memory *memory, size_t limit);
void gm_json_memory_release(gm_json_memory *memory); /* frees what yajl holds, its handle too */

#endif
