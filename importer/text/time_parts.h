/* The pieces that time.c, time_words.c and time_name.c put times together from. Private to this directory. */
#ifndef GM_IMPORTER_TEXT_TIME_PARTS_H
#define GM_IMPORTER_TEXT_TIME_PARTS_H

#include "gomortem/base.h"

typedef struct {
    int year, month, day, hour, minute, second;
    int zone_s; /* east of UTC */
    int64_t fraction_ns;
} gm_time_parts;

/* False for impossible dates and for times that int64 nanoseconds cannot hold. */
bool gm_time_join(const gm_time_parts *parts, int64_t *ns);
/* Exactly count decimal digits. */
bool gm_time_take_digits(gm_span *rest, size_t count, int *value);
/* ".123" or ",123456789012": cut to ns; leaves a point without a digit behind it alone. */
void gm_time_take_fraction(gm_span *rest, int64_t *fraction_ns);
bool gm_time_take_clock(gm_span *rest, gm_time_parts *parts); /* hh:mm:ss */
bool gm_time_take_offset(gm_span *rest, int *zone_s);         /* +hh:mm, +hhmm */
/* "UTC", "CET", "PDT"...: only abbreviations that mean one offset; takes nothing of others. */
bool gm_time_take_zone_name(gm_span *rest, int *zone_s);

#endif
