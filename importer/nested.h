/* Members that a parser found within its own, until the import loop reads them. */
#ifndef GM_IMPORTER_NESTED_H
#define GM_IMPORTER_NESTED_H

#include "gomortem/member.h"

typedef struct gm_nested { /* in the order in which they were found */
    struct gm_nested *next;
    gm_span name, bytes; /* owned */
} gm_nested;

void gm_nested_free(gm_nested *list); /* NULL is allowed */

#endif
