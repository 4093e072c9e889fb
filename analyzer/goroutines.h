/* What a goroutine waits for; see waits.c. */
#ifndef GM_ANALYZER_GOROUTINES_H
#define GM_ANALYZER_GOROUTINES_H

#include "analyzer/frames.h"

/* The wait reason that a dump would print, read off the runtime's frames of a profile; NULL: it tells none. */
const char *gm_wait_of(const gm_stack *stack);
/* It waits for something that may never come. max_wait_minutes GM_UNKNOWN when no dump says. */
bool gm_wait_can_leak(const char *state, int64_t max_wait_minutes);

#endif
