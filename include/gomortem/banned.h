/* Functions that have no place here, with what to use instead. Forced into every file by the build. */
#ifndef GOMORTEM_BANNED_H
#define GOMORTEM_BANNED_H

/* The system's own headers must have declared them before the names are poisoned. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat         /* memcpy with a checked length, GString, gm_arena_strndup */
#pragma GCC poison sprintf vsprintf                      /* snprintf, g_string_append_printf */
#pragma GCC poison gets strtok                           /* gm_lines, gm_span_cut */
#pragma GCC poison atoi atol atoll atof                  /* gm_span_int, gm_span_double: they see errors */
#pragma GCC poison gmtime localtime ctime asctime mktime /* GDateTime, gm_time_civil: no zone of the host */
#pragma GCC poison rand srand random                     /* nothing here is random */

#endif
