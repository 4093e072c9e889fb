/* Recorded series as Prometheus would hold them: label sets and samples by the millisecond. See history.c.
 *
 * Label sets are made once each, so that two are the same set exactly when they are the same pointer. */
#ifndef GM_ANALYZER_REPLAY_HISTORY_H
#define GM_ANALYZER_REPLAY_HISTORY_H

#include <glib.h>

#include "gomortem/base.h"

#define GM_PROM_NAME "__name__"

typedef struct {
    const char *name, *value;
} gm_prom_label;

typedef struct {
    size_t n;
    gm_prom_label at[]; /* by name; no value is empty */
} gm_prom_labels;

typedef struct {
    struct gm_prom_history *history;
    const gm_prom_labels *labels;
    int64_t *t_ms; /* ascending */
    double *value; /* NAN: from here on there is no value, a marker of staleness */
    size_t n, size;
    bool has_stale;
} gm_prom_series;

typedef struct gm_prom_history gm_prom_history;

gm_prom_history *gm_prom_history_new(void);
void gm_prom_history_free(gm_prom_history *history); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gm_prom_history, gm_prom_history_free)

/* The set of these labels; those without value are left out, of equal names the first is kept. */
const gm_prom_labels *gm_prom_labels_of(gm_prom_history *history, const gm_prom_label *labels, size_t n);
const char *gm_prom_label_value(const gm_prom_labels *labels, const char *name); /* "" when there is none */
char *gm_prom_labels_text(const gm_prom_labels *labels);                         /* name{a="b", ...}; to be freed */
char *gm_prom_labels_json(const gm_prom_labels *labels); /* an object without the name; to be freed */

/* The series of a label set, made when it is new. */
gm_prom_series *gm_prom_history_series(gm_prom_history *history, const gm_prom_labels *labels);
/* Keeps times ascending: what is not behind the last sample is dropped. With very many samples in a history, those of
 * all its series stand at least so far apart, markers of staleness left alone. */
void gm_prom_series_add(gm_prom_series *series, int64_t t_ms, double value);
typedef struct {
    int64_t samples, kept, apart_ms;
} gm_prom_thinned; /* apart_ms 0: all samples are there */
gm_prom_thinned gm_prom_history_thinned(const gm_prom_history *history);
gm_prom_series *gm_prom_history_at(const gm_prom_history *history, size_t index); /* NULL behind the last */
/* Earliest and latest time of all samples; false when there are none. */
bool gm_prom_history_span(const gm_prom_history *history, int64_t *from_ms, int64_t *to_ms);

#endif
