/* Bounds the memory of the whole process.
 *
 * The importer counts what its parsers and tables take and refuses more; this is for everything else. SQLite answers
 * an error beyond its half, and the system refuses to map more than the limit, which GLib answers by aborting: that
 * abort is caught here, says what happened and removes what is half-done. */
#include "analyzer/cli/memory.h"
#include "analyzer/cli/cli.h"

#include "gomortem/arena.h"
#include "gomortem/temporary.h"

#include <glib.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GM_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define GM_SANITIZED 1
#endif
#ifndef GM_SANITIZED
#define GM_SANITIZED 0
#endif

static char sentence[160];                 /* made beforehand, for nothing can be made then */
static volatile sig_atomic_t glib_gave_up; /* on an allocation */

static bool nothing_left(void) {
    enum { PROBE = 1 << 20 };
    void *probe = mmap(NULL, PROBE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (probe != MAP_FAILED) munmap(probe, PROBE);
    return probe == MAP_FAILED;
}

static void end_by_force(int signal_number) {
    gm_temporaries_remove();
    if (glib_gave_up || gm_arena_starved() || nothing_left()) {
        ssize_t written = write(STDERR_FILENO, sentence, strlen(sentence));
        (void)written;
        _exit(GM_EXIT_TRANSIENT);
    }
    signal(signal_number, SIG_DFL); /* a mistake of ours: it ends as it would have */
    raise(signal_number);
}

/* GLib's own words for the failure would be a second message. */
static void note_giving_up(const char *domain, GLogLevelFlags level, const char *message, void *unused) {
    if ((level & G_LOG_LEVEL_ERROR) && strstr(message, "failed to allocate")) glib_gave_up = 1;
    else g_log_default_handler(domain, level, message, unused);
}

/* With GLib out of memory its report needs memory too and calls itself until the stack ends: hence a stack aside. */
static void catch_ends(void) {
    static const int signals[] = {SIGABRT, SIGTRAP, SIGSEGV, SIGBUS};
    static char aside[64 << 10];
    stack_t stack = {.ss_sp = aside, .ss_size = sizeof aside};
    struct sigaction action = {.sa_handler = end_by_force, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) sigaction(signals[i], &action, NULL);
    g_log_set_default_handler(note_giving_up, NULL);
}

static void bind_process(rlim_t bytes) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_DATA, &limit) != 0) return;
    limit.rlim_cur = MIN(limit.rlim_cur, bytes); /* RLIM_INFINITY is the largest number */
    setrlimit(RLIMIT_DATA, &limit);
}

void gm_cli_bind_memory(int64_t bytes) {
    snprintf(sentence, sizeof sentence,
             "gomortem: memory is out: more than %" G_GINT64_FORMAT
             " bytes are needed; --max-memory raises that limit\n",
             bytes);
    sqlite3_hard_heap_limit64(bytes / 2);
    if (GM_SANITIZED) return; /* the sanitizer's own memory is beyond any such limit */
    catch_ends();
    bind_process((rlim_t)bytes);
}
