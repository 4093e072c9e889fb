/* Calls that fail on purpose. Each kind of call counts itself; when a fault is armed for it, the n-th call from then on
 * fails, and with lasting all after it too. The allocations and system calls of our own objects are replaced by the
 * linker (--wrap), SQLite's by a configuration of it: what GLib allocates does not fail, for it would abort. */
#ifndef GM_TESTS_FAULTS_FAULTY_H
#define GM_TESTS_FAULTS_FAULTY_H

#include <stdbool.h>

typedef enum {
    GM_FAULT_ALLOCATION,        /* malloc, calloc, realloc of the project */
    GM_FAULT_CALL,              /* open, openat, read, fsync, rename, renameat2, link of the project */
    GM_FAULT_SHORT_READ,        /* read of the project: half of what is wanted comes, which is no failure */
    GM_FAULT_SQLITE_ALLOCATION, /* of SQLite */
    GM_FAULT_SQLITE_EIO,        /* any operation of SQLite on a file */
    GM_FAULT_SQLITE_FULL,       /* writes of SQLite: no space is left */
    GM_FAULT_KINDS
} gm_fault;

extern const char *const gm_fault_names[GM_FAULT_KINDS];

void gm_faulty_init(void); /* before SQLite is used */
/* at: 1 is the next call; 0: none fails, all are counted. */
void gm_fault_arm(gm_fault kind, long at, bool lasting);
void gm_fault_disarm(void);
long gm_fault_calls(void);  /* of the armed kind */
bool gm_fault_struck(void); /* one has failed */

#endif
