/* Thins a long history to the rows that a chart can show. See thin.c. */
#ifndef GM_REPORTS_THIN_H
#define GM_REPORTS_THIN_H

#include "gomortem/base.h"

#include <glib.h>

#define GM_THIN_KEYS 4

/* What thinning needs to know of a row. */
typedef struct {
    size_t size;
    int n_keys; /* <= GM_THIN_KEYS */
    int64_t (*time)(const void *row);
    double (*key)(const void *row, int key); /* NAN: unknown */
} gm_thin_kind;

typedef struct {
    const gm_thin_kind *kind;
    GByteArray *out;
    int64_t from_ns, width_ns, stretch; /* width 0: keep all */
    guint8 *held;                       /* per key a lowest and a highest row, and which of them are set */
    bool set[2 * GM_THIN_KEYS];
} gm_thin;

/* At most about 2 * n_keys * stretches rows come out when count is larger than that. */
void gm_thin_init(gm_thin *thin, const gm_thin_kind *kind, int64_t from_ns, int64_t to_ns, int64_t count,
                  size_t stretches);
void gm_thin_add(gm_thin *thin, const void *row); /* ascending in time */
GByteArray *gm_thin_finish(gm_thin *thin);        /* the caller's; thin is released */

#endif
