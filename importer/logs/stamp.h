/* Time stamps and headers in front of the lines of plain logs, taken off step by step. */
#ifndef GM_IMPORTER_LOGS_STAMP_H
#define GM_IMPORTER_LOGS_STAMP_H

#include "gomortem/base.h"

typedef struct {
    int64_t t_ns;  /* GM_UNKNOWN: none, or its year is unknown */
    double boot_s; /* NAN: none */
    bool stamped;  /* something was taken off */
    bool dated;    /* there is a date, even when t_ns is unknown */
    bool no_zone;  /* the date has no zone and was read as UTC */
    bool kernel;   /* a line of the kernel's log */
    gm_span ident; /* syslog's program name, without process id */
} gm_stamp;

/* Takes the stamp off the front of *text, with the syslog header or the kernel's prefixes behind it. latest_ns: no line
 * is (much) younger; gives the year to stamps that have none. A line of JSON or key=value text keeps its text and only
 * tells its time. */
void gm_stamp_take(gm_span *text, int64_t latest_ns, gm_stamp *stamp);

/* Only what a kernel log has: "<6>", "[ 12.345678] ", "[Wed Jun 17 10:37:10 2020] ", "kern  :warn  : ",
 * "6,3964,206764307,-;". Adds to *stamp; false when there is none. */
bool gm_stamp_take_kernel(gm_span *text, gm_stamp *stamp);

void gm_stamp_init(gm_stamp *stamp);

#endif
