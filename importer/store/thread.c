/* Threads of the importer: one that unpacks (importer/ahead.c), one that writes (sheet_queue.c).
 *
 * Both can do without: where no thread can be had, the work is done in place. */
#include "importer/store/thread.h"

#include <signal.h>
#include <stddef.h>

#define STACK_BYTES ((size_t)512 << 10)

bool gm_thread_start(pthread_t *thread, void *(*work)(void *data), void *data) {
    pthread_attr_t attributes;
    sigset_t all, before;
    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(thread, &attributes, work, data) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return started;
}
