/* The list of temporary files (temporary.h).
 *
 * Below everything that makes one. A signal handler reads the list, so it is a few slots of fixed size: a name that is
 * longer than a slot, or one more than there are slots, is not removed by force, and nothing else is lost. */
#include "gomortem/temporary.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { SLOTS = 8, LONGEST = 4000 };

static const char suffix[] = "-journal";
static char paths[SLOTS][LONGEST + sizeof suffix];
static volatile sig_atomic_t taken[SLOTS];

void gm_temporary_made(const char *path) {
    size_t len = strlen(path);
    for (int i = 0; i < SLOTS && len < LONGEST; i++) {
        if (taken[i]) continue;
        memcpy(paths[i], path, len + 1);
        taken[i] = 1;
        return;
    }
}

void gm_temporary_gone(const char *path) {
    for (int i = 0; i < SLOTS; i++) {
        if (taken[i] && strcmp(paths[i], path) == 0) taken[i] = 0;
    }
}

void gm_temporaries_remove(void) {
    for (int i = 0; i < SLOTS; i++) {
        if (!taken[i]) continue;
        taken[i] = 0;
        unlink(paths[i]);
        memcpy(paths[i] + strlen(paths[i]), suffix, sizeof suffix);
        unlink(paths[i]);
    }
}
