/* Files that exist only until something else is whole. Whoever makes one says so here, and again when it is gone or has
 * its lasting name; an end by force other than SIGKILL removes what is left (from a signal handler). */
#ifndef GOMORTEM_TEMPORARY_H
#define GOMORTEM_TEMPORARY_H

void gm_temporary_made(const char *path);
void gm_temporary_gone(const char *path);
void gm_temporaries_remove(void); /* with their journals; async-signal-safe */

#endif
