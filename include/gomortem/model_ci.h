/* The part of the model that gates a pipeline: numbers that two runs are compared by, what a comparison found, and
 * which member of the bundle tells most of a container. Included by model.h. */
#ifndef GOMORTEM_MODEL_CI_H
#define GOMORTEM_MODEL_CI_H

#include "gomortem/base.h"

typedef struct {
    double growth_bytes_per_min; /* of anonymous memory, or of usage where that is unknown; 0: tested, nothing lasts;
                                    NAN: not tested */
    double peak_bytes;           /* highest usage seen */
    double gc_cpu_pct;           /* share of the CPU that the container may use, of its worst life */
} gm_model_measures;

typedef enum {
    GM_SOURCE_SAMPLES,
    GM_SOURCE_PROFILES,
    GM_SOURCE_GOROUTINES,
    GM_SOURCE_COLLECTIONS,
    GM_SOURCE_KERNEL,
    GM_SOURCES
} gm_model_source;

/* One thing that differs from the baseline. */
typedef struct {
    const char *state;    /* new, worse, better */
    const char *rule;     /* the rule's slug, or baseline_<what> for the verdict, its site and the measures */
    const char *severity; /* of the thing now */
    const char *text;
} gm_model_change;

typedef struct {
    const char *status;       /* new, worse, unchanged, better; NULL: no baseline was given */
    gm_model_change *changes; /* new and worse by severity, then better */
    size_t n_changes;
    const struct gm_model_pair *pair; /* everything that was compared (model_diff.h) */
} gm_model_comparison;

typedef struct {
    const char *incident_id, *name; /* NULL: no baseline was given */
    const char **missing;           /* its containers that are not here */
    size_t n_missing;
} gm_model_baseline;

#endif
