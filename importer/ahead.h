/* Reading ahead: a stream is unpacked by a thread of its own while what came before is parsed.
 *
 * The thread only computes. All that counts (limits, sizes, complaints) is done by whoever takes the blocks, in the
 * same order as without a thread, so that nothing that is stored or said depends on it. */
#ifndef GM_IMPORTER_AHEAD_H
#define GM_IMPORTER_AHEAD_H

#include "importer/reader.h"

typedef struct gm_ahead gm_ahead;

/* Makes the next block, in the thread; valid until the next call. It takes its input by gm_ahead_input. */
typedef gm_status gm_ahead_make(void *context, gm_span *block);

/* Whether a thread could read the source now: it is a plain file of which nothing is pending. */
bool gm_ahead_can(const gm_reader *source);
/* NULL when there can be no thread. */
gm_ahead *gm_ahead_start(gm_reader *source, gm_ahead_make *make, void *context);
void gm_ahead_free(gm_ahead *ahead); /* NULL is allowed */
/* The next block, valid until the next call. When it does not answer GM_OK the thread has ended, and the source stands
 * where it would stand without a thread. */
gm_status gm_ahead_next(gm_ahead *ahead, gm_span *block);
/* Ends the thread. The source goes on where the thread had come to, and has the account of it. */
void gm_ahead_stop(gm_ahead *ahead);

gm_status gm_ahead_input(gm_ahead *ahead, gm_span *block);

#endif
