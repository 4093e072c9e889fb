/* Numbers and times for people: the same words in every report, on every machine, in every locale. */
#ifndef GOMORTEM_HUMAN_H
#define GOMORTEM_HUMAN_H

#include "gomortem/base.h"

#define GM_HUMAN_SIZE 64

/* "256 MiB", "1.5 GiB/min", "12.5 %", "3 h 20 min", "1 234". unit: bytes, bytes/min, bytes/s, %, s, ms, min, count,
 * count/min, x or any word, which is put behind the number. NAN gives "unknown". Answers text. */
const char *gm_human(char text[GM_HUMAN_SIZE], double value, const char *unit);

/* RFC 3339 in UTC with whole seconds, "2026-11-23T09:34:28Z"; GM_UNKNOWN gives "unknown". */
const char *gm_human_time(char text[GM_HUMAN_SIZE], int64_t t_ns);
/* "09:34:28" of the same. */
const char *gm_human_clock(char text[GM_HUMAN_SIZE], int64_t t_ns);
/* "37 min", "2 h 5 min", "3 d 4 h" */
const char *gm_human_duration(char text[GM_HUMAN_SIZE], double seconds);

#endif
