/* Ctrl-C and SIGTERM: work stops at the next block or query, temporary files are removed, the exit code is 130. A
 * second signal ends the program at once; temporary files go even then. */
#include "analyzer/cli/cli.h"

#include "gomortem/temporary.h"

#include <signal.h>
#include <unistd.h>

volatile bool gm_cli_interrupted;

static void note(int signal_number) {
    (void)signal_number;
    if (gm_cli_interrupted) {
        gm_temporaries_remove();
        _exit(GM_EXIT_INTERRUPTED);
    }
    gm_cli_interrupted = true;
}

void gm_cli_catch_interrupts(void) {
    struct sigaction action = {.sa_handler = note};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static int look(void *unused) {
    (void)unused;
    return gm_cli_interrupted;
}

void gm_cli_stop_queries(sqlite3 *db) {
    enum { STEPS_BETWEEN_LOOKS = 100000 };
    sqlite3_progress_handler(db, STEPS_BETWEEN_LOOKS, look, NULL);
}
