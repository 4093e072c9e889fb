/* The stack that was emitted last, with what was made of it, so that the next one costs only the frames in which it
 * differs: neighbours in a profile mostly share theirs from the root on. */
#ifndef GM_STORE_LAST_STACK_H
#define GM_STORE_LAST_STACK_H

#include "importer/store/intern.h"

typedef struct gm_last_stack gm_last_stack;

gm_last_stack *gm_last_stack_new(void);
void gm_last_stack_free(gm_last_stack *last);

/* Takes a stack, leaf first, in the place of the one before; answers its fingerprint. */
gm_fingerprint gm_last_stack_set(gm_last_stack *last, const int64_t *location_ids, size_t n);
/* Its frames as a JSON array, leaf first; valid until the next call. */
gm_span gm_last_stack_json(gm_last_stack *last);

#endif
