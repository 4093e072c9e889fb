/* Starting a thread of the importer's: a small stack, and no signals, which are for the thread that polls them. */
#ifndef GM_STORE_THREAD_H
#define GM_STORE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* False when there can be none. */
bool gm_thread_start(pthread_t *thread, void *(*work)(void *data), void *data);

#endif
